"""迁移: a designer orders a district's running cases to another version, a second person releases it, and a way back.

The order's lines say of each case whether it can go and why not; ``case_move_work`` carries an order out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import CaseMove, CaseMoveLine
from jiuzhu.engine.reading import read_diagram
from jiuzhu.errors import Forbidden, Invalid, NotFound, OutOfReach, Refused
from jiuzhu.service import office_acts
from jiuzhu.service.case_move_view import (
    STATES,
    LineView,
    MoveView,
    VersionLine,
    has,
    line_view,
    may,
    place_of,
    view_of,
)
from jiuzhu.service.deployment_rules import district_of
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.stated_reason import stated_reason
from jiuzhu.store import definitions, moves
from jiuzhu.store import office as numbers
from jiuzhu.store.definitions import DefinitionRow
from jiuzhu.store.shelf import shelf_of

MOST = 100
GONE = "没有这次迁移，或者它不在您的职责范围内。"


@logged("move", "process_key")
def versions(office: Office, actor: Actor, process_key: str) -> Sequence[VersionLine]:
    """Return the versions of a process, latest first, with the running cases of the person's district.

    Raises Forbidden, NotFound.
    """
    with reading_desk(office, actor) as desk:
        district = _district(desk, actor, ("deploy", "release"))
        running = moves.running_by_version(desk.tx, process_key, district)
        return [
            VersionLine(version=row.version, name=row.name, released=row.released, running=running.get(row.id, 0))
            for row in _versions(desk, process_key, district)
        ]


@logged("move", "process_key")
def order(
    office: Office,
    actor: Actor,
    process_key: str,
    source_version: int,
    target_version: int,
    renames: Mapping[str, str] | None = None,
) -> str:
    """List a district's running cases of a version for a dry run; returns the order's number.

    Raises Forbidden (no designer, another district's procedure), NotFound (no such version), Invalid (element names
    that the versions do not have), Refused (nothing runs, not released, an order for these cases is under way).
    """
    with open_desk(office, actor) as desk:
        district = _district(desk, actor, ("deploy",))
        if district_of(office, process_key) not in ("", district):
            raise Forbidden("这个流程属于别的区县，只有那里的流程设计员可以迁移。")
        versions = _versions(desk, process_key, district)
        source, target = _version(versions, source_version), _version(versions, target_version)
        if not target.released:
            raise Refused(f"第 {target.version} 版还没有放行，不能把案件迁移过去。")
        wanted = {old.strip(): new.strip() for old, new in (renames or {}).items() if old.strip() or new.strip()}
        _require_elements(desk, district, wanted, source, target)
        found = moves.running(desk.tx, source.id, district)
        if not found:
            raise Refused(f"第 {source.version} 版没有正在办理的案件。")
        for other in moves.page(desk.tx, process_key, [district], MOST):
            if other.source == source.id and other.state in ("submitted", "moving", "undoing"):
                raise Refused(f"{other.move_no} 正在迁移这一版的案件（{STATES[other.state]}），请等它办完。")
        serial = numbers.next_number(desk.tx, f"move:{district}")
        move_no = f"{office.policies.of(district).short}-迁移-{serial:04d}"
        shelf_of(desk.tx).add(
            CaseMove(
                move_no=move_no, district=district, process_key=process_key, source=source.id,
                source_version=source.version, target=target.id, target_version=target.version, renames=wanted,
                state="trying", made_by=actor.person_id, made_at=desk.now,
            )
        )  # fmt: skip
        moves.add_lines(
            desk.tx,
            [CaseMoveLine(move_no=move_no, record_no=number, case_id=one, town=town) for one, number, town in found],
        )
        said = f"试算{move_no}：{target.name}第 {source.version} 版迁到第 {target.version} 版，{len(found)} 件"
        office_acts.note(office, desk.tx, actor, "move", said)
        return move_no


@logged("move", "move_no")
def submit(office: Office, actor: Actor, move_no: str) -> None:
    """Hand an order over for release. Raises Forbidden, Refused (nothing can move)."""
    with open_desk(office, actor) as desk:
        row = _locked(desk, actor, move_no, "deploy")
        _require_state(row, "tried")
        able = moves.counts(desk.tx, move_no).get("can", 0)
        if not able:
            raise Refused("没有一件可以迁移。")
        _change(desk, row, state="submitted", made_by=actor.person_id)
        office_acts.note(office, desk.tx, actor, "move", f"提交{move_no}（{able} 件），等待放行")


@logged("move", "move_no")
def give_back(office: Office, actor: Actor, move_no: str, reason: str) -> None:
    """Return an order that was handed over, with a reason. Raises Forbidden, Invalid, Refused."""
    given = stated_reason(reason)
    with open_desk(office, actor) as desk:
        row = _locked(desk, actor, move_no, "release")
        _require_state(row, "submitted")
        _change(desk, row, state="returned", reason=given)
        office_acts.note(office, desk.tx, actor, "move", f"退回{move_no}：{given}")


@logged("move", "move_no")
def release(office: Office, actor: Actor, move_no: str) -> None:
    """Release an order that another person has handed over; ``case_move_work`` then moves its cases.

    Raises Forbidden (R-28: not by who ordered it), Refused.
    """
    with open_desk(office, actor) as desk:
        row = _locked(desk, actor, move_no, "release")
        if row.state == "moving":
            return
        _require_state(row, "submitted")
        if row.made_by == actor.person_id:
            raise Forbidden("迁移由您提出，须由另一个人放行。", rule="R-28")
        _change(desk, row, state="moving", released_by=actor.person_id, released_at=desk.now)
        office_acts.note(office, desk.tx, actor, "move", f"放行{move_no}")


@logged("move", "move_no")
def undo(office: Office, actor: Actor, move_no: str, reason: str) -> None:
    """Send back the cases that have not gone on since; ``case_move_work`` does it.

    Raises Forbidden, Invalid, Refused.
    """
    given = stated_reason(reason)
    with open_desk(office, actor) as desk:
        row = _locked(desk, actor, move_no, "release")
        if row.state == "undoing":
            return
        _require_state(row, "moved")
        if not moves.counts(desk.tx, move_no).get("moved", 0):
            raise Refused("没有一件还在新版上可以退回。")
        _change(desk, row, state="undoing", undone_by=actor.person_id, undone_at=desk.now, reason=given)
        office_acts.note(office, desk.tx, actor, "move", f"退回原版{move_no}：{given}")


@logged("move", "process_key")
def list_moves(office: Office, actor: Actor, process_key: str = "") -> Sequence[MoveView]:
    """Return the orders of a person's district, newest first; empty for who has nothing to do with them."""
    with reading_desk(office, actor) as desk:
        mine = [place_of(desk, one) for one in actor.groups if has(office, one, ("deploy", "release"))]
        return [view_of(desk, actor, row) for row in moves.page(desk.tx, process_key, list(dict.fromkeys(mine)), MOST)]


