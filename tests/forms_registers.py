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


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "discovery": _discovery,
    "discovery_check": _discovery_check,
    "discovery_help": _discovery_help,
    "risk_alert": _risk_alert,
    "risk_check": _risk_check,
}
