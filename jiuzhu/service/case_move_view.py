"""Orders to move cases as pages and the command line show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import CaseMove, CaseMoveLine
from jiuzhu.service.desk import Desk
from jiuzhu.service.office import Office
from jiuzhu.store import definitions, moves, people

STATES: Mapping[str, str] = {
    "trying": "正在试算",
    "tried": "试算完成",
    "submitted": "待放行",
    "moving": "正在迁移",
    "moved": "已迁移",
    "returned": "已退回",
    "undoing": "正在退回原版",
    "undone": "已退回原版",
}
LINES: Mapping[str, str] = {
    "listed": "还没有试算",
    "can": "可以迁移",
    "cannot": "不能迁移",
    "moved": "已迁移",
    "back": "已退回原版",
    "kept": "留在新版",
}


@dataclass(frozen=True, kw_only=True)
class MoveView:
    """One order as pages and the command line show it."""

    move_no: str
    district: str
    process_key: str
    process_name: str
    source_version: int
    target_version: int
    renames: Mapping[str, str]
    state: str
    state_label: str
    made_by: str
    made_at: datetime
    released_by: str
    released_at: datetime | None
    undone_by: str
    undone_at: datetime | None
    reason: str
    counts: Mapping[str, int]
    """Line state → number of cases."""
    acts: Sequence[str]
    """What this person may do now: submit, release, return, undo."""

    @property
    def cases(self) -> int:
        """Number of cases on the list."""
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True)
class LineView:
    """One case of an order."""

    record_no: str
    town_name: str
    state: str
    state_label: str
    reasons: Sequence[Mapping[str, str]]
    """{element, name, sentence}: why it cannot go, or could not be put back."""
    notes: Sequence[Mapping[str, str]]
    """{element, name, sentence}: what the move means for it."""
    moved_at: datetime | None
    back_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """One version of a process from which or to which cases may go."""

    version: int
    name: str
    released: bool
    running: int


def has(office: Office, group: str, permissions: Sequence[str]) -> bool:
    """Return whether a group has one of these permissions."""
    role = office.roles.by_id.get(group.partition("@")[0])
    return role is not None and any(role.may(one) for one in permissions)


def place_of(desk: Desk, group: str) -> str:
    """Return the district of a group."""
    return desk.office.places.of(desk.tx, group.partition("@")[2]).district


def may(desk: Desk, actor: Actor, row: CaseMove, permissions: Sequence[str]) -> bool:
    """Return whether somebody has one of these permissions in an order's district."""
    return any(has(desk.office, one, permissions) and place_of(desk, one) == row.district for one in actor.groups)


def line_view(desk: Desk, line: CaseMoveLine) -> LineView:
    """Return one case of an order."""
    return LineView(
        record_no=line.record_no, town_name=desk.office.places.name(desk.tx, line.town), state=line.state,
        state_label=LINES[line.state], reasons=tuple(line.reasons), notes=tuple(line.notes),
        moved_at=line.moved_at, back_at=line.back_at,
    )  # fmt: skip


def view_of(desk: Desk, actor: Actor, row: CaseMove) -> MoveView:
    """Return one order as this person sees it."""
    makes, releases = may(desk, actor, row, ("deploy",)), may(desk, actor, row, ("release",))
    counts = moves.counts(desk.tx, row.move_no)
    acts: dict[str, list[str]] = {
        "tried": ["submit"] if makes and counts.get("can") else [],
        "submitted": ["release", "return"] if releases and row.made_by != actor.person_id else [],
        "moved": ["undo"] if releases and counts.get("moved") else [],
    }
    names = people.names(desk.tx, [one for one in (row.made_by, row.released_by, row.undone_by) if one])
    return MoveView(
        move_no=row.move_no, district=row.district, process_key=row.process_key,
        process_name=definitions.one_definition(desk.tx, row.target).name, source_version=row.source_version,
        target_version=row.target_version, renames=row.renames, state=row.state, state_label=STATES[row.state],
        made_by=names.get(row.made_by, ""), made_at=row.made_at, released_by=names.get(row.released_by, ""),
        released_at=row.released_at, undone_by=names.get(row.undone_by, ""), undone_at=row.undone_at,
        reason=row.reason, counts=counts, acts=acts.get(row.state, []),
    )  # fmt: skip
