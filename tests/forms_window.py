"""Answers of the forms of the window: matters handed on, arrivals, answers, service at home."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.forms_people import SIGNED, VILLAGE, Answers, Setting


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


def _arrival(at: Setting) -> Answers:
    return {
        "arrived_at": f"{at.today}T09:00+08:00",
        "channel": "window",
        "window_item": "employment",
        "visit_question": "家里有人失业，能帮什么？",
        "applicant_name": "周永安",
        "contact_phone": "10000000001",
    }


def _answer(at: Setting) -> Answers:
    return {"answer_text": "已说明就业援助政策和办理地点。", "window_result": "answer"}


def _started(at: Setting) -> Answers:
    return {"start_result": "dropped", "dropped_reason": "回家同家人商量后再说。"}


def _appointment(at: Setting) -> Answers:
    return {
        "served_name": "周永安",
        "contact_phone": "10000000001",
        "home_reasons": ["old", "ill"],
        "home_village": VILLAGE[at.district],
        "home_place": "三组12号",
        "appointment_at": f"{at.today}T15:00+08:00",
        "service_by": "info_officer",
    }


def _record(at: Setting) -> Answers:
    return {
        "served_at": f"{at.today}T09:00+08:00",
        "home_result": "served",
        "home_note": "讲清了政策，代填了表格。",
        "home_files": [],
        "sign": dict(SIGNED),
    }


def _satisfaction(at: Setting) -> Answers:
    return {"rating_score": 5, "same_day_visits": 1, "rating_text": "一趟就办好了。"}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "home_appointment": _appointment,
    "home_record": _record,
    "referral": _referral,
    "referral_close": _close,
    "referral_reply": _reply,
    "referral_reroute": _reroute,
    "satisfaction": _satisfaction,
    "window_answer": _answer,
    "window_arrival": _arrival,
    "window_start": _started,
}
