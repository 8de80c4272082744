"""Answers of the forms from the review on: decision, notice, objections, filing, delivery, care, reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.forms_people import SIGNED, SOURCES, Answers, Setting


def _review_opinion(at: Setting) -> Answers:
    return {
        "review_result": "agree",
        "review_opinion": "材料齐全，调查属实，符合条件，拟同意。",
        "sign": dict(SIGNED),
    }


def _confirmation(at: Setting) -> Answers:
    return {
        "decision": "granted",
        "amount_monthly": "520.00",
        "amount_reason": "按核实后的收入补差。",
        "decision_opinion": "同意审核意见。",
        "sign": dict(SIGNED),
    }


def _seal_use(at: Setting) -> Answers:
    return {"seal_copies": 2, "seal_note": "", "seal_checked": True, "sealed_scan": [], "sign": dict(SIGNED)}


def _verification_request(at: Setting) -> Answers:
    return {"query_scope": list(SOURCES), "query_reason": "申请最低生活保障", "authorization_seen": True}


def _notice_post(at: Setting) -> Answers:
    return {"posted_at": at.at_ten, "notice_places": ["village_board"], "posted_photo": at.files}


def _notice_remove(at: Setting) -> Answers:
    return {"removed_at": at.at_ten, "removed_photo": at.files, "removal_note": ""}


def _filing(at: Setting) -> Answers:
    return {"filing_ways": ["electronic", "paper"], "filing_sent_on": at.today, "filing_note": ""}


def _filing_receipt(at: Setting) -> Answers:
    return {
        "filing_returned": False,
        "electronic_received": True,
        "paper_received": True,
        "filing_received_on": at.today,
    }


PARTICIPANTS = (
    ("评议员甲", "town_staff"),
    ("评议员乙", "village_committee"),
    ("评议员丙", "villager_representative"),
    ("评议员丁", "villager_representative"),
    ("评议员戊", "villager_representative"),
    ("评议员己", "villager_representative"),
    ("评议员庚", "villager_representative"),
    ("评议员辛", "villager_representative"),
    ("评议员壬", "villager_representative"),
)


def _participants() -> list[Answers]:
    return [{"name": name, "identity": identity} for name, identity in PARTICIPANTS]


def _appraisal_call(at: Setting) -> Answers:
    return {
        "appraisal_planned_at": f"{at.today}T15:00:00+08:00",
        "appraisal_place": "示例一村党群服务中心",
        "participants": _participants(),
    }


def _appraisal(at: Setting) -> Answers:
    return {
        "held_at": at.at_ten,
        "appraisal_place": "示例一村党群服务中心",
        "chair": "镇审核员",
        "appraisal_recorder": "评议员甲",
        "participants": _participants(),
        "policy_read": True,
        "case_intro": "介绍了家庭人口、收入和入户情况。",
        "statements": "多数代表认为情况属实。",
        "votes_true": 8,
        "votes_false": 1,
        "votes_abstain": 0,
        "appraisal_conclusion": "valid",
        "appraisal_photos": at.files,
        "appraisal_minutes": at.files,
        "sign": dict(SIGNED),
    }


REFUSAL: Mapping[str, Any] = {
    "reason_code": "income_over",
    "reason_text": "家庭月人均收入高于当期保障标准。",
    "decision_facts": "核对和入户查明家庭月人均收入超过标准。",
}
"""What a refusing or revoking decision needs besides its code."""


def _redecision(at: Setting) -> Answers:
    return {
        "decision": "granted",
        "amount_monthly": "430.00",
        "amount_reason": "复查查明另有务工收入，相应核减。",
        "decision_opinion": "按复查结论变更金额。",
        "sign": dict(SIGNED),
    }


def _entrustment_resolve(at: Setting) -> Answers:
    return {
        "resolved_parts": ["letter"],
        "letter_no": f"示例委托〔{at.today[:4]}〕{at.household}号",
        "letter_from": at.today,
        "letter_to": f"{int(at.today[:4]) + 1}{at.today[4:8]}01",
        "legal_basis": "",
        "resolve_note": "委托书到期，重新签订。",
        "resolve_files": at.files,
        "sign": dict(SIGNED),
    }


def _objection_entry(at: Setting) -> Answers:
    return {
        "objection_channel": "window",
        "real_name": False,
        "objection_content": "反映他家有一辆货车没有申报。",
        "objection_files": [],
    }


def _objection_check(at: Setting) -> Answers:
    return {"objections": [{"objection_no": "obj-1", "taken_up": True}], "sign": dict(SIGNED)}


def _objection_plan(at: Setting) -> Answers:
    return {"visit_needed": False, "appraisal_needed": True, "plan_note": "查清货车归谁所有、有没有收入。"}


def _replies() -> list[Answers]:
    return [{"objection_no": "obj-1", "reply": "经复查，货车系亲戚寄放，不属于该家庭。"}]


def _objection_conclusion(at: Setting) -> Answers:
    return {
        "objection_outcome": "upheld",
        "objection_facts": "货车登记在亲戚名下，仅寄放在院内。",
        "objections": _replies(),
        "sign": dict(SIGNED),
    }


def _delivery(at: Setting) -> Answers:
    return {
        "delivered": True,
        "delivery_method": "in_person",
        "delivered_on": at.at_ten,
        "receiver": "申请人",
        "receiver_relation": "本人",
        "delivery_place": "申请人家中",
        "witness": "",
        "delivery_proof": at.files,
        "delivery_note": "",
    }


def _self_care(at: Setting) -> Answers:
    return {
        "assessed_person": "申请人",
        "assessed_at": at.at_ten,
        "can_eat": True,
        "can_dress": True,
        "can_get_up": True,
        "can_toilet": False,
        "can_walk": True,
        "can_bathe": False,
        "village_assistant": at.login("village_officer"),
        "town_assessor": "镇审核员",
        "third_party": "",
        "care_photos": at.files,
        "sign": dict(SIGNED),
    }


def _tekun_support_plan(at: Setting) -> Answers:
    return {
        "support_mode": "home",
        "carer": "照料人甲",
        "carer_phone": "10000000099",
        "service_items": ["daily_life", "visits"],
        "agreement_no": "",
        "support_agreement_scan": at.files,
        "sign": dict(SIGNED),
    }


def _case_event(at: Setting) -> Answers:
    return {
        "event_kind": "withdrawal",
        "event_on": at.today,
        "event_facts": "申请人书面要求撤回申请。",
        "reporter": "申请人",
        "reporter_phone": "10000000001",
        "event_files": at.files,
    }


def _case_event_check(at: Setting) -> Answers:
    return {
        "report_result": "stop",
        "stop_kind": "withdrawn",
        "stop_facts": "申请人书面撤回申请，已核对本人签名。",
        "stop_evidence": at.files,
        "check_opinion": "",
        "sign": dict(SIGNED),
    }


def _dynamic_todo(at: Setting) -> Answers:
    return {"dynamic_result": "noted", "dynamic_note": "转动态管理办理。"}


def _extension(at: Setting) -> Answers:
    return {
        "extension_reason": "difficult",
        "extension_facts": "申请人在外地务工，收入需要函调。",
        "extension_files": [],
    }


def _extension_decision(at: Setting) -> Answers:
    return {"extension_granted": True, "extension_opinion": "同意。", "sign": dict(SIGNED)}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "appraisal": _appraisal,
    "appraisal_call": _appraisal_call,
    "case_event": _case_event,
    "case_event_check": _case_event_check,
    "chief_rep_review": _confirmation,
    "confirmation": _confirmation,
    "delivery": _delivery,
    "dynamic_todo": _dynamic_todo,
    "entrustment_resolve": _entrustment_resolve,
    "extension": _extension,
    "extension_decision": _extension_decision,
    "filing": _filing,
    "filing_receipt": _filing_receipt,
    "notice_post": _notice_post,
    "notice_remove": _notice_remove,
    "objection_check": _objection_check,
    "objection_conclusion": _objection_conclusion,
    "objection_decision": _objection_conclusion,
    "objection_entry": _objection_entry,
    "objection_plan": _objection_plan,
    "redecision": _redecision,
    "review_opinion": _review_opinion,
    "seal_use": _seal_use,
    "self_care": _self_care,
    "tekun_support_plan": _tekun_support_plan,
    "verification_request": _verification_request,
}
