"""Answers of the forms of 新泰 temporary assistance and its one-off payment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests import forms_intake
from tests.forms_people import SIGNED, Answers, Setting


def _temp_application(at: Setting) -> Answers:
    whole = forms_intake.MAKERS["application"](at)
    return {
        **whole,
        "programme": "temp_urgent",
        "hardship_type": "illness",
        "hardship_facts": "突发重病住院，自付部分无力承担。",
        "amount": "1200.00",
        "aid_before": "",
        "bills": at.files,
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


def _payment_make(at: Setting) -> Answers:
    return {"use_reserve_fund": True, "payment_note": "", "sign": dict(SIGNED)}


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
    "temp_review": _temp_review,
    "temp_confirm": _temp_confirm,
    "payment_make": _payment_make,
    "payment_check": _payment_check,
    "temp_batch_start": _temp_batch_start,
    "temp_batch": _temp_batch,
    "temp_batch_decision": _temp_batch_decision,
}
