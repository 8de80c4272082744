"""双清双入双退: the dibao register beside the poverty list; what follows of differences is begun (XX-52, XX-53)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain.rows import HouseholdPerson, ListDifference, PovertyEntry, Recipient
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.two_lists import compare
from workers.records import names
from workers.records.booked_lists import CONCLUSIONS, SIDES, TOGETHER, open_lines
from workers.records.desk import at_desk, text
from workers.records.papers import make_document, organ_name

ACTIVE = ("active", "gradual_exit", "suspended")
PERIOD = Name(name="period", type="string", label="季度", required=False)
MOST_LINES = 300
"""Differences that the sheet names; all of them stand in the rows."""

COMPARE_LISTS = TopicContract(
    topic="compare_lists",
    label="比对低保与扶贫名单",
    kind="record",
    doc=(
        "step=compare：在册低保对象与本季度扶贫名单比对，登记仅在低保、仅在扶贫、两项都在的；follow：对已核查的差异"
        "发起走访或者动态管理；sheet：制作双清差异表。给出还没有核查的差异数。"
    ),
    inputs=(
        Name(name="step", type="string", label="环节", drawn=True, choices=("compare", "follow", "sheet")),
        PERIOD,
    ),
    outputs=(Name(name="difference_count", type="integer", label="还没有核查的差异数"), names.DUE_SIMPLE),
    sources=("XX-52", "XX-53", "XX-87"),
)


def lists(call: RecordCall) -> Values:
    """Do one step; say how many differences are still open."""
    STEPS[text(call, "step")](call)
    return {"difference_count": len(open_lines(call))}


def _compare(call: RecordCall) -> None:
    period = text(call, "period")
    receiving = {
        row.recipient_no: row
        for row in call.records.find(Recipient, district=call.district, programme="dibao")
        if row.state in ACTIVE
    }
    listed = {row.person_ref: row for row in call.records.find(PovertyEntry, district=call.district, period=period)}
    result = compare(_people(call, list(receiving.values())), listed)
    line = 0
    for number in result.only_dibao:
        line, row = line + 1, receiving[number]
        _add(call, line, period, "only_dibao", row.name, row.town, row.village, number)
    for ref in result.only_poverty:
        line, entry = line + 1, listed[ref]
        _add(call, line, period, "only_poverty", entry.name, entry.village[:-3], entry.village, "")
    call.records.audit(
        "compared",
        f"{period}比对：仅在低保{len(result.only_dibao)}户，仅在扶贫{len(result.only_poverty)}人，"
        f"两项都在{len(result.both)}人",
        only_dibao=len(result.only_dibao),
        only_poverty=len(result.only_poverty),
        both=len(result.both),
    )


def _people(call: RecordCall, recipients: list[Recipient]) -> dict[str, set[str]]:
    """Return recipient → everybody of its household."""
    by_case = {row.case_no: row for row in recipients}
    found = {row.recipient_no: {row.resident_ref} for row in recipients}
    numbers = sorted(by_case)
    for start in range(0, len(numbers), TOGETHER * 10):
        for one in call.records.find(HouseholdPerson, case_no=tuple(numbers[start : start + TOGETHER * 10])):
            if one.part in {"applicant", "member"}:
                found[by_case[one.case_no].recipient_no].add(one.resident_ref)
    return found


def _add(
    call: RecordCall, line: int, period: str, side: str, name: str, town: str, village: str, recipient_no: str
) -> None:
    call.records.add(
        ListDifference(
            compare_no=call.record_no,
            line=line,
            district=call.district,
            period=period,
            side=side,
            name=name,
            town=town,
            village=village,
            recipient_no=recipient_no,
        )
    )


def _follow(call: RecordCall) -> None:
    """Begin what the office asked for, once for each line."""
    rows = call.records.find(ListDifference, compare_no=call.record_no, state="checked")
    for row in rows:
        if row.started_no or row.conclusion not in {"visit", "change"}:
            continue
        number = _visit(call, row) if row.conclusion == "visit" else _change(call, row)
        call.records.change(row, started_no=number)


def _visit(call: RecordCall, row: ListDifference) -> str:
    return call.switchboard.hand_in(
        "shared_discovery",
        {
            "applicant_name": row.name,
            "village": row.village,
            "found_address": call.records.organisation_name(row.village),
            "found_phone": "",
            "household_marker": "formerly_registered_poor",
            "discovery_source": "visit",
            "found_on": call.today.isoformat(),
            "found_situation": f"{row.period}两项制度比对：{SIDES[row.side]}。{row.note}",
            "found_urgent": False,
            "found_photos": [],
        },
        town=row.town,
        village=row.village,
    )


def _change(call: RecordCall, row: ListDifference) -> str:
    return call.switchboard.about_household(
        row.recipient_no,
        str(call.policy.value("two_systems.change_process", call.today)),
        {
            "change_kind": "income",
            "change_facts": f"{row.period}两项制度比对：{SIDES[row.side]}。{row.note}"[:180],
            "source_record_no": call.record_no,
        },
    )


def _sheet(call: RecordCall) -> None:
    rows = sorted(call.records.find(ListDifference, compare_no=call.record_no), key=lambda row: row.line)
    period = text(call, "period")
    listed = len(call.records.find(PovertyEntry, district=call.district, period=period))
    poverty = sum(row.side == "only_poverty" for row in rows)
    checks = [one for one in call.records.submissions("compare_check") if one.record_no == call.record_no]
    make_document(
        call,
        "two_systems_sheet",
        {
            "issuer": organ_name(call, call.district),
            "town_name": call.policy.name,
            "period": period,
            "only_dibao": sum(row.side == "only_dibao" for row in rows),
            "only_poverty": poverty,
            "both": listed - poverty,
            "difference_rows": [_line(call, row) for row in rows[:MOST_LINES]],
            "checked_by": signed_by(checks[-1]) if checks else "（没有差异）",
        },
    )


def _line(call: RecordCall, row: ListDifference) -> dict[str, Any]:
    return {
        "side": SIDES[row.side],
        "name": row.name,
        "village": call.records.organisation_name(row.village) if row.village else "",
        "conclusion": CONCLUSIONS.get(row.conclusion, ""),
        "note": "；".join(part for part in (row.note, row.started_no) if part),
    }


STEPS: Mapping[str, Callable[[RecordCall], None]] = {"compare": _compare, "follow": _follow, "sheet": _sheet}
TOPICS: tuple[Topic, ...] = (at_desk(COMPARE_LISTS, lists),)
