"""Who of the staff keeps out of a case: near relatives on record, named by the household, or by their own statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.rows import RelativesEntry, StaffRelation
from jiuzhu.domain.topics import RecordCall
from workers.records.papers import household_of


def references(call: RecordCall, parts: Iterable[str]) -> tuple[str, ...]:
    """Return the references of everybody who occurs in the household in one of these parts."""
    household = household_of(call)
    numbers: list[str] = []
    if "applicant" in parts:
        numbers.append(str(household["applicant"].get("applicant_id", "")))
    if "member" in parts:
        numbers += [str(member.get("id", "")) for member in household["members"]]
    if "supporter" in parts:
        numbers += [str(supporter.get("id", "")) for supporter in household["supporters"]]
    return tuple(dict.fromkeys(resident_ref(number) for number in numbers if number))


def near_relatives(call: RecordCall, people: Sequence[str]) -> list[str]:
    """Return who of these people is a near relative: on record, or named by the household (JC-45)."""
    refs = references(call, parts=("applicant", "member", "supporter"))
    related = {row.person for row in call.records.find(StaffRelation, resident_ref=refs) if row.person}
    declared = {row.staff_name for row in call.records.find(RelativesEntry, case_no=call.case_no)}
    return [one for one in people if one in related or (declared and call.records.person(one).name in declared)]


def kept_out(call: RecordCall, people: Sequence[str]) -> list[str]:
    """Return who of these people must keep out: near relatives, and who has stated it (R-05)."""
    related = frozenset(near_relatives(call, people))
    stated = call.records.recused()
    return [one for one in people if one in related or one in stated]
