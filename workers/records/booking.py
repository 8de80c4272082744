"""Books completed forms into the record: the household is folded, and what a form brings about is written once.

Exactly once: the household row lists the submissions that are in it. Every record task books before it acts, and the
service books right after it stored a submission (topic ``form_book``), so nothing waits longer than one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from jiuzhu.domain.household import fold, fold_one, members_of, resident_ref
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Household, HouseholdPerson
from jiuzhu.domain.topics import RecordCall, Values
from workers.records import (
    blacklist_papers,
    booked_acts,
    booked_agency,
    booked_applications,
    booked_assessments,
    booked_beds,
    booked_changes,
    booked_custody,
    booked_decisions,
    booked_filings,
    booked_lists,
    booked_panels,
    booked_papers,
    booked_payments,
    booked_petitions,
    booked_plans,
    booked_reports,
    booked_returns,
    booked_reviews,
    booked_supervision,
    booked_temp,
    booked_terminations,
    booked_year,
    recoveries,
)

Effect: TypeAlias = Callable[[RecordCall, Submission], Values]

EFFECTS: Mapping[str, Effect] = {
    **booked_acts.EFFECTS,
    **booked_agency.EFFECTS,
    **booked_custody.EFFECTS,
    **booked_applications.EFFECTS,
    **booked_assessments.EFFECTS,
    **booked_changes.EFFECTS,
    **booked_decisions.EFFECTS,
    **booked_filings.EFFECTS,
    **booked_panels.EFFECTS,
    **booked_papers.EFFECTS,
    **booked_returns.EFFECTS,
    **booked_payments.EFFECTS,
    **booked_petitions.EFFECTS,
    **booked_plans.EFFECTS,
    **booked_reports.EFFECTS,
    **booked_reviews.EFFECTS,
    **booked_temp.EFFECTS,
    **booked_terminations.EFFECTS,
    **blacklist_papers.EFFECTS,
    **booked_beds.EFFECTS,
    **booked_lists.EFFECTS,
    **recoveries.EFFECTS,
    **booked_year.EFFECTS,
    **booked_supervision.EFFECTS,
}
"""Form id → what its submission brings about besides the household; returns variables."""


def book(call: RecordCall) -> Values:
    """Fold what came since the last time and bring about its effects, oldest first; returns the variables that
    follow.
    """
    submissions = call.records.submissions()
    rows = call.records.find(Household, case_no=call.case_no)
    row = rows[0] if rows else None
    done = frozenset(row.folded) if row else frozenset()
    new = [submission for submission in submissions if submission.id not in done]
    if not new:
        return {}
    record = dict(row.record) if row else fold(())
    for submission in new:
        record = fold_one(record, submission)
    write_household(call, row, record, [submission.id for submission in new])
    outputs: dict[str, Any] = {}
    for submission in new:
        effect = EFFECTS.get(submission.form)
        if effect is not None:
            outputs.update(effect(call, submission))
    return outputs


def write_household(call: RecordCall, row: Household | None, record: Mapping[str, Any], folded: list[str]) -> None:
    """Insert or replace the household's row and complete the index of its people.

    The version counts what is known of the family: a form that says nothing of it leaves the version as it was, so a
    means query can tell whether it asks about the same household again.
    """
    count = len(members_of(record))
    if row is None:
        call.records.add(
            Household(
                case_no=call.case_no,
                record=dict(record),
                member_count=count,
                version=1,
                folded=folded,
                updated_at=call.now,
            )
        )
    else:
        call.records.change(
            row,
            record=dict(record),
            member_count=count,
            version=row.version + (1 if dict(record) != row.record else 0),
            folded=[*row.folded, *folded],
            updated_at=call.now,
        )
    _index_people(call, record)


def _index_people(call: RecordCall, record: Mapping[str, Any]) -> None:
    known = {person.resident_ref for person in call.records.find(HouseholdPerson, case_no=call.case_no)}
    applicant = str(record["applicant"].get("applicant_id", ""))
    people = [("applicant", applicant)]
    people += [("member", str(member.get("id", ""))) for member in record["members"]]
    people += [("supporter", str(supporter.get("id", ""))) for supporter in record["supporters"]]
    programme = call.records.case().programme
    for part, number in people:
        ref = resident_ref(number) if number else ""
        if ref and ref not in known:
            known.add(ref)
            call.records.add(
                HouseholdPerson(
                    case_no=call.case_no, resident_ref=ref, part=part, programme=programme, since=call.today
                )
            )
