"""Errands of trial runs (试运行): the same hands with no way out of the house.

Letters, messages, payments and records lie in a folder of their own, where no other program looks; the departments
know nobody. Whatever addresses the installation has, none of them is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jiuzhu.domain.topics import Topic
from workers.errands import build_errands
from workers.errands.adapters.bank import OutboxBank
from workers.errands.adapters.bank_files import OutboxBankFiles
from workers.errands.adapters.exchange import Fact, Person, Question
from workers.errands.adapters.mail import OutboxMail
from workers.errands.adapters.outbox import Outbox
from workers.errands.adapters.sms import OutboxSms
from workers.errands.adapters.systems import OutboxSystem
from workers.errands.sync import SYSTEMS

NOBODY = Fact(found=False, detail="试运行：没有真的查询")


class NoExchange:
    """Departments that are not asked."""

    def ask(self, key: str, question: Question) -> Fact:
        """Know nothing."""
        return NOBODY

    def ask_list(self, key: str, source: str, people: Sequence[Person], requester: str, purpose: str) -> list[Fact]:
        """Know nothing of anybody."""
        return [NOBODY for _ in people]


def rehearsed(config: Mapping[str, Mapping[str, Any]], *, outbox: Path) -> Mapping[str, Topic]:
    """Return the errand topics with simulated ways only. Raises ConfigurationError."""
    folder = Outbox(outbox)
    sync = {**config["sync"], "poverty_url": ""}
    return build_errands(
        {**config, "sync": sync},
        outbox=outbox,
        exchange=NoExchange(),
        mail=OutboxMail(folder),
        sms=OutboxSms(folder),
        systems={target: OutboxSystem(folder, target) for target in SYSTEMS},
        bank=OutboxBank(folder, config["bank"]["refused_endings"]),
        bank_files=OutboxBankFiles(folder),
    )
