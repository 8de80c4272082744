"""HTML names and nested values: what a page sends is what was meant, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.domain.formview import FieldView, FormView, GroupView, Item, KeptView, LineView, ListView
from jiuzhu.engine.forms import Rearrangement, parse_form, parse_post, rearrange, rearrangement, validate, view
from jiuzhu.errors import Invalid
from tests.forms_data import answers, known_forms
from tests.unit.form_desk import CONTEXT, PEOPLE, Desk, form_of
from tests.unit.test_forms_parse import field, form_bytes

SCHEMA = parse_form(
    form_bytes(
        field(),
        field("checkbox", "seen"),
        field("checklist", "places", values=[{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]),
        field("radio", "agreed", values=[{"value": True, "label": "是"}, {"value": False, "label": "否"}]),
        field(key="sign", properties={"widget": "signature"}),
        field(key="photos", properties={"widget": "attachments"}),
        {
            "type": "dynamiclist",
            "id": "List",
            "path": "rows",
            "label": "行",
            "components": [field(key="word") | {"id": "W"}, field("checkbox", "kept") | {"id": "K"}],
        },
    )
)


def sent_by(shown: FormView) -> list[tuple[str, str]]:
    """Return what a browser sends when nobody touches the page."""
    pairs = [("_drawn", name) for name in shown.drawn] + [("_csrf", "token")]

    def walk(items: tuple[Item, ...]) -> None:
        for item in items:
            if isinstance(item, KeptView):
                pairs.append((item.name, item.value))
            elif isinstance(item, LineView):
                walk(item.fields)
            elif isinstance(item, GroupView):
                walk(item.items)
            elif isinstance(item, ListView):
                for row in item.rows:
                    pairs.append((f"{row.path}._row", "1"))
                    walk(row.items)
            elif isinstance(item, FieldView) and not item.readonly:
                pairs.extend(controls(item))

    walk(shown.items)
    return pairs


def controls(item: FieldView) -> list[tuple[str, str]]:
    if item.kind == "check":
        return [(item.name, "on")] if item.value in {"true", "on"} else []
    if item.kind in {"checks", "radio"}:
        return [(item.name, option.value) for option in item.options if option.chosen]
    if item.kind == "select":
        return [(item.name, next((option.value for option in item.options if option.chosen), ""))]
    if item.kind == "files":
        return [(item.name, file.id) for file in item.files]
    if item.kind == "signature" and item.signature is not None:
        return [(f"{item.name}.confirm", "on")] if item.signature.confirmed else []
    return [(item.name, item.value)]


def test_names_become_nested_values() -> None:
    assert parse_post(
        SCHEMA,
        [
            ("_csrf", "t"),
            ("_drawn", "seen"),
            ("_drawn", "places"),
            ("name", "张三"),
            ("agreed", "false"),
            ("sign.confirm", "on"),
            ("photos", "p1"),
            ("photos", "p2"),
            ("rows[0]._row", "1"),
            ("rows[0].word", "a"),
            ("rows[2].kept", "on"),
            ("_drawn", "rows[0].kept"),
        ],
    ) == {
        "name": "张三",
        "agreed": False,
        "sign": {"way": "login", "confirm": True, "signer": "", "scan": []},
        "photos": ["p1", "p2"],
        "rows": [{"word": "a", "kept": False}, {"kept": "on"}],
        "seen": False,
        "places": [],
    }


def test_a_name_that_the_form_does_not_have_stays_and_is_refused_later() -> None:
    data = parse_post(SCHEMA, [("name", "a"), ("decision", "granted"), ("rows[0].amount", "1"), ("a.b", "x")])
    with pytest.raises(Invalid) as refused:
        validate(SCHEMA, data, context={}, ports=Desk())
    assert set(refused.value.faults) == {"decision", "rows[0].amount", "a"}


@pytest.mark.parametrize("name", ["rows", "rows[x].word", "rows[].word", "rows[0]word", "rows[99999].word", "[0]", "."])
def test_odd_names_never_crash(name: str) -> None:
    parse_post(SCHEMA, [(name, "x")])


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(Invalid):
        parse_post(SCHEMA, [(f"rows[{index}].word", "x") for index in range(500)])


@pytest.mark.parametrize(
    ("pair", "change"),
    [
        (("_add", "rows"), Rearrangement(act="add", path="rows")),
        (("_remove", "rows[1]"), Rearrangement(act="remove", path="rows[1]")),
        (("_refresh", "1"), Rearrangement(act="refresh")),
        (("name", "1"), None),
    ],
)
def test_page_buttons_are_told_from_submissions(pair: tuple[str, str], change: Rearrangement | None) -> None:
    assert rearrangement([pair]) == change
    assert rearrangement({pair[0]: [pair[1]]}) == change


def test_rows_are_added_and_removed_where_meant() -> None:
    data = {"rows": [{"word": "a"}, {"word": "b"}], "name": "x"}
    added = rearrange(SCHEMA, data, Rearrangement(act="add", path="rows"))
    assert added["rows"] == [{"word": "a"}, {"word": "b"}, {}]
    removed = rearrange(SCHEMA, data, Rearrangement(act="remove", path="rows[0]"))
    assert removed["rows"] == [{"word": "b"}]
    for path in ("rows[9]", "rows[x]", "other[0]", "name", ""):
        assert rearrange(SCHEMA, data, Rearrangement(act="remove", path=path)) == data


@pytest.mark.parametrize("form_id", known_forms())
def test_what_a_page_shows_comes_back_as_it_was(form_id: str) -> None:
    """Draw a form with answers, send the page back untouched: the same verdict and the same stored values."""
    form = form_of(form_id)
    desk = Desk(paper_signers=(PEOPLE["jincheng-chief_rep-1"],))
    stored = validate(form, answers(form_id), context=CONTEXT, ports=desk)
    shown = view(
        form, {**stored, "sign": {"confirm": True}} if "sign" in form.keys else stored, {}, CONTEXT, ports=desk
    )
    again = validate(form, parse_post(form, sent_by(shown)), context=CONTEXT, ports=desk)
    assert again == stored


PEOPLE_KEYS = frozenset({"sign", "leader", "village_assistant", "package_assistant", "town_admin", "urgent_companion"})
PEOPLE_KEYS |= {"agent_id", "chief_rep", "next_holder", "window_person"}
"""Signatures and people: sent by login, they come back by id."""


@pytest.mark.parametrize("form_id", known_forms())
def test_nothing_typed_is_lost_when_a_choice_hides_it(form_id: str) -> None:
    """Hide what can be hidden by emptying all choices: the other values still travel with the page."""
    form = form_of(form_id)
    full = answers(form_id)
    emptied = {key: value for key, value in full.items() if not isinstance(value, bool)}
    back = parse_post(form, sent_by(view(form, emptied, {}, CONTEXT, ports=Desk())))
    for key, value in emptied.items():
        if isinstance(value, str) and value and key not in PEOPLE_KEYS:
            assert str(back[key])[:10] == value[:10]
        if isinstance(value, list) and value and isinstance(value[0], dict) and key != "objections":
            assert len(back[key]) == len(value)


@given(st.dictionaries(st.text(max_size=30), st.lists(st.text(max_size=20), min_size=1, max_size=3), max_size=8))
def test_no_post_ever_breaks_the_reader(fields: dict[str, list[str]]) -> None:
    data = parse_post(SCHEMA, fields)
    view(SCHEMA, data, {}, {}, ports=Desk())
    values: Any = {}
    try:
        values = validate(SCHEMA, data, context={}, ports=Desk())
    except Invalid:
        return
    assert set(values) <= SCHEMA.keys
