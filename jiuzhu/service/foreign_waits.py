"""Who waits over there for what our rows will say: the lines of a review, the end of a sample's checks (ADR 0132).

The scheduler asks our table of waits whom a row concerns; so what waits in the other engine stands there, too, as long
as it waits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.service.desk import open_desk, reading_desk
from jiuzhu.service.foreign_forms import node_of
from jiuzhu.service.office import Office
from jiuzhu.service.sample_work import CHECKED
from jiuzhu.store import campaigns, cases, listening

MESSAGES = frozenset({*campaigns.MESSAGES, CHECKED})
"""What the scheduler tells when a row says it; everything else is sent by people or by record tasks."""


@dataclass(frozen=True, kw_only=True)
class Listener:
    """One subscription over there."""

    id: str
    process_key: str
    element_id: str
    message: str


def correlation_of(office: Office, case_id: str, listener: Listener) -> str:
    """Return the variable by whose value a message finds whoever waits. Raises NotFound."""
    with reading_desk(office, None) as desk:
        node = node_of(desk, cases.read(desk.tx, case_id), listener.process_key, listener.element_id)
        return node.properties.get("correlation", "") or "case_no"


def listen(office: Office, case_id: str, listener: Listener, key: str, value: Any) -> None:
    """Note that somebody waits over there."""
    with open_desk(office, None) as desk:
        live = cases.lock(desk.tx, case_id)
        node = node_of(desk, live, listener.process_key, listener.element_id)
        listening.note(
            desk.tx,
            live,
            {
                "task_id": listener.id,
                "process_key": listener.process_key,
                "element_id": listener.element_id,
                "name": node.name,
                "properties": dict(node.properties),
                "message": listener.message,
                "correlation_key": key,
                "correlation_value": "" if value is None else str(value),
                "opened_at": desk.now,
            },
        )


def heard(office: Office, still: Collection[str]) -> Sequence[str]:
    """Return who is noted and waits still; whoever does not is forgotten."""
    with reading_desk(office, None) as desk:
        noted = listening.all_of(desk.tx, sorted(MESSAGES))
    gone = [row for row in noted if row["task_id"] not in still]
    for row in gone:
        with open_desk(office, None) as desk:
            listening.forget(desk.tx, cases.lock(desk.tx, row["case_id"]), [row["task_id"]])
    return [row["task_id"] for row in noted if row["task_id"] in still]
