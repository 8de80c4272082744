"""The ``Records`` port of ``jiuzhu.domain.records`` on the database, for one process instance in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, select

from jiuzhu.domain.records import CaseHead, PersonHead, Submission
from jiuzhu.domain.rows import Row
from jiuzhu.errors import NotFound
from jiuzhu.store import cases, items, listing, office, papers, people
from jiuzhu.store.casefile import file_of
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of
from jiuzhu.store.tables import case_instance, organisation
from jiuzhu.store.transaction import Transaction

R = TypeVar("R", bound=Row)

TRIAL_NUMBERS = 900_000
CHANGEABLE = frozenset({"town", "village", "programme", "status", "applicant_name"})
COPIED = frozenset({"town", "village", "programme", "applicant_name"})
_ORGANISATION = select(organisation.c.name).where(organisation.c.id == bindparam("id"))


class Names:
    """Names of organisations, kept for a minute by a process: they hardly ever change and every page shows them."""

    FRESH_SECONDS = 60.0

    def __init__(self) -> None:
        self._names: dict[str, tuple[float, str]] = {}

    def of(self, tx: Transaction, place: str) -> str:
        """Return an organisation's name, the id itself when there is none."""
        known = self._names.get(place)
        if known is not None and time.monotonic() - known[0] < self.FRESH_SECONDS:
            return known[1]
        name = tx.execute(_ORGANISATION, {"id": place}).scalar_one_or_none() or place
        self._names[place] = (time.monotonic(), name)
        return str(name)


class CaseRecords:
    """Rows of our own tables as record tasks of one process instance see them."""

    def __init__(
        self,
        tx: Transaction,
        live: LiveCase,
        *,
        today: date,
        names: Names,
        write_audit: Callable[[str, str, dict[str, Any]], None],
    ) -> None:
        self._tx = tx
        self._live = live
        self._today = today
        self._names = names
        self._write_audit = write_audit

    def case(self, case_no: str | None = None) -> CaseHead:
        """Return the application of a case number."""
        wanted = case_no or self._live.case_no
        if self._live.record_no == wanted:
            return head_of(self._live)
        file = file_of(self._tx)
        if file is not None and wanted in file.cases and self._live.record_no != wanted:
            for live in cases.in_hand(self._tx):
                if live.record_no == wanted:
                    return head_of(live)
            for _, row in file.rows(case_instance):
                if row["record_no"] == wanted:
                    return CaseHead(**{name: row[name] for name in CaseHead.__dataclass_fields__})
            if wanted == self._live.case_no:
                # The file holds every head of the household: an imported one has no application to ask for.
                return head_of(self._live)
        return head_of(self._application(wanted))

    def set_case(self, **changes: str) -> None:
        """Change the application's row, and this instance's copies of the same columns."""
        unknown = set(changes) - CHANGEABLE
        if unknown:
            raise TypeError(f"set_case does not change {', '.join(sorted(unknown))}")
        application = self._application(self._live.case_no)
        for live in {application.id: application, self._live.id: self._live}.values():
            for name, value in changes.items():
                if name == "status" and live is not application:
                    continue
                setattr(live, name, value)
            live.moved = live.moved or bool(COPIED & set(changes))
            cases.keep(self._tx, live)

    def submissions(self, form: str | None = None, *, case_no: str | None = None) -> Sequence[Submission]:
        """Return the household's submissions, oldest first."""
        found = papers.submissions(self._tx, case_no or self._live.case_no)
        return [one for one in found if form is None or one.form == form]

    def recused(self) -> frozenset[str]:
        """Return who has stated to keep out of this household's case."""
        return frozenset(people.recusals(self._tx, self._live.case_no))

    def keep_out(self, person: str, reason: str, now: datetime) -> None:
        """Keep a person out of this case; an item of it that the person holds goes back to its groups."""
        if person in self.recused():
            return
        people.recuse(self._tx, person, self._live.case_no, reason, now)
        held = items.ItemFilter(case_no=self._live.case_no, assignee=person)
        for item in items.page(self._tx, held, after=None, limit=100):
            items.assign(self._tx, item["task_id"], None, "", None)

    def find(self, kind: type[R], **equals: Any) -> Sequence[R]:
        """Return rows by insertion order."""
        return shelf_of(self._tx).find(kind, equals)

    def add(self, row: Row) -> None:
        """Queue a row."""
        shelf_of(self._tx).add(row)

    def change(self, row: R, **changes: Any) -> R:
        """Queue an update."""
        return shelf_of(self._tx).change(row, changes)

    def number(self, series: str) -> int:
        """Return the next number of a series."""
        if self._live.is_trial:  # no real number is spent on a trial, and none of its numbers is a real one's
            return TRIAL_NUMBERS + office.next_number(self._tx, f"trial:{series}")
        return office.next_number(self._tx, series)

    def person(self, person_id: str) -> PersonHead:
        """Return a member of staff. Raises NotFound."""
        return person_head(self._tx, person_id, self._today)

    def people(self, group: str) -> Sequence[PersonHead]:
        """Return who holds a group now."""
        return [
            PersonHead(id=one, login=login, name=name, groups=(group,))
            for one, login, name in people.holders(self._tx, group, self._today)
        ]

    def organisation_name(self, organisation: str) -> str:
        """Return a name, the id itself when there is none."""
        return self._names.of(self._tx, organisation)

    def heads(self, case_nos: Sequence[str]) -> Mapping[str, CaseHead]:
        """Return the heads of other cases by number, to read only; unknown numbers are left out."""
        return heads_of(self._tx, case_nos)

    def towns(self, district: str) -> Sequence[str]:
        """Return the ids of a district's towns, in order."""
        found = people.organisations(self._tx)
        return sorted(row.id for row in found if row.kind == "town" and row.district == district)

    def audit(self, act: str, sentence: str, **facts: Any) -> None:
        """Queue a line of the instance's chain."""
        self._write_audit(act, sentence, facts)

    def _application(self, case_no: str) -> LiveCase:
        if self._live.record_no == case_no:
            return self._live
        try:
            return cases.lock_record(self._tx, case_no)
        except NotFound:
            if case_no == self._live.case_no:
                return self._live
            raise


MANY_HEADS = 400


def heads_of(tx: Transaction, case_nos: Sequence[str]) -> dict[str, CaseHead]:
    """Return the plain heads of process instances by number."""
    found: dict[str, CaseHead] = {}
    for start in range(0, len(case_nos), MANY_HEADS):
        for number, head in listing.by_records(tx, case_nos[start : start + MANY_HEADS]).items():
            found[number] = CaseHead(**{name: getattr(head, name) for name in CaseHead.__dataclass_fields__})
    return found


def person_head(tx: Transaction, person_id: str, day: date) -> PersonHead:
    """Return a member of staff with groups; asked once a transaction."""
    known: dict[str, PersonHead] = tx.cache.setdefault("persons", {})
    if person_id not in known:
        row = people.by_id(tx, person_id, day)
        known[person_id] = PersonHead(id=row.id, login=row.login, name=row.name, groups=row.groups)
    return known[person_id]


def head_of(live: LiveCase) -> CaseHead:
    """Return the plain view of a process instance."""
    return CaseHead(
        case_no=live.case_no,
        record_no=live.record_no,
        process_key=live.process_key,
        district=live.district,
        town=live.town,
        intake_town=live.intake_town,
        village=live.village,
        programme=live.programme,
        status=live.status,
        applicant_name=live.applicant_name,
        opened_at=live.opened_at,
    )
