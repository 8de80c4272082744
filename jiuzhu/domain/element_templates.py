"""Element templates for Camunda Modeler, generated from the topics' contracts so that they cannot drift."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jiuzhu.domain.topics import Name, TopicContract

SCHEMA = "https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json"
"""The schema's public name; the validator knows it by this text, nobody fetches it."""

_HINTS = {
    "string": "文字",
    "integer": "整数",
    "boolean": "true 或 false",
    "money": "金额，如 600.00",
    "date": "日期，如 2026-09-16",
    "json": "结构化数据",
}


def _describe(name: Name) -> str:
    words = [_HINTS[name.type]]
    if name.choices:
        words.append("取值：" + "、".join(name.choices))
    if not name.required:
        words.append("可不填")
    return "；".join(words)


def _input(name: Name) -> dict[str, Any]:
    field: dict[str, Any] = {
        "label": name.label,
        "description": f"{name.name}：{_describe(name)}",
        "type": "String",
        "value": f"${{{name.name}}}",
        "binding": {"type": "camunda:inputParameter", "name": name.name},
        "group": "inputs",
    }
    if name.required:
        field["constraints"] = {"notEmpty": True}
    return field


def _output(name: Name) -> dict[str, Any]:
    return {
        "label": name.label,
        "description": f"结果写入的变量（{_describe(name)}）",
        "type": "String",
        "value": name.name,
        "binding": {"type": "camunda:outputParameter", "source": f"${{{name.name}}}"},
        "group": "outputs",
    }


def topic_template(contract: TopicContract) -> dict[str, Any]:
    """Return the template of one worker topic: service task, external, topic, inputs and outputs.

    Record tasks and errands look the same to the designer; the description says which it is.
    """
    kind = "登记类：在同一笔业务内立即完成" if contract.kind == "record" else "对外类：排队办理，失败自动重试"
    errors = f"可能报告的业务错误：{'、'.join(contract.errors)}。" if contract.errors else ""
    properties: list[dict[str, Any]] = [
        {"type": "Hidden", "value": "external", "binding": {"type": "property", "name": "camunda:type"}},
        {"type": "Hidden", "value": contract.topic, "binding": {"type": "property", "name": "camunda:topic"}},
    ]
    properties += [_input(name) for name in contract.inputs]
    return {
        "$schema": SCHEMA,
        "name": contract.label,
        "id": f"jiuzhu.topic.{contract.topic}",
        "version": 1,
        "description": f"{contract.doc}{errors}（{kind}）",
        "documentationRef": f"http://localhost:8000/processes/topics#{contract.topic}",
        "category": {"id": contract.kind, "name": "登记" if contract.kind == "record" else "对外"},
        "appliesTo": ["bpmn:Task", "bpmn:ServiceTask"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "groups": [{"id": "inputs", "label": "输入"}, {"id": "outputs", "label": "结果"}],
        "properties": properties + [_output(name) for name in contract.outputs],
    }


def human_task_template(role: str, label: str, group: str) -> dict[str, Any]:
    """Return the template of a human task for one role.

    Args:
        role: role id, such as ``town_reviewer``.
        label: Chinese name of the role.
        group: candidate group expression, such as ``town_reviewer@${town}``.
    """
    return {
        "$schema": SCHEMA,
        "name": f"{label}办理",
        "id": f"jiuzhu.role.{role}",
        "version": 1,
        "description": f"由{label}在待办中办理的人工环节。",
        "category": {"id": "human", "name": "人工环节"},
        "appliesTo": ["bpmn:Task", "bpmn:UserTask"],
        "elementType": {"value": "bpmn:UserTask"},
        "properties": [
            {
                "label": "办理岗位",
                "type": "String",
                "value": group,
                "binding": {"type": "property", "name": "camunda:candidateGroups"},
                "constraints": {"notEmpty": True},
            },
            {
                "label": "表单",
                "description": "表单文件的标识（随流程一起部署）",
                "type": "String",
                "binding": {"type": "property", "name": "camunda:formRef"},
                "constraints": {"notEmpty": True},
            },
            {
                "type": "Hidden",
                "value": "deployment",
                "binding": {"type": "property", "name": "camunda:formRefBinding"},
            },
            {
                "label": "办理时限",
                "type": "String",
                "value": "${due_simple}",
                "binding": {"type": "property", "name": "camunda:dueDate"},
                "constraints": {"notEmpty": True},
            },
            {
                "label": "回避的环节",
                "description": "办过这些环节的人不能办理本环节（环节标识，以逗号分隔）",
                "type": "String",
                "binding": {"type": "camunda:property", "name": "notBy"},
            },
        ],
    }


def all_templates(
    contracts: Iterable[TopicContract], roles: Iterable[tuple[str, str, str]]
) -> dict[str, list[dict[str, Any]]]:
    """Return file name -> list of templates, in a stable order."""
    return {
        "topics.json": [topic_template(contract) for contract in sorted(contracts, key=lambda one: one.topic)],
        "roles.json": [human_task_template(*role) for role in sorted(roles)],
    }
