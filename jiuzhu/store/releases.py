"""The release of a deployment: by a second person, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from jiuzhu.errors import Conflict
from jiuzhu.store.definitions import RELEASED, WAITING
from jiuzhu.store.tables import definition, deployment
from jiuzhu.store.transaction import Transaction


def decide(tx: Transaction, deployment_id: str, state: str, *, person: str, at: datetime, reason: str = "") -> None:
    """Release, send back or replace a deployment that waits. Raises Conflict when somebody else decided first."""
    waiting = update(deployment).where(deployment.c.id == deployment_id, deployment.c.state == WAITING)
    done = tx.execute(waiting.values(state=state, decided_by=person, decided_at=at, reason=reason))
    if done.rowcount != 1:
        raise Conflict("这次部署刚刚已由别人放行或者退回，请刷新。")
    if state == RELEASED:
        tx.execute(update(definition).where(definition.c.deployment == deployment_id).values(released=True))
    tx.cache.pop("revision", None)
