"""A case that another engine runs has its row, its record and its papers here (ADR 0129)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jiuzhu.domain.topics import Values
from jiuzhu.engine import ELSEWHERE
from jiuzhu.errors import Invalid, NotFound
from jiuzhu.service import cases as case_service
from jiuzhu.service import identity, opening
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.foreign_steps import ForeignEngine, ForeignStepping, read_mirror
from jiuzhu.service.office import Office
from jiuzhu.service.retry import repeated
from jiuzhu.store import cases, foreign, listing, papers


@dataclass(frozen=True, kw_only=True)
class ForeignStart:
    """A process instance as somebody started it over there."""

    instance: str
    """Id of the instance at the top; what it calls belongs to it."""
    process_key: str
    business_key: str
    """Of what is about a case: that case's number, or the recipient's."""
    login: str
    answers: Values
    """Variables that it was started with: the start form's answers."""


@dataclass(frozen=True, kw_only=True)
class ForeignCase:
    """A case here, found for an instance over there."""

    case_id: str
    record_no: str
    forms: frozenset[str] = field(default_factory=frozenset)
    """User tasks that are entered already."""


def find_case(office: Office, instance: str, record_no: str) -> ForeignCase | None:
    """Return the case of an instance: known by its id, or expected under the number that it was started with from here.

    A number alone opens no case that is running: whoever starts a process over there may call a variable as he likes.
    """
    with open_desk(office, None) as desk:
        case_id = foreign.case_of(desk.tx, instance)
        if not case_id:
            case_id = foreign.expected(desk.tx, record_no, ELSEWHERE) if record_no else ""
            if not case_id:
                return None
            foreign.add_instance(desk.tx, instance, case_id, desk.now)
        head = listing.by_ids(desk.tx, [case_id])[case_id]
        done = papers.tasks_of_record(desk.tx, head.record_no)
        return ForeignCase(case_id=case_id, record_no=head.record_no, forms=frozenset(done))


def known(office: Office, instance: str) -> str:
    """Return the case of an instance that was heard of, else ''."""
    with reading_desk(office, None) as desk:
        return foreign.case_of(desk.tx, instance)


def adopt(office: Office, engine: ForeignEngine, start: ForeignStart) -> ForeignCase:
    """Open the case of an instance that somebody started over there: number, start form, place, as on our own page.

    Raises what ``start_case`` raises: a form that does not hold, a post that may not start it.
    """

    def open_it() -> ForeignCase:
        actor = identity.actor_of(office, start.login)
        with open_desk(office, actor) as desk:
            row = desk.office.bundles.latest(desk.tx, start.process_key, _district_of(desk, actor.organisations))
            about = None if opening.stands_alone(row) else start.business_key
            if about == "":
                raise Invalid("情况报告等必须写明案号：请在启动时把案号填作业务键（business key）。")
            stepping = ForeignStepping(desk, engine, adopted=start.instance)
            ref = case_service.open_on(desk, actor, start.process_key, start.answers, about, None, stepping)
            return ForeignCase(case_id=ref.id, record_no=ref.record_no)

    return repeated(office, open_it)


def _district_of(desk: Desk, organisations: tuple[str, ...]) -> str:
    found = [desk.office.places.of(desk.tx, place).district for place in organisations]
    if not found:
        raise NotFound("启动流程的人没有岗位。")
    return found[0]


def variables_of(office: Office, case_id: str) -> Values:
    """Return what the case over there was last seen to hold."""
    with reading_desk(office, None) as desk:
        return read_mirror(cases.read(desk.tx, case_id))["variables"]


def running(office: Office) -> list[tuple[str, str]]:
    """Return (instance over there, case here) of what has not ended."""
    with reading_desk(office, None) as desk:
        return list(foreign.running(desk.tx))


def close(office: Office, case_id: str, end_event: str, name: str) -> None:
    """Note that the case has ended over there."""

    def end() -> None:
        with open_desk(office, None) as desk:
            live = cases.lock(desk.tx, case_id)
            if live.ended_at is None:
                live.ended_at, live.end_event = desk.now, end_event
                desk.audit(live, "end", f"{live.process_name}结束：{name or end_event}", {"end": end_event})
                cases.keep(desk.tx, live)

    repeated(office, end)


def unsent_messages(office: Office, limit: int = 50) -> list[Mapping[str, Any]]:
    """Return what people reported here about cases over there: message, correlation and variables."""
    with reading_desk(office, None) as desk:
        return [
            {
                "id": row["id"],
                "message": row["message"],
                "correlation": {row["correlation_key"]: row["correlation_value"]},
                "payload": office.variables.of_form(row["data"]),
            }
            for row in foreign.unsent_messages(desk.tx, limit)
        ]


def message_tried(office: Office, message_id: str, *, delivered: bool) -> None:
    """Note that a message was handed over there, and whether a case took it."""
    with open_desk(office, None) as desk:
        papers.message_tried(desk.tx, message_id, desk.true_now, delivered=delivered)
        row = {"id": message_id, "case_id": "", "topic": "message", "inputs": {}, "answer": {}, "acts": []}
        foreign.add_task(desk.tx, {**row, "at": desk.now, "answered_at": desk.now, "settled_at": desk.now})
