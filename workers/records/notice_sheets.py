"""What a notice says, on the paper and on the public page; the village's sheet of a day (57 art 24, XT-24)."""

from __future__ import annotations

from typing import Any

from jiuzhu.domain.rows import Document, Notice, NoticeSheet
from jiuzhu.domain.topics import RecordCall
from workers.records.desk import current_decision, rows_of, text
from workers.records.papers import make_document, masked_name, members_counted
from workers.records.recipient_rows import amount_before, recipient_of

STAGES = {"result": "公示", "review": "审核公示", "county": "审批公示", "termination": "终止公示"}
TERMINATION = "termination"
"""Stage of a notice that a tekun person's support is to end (特困人员认定办法)."""


def what_is_shown(call: RecordCall) -> dict[str, Any]:
    """Return name (masked), number of members, category and amount: all that a notice may say (57 art 24)."""
    case = call.records.case()
    if text(call, "notice_stage") == TERMINATION:
        recipient = recipient_of(call)
        return {
            "applicant_name_masked": masked_name(recipient.name),
            "member_count": recipient.members,
            "programme": recipient.programme,
            "amount_monthly": f"{amount_before(call, recipient):.2f}",
        }
    decision = current_decision(call)
    granted = decision if decision is not None and decision.decision == "granted" else None
    return {
        "applicant_name_masked": masked_name(case.applicant_name),
        "member_count": members_counted(call),
        "programme": text(call, "programme", case.programme),
        "amount_monthly": str(granted.amount_monthly) if granted else text(call, "amount_monthly", "0.00"),
    }


def sheet_number(call: RecordCall) -> str:
    """Return the number of the village's sheet of today: notices of one day and stage print on one paper."""
    village, stage = text(call, "village"), text(call, "notice_stage", "result")
    found = call.records.find(NoticeSheet, village=village, dated=call.today, stage=stage)
    if found:
        return found[0].sheet_no
    sheet = NoticeSheet(
        sheet_no=f"{village}-{STAGES.get(stage, stage)}-{call.today:%Y%m%d}",
        district=call.district,
        town=text(call, "town"),
        village=village,
        stage=stage,
        dated=call.today,
    )
    call.records.add(sheet)
    return sheet.sheet_no


def hang_paper(call: RecordCall, notice: Notice) -> None:
    """Make the paper of a notice."""
    make_document(
        call,
        "notice",
        {
            "notice_no": notice.notice_no,
            "notice_stage": notice.stage,
            "corrected": notice.corrected > 0,
            "rows": [{**notice.shown, "village_name": call.records.organisation_name(notice.village)}],
            "notice_days": notice.days,
            "notice_start": notice.posted_on.isoformat() if notice.posted_on else None,
            "notice_end": notice.ends_on.isoformat() if notice.ends_on else None,
            "places": call.policy.value("notice.places", call.today),
            "objection_contact": f"公示期内向{call.records.organisation_name(notice.town)}或{call.policy.bureau}"
            f"反映，电话{call.policy.hotline}",
        },
    )


def replace_paper(call: RecordCall, notice_no: str) -> None:
    """Mark the papers of a notice as replaced."""
    for paper in rows_of(call, Document):
        if paper.template == "notice" and paper.state == "valid" and paper.values.get("notice_no") == notice_no:
            call.records.change(paper, state="replaced")
