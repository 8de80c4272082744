"""Answers of the forms of 议事协商, relatives of staff, joint assessment and two-channel filing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.forms_deciding import REFUSAL
from tests.forms_people import SIGNED, Answers, Setting

KINDS = ("head", "deputy", "civil", "village")


def panel_members(at: Setting, numbers: str = "1,2,3,4,5", kinds: str = "") -> list[Answers]:
    """Return members by the numbers of their logins (``head`` is the head of the town, ``visitor`` an investigator).

    Kinds go round; ``kinds`` names others, one letter a member (h d c v).
    """
    letters = {kind[0]: kind for kind in KINDS}
    logins = {"head": at.login("town_head"), "visitor": at.login("town_investigator")}
    return [
        {
            "person": logins.get(number, f"{at.district}-town_panel-{number}"),
            "kind": letters[kinds[place]] if kinds else KINDS[place % len(KINDS)],
            "post": f"示例职务{place + 1}",
        }
        for place, number in enumerate(numbers.split(","))
    ]


def _panel_convene(at: Setting) -> Answers:
    return {
        "meeting_on": at.today,
        "meeting_place": "示例会议室",
        "panel_members": panel_members(at),
        "size_reason": "",
    }


def _panel_opinion(at: Setting) -> Answers:
    return {"panel_vote": "agree", "panel_reason": "调查属实，符合条件。", "sign": dict(SIGNED)}


def _panel_minutes(at: Setting) -> Answers:
    return {
        "amount_monthly": "520.00",
        "decision_opinion": "成员意见一致，同意给予救助。",
        "back_reason": "补充核实务工收入。",
        **REFUSAL,
        "minutes_text": "听取调查人员汇报，逐一发表意见。",
        "sign": dict(SIGNED),
    }


def _reexamination(at: Setting) -> Answers:
    return {
        "reexamined": ["materials", "verification", "visit", "notice"],
        "reexamination_findings": "重新审查全部材料，情况属实。",
        "reexamination_changes": "",
        "reexamination_result": "agree",
        "sign": dict(SIGNED),
    }


def _party_opinion(at: Setting) -> Answers:
    return {
        "committee_on": at.today,
        "committee_no": "示例党纪〔2026〕1号",
        "committee_chair": "示例书记",
        "decision": "granted",
        "amount_monthly": "520.00",
        "decision_opinion": "同意给予救助。",
        "committee_scan": at.files,
        "sign": dict(SIGNED),
    }


def _relatives_entry(at: Setting) -> Answers:
    return {"visit_passed": True, "visit_opinion": "家庭情况与申报一致。", "sign": dict(SIGNED)}


def _self_care_package(at: Setting) -> Answers:
    return {
        "package_assistant": at.login("village_officer"),
        "last_level": "never",
        "package_files": at.files,
        "package_note": "年老体弱，行走不便。",
        "sign": dict(SIGNED),
    }


def _assessment_signature(at: Setting) -> Answers:
    return {"assessment_findings": "与区评估人员意见一致。", "sign": dict(SIGNED)}


def _electronic_receipt(at: Setting) -> Answers:
    return {"electronic_returned": False, "received_on": at.today}


def _paper_receipt(at: Setting) -> Answers:
    return {"paper_returned": False, "received_on": at.today}


def _filing_correction(at: Setting) -> Answers:
    return {"correction_note": "已按退回意见更正。"}


def _filing_paper(at: Setting) -> Answers:
    return {"paper_copies": 2, "paper_sent_on": at.today, "paper_note": ""}


def _temp_town_review(at: Setting) -> Answers:
    return {"amount": "12120.00", "review_opinion": "情况属实，建议救助。", "sign": dict(SIGNED)}


def _temp_submission(at: Setting) -> Answers:
    return {
        "submitted_materials": ["application", "visit", "bills", "opinion"],
        "submitted_on": at.today,
        "submission_note": "",
        "sign": dict(SIGNED),
    }


def _temp_decision(at: Setting) -> Answers:
    return {
        "decision": "granted",
        "amount": "12120.00",
        "amount_reason": "按票据核减。",
        "decision_opinion": "同意救助。",
        "sign": dict(SIGNED),
    }


def _readiness_start(at: Setting) -> Answers:
    return {"readiness_town": "120117104", "plan_note": "按方案做好承接准备。", "sign": dict(SIGNED)}


def _readiness_checklist(at: Setting) -> Answers:
    haves = ("has_organisation", "has_handlers", "has_funds", "has_premises", "has_rules")
    return {
        "work_plan": "示例镇审核确认权限承接工作方案",
        "work_plan_files": at.files,
        "leading_group": "组长示例甲，成员示例乙、示例丙",
        "named_person": "示例丁",
        "trained_on": at.today,
        "trained_count": 12,
        "training_files": at.files,
        "readiness_staff": [
            {"name": "示例丁", "staff_kind": "full_time"},
            {"name": "示例戊", "staff_kind": "part_time"},
        ],
        **dict.fromkeys(haves, True),
        **{f"{key}_evidence": at.files for key in haves},
        "readiness_issues": "建议统一培训系统操作。",
        "sign": dict(SIGNED),
    }


def _readiness_accept(at: Setting) -> Answers:
    return {"readiness_accepted": True, "readiness_note": "逐项核对，证据齐全。", "sign": dict(SIGNED)}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "panel_convene": _panel_convene,
    "readiness_start": _readiness_start,
    "readiness_checklist": _readiness_checklist,
    "readiness_accept": _readiness_accept,
    "panel_opinion": _panel_opinion,
    "panel_minutes": _panel_minutes,
    "reexamination": _reexamination,
    "party_opinion": _party_opinion,
    "relatives_entry": _relatives_entry,
    "self_care_package": _self_care_package,
    "assessment_signature": _assessment_signature,
    "electronic_receipt": _electronic_receipt,
    "paper_receipt": _paper_receipt,
    "filing_correction": _filing_correction,
    "filing_paper": _filing_paper,
    "temp_town_review": _temp_town_review,
    "temp_submission": _temp_submission,
    "temp_decision": _temp_decision,
}
