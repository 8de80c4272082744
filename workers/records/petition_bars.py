"""Who keeps out of a petition: whoever it names, and whoever handled the case that it is about (R-04).

What somebody reports is neither shown nor handed to the person reported (《信访工作条例》).
Who is named never comes near it, even if nobody is left: the district's leader is told to appoint somebody else. Who
handled the case keeps out as long as a colleague is left, and never looks into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jiuzhu.domain.records import PersonHead
from jiuzhu.domain.rows import Alert
from jiuzhu.domain.signing import hands_of
from jiuzhu.domain.topics import RecordCall
from jiuzhu.errors import NotFound

NAMED = "信访件反映到本人，不得经手（R-04）"
HANDLED = "承办过信访件所反映的案件，不得经手（R-04）"
SHORTEST_NAME = 2
TEXTS = ("about_staff", "petition_content", "violation_person")


def keep_out(call: RecordCall, groups: Sequence[str], numbers: Iterable[str], *, always: bool = False) -> None:
    """Keep people of these groups out of this petition, now and for good; ``always``: handlers without a colleague,
    too, because the petition is not theirs to handle.
    """
    said, handlers = _said(call), handlers_of(call, numbers)
    for group in groups:
        members = call.records.people(group)
        free = [one for one in members if not _is_named(one, said) and one.id not in handlers]
        for one in members:
            if _is_named(one, said):
                call.records.keep_out(one.id, NAMED, call.now)
            elif one.id in handlers and (free or always):
                call.records.keep_out(one.id, HANDLED, call.now)
        if members and not free and group == f"county_office@{call.district}":
            _tell_leader(call)


def keep_named_out(call: RecordCall, groups: Sequence[str], number: str) -> None:
    """Keep people of these groups out of what another petition brought about, if it or its inquiry names them."""
    said = _said(call, number)
    for group in groups:
        for one in call.records.people(group):
            if _is_named(one, said):
                call.records.keep_out(one.id, NAMED, call.now)


def has_somebody_free(call: RecordCall, group: str, numbers: Iterable[str]) -> bool:
    """True when somebody of a group is neither named nor handled the case."""
    said, handlers = _said(call), handlers_of(call, numbers)
    return any(not _is_named(one, said) and one.id not in handlers for one in call.records.people(group))


def handlers_of(call: RecordCall, numbers: Iterable[str]) -> frozenset[str]:
    """Return who completed or signed a form in a case of the district; a number that does not exist says nothing."""
    found: set[str] = set()
    for number in sorted({one for one in numbers if one}):
        case_no = case_number(call, number)
        if case_no:
            found |= {person for one in call.records.submissions(case_no=case_no) for person in hands_of(one)}
    return frozenset(found)


def case_number(call: RecordCall, number: str) -> str:
    """Return the case number of a case of this district, '' when there is none."""
    try:
        about = call.records.case(number)
    except NotFound:
        return ""
    return about.case_no if about.district == call.district else ""


def _said(call: RecordCall, number: str | None = None) -> str:
    """Return all that the petition says, and whom its inquiry names, without blanks: names are looked for in it."""
    made = [one for one in call.records.submissions(case_no=number) if one.form in ("petition", "petition_finding")]
    found = [str(one.data.get(key) or "") for one in made for key in TEXTS]
    return "\n".join("".join(text.split()) for text in found)


def _is_named(person: PersonHead, said: str) -> bool:
    name = "".join(person.name.split())
    return len(name) >= SHORTEST_NAME and name in said


def _tell_leader(call: RecordCall) -> None:
    number = f"{call.record_no}/无人承办"
    if any(row.alert_no == number for row in call.records.find(Alert, case_no=call.case_no)):
        return
    call.records.add(
        Alert(
            alert_no=number,
            case_no=call.case_no,
            record_no=call.record_no,
            district=call.district,
            town="",
            kind="petition_handler",
            alert_group=f"county_leader@{call.district}",
            sentence=f"{call.record_no}：区（市）经办人员都被反映到或者承办过所反映的案件，请另行指定承办人员。",
            raised_at=call.now,
        )
    )
