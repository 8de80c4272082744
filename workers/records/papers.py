"""Makes one document of the case: number, frozen values, hash and HTML twin at once (C9)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from jiuzhu.domain.household import fold
from jiuzhu.domain.identity import SYNTHETIC_PROVINCE, mask_resident_id
from jiuzhu.domain.instants import day_of, iso, read
from jiuzhu.domain.rows import BenefitCalculation, CaseDecision, Document, Household
from jiuzhu.domain.signing import signed_among, signed_by
from jiuzhu.domain.topics import RecordCall
from jiuzhu.errors import WorkerError
from workers.documents import TEMPLATES


def make_document(call: RecordCall, template: str, values: Mapping[str, Any]) -> Document:
    """Write the document row of a template in the case.

    The head (issuer, names, hotline) and the household's part are added; of all values only those that the template
    declares go in; ``paper_title`` names it more exactly than its template does. An earlier paper of the same template
    stays and becomes ``replaced`` when only one can be in force.

    Raises:
        WorkerError: permanent; the template is unknown or a value that it needs is missing.
    """
    if template not in TEMPLATES:
        raise WorkerError(f"没有名为{template}的文书模板", permanent=True)
    earlier = list(call.records.find(Document, case_no=call.case_no))
    number = f"{call.case_no}-{len(earlier) + 1:02d}"
    known = {field.name for field in TEMPLATES[template].fields}
    pool = {**head(call), **household_part(call), **values, "document_no": number}
    frozen = {name: value for name, value in pool.items() if name in known and value not in (None, "", [])}
    alike = [each for each in earlier if each.template == template]
    if template in SINGLE:
        for each in alike:
            if each.state == "valid":
                call.records.change(each, state="replaced")
    row = Document(
        document_no=number,
        case_no=call.case_no,
        record_no=call.record_no,
        district=call.district,
        template=template,
        title=str(values.get("paper_title") or call.documents.title(template)),
        round=len(alike) + 1,
        values=frozen,
        html=call.documents.twin(template, frozen),
        sha256=fingerprint(template, number, frozen),
        element_id=call.element_id,
        made_at=call.now,
        made_by=call.actor or "",
    )
    call.records.add(row)
    call.records.audit("document", f"制作《{row.title}》{number}", template=template, sha256=row.sha256)
    return row


SINGLE = frozenset({"approval_form", "acceptance_notice"})
"""Papers of which only the latest is in force."""


def fingerprint(template: str, number: str, values: Mapping[str, Any]) -> str:
    """Return the sha256 of a document: over the canonical JSON of template, number and values."""
    canonical = json.dumps(
        {"template": template, "number": number, "values": values},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def head(call: RecordCall) -> dict[str, Any]:
    """Return the values that stand on every paper: who issues it, where and when."""
    case = call.records.case()
    applicant = household_of(call)["applicant"]
    return {
        "issuer": organ_name(call, case.town or case.intake_town),
        "issued_on": call.today.isoformat(),
        "district_name": call.policy.name,
        "town_name": call.records.organisation_name(case.town or case.intake_town),
        "village_name": call.records.organisation_name(case.village) if case.village else "",
        "hotline": call.policy.hotline,
        "synthetic": str(applicant.get("applicant_id", "")).startswith(SYNTHETIC_PROVINCE),
    }


ORGANS = {"镇": "人民政府", "乡": "人民政府", "街道": "办事处"}
"""Last word of a place's name → what its government is called."""


def organ_name(call: RecordCall, organisation: str) -> str:
    """Return the organ that acts for an organisation, as a letter's author (JC-50, XT-12): a place is no organ.

    For the district that is its civil affairs bureau, in whose name an entrusted town decides.
    """
    if organisation == call.district:
        return call.policy.bureau
    name = call.records.organisation_name(organisation)
    return name + next((organ for place, organ in ORGANS.items() if name.endswith(place)), "")


