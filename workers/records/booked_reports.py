"""What the forms of towns' reports and of the public list bring about: handed in, taken in or returned, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Publication, TownReport
from jiuzhu.domain.topics import RecordCall, Values

SECTIONS = ("work_done", "lessons", "problems", "next_steps")


def hand_in(call: RecordCall, submission: Submission) -> Values:
    """Note that the town has checked its report and handed it in; the first time counts for its date."""
    for row in call.records.find(TownReport, case_no=call.case_no):
        call.records.change(
            row,
            state="submitted",
            sections={key: str(submission.data[key]) for key in SECTIONS if submission.data.get(key)},
            note=str(submission.data.get("report_note") or ""),
            attachments=list(submission.data.get("report_files") or []),
            submitted_at=row.submitted_at or submission.submitted_at,
            submitted_by=submission.person,
        )
    return {}


def take_in(call: RecordCall, submission: Submission) -> Values:
    """Note that the district has taken the report in or returned it."""
    returned = submission.data.get("report_returned") is True
    for row in call.records.find(TownReport, case_no=call.case_no):
        if returned:
            call.records.change(row, state="returned", return_reason=str(submission.data.get("return_reason") or ""))
        else:
            call.records.change(
                row, state="received", received_at=submission.submitted_at, received_by=submission.person
            )
    return {}


def check_list(call: RecordCall, submission: Submission) -> Values:
    """Note who looked at the public list before it went up."""
    if submission.data.get("publish_ok") is True:
        for row in call.records.find(Publication, case_no=call.case_no):
            call.records.change(
                row,
                checked_by=submission.person,
                checked_by_name=submission.person_name,
                checked_at=submission.submitted_at,
            )
    return {}


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "town_report": hand_in,
    "report_receipt": take_in,
    "publication_check": check_list,
}
