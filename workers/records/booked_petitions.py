"""信访、投诉、举报: who replies, who may look into it (R-04), the papers that leave (NH-26, QJ-13, JC-11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Obligation
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import Forbidden, Refused
from workers.records.papers import law, make_document, organ_name
from workers.records.petition_bars import case_number, handlers_of, has_somebody_free, keep_out

KINDS = {"petition": "信访", "complaint": "投诉", "report": "举报"}
RESULTS = {
    "unfounded": "不属实",
    "explained": "属政策问题，已解释",
    "case": "反映的救助事项属实",
    "violation": "涉嫌违规违纪",
}
COUNTY_ROLES = ("county_office", "county_leader")
TOWN_ROLES = ("town_intake", "town_reviewer", "town_head")
TOWN_HANDS = ("town_intake", "town_reviewer")
"""Who takes in and replies, and who looks into it: a town without one of them free does not handle it itself."""
ANONYMOUS = "来信来访人（匿名）"
REMEDY = "如不服本答复，可以自收到本答复书之日起30日内，向上一级机关请求复查。"


def book_petition(call: RecordCall, submission: Submission) -> Values:
    """Say who replies: whoever took the petition in; a town that nobody could look into hands it to the district.

    Whoever it names or handled the case that it is about keeps out of it (R-04).
    """
    town, numbers = call.records.case().town, (str(submission.data.get("about_case") or ""),)
    at_town = submission.data.get("received_level") == "town" and bool(town)
    own = [f"{role}@{town}" for role in TOWN_ROLES] if at_town else []
    at_town = at_town and all(has_somebody_free(call, f"{role}@{town}", numbers) for role in TOWN_HANDS)
    keep_out(call, [f"{role}@{call.district}" for role in COUNTY_ROLES], numbers)
    keep_out(call, own, numbers, always=not at_town)
    if at_town:
        return {"reply_group": f"town_intake@{town}"}
    return {"received_level": "county", "reply_group": f"county_office@{call.district}"}


def book_transfer(call: RecordCall, submission: Submission) -> Values:
    """Hand the petition to a town with its 转办单, which does not name the petitioner (NH-11, JC-19).

    Raises Refused for a town in which everybody who could look into it is concerned by it (R-04).
    """
    data, petition = submission.data, _latest(call, "petition")
    town = str(data.get("town") or "")
    if data.get("keep_at_county") or not town or petition is None:
        return {}
    numbers = (str(petition.data.get("about_case") or ""),)
    if not has_somebody_free(call, f"town_reviewer@{town}", numbers):
        name = call.records.organisation_name(town)
        raise Refused(f"{name}的查办人员都被反映到或者承办过所反映的案件，不能转给{name}，请区（市）自查。")
    call.records.set_case(town=town)
    keep_out(call, [f"{role}@{town}" for role in TOWN_ROLES], numbers)
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
            "transferred_by": signed_by(submission),
        },
    )
    return {}


def book_finding(call: RecordCall, submission: Submission) -> Values:
    """Refuse an inquiry by somebody who had a task in a case it is about, as the petition or the inquiry names it.

    Raises Forbidden (R-04), Refused for a case that the inquiry names and that is not there. What a citizen wrote
    wrongly stands in nobody's way.
    """
    petition = _latest(call, "petition")
    own = str(submission.data.get("about_case") or "")
    numbers = (own, str(petition.data.get("about_case") or "") if petition else "")
    if own and own != numbers[1] and not case_number(call, own):
        raise Refused(f"没有编号为{own}的案件，请核对；不涉及具体案件的不填。")
    for number in numbers:
        if submission.person in handlers_of(call, (number,)):
            raise Forbidden(f"您承办过{number}的环节，不能查办反映这件案子的信访（R-04）。", rule="R-04")
    village = str(submission.data.get("village") or "")
    if submission.data.get("village_help") and petition is not None:
        if petition.data.get("petition_kind") == "report":
            raise Refused("举报件不交村（社区）化解：举报的内容和举报人不得透露给被举报的人员和单位。")
        if not has_somebody_free(call, f"village_officer@{village}", numbers):
            raise Refused("这个村（社区）的人员被反映到或者承办过所反映的案件，不能交其化解。")
        keep_out(call, [f"village_officer@{village}"], numbers)
    keep_out(call, [f"county_office@{call.district}"], numbers)
    return _town_of_case(call, numbers) if submission.data.get("petition_result") == "case" else {}


def _town_of_case(call: RecordCall, numbers: Sequence[str]) -> Values:
    """Return the town that goes on with the case: what no town looked into goes to that of the case it is about.

    Raises Refused when nobody says which case that is: nobody could be told to go on with it.
    """
    if call.records.case().town:
        return {}
    known = next((found for one in numbers if (found := case_number(call, one) if one else "")), "")
    about = call.records.case(known) if known else None
    town = (about.town or about.intake_town) if about is not None else ""
    if not town:
        raise Refused("在案件中处理的，请写明涉及的案号，交承办的镇（街道）；没有案号的，请选其他查实结果。")
    call.records.set_case(town=town)
    return {"town": town}


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
