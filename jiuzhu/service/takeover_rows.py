"""What a household of a list becomes in the record: dossier, household, index of people, relatives, recipient, history.

No case is invented: the dossier's number is the household's number, and its history begins with the line 导入.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime
from typing import Any

from jiuzhu.domain.audit import sha256_of
from jiuzhu.domain.dossiers import OWN_PLACE, change_hash, change_title
from jiuzhu.domain.household import EMPTY, resident_ref
from jiuzhu.domain.rows import (
    Dossier,
    DossierCase,
    DossierItem,
    Household,
    HouseholdPerson,
    Recipient,
    RecipientChange,
    RelativesEntry,
    Row,
    TakeoverLine,
)
from jiuzhu.domain.takeover_list import Kept

REASON = "导入"


def folded(kept: Kept) -> dict[str, Any]:
    """Return the household's record as an application would have folded it; what nobody declared stays empty."""
    facts, head = kept.facts, kept.head
    record: dict[str, Any] = deepcopy(dict(EMPTY))
    told = {
        "applicant_name": head.name,
        "applicant_id": head.resident_id,
        "village": facts["village"],
        "bank_holder": head.name if facts["bank_account"] else "",
        **{key: facts[key] for key in ("phone", "hukou_address", "living_address", "bank_name", "bank_account")},
    }
    record["applicant"] = {key: value for key, value in told.items() if value}
    ordered = sorted(kept.people, key=lambda one: one.relation != "self")
    for one in ordered:
        person = {"name": one.name, "id": one.resident_id, "relation": one.relation}
        record["members" if one.counted else "excluded_members"].append(person)
        if one.authorized_on is not None:
            # As the paper of an application: no list of sources means all of them, no last day the district's months.
            record["authorizations"].append(
                {
                    "member": one.name,
                    "id": one.resident_id,
                    "signed_on": one.authorized_on.isoformat(),
                    "guardian": "",
                    "valid_to": "",
                    "scope": [],
                }
            )
    record["relatives"] = [dict(one.staff) for one in ordered if one.staff]
    record["related_to_staff"] = bool(record["relatives"])
    return record


def household_rows(kept: Kept, line: TakeoverLine, dossier_no: str, district: str, now: datetime) -> Sequence[Row]:
    """Return everything of a household but the recipient; ``dossier_no`` is another one when its people have one."""
    number, record, facts = line.dossier_no, folded(kept), kept.facts
    rows: list[Row] = [line]
    if dossier_no == number:
        rows.append(
            Dossier(
                dossier_no=number,
                district=district,
                town=line.town,
                village=line.village,
                opened_at=now,
                electronic_place=str(facts["electronic_place"] or OWN_PLACE),
                paper_place=str(facts["paper_place"]),
            )
        )
    rows += [
        DossierCase(case_no=number, dossier_no=dossier_no, added_at=now),
        DossierItem(
            case_no=number,
            line=1,
            kind="import",
            ref=f"{line.import_no}/{line.line}",
            title=f"{REASON}（{line.import_no}第{line.line}行）",
            sha256=sha256_of({"import_no": line.import_no, "line": line.line, "record": record}),
            filed_at=now,
            version=1,
        ),
        Household(
            case_no=number,
            record=record,
            member_count=len(record["members"]),
            version=1,
            folded=[],
            updated_at=now,
        ),
    ]
    # As an application does it: who is not counted stands in the record, but not in the index of who is helped.
    for one in (one for one in kept.people if one.counted):
        rows.append(
            HouseholdPerson(
                case_no=number,
                resident_ref=resident_ref(one.resident_id),
                part="applicant" if one.relation == "self" else "member",
                programme=line.programme,
                since=date.fromisoformat(f"{facts['since']}-01"),
            )
        )
    for place, staff in enumerate(record["relatives"], start=1):
        rows.append(
            RelativesEntry(
                case_no=number,
                line=place,
                staff_name=staff["name"],
                post=staff["post"],
                relation=staff["relation"],
                declared=True,
                entered_at=now,
            )
        )
    return rows


def line_of(kept: Kept, import_no: str, recipient_no: str, dossier_no: str) -> TakeoverLine:
    """Return the line that remembers what a household became."""
    facts: Mapping[str, Any] = kept.facts
    return TakeoverLine(
        import_no=import_no,
        line=kept.row,
        recipient_no=recipient_no,
        dossier_no=dossier_no,
        town=str(facts["town"]),
        village=str(facts["village"]),
        programme=str(facts["programme"]),
        payer=str(facts["payer"]),
        amount_monthly=facts["amount_monthly"],
        state=str(facts["state"]),
        paid_through=str(facts["paid_through"]),
        first_month=str(facts["first_month"]),
    )


def recipient_rows(kept: Kept, line: TakeoverLine, district: str, person: str, now: datetime) -> Sequence[Row]:
    """Return the recipient and the first line of its history, filed: paid from the first month that is ours."""
    facts, head = kept.facts, kept.head
    recipient = Recipient(
        recipient_no=line.recipient_no,
        case_no=line.dossier_no,
        district=district,
        town=line.town,
        village=line.village,
        programme=line.programme,
        name=head.name,
        resident_id=head.resident_id,
        resident_ref=resident_ref(head.resident_id),
        members=kept.members,
        care_level=str(facts["care_level"]),
        support_mode=str(facts["support_mode"]),
        area=str(facts["area"]),
        amount_monthly=line.amount_monthly,
        payer=line.payer,
        bank_name=str(facts["bank_name"]),
        bank_account=str(facts["bank_account"]),
        decision_no=str(facts["decision_no"]),
        since=str(facts["since"]),
        review_months=int(facts["review_months"]),
        next_review=facts["next_review"],
        state=line.state,
    )
    change = RecipientChange(
        recipient_no=line.recipient_no,
        line=1,
        case_no=line.dossier_no,
        district=district,
        kind="import",
        effective_month=line.first_month,
        amount_monthly=line.amount_monthly,
        state=line.state,
        reason=REASON,
        decision_no=recipient.decision_no,
        record_no=line.import_no,
        person=person,
        changed_at=now,
    )
    filed = DossierItem(
        case_no=line.dossier_no,
        line=2,
        kind="change",
        ref=f"{change.recipient_no}/{change.line}",
        title=change_title(change),
        sha256=change_hash(change),
        filed_at=now,
        version=1,
    )
    return [recipient, change, filed]
