"""Short messages: a gateway over HTTP, or the outbox."""

from __future__ import annotations

from typing import Protocol

from workers.errands.adapters.http import HttpClient, Refusal
from workers.errands.adapters.mail import AddressRefused, Sent
from workers.errands.adapters.outbox import Outbox


class Sms(Protocol):
    """Sends one short message; the gateway drops a second one with the same key."""

    def send(self, key: str, phone: str, text: str) -> Sent:
        """Raises AddressRefused, WorkerError."""
        ...


NO_SUCH_NUMBER = 422
"""The status with which a gateway says that the number is none."""


class HttpSms:
    """A gateway: ``POST /messages`` with phone and text, answered with ``{"receipt": ...}``."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def send(self, key: str, phone: str, text: str) -> Sent:
        """Hand one message to the gateway. Raises AddressRefused, WorkerError."""
        try:
            answer = self._client.post("/messages", key, {"phone": phone, "text": text})
        except Refusal as error:
            if error.status == NO_SUCH_NUMBER:
                raise AddressRefused(str(error)) from error
            raise
        return Sent(receipt=str(answer.get("receipt", ""))[:100], simulated=False)


class OutboxSms:
    """Writes messages into the outbox: the default where no gateway is configured."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def send(self, key: str, phone: str, text: str) -> Sent:
        """Write one message. Raises WorkerError when the folder cannot be written."""
        return Sent(receipt=self._outbox.put("sms", key, {"to": phone, "text": text}), simulated=True)
