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


def _death(at: Setting) -> Answers:
    return {
        "change_member": "田素兰",
        "died_on": at.today,
        "change_facts": "邻居报告，老人在家中去世。",
        "reporter": "周晓梅",
        "reporter_phone": "10000000003",
        "death_files": [],
    }


def _death_check(at: Setting) -> Answers:
    return {
        "death_confirmed": True,
        "change_member": "田素兰",
        "died_on": at.today,
        "recovery_cause": "review_error",
        "check_findings": "派出所注销户口证明，与家属核实一致。",
        "death_proof": at.files,
        "sign": dict(SIGNED),
    }


def _recovery(at: Setting) -> Answers:
    return {
        "recovery_cause": "review_error",
        "overpaid_amount": "1200.00",
        "change_facts": "2026年5月至8月收入增加未核减，多发四个月。",
        "recovery_files": at.files,
    }


def _hearing(at: Setting) -> Answers:
    return {
        "heard_on": at.today,
        "heard_person": "周永安",
        "hearing_statement": "没有意见，请求分期退还。",
        "sign": dict(SIGNED),
    }


def _recovery_decision(at: Setting) -> Answers:
    return {
        "recovery_decided": True,
        "overpaid_amount": "1200.00",
        "instalment_count": 1,
        "recovery_reason": "收入增加以后仍按原金额发放，应予退回。",
        "sign": dict(SIGNED),
    }


def _repayment(at: Setting) -> Answers:
    return {
        "repayment_result": "paid",
        "repaid_amount": "600.00",
        "repaid_on": at.today,
        "repayment_receipt": "专户收字第12号",
        "sign": dict(SIGNED),
    }


def _exit(at: Setting) -> Answers:
    return {
        "check_findings": "家庭收入稳定，高于保障标准。",
        "exit_confirmed": True,
        "exit_files": at.files,
        "sign": dict(SIGNED),
    }


def _ground(at: Setting) -> Answers:
    return {
        "termination_ground": "capacity",
        "check_findings": "入户和医院复查，本人已经恢复劳动能力。",
        "change_reason": "已经恢复劳动能力，不再符合供养条件。",
        "ground_files": at.files,
        "sign": dict(SIGNED),
    }


def _followup(at: Setting) -> Answers:
    return {"other_aid": "none", "aid_note": "有稳定的工作和收入。", "sign": dict(SIGNED)}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "change_report": _report,
    "change_check": _check,
    "change_confirmation": _confirmation,
    "death_report": _death,
    "death_check": _death_check,
    "recovery": _recovery,
    "recovery_hearing": _hearing,
    "recovery_decision": _recovery_decision,
    "recovery_payment": _repayment,
    "exit_review": _exit,
    "termination_check": _ground,
    "termination_followup": _followup,
}
