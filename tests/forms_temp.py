"""Answers of the forms of temporary assistance: application, aid paid first, the monthly batch, the one-off payment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests import forms_intake
from tests.forms_people import SIGNED, Answers, Setting


def _temp_application(at: Setting) -> Answers:
    whole = forms_intake.MAKERS["application"](at)
    whole.pop("reason")
    return {
        **whole,
        "programme": "temp_expenditure",
        "hardship_type": "illness",
        "hardship_facts": "突发重病住院，自付部分无力承担。",
        "amount": "1200.00",
        "aid_before": "",
        "bills": at.files,
    }


def _temp_proposal(at: Setting) -> Answers:
    return {
        "hardship_type": "illness",
        "amount": "1200.00",
        "aid_kinds_count": 1,
        "complex": False,
        "complex_note": "病因和费用难以甄别。",
        "proposal_note": "住院自付部分较大，建议救助。",
        "sign": dict(SIGNED),
    }


def _temp_review(at: Setting) -> Answers:
    return {
        "hardship_type": "illness",
        "amount": "1200.00",
        "review_result": "agree",
        "review_opinion": "住院票据和入户情况属实，按自付部分核定。",
        "receipts": [],
        "sign": dict(SIGNED),
    }


def _temp_confirm(at: Setting) -> Answers:
    return {
        "decision": "granted",
        "amount": "1200.00",
        "back_reason": "补充住院发票。",
        "decision_opinion": "符合条件，同意救助。",
        "sign": dict(SIGNED),
    }


def _urgent_visit(at: Setting) -> Answers:
    return {
        "urgent_companion": at.login("town_investigator", 2),
        "urgent_situation": "家中失火，无处居住。",
        "urgent_found": True,
        "amount": "2000.00",
        "urgent_photos": at.files,
        "sign": dict(SIGNED),
    }


def _urgent_aid(at: Setting) -> Answers:
    return {"aid_approved": True, "amount": "2000.00", "urgent_opinion": "同意先行救助。", "sign": dict(SIGNED)}


def _urgent_makeup(at: Setting) -> Answers:
    return {
        "makeup_materials": ["registration", "signatures", "seals"],
        "makeup_note": "已补齐登记和签字盖章。",
        "makeup_files": at.files,
        "sign": dict(SIGNED),
    }


def _payment_make(at: Setting) -> Answers:
    return {"account_checked": True, "use_reserve_fund": True, "payment_note": "", "sign": dict(SIGNED)}


def _payment_check(at: Setting) -> Answers:
    return {"payment_ok": True, "check_reason": "收款人和申请表不一致。", "sign": dict(SIGNED)}


def _temp_batch_start(at: Setting) -> Answers:
    return {"batch_title": "2026年9月临时救助"}


def _temp_batch(at: Setting) -> Answers:
    row = {"item_no": "示例/批1", "proposal": "granted", "proposal_note": "镇街审核属实。"}
    return {"batch_rows": [row], "sign": dict(SIGNED)}


def _temp_batch_decision(at: Setting) -> Answers:
    row = {"item_no": "示例/批1", "row_decision": "granted", "row_amount": "1800.00", "row_opinion": "同意救助。"}
    return {"batch_rows": [row], "sign": dict(SIGNED)}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "temp_application": _temp_application,
    "temp_proposal": _temp_proposal,
    "temp_review": _temp_review,
    "temp_confirm": _temp_confirm,
    "urgent_visit": _urgent_visit,
    "urgent_aid": _urgent_aid,
    "urgent_makeup": _urgent_makeup,
    "payment_make": _payment_make,
    "payment_check": _payment_check,
    "temp_batch_start": _temp_batch_start,
    "temp_batch": _temp_batch,
    "temp_batch_decision": _temp_batch_decision,
}
