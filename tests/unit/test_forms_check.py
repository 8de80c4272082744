"""The server's verdict on a completed form; the rules of form-js and those beyond it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.forms import Form, parse_form, validate
from jiuzhu.engine.forms_pattern import pattern_fault
from jiuzhu.errors import Invalid
from tests.forms_data import bank_account, resident_id
from tests.unit.form_desk import PEOPLE, Desk
from tests.unit.test_forms_parse import field, form_bytes

YES_NO = [{"value": True, "label": "是"}, {"value": False, "label": "否"}]


def form(*components: dict[str, Any]) -> Form:
    return parse_form(form_bytes(*components))


def widget(kind: str, key: str = "name", required: bool = False, **properties: str) -> dict[str, Any]:
    return field(key=key, properties={"widget": kind, **properties}, validate={"required": required})


def answer(schema: Form, data: dict[str, Any], desk: Desk | None = None, **context: Any) -> dict[str, Any]:
    return validate(schema, data, context=context, ports=desk or Desk())


def faults(schema: Form, data: dict[str, Any], desk: Desk | None = None, **context: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        answer(schema, data, desk, **context)
    return refused.value.faults


def listing(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    head = {"type": "dynamiclist", "id": "List", "path": "rows", "label": "成员"}
    return {**head, "components": list(components), **more}


def test_unknown_keys_are_refused_by_name_at_every_level() -> None:
    schema = form(field(), listing(field(key="inner") | {"id": "Field_inner"}))
    assert set(faults(schema, {"name": "甲", "extra": 1})) == {"extra"}
    assert set(faults(schema, {"rows": [{"inner": "a", "other": "b"}]})) == {"rows[0].other"}


@pytest.mark.parametrize("key", ["$gt", "typename", "x" * 61])
def test_keys_that_cannot_be_stored_are_refused_wherever_they_stand(key: str) -> None:
    schema = form(field(), listing(field(key="inner") | {"id": "Field_inner"}))
    assert key in "".join(faults(schema, {key: "a"}))
    assert faults(schema, {"name": {key: "a"}})
    assert faults(schema, {"rows": [{"inner": "a", key: 1}]})


def test_two_megabytes_of_text_are_refused_before_any_rule_runs() -> None:
    found = faults(form(field("textarea", validate={"pattern": "a*b*c*d"})), {"name": "a" * 2_000_000})
    assert "太长" in found["name"]


def test_endless_nesting_and_absurd_lists_are_refused() -> None:
    deep: Any = "a"
    for _ in range(50):
        deep = [deep]
    assert faults(form(field()), {"name": deep})
    assert "行数太多" in faults(form(listing(field())), {"rows": [{}] * 2000})["rows"]


@pytest.mark.parametrize(
    ("kind", "more", "empty"),
    [
        ("textfield", {}, "   "),
        ("textarea", {}, "\n"),
        ("checkbox", {}, False),
        ("checklist", {"values": [{"value": "a", "label": "甲"}]}, []),
        ("radio", {"values": YES_NO}, ""),
        ("number", {"decimalDigits": 0}, None),
        ("datetime", {"subtype": "date"}, ""),
    ],
)
def test_required_means_given(kind: str, more: dict[str, Any], empty: Any) -> None:
    schema = form(field(kind, validate={"required": True}, **more))
    for data in ({}, {"name": empty}):
        assert "姓名" in faults(schema, data)["name"]


def test_no_is_an_answer_to_a_yes_no_question() -> None:
    schema = form(field("radio", values=YES_NO, validate={"required": True}))
    assert answer(schema, {"name": False}) == {"name": False}
    assert "选项" in faults(schema, {"name": "false"})["name"]
    assert "选项" in faults(schema, {"name": 0})["name"]


def test_a_choice_must_be_offered() -> None:
    fixed = [{"value": "granted", "label": "同意"}]
    assert faults(form(field("radio", values=fixed)), {"name": "revoked"})
    assert answer(form(field("select", valuesKey="towns")), {"name": "b"}, towns=["a", "b"]) == {"name": "b"}
    assert faults(form(field("select", valuesKey="towns")), {"name": "b"}, towns=[{"value": "a", "label": "甲"}])
    assert faults(form(field("select", valuesKey="towns")), {"name": "b"})
    computed = field("select", valuesExpression='=if kind = "x" then ["a"] else ["b"]')
    assert answer(form(computed), {"name": "a"}, kind="x") == {"name": "a"}
    assert faults(form(computed), {"name": "a"}, kind="y")


def test_hidden_and_read_only_fields_are_ignored_whatever_was_sent() -> None:
    schema = form(
        field("radio", "decision", values=[{"value": "granted", "label": "同意"}, {"value": "refused", "label": "不"}]),
        field(key="reason", conditional={"hide": '=decision != "refused"'}, validate={"required": True}),
        field(key="standard", readonly=True),
        field(key="closed", disabled=True, validate={"required": True}),
    )
    sent = {"decision": "granted", "reason": "x" * 999, "standard": "hacked", "closed": "y"}
    assert answer(schema, sent, standard="710.00") == {"decision": "granted"}
    assert set(faults(schema, {"decision": "refused"})) == {"reason"}


def test_a_hidden_group_hides_what_is_in_it() -> None:
    inner = {"type": "group", "id": "G2", "components": [field(key="inner", validate={"required": True})]}
    schema = form(
        field("checkbox", "open"),
        {"type": "group", "id": "G1", "components": [inner], "conditional": {"hide": "=open != true"}},
    )
    assert answer(schema, {"inner": "kept away"}) == {"open": False}
    assert set(faults(schema, {"open": True})) == {"inner"}


def test_a_condition_on_a_hidden_field_sees_nothing_there() -> None:
    schema = form(
        field("checkbox", "first"),
        field("checkbox", "second", conditional={"hide": "=first != true"}),
        field(key="third", conditional={"hide": "=second != true"}, validate={"required": True}),
    )
    assert answer(schema, {"first": False, "second": True}) == {"first": False}
    assert set(faults(schema, {"first": True, "second": True})) == {"third"}


def test_a_key_of_the_form_never_means_the_variable_of_an_earlier_round() -> None:
    schema = form(field("checkbox", "wanted"), field(key="why", conditional={"hide": "=wanted != true"}))
    assert answer(schema, {}, wanted=True) == {"wanted": False}


def test_the_value_before_the_form_is_called_case() -> None:
    schema = form(
        widget("money", "amount"),
        field(key="why", conditional={"hide": "=amount = case.amount"}, validate={"required": True}),
    )
    assert answer(schema, {"amount": "520"}, amount="520.00") == {"amount": "520.00"}
    assert set(faults(schema, {"amount": "519.99"}, amount="520.00")) == {"why"}


def test_computed_fields_are_computed_here_and_not_believed() -> None:
    schema = form(
        listing(field("checkbox", "present")),
        {"type": "expression", "id": "E", "key": "present_count", "expression": "=count(rows[present = true])"},
    )
    sent = {"rows": [{"present": True}, {"present": False}, {"present": True}], "present_count": 99}
    assert answer(schema, sent)["present_count"] == 2


def test_a_rule_speaks_its_own_sentence() -> None:
    rule = {"check": "=name != other", "checkText": "不能是同一个人"}
    assert faults(form(field(properties=rule), field(key="other")), {"name": "甲", "other": "甲"}) == {
        "name": "不能是同一个人"
    }
    group: dict[str, Any] = {"type": "group", "id": "G", "properties": {"check": "=a or b", "checkText": "至少选一项"}}
    group["components"] = [field("checkbox", "a"), field("checkbox", "b")]
    assert faults(form(group), {}) == {"G": "至少选一项"}
    assert answer(form(group), {"b": True}) == {"a": False, "b": True}


def test_a_rule_without_an_answer_is_not_met() -> None:
    rule = {"check": "=name <= unknown", "checkText": "请核对"}
    assert faults(form(field(properties=rule)), {"name": "甲"}) == {"name": "请核对"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("1,196", "1196.00"), ("１２．５元", "12.50"), (0, "0.00"), ("-0", "0.00"), (" 3.1 ", "3.10")],
)
def test_money_is_read_as_people_write_it(sent: Any, kept: str) -> None:
    assert answer(form(widget("money")), {"name": sent}) == {"name": kept}


@pytest.mark.parametrize("sent", ["1.999", "abc", "1e5", "-1", "100000000", "NaN", True, ["1"], "1 196"])
def test_money_that_is_none_is_refused(sent: Any) -> None:
    assert faults(form(widget("money")), {"name": sent})


@given(st.decimals(min_value=0, max_value=99_999_999, places=2))
def test_money_comes_back_to_the_fen(amount: Any) -> None:
    assert answer(form(widget("money")), {"name": f"{amount:,}"}) == {"name": f"{amount:.2f}"}


@given(st.text(max_size=300))
def test_no_text_ever_breaks_a_field(text: str) -> None:
    everything = form(
        field(),
        field("textarea", "long"),
        field("number", "count", decimalDigits=0),
        field("datetime", "day", subtype="date"),
        field("datetime", "at", subtype="datetime"),
        field("datetime", "clock", subtype="time"),
        *(widget(kind, f"w_{kind}", group="a@b") for kind in ("money", "id18", "phone", "bank", "person", "people")),
        widget("attachments", "files"),
        widget("signature", "sign"),
    )
    sentences: dict[str, str] = {}
    try:
        json.dumps(answer(everything, dict.fromkeys(everything.keys, text)))
    except Invalid as refused:
        sentences = refused.faults
    assert all(sentence and sentence.isprintable() for sentence in sentences.values())


@given(st.dates(min_value=date(1000, 1, 1)), st.integers(1, 999))
def test_a_resident_id_is_believed_only_with_its_check_digit(born: Any, sequence: int) -> None:
    number = resident_id(f"{born:%Y%m%d}", sequence)
    schema = form(widget("id18"))
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    assert faults(schema, {"name": wrong})
    if 1900 <= born.year <= 2025:
        assert answer(schema, {"name": number.lower()}) == {"name": number}
        assert faults(schema, {"name": number}, Desk(allow_synthetic=False))


def test_accounts_and_telephones() -> None:
    schema = form(widget("bank", "account"), widget("phone", "phone"))
    assert answer(schema, {"account": "9999 66 " + bank_account(7)[6:], "phone": "100 0000 0001"}) == {
        "account": bank_account(7),
        "phone": "10000000001",
    }
    assert set(faults(schema, {"account": bank_account(7)[:-1] + "x", "phone": "12"})) == {"account", "phone"}


def test_people_are_stored_by_id_and_must_be_of_the_group() -> None:
    schema = form(widget("people", "team", group="town_investigator@${town}"))
    sent = {"team": ["jincheng-town_investigator-1", "p-inv-2"]}
    assert answer(schema, sent, town="140502100") == {"team": ["p-inv-1", "p-inv-2"]}
    assert "名单" in faults(schema, {"team": ["jincheng-town_intake-1"]}, town="140502100")["team"]
    assert faults(schema, {"team": ["nobody"]}, town="140502100")
    assert "两次" in faults(schema, {"team": ["p-inv-1", "jincheng-town_investigator-1"]}, town="140502100")["team"]
    assert faults(schema, {"team": ["p-inv-1"]}, town="999")


def test_files_must_exist_and_be_few_enough() -> None:
    schema = form(widget("attachments", "photos", required=True, min="1", max="2"))
    assert answer(schema, {"photos": ["attachment-1"]}) == {"photos": ["attachment-1"]}
    assert "添加" in faults(schema, {"photos": []})["photos"]
    assert faults(schema, {"photos": ["attachment-of-another-case"]})
    three = Desk(files=frozenset({"a", "b", "c"}))
    assert "最多" in faults(schema, {"photos": ["a", "b", "c"]}, three)["photos"]


@pytest.mark.req("JC-42", "XT-13")
def test_whoever_signs_by_login_is_always_the_actor() -> None:
    schema = form(widget("signature", "sign", required=True))
    good: list[Any] = [True, {"way": "login", "confirm": True}, {"confirm": "on", "person": "p-chief", "name": "夏宁"}]
    for sent in good:
        signed = answer(schema, {"sign": sent})["sign"]
        assert signed["person"] == "p-intake"
        assert signed["name"] == "苏敏"
    bad: list[Any] = [None, False, {"way": "login"}, {"way": "login", "person": "p-intake", "at": "2026-01-01"}]
    for sent in bad:
        assert faults(schema, {"sign": sent})


def test_a_paper_signature_names_its_recorder_and_needs_the_scan() -> None:
    schema = form(widget("signature", "sign", required=True))
    desk = Desk(paper_signers=(PEOPLE["jincheng-chief_rep-1"],))
    sent = {"way": "paper", "signer": "jincheng-chief_rep-1", "scan": ["attachment-1"]}
    signed = answer(schema, {"sign": sent}, desk)["sign"]
    assert (signed["person"], signed["recorder"], signed["scan"]) == ("p-chief", "p-intake", ["attachment-1"])
    assert "扫描件" in faults(schema, {"sign": {**sent, "scan": []}}, desk)["sign"]
    assert faults(schema, {"sign": {**sent, "signer": "p-confirm"}}, desk)
    assert faults(schema, {"sign": sent}, Desk())


def test_rows_are_checked_each_and_blank_ones_fall_away() -> None:
    schema = form(
        listing(
            field(key="name", validate={"required": True}),
            widget("money", "income", required=True) | {"label": "月收入"},
            properties={"minRows": "1", "maxRows": "2", "rowName": "name"},
        )
    )
    kept = answer(schema, {"rows": [{"name": "", "income": ""}, {"name": "李素云", "income": "0"}]})
    assert kept == {"rows": [{"name": "李素云", "income": "0.00"}]}
    assert faults(schema, {"rows": [{}, {"name": "李素云"}]}) == {"rows[1].income": "填写李素云的月收入"}
    assert set(faults(schema, {"rows": []})) == {"rows"}
    assert "最多 2 行" in faults(schema, {"rows": [{"name": "a", "income": 1}] * 3})["rows"]
    assert faults(schema, {"rows": "x"})
    assert faults(schema, {"rows": ["x"]})


def test_a_fixed_list_only_answers_rows_that_are_there() -> None:
    schema = form(
        listing(
            field(key="content", readonly=True),
            field(key="reply", validate={"required": True}),
            properties={"rowsFrom": "open", "rowKey": "no", "minRows": "1"},
        )
    )
    offered = [{"no": "1", "content": "他家有车"}, {"no": "2", "content": "后来的"}]
    kept = answer(schema, {"rows": [{"no": "1", "reply": "不属实", "content": "改了"}]}, open=offered)
    assert kept == {"rows": [{"no": "1", "content": "他家有车", "reply": "不属实"}]}
    assert "不在名单" in faults(schema, {"rows": [{"no": "9", "reply": "x"}]}, open=offered)["rows"]


def test_limits_may_be_expressions() -> None:
    schema = form(field("number", "count", decimalDigits=0, validate={"min": 1, "max": "=limit"}))
    assert answer(schema, {"count": "5"}, limit=5) == {"count": 5}
    assert "不能大于 5" in faults(schema, {"count": 6}, limit=5)["count"]
    assert "不能小于 1" in faults(schema, {"count": 0}, limit=5)["count"]
    assert "整数" in faults(schema, {"count": "1.5"}, limit=5)["count"]


def test_lengths_count_trimmed_text() -> None:
    schema = form(field(validate={"minLength": 2, "maxLength": 3}))
    assert answer(schema, {"name": " 张三 "}) == {"name": "张三"}
    assert "至少写 2 个字" in faults(schema, {"name": " 张 "})["name"]
    assert "最多 3 个字" in faults(schema, {"name": "张三李四"})["name"]
    assert "最多 200 个字" in faults(form(field()), {"name": "长" * 201})["name"]


@pytest.mark.parametrize("bad", ["a\x00b", "a\nb", "\ud800", "a\x1b[31m"])
def test_characters_that_cannot_be_kept_are_refused_in_one_line(bad: str) -> None:
    assert faults(form(field()), {"name": bad})


def test_moments_are_stored_in_office_time() -> None:
    schema = form(field("datetime", "at", subtype="datetime"))
    assert answer(schema, {"at": "2026-09-16T10:20"}) == {"at": "2026-09-16T10:20+08:00"}
    assert answer(schema, {"at": "2026-09-16T02:20:00Z"}) == {"at": "2026-09-16T10:20+08:00"}
    assert faults(schema, {"at": "0001-01-01T00:00:00+14:00"})


@pytest.mark.parametrize("pattern", ["^(a|aa)+$", "(a+)+", "(?:x|y)*z", "((a|aa))+"])
def test_a_pattern_that_could_hang_the_server_is_refused(pattern: str) -> None:
    assert "容易使系统停住" in str(pattern_fault(pattern))
