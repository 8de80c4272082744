"""Valid answers for the forms of supervision: samples, checks, rectification, inspections, accountability, errands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from tests.forms_people import SIGNED, VILLAGE, Answers, Setting


def _town(at: Setting) -> str:
    return VILLAGE[at.district][:9]


def _later(at: Setting, days: int) -> str:
    return (date.fromisoformat(at.today) + timedelta(days=days)).isoformat()


def _sample_start(at: Setting) -> Answers:
    return {
        "sample_from": at.today[:8] + "01",
        "sample_until": at.today,
        "sample_town": _town(at),
        "sample_reason": "群众反映较多，不定期抽查。",
    }


def _sample_seed(at: Setting) -> Answers:
    return {"sample_seed": "2026108-4821", "seed_source": "当日开奖的福利彩票号码", "sign": dict(SIGNED)}


def _spot_check(at: Setting) -> Answers:
    return {
        "check_conclusion": "ok",
        "check_opinion": "入户情况与案卷一致，程序完整。",
        "check_files": at.files,
        "sign": dict(SIGNED),
    }


def _receipt(at: Setting) -> Answers:
    return {"receipt_note": "", "sign": dict(SIGNED)}


def _rectify_order(at: Setting) -> Answers:
    return {
        "rectify_unit": _town(at),
        "rectify_items": [{"item": "重新核算这一户的收入并更正金额。"}],
        "rectify_basis": "《最低生活保障审核确认办法》（民发〔2021〕57号）",
        "rectify_by": _later(at, 15),
        "sign": dict(SIGNED),
    }


def _rectify_reply(at: Setting) -> Answers:
    return {"rectify_measures": "已重新核算收入，更正了金额并公示。", "rectify_files": at.files, "sign": dict(SIGNED)}


def _rectify_close(at: Setting) -> Answers:
    return {"rectified": True, "rectify_opinion": "核实整改到位。", "sign": dict(SIGNED)}


def _summary(at: Setting) -> Answers:
    return {"summary_text": "抽查已全部完成，问题已要求整改。", "sign": dict(SIGNED)}


def _circular(at: Setting) -> Answers:
    return {"circular_text": "本期复核率低于百分之九十，现予通报，请逐户整改。", "sign": dict(SIGNED)}


def _inspection_start(at: Setting) -> Answers:
    return {"inspection_kind": "special", "inspection_reason": "近期信访较多，开展专项检查。"}


def _inspection_plan(at: Setting) -> Answers:
    return {
        "inspection_scope": "检查受理、入户、公示和档案的规范情况。",
        "inspected_units": [_town(at)],
        "inspection_method": "查阅案卷、走访群众。",
        "sign": dict(SIGNED),
    }


def _inspection_finding(at: Setting) -> Answers:
    return {
        "finding_unit": _town(at),
        "finding_cases": "随机查阅低保案卷5份",
        "norm_items": ["intake", "visit", "notice"],
        "finding_text": "案卷齐全，公示照片完整。",
        "finding_problem": False,
        "finding_files": at.files,
        "sign": dict(SIGNED),
    }


def _inspection_report(at: Setting) -> Answers:
    return {"report_text": "检查的单位运行规范，没有发现违规。", "violation_found": False, "sign": dict(SIGNED)}


def _violation_lead(at: Setting) -> Answers:
    return {
        "violation_unit": _town(at),
        "violation_kind": "delay",
        "violation_facts": "受理后两个月没有办结，也没有告知申请人。",
        "source_record_no": "",
        "violation_files": [],
    }


def _violation_check(at: Setting) -> Answers:
    return {
        "violation_proven": True,
        "violation_kind": "delay",
        "violation_person": "某经办人",
        "check_findings": "查阅办理记录，材料齐全后搁置四十天。",
        "check_files": at.files,
        "sign": dict(SIGNED),
    }


def _violation_statement(at: Setting) -> Answers:
    return {
        "stated": "yes",
        "stated_by": "某经办人",
        "statement_text": "当时系统切换，没有及时处理。",
        "statement_files": [],
        "sign": dict(SIGNED),
    }


def _violation_disposition(at: Setting) -> Answers:
    return {
        "disposition": "handled",
        "disposition_reason": "情节较轻，责令书面检查并限期改正。",
        "sign": dict(SIGNED),
    }


def _adhoc_task(at: Setting) -> Answers:
    return {
        "adhoc_title": "摸排困难群众过冬情况",
        "adhoc_source": "市民政局通知",
        "adhoc_content": "逐户摸排，十日内报结果。",
        "adhoc_unit": _town(at),
        "adhoc_by": _later(at, 10),
        "adhoc_files": [],
    }


def _adhoc_result(at: Setting) -> Answers:
    return {"adhoc_result_text": "已逐户摸排，名单附后。", "adhoc_result_files": at.files, "sign": dict(SIGNED)}


def _adhoc_accept(at: Setting) -> Answers:
    return {"adhoc_accepted": True, "adhoc_opinion": "认可。"}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "sample_start": _sample_start,
    "sample_seed": _sample_seed,
    "spot_check": _spot_check,
    "feedback_receipt": _receipt,
    "rectify_order": _rectify_order,
    "rectify_reply": _rectify_reply,
    "rectify_close": _rectify_close,
    "spot_check_summary": _summary,
    "circular": _circular,
    "inspection_start": _inspection_start,
    "inspection_plan": _inspection_plan,
    "inspection_finding": _inspection_finding,
    "inspection_report": _inspection_report,
    "violation_lead": _violation_lead,
    "violation_check": _violation_check,
    "violation_statement": _violation_statement,
    "violation_disposition": _violation_disposition,
    "adhoc_task": _adhoc_task,
    "adhoc_result": _adhoc_result,
    "adhoc_accept": _adhoc_accept,
}
