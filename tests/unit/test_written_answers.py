"""Answers in files: days and instants of the step, what the form shows, the rows of a list."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any, cast

import pytest

from jiuzhu.engine.forms import Form
from jiuzhu.service.written_answers import answers_of

AT = datetime(2026, 9, 2, 9, 30, tzinfo=timezone(timedelta(hours=8)))
LIST = SimpleNamespace(key="rows", rows_from="shown", row_key="item_no")
FORM = cast(Form, SimpleNamespace(top=lambda: [LIST]))


def said(written: dict[str, Any], **context: Any) -> dict[str, Any]:
    return answers_of(written, FORM, context, AT, lambda: "file-1")


def test_a_value_is_of_its_step() -> None:
    written = {"a": "{day}", "b": "{day+30}", "c": "{moment}", "d": ["{file}"], "e": "{amount}", "f": "{=total}"}
    assert said(written, amount_monthly="600.00", total="12.00") == {
        "a": "2026-09-02",
        "b": "2026-10-02",
        "c": "2026-09-02T09:30+08:00",
        "d": ["file-1"],
        "e": "600.00",
        "f": "12.00",
    }
    with pytest.raises(KeyError, match="nothing"):
        said({"a": "{=nothing}"})


def test_a_table_stands_for_every_row_but_those_that_are_named() -> None:
    shown = [{"item_no": 1, "name": "甲"}, {"item_no": 2, "name": "乙"}]
    written = {"rows": {"each": {"ok": True}, "but": {"乙": {"ok": False, "why": "{day}"}}}}
    assert said(written, shown=shown)["rows"] == [
        {"item_no": 1, "ok": True},
        {"item_no": 2, "ok": False, "why": "2026-09-02"},
    ]
