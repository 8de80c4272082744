"""On which bundle a case was at a moment or at a step: what was written on an old version is read with it."""

from __future__ import annotations

from datetime import datetime

from jiuzhu.engine import Bundle
from jiuzhu.service.desk import Desk
from jiuzhu.store import moves


class CaseBundles:
    """The bundles that a case has been on."""

    def __init__(self, desk: Desk, case_id: str, bundle: str) -> None:
        self._desk = desk
        self._bundle = bundle
        self._changes: list[tuple[datetime, int, str]] = []
        """(machine time, last step before it, bundle before it), oldest first."""
        for line in moves.moves_of(desk.tx, case_id):
            if line.moved_at is not None:
                self._changes.append((line.moved_at, line.step_before, line.bundle_before))
            if line.back_at is not None:
                self._changes.append((line.back_at, line.step_after, line.bundle_after))
        self._changes.sort(key=lambda change: (change[0], change[1]))

    def at(self, moment: datetime) -> Bundle:
        """Return the bundle at a moment of machine time."""
        return self._get(next((was for at, _, was in self._changes if moment <= at), self._bundle))

    def of_step(self, step: int) -> Bundle:
        """Return the bundle on which a step was taken."""
        return self._get(next((was for _, last, was in self._changes if step <= last), self._bundle))

    def _get(self, bundle: str) -> Bundle:
        return self._desk.office.bundles.get(self._desk.tx, bundle)
