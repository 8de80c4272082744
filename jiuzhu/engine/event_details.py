"""Reads events and repetitions: messages, signals, timers, errors, escalations, links, multi-instance."""

from __future__ import annotations

from lxml import etree

from jiuzhu.engine import dialect
from jiuzhu.engine.diagram import Event, Multi
from jiuzhu.engine.element_reading import ElementReader
from jiuzhu.engine.expressions import Template, parse
from jiuzhu.engine.timers import TimerKind, check_timer
from jiuzhu.engine.xml import BPMN, local_name, text_of
from jiuzhu.errors import ExpressionError

DEFAULT_BOUND = 50
_EVENT_KINDS: dict[str, frozenset[str]] = {
    "startEvent": frozenset(),
    "endEvent": frozenset({"error", "escalation", "terminate", "message", "signal"}),
    "intermediateCatchEvent": frozenset({"message", "timer", "signal", "link"}),
    "intermediateThrowEvent": frozenset({"none", "message", "escalation", "signal", "link"}),
    "boundaryEvent": frozenset({"message", "timer", "error", "escalation", "signal"}),
}
_TRIGGERS = frozenset({"message", "timer", "error", "escalation", "signal"})
"""What may start an event sub-process."""
_CATCHING = ("boundaryEvent", "startEvent")
_WORDS = {
    "message": "消息", "timer": "定时", "error": "错误", "escalation": "升级", "signal": "信号", "terminate": "终止",
    "link": "链接",
}  # fmt: skip
_TIMERS: dict[str, TimerKind] = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


