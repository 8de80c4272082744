"""Forms by which the seal and the post of its keeper change hands (XT-10, XT-14, R-23)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Seal
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import Refused
from workers.records.chief_reps import hand_seal_to, name_chief_rep
from workers.records.papers import staff_name
from workers.records.standing import custodian_of, letter_of_town, town_of

NUMBERED = frozenset({"seal_issue", "seal_handover"})
"""Forms that say which seal a matter is about."""

DEPUTY, HEAD, WITNESSES = "deputy", "town_head", 2


def book_chief_rep(call: RecordCall, submission: Submission) -> Values:
    """明确首席代表: in office from today; the one before leaves the post."""
    name_chief_rep(call, str(submission.data["chief_rep"]), str(submission.data["document_no"]))
    return {}


def book_seal(call: RecordCall, submission: Submission) -> Values:
    """移交印章: enter a new seal, or widen the town's own to what its letter entrusts.

    Raises Refused for a number that another town's seal has.
    """
    town, number = town_of(call), str(submission.data["seal_no"])
    letter = letter_of_town(call)
    items = list(letter.items) if letter else []
    known = next(iter(call.records.find(Seal, seal_no=number)), None)
    if known is not None and (known.town != town or known.status == "destroyed"):
        raise Refused(f"印章编号{number}已经用过，请核对。")
    if known is not None:
        call.records.change(known, items=items or known.items)
        return {}
    call.records.add(
        Seal(
            seal_no=number,
            district=call.district,
            town=town,
            name=str(call.policy.value("seal.name", call.today)),
            items=items,
            made_on=date.fromisoformat(str(submission.data["seal_made_on"])),
        )
    )
    return {}


def book_receipt(call: RecordCall, submission: Submission) -> Values:
    """首席代表接收印章: whoever signs keeps it from now on; a seal that is frozen waits for its verification."""
    seal = _seal(call)
    if seal is not None and seal.status == "in_use":
        hand_seal_to(call, seal, submission.person, handed_by=_issuer(call))
        call.records.audit("seal_received", f"{submission.person_name}接收并保管印章{seal.seal_no}", seal=seal.seal_no)
    return {}


def book_return(call: RecordCall, submission: Submission) -> Values:
    """交出印章: by whoever keeps it; a keeper who cannot act is stood in for by the head of the town, before two
    witnesses (ADR 81). Either way the seal is frozen next, and only the bureau's check releases it.

    Raises Refused.
    """
    seal = _seal(call)
    keeper = custodian_of(call, seal) if seal is not None else ""
    name = staff_name(call, keeper) or "他人"
    if submission.data.get("return_by") != DEPUTY:
        if keeper != submission.person:
            raise Refused(f"印章由{name}保管，只能由保管人本人交出；保管人不能到场的，由镇（街道）主要负责人代为交出。")
        return {}
    if seal is None or not keeper or keeper == submission.person:
        raise Refused("您就是保管人，请由本人交出。" if keeper else "印章没有保管人，不用代为交出。")
    if f"{HEAD}@{town_of(call)}" not in call.records.person(submission.person).groups:
        raise Refused("只有镇（街道）主要负责人可以代为交出。")
    witnesses = {str(one) for one in submission.data.get("return_witnesses") or ()}
    if len(witnesses) != WITNESSES or witnesses & {keeper, submission.person}:
        raise Refused("见证人是两个人，不能是保管人，也不能是代为交出的人。")
    seen_by = "、".join(staff_name(call, one) for one in sorted(witnesses))
    call.records.audit(
        "seal_returned_by_deputy",
        f"保管人{name}不能到场，{submission.person_name}代为交出印章{seal.seal_no}，见证人{seen_by}",
        seal=seal.seal_no,
        keeper=keeper,
        witnesses=sorted(witnesses),
    )
    return {}


def _seal(call: RecordCall) -> Seal | None:
    numbered = [each for each in call.records.submissions() if each.form in NUMBERED]
    number = str(numbered[-1].data["seal_no"]) if numbered else ""
    found = call.records.find(Seal, seal_no=number) if number else ()
    return next((seal for seal in found if seal.town == town_of(call)), None)


def _issuer(call: RecordCall) -> str:
    return next((each.person for each in reversed(call.records.submissions()) if each.form in NUMBERED), "")


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "chief_rep_appoint": book_chief_rep,
    "seal_issue": book_seal,
    "seal_receipt": book_receipt,
    "seal_return": book_return,
}
