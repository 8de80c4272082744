"""Number functions of FEEL."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal

from jiuzhu.decision.functions import builtin
from jiuzhu.decision.values import ARITHMETIC, Feel

LEAST_SCALE, MOST_SCALE = -6111, 6176


def _rounded(value: Decimal, scale: Decimal | None, rounding: str) -> Feel:
    places = 0 if scale is None else int(scale)
    if not LEAST_SCALE <= places <= MOST_SCALE:
        return None
    # wide enough for any decimal128 value, so that rounding itself never overflows
    context = decimal.Context(prec=2 * MOST_SCALE, rounding=rounding)
    try:
        return ARITHMETIC.plus(value.quantize(Decimal(1).scaleb(-places), context=context))
    except decimal.DecimalException:
        return None


def _register(name: str, signature: str, rounding: str) -> None:
    def round_it(value: Decimal, scale: Decimal | None = None) -> Feel:
        return _rounded(value, scale, rounding)

    builtin(name, signature)(round_it)


_register("decimal", "n: number, scale: number", decimal.ROUND_HALF_EVEN)
_register("floor", "n: number, scale: number?", decimal.ROUND_FLOOR)
_register("ceiling", "n: number, scale: number?", decimal.ROUND_CEILING)
_register("round up", "n: number, scale: number", decimal.ROUND_UP)
_register("round down", "n: number, scale: number", decimal.ROUND_DOWN)
_register("round half up", "n: number, scale: number", decimal.ROUND_HALF_UP)
_register("round half down", "n: number, scale: number", decimal.ROUND_HALF_DOWN)


def _calculated(operation: Callable[[], Decimal]) -> Feel:
    try:
        result = operation()
    except decimal.DecimalException:
        return None
    return result if result.is_finite() else None


@builtin("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Feel:
    if not divisor:
        return None
    return _calculated(
        lambda: ARITHMETIC.subtract(
            dividend,
            ARITHMETIC.multiply(
                divisor, ARITHMETIC.divide(dividend, divisor).to_integral_value(rounding=decimal.ROUND_FLOOR)
            ),
        )
    )


@builtin("sqrt", "number: number")
def sqrt(number: Decimal) -> Feel:
    return _calculated(lambda: ARITHMETIC.sqrt(number))


@builtin("log", "number: number")
def log(number: Decimal) -> Feel:
    return _calculated(lambda: ARITHMETIC.ln(number)) if number > 0 else None


@builtin("exp", "number: number")
def exp(number: Decimal) -> Feel:
    return _calculated(lambda: ARITHMETIC.exp(number))


@builtin("odd", "number: number")
def odd(number: Decimal) -> Feel:
    return number % 2 != 0 if number == number.to_integral_value() else None


@builtin("even", "number: number")
def even(number: Decimal) -> Feel:
    return number % 2 == 0 if number == number.to_integral_value() else None
