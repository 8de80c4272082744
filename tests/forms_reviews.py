"""Answers of the forms of a review: plan, village list, rounds, sheet, opinion, confirmation, report."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.forms_people import SIGNED, Answers, Setting

ITEM = "示例复核/示例000001"


def _start(at: Setting) -> Answers:
    kind = {"jincheng": "annual", "xixiu": "urban_dynamic"}.get(at.district, "periodic")
    return {"review_kind": kind, "start_reason": "按计划组织本期复核。"}


def _plan(at: Setting) -> Answers:
    return {"throttle": 20, "plan_text": "分村包干，八月底前完成入户。", "sign": dict(SIGNED)}


def _village_list(at: Setting) -> Answers:
    return {"list_rows": [{"item_no": ITEM, "line_changed": False, "line_note": ""}], "sign": dict(SIGNED)}


def _round_plan(at: Setting) -> Answers:
    return {
        "team": [at.login("town_investigator", 1), at.login("town_investigator", 2)],
        "leader": at.login("town_investigator", 1),
        "round_day": at.today,
        "village_assistants": [at.login("village_officer", 1)],
        "round_rows": [{"item_no": ITEM, "line_go": True}],
    }


def _visit_round(at: Setting) -> Answers:
    row = {"item_no": ITEM, "line_outcome": "met", "line_changed": False, "line_note": ""}
    return {"visit_rows": [row], "photos": at.files, "round_scan": at.files, "sign": dict(SIGNED)}


def _sheet(at: Setting) -> Answers:
    row = {"item_no": ITEM, "line_decision": "confirmed", "line_reason": ""}
    return {"sheet_rows": [row], "sign": dict(SIGNED)}


def _household(at: Setting) -> Answers:
    return {
        "change_result": "keep",
        "new_amount": "",
        "change_reason": "变化不影响救助金额。",
        "sign": dict(SIGNED),
    }


def _confirm(at: Setting) -> Answers:
    return {"review_decision": "agree", "confirm_opinion": "同意审核意见。", "sign": dict(SIGNED)}


def _missing(at: Setting) -> Answers:
    return {"missing_note": "户籍迁入后没有列入名单。", "sign": dict(SIGNED)}


def _close(at: Setting) -> Answers:
    return {
        "report_text": "名单内家庭全部复核，调整的已经告知。",
        "report_problems": "个别家庭长期外出。",
        "sign": dict(SIGNED),
    }


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "campaign_start": _start,
    "campaign_plan": _plan,
    "review_village_list": _village_list,
    "round_plan": _round_plan,
    "visit_round": _visit_round,
    "review_sheet": _sheet,
    "review_household": _household,
    "review_confirm": _confirm,
    "campaign_missing": _missing,
    "campaign_close": _close,
}
