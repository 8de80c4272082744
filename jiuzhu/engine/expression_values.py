"""How values of the ``${...}`` language compare and compute: the coercions of Camunda 7's expression language.

Numbers are ``int`` or ``Decimal`` (a float never appears: it is refused where variables are written). Results are
bounded, so that no diagram can make the office compute for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow

from jiuzhu.domain.topics import Value
from jiuzhu.errors import ExpressionError

LARGEST = 10**30
"""Absolute bound of every number an expression may produce."""

_CONTEXT = Context(prec=34, traps=[InvalidOperation, DivisionByZero, Overflow])


def type_name(value: Value) -> str:
    """Return the Chinese word for a value's type, for error sentences."""
    if value is None:
        return "空值"
    if isinstance(value, bool):
        return "是否值"
    if isinstance(value, int | Decimal):
        return "数字"
    if isinstance(value, str):
        return "文字"
    return "列表或对象"


def to_number(value: Value) -> int | Decimal:
    """Return the number a value stands for; null and '' count as 0, as in Camunda's language.

    Raises ExpressionError when it stands for none.
    """
    if value is None or value == "":
        return 0
    if isinstance(value, bool):
        raise ExpressionError("是否值不能参与计算或比较大小。")
    if isinstance(value, int | Decimal):
        return value
    if isinstance(value, str):
        try:
            number = Decimal(value.strip())
        except InvalidOperation:
            raise ExpressionError(f"文字“{value[:40]}”不是数字，不能参与计算。") from None
        if not number.is_finite():
            raise ExpressionError(f"文字“{value[:40]}”不是数字，不能参与计算。")
        return int(number) if number == number.to_integral_value() and abs(number) < LARGEST else number
    raise ExpressionError(f"{type_name(value)}不能参与计算。")


def to_boolean(value: Value) -> bool:
    """Return a value as yes or no: null and '' are no, text is yes only when it reads ``true``.

    Raises ExpressionError for numbers, lists and objects.
    """
    if isinstance(value, bool):
        return value
    if value is None or value == "":
        return False
    if isinstance(value, str):
        return value.lower() == "true"
    raise ExpressionError(f"{type_name(value)}不能当作是否值使用。")


def is_empty(value: Value) -> bool:
    """Return whether a value is null, '' or an empty list or object (operator ``empty``)."""
    return value is None or (isinstance(value, str | Sequence | Mapping) and len(value) == 0)


def equals(left: Value, right: Value) -> bool:
    """Compare for equality: null equals only null; a yes/no value or a number draws the other side to its own type."""
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if _is_number(left) or _is_number(right):
        return to_number(left) == to_number(right)
    return bool(left == right)


def before(left: Value, right: Value) -> bool:
    """Return ``left < right`` for two numbers or two texts; raises ExpressionError for anything else."""
    if left is None or right is None:
        raise ExpressionError("空值不能比较大小。")
    if _is_number(left) or _is_number(right):
        return Decimal(to_number(left)) < Decimal(to_number(right))
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    raise ExpressionError(f"{type_name(left)}和{type_name(right)}不能比较大小。")


def compute(operator: str, left: Value, right: Value) -> int | Decimal:
    """Apply ``+ - * / %``; raises ExpressionError for text, division by zero and results out of bounds."""
    a, b = to_number(left), to_number(right)
    try:
        result = _OPERATIONS[operator](a, b)
    except (DecimalException, ZeroDivisionError):
        raise ExpressionError("计算没有结果（例如除数为零）。") from None
    if abs(Decimal(result)) > LARGEST:
        raise ExpressionError("计算结果过大。")
    return result


def member(container: Value, key: Value) -> Value:
    """Return ``container[key]`` of an object or a list; raises ExpressionError when there is none."""
    if isinstance(container, Mapping):
        if isinstance(key, str) and key in container:
            return container[key]
        raise ExpressionError(f"对象中没有“{str(key)[:40]}”。")
    if isinstance(container, list | tuple):
        index = to_number(key)
        if isinstance(index, int) and 0 <= index < len(container):
            return container[index]
        raise ExpressionError(f"列表中没有第 {str(key)[:40]} 项。")
    raise ExpressionError(f"{type_name(container)}没有成员“{str(key)[:40]}”。")


def plain(value: int | Decimal) -> Value:
    """Return a computed number as a storable value: whole numbers as int, others as decimal text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else format(value, "f")
    return value


def _is_number(value: Value) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _divide(a: int | Decimal, b: int | Decimal) -> int | Decimal:
    result = _CONTEXT.divide(Decimal(a), Decimal(b))
    return int(result) if result == result.to_integral_value() else result


def _modulo(a: int | Decimal, b: int | Decimal) -> int | Decimal:
    # The sign follows the dividend, as in Java; Python's % on ints follows the divisor.
    result = _CONTEXT.remainder(Decimal(a), Decimal(b))
    return int(result) if result == result.to_integral_value() else result


_OPERATIONS: dict[str, Callable[[int | Decimal, int | Decimal], int | Decimal]] = {
    "+": lambda a, b: _exact(a, b, lambda x, y: x + y, _CONTEXT.add),
    "-": lambda a, b: _exact(a, b, lambda x, y: x - y, _CONTEXT.subtract),
    "*": lambda a, b: _exact(a, b, lambda x, y: x * y, _CONTEXT.multiply),
    "/": _divide,
    "%": _modulo,
}


def _exact(
    a: int | Decimal,
    b: int | Decimal,
    whole: Callable[[int, int], int],
    decimal: Callable[[Decimal, Decimal], Decimal],
) -> int | Decimal:
    if isinstance(a, int) and isinstance(b, int):
        if abs(a) > LARGEST or abs(b) > LARGEST:
            raise ExpressionError("数字过大，不能计算。")
        return whole(a, b)
    return decimal(Decimal(a), Decimal(b))
