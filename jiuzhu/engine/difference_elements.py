"""What a diagram says of each of its elements, as label → words: the ground on which two diagrams are compared.

Read from the file itself, not from what the engine makes of it: whatever a designer wrote counts, also what the engine
would refuse. Where something stands on the canvas is no fact about it (``at`` only helps to find its like).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from jiuzhu.engine.xml import BPMN, CAMUNDA, local_name, namespace, parse_xml, text_of

KINDS: Mapping[str, str] = {
    "process": "流程",
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "intermediateCatchEvent": "中间捕获事件",
    "intermediateThrowEvent": "中间抛出事件",
    "boundaryEvent": "边界事件",
    "userTask": "用户任务",
    "serviceTask": "自动任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "businessRuleTask": "业务规则任务",
    "scriptTask": "脚本任务",
    "manualTask": "手工任务",
    "task": "任务",
    "callActivity": "调用活动",
    "subProcess": "子流程",
    "transaction": "事务",
    "exclusiveGateway": "排他网关",
    "inclusiveGateway": "包容网关",
    "parallelGateway": "并行网关",
    "eventBasedGateway": "事件网关",
    "complexGateway": "复杂网关",
    "sequenceFlow": "连线",
    "lane": "泳道",
    "textAnnotation": "注释",
}
"""Tags that are compared as elements of their own."""

LABELS: Mapping[str, str] = {
    "name": "名称",
    "candidateGroups": "岗位",
    "candidateUsers": "人员",
    "assignee": "指定人",
    "dueDate": "到期日",
    "followUpDate": "跟进日",
    "priority": "优先级",
    "taskPriority": "优先级",
    "formRef": "表单",
    "formRefBinding": "表单取自",
    "formKey": "表单地址",
    "type": "办理方式",
    "topic": "工作主题",
    "decisionRef": "决策表",
    "decisionRefBinding": "决策表取自",
    "mapDecisionResult": "结果取法",
    "resultVariable": "结果变量",
    "calledElement": "调用的流程",
    "calledElementBinding": "调用的版本",
    "attachedToRef": "附着在",
    "cancelActivity": "中断所附的环节",
    "isInterrupting": "中断外层",
    "triggeredByEvent": "由事件触发",
    "default": "默认连线",
    "sourceRef": "从",
    "targetRef": "到",
    "isExecutable": "可执行",
    "candidateStarterGroups": "启动岗位",
    "versionTag": "版本标签",
    "historyTimeToLive": "历史保留天数",
    "messageRef": "消息",
    "errorRef": "错误",
    "escalationRef": "升级",
    "signalRef": "信号",
    "isSequential": "逐个办理",
    "collection": "集合",
    "elementVariable": "元素变量",
    "errorCodeVariable": "错误代码变量",
    "timeDate": "时间",
    "timeDuration": "时长",
    "timeCycle": "周期",
    "conditionExpression": "条件",
    "loopCardinality": "份数",
    "completionCondition": "完成条件",
    "documentation": "说明",
    "failedJobRetryTimeCycle": "重试",
    "text": "文字",
}
REFERENCES = frozenset({"attachedToRef", "default", "sourceRef", "targetRef"})
"""Attributes that name another element of the same diagram."""
NAMED = frozenset({"messageRef", "errorRef", "escalationRef", "signalRef"})
"""Attributes that name something declared at the top of the file: compared by what that says."""
PASSED_OVER = frozenset({"incoming", "outgoing", "laneSet", "flowNodeRef", "ioSpecification"})
TOOL_MARKS = frozenset({"modelerTemplate", "modelerTemplateVersion", "id"})
DEFAULTS: Mapping[str, str] = {"cancelActivity": "true", "isInterrupting": "true", "isSequential": "false"}
SPOKEN: Mapping[str, str] = {"true": "是", "false": "否"}


@dataclass(frozen=True, kw_only=True)
class Element:
    """One element of a diagram."""

    id: str
    tag: str
    name: str
    facts: Mapping[str, str]
    """Label → words."""
    refers: Mapping[str, str]
    """Label → id of another element."""
    inside: str
    """Id of the process or sub-process that holds it."""
    at: tuple[float, float]
    """Middle of its shape; (0, 0) when it is not drawn."""

    @property
    def kind(self) -> str:
        """What it is, in Chinese."""
        return KINDS[self.tag]


def read_elements(xml: bytes, resource: str) -> dict[str, Element]:
    """Return the elements of a diagram by id. Raises DeploymentRefused for what is no diagram."""
    root = parse_xml(xml, resource)
    places = dict(_places(root))
    declared = {one.get("id", ""): _declared(one) for one in root if one.get("id")}
    found: dict[str, Element] = {}
    for element in root.iter():
        tag = local_name(element)
        if namespace(element) != BPMN or tag not in KINDS or not element.get("id"):
            continue
        facts, refers = _facts(element, declared)
        number = element.get("id", "")
        found[number] = Element(
            id=number,
            tag=tag,
            name=" ".join(element.get("name", "").split()),
            facts=facts,
            refers=refers,
            inside=_inside(element),
            at=places.get(number, (0.0, 0.0)),
        )
    return found


def _inside(element: etree._Element) -> str:
    parent = element.getparent()
    while parent is not None and local_name(parent) not in {"process", "subProcess", "transaction"}:
        parent = parent.getparent()
    return "" if parent is None else parent.get("id", "")


def _declared(element: etree._Element) -> str:
    code = element.get("errorCode") or element.get("escalationCode") or ""
    return code or element.get("name", "") or element.get("id", "")


def _facts(element: etree._Element, declared: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    facts: dict[str, str] = {}
    refers: dict[str, str] = {}
    for name, value in _attributes(element):
        if name in REFERENCES:
            refers[LABELS[name]] = value
        else:
            facts[LABELS.get(name, name)] = _words(name, value, declared)
    for child in element:
        for label, value in _child_facts(child, declared):
            facts[label] = f"{facts[label]}\n{value}" if label in facts else value
    return facts, refers


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    given = {etree.QName(key).localname: str(value) for key, value in element.attrib.items()}
    for name, value in {**{key: DEFAULTS[key] for key in _defaults_of(element)}, **given}.items():
        if name not in TOOL_MARKS:
            yield name, value


def _defaults_of(element: etree._Element) -> tuple[str, ...]:
    tag = local_name(element)
    if tag == "boundaryEvent":
        return ("cancelActivity",)
    return ("isSequential",) if tag == "multiInstanceLoopCharacteristics" else ()


def _words(name: str, value: str, declared: Mapping[str, str]) -> str:
    if name in NAMED:
        return declared.get(value, value)
    return SPOKEN.get(value, " ".join(value.split()) if name == "name" else value.strip())


def _child_facts(child: etree._Element, declared: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    tag = local_name(child)
    if tag in PASSED_OVER or (tag in KINDS and child.get("id")) or tag == "lane":
        return
    if tag == "extensionElements":
        for part in child:
            yield from _extension(part)
    elif tag in {"documentation", "conditionExpression", "text"}:
        yield LABELS[tag], text_of(child)
    elif tag.endswith("EventDefinition"):
        yield "事件", EVENTS.get(tag, tag)
        yield from _details(child, declared)
    elif tag == "multiInstanceLoopCharacteristics":
        yield "多份", "多实例"
        yield from _details(child, declared)


def _details(element: etree._Element, declared: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in _attributes(element):
        yield LABELS.get(name, name), _words(name, value, declared)
    for child in element:
        if local_name(child) == "extensionElements":
            for part in child:
                yield from _extension(part)
        else:
            yield LABELS.get(local_name(child), local_name(child)), text_of(child)


EVENTS: Mapping[str, str] = {
    "timerEventDefinition": "定时",
    "messageEventDefinition": "消息",
    "errorEventDefinition": "错误",
    "escalationEventDefinition": "升级",
    "signalEventDefinition": "信号",
    "conditionalEventDefinition": "条件",
    "linkEventDefinition": "链接",
    "compensateEventDefinition": "补偿",
    "terminateEventDefinition": "终止",
}


def _extension(part: etree._Element) -> Iterator[tuple[str, str]]:
    """Tell what stands among the extension elements: parameters, mappings, properties, the retry cycle."""
    if namespace(part) != CAMUNDA:
        return
    tag = local_name(part)
    if tag == "properties":
        for one in part:
            yield f"属性 {one.get('name', '')}", one.get("value", "").strip()
    elif tag == "inputOutput":
        for one in part:
            way = "输入" if local_name(one) == "inputParameter" else "输出"
            yield f"{way} {one.get('name', '')}", text_of(one) or "".join(one.itertext()).strip()
    elif tag in {"in", "out"}:
        way = "传入" if tag == "in" else "传出"
        if part.get("businessKey"):
            yield f"{way}业务号", part.get("businessKey", "")
        elif part.get("variables"):
            yield f"{way}变量", "全部"
        else:
            yield f"{way} {part.get('target', '')}", part.get("source") or part.get("sourceExpression") or ""
    else:
        yield LABELS.get(tag, tag), text_of(part) or " ".join(f"{key}={value}" for key, value in part.attrib.items())


def _places(root: etree._Element) -> Iterator[tuple[str, tuple[float, float]]]:
    for shape in root.iter():
        if local_name(shape) == "BPMNShape":
            bounds = next((one for one in shape if local_name(one) == "Bounds"), None)
            if bounds is not None:
                x, y, width, height = (float(bounds.get(key, "0")) for key in ("x", "y", "width", "height"))
                yield shape.get("bpmnElement", ""), (x + width / 2, y + height / 2)