class EventReader(ElementReader):
    """Reads events; knows the messages, signals, errors and escalations declared in the file."""

    def __init__(self, resource: str) -> None:
        super().__init__(resource)
        self.messages: dict[str, str] = {}
        self.signals: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.said: dict[str, str] = {}

    def declare(self, element: etree._Element) -> None:
        """Remember a bpmn:message, bpmn:signal, bpmn:error or bpmn:escalation."""
        self.attributes(element)
        identity = element.get("id", "")
        if local_name(element) == "message":
            self.messages[identity] = element.get("name", "")
        elif local_name(element) == "signal":
            self.signals[identity] = element.get("name", "")
        else:
            self.codes[identity] = element.get("errorCode") or element.get("escalationCode") or ""
            self.said[identity] = self.camunda(element, "errorMessage")

    def event(self, element: etree._Element, tag: str) -> Event | None:
        """Return the definition of an event or receive task, None for other nodes."""
        if tag == "receiveTask":
            return self._message(element, element)
        if not tag.endswith("Event"):
            return None
        definitions = [child for child in element if local_name(child).endswith("EventDefinition")]
        if len(definitions) > 1:
            self.fault(element, "event.definition", "一个事件有多个定义。", "请拆成几个事件。")
        triggered = tag == "startEvent" and is_triggered(element.getparent())
        if not definitions:
            if triggered:
                message = "事件子流程的开始事件没有类型，永远不会开始。"
                self.fault(element, "event.definition", message, "请选择消息、定时、错误、升级或信号。")
            elif "none" not in _EVENT_KINDS[tag] and tag not in ("startEvent", "endEvent"):
                self.fault(element, "event.definition", "事件没有类型。", "请选择消息、定时或错误。")
            return Event(kind="none")
        definition = definitions[0]
        kind = local_name(definition).removesuffix("EventDefinition")
        if local_name(definition) in dialect.UNSUPPORTED:
            # Said already, where the contents of a node are looked at.
            return Event(kind="none")
        self.attributes(definition)
        self.extensions(definition)
        if kind not in (_TRIGGERS if triggered else _EVENT_KINDS[tag]):
            self._misplaced(element, tag, kind)
            return Event(kind="none")
        return self._defined(element, definition, kind)

    def _misplaced(self, element: etree._Element, tag: str, kind: str) -> None:
        if tag == "startEvent" and kind in _TRIGGERS:
            word = _WORDS[kind]
            message = f"流程不能由{word}启动：案件由人受理，或由别的流程的主题立件。"
            remedy = f"请改为普通开始事件；要在办理中接到{word}，画事件子流程或中间捕获事件。"
            self.fault(element, "event.start", message, remedy)
            return
        self.fault(element, "event.definition", f"这里不支持“{_WORDS.get(kind, kind)}”事件。", "请改用支持的事件。")

    def _defined(self, element: etree._Element, definition: etree._Element, kind: str) -> Event:
        if kind == "message":
            return self._message(element, definition)
        if kind == "signal":
            return self._signal(element, definition)
        if kind == "timer":
            return self._timer(element, definition)
        if kind == "link":
            name = definition.get("name", "").strip()
            if not name:
                self.fault(element, "event.link", "链接事件没有链接名称。", "请填写链接名称（Link name）。")
            return Event(kind="link", message=name)
        if kind in ("error", "escalation"):
            return self._code(element, definition, kind)
        return Event(kind="terminate")

    def _code(self, element: etree._Element, definition: etree._Element, kind: str) -> Event:
        reference = definition.get(f"{kind}Ref", "")
        if reference and reference not in self.codes:
            self.fault(element, "event.reference", f"没有声明“{reference}”。", "请选择错误或升级。")
        code = self.codes.get(reference, "")
        if local_name(element) not in _CATCHING and not code:
            self.fault(element, "event.code", "抛出的错误或升级没有代码。", "请填写代码（Code）。")
        return Event(
            kind="error" if kind == "error" else "escalation", code=code,
            code_variable=self.camunda(definition, f"{kind}CodeVariable"),
            message_variable=self.camunda(definition, "errorMessageVariable"),
            said=None if local_name(element) in _CATCHING else self.template(
                element, self.said.get(reference, ""), "错误信息"
            ),
        )  # fmt: skip

    def _signal(self, element: etree._Element, definition: etree._Element) -> Event:
        name = self.signals.get(definition.get("signalRef", ""), "").strip()
        if not name or "${" in name or "#{" in name:
            message = "信号名称不能是表达式。" if name else "没有选择信号，或信号没有名称。"
            self.fault(element, "event.reference", message, "请选择信号（Global signal reference），写固定的名称。")
        return Event(kind="signal", message=name)

    def _message(self, element: etree._Element, definition: etree._Element) -> Event:
        reference = definition.get("messageRef", "")
        name = self.messages.get(reference, "")
        if "${" in name or "#{" in name:
            # Camunda reads the expression; here a message is known by its name, and one case by the correlation.
            remedy = "请写固定的名称；按哪个变量对应，填在扩展属性 correlation。"
            self.fault(element, "event.reference", "消息名称不能是表达式。", remedy)
        if not name and local_name(element) not in ("endEvent", "intermediateThrowEvent"):
            self.fault(
                element, "event.reference", "没有选择消息，或消息没有名称。", "请选择消息（Global message reference）。"
            )
        return Event(kind="message", message=name)

    def _timer(self, element: etree._Element, definition: etree._Element) -> Event:
        found = [child for child in definition if local_name(child) in _TIMERS]
        if len(found) != 1:
            self.fault(element, "timer.syntax", "定时事件没有时间。", "请填写 Date、Duration 或 Cycle。")
            return Event(kind="timer", timer_text=parse("9999-12-31"))
        self.attributes(found[0])
        kind, text = _TIMERS[local_name(found[0])], text_of(found[0])
        template = self.template(element, text, "定时") if text else None
        if template is None:
            if not text:
                self.fault(element, "timer.syntax", "定时事件没有时间。", "请填写时间。")
            template = parse("9999-12-31")
        elif template.is_literal:
            try:
                check_timer(kind, text)
            except ExpressionError as fault:
                self.fault(element, "timer.syntax", str(fault), "请按 ISO 8601 填写，或写 ${变量}。")
        stays = {"boundaryEvent": "cancelActivity", "startEvent": "isInterrupting"}.get(local_name(element))
        if kind == "cycle" and (stays is None or element.get(stays) != "false"):
            message = "循环定时只能用在不中断的边界事件，或不中断的事件子流程开始上。"
            self.fault(element, "timer.cycle", message, "请改用 Date 或 Duration。")
        return Event(kind="timer", timer=kind, timer_text=template)

    def multi(self, element: etree._Element) -> Multi | None:
        """Return how often an activity is repeated, None for once."""
        found = element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
        if found is None:
            return None
        self.attributes(found)
        self.extensions(found)
        parts: dict[str, Template | None] = {}
        for child in found:
            if local_name(child) in ("loopCardinality", "completionCondition"):
                self.attributes(child)
                parts[local_name(child)] = self.template(child, text_of(child), "多实例")
            elif local_name(child) != "extensionElements":
                self.unsupported(child)
        collection = self.camunda(found, "collection")
        if collection and "${" not in collection:
            collection = f"${{{collection}}}"
        if bool(collection) == ("loopCardinality" in parts):
            self.fault(element, "multi.count", "多实例应当填写次数或集合之一。", "请填写 Loop cardinality。")
        bound = self.properties(element).get("bound", "")
        if bound and not (bound.isdigit() and 1 <= int(bound) <= DEFAULT_BOUND):
            self.fault(element, "multi.bound", f"多实例上限“{bound}”应是 1 到 {DEFAULT_BOUND}。", "请改正属性 bound。")
            bound = ""
        return Multi(
            sequential=found.get("isSequential") == "true",
            cardinality=parts.get("loopCardinality"),
            collection=self.template(element, collection, "集合"),
            element=self.camunda(found, "elementVariable"),
            enough=parts.get("completionCondition"),
            bound=int(bound) if bound else DEFAULT_BOUND,
            has_bound=bool(bound),
        )


def is_triggered(element: etree._Element | None) -> bool:
    """Return whether an element is an event sub-process."""
    return element is not None and element.get("triggeredByEvent") == "true"
