"""Answers of the forms of monthly payment, reserve funds and fund plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.words import PROGRAMMES
from tests.forms_people import SIGNED, Answers, Setting, bank_account


def _batch_difference(at: Setting) -> Answers:
    row = {"difference_no": "1", "difference_action": "fixed", "difference_note": "已在台账更正。"}
    return {"batch_differences": [row], "clear_note": "已逐条核对处理。", "sign": dict(SIGNED)}


def _batch_make(at: Setting) -> Answers:
    return {"control_total": "1196.00", "make_note": "", "sign": dict(SIGNED)}


def _batch_check(at: Setting) -> Answers:
    return {"batch_ok": True, "sign": dict(SIGNED)}


def _bank_result(at: Setting) -> Answers:
    return {"result_file_no": "示例", "result_paid": 1, "result_failed": 0}


def _batch_failure(at: Setting) -> Answers:
    row = {
        "line_no": "示例",
        "failure_action": "repair",
        "new_bank_name": "示例农商行",
        "new_bank_account": bank_account(77),
    }
    return {"batch_failures": [row], "sign": dict(SIGNED)}


def _batch_repair_check(at: Setting) -> Answers:
    return {"repair_ok": True, "sign": dict(SIGNED)}


def _reserve_confirm(at: Setting) -> Answers:
    return {
        "counted_balance": "20000.00",
        "confirm_note": "逐笔核实，余额与账户一致。",
        "topup_amount": "0.00",
        "sign": dict(SIGNED),
    }


def _reserve_reconcile(at: Setting) -> Answers:
    return {"reconcile_ok": True, "reconcile_note": "每笔支出都有办件。", "sign": dict(SIGNED)}


def _reserve_topup(at: Setting) -> Answers:
    return {
        "topup_ok": True,
        "topup_granted": "5000.00",
        "topup_note": "余额不足一个季度使用。",
        "sign": dict(SIGNED),
    }


def _fund_plan(at: Setting) -> Answers:
    row = {"programme_name": PROGRAMMES["dibao"], "planned": "0.00", "plan_reason": "按测算编制，无差异。"}
    return {"plan_rows": [row], "plan_text": "按在保对象和补差金额编制。", "sign": dict(SIGNED)}


def _fund_plan_decision(at: Setting) -> Answers:
    return {"plan_ok": True, "plan_opinion": "同意按此计划申请。", "sign": dict(SIGNED)}


def _fund_request(at: Setting) -> Answers:
    return {
        "requested_from": "区财政局",
        "request_document": "示例民字〔2026〕1号",
        "requested_on": at.today,
        "requested_amount": "7200.00",
        "received_on": at.today,
        "received_amount": "7200.00",
        "request_note": "全额到账，含上级补助。",
        "request_files": [],
    }


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "batch_difference": _batch_difference,
    "batch_make": _batch_make,
    "batch_check": _batch_check,
    "bank_result": _bank_result,
    "batch_failure": _batch_failure,
    "batch_repair_check": _batch_repair_check,
    "reserve_confirm": _reserve_confirm,
    "reserve_reconcile": _reserve_reconcile,
    "reserve_topup": _reserve_topup,
    "fund_plan": _fund_plan,
    "fund_plan_decision": _fund_plan_decision,
    "fund_request": _fund_request,
}
