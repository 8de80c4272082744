"""Orders to move cases are carried out: each case in a transaction of its own, once, resumed after a kill.

Whoever looks (scheduler, command, page) only asks rows. A line is taken and its case moved in one transaction; a case
that cannot go says why and holds up nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from jiuzhu.domain.rows import CaseMove, CaseMoveLine
from jiuzhu.engine import Remark
from jiuzhu.errors import BpmnError, Conflict, Failed, Refused, StoreUnreachable
from jiuzhu.service import case_moving, office_acts
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.office import Office
from jiuzhu.service.retry import repeated
from jiuzhu.store import cases, moves, people
from jiuzhu.store.shelf import shelf_of

log = structlog.get_logger(__name__)

PORTION = 100
"""Cases that one look of the scheduler deals with; the next look goes on."""
HINDRANCES = (Failed, Refused, BpmnError, Conflict)
STEPS = {"trying": ("listed", "tried"), "moving": ("can", "moved"), "undoing": ("moved", "undone")}
"""State of an order → lines that are to be done, state when none is left."""

Act = Callable[[Desk, CaseMove, CaseMoveLine, case_moving.Way], dict[str, Any]]


def carry_on_all(office: Office) -> int:
    """Go on with every order that is under way; returns how many cases were dealt with."""
    with office.store.reading() as tx:
        waiting = moves.in_states(tx, list(STEPS))
    return sum(carry_on(office, move_no, PORTION) for move_no in waiting)


def carry_on(
    office: Office, move_no: str, most: int = 1_000_000, *, progress: Callable[[int, int], None] | None = None
) -> int:
    """Try, move or put back up to ``most`` cases of an order, from where an earlier look stopped."""
    with office.store.reading() as tx:
        order = moves.one(tx, move_no)
        if order is None or order.state not in STEPS:
            return 0
        todo, _ = STEPS[order.state]
        listed = [line.record_no for line in moves.lines(tx, move_no, todo, most + 1)]
        way = case_moving.way_of(office, tx, order)
    acts: dict[str, Act] = {"trying": _try, "moving": _move, "undoing": _put_back}
    done = 0
    for number in listed[:most]:
        done += _attempt(office, order, number, todo, acts[order.state], way)
        if progress is not None:
            progress(done, len(listed))
    if len(listed) <= most:
        repeated(office, lambda: _finish(office, order))
    return done


def _attempt(office: Office, order: CaseMove, number: str, todo: str, act: Act, way: case_moving.Way) -> bool:
    try:
        return repeated(office, lambda: _one(office, order, number, todo, act, way))
    except StoreUnreachable:
        raise
    except HINDRANCES as error:
        log.exception("a case could not be moved", move_no=order.move_no, number=number)
        why = str(getattr(error, "sentence", "")) or str(error)
        with open_desk(office, None) as desk:
            failed = "kept" if order.state == "undoing" else "cannot"
            reasons = _remarks((Remark(element_id="", name="", sentence=f"迁移时出错：{why}"[:500]),))
            moves.set_line(desk.tx, order.move_no, number, state=failed, reasons=reasons)
        return True


def _one(office: Office, order: CaseMove, number: str, todo: str, act: Act, way: case_moving.Way) -> bool:
    with open_desk(office, None) as desk:
        line = moves.take_line(desk.tx, order.move_no, number, todo)
        here = moves.one(desk.tx, order.move_no)
        if line is None or here is None or here.state != order.state:
            return False
        moves.set_line(desk.tx, order.move_no, number, **act(desk, order, line, way))
        return True


def _try(desk: Desk, order: CaseMove, line: CaseMoveLine, way: case_moving.Way) -> dict[str, Any]:
    found = case_moving.look_at(desk, cases.read(desk.tx, line.case_id), way)
    state = "can" if found.move is not None else "cannot"
    return {"state": state, "reasons": _remarks(found.obstacles), "notes": _remarks(found.notes)}


def _move(desk: Desk, order: CaseMove, line: CaseMoveLine, way: case_moving.Way) -> dict[str, Any]:
    live = cases.lock(desk.tx, line.case_id)
    found = case_moving.look_at(desk, live, way)
    if found.move is None:
        return {"state": "cannot", "reasons": _remarks(found.obstacles)}
    names = people.names(desk.tx, [order.made_by, order.released_by])
    sentence = (
        f"办理依据的流程由第 {order.source_version} 版改为第 {order.target_version} 版，"
        f"由{names.get(order.made_by, '')}提出、{names.get(order.released_by, '')}放行（{order.move_no}）"
    )
    kept = case_moving.carry_over(desk, live, way, found, sentence)
    return {"state": "moved", "notes": _remarks(found.notes), **kept}


def _put_back(desk: Desk, order: CaseMove, line: CaseMoveLine, way: case_moving.Way) -> dict[str, Any]:
    live = cases.lock(desk.tx, line.case_id)
    name = people.names(desk.tx, [order.undone_by]).get(order.undone_by, "")
    sentence = (
        f"办理依据的流程由第 {order.target_version} 版退回第 {order.source_version} 版，"
        f"由{name}办理（{order.move_no}）：{order.reason}"
    )
    step = live.loaded_version
    why = case_moving.put_back(desk, live, line, sentence)
    if why:
        return {"state": "kept", "reasons": _remarks((Remark(element_id="", name="", sentence=why),))}
    return {"state": "back", "back_at": desk.true_now, "step_after": step}


def _finish(office: Office, order: CaseMove) -> None:
    """Close a stage of an order when no line of it is left."""
    todo, after = STEPS[order.state]
    with open_desk(office, None) as desk:
        row = moves.one(desk.tx, order.move_no, lock=True)
        counts = moves.counts(desk.tx, order.move_no)
        if row is None or row.state != order.state or counts.get(todo):
            return
        shelf_of(desk.tx).change(row, {"state": after, "version": row.version + 1})
        said = {
            "tried": f"可以迁移 {counts.get('can', 0)} 件，不能 {counts.get('cannot', 0)} 件",
            "moved": f"已迁移 {counts.get('moved', 0)} 件，不能 {counts.get('cannot', 0)} 件",
            "undone": f"已退回原版 {counts.get('back', 0)} 件，留在新版 {counts.get('kept', 0)} 件",
        }
        office_acts.note(office, desk.tx, None, "move", f"{order.move_no}：{said[after]}")


def _remarks(remarks: tuple[Remark, ...]) -> list[dict[str, str]]:
    return [{"element": one.element_id, "name": one.name, "sentence": one.sentence} for one in remarks]
