"""The dated parameters that a case used, in words, each beside its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.service.cases import CaseView
from webui import dates
from webui.office import current_office

ASSUMPTION = "assumption"
"""How a parameter file marks a value that no source gives."""
CODES = {
    "devolution": "下放",
    "delegation": "委托",
    "entrustment": "委托",
    "town": "镇（街道）",
    "county": "区（市）",
    "city": "市",
    "none": "不得确认",
}
"""Values that are codes of decision tables."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One parameter."""

    label: str
    value: str
    source: str


def lines_of(case: CaseView) -> Sequence[Line]:
    """Return the parameters that have a value."""
    labels = {name.name: name.label for topic in current_office().topics.values() for name in topic.contract.outputs}
    return [
        Line(
            label=labels.get(one.name, one.label),
            value=spoken(one.value),
            source=one.source.replace(ASSUMPTION, "假设，待核实"),
        )
        for one in case.parameters
        if one.value not in (None, "", [])
    ]


def spoken(value: Any) -> str:
    """Write a value: yes and no, dates and codes as words, lists joined."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(spoken(each) for each in value)
    text = str(value)
    if len(text) == len("2026-09-16") and text[4] == text[7] == "-":
        moment = dates.local(text)
        return f"{moment.year}年{moment.month}月{moment.day}日"
    return CODES.get(text, text)
