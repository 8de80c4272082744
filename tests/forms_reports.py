"""Answers of the forms of towns' reports and of the public list."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.forms_people import SIGNED, Answers, Setting


def _town_report(at: Setting) -> Answers:
    return {
        "work_done": "本期按要求开展了受理、调查和动态管理。",
        "lessons": "分片包干，专人专窗。",
        "problems": "入户调查人手偏紧。",
        "next_steps": "下期集中开展入户。",
        "report_note": "",
        "report_files": at.files,
        "sign": dict(SIGNED),
    }


def _report_receipt(at: Setting) -> Answers:
    return {"report_returned": False, "return_reason": "本期新增与登记不一致，请核对。", "sign": dict(SIGNED)}


def _publication_check(at: Setting) -> Answers:
    return {"publish_ok": True, "publish_note": "有一户已经注销，请重新生成。", "sign": dict(SIGNED)}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "town_report": _town_report,
    "report_receipt": _report_receipt,
    "publication_check": _publication_check,
}
