"""How many running cases stand on which version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from jiuzhu.store.listing import Scope
from jiuzhu.store.tables import bundle, case_instance
from jiuzhu.store.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Running process instances of one definition on one bundle."""

    definition: str
    bundle: str
    count: int


def standing(tx: Transaction, scope: Scope) -> Sequence[Standing]:
    """Return the running instances within a scope by definition and bundle; trial runs are left out."""
    table = case_instance.c
    within = or_(
        table.district.in_(list(scope.districts)),
        table.town.in_(list(scope.towns)),
        table.village.in_(list(scope.villages)),
    )
    statement = (
        select(table.definition, table.bundle, func.count().label("count"))
        .where(table.ended_at.is_(None), table.is_trial.is_(False), within)
        .group_by(table.definition, table.bundle)
    )
    return [Standing(**row._mapping) for row in tx.execute(statement)]


def bundles_with(tx: Transaction, ids: Sequence[str], process_key: str) -> dict[str, str]:
    """Return bundle → hash of this process in it, for those of the bundles that hold it."""
    found = tx.execute(select(bundle.c.id, bundle.c.parts).where(bundle.c.id.in_(sorted(set(ids)))))
    return {row.id: row.parts["process"][process_key] for row in found if process_key in row.parts["process"]}
