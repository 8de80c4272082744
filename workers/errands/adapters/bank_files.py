"""The bank that pays a month's list: over HTTP, by a folder that its own program reads, or simulated in the outbox."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from jiuzhu.errors import WorkerError
from workers.errands.adapters.drop import DropFolder
from workers.errands.adapters.http import HttpClient
from workers.errands.adapters.mail import Sent
from workers.errands.adapters.outbox import Outbox

COLUMNS: Mapping[str, str] = {
    "line_no": "明细编号",
    "name": "收款人",
    "bank_name": "开户银行",
    "bank_account": "账号",
    "amount": "金额",
    "month": "所属月份",
}
"""Columns of the file, in the bank's order."""


class BankFiles(Protocol):
    """Takes a list to pay; a second one with the same key is the same list."""

    def send(self, key: str, parcel: Mapping[str, Any]) -> Sent:
        """Raises WorkerError."""
        ...


class HttpBankFiles:
    """A bank over HTTP: ``POST /batches``, answered with ``{"receipt": ...}``."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def send(self, key: str, parcel: Mapping[str, Any]) -> Sent:
        """Send one list. Raises WorkerError."""
        answer = self._client.post("/batches", key, parcel)
        receipt = str(answer.get("receipt", ""))[:100]
        if not receipt:
            raise WorkerError("代发银行没有给出回执", permanent=True)
        return Sent(receipt=receipt, simulated=False)


class FolderBankFiles:
    """Drops a CSV into a folder from which the bank's own program takes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = DropFolder(folder, label="代发文件夹")

    def send(self, key: str, parcel: Mapping[str, Any]) -> Sent:
        """Write one list. Raises WorkerError when the folder cannot be written."""
        return Sent(receipt=self._folder.lay(key, ".csv", table(parcel)), simulated=False)


class OutboxBankFiles:
    """Writes lists into the outbox, labelled 模拟: the default where no bank is configured."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def send(self, key: str, parcel: Mapping[str, Any]) -> Sent:
        """Write one list. Raises WorkerError when the folder cannot be written."""
        return Sent(receipt=self._outbox.put("bank-batch", key, parcel), simulated=True)


def table(parcel: Mapping[str, Any]) -> str:
    """Return a list as CSV with the marks by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS.values())
    writer.writerows([[line[name] for name in COLUMNS] for line in parcel["lines"]])
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + text.getvalue()
