"""Answers of the forms of an office's month and year: transfers, boxes, scores, awards."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.forms_people import SIGNED, VILLAGE, Answers, Setting


def _transfer_check(at: Setting) -> Answers:
    return {"transfer_checked": "consistent", "transfer_note": "", "sign": dict(SIGNED)}


def _transfer_missed(at: Setting) -> Answers:
    return {"missed_reason": "网络故障，没有及时发现。", "sign": dict(SIGNED)}


def _transfer_paper(at: Setting) -> Answers:
    return {
        "paper_sent_on": at.today,
        "paper_copies": 3,
        "paper_items": "动态管理汇总表、新增对象审批表、停发通知。",
        "paper_files": [],
        "paper_late_reason": "",
        "sign": dict(SIGNED),
    }


def _transfer_receipt(at: Setting) -> Answers:
    return {"paper_complete": True, "receipt_note": "三份，齐全。", "sign": dict(SIGNED)}


def _info_box(at: Setting) -> Answers:
    return {
        "box_opened_on": at.today,
        "item_count": 0,
        "box_photos": at.files,
        "box_witness": "示例村民",
        "box_note": "",
        "sign": dict(SIGNED),
    }


def _info_item(at: Setting) -> Answers:
    return {
        "box_items": [
            {
                "item_kind": "report",
                "item_name": "",
                "item_phone": "",
                "item_content": "有人开着轿车还领低保，请查一查。",
                "item_about": "某户",
            },
            {
                "item_kind": "hardship",
                "item_name": "罗困难",
                "item_phone": "",
                "item_content": "家里老人摔伤住院，没有钱看病。",
                "item_about": "",
            },
        ],
        "sign": dict(SIGNED),
    }


def _ranking_check(at: Setting) -> Answers:
    return {"ranking_corrections": [], "ranking_opinion": "同意。", "sign": dict(SIGNED)}


def _award(at: Setting) -> Answers:
    return {"award_lines": [], "award_text": "以平时考评结果为主要依据。", "sign": dict(SIGNED)}


def _award_funds(at: Setting) -> Answers:
    return {
        "fund_rows": [
            {"fund_source": "budget", "fund_amount": "200000.00", "fund_basis": "区财预〔2026〕1号"},
            {"fund_source": "adjusted", "fund_amount": "50000.00", "fund_basis": "区民党组会议纪要"},
        ],
        "sign": dict(SIGNED),
    }


def _blacklist_entry(at: Setting) -> Answers:
    return {
        "applicant_name": "示例失信",
        "village": VILLAGE[at.district],
        "blacklist_summary": "申请时隐瞒了名下的轿车和门面租金。",
    }


def _blacklist_evidence(at: Setting) -> Answers:
    return {
        "applicant_name": "示例失信",
        "blacklist_resident_id": at.id("19680512", 1),
        "blacklist_kind": "concealment",
        "blacklist_facts": "车辆登记和租赁合同表明申报不实。",
        "blacklist_files": at.files,
        "sign": dict(SIGNED),
    }


def _blacklist_appeal(at: Setting) -> Answers:
    return {
        "appealed_on": at.today,
        "appeal_way": "written",
        "appeal_text": "车是儿子的，只是登记在我名下。",
        "appeal_files": [],
    }


def _blacklist_decision(at: Setting) -> Answers:
    return {
        "blacklisted": True,
        "blacklist_months": 12,
        "decision_reason": "申辩没有证据，不予采纳。",
        "sign": dict(SIGNED),
    }


def _poverty_list(at: Setting) -> Answers:
    return {"list_period": "2026Q3", "list_people": 2, "list_department": "扶贫办", "sign": dict(SIGNED)}


def _compare_check(at: Setting) -> Answers:
    row = {"line": "1", "conclusion": "none", "difference_note": "名单时间不同。"}
    return {"difference_rows": [row], "rest_conclusion": None, "rest_reason": "", "sign": dict(SIGNED)}


def _bed_request(at: Setting) -> Answers:
    return {
        "applicant_name": "示例轮候",
        "village": VILLAGE[at.district],
        "bed_kind": "dibao",
        "bed_elderly": True,
        "bed_disabled": False,
        "bed_facts": "七十九岁独居，无人照料。",
        "sign": dict(SIGNED),
    }


def _bed_allocation(at: Setting) -> Answers:
    return {
        "bed_result": "allocated",
        "bed_place": "示例敬老院",
        "bed_fee": "low",
        "bed_note": "",
        "sign": dict(SIGNED),
    }


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "transfer_check": _transfer_check,
    "transfer_missed": _transfer_missed,
    "transfer_paper": _transfer_paper,
    "transfer_receipt": _transfer_receipt,
    "info_box": _info_box,
    "info_item": _info_item,
    "ranking_check": _ranking_check,
    "blacklist_appeal": _blacklist_appeal,
    "blacklist_decision": _blacklist_decision,
    "blacklist_entry": _blacklist_entry,
    "blacklist_evidence": _blacklist_evidence,
    "compare_check": _compare_check,
    "poverty_list": _poverty_list,
    "bed_allocation": _bed_allocation,
    "bed_request": _bed_request,
    "award": _award,
    "award_funds": _award_funds,
}
"""Form → valid answers."""
