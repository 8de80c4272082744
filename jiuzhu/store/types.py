"""Column types that both databases store alike: aware instants, money in fen, sealed personal data, JSON text.

The keyring of an installation hangs on the SQLAlchemy dialect (one per database), so that two offices in one process
never share a key.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import BigInteger, DateTime, Dialect, LargeBinary, Numeric, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from jiuzhu.domain import marks
from jiuzhu.store.sealing import Keyring

FEN = 100


def dumps(value: Any) -> str:
    """Return canonical JSON: sorted keys, money as decimal string, instants as ISO text."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=_plain).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def keyring_of(dialect: Dialect) -> Keyring:
    """Return the keyring that the store hung on this dialect."""
    ring: Keyring = dialect.jiuzhu_keyring  # type: ignore[attr-defined]
    return ring


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("naive datetime refused: instants are aware")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """Yuan with two places: NUMERIC(14,2) in PostgreSQL, whole fen in SQLite (which has no decimals)."""

    impl = Numeric(14, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(14, 2))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError("money is Decimal, never float")
        amount = value
        if amount != amount.quantize(Decimal("0.01")):
            raise ValueError(f"money has two places: {value}")
        return int(amount * FEN) if dialect.name == "sqlite" else amount

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return (Decimal(int(value)) / FEN).quantize(Decimal("0.01"))
        return Decimal(value)


class Json(TypeDecorator[Any]):
    """Plain JSON text: never queried inside, so both databases keep text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


class SealedText(TypeDecorator[str]):
    """Personal text under the installation's key."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal(value.encode())

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).open(bytes(value)).decode()


class SealedJson(TypeDecorator[Any]):
    """Personal data of any JSON shape under the installation's key."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal(dumps(value).encode())

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(keyring_of(dialect).open(bytes(value)))


class SealedValues(SealedJson):
    """Variables under the installation's key: what a foreign worker brought keeps its type (``domain.marks``)."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal(marks.dumps(value, orjson.OPT_NON_STR_KEYS, _plain))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else marks.loads(keyring_of(dialect).open(bytes(value)))


class SealedDate(TypeDecorator[date]):
    """A personal date (a birth date) under the installation's key."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal(value.isoformat().encode())

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(keyring_of(dialect).open(bytes(value)).decode())


class SealedMoney(TypeDecorator[Decimal]):
    """A personal amount under the installation's key."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal(str(value).encode())

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(keyring_of(dialect).open(bytes(value)).decode())
