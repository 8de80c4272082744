"""Answers of the forms of many-sided assessment, service plan, case conference and look-back at a recognition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.forms_people import SIGNED, Answers, Setting

DEPARTMENTS = ("medical_insurance", "disabled")


def department(at: Setting, key: str) -> str:
    return f"{at.district}.dept.{key}"


def _six_dim(at: Setting) -> Answers:
    return {
        **{f"dim_{name}": "3" for name in ("economy", "health", "education", "housing", "employment", "social")},
        **{f"note_{name}": "" for name in ("economy", "health", "education", "housing", "employment", "social")},
        "balance_class": "deficit",
        "balance_note": "每月药费较多。",
        "work_class": "limited",
        "work_note": "",
        "living_class": "fair",
        "living_note": "",
        "main_cause": "慢性病和残疾使家庭劳动收入不足。",
        "urgent": False,
        "other_aids": [],
        "hard_to_identify": False,
        "conference_facts": "",
        "sign": dict(SIGNED),
    }


def _service_plan(at: Setting) -> Answers:
    return {
        "aid_forms": ["material", "care"],
        "plan_text": "按月发放救助金，村干部每月探访一次。",
        "referrals": [],
        "sign": dict(SIGNED),
    }


def _followup_eval(at: Setting) -> Answers:
    return {
        "effect": "improved",
        "effect_facts": "医疗救助已落实，负担减轻。",
        "continuing_needs": "",
        "next_measure": "keep",
        "evaluation": "继续落实医疗救助，半年后再评估。",
        "sign": dict(SIGNED),
    }


def _conference_start(at: Setting) -> Answers:
    return {"urgent": False, "conference_request": "群众反映困难情况复杂，提请会商。", "sign": dict(SIGNED)}


def _conference_call(at: Setting) -> Answers:
    return {
        "conference_reasons": ["several"],
        "venue": "departments",
        "meeting_on": at.today,
        "meeting_place": "示例会议室",
        "conference_departments": [department(at, key) for key in DEPARTMENTS],
        "conference_question": "医疗救助和残疾人保障怎样同时落实。",
        "sign": dict(SIGNED),
    }


def _conference_view(at: Setting) -> Answers:
    return {"department_view": "同意同时落实。", "department_measure": "安排专人上门。", "sign": dict(SIGNED)}


def _conference_minutes(at: Setting) -> Answers:
    return {
        "conference_result": "support",
        "conference_opinion": "建议给予救助，各部门分别落实措施。",
        "attendees": "区民政局和参加部门承办人",
        "measures": [],
        "minutes_scan": [],
        "sign": dict(SIGNED),
    }


def lists(form: str, more: dict[str, Any], at: Setting) -> Answers:
    """Take a line's short words that stand for lists: ``aids``, ``hard``, ``departments``, ``measures``, ``refer``."""
    found: Answers = {}
    if form == "six_dim" and "aids" in more:
        found["other_aids"] = str(more.pop("aids")).split(",")
        found["conference_facts"] = "几项救助需要同时实施。"
    if form == "six_dim":
        hard = str(more.pop("hard", "")).split(",") if "hard" in more else []
        found |= {f"dim_{name}": "4" for name in hard} | {f"note_{name}": "困难较重。" for name in hard}
    if form == "conference_call" and "departments" in more:
        found["conference_departments"] = [department(at, key) for key in str(more.pop("departments")).split(",")]
    if form == "conference_minutes" and "measures" in more:
        found["measures"] = [
            {"measure": "安排专人落实。", "department": department(at, key), "due_on": at.today}
            for key in str(more.pop("measures")).split(",")
        ]
    if form == "service_plan" and "refer" in more:
        found["referrals"] = [
            {"referral_item": item, "referral_content": "按评估转办。", "department": None}
            for item in str(more.pop("refer")).split(",")
        ]
    return found


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "six_dim": _six_dim,
    "service_plan": _service_plan,
    "followup_eval": _followup_eval,
    "conference_start": _conference_start,
    "conference_call": _conference_call,
    "conference_view": _conference_view,
    "conference_minutes": _conference_minutes,
}
