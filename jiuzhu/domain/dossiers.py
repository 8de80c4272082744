"""一户一档: how long a dossier is kept, what a change is called in it, which one a case belongs to (JC-28, JC-32)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jiuzhu.domain.audit import sha256_of
from jiuzhu.domain.instants import add_months
from jiuzhu.domain.rows import Dossier, DossierCase, HouseholdPerson, RecipientChange
from jiuzhu.domain.topics import RecordCall

OWN_PLACE = "本系统"
CHANGES: Mapping[str, str] = {
    "grant": "给予救助",
    "import": "导入",
    "keep": "维持",
    "increase": "增发",
    "decrease": "减发",
    "stop": "停发",
    "gradual_exit": "渐退",
    "suspend": "暂停",
    "resume": "恢复",
    "restore": "恢复原额",
    "members": "成员变化",
    "account": "账户变更",
}
"""Kind of a line in a recipient's history → its word."""


def earliest_disposal(closed_on: date, years: int) -> date:
    """Return the first day on which a dossier may be disposed of: full years after its household was cancelled."""
    return add_months(closed_on, 12 * years)


def change_title(change: RecipientChange) -> str:
    """Return what the dossier calls a line of a recipient's history."""
    return f"{CHANGES.get(change.kind, change.kind)}：{change.effective_month}起每月{change.amount_monthly:.2f}元"


def change_hash(change: RecipientChange) -> str:
    """Return the hash of a line, over everything that stands in it."""
    return sha256_of(row_content(change))


def row_content(row: Any) -> dict[str, Any]:
    """Return a row's fields as they go into a dossier's list and package."""
    return {name: getattr(row, name) for name in type(row).__dataclass_fields__}


def dossier_of(call: RecordCall) -> str:
    """Return the number of the household's dossier; a household that has none gets one.

    A later case of the same people goes into the dossier that they have, whoever of them applied then.
    """
    known = call.records.find(DossierCase, case_no=call.case_no)
    if known:
        return known[0].dossier_no
    number = _of_same_people(call) or _opened(call)
    call.records.add(DossierCase(case_no=call.case_no, dossier_no=number, added_at=call.now))
    return number


def _of_same_people(call: RecordCall) -> str:
    own = call.records.find(HouseholdPerson, case_no=call.case_no)
    refs = tuple(one.resident_ref for one in own if one.part != "supporter")
    if not refs:
        return ""
    others = call.records.find(HouseholdPerson, resident_ref=refs)
    numbers = {one.case_no: None for one in others if one.case_no != call.case_no and one.part != "supporter"}
    for number in numbers:
        for link in call.records.find(DossierCase, case_no=number):
            held = call.records.find(Dossier, dossier_no=link.dossier_no)
            if held and held[0].state != "disposed":
                return link.dossier_no
    return ""


def _opened(call: RecordCall) -> str:
    number = ""
    # Lists that were taken over may have brought numbers of the same form along.
    while not number or call.records.find(DossierCase, case_no=number):
        serial = call.records.number(f"dossier:{call.district}")
        number = f"{call.policy.short}-档-{serial:06d}"
    case = call.records.case()
    call.records.add(
        Dossier(
            dossier_no=number,
            district=call.district,
            town=case.town or case.intake_town,
            village=case.village,
            opened_at=call.now,
            electronic_place=OWN_PLACE,
        )
    )
    return number
