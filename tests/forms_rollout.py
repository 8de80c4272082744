"""Answers of the forms by which authority is handed over to towns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.forms_people import SIGNED, Answers, Setting

PHASE_TWO = ["500110002", "500110003", "500110108", "500110109", "500110110"]
PHASE_TWO += ["500110112", "500110113", "500110114", "500110115", "500110116"]
"""Ten towns as an administrator might choose them (A6)."""


def _start(at: Setting) -> Answers:
    return {
        "plan_title": "确认权限委托下放实施方案",
        "plan_text": "先行试点、部分下放、完全下放。",
        "plan_leader": "分管领导",
        "plan_files": at.files,
        "sign": dict(SIGNED),
    }


def _summary(at: Setting) -> Answers:
    return {
        "summary_kind": "pilot",
        "summary_text": "试点运行平稳。",
        "lessons": "入户和评议并行安排。",
        "problems": "人员偏紧。",
        "summary_files": [],
        "sign": dict(SIGNED),
    }


def _decision(at: Setting) -> Answers:
    return {"expansion": "go", "expansion_reason": "试点达到预期。", "sign": dict(SIGNED)}


def _phase(at: Setting) -> Answers:
    return {"rollout_towns": list(PHASE_TWO), "selection_reason": "人员齐备、条件比较成熟。", "sign": dict(SIGNED)}


def _prepare(at: Setting) -> Answers:
    return {
        "staff_count": 4,
        "responsibilities": "受理、调查、审核、审批各有专人。",
        "training": "全员参加区民政局培训。",
        "duty_files": [],
        "sign": dict(SIGNED),
    }


def _accept(at: Setting) -> Answers:
    return {"entrustment_accepted": True, "accept_opinion": "接受委托。", "sign": dict(SIGNED)}


def _letter(at: Setting) -> Answers:
    return {
        "entrustment_no": f"綦府委测〔{at.today[:4]}〕{at.household}号",
        "valid_from": at.today,
        "valid_to": None,
        "liability": "谁审批、谁负责；委托机关监督。",
        "letter_scan": at.files,
        "sign": dict(SIGNED),
    }


def _account(at: Setting) -> Answers:
    return {"town_admin": at.login("town_admin", 1), "account_note": "", "sign": dict(SIGNED)}


def _defer(at: Setting) -> Answers:
    return {"activation_next": "defer", "defer_reason": "人员没有到位，转入下一批。", "sign": dict(SIGNED)}


def _change(at: Setting) -> Answers:
    return {
        "change_town": PHASE_TWO[0],
        "authority_change": "suspend",
        "change_reason": "审批不规范，整改期间中止。",
        "change_files": at.files,
        "sign": dict(SIGNED),
    }


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "account_setup": _account,
    "activation_defer": _defer,
    "activation_prepare": _prepare,
    "authority_change": _change,
    "entrustment_accept": _accept,
    "entrustment_letter": _letter,
    "rollout_decision": _decision,
    "rollout_phase": _phase,
    "rollout_start": _start,
    "rollout_summary": _summary,
}
