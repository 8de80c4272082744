"""The ground of the reader: findings with their place, attributes and extensions checked against the dialect."""

from __future__ import annotations

from lxml import etree

from jiuzhu.engine import dialect
from jiuzhu.engine.diagram import Assignment
from jiuzhu.engine.expressions import Template, parse
from jiuzhu.engine.findings import Finding
from jiuzhu.engine.xml import BPMN, CAMUNDA, XSI, line_of, local_name, namespace, text_of
from jiuzhu.errors import ExpressionError

_PREFIX = {CAMUNDA: "c:", XSI: "x:", "": ""}


class ElementReader:
    """Collects findings while reading elements of one file."""

    def __init__(self, resource: str) -> None:
        self.resource = resource
        self.process_key = ""
        self.findings: list[Finding] = []
        self.lane_of: dict[str, str] = {}
        self.refused: set[str] = set()
        """Ids of elements that were refused: flows to them are not reported once more."""

    # findings

    def fault(
        self, element: etree._Element | None, rule: str, message: str, remedy: str, severity: str = "error"
    ) -> None:
        """Note a finding at an element, or at its nearest ancestor with an id."""
        place = element
        while place is not None and place.get("id") is None and place.getparent() is not None:
            place = place.getparent()
        identity = "" if place is None else place.get("id", "")
        name = "" if place is None else place.get("name", "")
        line = 0 if element is None else line_of(element)
        self.fault_at(identity, name, line, rule, message, remedy, severity)

    def fault_at(
        self, element_id: str, name: str, line: int, rule: str, message: str, remedy: str, severity: str = "error"
    ) -> None:
        """Note a finding at a known place."""
        finding = Finding(
            severity="error" if severity == "error" else "warning",
            resource=self.resource,
            process_key=self.process_key,
            element_id=element_id,
            element_name=name,
            line=line,
            column=1 if line else 0,
            rule=rule,
            message=message,
            remedy=remedy,
        )
        self.findings.append(finding)

    def unsupported(self, element: etree._Element) -> None:
        """Note an element that we neither execute nor treat as drawing."""
        self.refused.add(element.get("id", ""))
        tag = local_name(element)
        prefix = _PREFIX.get(namespace(element), "")
        reason, remedy = dialect.UNSUPPORTED.get(
            tag, (f"不支持元素“{tag}”。", dialect.INSTEAD.get(prefix + tag, "请删除或改画。"))
        )
        self.fault(element, "bpmn.unsupported", reason, remedy)

    # attributes

    def attributes(self, element: etree._Element) -> None:
        """Refuse every attribute of an element that the dialect does not know."""
        tag = local_name(element)
        known = dialect.ATTRIBUTES.get(tag, frozenset())
        for key, value in element.attrib.items():
            name = etree.QName(str(key))
            if name.namespace not in (None, CAMUNDA, XSI, BPMN):
                if "zeebe" in (name.namespace or ""):
                    self.fault(element, "bpmn.platform", "这是 Camunda 8 的流程图。", "请选择 Camunda Platform 7。")
                continue
            full = _PREFIX.get(name.namespace or "", "") + name.localname
            if full in known or full in dialect.MARKS:
                continue
            if full in dialect.HARMLESS:
                message = f"属性“{name.localname}”在这里不起作用：一次办理就是一个事务。"
                self.fault(element, "camunda.ignored", message, "可以删除。", "warning")
                continue
            remedy = dialect.INSTEAD.get(full, "请删除。")
            label = f"camunda:{name.localname}" if full.startswith("c:") else name.localname
            self.fault(element, "bpmn.attribute", f"不支持属性“{label}”（值“{str(value)[:60]}”）。", remedy)

    def camunda(self, element: etree._Element, name: str) -> str:
        """Return a Camunda attribute, stripped, '' when absent."""
        return (element.get(f"{{{CAMUNDA}}}{name}") or "").strip()

    def template(self, element: etree._Element, text: str, what: str) -> Template | None:
        """Parse a text with expressions; '' gives None, a fault gives None and a finding."""
        if text == "":
            return None
        try:
            return parse(text)
        except ExpressionError as fault:
            self.fault(
                element, "expression.syntax", f"{what}：{fault}", "只能用比较、and/or/not、算术和变量，写成 ${…}。"
            )
            return None

    def attribute_template(self, element: etree._Element, name: str, what: str) -> Template | None:
        """Parse a Camunda attribute as text with expressions."""
        return self.template(element, self.camunda(element, name), what)

    @staticmethod
    def words(text: str) -> tuple[str, ...]:
        """Split a comma list."""
        return tuple(word.strip() for word in text.split(",") if word.strip())

    def binding(self, element: etree._Element, name: str) -> None:
        """Refuse bindings other than ``deployment`` and ``latest``: our bundle freezes both."""
        value = self.camunda(element, name)
        if value not in ("", "deployment", "latest"):
            message = f"不支持绑定方式“{value}”。"
            self.fault(element, "camunda.binding", message, "请选 deployment；办理中的案件自动固定在启动时的版本。")

    # children

    def documentation(self, element: etree._Element) -> str:
        """Return the text of bpmn:documentation."""
        found = element.find(f"{{{BPMN}}}documentation")
        return "" if found is None else text_of(found)

    def lanes(self, process: etree._Element) -> None:
        """Remember each node's innermost lane by name."""
        for lane in process.iter(f"{{{BPMN}}}lane"):
            for reference in lane.findall(f"{{{BPMN}}}flowNodeRef"):
                self.lane_of[text_of(reference)] = lane.get("name", "")

    def extension_elements(self, element: etree._Element) -> list[etree._Element]:
        """Return the Camunda extension elements of an element."""
        found = element.find(f"{{{BPMN}}}extensionElements")
        if found is None:
            return []
        return [child for child in found if namespace(child) == CAMUNDA]

    def extensions(self, element: etree._Element) -> None:
        """Refuse every extension element that the dialect does not know at this tag."""
        found = element.find(f"{{{BPMN}}}extensionElements")
        if found is None:
            return
        tag = local_name(element)
        for child in found:
            name = local_name(child)
            if namespace(child) != CAMUNDA:
                if "zeebe" in namespace(child):
                    self.fault(child, "bpmn.platform", "这是 Camunda 8 的流程图。", "请选择 Camunda Platform 7。")
                continue
            if tag not in dialect.EXTENSIONS.get(name, frozenset()):
                remedy = dialect.INSTEAD.get(f"c:{name}", "请删除。")
                self.fault(child, "camunda.extension", f"这里不支持 camunda:{name}。", remedy)

    def properties(self, element: etree._Element) -> dict[str, str]:
        """Return camunda:properties by name."""
        result: dict[str, str] = {}
        for child in self.extension_elements(element):
            if local_name(child) == "properties":
                for entry in child:
                    name = entry.get("name", "")
                    if not name:
                        self.fault(entry, "camunda.property", "扩展属性没有名称。", "请填写名称。")
                    elif name in result:
                        self.fault(entry, "camunda.property", f"扩展属性“{name}”重复。", "请只保留一个。")
                    result[name] = entry.get("value", "")
        return result

    def parameters(self, element: etree._Element, direction: str) -> tuple[Assignment, ...]:
        """Return inputParameter or outputParameter lines of camunda:inputOutput."""
        result: list[Assignment] = []
        for child in self.extension_elements(element):
            if local_name(child) != "inputOutput":
                continue
            for entry in child:
                if local_name(entry) != direction:
                    continue
                name = entry.get("name", "")
                if not name or len(entry):
                    message = f"参数“{name}”用了列表、映射或脚本。" if name else "参数没有名称。"
                    self.fault(entry, "camunda.parameter", message, "请填写名称，值写成文字或 ${…}。")
                    continue
                text = text_of(entry)
                # As in Camunda 7; element templates write an input that was left empty this way.
                value = self.template(entry, text or "${null}", f"参数“{name}”")
                if text in ("true", "false") or text.isdigit():
                    message = f"参数“{name}”的值“{text}”在 Camunda 7 中是文字。"
                    self.fault(entry, "expression.text", message, f"若要是否值或数字，请写成 ${{{text}}}。", "warning")
                if value is not None:
                    result.append(Assignment(target=name, value=value, line=line_of(entry)))
        return tuple(result)
