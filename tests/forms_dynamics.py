"""Answers of the forms of dynamic management: changes, deaths, terminations, recoveries."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.forms_people import SIGNED, Answers, Setting


def _report(at: Setting) -> Answers:
    return {
        "change_kind": "income",
        "change_on": at.today,
        "change_facts": "儿子外出务工，家庭收入增加。",
        "change_member": "",
        "change_rows": [{"change_kind": "income", "name": "示例成员", "type": "wage", "amount": "100.00", "what": ""}],
        "reporter_kind": "village",
        "reporter": "周晓梅",
        "reporter_phone": "10000000003",
        "change_files": at.files,
    }


def _check(at: Setting) -> Answers:
    return {
        "check_findings": "入户核查属实，收入有银行流水。",
        "change_proposal": "decrease",
        "new_amount": "500.00",
        "change_reason": "家庭收入增加，按差额减发。",
        "sign": dict(SIGNED),
    }


def _confirmation(at: Setting) -> Answers:
    return {"change_decision": "agreed", "decision_opinion": "同意调整意见。", "sign": dict(SIGNED)}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "change_report": _report,
    "change_check": _check,
    "change_confirmation": _confirmation,
}
