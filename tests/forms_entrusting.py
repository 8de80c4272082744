"""Answers of the forms by which a town is entrusted, its seal changes hands, and agents are engaged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from tests.forms_people import SIGNED, VILLAGE, Answers, Setting

THREE_ITEMS = ["DB-01", "TK-01", "LS-01"]


def _town(at: Setting) -> str:
    return VILLAGE[at.district][:-3]


def _open(at: Setting) -> Answers:
    return {
        "town": _town(at),
        "entrust_reason": "人员、场所、设备已经到位。",
        "entrust_files": at.files,
        "sign": dict(SIGNED),
    }


def _items(at: Setting) -> Answers:
    return {"item_codes": list(THREE_ITEMS), "items_note": "先委托三项。", "sign": dict(SIGNED)}


def _accept(at: Setting) -> Answers:
    return {"entrustment_accepted": True, "accept_opinion": "接受委托，承担直接责任。", "sign": dict(SIGNED)}


def _letter(at: Setting) -> Answers:
    return {
        "entrustment_no": f"新民委测〔{at.today[:4]}〕{at.household}号",
        "responsibility_no": f"新民责测〔{at.today[:4]}〕{at.household}号",
        "valid_from": at.today,
        "valid_to": None,
        "liability": "谁审批、谁负责；市民政局备案、监管。",
        "letter_scan": at.files,
        "sign": dict(SIGNED),
    }


def _chief_rep(at: Setting) -> Answers:
    return {"chief_rep": at.login("chief_rep"), "document_no": "新民任测1号", "sign": dict(SIGNED)}


def _issue(at: Setting) -> Answers:
    return {"seal_no": "委章01", "seal_made_on": "2019-05-20", "seal_imprint": at.files, "sign": dict(SIGNED)}


def _receipt(at: Setting) -> Answers:
    return {"seal_counted": True, "seal_rules_read": True, "sign": dict(SIGNED)}


def _supplement(at: Setting) -> Answers:
    return {"supplement_next": "people", "supplement_note": "补办首席代表任命。", "sign": dict(SIGNED)}


def _change(at: Setting) -> Answers:
    return {
        "change_town": _town(at),
        "authority_change": "suspend",
        "change_reason": "用印不规范，整改期间中止。",
        "change_files": at.files,
        "sign": dict(SIGNED),
    }


def _handover(at: Setting) -> Answers:
    return {
        "seal_no": "委章01",
        "handover_reason": "leaving",
        "handover_note": "首席代表调离本镇街。",
        "sign": dict(SIGNED),
    }


def _return(at: Setting) -> Answers:
    return {
        "return_by": "keeper",
        "seal_uses_counted": 0,
        "seal_returned": True,
        "seal_list": at.files,
        "sign": dict(SIGNED),
    }


def _receive(at: Setting) -> Answers:
    return {"next_holder": at.login("chief_rep", 3), "document_no": "新民任测2号", "sign": dict(SIGNED)}


def _custody(at: Setting) -> Answers:
    return {"custody_ok": True, "custody_opinion": "印章、记录、任命文件一致。", "sign": dict(SIGNED)}


def _request(at: Setting) -> Answers:
    from tests.forms_data import answers

    told = answers("application", district=at.district, today=at.today, household=at.household)
    return {
        **{key: told[key] for key in ("applicant_name", "applicant_id", "phone", "living_address")},
        "agency_programmes": ["dibao"],
        "agency_groups": ["old", "ill"],
        "agency_way": "phone",
        "agency_note": "行动不便。",
        "sign": dict(SIGNED),
    }


def _assign(at: Setting) -> Answers:
    return {"agent_id": at.login("agent"), "agent_plan": "次日上午", "sign": dict(SIGNED)}


def _agency_letter(at: Setting) -> Answers:
    return {
        "letter_signed": True,
        "agency_until": (date.fromisoformat(at.today) + timedelta(days=30)).isoformat(),
        "agency_scan": at.files,
        "agency_told": True,
        "sign": dict(SIGNED),
    }


def _revoke(at: Setting) -> Answers:
    return {"revoke_reason": "申请人改由亲属办理。", "revoke_files": at.files, "sign": dict(SIGNED)}


def _feedback(at: Setting) -> Answers:
    return {
        "applicant_visits": 0,
        "fee_charged": False,
        "satisfaction": "satisfied",
        "feedback_note": "",
        "sign": dict(SIGNED),
    }


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "agency_feedback": _feedback,
    "agency_letter": _agency_letter,
    "agency_request": _request,
    "agency_revoke": _revoke,
    "agent_assign": _assign,
    "chief_rep_appoint": _chief_rep,
    "delegation_accept": _accept,
    "delegation_letter": _letter,
    "entrustment_change": _change,
    "entrustment_items": _items,
    "entrustment_open": _open,
    "entrustment_supplement": _supplement,
    "seal_custody_check": _custody,
    "seal_handover": _handover,
    "seal_issue": _issue,
    "seal_receipt": _receipt,
    "seal_receive": _receive,
    "seal_return": _return,
}
