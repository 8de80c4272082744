"""Parameters in words, as screens and the command line show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jiuzhu.domain.words import HARDSHIPS, MEANS_SOURCES, PROGRAMMES

ASSUMPTION = "assumption"
"""How a parameter file marks a value that no source gives."""
EXAMPLE = "示例"
TO_CONFIRM = "设定（待本地核定）"
UNITS = {"wd": "个工作日", "d": "天（日历日）", "h": "小时", "m": "个月"}
CODES = {
    "devolution": "下放",
    "delegation": "委托",
    "entrustment": "委托",
    "town": "镇（街道）",
    "county": "区（市）",
    "district": "区（市）",
    "city": "市",
    "none": "不得确认",
    "accepted": "自受理日",
    "decided": "自决定日",
    "decision": "自确认",
    "complete": "自材料和授权齐全",
    "notice_end": "自公示期满",
    "person": "每人",
    "household": "每户",
    "urban": "城镇",
    "rural": "农村",
    "counted": "计入",
    "excluded": "不计入",
    "deducted": "扣减",
    "full": "完全自理",
    "partial": "部分丧失自理能力",
    **PROGRAMMES,
    **MEANS_SOURCES,
    **HARDSHIPS,
}
"""Values that are codes of tables and settings."""


def spoken(value: Any, words: Mapping[str, str] | None = None) -> str:
    """Write a value: limits, yes and no, dates and codes as words (``words`` go first), lists joined."""
    if value is None:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict) and set(value) == {"amount", "unit"}:
        return "不设" if value["unit"] == "none" else f"{value['amount']}{UNITS[value['unit']]}"
    if isinstance(value, (list, tuple)):
        return "、".join(spoken(each, words) for each in value) or "无"
    text = str(value)
    if words and text in words:
        return words[text]
    if len(text) == len("2026-09-16") and text[4] == text[7] == "-":
        day = date.fromisoformat(text)
        return f"{day.year}年{day.month}月{day.day}日"
    return CODES.get(text, text)


def is_assumed(source: str) -> bool:
    """True for a value that no clause gives: an assumption, or an example number."""
    return ASSUMPTION in source or EXAMPLE in source or "设定" in source


def spoken_source(source: str, ambiguities: tuple[str, ...] = ()) -> str:
    """Write where a value comes from; what the house assumed says so, with the question that is open."""
    text = source.replace(ASSUMPTION, TO_CONFIRM)
    if (is_assumed(source) or ambiguities) and TO_CONFIRM not in text:
        text = f"{text}；{TO_CONFIRM}"
    missing = [one for one in ambiguities if one not in text]
    return f"{text}〔{'、'.join(missing)}〕" if missing else text
