"""Answers of the forms of a reform in the towns: plan, window, fund, tasks with dates, acceptance."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.forms_people import SIGNED, Answers, Setting


def _plan(at: Setting) -> Answers:
    return {
        "plan_title": "社会救助综合改革试点工作方案",
        "plan_text": "一门受理、协同办理，任务到人。",
        "plan_files": at.files,
        "pilot_tasks": [
            {"task": "设立服务窗口", "task_person": "示例经办人", "task_due": at.today},
            {"task": "建立救急难基金", "task_person": "示例财务", "task_due": at.today},
        ],
        "sign": dict(SIGNED),
    }


def _filing(at: Setting) -> Answers:
    return {"plan_filed": True, "filing_opinion": "任务没有落实到人。", "sign": dict(SIGNED)}


def _window(at: Setting) -> Answers:
    return {
        "window_place": "乡镇便民服务大厅",
        "window_hours": "工作日九时至十七时",
        "window_person": at.login("town_intake"),
        "window_person_kind": "full_time",
        "window_files": at.files,
        "sign": dict(SIGNED),
    }


def _fund(at: Setting) -> Answers:
    return {
        "force_rules": "社会组织登记、对接、反馈的办法。",
        "force_files": at.files,
        "force_platform": "窗口登记需求，每周对接一次。",
        "fund_amount": "30000.00",
        "fund_source": "乡镇自筹和社会捐赠。",
        "fund_files": at.files,
        "sign": dict(SIGNED),
    }


def _self_check(at: Setting) -> Answers:
    return {
        "check_text": "逐项对照任务清单自查。",
        "check_problems": "信息员培训不足，已补训。",
        "check_files": at.files,
        "sign": dict(SIGNED),
    }


def _acceptance(at: Setting) -> Answers:
    return {"pilot_accepted": True, "acceptance_opinion": "逐项核验，任务完成。", "sign": dict(SIGNED)}


def _milestone_report(at: Setting) -> Answers:
    return {
        "work_done": "召开动员会，入户走访。",
        "lessons": "分片包干。",
        "problems": "人手偏紧。",
        "next_steps": "制定方案。",
        "milestone_files": at.files,
        "sign": dict(SIGNED),
    }


def _milestone_accept(at: Setting) -> Answers:
    return {"milestone_ok": True, "milestone_return": "材料不全，请补充。", "sign": dict(SIGNED)}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "pilot_plan": _plan,
    "pilot_plan_filing": _filing,
    "pilot_window": _window,
    "pilot_fund": _fund,
    "pilot_self_check": _self_check,
    "pilot_acceptance": _acceptance,
    "milestone_report": _milestone_report,
    "milestone_accept": _milestone_accept,
}
