"""Moving a stored case from one plan to another: relocated, refitted, looked at; never run."""

from __future__ import annotations

from jiuzhu.engine.moves import Move, MoveOrder, Remark
from jiuzhu.engine.spiff.codec import Codec
from jiuzhu.engine.spiff.projection import step_of
from jiuzhu.engine.spiff.refitting import Refitting, missing
from jiuzhu.engine.spiff.relocation import relocate
from jiuzhu.engine.spiff.ways_ahead import look_ahead, still_ahead
from jiuzhu.engine.values import Host, StoredState


def move(old: Codec, new: Codec, state: StoredState, order: MoveOrder, host: Host) -> Move:
    """Return a case as it is on the new plan, or why it cannot go there. The stored state stays as it was."""
    found = relocate(old.plan, new.plan, old.read(state), order.renames)
    if found.obstacles:
        return Move(step=None, obstacles=_once(found.obstacles), notes=_once(found.notes))
    workflow, conductor = new.build(found.document, host)
    given = Refitting(workflow, conductor, found, order).run()
    look_ahead(new.plan, workflow, found, dict(order.renames))
    missing(workflow, found, order)
    if found.obstacles:
        return Move(step=None, obstacles=_once(found.obstacles), notes=_once(found.notes))
    step = step_of(workflow, conductor, new)
    regrouped = frozenset(found.regrouped)
    ahead = still_ahead(new.plan, workflow)
    return Move(step=step, obstacles=(), notes=_once(found.notes), given=given, ahead=ahead, regrouped=regrouped)


def _once(remarks: list[Remark]) -> tuple[Remark, ...]:
    return tuple(dict.fromkeys(remarks))
