"""Forms of the year's money plan: what is planned, whether it is approved, what was asked for (NH-07, QJ-12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.money import yuan
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import FundEstimate
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.domain.words import PROGRAMMES
from jiuzhu.errors import Refused


def book_plan(call: RecordCall, submission: Submission) -> Values:
    """Write what was planned for each programme."""
    rows = {
        PROGRAMMES.get(row.programme, row.programme): row
        for row in call.records.find(FundEstimate, plan_no=call.case_no)
    }
    for planned in submission.data.get("plan_rows") or ():
        row = rows.get(str(planned["programme_name"]))
        if row is None:
            raise Refused("计划里有没有测算过的类别，请刷新页面。")
        call.records.change(
            row, planned=yuan(str(planned["planned"])), reason=str(planned.get("plan_reason") or ""), state="draft"
        )
    return {}


def book_decision(call: RecordCall, submission: Submission) -> Values:
    """Mark the plan as approved; what was sent back is a draft again."""
    for row in call.records.find(FundEstimate, plan_no=call.case_no):
        call.records.change(row, state="approved" if submission.data.get("plan_ok") is True else "draft")
    return {}


def book_request(call: RecordCall, submission: Submission) -> Values:
    """Mark the plan as requested. Raises Refused before it is approved."""
    rows = call.records.find(FundEstimate, plan_no=call.case_no)
    if not rows or any(row.state != "approved" for row in rows):
        raise Refused("资金需求计划还没有审定，不能登记申请。")
    for row in rows:
        call.records.change(row, state="requested")
    return {}


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "fund_plan": book_plan,
    "fund_plan_decision": book_decision,
    "fund_request": book_request,
}
