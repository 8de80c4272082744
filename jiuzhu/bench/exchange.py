"""The data exchange inside the measuring process: errands answer at once, so that steps are what is measured."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from workers.errands.adapters.exchange import Fact, Question
from workers.exchange.answers import Answers, answer


class KnownExchange:
    """Answers as the simulated exchange does, without HTTP."""

    def __init__(self, root: Path) -> None:
        self._answers = Answers.read(root / "config" / "demo" / "exchange")

    def ask(self, key: str, question: Question) -> Fact:
        """Answer one question."""
        entry = self._answers.entry(question.source, question.resident_id)
        found = answer(question.source, entry, question.resident_id, question.name)
        amount = found.get("amount")
        return Fact(
            found=found["found"],
            amount=Decimal(amount) if amount else None,
            flag=found.get("flag", ""),
            detail=found.get("detail", ""),
        )
