"""Process instances: load under lock, create, write back once at the end of the use case.

``LiveCase`` is the row while a use case works on it. The engine's state is an opaque value here; it is sealed with the
district's key. ``open_tasks`` says which work items and waiting rows are open, so that a step writes only differences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Row, Select, Table, bindparam, cast, func, select, update

from jiuzhu.domain.rows import HouseholdPerson, StaffRelation
from jiuzhu.errors import NotFound
from jiuzhu.store import trials
from jiuzhu.store.kinds import TABLES
from jiuzhu.store.tables import case_instance, draft, recusal, waiting, work_item
from jiuzhu.store.transaction import Transaction

LIVE = "live"


@dataclass(kw_only=True)
class LiveCase:
    """One process instance in the hands of a use case; written back by ``keep``."""

    id: str
    record_no: str
    case_no: str
    process_key: str
    process_name: str
    definition: str
    bundle: str
    is_application: bool
    is_trial: bool
    district: str
    town: str
    intake_town: str
    village: str
    programme: str
    status: str
    applicant_name: str
    state_codec: int
    state: bytes
    version: int
    open_items: list[str]
    open_waiting: list[str]
    """``kind:task_id``."""
    audit_seq: int
    audit_hash: str
    opened_at: datetime
    opened_by: str
    ended_at: datetime | None = None
    end_event: str = ""
    once: str | None = None
    is_new: bool = False
    moved: bool = False
    """True when town, village, programme or name changed: the open items carry copies."""
    loaded_version: int = 0
    touched: bool = field(default=False)


@dataclass(frozen=True, kw_only=True)
class Head:
    """A process instance without its state."""

    id: str
    record_no: str
    case_no: str
    process_key: str
    process_name: str
    definition: str
    bundle: str
    is_application: bool
    is_trial: bool
    district: str
    town: str
    intake_town: str
    village: str
    programme: str
    status: str
    applicant_name: str
    opened_at: datetime
    opened_by: str
    ended_at: datetime | None
    end_event: str


HEAD_COLUMNS = [case_instance.c[one.name] for one in fields(Head)]


def head_from(row: Row[Any]) -> Head:
    """Make a head out of a row of ``HEAD_COLUMNS``."""
    return Head(**row._mapping)


def purpose_of(district: str) -> str:
    """Return the sealing purpose of a district's case states."""
    return f"case:{district}"


_COLUMNS = [column for column in case_instance.c if column.name != "applicant_index"]


def _live(tx: Transaction, row: Row[Any]) -> LiveCase:
    open_tasks: Mapping[str, list[str]] = row.open_tasks
    return LiveCase(
        id=row.id,
        record_no=row.record_no,
        case_no=row.case_no,
        process_key=row.process_key,
        process_name=row.process_name,
        definition=row.definition,
        bundle=row.bundle,
        is_application=row.is_application,
        is_trial=row.is_trial,
        district=row.district,
        town=row.town,
        intake_town=row.intake_town,
        village=row.village,
        programme=row.programme,
        status=row.status,
        applicant_name=row.applicant_name,
        state_codec=row.state_codec,
        state=tx.keyring.open(bytes(row.state), purpose_of(row.district)),
        version=row.version,
        loaded_version=row.version,
        open_items=list(open_tasks["items"]),
        open_waiting=list(open_tasks["waiting"]),
        audit_seq=row.audit_seq,
        audit_hash=row.audit_hash,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        ended_at=row.ended_at,
        end_event=row.end_event,
        once=row.once,
    )


def trial_owner(row: Any) -> str:
    """Return whose trial a process instance is, '' for a real case."""
    return str(row.opened_by) if row.is_trial else ""


def _lives(tx: Transaction) -> dict[str, LiveCase]:
    lives: dict[str, LiveCase] = tx.cache.setdefault(LIVE, {})
    return lives


def in_hand(tx: Transaction) -> list[LiveCase]:
    """Return the process instances that this transaction works on."""
    return list(_lives(tx).values())


def _adopt(tx: Transaction, row: Row[Any]) -> LiveCase:
    """Return the case that this transaction already has in hand, else the loaded row. Raises Conflict for a trial
    among real cases, or the other way round.
    """
    trials.mark(tx, trial_owner(row))
    known = _lives(tx).get(row.id)
    if known is None:
        known = _lives(tx)[row.id] = _live(tx, row)
    return known


