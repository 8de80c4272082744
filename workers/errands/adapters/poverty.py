"""The register of poverty alleviation: the list of a quarter, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from jiuzhu.errors import WorkerError
from workers.errands.adapters.http import HttpClient

PAGES = 200
"""Pages of one list at most."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Somebody on the list."""

    name: str
    resident_id: str
    village: str


class PovertyRegister(Protocol):
    """Gives the list of a quarter; asked again with the same key it is the same question."""

    def fetch(self, key: str, district: str, period: str) -> Sequence[Listed]:
        """Raises WorkerError."""
        ...


class HttpPovertyRegister:
    """Over HTTP: ``POST /lists`` with district, period and page, answered with ``entries`` and ``more``."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def fetch(self, key: str, district: str, period: str) -> Sequence[Listed]:
        """Fetch all pages. Raises WorkerError: no answer, or (permanent) an answer that is no list."""
        found: list[Listed] = []
        for page in range(1, PAGES + 1):
            answer = self._client.post(
                "/lists", f"{key}-{page}", {"district": district, "period": period, "page": page}
            )
            entries = answer.get("entries")
            if not isinstance(entries, list):
                raise WorkerError("扶贫系统的应答不是名单", permanent=True)
            found += [_listed(one) for one in entries]
            if answer.get("more") is not True:
                return found
        raise WorkerError(f"扶贫系统的名单超过{PAGES}页", permanent=True)


def _listed(entry: object) -> Listed:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("name", "resident_id")):
        raise WorkerError("扶贫系统的名单里有一行不是姓名和身份证号", permanent=True)
    return Listed(name=entry["name"], resident_id=entry["resident_id"], village=str(entry.get("village") or ""))
