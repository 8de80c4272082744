"""What a policy value may be: the word a key is declared with, and how its TOML text is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from jiuzhu.domain.topics import Value

LIMIT = re.compile(r"([0-9]+)(wd|d|h|m)")
"""``10wd`` working days, ``7d`` calendar days, ``24h`` hours, ``3m`` months."""


def _integer(raw: Any) -> Value:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise ValueError("a whole number is needed")
    return raw


def _boolean(raw: Any) -> Value:
    if not isinstance(raw, bool):
        raise ValueError("true or false is needed")
    return raw


def _text(raw: Any) -> Value:
    if not isinstance(raw, str):
        raise ValueError("a text in quotes is needed")
    return raw


def _texts(raw: Any) -> Value:
    if not isinstance(raw, list):
        raise ValueError("a list of texts is needed")
    return [_text(item) for item in raw]


def _decimal(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise ValueError("a decimal number is needed")
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        raise ValueError("a decimal number is needed") from None
    if not number.is_finite():
        raise ValueError("a decimal number is needed")
    return number


def _ratio(raw: Any) -> Value:
    return format(_decimal(raw), "f")


def _money(raw: Any) -> Value:
    amount = _decimal(raw)
    if amount < 0 or amount != round(amount, 2):
        raise ValueError("an amount in yuan with at most two decimals is needed")
    return format(round(amount, 2), ".2f")


def _date(raw: Any) -> Value:
    if isinstance(raw, datetime) or not isinstance(raw, date):
        raise ValueError("a date such as 2021-07-01 (without quotes) is needed")
    return raw.isoformat()


def _limit(raw: Any) -> Value:
    """A time limit becomes ``{"amount": 10, "unit": "wd"}``; ``none`` has amount 0 and unit ``none``."""
    if raw == "none":
        return {"amount": 0, "unit": "none"}
    match = LIMIT.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise ValueError('a limit such as "10wd", "7d", "24h", "3m" or "none" is needed')
    return {"amount": int(match[1]), "unit": match[2]}


def _fraction(raw: Any) -> Value:
    """A share that no decimal writes exactly, such as ``2/3``; stays text, the table takes it apart."""
    if not isinstance(raw, str) or not re.fullmatch(r"[0-9]+/[1-9][0-9]*", raw):
        raise ValueError('a fraction such as "2/3" is needed')
    return raw


KINDS: dict[str, Callable[[Any], Value]] = {
    "integer": _integer,
    "boolean": _boolean,
    "text": _text,
    "texts": _texts,
    "ratio": _ratio,
    "money": _money,
    "date": _date,
    "limit": _limit,
    "fraction": _fraction,
}


def read_kind(kind: str, raw: Any) -> Value:
    """Return the value of one TOML item as a process variable may hold it.

    Args: the declared kind (``integer`` … ``limit``; a trailing ``?`` allows the item to be absent) and the raw item.
    Raises ValueError with the reason; KeyError is impossible once the catalogue was checked.
    """
    if raw is None and kind.endswith("?"):
        return None
    return KINDS[kind.rstrip("?")](raw)
