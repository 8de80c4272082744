"""Feedback on an agent's service: who was charged stands on the supervisor's list (XT-23, XT-30)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Alert
from jiuzhu.domain.topics import RecordCall, Values
from workers.records.standing import town_of


def book_feedback(call: RecordCall, submission: Submission) -> Values:
    """Raise an alert when the applicant was charged: the service is free."""
    if submission.data.get("fee_charged"):
        call.records.add(
            Alert(
                alert_no=f"{call.record_no}/代办收费",
                case_no=call.case_no,
                record_no=call.record_no,
                district=call.district,
                town=town_of(call),
                kind="agency_fee",
                alert_group=f"county_supervisor@{call.district}",
                sentence=f"{call.record_no}：申请人反映代办被收费，代办服务应当免费，请核查。",
                raised_at=call.now,
            )
        )
        call.records.audit("agency_fee", "申请人反映代办被收费")
    return {}


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {"agency_feedback": book_feedback}
