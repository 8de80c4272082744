"""Reads single flow nodes: what belongs to each kind of task, event and gateway."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from jiuzhu.engine import dialect
from jiuzhu.engine.diagram import Assignment, Call, Flow, Level, Node, Rule, UserWork
from jiuzhu.engine.event_details import EventReader, is_triggered
from jiuzhu.engine.expressions import Template
from jiuzhu.engine.timers import check_timer
from jiuzhu.engine.xml import BPMN, line_of, local_name, namespace, text_of
from jiuzhu.errors import ExpressionError

_SHAPES = ("singleEntry", "singleResult", "collectEntries", "resultList")


class NodeReader(EventReader):
    """Reads nodes: what belongs to their kind, their mappings and their properties."""

    def node(self, element: etree._Element, flows: Mapping[str, Flow], inner: Level | None) -> Node:
        """Return one flow node with everything that belongs to its kind."""
        tag, identity = local_name(element), element.get("id", "")
        if not identity:
            identity = f"{tag}-line{line_of(element)}"
            self.fault(element, "bpmn.id", f"{tag} 没有标识。", "请填写标识（ID）。")
        self.attributes(element)
        self.extensions(element)
        self._contents(element, tag)
        event = self.event(element, tag)
        external = self._external(element, tag)
        if element.get("isForCompensation") == "true":
            self.fault(element, "bpmn.unsupported", *dialect.COMPENSATION)
        if element.get("parallelMultiple") == "true":
            self.fault(element, "bpmn.unsupported", "不支持要几件事都发生的事件。", "请用并行网关等几个事件。")
        if element.get("instantiate") == "true" or element.get("eventGatewayType") == "Parallel":
            self.fault(
                element, "bpmn.unsupported", "不支持由事件启动流程或并行事件网关。", "请用开始事件或普通事件网关。"
            )
        stays = element.get("isInterrupting" if tag == "startEvent" else "cancelActivity") == "false"
        if event is not None and event.kind == "error" and stays:
            self.fault(element, "event.definition", "错误事件总是中断活动。", "请改为中断的事件。")
        around = element.getparent()
        inside = around is not None and local_name(around) == "subProcess"
        if tag == "startEvent" and stays and not is_triggered(around):
            self.fault(element, "bpmn.attribute", "普通的开始事件不能设为不中断。", "请删除 isInterrupting。")
        if tag == "startEvent" and inside and self.camunda(element, "formRef"):
            self.fault(element, "bpmn.attribute", "子流程的开始事件不能填写表单。", "请把表单填在用户任务上。")
        self.template(element, self.properties(element).get("entryGroups", ""), "登记人员（entryGroups）")
        for number in ("startQuantity", "completionQuantity"):
            if element.get(number) not in (None, "1"):
                self.fault(element, "bpmn.attribute", f"不支持 {number}。", "请删除。")
        return Node(
            id=identity,
            type=tag,
            name=element.get("name", ""),
            line=line_of(element),
            column=1,
            lane=self.lane_of.get(identity, ""),
            documentation=self.documentation(element),
            incoming=tuple(flow.id for flow in flows.values() if flow.target == identity),
            outgoing=tuple(flow.id for flow in flows.values() if flow.source == identity),
            default=element.get("default", ""),
            properties=self.properties(element),
            inputs=self.parameters(element, "inputParameter"),
            outputs=self.parameters(element, "outputParameter"),
            topic=external,
            priority=self._priority(element, "taskPriority"),
            retries=self._retries(element),
            work=self._work(element) if tag == "userTask" else None,
            rule=self._rule(element) if tag == "businessRuleTask" and not external else None,
            call=self._call(element) if tag == "callActivity" else None,
            event=event,
            attached_to=element.get("attachedToRef", ""),
            interrupting=not stays,
            multi=self.multi(element),
            level=inner,
            triggered=is_triggered(element),
            form=self._form(element),
        )

    def _priority(self, element: etree._Element, name: str) -> Template | None:
        text = self.camunda(element, name)
        if text and "${" not in text and not text.isdigit():
            self.fault(element, "priority.number", f"优先级“{text[:60]}”不是数字。", "请写 0 到 100，或写 ${变量}。")
            return None
        return self.attribute_template(element, name, "优先级")

    def _contents(self, element: etree._Element, tag: str) -> None:
        allowed = {"documentation", "extensionElements", "incoming", "outgoing", "ioSpecification"}
        allowed |= dialect.CONTENT["drawing"]
        if tag.endswith("Event"):
            allowed |= dialect.CONTENT["event"]
        elif not tag.endswith("Gateway"):
            allowed |= {"multiInstanceLoopCharacteristics"}
        if tag == "subProcess":
            # Its nodes are checked by the level reader.
            return
        for child in element:
            if namespace(child) == BPMN and local_name(child) not in allowed:
                self.unsupported(child)

    def _external(self, element: etree._Element, tag: str) -> str:
        """Return the topic of an external task or of a throwing message event."""
        holder = element
        if tag in ("endEvent", "intermediateThrowEvent"):
            found = element.find(f"{{{BPMN}}}messageEventDefinition")
            if found is None:
                return ""
            holder = found
        elif tag not in ("serviceTask", "sendTask", "businessRuleTask"):
            return ""
        kind, topic = self.camunda(holder, "type"), self.camunda(holder, "topic")
        if tag == "businessRuleTask" and not kind and not topic:
            return ""
        if kind != "external":
            message = "没有选定外部任务。" if not kind else f"不支持实现方式“{kind}”。"
            self.fault(element, "task.external", message, "请选 External 并填写主题（topic）。")
        elif not topic:
            self.fault(element, "task.topic", "外部任务没有主题。", "请填写主题（topic）。")
        elif "${" in topic:
            self.fault(element, "task.topic", "主题不能是表达式。", "请填写固定的主题。")
        return topic or "?"

    def _retries(self, element: etree._Element) -> str:
        for child in self.extension_elements(element):
            if local_name(child) == "failedJobRetryTimeCycle":
                text = text_of(child)
                try:
                    check_timer("cycle", text.split(",")[0] if text.startswith("R") else f"R1/{text.split(',')[0]}")
                except ExpressionError as fault:
                    self.fault(child, "timer.syntax", f"重试时间：{fault}", "请写成 R3/PT5M。")
                return text
        return ""

    def _form(self, element: etree._Element) -> str:
        self.binding(element, "formRefBinding")
        return self.camunda(element, "formRef")

    def _work(self, element: etree._Element) -> UserWork:
        return UserWork(
            groups=self.attribute_template(element, "candidateGroups", "候选组"),
            users=self.attribute_template(element, "candidateUsers", "候选人"),
            assignee=self.attribute_template(element, "assignee", "办理人"),
            due=self.attribute_template(element, "dueDate", "办理期限"),
            follow_up=self.attribute_template(element, "followUpDate", "跟进日期"),
            priority=self._priority(element, "priority"),
            form=self.camunda(element, "formRef"),
        )

    def _rule(self, element: etree._Element) -> Rule | None:
        self.binding(element, "decisionRefBinding")
        decision = self.camunda(element, "decisionRef")
        shape = self.camunda(element, "mapDecisionResult") or "resultList"
        result = self.camunda(element, "resultVariable")
        if not decision or "${" in decision:
            self.fault(element, "rule.decision", "没有填写固定的决策。", "请选 DMN 并填写 Decision reference。")
            return None
        if shape not in _SHAPES:
            self.fault(element, "rule.shape", f"不支持结果方式“{shape}”。", "请选 singleEntry 或 singleResult。")
            return None
        if not result:
            self.fault(element, "rule.result", "没有填写结果变量，决策的结果没有人能读到。", "请填写 Result variable。")
            return None
        return Rule(decision=decision, mapping=shape, result=result)  # type: ignore[arg-type]

    def _call(self, element: etree._Element) -> Call | None:
        self.binding(element, "calledElementBinding")
        called = self.template(element, element.get("calledElement", "").strip(), "被调用流程")
        if called is None:
            if not element.get("calledElement"):
                self.fault(element, "call.target", "没有填写被调用的流程。", "请填写 Called element。")
            return None
        everything = {"in": False, "out": False}
        ins: list[Assignment] = []
        outs: list[Assignment] = []
        for child in self.extension_elements(element):
            tag = local_name(child)
            if tag not in ("in", "out"):
                continue
            extra = set(map(str, child.attrib)) - {"source", "sourceExpression", "target", "variables", "businessKey"}
            if extra or child.get("businessKey") not in (None, "#{execution.processBusinessKey}"):
                self.fault(
                    child, "call.mapping", f"不支持 {'、'.join(sorted(extra)) or 'businessKey 表达式'}。", "请删除。"
                )
                continue
            if child.get("businessKey") is not None:
                continue
            if child.get("variables") is not None:
                everything[tag] = child.get("variables") == "all"
                continue
            line = self._mapping(child)
            if line is not None:
                (ins if tag == "in" else outs).append(line)
        return Call(called=called, all_in=everything["in"], all_out=everything["out"], ins=tuple(ins), outs=tuple(outs))

    def _mapping(self, element: etree._Element) -> Assignment | None:
        target, source = element.get("target", ""), element.get("source", "")
        expression = element.get("sourceExpression", "")
        if not target or not (source or expression):
            self.fault(element, "call.mapping", "传入或传出变量缺少来源或名称。", "请填写 Source 和 Target。")
            return None
        value = self.template(element, expression, f"变量“{target}”") if expression else None
        if expression and value is None:
            return None
        return Assignment(target=target, value=value, source=source, line=line_of(element))
