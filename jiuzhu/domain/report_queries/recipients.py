"""Reports about recipients: who came, who changed, who left; where they live; who was registered as poor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from jiuzhu.domain import words
from jiuzhu.domain.recipients import in_force, payable
from jiuzhu.domain.report_source import ReportSource
from jiuzhu.domain.reports import Asked, Line
from jiuzhu.domain.rows import Household, Recipient, RecipientChange

NEW = frozenset({"grant"})
CHANGED = frozenset({"increase", "decrease", "suspend", "resume", "restore", "gradual_exit", "members"})
CANCELLED = frozenset({"stop"})
"""Kinds of a recipient's history as the statistics count them; keep, import and account change nothing that counts."""
MARKERS = {"formerly_registered_poor": "脱贫户", "monitored": "监测对象", "none": "其他", "": "没有登记"}
AREAS = {"urban": "城镇", "rural": "农村"}
MANY = 400
"""Cases asked for at once."""


def rollup_changes(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Count new, changed and cancelled households by town and programme, and who is in force at the end (NH-10)."""
    lines = []
    for town in asked.towns:
        recipients = source.find(Recipient, district=asked.district, town=town)
        history = changes_of(source, recipients)
        for programme in words.PROGRAMMES:
            own = [one for one in recipients if one.programme == programme]
            if own:
                lines.append(_rollup(source, asked, town, programme, [history[one.recipient_no] for one in own]))
    return lines


def _rollup(
    source: ReportSource, asked: Asked, town: str, programme: str, histories: Sequence[Sequence[RecipientChange]]
) -> Line:
    counted: Counter[str] = Counter()
    in_hand, amount = 0, Decimal("0.00")
    last = asked.months[-1]
    for history in histories:
        kinds = {one.kind for one in history if one.effective_month in asked.months}
        counted["new"] += bool(kinds & NEW)
        counted["changed"] += bool(kinds & CHANGED)
        counted["cancelled"] += bool(kinds & CANCELLED)
        line = in_force(history, last)
        in_hand += line is not None and line.state != "ended"
        amount += payable(history, last)
    return {
        "town": source.name(town),
        "programme": words.PROGRAMMES[programme],
        "new": counted["new"],
        "changed": counted["changed"],
        "cancelled": counted["cancelled"],
        "in_force": in_hand,
        "amount": amount,
    }


def urban_statistics(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Count the households in force by where they live and what their registration is (XX-86)."""
    areas = {str(row["area"]) for row in source.policy.rows("urban_areas", asked.last)}
    lines = []
    for town in asked.towns:
        found: Counter[tuple[str, str, str]] = Counter()
        people: Counter[tuple[str, str, str]] = Counter()
        for one, record in _in_force(source, asked, town):
            area = "urban" if {one.town, one.village} & areas else "rural"
            hukou = str((record.get("applicant") or {}).get("hukou_type") or "")
            place = (AREAS[area], AREAS.get(hukou, "没有登记"), words.PROGRAMMES.get(one.programme, one.programme))
            found[place] += 1
            people[place] += one.members
        lines += [
            {
                "town": source.name(town),
                "area": place[0],
                "hukou": place[1],
                "programme": place[2],
                "households": count,
                "people": people[place],
            }
            for place, count in sorted(found.items())
        ]
    return lines


def poor_marker_crosstab(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Count households by former poverty, programme and what happened to them in the period (QJ-06)."""
    lines: dict[tuple[str, str], Counter[str]] = {}
    for town in asked.towns:
        recipients = source.find(Recipient, district=asked.district, town=town)
        history = changes_of(source, recipients)
        records = _records(source, recipients)
        for one in recipients:
            record = records.get(one.case_no, {})
            marker = str((record.get("applicant") or {}).get("household_marker") or "")
            kinds = {line.kind for line in history[one.recipient_no] if line.effective_month in asked.months}
            latest = in_force(history[one.recipient_no], asked.months[-1])
            count = lines.setdefault((MARKERS.get(marker, marker), one.programme), Counter())
            count["in_force"] += latest is not None and latest.state != "ended"
            count["new"] += bool(kinds & NEW)
            count["changed"] += bool(kinds & CHANGED)
            count["cancelled"] += bool(kinds & CANCELLED)
    return [
        {
            "marker": marker,
            "programme": words.PROGRAMMES.get(programme, programme),
            **{key: count[key] for key in ("new", "changed", "cancelled", "in_force")},
        }
        for (marker, programme), count in sorted(lines.items())
    ]


def changes_of(source: ReportSource, recipients: Iterable[Recipient]) -> dict[str, list[RecipientChange]]:
    """Return the history of each recipient."""
    found: dict[str, list[RecipientChange]] = {one.recipient_no: [] for one in recipients}
    for numbers in in_parts(list(found)):
        for line in source.find(RecipientChange, recipient_no=numbers):
            found[line.recipient_no].append(line)
    return found


def in_parts(numbers: Sequence[str]) -> Sequence[tuple[str, ...]]:
    """Return numbers in parts that one question may name."""
    return [tuple(numbers[start : start + MANY]) for start in range(0, len(numbers), MANY)]


def _in_force(source: ReportSource, asked: Asked, town: str) -> Sequence[tuple[Recipient, dict[str, Any]]]:
    recipients = source.find(Recipient, district=asked.district, town=town)
    history = changes_of(source, recipients)
    records = _records(source, recipients)
    found = []
    for one in recipients:
        line = in_force(history[one.recipient_no], asked.months[-1])
        if line is not None and line.state != "ended":
            found.append((one, records.get(one.case_no, {})))
    return found


def _records(source: ReportSource, recipients: Sequence[Recipient]) -> dict[str, dict[str, Any]]:
    """Return the household record of each case; what was imported has none."""
    numbers = [one.case_no for one in recipients]
    return {row.case_no: dict(row.record) for part in in_parts(numbers) for row in source.find(Household, case_no=part)}
