"""Households that are recipients already, written as rows: what a campaign finds in a town of thousands.

Single elders without income whose aid is the whole standard, with an authorisation in force: the simulated exchange
knows nothing against them, so a review finds them unchanged. All people are invented (province prefix 66).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from jiuzhu.domain.household import fold, resident_ref
from jiuzhu.domain.identity import synthetic_id
from jiuzhu.domain.rows import Household, HouseholdPerson, Recipient, RecipientChange
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of

PORTION = 500
FIRST_BIRTH = date(1938, 1, 1)


def add_households(
    office: Office, villages: Sequence[str], count: int, *, first: int = 1, programme: str = "dibao", since: str = ""
) -> Sequence[str]:
    """Add recipients to villages in turn; returns their numbers. ``since``: first month, by default of last year."""
    made: list[str] = []
    for start in range(0, count, PORTION):
        with open_desk(office, None) as desk:
            for number in range(first + start, first + min(start + PORTION, count)):
                village = villages[(number - first) % len(villages)]
                made.append(_add(desk, village, number, programme, since or f"{desk.today.year - 1}-01"))
    return made


def _add(desk: Desk, village: str, number: int, programme: str, since: str) -> str:
    place = desk.office.places.of(desk.tx, village)
    policy = desk.office.policies.of(place.district)
    standard = next(
        Decimal(row["amount"])
        for row in policy.rows("standards", desk.today)
        if row["programme"] == programme and row.get("area") in (None, "", "rural")
    )
    shelf, name = shelf_of(desk.tx), f"示例户{number}"
    resident_id = _resident_id(number)
    case_no, recipient_no = f"{policy.case_prefix}-{since[:4]}-存量-{number:06d}", f"{policy.short}{number:06d}"
    record = fold(())
    record["applicant"] = {"applicant_name": name, "applicant_id": resident_id, "hukou_type": "rural"}
    record["members"] = [{"name": name, "id": resident_id, "relation": "self"}]
    signed = (desk.today - timedelta(days=90)).isoformat()
    record["authorizations"] = [
        {"member": name, "id": resident_id, "signed_on": signed, "guardian": "", "valid_to": "", "scope": []}
    ]
    shelf.add(Household(case_no=case_no, record=record, member_count=1, version=1, folded=[], updated_at=desk.now))
    shelf.add(
        HouseholdPerson(
            case_no=case_no,
            resident_ref=resident_ref(resident_id),
            part="applicant",
            programme=programme,
            since=desk.today,
        )
    )
    shelf.add(
        Recipient(
            recipient_no=recipient_no,
            case_no=case_no,
            district=place.district,
            town=desk.office.places.town_of(desk.tx, village),
            village=village,
            programme=programme,
            name=name,
            resident_id=resident_id,
            resident_ref=resident_ref(resident_id),
            members=1,
            area="rural",
            amount_monthly=standard,
            payer=place.district,
            decision_no=f"存量{number:06d}",
            since=since,
            review_months=12,
            next_review=desk.today,
        )
    )
    shelf.add(
        RecipientChange(
            recipient_no=recipient_no,
            line=1,
            case_no=case_no,
            district=place.district,
            kind="import",
            effective_month=since,
            amount_monthly=standard,
            state="active",
            record_no=case_no,
            changed_at=desk.now,
        )
    )
    return recipient_no


def _resident_id(number: int) -> str:
    day, sequence = divmod(number, 900)
    return synthetic_id("660502", FIRST_BIRTH + timedelta(days=day), sequence + 100)
