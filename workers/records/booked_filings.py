"""Forms of the two filing channels: the town sends paper, the district receives or returns each channel (NH-23)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Filing, FilingReceipt
from jiuzhu.domain.topics import RecordCall, Values


def book_paper(call: RecordCall, submission: Submission) -> Values:
    """报送纸质审批表: note the day and the sender on the filing of this process instance.

    Whichever channel is first sends the filing: what has left the town is taken back by a filing of its own and is
    never void (ADR 0134).
    """
    for filing in _own(call, submission):
        if filing.state == "built":
            call.records.change(filing, state="sent", sent_at=submission.submitted_at, sent_by=submission.person)
        call.records.audit("filing_paper", f"报送纸质审批表，备案{filing.filing_no}")
    return {}


def book_electronic(call: RecordCall, submission: Submission) -> Values:
    """接收电子备案: received or returned."""
    return _receive(call, submission, "electronic", "electronic_returned")


def book_paper_receipt(call: RecordCall, submission: Submission) -> Values:
    """接收纸质审批表: received or returned."""
    return _receive(call, submission, "paper", "paper_returned")


def _receive(call: RecordCall, submission: Submission, channel: str, key: str) -> Values:
    for filing in _own(call, submission):
        receipts = list(call.records.find(FilingReceipt, filing_no=filing.filing_no))
        call.records.add(
            FilingReceipt(
                filing_no=filing.filing_no,
                round=len(receipts) + 1,
                channel=channel,
                receiver=submission.person,
                received_at=submission.submitted_at,
                returned=submission.data.get(key) is True,
                reason=str(submission.data.get("return_reason") or ""),
            )
        )
    return {}


def _own(call: RecordCall, submission: Submission) -> list[Filing]:
    rows = call.records.find(Filing, case_no=call.case_no)
    return [row for row in rows if row.record_no == submission.record_no and row.state != "void"][-1:]


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "filing_paper": book_paper,
    "electronic_receipt": book_electronic,
    "paper_receipt": book_paper_receipt,
}
