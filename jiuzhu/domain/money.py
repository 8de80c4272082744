"""Amounts in yuan: Decimal with two places inside, decimal text at the borders, never a float."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from jiuzhu.errors import Invalid

FEN = Decimal("0.01")
MOST = Decimal("999999999999.99")
"""What a NUMERIC(14,2) column holds."""
AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")


def yuan(value: str | int | Decimal) -> Decimal:
    """Return an amount with two places. Raises Invalid for what is no amount or has more than two decimals."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Invalid("金额应为数字。")
    text = (
        str(value).strip().replace(",", "").replace("，", "") if isinstance(value, str) else format(Decimal(value), "f")
    )
    if not AMOUNT.fullmatch(text):
        raise Invalid("金额应为数字，最多两位小数。")
    return Decimal(text).quantize(FEN)


def rounded(amount: Decimal) -> Decimal:
    """Return a computed amount rounded to the fen, half up (四舍五入). Raises Invalid beyond what a column holds."""
    result = amount.quantize(FEN, rounding=ROUND_HALF_UP)
    if abs(result) > MOST:
        raise Invalid("金额过大。")
    return result


def money_text(amount: Decimal) -> str:
    """Return the canonical text of an amount: ``1234.50``."""
    return format(rounded(amount), ".2f")


def grouped(amount: Decimal) -> str:
    """Return the text for people: ``1,234.50``."""
    return format(rounded(amount), ",.2f")


def to_fen(amount: Decimal) -> int:
    """Return whole fen."""
    return int(rounded(amount) * 100)


def from_fen(fen: int) -> Decimal:
    """Return the amount of whole fen."""
    return (Decimal(fen) / 100).quantize(FEN)


def capital(amount: Decimal) -> str:
    """Return an amount as it stands on documents (大写): ``壹仟贰佰叁拾肆元伍角整``. Raises Invalid below zero."""
    value = rounded(amount)
    if value < 0:
        raise Invalid("金额不能为负数。")
    whole, fen = divmod(to_fen(value), 100)
    jiao, rest = divmod(fen, 10)
    text = _whole(whole) + "元" if whole else ""
    if not fen:
        return (text or "零元") + "整"
    if jiao:
        text += DIGITS[jiao] + "角"
    elif whole:
        text += "零"
    return text + (DIGITS[rest] + "分" if rest else "整")


def _whole(number: int) -> str:
    """Write groups of four digits, with one 零 for any run of zeros between digits."""
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, gap = "", False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group(group) + GROUPS[index]
        gap = False
    return text


def _group(group: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return text
