"""What a trial asks of its throw-away office: what was passed, what waits, what runs, what every flow depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain import instants
from jiuzhu.domain.rows import Obligation
from jiuzhu.engine import Bundle, DeliverMessage, DeliverSignal, Event, StoredState
from jiuzhu.service import opening, subjects
from jiuzhu.service.desk import open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.steps import Stepping
from jiuzhu.service.waiting import action_of
from jiuzhu.store import cases, definitions, people, tryout
from jiuzhu.store.shelf import shelf_of
from jiuzhu.store.snapshots import Picture, Snapshots
from jiuzhu.store.tryout import Passed

__all__ = ["Camera", "Passed", "Picture", "Root", "Stop", "Wait"]


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A timer or a message that a case waits for."""

    kind: str
    task_id: str
    record_no: str
    case_no: str
    process_key: str
    element_id: str
    name: str
    due: datetime | None
    message: str
    logins: Sequence[str]
    """Who may enter the message; empty for a timer and for what only machines send."""

    @property
    def never(self) -> bool:
        """True for a timer on the day that means no limit: nobody lives to see it."""
        return self.due is not None and self.due >= instants.read(instants.NO_LIMIT)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A step that failed."""

    record_no: str
    process_key: str
    element_id: str
    name: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Root:
    """The process with which a trial begins, so that the one under trial runs."""

    key: str
    name: str
    about: str
    """'' for what stands alone; case, or a kind of ``subjects``, for what is about somebody."""
    form: str
    starters: tuple[str, ...]


class Camera:
    """Takes pictures of the office and puts it back."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._pictures = Snapshots(office.store)

    def take(self) -> Picture:
        """Return the office as it is."""
        return self._pictures.take()

    def restore(self, picture: Picture) -> None:
        """Let the office be as it was."""
        self._pictures.restore(picture)
        self._office.bundles.forget_stored()


def passed_after(office: Office, last: int) -> Sequence[Passed]:
    """Return what was passed since a line of the history."""
    with office.store.reading() as tx:
        return tryout.passed_after(tx, last)


def last_passage(office: Office) -> int:
    """Return the latest line of the history."""
    with office.store.reading() as tx:
        return tryout.last_passage(tx)


def waits(office: Office, district: str) -> Sequence[Wait]:
    """Return the timers and messages of a district's cases."""
    found = []
    with reading_desk(office, None) as desk:
        for row in tryout.waits(desk.tx, district):
            action = action_of(row) if row["kind"] == "message" else None
            ids = (
                [one for group in action.groups for one, _, _ in people.holders(desk.tx, group, desk.today)]
                if action
                else []
            )
            found.append(
                Wait(
                    kind=row["kind"],
                    task_id=row["task_id"],
                    record_no=row["record_no"],
                    case_no=row["case_no"],
                    process_key=row["process_key"],
                    element_id=row["element_id"],
                    name=(action.label if action else row["name"]) or row["element_id"],
                    due=row["due"],
                    message=row["message"],
                    logins=[people.by_id(desk.tx, one, desk.today).login for one in dict.fromkeys(ids)],
                )
            )
    return found


def running(office: Office, district: str) -> Sequence[tuple[str, str, str]]:
    """Return id, record number and process of what has not ended."""
    with office.store.reading() as tx:
        return [(row["id"], row["record_no"], row["process_key"]) for row in tryout.running(tx, district)]


def end_of(office: Office, record_no: str) -> tuple[bool, str]:
    """Return whether a record has ended, and where."""
    with office.store.reading() as tx:
        return tryout.end_of(tx, record_no)


def stops(office: Office, district: str) -> Sequence[Stop]:
    """Return the steps that failed."""
    with office.store.reading() as tx:
        return [
            Stop(
                record_no=row["record_no"],
                process_key=row["process_key"],
                element_id=row["element_id"],
                name=row["name"],
                message=row["message"],
            )
            for row in tryout.open_incidents(tx, district)
        ]


def variables(office: Office, case_id: str) -> Mapping[str, Any]:
    """Return the variables of a process instance that runs."""
    with reading_desk(office, None) as desk:
        live = cases.read(desk.tx, case_id)
        state = StoredState(codec=live.state_codec, blob=live.state)
        return dict(desk.office.engine.read_variables(desk.bundle_of(live), state))


def deliver(office: Office, task_id: str, message: str) -> bool:
    """Hand a message or signal that only machines and other cases send to the case that waits for it."""
    with open_desk(office, None) as desk:
        event: Event = DeliverMessage(task_id=task_id, message=message, variables={})
        found = cases.lock_by_waiting(desk.tx, "message", task_id)
        if found is None:
            event = DeliverSignal(task_id=task_id, signal=message)
            found = cases.lock_by_waiting(desk.tx, "signal", task_id)
        if found is None:
            return False
        stepping = Stepping(desk)
        stepping.advance(found[0], event)
        stepping.finish()
        return True


def bundle_of(office: Office, key: str, district: str) -> Bundle:
    """Return a process with everything that it names. Raises NotFound, ConfigurationError."""
    with office.store.reading() as tx:
        return office.bundles.peek(tx, office.bundles.latest(tx, key, district), district)


def root_of(office: Office, key: str, district: str) -> Root | None:
    """Return the process with which people begin what leads to another by calls; None when there is none."""
    with office.store.reading() as tx:
        rows = {
            name: row
            for (kind, name), row in office.bundles.released(tx, district).items()
            if kind == "process" and row.facts.get("district", "") in {"", district}
        }
        pending, seen = [key], {key}
        while pending:
            name = pending.pop(0)
            row = rows.get(name)
            if row is None:
                continue
            if row.facts.get("starters"):
                kind = "" if opening.stands_alone(row) else (subjects.kind_of(row) or "case")
                return Root(
                    key=name,
                    name=row.name,
                    about=kind,
                    form=str(row.facts.get("start_form", "")),
                    starters=tuple(row.facts["starters"]),
                )
            callers = sorted(one for one, other in rows.items() if name in other.facts.get("calls", ()))
            # An application leads through most of what is called; it goes first.
            callers.sort(key=lambda one: not opening.is_application(rows[one]))
            pending += [one for one in callers if one not in seen]
            seen |= set(callers)
    return None


def resources(office: Office, district: str) -> Mapping[str, bytes]:
    """Return the files by which a district works now, each under a name of its own."""
    endings = {"process": "bpmn", "decision": "dmn", "form": "form"}
    with office.store.reading() as tx:
        names: dict[str, str] = {}
        for (kind, key), row in sorted(office.bundles.released(tx, district).items()):
            names.setdefault(row.sha256, f"{key}.{endings[kind]}")
        contents = definitions.read_resources(tx, list(names))
        return {name: contents[sha] for sha, name in names.items()}


def dated_items(office: Office, district: str) -> Sequence[Mapping[str, Any]]:
    """Return completed and open items that had a date."""
    with office.store.reading() as tx:
        return tryout.dated_items(tx, district)


def obligations(office: Office, district: str) -> Sequence[Obligation]:
    """Return the dates that the law sets for a district's cases, by record and date."""
    with office.store.reading() as tx:
        found = shelf_of(tx).find(Obligation, {"district": district})
        return sorted(found, key=lambda one: (one.record_no, one.due_at, one.due_name))
