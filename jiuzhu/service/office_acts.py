"""Acts that belong to no case: logins given, clock moved, diagrams deployed; each with office and true time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Forbidden
from jiuzhu.service.office import Office, is_system
from jiuzhu.service.refusals import logged
from jiuzhu.store import Transaction, history


def note(office: Office, tx: Transaction, actor: Actor | None, act: str, sentence: str) -> None:
    """Write one act in the running transaction."""
    history.note_office_act(
        tx,
        {
            "at": office.clock.now(),
            "true_at": office.clock.machine(),
            "actor": "" if actor is None or is_system(actor) else actor.person_id,
            "actor_name": "系统" if actor is None else actor.name,
            "act": act,
            "sentence": sentence,
        },
    )


@logged("log", "")
def list_acts(office: Office, actor: Actor, limit: int = 100) -> Sequence[Mapping[str, Any]]:
    """Return the latest acts. Raises Forbidden."""
    if not is_system(actor) and not office.roles.may(actor.groups, "administer"):
        raise Forbidden("您的岗位不能查看系统日志。")
    with office.store.reading() as tx:
        return history.office_acts(tx, limit)
