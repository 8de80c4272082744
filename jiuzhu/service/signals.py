"""A signal is heard by every case of its district that waits for it at the moment when it is thrown (ADR 120).

1. the step that throws marks the rows that wait, in its own transaction: a step that is rolled back throws nothing, and
   who begins to wait afterwards hears nothing;
2. each marked case hears it in a transaction of its own, in batches and oldest first, as timers are fired: thousands of
   cases hold up nobody's click, and one that cannot go on gets an incident and holds up none of the others;
3. a row that is gone by then hears nothing: its case went another way meanwhile.

The thrower's own case has heard the signal within its step.
"""

from __future__ import annotations

import structlog

from jiuzhu.domain.actor import Actor
from jiuzhu.engine import DeliverSignal
from jiuzhu.errors import BpmnError, Failed, Forbidden, Invalid, Refused
from jiuzhu.service import office_acts
from jiuzhu.service.desk import open_desk
from jiuzhu.service.incidents import note_incident
from jiuzhu.service.messages import fire_earlier
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.retry import repeated
from jiuzhu.service.steps import Stepping
from jiuzhu.store import cases, signals

log = structlog.get_logger(__name__)


@logged("signal", "name")
def throw_signal(office: Office, actor: Actor, name: str) -> None:
    """Throw a signal from outside any case, in the districts whose office this person runs. Raises Forbidden, Invalid.

    It is noted among the office's acts; who waits for it hears it as from a diagram, at the next look of the clock.
    """
    if not name:
        raise Invalid("No signal name given")
    districts = {group.partition("@")[2] for group in actor.groups if office.roles.may((group,), "operate")}
    if not districts:
        raise Forbidden("您的岗位不能发出信号。")
    with open_desk(office, actor) as desk:
        for district in sorted(districts):
            signals.mark(desk.tx, name, district=district, but="", at=desk.now)
        office_acts.note(office, desk.tx, actor, "signal", f"发出信号“{name}”")


def deliver_signals(office: Office, most: int) -> int:
    """Let up to ``most`` marked subscriptions hear their signal; returns how many did."""
    with office.store.reading() as tx:
        found = signals.marked(tx, most)
    return sum(_deliver(office, task_id) for task_id in found)


def _deliver(office: Office, task_id: str) -> int:
    try:
        return repeated(office, lambda: _deliver_one(office, task_id))
    except (Failed, Refused, BpmnError) as error:
        log.exception("signal could not be delivered", task=task_id)
        with open_desk(office, None) as desk:
            found = cases.lock_by_waiting(desk.tx, "signal", task_id)
            if found is not None:
                note_incident(desk, found[0], kind="signal", row=found[1], message=str(error))
        return 0


def _deliver_one(office: Office, task_id: str) -> int:
    with open_desk(office, None) as desk:
        found = cases.lock_by_waiting(desk.tx, "signal", task_id)
        if found is None:
            return 0
        live, row = found
        stepping = Stepping(desk)
        fire_earlier(desk, stepping, live, row["available_at"])
        heard = f"signal:{task_id}" in live.open_waiting
        if heard:
            name = row["name"] or row["element_id"]
            desk.audit(live, "signal", f"收到信号“{row['message']}”：{name}", {"element": row["element_id"]})
            stepping.advance(live, DeliverSignal(task_id=task_id, signal=row["message"]))
        stepping.finish()
        return int(heard)
