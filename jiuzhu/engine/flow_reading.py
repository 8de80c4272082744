"""Reads the sequence flows of a level, joins link events by their name, and checks where flows may go."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from jiuzhu.engine.diagram import Flow, Node
from jiuzhu.engine.expressions import Template, parse
from jiuzhu.engine.node_details import NodeReader
from jiuzhu.engine.xml import BPMN, line_of, local_name, namespace, text_of
from jiuzhu.errors import ExpressionError


class FlowReader(NodeReader):
    """Reads flows; a made-up flow stands for the way between two link events."""

    def flows(self, element: etree._Element) -> dict[str, Flow]:
        """Return the flows of a level by id."""
        flows: dict[str, Flow] = {}
        for child in element:
            if (namespace(child), local_name(child)) != (BPMN, "sequenceFlow"):
                continue
            self.attributes(child)
            self.extensions(child)
            source, target = child.get("sourceRef", ""), child.get("targetRef", "")
            condition: Template | None = None
            for part in child:
                if (namespace(part), local_name(part)) == (BPMN, "conditionExpression"):
                    self.attributes(part)
                    condition = self._condition(child, text_of(part))
                elif local_name(part) not in ("documentation", "extensionElements"):
                    self.unsupported(part)
            # The stock engine drops a flow without an id and ends the case; we name it after its ends.
            flow_id = child.get("id") or self._made_up(f"{source}-{target}", flows)
            flows[flow_id] = Flow(
                id=flow_id, name=child.get("name", ""), source=source, target=target, condition=condition,
                line=line_of(child),
            )  # fmt: skip
        self._links(element, flows)
        return flows

    def _condition(self, flow: etree._Element, text: str) -> Template | None:
        if not text:
            return None
        try:
            template = parse(text)
        except ExpressionError as fault:
            self.fault(flow, "expression.syntax", str(fault), "条件只能用比较、and/or/not、算术和变量，写成 ${…}。")
            return None
        if template.is_literal:
            self.fault(flow, "expression.literal", f"条件“{text[:60]}”没有写成 ${{…}}。", "请写成 ${…}。")
            return None
        return template

    def check_flows(self, nodes: Mapping[str, Node], flows: Mapping[str, Flow]) -> None:
        """Note flows that lead nowhere or have a condition where it cannot act, and events in the wrong place."""
        for flow in flows.values():
            self._check_flow(flow, nodes)
        for node in nodes.values():
            if node.default and (node.default not in flows or flows[node.default].source != node.id):
                self._at(node, "flow.default", "默认连线不是从这里出发的。", "请重新设置默认连线。")
            if node.attached_to:
                host = nodes.get(node.attached_to)
                if host is None or not host.is_activity or host.triggered:
                    self._at(node, "boundary.host", "边界事件没有附着在活动上。", "请重新附着。")
            if node.type == "eventBasedGateway":
                self._check_race(node, nodes, flows)
            if node.multi is not None and node.outputs and not node.triggered:
                message = "Camunda 7 不部署带输出参数的多实例活动：换一个引擎时这张图用不了。"
                remedy = "请删除输出参数：表单和主题写的变量本来就留在案件里。"
                self.fault_at(node.id, node.name, node.line, "multi.outputs", message, remedy, "warning")
            if node.triggered:
                self._check_triggered(node)
        self._check_links(nodes, flows)
        self._check_triggers(nodes)
        self._check_twice(nodes, flows)

    def _check_flow(self, flow: Flow, nodes: Mapping[str, Node]) -> None:
        for end, word in ((flow.source, "起点"), (flow.target, "终点")):
            if end not in nodes and end not in self.refused:
                self._on(flow, "flow.ends", f"连线的{word}“{end}”不在同一层。", "请重新连线。")
        target, source = nodes.get(flow.target), nodes.get(flow.source)
        if target is not None and target.type in ("startEvent", "boundaryEvent"):
            self._on(flow, "flow.ends", "连线不能指向开始事件或边界事件。", "请重新连线。")
        if source is None:
            return
        gateway = source.type.endswith("Gateway")
        choosing = source.type in ("exclusiveGateway", "inclusiveGateway") and len(source.outgoing) > 1
        if flow.condition is not None and gateway and not choosing:
            message = "这里的条件不起作用：并行网关、事件网关和只有一条出线的网关不看条件。"
            self._on(flow, "flow.condition", message, "请改为排他网关或包容网关，并画出另一条出线。")
        if flow.condition is not None and source.default == flow.id:
            self._on(flow, "flow.default", "默认连线上不能有条件。", "请删除条件。")
        if choosing and flow.condition is None and source.default != flow.id:
            message = "网关的这条出线既没有条件，也不是默认连线。"
            self._on(flow, "flow.condition", message, "请填写条件，或设为默认连线。")
        local = {line.target for line in (*source.inputs, *source.outputs)} if source.is_activity else set()
        own = sorted(flow.condition.names & local) if flow.condition is not None else []
        if own:
            # Camunda 7 chooses the flows before it maps outputs, and while inputs are still there.
            message = f"条件读取“{'、'.join(own)}”，它是这个任务自己的输入或输出参数，选择出线时还没有传出来。"
            self._on(flow, "flow.condition", message, "请在任务后面加一个排他网关，把条件写在网关的出线上。")

    def _check_race(self, node: Node, nodes: Mapping[str, Node], flows: Mapping[str, Flow]) -> None:
        for flow_id in node.outgoing:
            target = nodes.get(flows[flow_id].target)
            if target is not None and (
                target.type not in ("intermediateCatchEvent", "receiveTask") or len(target.incoming) != 1
            ):
                message = "事件网关后面只能是等待事件，并且每个等待事件只有这一条进线。"
                self._at(node, "gateway.event", message, "请改为中间捕获事件。")
            elif target is not None and any(other.attached_to == target.id for other in nodes.values()):
                message = "事件网关后面的接收任务不能附着边界事件：网关后面的几件事里先来的一件算数。"
                self._at(target, "gateway.event", message, "请把边界事件画成网关后面的又一个等待事件。")

    def _check_triggered(self, node: Node) -> None:
        if node.incoming or node.outgoing:
            message = "事件子流程不能有连线：它由自己的开始事件启动，办完就结束。"
            self._at(node, "event-sub.flows", message, "请删除连线；后面的步骤画在事件子流程里面。")
        if node.multi is not None:
            self._at(node, "event-sub.multi", "事件子流程不能是多实例。", "请删除多实例标记。")
        if node.inputs or node.outputs:
            message = "事件子流程的输入输出参数不起作用。"
            self._at(node, "event-sub.parameters", message, "请把参数填在里面的任务上。")

    def _check_triggers(self, nodes: Mapping[str, Node]) -> None:
        seen: set[tuple[str, str]] = set()
        for node in nodes.values():
            event = node.trigger.event if node.trigger is not None else None
            if event is None or event.kind in ("none", "timer"):
                continue
            mark = (event.kind, event.message or event.code)
            if mark in seen:
                message = "同一层有两个事件子流程由同一个事件启动，不知道该启动哪一个。"
                self._at(node, "event-sub.twice", message, "请只保留一个，在里面分支。")
            seen.add(mark)

    def _check_twice(self, nodes: Mapping[str, Node], flows: Mapping[str, Flow]) -> None:
        """Note a second event that waits for the same thing at the same place: nobody could say which of them goes."""
        seen: set[tuple[str, str, str]] = set()
        gateways = [node for node in nodes.values() if node.type == "eventBasedGateway"]
        races = {flows[each].target: gateway.id for gateway in gateways for each in gateway.outgoing}
        for node in nodes.values():
            place = node.attached_to or races.get(node.id, "")
            if not place or node.event is None or node.event.kind in ("none", "timer"):
                continue
            mark = (place, node.event.kind, node.event.message or node.event.code)
            if mark in seen:
                message = "同一处已经有一个事件等待同一个消息、信号、错误或升级，不知道该走哪一个。"
                self._at(node, "event.twice", message, "请只保留一个，在后面分支。")
            seen.add(mark)

    def _check_links(self, nodes: Mapping[str, Node], flows: Mapping[str, Flow]) -> None:
        links = [node for node in nodes.values() if node.event is not None and node.event.kind == "link"]
        throws = {node.id for node in links if node.type == "intermediateThrowEvent"}
        for node in links:
            name = node.event.message if node.event is not None else ""
            others = [one for one in links if one.event is not None and one.event.message == name]
            partners = [one for one in others if (one.id in throws) != (node.id in throws)]
            if node.id in throws and len(partners) != 1:
                message = f"同一层有 {len(partners)} 个名为“{name}”的链接捕获事件，应当正好一个。"
                self._at(node, "event.link", message, "请在同一层画一个同名的链接捕获事件。")
            if node.id not in throws and not partners:
                message = f"同一层没有名为“{name}”的链接抛出事件，走不到这里。"
                self._at(node, "event.link", message, "请画一个同名的链接抛出事件，或删除。")
            drawn = [flows[each] for each in (node.outgoing if node.id in throws else node.incoming)]
            if any(flow.drawn for flow in drawn):
                message = "链接抛出事件不能有出线，链接捕获事件不能有进线。"
                self._at(node, "event.link", message, "请删除连线：同名的链接自己会接上。")

    def _on(self, flow: Flow, rule: str, message: str, remedy: str) -> None:
        self.fault_at(flow.id, flow.name, flow.line, rule, message, remedy)

    def _at(self, node: Node, rule: str, message: str, remedy: str) -> None:
        self.fault_at(node.id, node.name, node.line, rule, message, remedy)

    def _links(self, element: etree._Element, flows: dict[str, Flow]) -> None:
        """Add the way from each link to the one of its name: it is taken like a flow that was drawn."""
        found: dict[str, list[tuple[etree._Element, str]]]
        found = {"intermediateThrowEvent": [], "intermediateCatchEvent": []}
        for child in element:
            definition = child.find(f"{{{BPMN}}}linkEventDefinition")
            if definition is not None and local_name(child) in found and child.get("id"):
                found[local_name(child)].append((child, definition.get("name", "").strip()))
        for throw, name in found["intermediateThrowEvent"]:
            for catch in [one for one, its_name in found["intermediateCatchEvent"] if its_name == name][:1]:
                source, target = throw.get("id", ""), catch.get("id", "")
                flow_id = self._made_up(f"{source}-{target}", flows)
                flows[flow_id] = Flow(
                    id=flow_id, name="", source=source, target=target, condition=None, line=line_of(throw), drawn=False
                )

    @staticmethod
    def _made_up(wanted: str, taken: dict[str, Flow]) -> str:
        name, count = wanted, 1
        while name in taken:
            count += 1
            name = f"{wanted}-{count}"
        return name
