"""Answers of the forms of the window: matters handed on, arrivals, answers, service at home."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.forms_people import SIGNED, Answers, Setting


def _referral(at: Setting) -> Answers:
    return {
        "applicant_name": "周永安",
        "contact_phone": "10000000001",
        "referral_item": "employment",
        "referral_content": "想参加技能培训，找一份离家近的工作。",
        "department": None,
        "sign": dict(SIGNED),
    }


def _reply(at: Setting) -> Answers:
    return {
        "referral_rejected": False,
        "referral_result": "done",
        "handled_text": "已登记求职意愿，安排参加十月的免费培训班。",
        "handled_files": [],
        "sign": dict(SIGNED),
    }


def _reroute(at: Setting) -> Answers:
    return {"department": at.district, "reroute_reason": "原部门无此职责。", "sign": dict(SIGNED)}


def _close(at: Setting) -> Answers:
    return {"reply_way": "phone", "reply_text": "已告知培训班的时间和地点。", "sign": dict(SIGNED)}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "referral": _referral,
    "referral_close": _close,
    "referral_reply": _reply,
    "referral_reroute": _reroute,
}
