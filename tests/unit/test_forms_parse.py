"""What a form file may contain: everything else is refused, with the component's id and what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jiuzhu.engine.forms import parse_form, read_form_file
from jiuzhu.engine.forms_pattern import matches, pattern_fault
from jiuzhu.errors import Invalid


def form_bytes(*components: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"type": "default", "id": "trial", "components": list(components), **more}).encode()


def field(kind: str = "textfield", key: str = "name", **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"Field_{key}", "key": key, "label": "姓名", **more}


def faults_of(*components: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        parse_form(form_bytes(*components))
    return refused.value.faults


@pytest.mark.parametrize("kind", ["button", "filepicker", "html", "iframe", "image", "documentPreview", "mapview"])
def test_an_unknown_component_is_refused_by_id_and_in_chinese(kind: str) -> None:
    faults = faults_of({"type": kind, "id": "Field_x", "key": "x"})
    assert kind in faults["Field_x"]
    assert "不支持组件类型" in faults["Field_x"]


def test_all_faults_come_at_once() -> None:
    assert set(faults_of(field("html", "a"), field("select", "b"), field(key="Bad-Key"))) == {
        "Field_a",
        "Field_b",
        "Field_Bad-Key",
    }


@pytest.mark.parametrize("key", ["$where", "typename", "a.b", "9a", "", "This", "parent", "名字"])
def test_a_key_that_is_no_variable_name_is_refused(key: str) -> None:
    assert "键只能用" in faults_of({"type": "textfield", "id": "Field_x", "key": key})["Field_x"]


def test_a_key_may_be_used_once_even_across_groups() -> None:
    group = {"type": "group", "id": "Group_1", "label": "组", "components": [field() | {"id": "Field_again"}]}
    assert "name" in faults_of(field(), group)["Field_again"]


def test_the_same_key_in_two_lists_is_two_columns() -> None:
    lists = [
        {"type": "dynamiclist", "id": f"List_{path}", "path": path, "components": [field() | {"id": f"F_{path}"}]}
        for path in ("members", "supporters")
    ]
    assert parse_form(form_bytes(*lists)).keys == {"members", "supporters"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"conditional": {"hide": "=members["}}, "FEEL"),
        ({"conditional": {"hide": "=__import__('os').system('id')"}}, "FEEL"),
        ({"validate": {"required": "=true"}}, "requiredIf"),
        ({"properties": {"requiredIf": "=exec(1)"}}, "FEEL"),
        ({"validate": {"pattern": "(a+)+$"}}, "重复"),
        ({"validate": {"maxLength": "lots"}}, "数字"),
        ({"properties": {"widget": "camera"}}, "widget"),
        ({"properties": {"widget": "person"}}, "group"),
        ({"properties": {"check": "=true"}}, "checkText"),
        ({"properties": {"min": 3}}, "文字"),
        ({"label": "{{#if x}}a{{/if}}"}, "{{#if}}"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_the_component(change: dict[str, Any], words: str) -> None:
    assert words in faults_of(field(**change))["Field_name"]


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"type":"x"}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_form_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        parse_form(data)


def test_a_form_of_two_megabytes_is_refused() -> None:
    with pytest.raises(Invalid, match="1000 kB"):
        parse_form(form_bytes(field(label="长" * 1_000_000)))


def test_options_must_be_codes_with_words() -> None:
    assert "没有选项" in faults_of(field("radio"))["Field_name"]
    assert "value 和 label" in faults_of(field("radio", values=[{"label": "是"}]))["Field_name"]
    double = [{"value": "a", "label": "甲"}, {"value": "a", "label": "乙"}]
    assert "重复" in faults_of(field("select", values=double))["Field_name"]


def test_a_number_with_decimals_must_be_kept_as_text() -> None:
    assert "Serialize" in faults_of(field("number"))["Field_name"]
    assert parse_form(form_bytes(field("number", decimalDigits=0))).keys == {"name"}
    assert parse_form(form_bytes(field("number", decimalDigits=2, serializeToString=True))).keys == {"name"}


def test_lint_learns_keys_types_and_what_is_read() -> None:
    found = read_form_file(
        form_bytes(
            field("radio", "decision", values=[{"value": "granted", "label": "同意"}]),
            field("radio", "consistent", values=[{"value": True, "label": "是"}, {"value": False, "label": "否"}]),
            field("number", "votes", decimalDigits=0),
            field(key="amount", properties={"widget": "money"}, conditional={"hide": '=programme = "tekun"'}),
            field(key="leader", properties={"widget": "person", "group": "${visit_group}"}),
            {"type": "text", "id": "Text_1", "text": "标准 {{standard}} 元，{{case.amount_monthly}}，{{today}}"},
            {
                "type": "dynamiclist",
                "id": "List_1",
                "path": "rows",
                "properties": {"rowsFrom": "objection_rows", "rowKey": "no"},
                "components": [field(key="note", conditional={"hide": "=taken = other"}), field("checkbox", "taken")],
            },
        ),
        "trial.form",
    )
    assert found.keys == {
        "decision": "string",
        "consistent": "boolean",
        "votes": "integer",
        "amount": "money",
        "leader": "person",
        "rows": "list",
    }
    assert found.choices["decision"] == ("granted",)
    assert found.reads == {"programme", "standard", "objection_rows", "other", "visit_group"}
    assert "amount" not in found.certain
    assert "decision" in found.certain
    assert found.groups == {"${visit_group}"}


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", "(a*)*", "(a|b+){2,}", r"(a)\1", "(?=a)", "a*b*c*d*", "([a-z]+)*@", "x" * 300, "(", "((a+)b)*"],
)
def test_a_pattern_that_may_hang_the_server_is_refused(pattern: str) -> None:
    assert pattern_fault(pattern)


@pytest.mark.parametrize("pattern", [r"^\d{6}$", r"^[A-Z]{1,3}-\d+$", r"(ab|cd)?x", "^(?:[0-9]{4})-[0-9]{2}$", "[(+*]"])
def test_an_ordinary_pattern_is_allowed(pattern: str) -> None:
    assert pattern_fault(pattern) is None


def test_digits_in_a_pattern_are_ascii_as_in_javascript() -> None:
    assert matches(r"^\d+$", "123")
    assert not matches(r"^\d+$", "１２３")
