"""The bank that pays a household once: over HTTP, or simulated in the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from workers.errands.adapters.http import HttpClient
from workers.errands.adapters.outbox import Outbox


@dataclass(frozen=True, kw_only=True)
class Paid:
    """The bank's answer: a receipt, or why the account was refused."""

    receipt: str = ""
    rejected: str = ""
    simulated: bool = False


class Bank(Protocol):
    """Pays one order; a second one with the same key is the same payment."""

    def pay(self, key: str, order: Mapping[str, Any]) -> Paid:
        """Raises WorkerError."""
        ...


class HttpBank:
    """A bank over HTTP: ``POST /payments``, answered with ``{"receipt": …}`` or ``{"rejected": reason}``."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def pay(self, key: str, order: Mapping[str, Any]) -> Paid:
        """Send one order. Raises WorkerError."""
        answer = self._client.post("/payments", key, order)
        return Paid(receipt=str(answer.get("receipt", ""))[:100], rejected=str(answer.get("rejected", ""))[:200])


class OutboxBank:
    """Writes orders into the outbox; accounts that end like a configured one are refused, as a bank would."""

    def __init__(self, outbox: Outbox, refused_endings: Sequence[str]) -> None:
        self._outbox, self._refused = outbox, tuple(refused_endings)

    def pay(self, key: str, order: Mapping[str, Any]) -> Paid:
        """Write one order. Raises WorkerError when the folder cannot be written."""
        account = str(order.get("bank_account", ""))
        if self._refused and account.endswith(self._refused):
            return Paid(rejected="账户不存在或已注销", simulated=True)
        return Paid(receipt=self._outbox.put("bank", key, order), simulated=True)
