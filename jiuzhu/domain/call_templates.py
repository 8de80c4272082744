"""Element templates for what diagrams share: called processes with their mappings, and decision tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jiuzhu.domain.element_templates import SCHEMA


def call_template(
    key: str, name: str, ins: Mapping[str, str], outs: Sequence[str], doc: str, *, all_in: bool
) -> dict[str, Any]:
    """Return the template of one called process.

    Args:
        key: process key.
        name: its Chinese name.
        ins: variable of the called process → variable of the caller that its callers pass.
        outs: results that its callers take back.
        doc: what the diagram says of itself.
        all_in: whether everything that the caller has goes in.
    """
    properties: list[dict[str, Any]] = [
        {"type": "Hidden", "value": key, "binding": {"type": "property", "name": "calledElement"}}
    ]
    if all_in:
        properties.append({"type": "Hidden", "value": "all", "binding": {"type": "camunda:in", "variables": "all"}})
    for target, source in ins.items():
        line = {"label": target, "description": "本流程里的变量，传给被调用流程", "type": "String", "value": source}
        binding = {"type": "camunda:in", "target": target}
        properties.append({**line, "binding": binding, "constraints": {"notEmpty": True}, "group": "ins"})
    for source in outs:
        line = {"label": source, "description": "结果写入的变量", "type": "String", "value": source}
        binding = {"type": "camunda:out", "source": source}
        properties.append({**line, "binding": binding, "constraints": {"notEmpty": True}, "group": "outs"})
    return {
        "$schema": SCHEMA,
        "name": name,
        "id": f"jiuzhu.call.{key}",
        "version": 1,
        "description": f"{_first(doc)}流程 {key}。",
        "category": {"id": "call", "name": "共用流程"},
        "appliesTo": ["bpmn:Task", "bpmn:CallActivity"],
        "elementType": {"value": "bpmn:CallActivity"},
        "groups": [{"id": "ins", "label": "传入"}, {"id": "outs", "label": "传出"}],
        "properties": properties,
    }


def decision_template(key: str, name: str, shape: str, inputs: Sequence[str], outputs: Sequence[str]) -> dict[str, Any]:
    """Return the template of one decision table; ``shape`` is Camunda's way to map its result."""
    read = f"读取变量：{'、'.join(inputs)}。" if inputs else ""
    return {
        "$schema": SCHEMA,
        "name": name,
        "id": f"jiuzhu.decision.{key}",
        "version": 1,
        "description": f"决策表 {key}。{read}结果：{'、'.join(outputs)}。",
        "category": {"id": "decision", "name": "决策表"},
        "appliesTo": ["bpmn:Task", "bpmn:BusinessRuleTask"],
        "elementType": {"value": "bpmn:BusinessRuleTask"},
        "properties": [
            {"type": "Hidden", "value": key, "binding": {"type": "property", "name": "camunda:decisionRef"}},
            {
                "type": "Hidden",
                "value": "deployment",
                "binding": {"type": "property", "name": "camunda:decisionRefBinding"},
            },
            {"type": "Hidden", "value": shape, "binding": {"type": "property", "name": "camunda:mapDecisionResult"}},
            {
                "label": "结果变量",
                "description": "决策的结果写入这个变量",
                "type": "String",
                "value": outputs[0] if shape == "singleEntry" else key,
                "binding": {"type": "property", "name": "camunda:resultVariable"},
                "constraints": {"notEmpty": True},
            },
        ],
    }


def _first(doc: str) -> str:
    """Return the first sentence."""
    return f"{doc.partition('。')[0]}。" if doc.strip() else ""
