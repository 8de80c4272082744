"""信访、投诉、举报: who replies, who may look into it (R-04), the papers that leave (NH-26, QJ-13, JC-11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Obligation
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import Forbidden, NotFound, Refused
from workers.records.papers import law, make_document, organ_name

KINDS = {"petition": "信访", "complaint": "投诉", "report": "举报"}
RESULTS = {
    "unfounded": "不属实",
    "explained": "属政策问题，已解释",
    "case": "反映的救助事项属实",
    "violation": "涉嫌违规违纪",
}
ANONYMOUS = "来信来访人（匿名）"
REMEDY = "如不服本答复，可以自收到本答复书之日起30日内，向上一级机关请求复查。"


def book_petition(call: RecordCall, submission: Submission) -> Values:
    """Say who replies: whoever took the petition in."""
    case = call.records.case()
    at_town = submission.data.get("received_level") == "town" and case.town
    return {"reply_group": f"town_intake@{case.town}" if at_town else f"county_office@{call.district}"}


def book_transfer(call: RecordCall, submission: Submission) -> Values:
    """Hand the petition to a town with its 转办单, which does not name the petitioner (NH-11, JC-19)."""
    data, petition = submission.data, _latest(call, "petition")
    town = str(data.get("town") or "")
    if data.get("keep_at_county") or not town or petition is None:
        return {}
    call.records.set_case(town=town)
    make_document(
        call,
        "petition_transfer",
        {
            **_head(call),
            "transfer_to": organ_name(call, town),
            "petition_kind": KINDS.get(str(petition.data.get("petition_kind")), ""),
            "petition_content": petition.data.get("petition_content"),
            "transfer_note": data.get("transfer_note"),
            "due_petition": _due(call),
            "transferred_by": submission.person_name,
        },
    )
    return {}


def book_finding(call: RecordCall, submission: Submission) -> Values:
    """Refuse an inquiry by somebody who had a task in the case it is about. Raises Forbidden (R-04), Refused."""
    petition = _latest(call, "petition")
    number = str(submission.data.get("about_case") or (petition.data.get("about_case") if petition else "") or "")
    if not number:
        return {}
    try:
        about = call.records.case(number)
    except NotFound:
        about = None
    if about is None or about.district != call.district:
        raise Refused(f"没有编号为{number}的案件，请核对；不涉及具体案件的不填。")
    if any(one.person == submission.person for one in call.records.submissions(case_no=about.case_no)):
        raise Forbidden(f"您承办过{number}的环节，不能查办反映这件案子的信访（R-04）。", rule="R-04")
    return {}


def reply_paper(call: RecordCall, submission: Submission) -> Values:
    """信访答复书: what was found and what follows; anonymous ones read it by their receipt."""
    petition, finding = _latest(call, "petition"), _latest(call, "petition_finding")
    if petition is None or finding is None:
        return {}
    data = petition.data
    make_document(
        call,
        "petition_reply",
        {
            **_head(call),
            "addressee": data.get("petitioner") or ANONYMOUS,
            "received_on": day_of(petition.submitted_at).isoformat(),
            "petition_content": data.get("petition_content"),
            "petition_findings": finding.data.get("petition_findings"),
            "petition_result": RESULTS.get(str(finding.data.get("petition_result")), ""),
            "reply_text": submission.data.get("reply_text"),
            "legal_basis": law(call)["legal_basis"],
            "petition_remedy": REMEDY,
        },
    )
    return {}


def _head(call: RecordCall) -> dict[str, Any]:
    """Return the head of a paper whose record may belong to no town."""
    case = call.records.case()
    place = case.town or call.district
    return {
        "petition_no": call.case_no,
        "issuer": organ_name(call, place),
        "town_name": call.records.organisation_name(place),
    }


def _latest(call: RecordCall, form: str) -> Submission | None:
    found = call.records.submissions(form)
    return found[-1] if found else None


def _due(call: RecordCall) -> str:
    dues = [row for row in call.records.find(Obligation, case_no=call.case_no) if row.due_name == "due_petition"]
    return day_of(dues[-1].due_at).isoformat() if dues else call.today.isoformat()


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "petition": book_petition,
    "petition_transfer": book_transfer,
    "petition_finding": book_finding,
    "petition_reply": reply_paper,
}
