"""Reads a ``.bpmn`` file into a ``Process``, denying by default: what is not read on purpose becomes a finding."""

from __future__ import annotations

import json
from functools import lru_cache

from lxml import etree

from jiuzhu.engine import dialect
from jiuzhu.engine.diagram import Level, Node, Process
from jiuzhu.engine.findings import Finding
from jiuzhu.engine.flow_reading import FlowReader
from jiuzhu.engine.xml import BPMN, line_of, local_name, namespace, parse_xml
from jiuzhu.errors import DeploymentRefused

MAX_FLOW_NODES = 400
MAX_LEVELS = 5
MOST_KEPT = 256
"""Files kept as they were read: every bundle, deployment and check of one process meets the same ones."""
NODES = frozenset(tag for tag in dialect.ATTRIBUTES if tag.endswith(("Event", "Task", "Gateway"))) | {
    "callActivity", "subProcess",
}  # fmt: skip
_RESERVED_IDS = frozenset({"Start", "End", "Root", "typename"})


def read_diagram(data: bytes, name: str) -> Process:
    """Return the process of a file; raises DeploymentRefused with every error found."""
    process, findings = inspect_diagram(data, name)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors or process is None:
        raise DeploymentRefused(errors)
    return process


def inspect_diagram(data: bytes, name: str) -> tuple[Process | None, list[Finding]]:
    """Return the process (None when there is none to speak of) and all findings, warnings too.

    Raises DeploymentRefused only when the file is no acceptable XML at all.
    """
    process, findings = _read(data, name)
    return process, list(findings)


@lru_cache(maxsize=MOST_KEPT)
def _read(data: bytes, name: str) -> tuple[Process | None, tuple[Finding, ...]]:
    reader = _FileReader(parse_xml(data, name), name)
    process = reader.read()
    return process, tuple(reader.findings)


class _FileReader(FlowReader):
    """Reads one file; ``FlowReader`` has the flows of a level, ``NodeReader`` what belongs to a single node."""

    def __init__(self, root: etree._Element, name: str) -> None:
        super().__init__(name)
        self.root = root

    def read(self) -> Process | None:
        if (namespace(self.root), local_name(self.root)) != (BPMN, "definitions"):
            self.fault(
                None,
                "bpmn.root",
                "这不是 BPMN 2.0 流程文件。",
                "请用 Camunda Modeler 新建 BPMN 图（Camunda Platform 7）。",
            )
            return None
        processes = []
        for child in self.root:
            tag = local_name(child)
            if namespace(child) != BPMN:
                continue
            if tag == "process":
                processes.append(child)
            elif tag in ("message", "signal", "error", "escalation"):
                self.declare(child)
            elif tag not in dialect.CONTENT["definitions"]:
                self.unsupported(child)
        executable = [process for process in processes if process.get("isExecutable") == "true"]
        if len(processes) != 1 or len(executable) != 1:
            message = f"文件中有 {len(processes)} 个流程，其中可执行的 {len(executable)} 个；应当正好一个，并且可执行。"
            self.fault(
                processes[0] if processes else None,
                "bpmn.processes",
                message,
                "请一个文件画一个流程，勾选 Executable。",
            )
            return None
        self._check_ids()
        return self._process(executable[0])

    def _process(self, element: etree._Element) -> Process:
        self.process_key = element.get("id", "")
        self.attributes(element)
        properties = self.properties(element)
        self._check_defaults(element, properties.get("defaults", ""))
        self.extensions(element)
        self.lanes(element)
        level = self._level(element, 1)
        if level.start == "":
            self.fault(element, "bpmn.start", "没有开始事件。", "请画一个开始事件。")
        return Process(
            resource=self.resource,
            key=self.process_key,
            name=element.get("name", ""),
            version_tag=self.camunda(element, "versionTag"),
            line=line_of(element),
            documentation=self.documentation(element),
            history_days=self.camunda(element, "historyTimeToLive"),
            has_history_ttl=bool(self.camunda(element, "historyTimeToLive")),
            starter_groups=self.words(self.camunda(element, "candidateStarterGroups")),
            properties=properties,
            level=level,
        )

    def _check_defaults(self, element: etree._Element, text: str) -> None:
        try:
            values = json.loads(text or "{}")
        except ValueError:
            values = None
        if not isinstance(values, dict) or any(isinstance(value, float) for value in values.values()):
            message = "流程属性 defaults 不是 JSON 对象（小数请写成文字）。"
            self.fault(element, "process.defaults", message, '请写成 {"变量": 初始值}，例如 {"decision": ""}。')

    def _level(self, element: etree._Element, depth: int) -> Level:
        if depth > MAX_LEVELS:
            self.fault(element, "bpmn.depth", f"子流程嵌套超过 {MAX_LEVELS} 层。", "请改为调用活动。")
            return Level(nodes={}, flows={}, start="")
        flows = self.flows(element)
        nodes: dict[str, Node] = {}
        starts: list[str] = []
        for child in element:
            if namespace(child) != BPMN:
                continue
            tag = local_name(child)
            if tag in NODES:
                inner = self._level(child, depth + 1) if tag == "subProcess" else None
                node = self.node(child, flows, inner)
                nodes[node.id] = node
                if tag == "startEvent":
                    starts.append(node.id)
            elif tag in dialect.UNSUPPORTED or (tag not in dialect.CONTENT["drawing"] and tag not in _LEVEL_PARTS):
                self.unsupported(child)
        if len(nodes) > MAX_FLOW_NODES:
            self.fault(element, "bpmn.nodes", f"一层中的节点超过 {MAX_FLOW_NODES} 个。", "请拆分成调用活动。")
        if len(starts) > 1:
            self.fault(element, "bpmn.start", f"同一层有 {len(starts)} 个开始事件。", "请只保留一个。")
        if not starts and depth > 1:
            self.fault(element, "bpmn.start", "子流程中没有开始事件。", "请画一个开始事件。")
        self.check_flows(nodes, flows)
        return Level(nodes=nodes, flows=flows, start=starts[0] if starts else "")

    def _check_ids(self) -> None:
        seen: dict[str, etree._Element] = {}
        for element in self.root.iter(f"{{{BPMN}}}*"):
            identity = element.get("id")
            if identity is None:
                continue
            if identity in seen:
                self.fault(element, "bpmn.id", f"标识“{identity}”重复。", "请改成不同的标识。")
            if identity in _RESERVED_IDS:
                self.fault(element, "bpmn.id", f"标识“{identity}”是保留字。", f"请改名，例如 {identity}_Application。")
            seen[identity] = element


_LEVEL_PARTS = frozenset({"sequenceFlow", "laneSet", "documentation", "extensionElements", "incoming", "outgoing",
                          "multiInstanceLoopCharacteristics", "ioSpecification"})  # fmt: skip