_BY_ID = select(*_COLUMNS).where(case_instance.c.id == bindparam("id"))
_BY_RECORD = select(*_COLUMNS).where(case_instance.c.record_no == bindparam("record_no"))
_KIN, _FAMILY = TABLES[StaffRelation].c, TABLES[HouseholdPerson].c
_STATED = (
    select(recusal.c.person)
    .where(recusal.c.person == bindparam("person"), recusal.c.case_no == case_instance.c.case_no)
    .exists()
)
_RELATED = (
    select(_KIN.person)
    .where(
        _KIN.person == bindparam("person"),
        _KIN.resident_ref == _FAMILY.resident_ref,
        _FAMILY.case_no == case_instance.c.case_no,
    )
    .exists()
)
_DRAFTED = (
    select(draft.c.subject)
    .where(draft.c.subject == work_item.c.task_id, draft.c.person == bindparam("person"))
    .exists()
)
_BY_ITEM: Select[Any] = (
    select(
        *_COLUMNS,
        _STATED.label("keeps_out"),
        _RELATED.label("is_kin"),
        _DRAFTED.label("has_draft"),
        *(column.label(f"item_{column.name}") for column in work_item.c),
    )
    .join(work_item, work_item.c.case_id == case_instance.c.id)
    .where(work_item.c.task_id == bindparam("task_id"))
    .order_by(work_item.c.group_name)
)
_BY_WAITING: Select[Any] = (
    select(*_COLUMNS, *(column.label(f"waiting_{column.name}") for column in waiting.c))
    .join(waiting, waiting.c.case_id == case_instance.c.id)
    .where(waiting.c.task_id == bindparam("task_id"), waiting.c.kind == bindparam("kind"))
)


def _locking(tx: Transaction, statement: Select[Any], *tables: Table) -> Select[Any]:
    """Lock the rows, and on PostgreSQL the household: its instances count documents and numbers of one case together.

    SQLite has one writer at a time, so the household is locked there anyway.
    """
    if tx.connection.dialect.name == "sqlite":
        return statement
    household = cast(func.hashtext(case_instance.c.case_no), BigInteger)
    return statement.add_columns(func.pg_advisory_xact_lock(household).label("locked")).with_for_update(
        of=[case_instance, *tables]
    )


def lock(tx: Transaction, case_id: str) -> LiveCase:
    """Load a process instance for this use case alone. Raises NotFound."""
    known = _lives(tx).get(case_id)
    if known is not None:
        return known
    row = tx.execute(_locking(tx, _BY_ID), {"id": case_id}).one_or_none()
    if row is None:
        raise NotFound("没有这件案子。")
    return _adopt(tx, row)


def read(tx: Transaction, case_id: str) -> LiveCase:
    """Load a process instance to look at it, without locking. Raises NotFound."""
    known = _lives(tx).get(case_id)
    if known is not None:
        return known
    row = tx.execute(_BY_ID, {"id": case_id}).one_or_none()
    if row is None:
        raise NotFound("没有这件案子。")
    trials.look(tx, trial_owner(row))
    return _live(tx, row)


def lock_record(tx: Transaction, record_no: str) -> LiveCase:
    """Load by number (an application's number is its case number). Raises NotFound."""
    for live in _lives(tx).values():
        if live.record_no == record_no:
            return live
    row = tx.execute(_locking(tx, _BY_RECORD), {"record_no": record_no}).one_or_none()
    if row is None:
        raise NotFound("没有这件案子。")
    return _adopt(tx, row)


def lock_by_item(
    tx: Transaction, task_id: str, person: str, *, lock_it: bool = True
) -> tuple[LiveCase, Sequence[Mapping[str, Any]]] | None:
    """Load the case of an open work item with the item's rows (one a group); None when it is not open any more.

    Each row also says whether the person ``keeps_out`` of the case (stated) or ``is_kin`` of somebody in it (R-05).
    """
    statement = _locking(tx, _BY_ITEM, work_item) if lock_it else _BY_ITEM
    rows = tx.execute(statement, {"task_id": task_id, "person": person}).all()
    if not rows:
        return None
    live = _adopt(tx, rows[0])
    if task_id not in live.open_items:
        return None
    names = work_item.c.keys()
    return live, [
        {
            "keeps_out": row.keeps_out,
            "is_kin": row.is_kin,
            "has_draft": row.has_draft,
            **{name: getattr(row, f"item_{name}") for name in names},
        }
        for row in rows
    ]


def recused_from(tx: Transaction, person: str) -> list[str]:
    """Return the case numbers from which a person keeps out, stated or as kin of somebody (R-05)."""
    stated = select(recusal.c.case_no).where(recusal.c.person == bindparam("person"))
    related = select(_FAMILY.case_no).where(
        _KIN.person == bindparam("person"), _KIN.resident_ref == _FAMILY.resident_ref
    )
    return list(tx.execute(stated.union(related), {"person": person}).scalars())


