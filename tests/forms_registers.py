"""Answers of the forms of discovery, risk alerts and petitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.forms_people import SIGNED, VILLAGE, Answers, Setting


def _discovery(at: Setting) -> Answers:
    return {
        "applicant_name": "周永安",
        "village": VILLAGE[at.district],
        "found_address": "示例一村12号",
        "found_phone": "",
        "household_marker": "monitored",
        "discovery_source": "visit",
        "found_on": at.today,
        "found_situation": "独居老人摔伤，三天没有生火。",
        "found_urgent": False,
        "found_photos": [],
    }


def _discovery_check(at: Setting) -> Answers:
    return {
        "checked_on": at.today,
        "talked_with": "本人和邻居",
        "check_findings": "情况属实，无劳动能力，没有稳定收入。",
        "household_marker": "monitored",
        "check_photos": at.files,
        "discovery_outcome": "apply",
        "sign": dict(SIGNED),
    }


def _discovery_help(at: Setting) -> Answers:
    return {"help_outcome": "declined", "help_note": "儿子接去同住，本人不愿申请。"}


def _risk_alert(at: Setting) -> Answers:
    return {
        "applicant_name": "周永安",
        "risk_resident_id": at.id("19680512", 1),
        "village": VILLAGE[at.district],
        "household_marker": "none",
        "risk_department": "医疗保障局",
        "risk_on": at.today,
        "risk_signal": "illness",
        "risk_signal_count": 1,
        "found_situation": "自付医疗费用超过上年可支配收入。",
    }


def _risk_check(at: Setting) -> Answers:
    return {
        "checked_on": at.today,
        "talked_with": "本人",
        "check_findings": "医疗支出大，家里没有存款。",
        "check_photos": at.files,
        "discovery_outcome": "apply",
        "sign": dict(SIGNED),
    }


def _petition(at: Setting) -> Answers:
    return {
        "received_level": "county",
        "petition_kind": "complaint",
        "petition_channel": "letter",
        "real_name": True,
        "petitioner": "钱来信",
        "petitioner_phone": "10000000009",
        "petition_content": "邻居有房出租还拿低保，请查一查。",
        "about_case": "",
        "petition_files": [],
    }


def _petition_transfer(at: Setting) -> Answers:
    return {"keep_at_county": False, "town": VILLAGE[at.district][:9], "transfer_note": "请查实后答复。"}


def _petition_finding(at: Setting) -> Answers:
    return {
        "about_case": "",
        "petition_findings": "出租的是亲戚的房子，收入已经核对。",
        "petition_result": "unfounded",
        "village_help": False,
        "finding_files": [],
        "sign": dict(SIGNED),
    }


def _petition_support(at: Setting) -> Answers:
    return {"supported_on": at.today, "support_note": "上门解释政策，双方已经和解。", "support_files": []}


def _petition_reply(at: Setting) -> Answers:
    return {
        "reply_way": "letter",
        "reply_text": "经查，反映的情况不属实，感谢监督。",
        "replied_on": at.today,
        "sign": dict(SIGNED),
    }


def _petition_followup(at: Setting) -> Answers:
    return {"followup_way": "dynamic", "followup_no": "示例-2026-低保-0001", "followup_note": "转动态管理核减。"}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "discovery": _discovery,
    "discovery_check": _discovery_check,
    "discovery_help": _discovery_help,
    "risk_alert": _risk_alert,
    "risk_check": _risk_check,
    "petition": _petition,
    "petition_transfer": _petition_transfer,
    "petition_finding": _petition_finding,
    "petition_support": _petition_support,
    "petition_reply": _petition_reply,
    "petition_followup": _petition_followup,
}
