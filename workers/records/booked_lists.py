"""Differences of two systems as the office looked into them: so many at a time, each with a conclusion (XX-53)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import ListDifference, PovertyEntry
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import Refused

TOGETHER = 40
"""Lines on one form: what follows of them is begun in one transaction."""
SIDES = {"only_dibao": "仅在低保", "only_poverty": "仅在扶贫"}
CONCLUSIONS = {"visit": "走访核实", "change": "转动态管理", "data": "名单差错", "none": "情况属实，无需处理"}


def open_lines(call: RecordCall) -> list[ListDifference]:
    """Return the lines that nobody has looked into, in order."""
    rows = call.records.find(ListDifference, compare_no=call.record_no, state="open")
    return sorted(rows, key=lambda row: row.line)


def book_check(call: RecordCall, submission: Submission) -> Values:
    """Enter the conclusions of the lines that were on the form, all of them, and one for the rest where one was given.

    Raises Refused.
    """
    wanted = {row.line: row for row in open_lines(call)[:TOGETHER]}
    given = {int(row["line"]): row for row in submission.data.get("difference_rows") or ()}
    missing = sorted(set(wanted) - set(given))
    if missing:
        raise Refused(f"第{missing[0]}行还没有核查结论。")
    for line, row in wanted.items():
        conclusion = str(given[line]["conclusion"])
        if conclusion == "change" and not row.recipient_no:
            raise Refused(f"第{line}行的人不在低保名单，不能转动态管理。")
        if conclusion == "change" and not call.policy.values("two_systems", call.today).get("change_process"):
            raise Refused("本区还没有动态管理流程，请选走访核实。")
        if conclusion == "visit" and not row.village:
            raise Refused(f"第{line}行没有村（社区），不能转走访，请先更正名单。")
        call.records.change(
            row,
            state="checked",
            conclusion=conclusion,
            note=str(given[line].get("difference_note") or ""),
            checked_by=submission.person,
            checked_at=submission.submitted_at,
        )
    rest = str(submission.data.get("rest_conclusion") or "")
    for row in open_lines(call) if rest else ():
        call.records.change(
            row,
            state="checked",
            conclusion=rest,
            note=str(submission.data["rest_reason"]),
            checked_by=submission.person,
            checked_at=submission.submitted_at,
        )
    return {}


def book_list(call: RecordCall, submission: Submission) -> Values:
    """The list is there before the comparison goes on. Raises Refused."""
    period = str(submission.data.get("list_period") or "")
    if not call.records.find(PovertyEntry, district=call.district, period=period):
        raise Refused(f"还没有上传{period}的扶贫名单，请先在“扶贫名单”页面上传。")
    return {}


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "compare_check": book_check,
    "poverty_list": book_list,
}
