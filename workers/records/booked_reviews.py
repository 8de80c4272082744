"""A visit round of a review: who goes, and who keeps out (JC-45)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import CampaignItem, HouseholdPerson, RelativesEntry, ReviewSheet, StaffRelation
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.domain.visits import team_of
from jiuzhu.errors import Refused
from workers.records.booked_changes import require_fitting
from workers.records.recipient_rows import recipient_of


def check_round(call: RecordCall, submission: Submission) -> Values:
    """Keep near relatives out of a round before anybody goes (JC-45). Raises Refused naming the household."""
    team = team_of(submission.data)
    chosen = {str(row["item_no"]) for row in submission.data.get("round_rows", ()) if row.get("line_go") is True}
    (sheet,) = call.records.find(ReviewSheet, record_no=call.record_no)
    items = call.records.find(CampaignItem, sheet_no=sheet.sheet_no)
    if not chosen and any(one.state in ("frozen", "started") for one in items):
        raise Refused("请至少选定一户入户。")
    households = [one.household_no for one in items if one.item_no in chosen]
    for household, person in _related(call, households, team.people):
        raise Refused(f"{call.records.person(person).name}与{household}有近亲属关系，应当回避，请另行组成调查组。")
    return {}


def _related(call: RecordCall, households: Sequence[str], people: Sequence[str]) -> Iterable[tuple[str, str]]:
    members = call.records.find(HouseholdPerson, case_no=tuple(households)) if households else ()
    of = {one.resident_ref: one.case_no for one in members}
    for row in call.records.find(StaffRelation, resident_ref=tuple(of)) if of else ():
        if row.person in people:
            yield of[row.resident_ref], row.person
    known = {call.records.person(one).name: one for one in people}
    for entry in call.records.find(RelativesEntry, case_no=tuple(households)) if households else ():
        if entry.staff_name in known:
            yield entry.case_no, known[entry.staff_name]


def check_opinion(call: RecordCall, submission: Submission) -> Values:
    """Refuse at once a gradual exit where the district has none (XX-23) and an end of another programme."""
    has_exit = call.policy.values("gradual_exit", call.today).get("months") is not None
    if submission.data.get("change_result") == "gradual_exit" and not has_exit:
        raise Refused("本区没有渐退机制，不再符合条件的提出停发。")
    require_fitting(recipient_of(call), str(submission.data.get("change_result")))
    return {}


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "round_plan": check_round,
    "review_household": check_opinion,
}