def recusal_of(tx: Transaction, case_no: str, person: str) -> tuple[bool, bool]:
    """Return whether a person keeps out of a household's case (stated), and is kin of somebody in it (R-05)."""
    # By the number alone: a household that was taken over has no case of its own, and its kin keep out all the same.
    stated = select(recusal.c.person).where(
        recusal.c.person == bindparam("person"), recusal.c.case_no == bindparam("case_no")
    )
    related = select(_KIN.person).where(
        _KIN.person == bindparam("person"),
        _KIN.resident_ref == _FAMILY.resident_ref,
        _FAMILY.case_no == bindparam("case_no"),
    )
    statement = select(stated.exists().label("keeps_out"), related.exists().label("is_kin"))
    row = tx.execute(statement, {"person": person, "case_no": case_no}).one()
    return bool(row.keeps_out), bool(row.is_kin)


def kept_out(tx: Transaction, case_no: str) -> frozenset[str]:
    """Return everybody who keeps out of a household's case, stated or as kin of somebody in it (R-05)."""
    stated = select(recusal.c.person).where(recusal.c.case_no == bindparam("case_no"))
    related = select(_KIN.person).where(
        _KIN.resident_ref == _FAMILY.resident_ref, _FAMILY.case_no == bindparam("case_no")
    )
    return frozenset(tx.execute(stated.union(related), {"case_no": case_no}).scalars())


def lock_by_waiting(tx: Transaction, kind: str, task_id: str) -> tuple[LiveCase, Mapping[str, Any]] | None:
    """Load the case of an open job, timer or message with that row; None when it is not open any more."""
    row = tx.execute(_locking(tx, _BY_WAITING, waiting), {"task_id": task_id, "kind": kind}).one_or_none()
    if row is None:
        return None
    live = _adopt(tx, row)
    if f"{kind}:{task_id}" not in live.open_waiting:
        return None
    names = waiting.c.keys()
    return live, {name: getattr(row, f"waiting_{name}") for name in names}


def keep(tx: Transaction, live: LiveCase) -> None:
    """Write the instance back when the use case ends (once, however often it is kept)."""
    trials.mark(tx, trial_owner(live))
    _lives(tx)[live.id] = live
    if not live.touched:
        live.touched = True
        tx.before_writing(lambda: _write(tx, live))


def _values(tx: Transaction, live: LiveCase) -> dict[str, Any]:
    return {
        "id": live.id,
        "process_key": live.process_key,
        "process_name": live.process_name,
        "is_application": live.is_application,
        "is_trial": live.is_trial,
        "district": live.district,
        "opened_at": live.opened_at,
        "opened_by": live.opened_by,
        "once": live.once,
        "record_no": live.record_no,
        "case_no": live.case_no,
        "definition": live.definition,
        "bundle": live.bundle,
        "town": live.town,
        "intake_town": live.intake_town,
        "village": live.village,
        "programme": live.programme,
        "status": live.status,
        "applicant_name": live.applicant_name,
        "applicant_index": tx.keyring.index(live.applicant_name),
        "state_codec": live.state_codec,
        "state": tx.keyring.seal(live.state, purpose_of(live.district)),
        "version": live.version,
        "open_tasks": {"items": live.open_items, "waiting": live.open_waiting},
        "audit_seq": live.audit_seq,
        "audit_hash": live.audit_hash,
        "ended_at": live.ended_at,
        "end_event": live.end_event,
    }


_MOVE = (
    update(work_item)
    .where(work_item.c.case_id == bindparam("at_id"))
    .values({name: bindparam(name) for name in ("town", "village", "programme", "applicant_name", "applicant_index")})
)


def _write(tx: Transaction, live: LiveCase) -> None:
    live.version = live.loaded_version + 1
    values = _values(tx, live)
    if live.is_new:
        tx.later(case_instance, values)
        live.is_new = False
    else:
        tx.change_later(case_instance, values, old=live.loaded_version)
        if live.moved and set(live.open_items) - {row["task_id"] for row in tx.queued(work_item)}:
            copies = ("town", "village", "programme", "applicant_name", "applicant_index")
            tx.execute(_MOVE, {"at_id": live.id, **{name: values[name] for name in copies}})
    for row in tx.queued(work_item):
        if row["case_id"] == live.id:
            row.update(
                town=live.town, village=live.village, programme=live.programme, applicant_name=live.applicant_name,
                applicant_index=values["applicant_index"],
            )  # fmt: skip
    live.loaded_version = live.version
    live.touched = False
