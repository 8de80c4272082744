"""What a deployment holds: its process, decision and form files with everything they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from jiuzhu import decision as decision_room
from jiuzhu.decision import Decisions, DecisionsRefused
from jiuzhu.engine.diagram import Process
from jiuzhu.engine.findings import Finding
from jiuzhu.engine.forms import FormFile, read_form_file
from jiuzhu.engine.reading import inspect_diagram, read_diagram
from jiuzhu.errors import DeploymentRefused, Invalid


@dataclass(frozen=True, kw_only=True)
class ProcessFile:
    """A ``.bpmn`` file: what deployment, lint and pages need to know of it."""

    resource: str
    sha256: str
    key: str
    name: str
    version_tag: str
    documentation: str
    start_form: str
    """Form id of the start event, '' when started without a form or only by calls."""
    starter_groups: tuple[str, ...]
    """Role ids without organisation."""
    properties: Mapping[str, str]
    calls: tuple[str, ...]
    """Keys of called processes; a key that is an expression is not in here."""
    decisions: tuple[str, ...]
    forms: tuple[str, ...]
    topics: tuple[str, ...]
    messages: tuple[str, ...]
    """Names of messages it waits for."""
    outs: frozenset[str]
    """Names of its variables that are set somewhere in it by outputs, forms excluded."""
    diagram: Process


@dataclass(frozen=True, kw_only=True)
class RuleText:
    """One row of a table as text: tests by the expression of their column, and results."""

    tests: Mapping[str, str]
    results: tuple[str, ...]

    def may_hit(self, column: str, text: str) -> bool:
        """Return whether the row can match when a column's expression is a text; True when the test is not literal."""
        test = self.tests.get(column, "").strip()
        if test in ("", "-"):
            return True
        inner = test.removeprefix("not(").removesuffix(")") if test.startswith("not(") else test
        words = [word.strip() for word in inner.split(",")]
        if not all(len(word) > 1 and word[0] == word[-1] == '"' for word in words):
            return True
        return (f'"{text}"' in words) != test.startswith("not(")

    def literals(self) -> tuple[str, ...]:
        """Return the results that are plain texts."""
        return tuple(
            r.strip()[1:-1] for r in self.results if len(r.strip()) > 1 and r.strip()[0] == r.strip()[-1] == '"'
        )


@dataclass(frozen=True, kw_only=True)
class DecisionFile:
    """A ``.dmn`` file."""

    resource: str
    sha256: str
    ids: tuple[str, ...]
    names: Mapping[str, str]
    inputs: Mapping[str, tuple[str, ...]]
    """Variables that each decision reads."""
    outputs: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, tuple[RuleText, ...]]
    """Rules of each table as they are written."""
    decisions: Decisions


@dataclass(frozen=True, kw_only=True)
class Resources:
    """A deployment's files, read."""

    processes: Mapping[str, ProcessFile]
    """By process key."""
    decisions: Mapping[str, DecisionFile]
    """By decision id."""
    forms: Mapping[str, FormFile]
    """By form id."""


def read_process(xml: bytes, name: str) -> ProcessFile:
    """Read a ``.bpmn`` file; raises DeploymentRefused with findings."""
    return process_file(read_diagram(xml, name), xml)


def process_file(process: Process, xml: bytes) -> ProcessFile:
    """Return what is known of a process that was read."""
    nodes = [node for _, node in process.level.walk()]
    start = process.level.nodes.get(process.level.start)
    start_form = start.form if start is not None else ""
    waits = [n.event.message for n in nodes if n.event is not None and n.event.kind == "message" and not n.topic]
    forms = [start_form, *(node.work.form for node in nodes if node.work is not None)]
    forms += [node.properties.get("entryForm", "") for node in nodes]
    return ProcessFile(
        resource=process.resource,
        sha256=sha256(xml).hexdigest(),
        key=process.key,
        name=process.name,
        version_tag=process.version_tag,
        documentation=process.documentation,
        start_form=start_form,
        starter_groups=process.starter_groups,
        properties=process.properties,
        calls=_unique([n.call.called.text for n in nodes if n.call is not None and n.call.called.is_literal]),
        decisions=_unique([node.rule.decision for node in nodes if node.rule is not None]),
        forms=_unique(forms),
        topics=_unique([node.topic for node in nodes]),
        messages=_unique(waits),
        outs=frozenset(line.target for node in nodes for line in node.outputs),
        diagram=process,
    )


