"""Checks between forms, conditions and topics: one name has one type and one set of codes everywhere."""

from __future__ import annotations

import re

from jiuzhu.engine.findings import Finding
from jiuzhu.engine.lint_scene import Scene

_COMPARED = re.compile(r"\b([^\W\d_]\w*)\s*(?:==|!=|\beq\b|\bne\b)\s*'([^'\\]*)'")
_LOOSE = frozenset({"any", "json"})
_SAME = {"person": "string", "date": "date", "datetime": "date"}


def check_forms(scene: Scene) -> None:
    """Report keys with two types, and conditions that compare with a code that nothing offers."""
    _types(scene)
    _codes(scene)


def _types(scene: Scene) -> None:
    """Report a form key whose type differs from that of the same key in another form or of a topic's name."""
    if scene.around.variables is None:
        return
    known: dict[str, tuple[str, str]] = {}
    for contract in scene.around.topics.values():
        for name in (*contract.inputs, *contract.outputs):
            if name.type != "json":
                known.setdefault(name.name, (name.type, f"主题“{contract.topic}”"))
    for form in sorted(scene.forms.values(), key=lambda f: (f.id in scene.checked_forms, f.id)):
        for key, kind in form.keys.items():
            kind = _SAME.get(kind, kind)
            if key not in scene.around.variables or kind in _LOOSE:
                continue
            first = known.setdefault(key, (kind, f"表单“{form.id}”"))
            if first[0] != kind and form.id in scene.checked_forms:
                message = f"键“{key}”在这里是 {kind}，在{first[1]}中是 {first[0]}；一个键只能有一个意思。"
                scene.findings.append(
                    Finding(severity="error", resource=form.resource, element_id=key, rule="form.key-type",
                            message=message, remedy="请改名，或统一类型。")
                )  # fmt: skip


def _codes(scene: Scene) -> None:
    """Report conditions that compare a variable with a code that no form, topic or table ever gives it."""
    offered: dict[str, set[str]] = {}
    open_ended: set[str] = set()
    for form in scene.forms.values():
        for key in form.keys:
            choices = form.choices.get(key)
            if choices:
                offered.setdefault(key, set()).update(str(choice) for choice in choices)
            else:
                open_ended.add(key)
    for contract in scene.around.topics.values():
        for name in contract.outputs:
            if name.choices:
                offered.setdefault(name.name, set()).update(name.choices)
            elif name.type == "string":
                open_ended.add(name.name)
    for file in scene.processes.values():
        for _, node in file.diagram.level.walk():
            for line in node.outputs:
                if line.value is not None and line.value.is_literal:
                    offered.setdefault(line.target, set()).add(line.value.text)
                else:
                    open_ended.add(line.target)
            if node.rule is not None:
                open_ended.add(node.rule.result)
    for process, level, _ in scene.nodes():
        for flow in level.flows.values():
            if flow.condition is None:
                continue
            for name, code in _COMPARED.findall(flow.condition.text):
                if code and name in offered and name not in open_ended and code not in offered[name]:
                    source = level.nodes.get(flow.source)
                    message = f"条件把“{name}”与“{code}”比较，但没有任何步骤会给出这个值。"
                    remedy = f"可能的值：{'、'.join(sorted(filter(None, offered[name])))}。"
                    scene.note(process, source, "value.choice", message, remedy, line=flow.line)