@logged("move", "move_no")
def show(office: Office, actor: Actor, move_no: str) -> MoveView:
    """Return one order. Raises NotFound."""
    with reading_desk(office, actor) as desk:
        return view_of(desk, actor, _found(desk, actor, move_no))


@logged("move", "move_no")
def lines(office: Office, actor: Actor, move_no: str, state: str = "", limit: int = 1000) -> Sequence[LineView]:
    """Return the cases of an order, all or those in a state. Raises NotFound."""
    with reading_desk(office, actor) as desk:
        _found(desk, actor, move_no)
        return [line_view(desk, one) for one in moves.lines(desk.tx, move_no, state, limit)]


def _versions(desk: Desk, process_key: str, district: str) -> Sequence[DefinitionRow]:
    rows = definitions.definitions(desk.tx, kind="process", key=process_key)
    found = [row for row in rows if row.tenant in (None, district)]
    if not found:
        raise NotFound("没有部署过这个流程。")
    return found


def _version(versions: Sequence[DefinitionRow], number: int) -> DefinitionRow:
    found = next((row for row in versions if row.version == number), None)
    if found is None:
        raise NotFound(f"这个流程没有第 {number} 版。")
    return found


def _require_elements(
    desk: Desk, district: str, renames: Mapping[str, str], source: DefinitionRow, target: DefinitionRow
) -> None:
    if not renames:
        return
    for row, names in ((source, renames), (target, renames.values())):
        bundle = desk.office.bundles.peek(desk.tx, row, district)
        drawn = [read_diagram(xml, f"{key}.bpmn") for key, xml in bundle.processes.items()]
        known = {node.id for process in drawn for _, node in process.level.walk()}
        for name in names:
            if name not in known:
                raise Invalid(f"第 {row.version} 版里没有元素“{name}”。", {"renames": f"没有“{name}”。"})


def _district(desk: Desk, actor: Actor, permissions: Sequence[str]) -> str:
    for group in actor.groups:
        if has(desk.office, group, permissions):
            return place_of(desk, group)
    raise Forbidden("您的岗位不能迁移案件。")


def _found(desk: Desk, actor: Actor, move_no: str) -> CaseMove:
    row = moves.one(desk.tx, move_no)
    if row is None:
        raise NotFound(GONE)
    if not may(desk, actor, row, ("deploy", "release")):
        raise OutOfReach(GONE)
    return row


def _locked(desk: Desk, actor: Actor, move_no: str, permission: str) -> CaseMove:
    row = moves.one(desk.tx, move_no, lock=True)
    if row is None:
        raise NotFound(GONE)
    if not may(desk, actor, row, ("deploy", "release")):
        raise OutOfReach(GONE)
    if not may(desk, actor, row, (permission,)):
        raise Forbidden("您的岗位不能" + ("提出迁移。" if permission == "deploy" else "放行或退回迁移。"))
    return row


def _change(desk: Desk, row: CaseMove, **values: Any) -> None:
    shelf_of(desk.tx).change(row, {**values, "version": row.version + 1})


def _require_state(row: CaseMove, state: str) -> None:
    if row.state != state:
        raise Refused(f"这次迁移现在是“{STATES[row.state]}”，不能这样办。")
