"""The desk: one use case at work. Holds its transaction, who acts, what time it is; makes the calls of record tasks.

A use case opens one desk, steps cases on it, and everything is written together when the transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.audit import line_hash
from jiuzhu.domain.instants import day_of
from jiuzhu.domain.records import PersonHead
from jiuzhu.domain.topics import RecordCall, Switchboard, Topic, Values
from jiuzhu.engine import Bundle
from jiuzhu.service.deciding import Decider
from jiuzhu.service.office import Office, is_system
from jiuzhu.store import Transaction, casefile, cases, history
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.records import CaseRecords
from jiuzhu.store.types import dumps


class Desk:
    """What one use case has in hand."""

    def __init__(self, office: Office, tx: Transaction, actor: Actor | None) -> None:
        self.office = office
        self.tx = tx
        self.actor = actor
        self.now: datetime = office.clock.now()
        """Office time."""
        self.true_now: datetime = office.clock.machine()
        """Machine time."""
        self.today: date = day_of(self.now)
        if actor is not None and not is_system(actor):
            head = PersonHead(id=actor.person_id, login=actor.login, name=actor.name, groups=actor.groups)
            tx.cache.setdefault("persons", {})[head.id] = head

    @property
    def person_id(self) -> str:
        """Person id of whoever acts, '' for clock and machines."""
        return "" if self.actor is None or is_system(self.actor) else self.actor.person_id

    @property
    def person_name(self) -> str:
        """Name of whoever acts."""
        return "系统" if self.actor is None else self.actor.name

    def take_up(self, live: LiveCase) -> None:
        """Say that this use case works on this household: its file is read with the first question about it."""
        casefile.want(
            self.tx,
            casefile.FileKey(
                case_no=live.case_no, district=live.district, town=live.town, village=live.village, day=self.today
            ),
        )

    def bundle_of(self, live: LiveCase) -> Bundle:
        """Return the bundle that a process instance runs on."""
        return self.office.bundles.get(self.tx, live.bundle)

    def audit(self, live: LiveCase, act: str, sentence: str, facts: Mapping[str, Any] | None = None) -> None:
        """Append a line to the instance's chain; written with the step, hashed over the line before it."""
        text = dumps(dict(facts or {}))
        fields: dict[str, Any] = {
            "record_no": live.record_no,
            "seq": live.audit_seq + 1,
            "case_no": live.case_no,
            "at": self.now,
            "true_at": self.true_now,
            "actor": self.person_id,
            "actor_name": self.person_name,
            "act": act,
            "sentence": sentence,
            "facts": text,
        }
        digest = line_hash(live.audit_hash, fields)
        history.add_line(self.tx, history.AuditRow(**fields, previous=live.audit_hash, hash=digest))
        live.audit_seq += 1
        live.audit_hash = digest
        cases.keep(self.tx, live)

    def records(self, live: LiveCase) -> CaseRecords:
        """Return the ports through which record tasks of this instance read and write."""
        return CaseRecords(
            self.tx,
            live,
            today=self.today,
            names=self.office.names,
            write_audit=lambda act, sentence, facts: self.audit(live, act, sentence, facts),
        )

    def call(
        self,
        live: LiveCase,
        *,
        topic: Topic,
        element_id: str,
        process_key: str,
        task_id: str,
        seen: Values,
        properties: Mapping[str, str],
        defaults: Values,
        switchboard: Switchboard,
    ) -> RecordCall:
        """Make the call of a record task (or of an errand's prepare and book); ``seen`` is all that the task sees."""
        contract = topic.contract
        inputs = {one.name: seen[one.name] for one in contract.inputs if seen.get(one.name) is not None}
        return RecordCall(
            topic=contract.topic,
            case_no=live.case_no,
            record_no=live.record_no,
            process_key=process_key,
            district=live.district,
            element_id=element_id,
            task_id=task_id,
            inputs=inputs,
            properties=properties,
            defaults=defaults,
            actor=self.person_id or None,
            now=self.now,
            today=self.today,
            records=self.records(live),
            policy=self.office.policies.of(live.district),
            calendar=self.office.calendar,
            decide=Decider(self.bundle_of(live)),
            switchboard=switchboard,
            documents=self.office.documents,
            registers=self.office.registers,
            reports=self.office.reports,
        )


@contextmanager
def open_desk(office: Office, actor: Actor | None) -> Iterator[Desk]:
    """Open the one transaction of a use case."""
    with office.store.transaction() as tx:
        yield Desk(office, tx, actor)


@contextmanager
def reading_desk(office: Office, actor: Actor | None) -> Iterator[Desk]:
    """Open a desk that only reads."""
    with office.store.reading() as tx:
        yield Desk(office, tx, actor)
