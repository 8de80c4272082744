"""Answers of the forms of monthly payment, reserve funds and fund plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "batch_difference": _batch_difference,
    "batch_make": _batch_make,
    "batch_check": _batch_check,
    "bank_result": _bank_result,
    "batch_failure": _batch_failure,
    "batch_repair_check": _batch_repair_check,
}