def read_decisions(data: bytes, name: str) -> DecisionFile:
    """Read a ``.dmn`` file; raises DeploymentRefused with findings."""
    try:
        decisions = decision_room.read_decisions(data)
    except DecisionsRefused as refused:
        raise DeploymentRefused([_decision_finding(name, fault) for fault in refused.findings]) from None
    return DecisionFile(
        resource=name,
        sha256=sha256(data).hexdigest(),
        ids=decisions.ids,
        names={key: decisions.name(key) for key in decisions.ids},
        inputs={key: decisions.inputs(key) for key in decisions.ids},
        outputs={key: decisions.outputs(key) for key in decisions.ids},
        rules={key: _rules(decisions, key) for key in decisions.ids},
        decisions=decisions,
    )


def _rules(decisions: Decisions, key: str) -> tuple[RuleText, ...]:
    table = decisions.table(key)
    if table is None:
        return ()
    return tuple(
        RuleText(
            tests={c.expression.text: t.text for c, t in zip(table.inputs, rule.tests, strict=True)},
            results=tuple(result.text for result in rule.results),
        )
        for rule in table.rules
    )


def read_form(data: bytes, name: str) -> FormFile:
    """Read a ``.form`` file; raises DeploymentRefused with findings."""
    try:
        return read_form_file(data, name)
    except DeploymentRefused:
        raise
    except Invalid as fault:
        faults = fault.faults or {"": fault.sentence}
        raise DeploymentRefused(
            [
                Finding(severity="error", resource=name, element_id=component, rule="form.invalid", message=sentence)
                for component, sentence in faults.items()
            ]
        ) from None


def parse_resources(resources: Mapping[str, bytes]) -> Resources:
    """Read every ``.bpmn``, ``.dmn`` and ``.form`` of a deployment; other files are left alone.

    Raises DeploymentRefused with the errors of all files together.
    """
    read, findings = inspect_resources(resources)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise DeploymentRefused(errors)
    return read


def inspect_resources(resources: Mapping[str, bytes]) -> tuple[Resources, list[Finding]]:
    """Return what could be read and all findings, warnings too; never raises for a bad file."""
    findings: list[Finding] = []
    processes: dict[str, ProcessFile] = {}
    decisions: dict[str, DecisionFile] = {}
    forms: dict[str, FormFile] = {}
    for name in sorted(resources):
        data = resources[name]
        try:
            if name.endswith(".bpmn"):
                process, found = inspect_diagram(data, name)
                findings += found
                if process is not None:
                    _add(processes, process.key, process_file(process, data), name, "流程", findings)
            elif name.endswith(".dmn"):
                table = read_decisions(data, name)
                for key in table.ids:
                    _add(decisions, key, table, name, "决策", findings)
            elif name.endswith(".form"):
                form = read_form(data, name)
                _add(forms, form.id, form, name, "表单", findings)
        except DeploymentRefused as refused:
            findings += [finding for finding in refused.findings if isinstance(finding, Finding)]
    return Resources(processes=processes, decisions=decisions, forms=forms), findings


def _add(known: dict[str, Any], key: str, value: Any, name: str, word: str, findings: list[Finding]) -> None:
    if key in known:
        message = f"{word}“{key}”在 {known[key].resource} 中已经有了。"
        findings.append(
            Finding(severity="error", resource=name, element_id=key, rule="resource.twice", message=message,
                    remedy="请改名，或只部署一个。")
        )  # fmt: skip
        return
    known[key] = value


def _decision_finding(name: str, fault: decision_room.DecisionFinding) -> Finding:
    return Finding(
        severity="error", resource=name, element_id=fault.element_id, element_name=fault.element_name, line=fault.line,
        column=1 if fault.line else 0, rule="decision.invalid", message=fault.message, remedy=fault.remedy,
    )  # fmt: skip


def _unique(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
