"""Any shipped form can be filled in by its rules alone; the same draw gives the same answers."""

# ruff: noqa: E501 (a form a line)

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.engine.forms import Attachment, Person, parse_form, validate
from jiuzhu.engine.forms_example import CannotFill, Filler

FORMS = sorted((Path(__file__).resolve().parents[2] / "bpmn").rglob("*.form"))


class Ports:
    now = datetime(2026, 9, 16, 2, 0, tzinfo=UTC)
    actor = Person(id="one", name="常有福")
    allow_synthetic = True
    staff = tuple(Person(id=f"person-{number}", name=f"人员{number}") for number in range(7))

    def person(self, text: str) -> Person | None:
        return next((one for one in self.staff if one.id == text), None)

    def people(self, group: str) -> tuple[Person, ...]:
        return self.staff

    def signers(self) -> tuple[Person, ...]:
        return ()

    def attachment(self, attachment_id: str) -> Attachment:
        return Attachment(id=attachment_id, name="sheet.png", mime="image/png", size=1)


def filler(seed: int = 1) -> Filler:
    return Filler(ports=Ports(), draw=random.Random(seed), upload=lambda: "file-1")


def form(*components: dict[str, Any]) -> Any:
    return parse_form(json.dumps({"type": "default", "id": "f", "components": list(components)}).encode())


def test_a_condition_shows_a_field_that_is_then_filled_in() -> None:
    made = form(
        {"type": "radio", "id": "a", "key": "way", "label": "办法", "values": [{"value": "x", "label": "甲"}], "validate": {"required": True}},
        {"type": "textfield", "id": "b", "key": "why", "label": "原因", "validate": {"required": True, "minLength": 30}, "conditional": {"hide": '=way != "x"'}},
        {"type": "number", "id": "c", "key": "count", "label": "数", "decimalDigits": 0, "validate": {"required": True, "min": 7, "max": 9}},
    )  # fmt: skip
    answers = filler().fill(made, {}, {})
    assert answers["way"] == "x"
    assert len(answers["why"]) >= 30
    assert 7 <= answers["count"] <= 9
    assert filler().fill(made, {}, {}) == answers


def test_a_rule_that_refuses_gets_the_next_value() -> None:
    made = form(
        {"type": "datetime", "id": "d", "subtype": "date", "key": "on", "dateLabel": "日期", "validate": {"required": True},
         "properties": {"check": '=on > "2026-09-20"', "checkText": "要晚于 9 月 20 日"}},
    )  # fmt: skip
    assert filler().fill(made, {}, {})["on"] == "2026-09-23"


def test_what_a_rule_compares_with_is_copied_from_what_the_form_shows() -> None:
    made = form(
        {"type": "textfield", "id": "c", "key": "control", "label": "控制总额", "validate": {"required": True},
         "properties": {"widget": "money", "check": "=number(control) = number(total)", "checkText": "不一致"}},
    )  # fmt: skip
    assert filler().fill(made, {"total": "4321.50"}, {}) == {"control": "4321.50"}


def test_nobody_stands_in_a_list_twice() -> None:
    made = form(
        {"type": "dynamiclist", "id": "l", "path": "members", "label": "成员", "properties": {"minRows": "7"},
         "components": [{"type": "textfield", "id": "n", "key": "person", "label": "姓名", "validate": {"required": True}, "properties": {"widget": "person", "group": "g@x"}}]},
    )  # fmt: skip
    assert len({row["person"] for row in filler().fill(made, {}, {})["members"]}) == 7


def test_rows_as_many_as_are_asked_for() -> None:
    made = form(
        {"type": "dynamiclist", "id": "l", "path": "people", "label": "人员", "properties": {"minRows": "3"},
         "components": [{"type": "textfield", "id": "n", "key": "name", "label": "姓名", "validate": {"required": True}}]},
    )  # fmt: skip
    assert len(filler().fill(made, {}, {})["people"]) == 3


def test_what_cannot_be_filled_names_the_field() -> None:
    made = form(
        {"type": "textfield", "id": "t", "key": "word", "label": "词", "validate": {"required": True},
         "properties": {"check": "=false", "checkText": "永远不对"}},
    )  # fmt: skip
    with pytest.raises(CannotFill) as refused:
        filler().fill(made, {}, {})
    assert refused.value.faults == {"word": "永远不对"}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_shipped_form_is_filled_in_or_says_what_it_needs_from_its_case(path: Path) -> None:
    made = parse_form(path.read_bytes())
    with suppress(CannotFill):
        answers = filler().fill(made, {}, {})
        assert validate(made, answers, context={}, ports=Ports())
