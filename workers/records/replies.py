"""Answers objectors: one 异议答复书 a row, and the row is closed (XT-25, NH-26)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiuzhu.domain.instants import iso
from jiuzhu.domain.objections import waiting
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Notice, Objection
from jiuzhu.domain.topics import RecordCall
from workers.records.papers import law, make_document, masked_name


def answer_rows(call: RecordCall, outcome: str, submission: Submission) -> int:
    """Answer the rows that a form shows (``objections``: objection_no, reply); rows that came meanwhile stay open.

    Returns how many were answered. A row that has its answer already gets no second one.
    """
    lines = {str(line.get("objection_no", "")): line for line in submission.data.get("objections") or ()}
    facts = str(submission.data.get("objection_facts") or "")
    answered = 0
    for row in open_rows(call):
        line = lines.get(row.objection_no)
        if line is not None:
            answer(call, row, outcome, str(line.get("reply") or ""), facts)
            answered += 1
    return answered


def open_rows(call: RecordCall) -> list[Objection]:
    """Return every objection of the case that came in time and has no answer."""
    notices = call.records.find(Notice, case_no=call.case_no)
    return [row for notice in notices for row in waiting(call.records, call.case_no, notice.notice_no)]


def answer(call: RecordCall, row: Objection, outcome: str, reply: str, facts: str = "") -> None:
    """Make the reply to one objection and close its row."""
    case = call.records.case()
    values: Mapping[str, Any] = {
        "objection_no": row.objection_no,
        "notice_no": row.notice_no,
        "subject_name_masked": masked_name(case.applicant_name),
        "objector_name": row.objector if row.real_name else "",
        "received_at": iso(row.received_at),
        "content": row.content,
        "facts": facts,
        "objection_outcome": outcome,
        "reply_text": reply or STANDARD[outcome],
        **law(call),
    }
    paper = make_document(call, "objection_reply", values)
    call.records.change(
        row,
        state="answered",
        taken_up=outcome != "not_taken_up",
        reply=str(values["reply_text"]),
        reply_document=paper.document_no,
        answered_at=call.now,
    )


STANDARD = {
    "upheld": "经复查，反映的情况不影响原决定，维持原决定。",
    "changed": "经复查，已变更原决定。",
    "revoked": "经复查，已撤销原决定。",
    "ended": "申请已终止办理。",
    "not_taken_up": "经审查，反映的情况不属于对公示内容的异议，不予受理。",
}
"""What is said when a clerk adds nothing of his own."""
