"""The data exchange of the departments: one question about one person to one source (57 art 17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from jiuzhu.errors import WorkerError
from workers.errands.adapters.http import HttpClient


@dataclass(frozen=True, kw_only=True)
class Question:
    """Who is asked about, on whose authorisation and by whom (XT-19)."""

    source: str
    name: str
    resident_id: str
    case_no: str
    requester: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody on a list."""

    name: str
    resident_id: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What a source knows: ``found`` false = no entry. ``flag`` is the source's own judgement, '' when it has none."""

    found: bool
    amount: Decimal | None = None
    flag: str = ""
    detail: str = ""


LIST_PEOPLE = 50
"""How many people one list names at most."""


class Exchange(Protocol):
    """Answers questions; asking again with the same key is the same question."""

    def ask_list(self, key: str, source: str, people: Sequence[Person], requester: str, purpose: str) -> list[Fact]:
        """Ask one source about up to ``LIST_PEOPLE`` people; the answers in their order. Raises as ``ask``."""
        ...

    def ask(self, key: str, question: Question) -> Fact:
        """Raises NoAnswer when the source is silent, WorkerError when it refuses."""
        ...


class HttpExchange:
    """The exchange over HTTP: ``POST /sources/<source>``."""

    FLAGS = frozenset({"", "doubt", "mismatch"})

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def ask(self, key: str, question: Question) -> Fact:
        """Ask one source. Raises as ``Exchange.ask``."""
        answer = self._client.post(
            f"/sources/{question.source}",
            key,
            {
                "name": question.name,
                "resident_id": question.resident_id,
                "case_no": question.case_no,
                "requester": question.requester,
                "purpose": question.purpose,
            },
        )
        return self._fact(question.source, answer)

    def ask_list(self, key: str, source: str, people: Sequence[Person], requester: str, purpose: str) -> list[Fact]:
        """Ask one source about a list. Raises as ``Exchange.ask``."""
        asked = [{"name": one.name, "resident_id": one.resident_id} for one in people]
        answer = self._client.post(
            f"/lists/{source}", key, {"people": asked, "requester": requester, "purpose": purpose}
        )
        found = answer.get("answers")
        if not isinstance(found, list) or len(found) != len(people) or not all(isinstance(one, dict) for one in found):
            raise WorkerError(f"{self._client.name}（{source}）的应答不合约定", permanent=True)
        return [self._fact(source, one) for one in found]

    def _fact(self, source: str, answer: Mapping[str, Any]) -> Fact:
        found, flag, amount = answer.get("found"), answer.get("flag", ""), answer.get("amount")
        if not isinstance(found, bool) or flag not in self.FLAGS:
            raise WorkerError(f"{self._client.name}（{source}）的应答不合约定", permanent=True)
        return Fact(
            found=found,
            amount=None if amount in (None, "") else _amount(self._client.name, amount),
            flag=flag,
            detail=str(answer.get("detail", ""))[:200],
        )


def _amount(name: str, value: object) -> Decimal:
    try:
        amount = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise WorkerError(f"{name}给出的金额不是数字：{value!r}", permanent=True) from error
    if not amount.is_finite():
        raise WorkerError(f"{name}给出的金额不是数字：{value!r}", permanent=True)
    return amount
