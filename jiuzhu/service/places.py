"""Where organisations lie: village in town in district. Kept for a minute, because every click asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from jiuzhu.errors import NotFound
from jiuzhu.store import Transaction, people
from jiuzhu.store.people import OrganisationRow

FRESH_SECONDS = 60.0


class Places:
    """All organisations of the installation by id."""

    def __init__(self) -> None:
        self._by_id: dict[str, OrganisationRow] = {}
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def of(self, tx: Transaction, place: str) -> OrganisationRow:
        """Return an organisation. Raises NotFound."""
        found = self._known(tx).get(place)
        if found is None:
            self.forget()
            found = self._known(tx).get(place)
        if found is None:
            raise NotFound(f"没有这个单位：{place}")
        return found

    def name(self, tx: Transaction, place: str) -> str:
        """Return a name, the id itself when there is none."""
        found = self._known(tx).get(place)
        return found.name if found else place

    def all(self, tx: Transaction) -> Sequence[OrganisationRow]:
        """Return every organisation."""
        return list(self._known(tx).values())

    def below(self, tx: Transaction, place: str) -> Sequence[OrganisationRow]:
        """Return an organisation's direct children."""
        return [row for row in self._known(tx).values() if row.parent == place]

    def town_of(self, tx: Transaction, place: str) -> str:
        """Return the town of a town or village, '' for a district."""
        row = self.of(tx, place)
        if row.kind == "town":
            return row.id
        return row.parent or "" if row.kind == "village" else ""

    def forget(self) -> None:
        """Read anew at the next question (an organisation was added)."""
        with self._lock:
            self._read_at = float("-inf")

    def _known(self, tx: Transaction) -> dict[str, OrganisationRow]:
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_SECONDS:
                self._by_id = {row.id: row for row in people.organisations(tx)}
                self._read_at = time.monotonic()
            return self._by_id
