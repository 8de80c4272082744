"""The data exchange inside the measuring process: errands answer at once, so that steps are what is measured."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from workers.errands.adapters.exchange import Fact, Person, Question
from workers.exchange.answers import Answers, answer


class KnownExchange:
    """Answers as the simulated exchange does, without HTTP."""

    def __init__(self, root: Path) -> None:
        self._answers = Answers.read(root / "config" / "demo" / "exchange")

    def ask(self, key: str, question: Question) -> Fact:
        """Answer one question."""
        return self._fact(question.source, Person(name=question.name, resident_id=question.resident_id))

    def ask_list(self, key: str, source: str, people: Sequence[Person], requester: str, purpose: str) -> list[Fact]:
        """Answer about a list."""
        return [self._fact(source, one) for one in people]

    def _fact(self, source: str, person: Person) -> Fact:
        entry = self._answers.entry(source, person.resident_id)
        found = answer(source, entry, person.resident_id, person.name)
        amount = found.get("amount")
        return Fact(
            found=found["found"],
            amount=Decimal(amount) if amount else None,
            flag=found.get("flag", ""),
            detail=found.get("detail", ""),
        )
