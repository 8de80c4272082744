"""Other systems that keep our records too: filing platform, payment platform, the system of the higher authority."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from workers.errands.adapters.drop import DropFolder
from workers.errands.adapters.http import HttpClient
from workers.errands.adapters.mail import Sent
from workers.errands.adapters.outbox import Outbox


class OtherSystem(Protocol):
    """Takes one record; a second one with the same key is the same record."""

    def push(self, key: str, record: Mapping[str, Any]) -> Sent:
        """Raises WorkerError."""
        ...


class HttpSystem:
    """A system over HTTP: ``POST /records``, answered with ``{"receipt": ...}``."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def push(self, key: str, record: Mapping[str, Any]) -> Sent:
        """Send one record. Raises WorkerError."""
        answer = self._client.post("/records", key, record)
        return Sent(receipt=str(answer.get("receipt", ""))[:100], simulated=False)


class FolderSystem:
    """A system whose own program takes JSON files from a folder: the receipt is the file's name."""

    def __init__(self, folder: Path, *, label: str) -> None:
        self._folder = DropFolder(folder, label=f"{label}文件夹")

    def push(self, key: str, record: Mapping[str, Any]) -> Sent:
        """Write one record. Raises WorkerError when the folder cannot be written."""
        text = json.dumps({"key": key, **record}, ensure_ascii=False, indent=2)
        return Sent(receipt=self._folder.lay(key, ".json", text + "\n"), simulated=False)


class OutboxSystem:
    """Writes records into the outbox: the default where a system has no address."""

    def __init__(self, outbox: Outbox, name: str) -> None:
        self._outbox, self._name = outbox, name

    def push(self, key: str, record: Mapping[str, Any]) -> Sent:
        """Write one record. Raises WorkerError when the folder cannot be written."""
        return Sent(receipt=self._outbox.put(self._name, key, record), simulated=True)
