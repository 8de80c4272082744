"""Forms and decision tables compared, said in words: field by field, rule by rule."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from lxml import etree

from jiuzhu.engine.difference import NOTHING, Change, Line
from jiuzhu.engine.xml import local_name, parse_xml

PLACING = frozenset({"layout", "id", "key", "path", "components"})
WORDS: Mapping[str, str] = {
    "label": "名称",
    "dateLabel": "名称",
    "text": "文字",
    "type": "种类",
    "subtype": "种类",
    "description": "提示",
    "validate.required": "必填",
    "validate.maxLength": "最多字数",
    "validate.minLength": "最少字数",
    "validate.min": "最小",
    "validate.max": "最大",
    "validate.pattern": "格式",
    "conditional.hide": "隐藏条件",
    "values": "选项",
    "valuesExpression": "选项取自",
    "defaultValue": "默认值",
    "readonly": "只读",
    "disabled": "停用",
    "properties.check": "检查",
    "properties.checkText": "检查不过时的提示",
    "properties.prefill": "预填",
    "properties.widget": "控件",
}
SPOKEN: Mapping[Any, str] = {True: "是", False: "否"}
HIT_POLICIES: Mapping[str, str] = {
    "UNIQUE": "唯一", "FIRST": "取第一条", "ANY": "任一", "PRIORITY": "按优先", "COLLECT": "全部收集",
    "RULE ORDER": "按规则次序", "OUTPUT ORDER": "按输出次序",
}  # fmt: skip


def compare_forms(old: bytes, new: bytes) -> tuple[Change, ...]:
    """Return how the fields of two forms differ, in the order of the newer one; moving a field changes nothing.

    Raises ValueError for a file that is no form.
    """
    before, after = dict(_fields(json.loads(old))), dict(_fields(json.loads(new)))
    found = []
    for key in dict.fromkeys([*after, *before]):
        here, there = before.get(key), after.get(key)
        if here == there:
            continue
        shown = there or here or {}
        words = sorted({*(here or {}), *(there or {})})
        lines = tuple(
            Line(label=word, old=(here or {}).get(word, NOTHING), new=(there or {}).get(word, NOTHING))
            for word in words
            if (here or {}).get(word) != (there or {}).get(word)
        )
        found.append(
            Change(
                sort="added" if here is None else "removed" if there is None else "changed",
                kind="字段",
                name=f"{shown.get('名称') or shown.get('文字') or key}（{key}）",
                old_id="" if here is None else key,
                new_id="" if there is None else key,
                lines=lines,
            )
        )
    return tuple(found)


def _fields(form: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (path, word → value) of every component; texts and groups without a key go by their id."""
    for one in form.get("components", ()):
        own = str(one.get("key") or one.get("path") or one.get("id") or "")
        here = f"{path}.{own}" if path and own else own or path
        if here:
            yield here, {WORDS.get(name, name): value for name, value in _flat(one)}
        inner = f"{path}.{one['path']}".lstrip(".") if one.get("path") else path
        yield from _fields(one, inner)


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, one in value.items():
        if not prefix and key in PLACING:
            continue
        if isinstance(one, Mapping):
            yield from _flat(one, f"{prefix}{key}.")
        elif key == "values" and isinstance(one, list):
            yield "values", "、".join(str(option.get("label", option.get("value"))) for option in one)
        elif one not in (None, ""):
            yield f"{prefix}{key}", SPOKEN[one] if isinstance(one, bool) else _text(one)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def compare_tables(old: bytes, new: bytes) -> tuple[Change, ...]:
    """Return how the decisions of two files differ: columns, hit policy, rules. Raises DeploymentRefused."""
    before, after = _decisions(old), _decisions(new)
    found: list[Change] = []
    for key in dict.fromkeys([*after, *before]):
        here, there = before.get(key), after.get(key)
        if here is None or there is None:
            name = (there or here or _Table()).name
            sort = "added" if here is None else "removed"
            old_id, new_id = ("", key) if here is None else (key, "")
            found.append(
                Change(sort=sort, kind="决策", name=name, old_id=old_id, new_id=new_id, lines=())  # type: ignore[arg-type]
            )
            continue
        lines = [
            Line(label=label, old=here.facts.get(label, NOTHING), new=there.facts.get(label, NOTHING))
            for label in dict.fromkeys([*here.facts, *there.facts])
            if here.facts.get(label) != there.facts.get(label)
        ]
        lines += _rules(here.rules, there.rules)
        if lines:
            found.append(
                Change(sort="changed", kind="决策", name=there.name, old_id=key, new_id=key, lines=tuple(lines))
            )
    return tuple(found)


class _Table:
    """One decision in words."""

    def __init__(self) -> None:
        self.name = ""
        self.facts: dict[str, str] = {}
        self.rules: list[str] = []


def _decisions(data: bytes) -> dict[str, _Table]:
    found: dict[str, _Table] = {}
    for decision in parse_xml(data, "table.dmn").iter():
        if local_name(decision) not in {"decision", "businessKnowledgeModel"}:
            continue
        table = found[decision.get("id", "")] = _Table()
        table.name = decision.get("name", "") or decision.get("id", "")
        table.facts["名称"] = table.name
        for part in decision.iter():
            parent = part.getparent()
            _note(table, part, "" if parent is None else local_name(parent))
    return found


def _note(table: _Table, part: etree._Element, inside: str) -> None:
    tag = local_name(part)
    if tag == "description" and inside == "decision":
        table.facts["说明"] = (part.text or "").strip()
    elif tag == "decisionTable":
        policy = part.get("hitPolicy", "UNIQUE")
        table.facts["命中规则"] = HIT_POLICIES.get(policy, policy) + part.get("aggregation", "")
    elif tag == "input":
        table.facts[f"输入 {part.get('label') or part.get('id')}"] = "".join(part.itertext()).strip()
    elif tag == "output":
        table.facts[f"输出 {part.get('label') or part.get('name')}"] = part.get("name", "")
    elif tag == "literalExpression" and inside in {"decision", "encapsulatedLogic"}:
        table.facts["表达式"] = "".join(part.itertext()).strip()
    elif tag == "rule":
        cells = ["".join(cell.itertext()).strip() or "-" for cell in part if local_name(cell) != "annotationEntry"]
        table.rules.append("｜".join(cells))


def _rules(before: list[str], after: list[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for what, first, last, begin, end in matcher.get_opcodes():
        if what == "equal":
            continue
        for step in range(max(last - first, end - begin)):
            old = before[first + step] if first + step < last else NOTHING
            new = after[begin + step] if begin + step < end else NOTHING
            number = begin + step + 1 if new != NOTHING else first + step + 1
            yield Line(label=f"第 {number} 条规则", old=old, new=new)