def household_part(call: RecordCall) -> dict[str, Any]:
    """Return the values by which a paper names the household."""
    case = call.records.case()
    applicant = household_of(call)["applicant"]
    return {
        "case_no": call.case_no,
        "applicant_name": case.applicant_name or applicant.get("applicant_name", ""),
        "applicant_id_masked": mask_resident_id(str(applicant.get("applicant_id", ""))),
        "programme": case.programme,
    }


def household_of(call: RecordCall) -> dict[str, Any]:
    """Return the folded household of the case (empty before the application is booked)."""
    rows = call.records.find(Household, case_no=call.case_no)
    return dict(rows[0].record) if rows else fold(())


def members_counted(call: RecordCall) -> int:
    """Return for how many the aid is reckoned: one where somebody is taken in as a household of one (XX-22)."""
    household = household_of(call)
    reckoned = max(call.records.find(BenefitCalculation, case_no=call.case_no), key=lambda row: row.round, default=None)
    everybody = len(household["members"]) or 1
    return min(reckoned.members, everybody) if reckoned else everybody


def law(call: RecordCall) -> dict[str, Any]:
    """Return legal basis and remedies (JC-50).

    The basis is that of the rules by which the case is handled, those of its acceptance (A17); how one may complain is
    the law of the day on which the letter is written.
    """
    policy, day = call.policy, call.today
    programme = call.records.case().programme
    rules = policy.rows("legal_basis", acceptance_day(call))
    basis = [row["basis"] for row in rules if row.get("programme") in (None, "", programme)]
    review, suit = policy.value("remedy.review", day), policy.value("remedy.suit", day)
    organ, court = policy.value("remedy.review_org", day), policy.value("remedy.court", day)
    remedy = (
        f"如不服本决定，可以自收到本告知书之日起{review['amount']}日内向{organ}申请行政复议，"
        f"或者{suit['amount']}个月内向{court}提起行政诉讼。"
    )
    return {"legal_basis": basis, "remedy_text": remedy}


def acceptance_day(call: RecordCall) -> date:
    """Return the day whose rules apply to the case: of its acceptance, before that today (A17).

    A step that is not told ``accepted_at`` finds it in the record: the check by which the case was taken up.
    """
    told = call.inputs.get("accepted_at")
    if told:
        return day_of(read(str(told)))
    checks = call.records.submissions("acceptance_check")
    accepted = [each for each in checks if each.data.get("materials_state") == "complete"]
    return day_of(accepted[-1].submitted_at) if accepted else call.today


def masked_name(name: str) -> str:
    """Return a name with one character hidden, as notices show it: 张*三, 张* (57 art 24)."""
    if len(name) <= 1:
        return name
    return f"{name[0]}*{name[2:]}"


def moment(value: Any) -> str | None:
    """Return a form's date or instant as papers take it: an instant carries its zone; None for an empty field."""
    if value in (None, ""):
        return None
    written = str(value)
    return written if len(written) == DATE_LENGTH else iso(read(written))


DATE_LENGTH = len("2026-09-16")


def team_names(call: RecordCall, people: Iterable[str]) -> list[str]:
    """Return the names of a visit's investigators as they signed: on paper, with who entered it."""
    done = call.records.submissions()
    found = [(person, signed_among(done, person, VISITING)) for person in people]
    return [signed_by(form) if form else staff_name(call, person) for person, form in found]


VISITING = ("home_visit", "signature")
"""Forms that investigators sign."""


def decider_of(call: RecordCall, decision: CaseDecision) -> str:
    """Return who signed a decision, as papers name him."""
    form = next((one for one in call.records.submissions() if one.id == decision.submission), None)
    return signed_by(form) if form else staff_name(call, decision.person)


def staff_name(call: RecordCall, person: str) -> str:
    """Return a member of staff's name; '' for nobody. Whoever has completed a form of the case is known from it."""
    if not person:
        return ""
    known = {each.person: each.person_name for each in call.records.submissions()}
    return known.get(person) or call.records.person(person).name
