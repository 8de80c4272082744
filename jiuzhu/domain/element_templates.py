"""Element templates for Camunda Modeler, generated from the topics' contracts so that they cannot drift.

A template fills in what a designer would otherwise have to know: type and topic, the inputs that are settled at the
task, and the results by name. Inputs that are variables of the case are read by their name and need no line; the
description names them. Applied as they stand, templates must run (tests/process/test_element_templates.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jiuzhu.domain.topics import Name, TopicContract

SCHEMA = "https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json"
"""The schema's public name; the validator knows it by this text, nobody fetches it."""
STANDING = "due_simple"
"""Every topic sets it; it is not worth a line in each template."""

_HINTS = {
    "string": "文字",
    "integer": "整数",
    "boolean": "true 或 false",
    "money": "金额，如 600.00",
    "date": "日期，如 2026-09-16",
    "json": "结构化数据",
}
_ROLE_RULES = (
    ("notTeam", "调查组成员回避", "入户调查组的成员不能办理本环节"),
    ("teamOnly", "只由调查组办理", "只有最近一次入户调查组的成员可以领取"),
    ("teamLeaderOnly", "只由调查组组长办理", "只有最近一次入户调查组的组长可以领取"),
    ("notHandler", "承办过的人回避", "在所查案件的其他流程里办理过任何环节的人不能办理本环节"),
    ("inspectorOnly", "只由抽中的检查人员办理", "随机抽取了检查人员的，只有抽中的人可以领取"),
    ("distinct", "每份由不同的人办理", "多实例环节：同一轮里每个人只能办理一份"),
)


def _input(name: Name) -> dict[str, Any]:
    field: dict[str, Any] = {
        "label": name.label,
        "description": f"{name.name}：{_HINTS[name.type]}，或 ${{变量}}；{'必填' if name.required else '可不填'}",
        "type": "String",
        "binding": {"type": "camunda:inputParameter", "name": name.name},
        "group": "inputs",
    }
    if name.choices:
        field["type"] = "Dropdown"
        field["choices"] = [{"name": choice or "（不填）", "value": choice} for choice in name.choices]
        field["value"] = name.choices[0]
    if name.required:
        field["constraints"] = {"notEmpty": True}
    return field


def _output(name: Name) -> dict[str, Any]:
    return {
        "label": name.label,
        "description": f"结果写入的变量（{_HINTS[name.type]}）",
        "type": "String",
        "value": name.name,
        "binding": {"type": "camunda:outputParameter", "source": f"${{{name.name}}}"},
        "constraints": {"notEmpty": True},
        "group": "outputs",
    }


def topic_template(contract: TopicContract) -> dict[str, Any]:
    """Return the template of one worker topic: service task, external, topic, inputs and results.

    Record tasks and errands look the same to the designer; the description says which it is.
    """
    properties: list[dict[str, Any]] = [
        {"type": "Hidden", "value": "external", "binding": {"type": "property", "name": "camunda:type"}},
        {"type": "Hidden", "value": contract.topic, "binding": {"type": "property", "name": "camunda:topic"}},
    ]
    properties += [_input(name) for name in contract.inputs if name.drawn]
    results = [name for name in contract.outputs if name.required and name.name != STANDING]
    return {
        "$schema": SCHEMA,
        "name": contract.label,
        "id": f"jiuzhu.topic.{contract.topic}",
        "version": 1,
        "description": _describe(contract),
        "category": {"id": contract.kind, "name": "登记" if contract.kind == "record" else "对外"},
        "appliesTo": ["bpmn:Task", "bpmn:ServiceTask"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "groups": [{"id": "inputs", "label": "输入"}, {"id": "outputs", "label": "结果"}],
        "properties": properties + [_output(name) for name in results],
    }


def _describe(contract: TopicContract) -> str:
    words = [contract.doc]
    read = [name.name for name in contract.inputs if not name.drawn]
    if read:
        words.append(f"读取变量：{'、'.join(read)}。")
    maybe = [name.name for name in contract.outputs if not name.required]
    maybe += [f"{prefix}…" for prefix in contract.prefixes]
    if maybe:
        words.append(f"视情况另写入：{'、'.join(maybe)}。")
    if contract.errors:
        words.append(f"可能报告的业务错误：{'、'.join(contract.errors)}，请画错误边界事件。")
    words.append("登记：在同一笔业务内立即完成。" if contract.kind == "record" else "对外：排队办理，失败自动重试。")
    return "".join(words)


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
        "groups": [{"id": "work", "label": "办理"}, {"id": "separation", "label": "职责分离"}],
        "properties": [
            {
                "label": "办理岗位",
                "description": "岗位@单位，单位可用变量",
                "type": "String",
                "value": group,
                "binding": {"type": "property", "name": "camunda:candidateGroups"},
                "constraints": {"notEmpty": True},
                "group": "work",
            },
            {
                "label": "表单",
                "description": "表单文件的标识（随流程一起部署）",
                "type": "String",
                "binding": {"type": "property", "name": "camunda:formRef"},
                "constraints": {"notEmpty": True},
                "group": "work",
            },
            {
                "type": "Hidden",
                "value": "deployment",
                "binding": {"type": "property", "name": "camunda:formRefBinding"},
            },
            {
                "label": "办理时限",
                "description": "由“登记期限”一类的任务算出的变量",
                "type": "String",
                "value": f"${{{STANDING}}}",
                "binding": {"type": "property", "name": "camunda:dueDate"},
                "constraints": {"notEmpty": True},
                "group": "work",
            },
            {
                "label": "回避的环节",
                "description": "办过这些环节的人不能办理本环节（环节标识，以逗号分隔）；可不填",
                "type": "String",
                "binding": {"type": "camunda:property", "name": "notBy"},
                "group": "separation",
            },
            {
                "label": "回避的规则",
                "description": "被拒绝时记入日志的规则；不填为 R-01（决定、制单、复核三人分开的填 R-11）",
                "type": "String",
                "binding": {"type": "camunda:property", "name": "notByRule"},
                "constraints": {"pattern": {"value": "R-\\d\\d", "message": "规则编号，如 R-11"}},
                "group": "separation",
            },
            *(_rule(*rule) for rule in _ROLE_RULES),
        ],
    }


def _rule(name: str, label: str, description: str) -> dict[str, Any]:
    return {
        "label": label,
        "description": description,
        "type": "Dropdown",
        "value": "false",
        "choices": [{"name": "否", "value": "false"}, {"name": "是", "value": "true"}],
        "binding": {"type": "camunda:property", "name": name},
        "group": "separation",
    }


def all_templates(
    contracts: Iterable[TopicContract], roles: Iterable[tuple[str, str, str]]
) -> dict[str, list[dict[str, Any]]]:
    """Return file name -> list of templates, in a stable order."""
    return {
        "topics.json": [topic_template(contract) for contract in sorted(contracts, key=lambda one: one.topic)],
        "roles.json": [human_task_template(*role) for role in sorted(roles)],
    }
