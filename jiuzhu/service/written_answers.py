"""Answers that stand in files, made into those of a form that is open: days, instants, files, what the form shows.

Within a value ``{day}`` and ``{day+30}`` are the day and one near it, ``{moment}`` its instant, ``{file}`` an uploaded
sheet, ``{amount}`` the reckoned amount and ``{=name}`` what the form shows under that name, whole or in a text. A table
``{each = …}`` stands for every row of a list that the form shows; beside it ``but`` names rows (by any of their words)
and what is answered otherwise there: ``but."李秀英" = {line_changed = true}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from jiuzhu.engine.forms import Form

_DAY = re.compile(r"\{day(?:\+(\d+))?\}")
_SHOWN = re.compile(r"\{=(\w+)\}")


def answers_of(
    written: Mapping[str, Any],
    form: Form | None,
    context: Mapping[str, Any],
    local: datetime,
    file: Callable[[], str],
) -> dict[str, Any]:
    """Return the answers; ``local`` is the instant in the office's zone. Raises KeyError for what is not shown."""
    rows = _in_rows(written, form, context) if form is not None else dict(written)
    return {key: _said(value, context, local, file) for key, value in rows.items()}


def _said(value: Any, context: Mapping[str, Any], local: datetime, file: Callable[[], str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _said(one, context, local, file) for key, one in value.items()}
    if isinstance(value, list):
        return [_said(one, context, local, file) for one in value]
    if value == "{file}":
        return file()
    if value == "{amount}":
        return context["amount_monthly"]
    if not isinstance(value, str) or "{" not in value:
        return value
    shown = _SHOWN.fullmatch(value)
    if shown is not None:
        return context[shown[1]]
    text = _SHOWN.sub(lambda found: str(context[found[1]]), value)
    text = text.replace("{moment}", local.isoformat(timespec="minutes"))
    return _DAY.sub(lambda found: _later(local.date(), found[1]), text)


def _later(day: date, days: str | None) -> str:
    return (day + timedelta(days=int(days or 0))).isoformat()


def _in_rows(written: Mapping[str, Any], form: Form, context: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(written)
    for component in form.top():
        wanted = found.get(component.key) if component.key else None
        if isinstance(wanted, Mapping) and "each" in wanted:
            key, but = component.row_key, wanted.get("but", {})
            found[component.key] = [
                {key: row.get(key), **wanted["each"], **_otherwise(row, but)}
                for row in context.get(component.rows_from) or []
            ]
    return found


def _otherwise(row: Mapping[str, Any], but: Mapping[str, Any]) -> Mapping[str, Any]:
    words = {str(value) for value in row.values()}
    return next((answers for name, answers in but.items() if name in words), {})
