"""Values as they are printed: checks what a document was given and turns it into Chinese text, once for both forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.errors import WorkerError
from workers.documents.fields import Field, Template

UNLIMITED_YEAR = 9999
"""A date of this year means that there is no limit."""


class _Wrong(ValueError):
    """A value is not of its field's type; the sentence says what was expected."""


def present(template: Template, values: Mapping[str, Any]) -> dict[str, Any]:
    """Check the values of a document and return what its templates print.

    Every field gets a text (``''`` when not given), lists a list of texts, tables a list of rows with ``no`` counting
    from 1. ``given`` holds the raw values, for the few places where the wording depends on a code.

    Raises:
        WorkerError: permanent; a required value is missing, a name is unknown, or a value is not of its type.
    """
    known = {field.name for field in template.fields}
    unknown = sorted(set(values) - known)
    if unknown:
        raise WorkerError(f"文书“{template.title}”（{template.key}）没有这些字段：{'、'.join(unknown)}", permanent=True)
    missing = [field for field in template.fields if field.required and is_blank(values.get(field.name))]
    if missing:
        names = "、".join(f"{field.label}（{field.name}）" for field in missing)
        raise WorkerError(f"文书“{template.title}”（{template.key}）缺少：{names}", permanent=True)
    shown: dict[str, Any] = {"given": {field.name: values.get(field.name) for field in template.fields}}
    for field in template.fields:
        try:
            shown[field.name] = _show(field, values.get(field.name))
        except _Wrong as wrong:
            raise WorkerError(
                f"文书“{template.title}”（{template.key}）的{field.label}（{field.name}）{wrong}", permanent=True
            ) from wrong
    return shown


def is_blank(value: Any) -> bool:
    """True when a value counts as not given: None, blank text, an empty list."""
    return value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, list) and not value)


def _show(field: Field, value: Any) -> Any:
    if field.type == "table":
        return _rows(field, value)
    if field.type == "list":
        return _lines(value)
    return "" if is_blank(value) else _PRINT[field.type](field, value)


def _rows(field: Field, value: Any) -> list[dict[str, Any]]:
    if is_blank(value):
        return []
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise _Wrong("应为若干行")
    rows = []
    for number, row in enumerate(value, start=1):
        if not isinstance(row, Mapping):
            raise _Wrong(f"第{number}行应为一组字段")
        unknown = sorted(set(row) - {column.name for column in field.columns})
        if unknown:
            raise _Wrong(f"第{number}行没有这些字段：{'、'.join(unknown)}")
        shown: dict[str, Any] = {"no": str(number)}
        for column in field.columns:
            if column.required and is_blank(row.get(column.name)):
                raise _Wrong(f"第{number}行缺少{column.label}（{column.name}）")
            try:
                shown[column.name] = _show(column, row.get(column.name))
            except _Wrong as wrong:
                raise _Wrong(f"第{number}行的{column.label}（{column.name}）{wrong}") from wrong
        rows.append(shown)
    return rows


def _lines(value: Any) -> list[str]:
    if is_blank(value):
        return []
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(each, str) for each in value):
        raise _Wrong("应为若干条文字")
    return [each for each in value if each.strip()]


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"应为文字，得到{value!r}")
    return value.strip()


def _moment(value: Any) -> datetime | date:
    try:
        if isinstance(value, datetime | date):
            found: datetime | date = value
        elif isinstance(value, str) and len(value) == len("2026-09-16"):
            found = date.fromisoformat(value)
        elif isinstance(value, str):
            found = datetime.fromisoformat(value)
        else:
            raise _Wrong(f"应为日期，得到{value!r}")
    except ValueError as wrong:
        raise _Wrong(f"应为日期（如2026-09-16），得到{value!r}") from wrong
    if isinstance(found, datetime):
        if found.tzinfo is None:
            raise _Wrong(f"应为带时区的时间，得到{value!r}")
        # Years 1 and 9999 cannot be moved into another zone; the latter stands for "no limit" and needs no zone.
        return found if found.year == UNLIMITED_YEAR else found.astimezone(SHANGHAI)
    return found


def _day(field: Field, value: Any) -> str:
    found = _moment(value)
    return "无期限" if found.year == UNLIMITED_YEAR else f"{found.year}年{found.month}月{found.day}日"


def _instant(field: Field, value: Any) -> str:
    found = _moment(value)
    if isinstance(found, datetime) and found.year != UNLIMITED_YEAR:
        return f"{_day(field, found)}{found.hour}时{found.minute:02d}分"
    return _day(field, found)


def _month(field: Field, value: Any) -> str:
    try:
        found = date.fromisoformat(f"{value}-01")
    except ValueError as wrong:
        raise _Wrong(f"应为月份（如2026-10），得到{value!r}") from wrong
    return f"{found.year}年{found.month}月"


def _money(field: Field, value: Any) -> str:
    if isinstance(value, bool | float):
        raise _Wrong(f"应为金额（如1196.00），得到{value!r}")
    try:
        amount = Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as wrong:
        raise _Wrong(f"应为金额（如1196.00），得到{value!r}") from wrong
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise _Wrong(f"应为两位小数的金额，得到{value!r}")
    return f"{amount:,.2f}元"


def _whole(field: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong(f"应为整数，得到{value!r}")
    return str(value)


def _yes_no(field: Field, value: Any) -> str:
    if not isinstance(value, bool):
        raise _Wrong(f"应为是或否，得到{value!r}")
    return "是" if value else "否"


def _choice(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"应为代码，得到{value!r}")
    if value in field.words:
        return field.words[value]
    if value.isascii():
        raise _Wrong(f"的代码{value!r}没有对应的文字")
    return value


_PRINT: Mapping[str, Callable[[Field, Any], str]] = {
    "text": _text,
    "date": _day,
    "instant": _instant,
    "month": _month,
    "money": _money,
    "integer": _whole,
    "boolean": _yes_no,
    "choice": _choice,
}
