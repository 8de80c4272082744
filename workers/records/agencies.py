"""Agents: a letter is signed before anything is entered for somebody else, and it is free (R-08, XT-01, XT-23)."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.identity import mask_resident_id
from jiuzhu.domain.instants import day_of, iso, midnight_after
from jiuzhu.domain.rows import AgencyLetter
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import AGENCY_GROUPS, PROGRAMMES
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, latest_of, text
from workers.records.papers import law, make_document
from workers.records.standing import town_of

LETTER_REGISTER = TopicContract(
    topic="letter_register",
    label="登记或撤销代办委托书",
    kind="record",
    doc="mode=register：代办员已上门签订的代办委托书登记编号、制作文书，费用为零；mode=revoke：撤销，之后不得代办。",
    inputs=(
        Name(name="mode", type="string", label="方式", drawn=True, choices=("register", "revoke")),
        names.TOWN,
    ),
    outputs=(
        Name(name="agency_letter_no", type="string", label="代办委托书编号"),
        Name(name="agency_end", type="date", label="代办委托期满"),
        names.DUE_SIMPLE,
    ),
    sources=("XT-01", "XT-23"),
)


def register_letter(call: RecordCall) -> Values:
    """Register the letter that the agent signed at the applicant's home, or revoke it (XT-23).

    Raises Refused when nothing was signed.
    """
    known = next(iter(call.records.find(AgencyLetter, case_no=call.case_no)), None)
    if text(call, "mode") == "revoke":
        if known is None:
            raise Refused("还没有登记代办委托书，不能撤销。")
        call.records.change(known, status="revoked")
        call.records.audit("agency_revoked", f"代办委托书{known.letter_no}已撤销", letter=known.letter_no)
        return _outputs(known)
    request, signed = latest_of(call, ("agency_request",)), latest_of(call, ("agency_letter",))
    if request is None or signed is None or not signed.data.get("letter_signed"):
        raise Refused("代办委托书还没有签订。")
    town, asked = town_of(call), request.data
    letter = AgencyLetter(
        letter_no=f"{call.case_no}-委托书",
        case_no=call.case_no,
        district=call.district,
        town=town,
        resident_ref=resident_ref(str(asked["applicant_id"])),
        principal_name=str(asked["applicant_name"]),
        agent=signed.person,
        programmes=[str(each) for each in asked["agency_programmes"]],
        groups=[str(each) for each in asked.get("agency_groups") or ()],
        signed_on=day_of(signed.submitted_at),
        valid_to=date.fromisoformat(str(signed.data["agency_until"])[:10]),
    )
    call.records.add(letter)
    make_document(
        call,
        "agency_letter",
        {
            "issuer": call.records.organisation_name(town),
            "agency_letter_no": letter.letter_no,
            "principal_name": letter.principal_name,
            "principal_id_masked": mask_resident_id(str(asked["applicant_id"])),
            "agent_name": signed_by(signed),
            "agent_unit": call.records.organisation_name(town),
            "agency_items": [PROGRAMMES[each] for each in letter.programmes],
            "agency_groups": [AGENCY_GROUPS[each] for each in letter.groups],
            "papers_needed": papers_needed(call),
            "valid_from": letter.signed_on.isoformat(),
            "valid_to": letter.valid_to.isoformat(),
            "legal_basis": law(call)["legal_basis"],
        },
    )
    return _outputs(letter)


def papers_needed(call: RecordCall) -> list[str]:
    """Return the papers that the applicant fills in; what data sharing can fetch is never among them (XT-29, XT-30)."""
    rows = call.policy.rows("materials_checklist", call.today)
    wanted = [row for row in rows if row["applicant_fills"] and not row["obtainable_by_sharing"]]
    return list(dict.fromkeys(str(row["label"]) for row in wanted))


def _outputs(letter: AgencyLetter) -> dict[str, Any]:
    return {"agency_letter_no": letter.letter_no, "agency_end": iso(midnight_after(letter.valid_to))}


TOPICS: tuple[Topic, ...] = (at_desk(LETTER_REGISTER, register_letter),)
