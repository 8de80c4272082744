"""What a page draws: words, masks, marks, and what is kept out of sight."""

from __future__ import annotations

from typing import Any

import pytest

from jiuzhu.domain.formview import FieldView, FormView, GroupView, Item, KeptView, LineView, ListView
from jiuzhu.engine.forms import parse_form, parse_post, validate, view
from jiuzhu.errors import Invalid
from tests.forms_data import answers
from tests.unit.form_desk import CONTEXT, Desk, form_of
from tests.unit.test_forms_parse import field, form_bytes


def flat(items: tuple[Item, ...]) -> list[Item]:
    found: list[Item] = []
    for item in items:
        found.append(item)
        if isinstance(item, LineView):
            found.extend(item.fields)
        elif isinstance(item, GroupView):
            found.extend(flat(item.items))
        elif isinstance(item, ListView):
            found.extend(inner for row in item.rows for inner in flat(row.items))
    return found


def fields(shown: FormView) -> dict[str, FieldView]:
    return {item.name: item for item in flat(shown.items) if isinstance(item, FieldView)}


def drawn(form_id: str, values: dict[str, Any], mode: Any = "edit", **context: Any) -> FormView:
    return view(form_of(form_id), values, {}, {**CONTEXT, **context}, mode, ports=Desk())


def test_a_fresh_form_offers_defaults_but_no_answer_of_an_earlier_round() -> None:
    shown = fields(drawn("confirmation", {}, decision="back", amount_monthly="520.00"))
    assert not any(option.chosen for option in shown["decision"].options)
    granted = fields(drawn("confirmation", {"decision": "granted"}))
    assert granted["amount_monthly"].value == "520.00"
    visit = fields(drawn("home_visit", {}, visit_outcome="absent"))
    assert not any(option.chosen for option in visit["visit_outcome"].options)
    assert visit["visit_at"].value == "2026-09-16T12:00"


def test_what_was_typed_stands_there_again_also_when_it_cannot_be_read() -> None:
    bad = answers("home_visit", utilities_month="九十六元多", area_m2="很大")
    form = form_of("home_visit")
    with pytest.raises(Invalid) as refused:
        validate(form, bad, context=CONTEXT, ports=Desk())
    shown = view(form, bad, refused.value.faults, CONTEXT, ports=Desk())
    assert fields(shown)["utilities_month"].value == "九十六元多"
    assert "应是金额" in fields(shown)["utilities_month"].fault
    assert [line.anchor for line in shown.faults] == ["f-area-m2", "f-utilities-month"]


def test_the_error_summary_follows_the_order_of_the_page_and_loses_nothing() -> None:
    form = form_of("application")
    with pytest.raises(Invalid) as refused:
        validate(form, {}, context=CONTEXT, ports=Desk())
    shown = view(form, {}, {"nobody": "没有这一栏", **refused.value.faults}, CONTEXT, ports=Desk())
    assert len(shown.faults) == len(refused.value.faults) + 1
    assert shown.faults[0].anchor == "f-programme"
    assert shown.faults[-1].anchor == "main"


def test_read_mode_masks_and_speaks() -> None:
    stored = validate(form_of("application"), answers("application"), context=CONTEXT, ports=Desk())
    shown = fields(drawn("application", stored, "read"))
    assert shown["applicant_id"].shown.startswith("660502")
    assert "*" in shown["applicant_id"].shown
    assert shown["members[0].monthly_income"].shown == "620.00 元"
    assert (
        fields(drawn("application", {**stored, "assets": [{"value": "13200.00"}]}, "read"))["assets[0].value"].shown
        == "13,200.00 元"
    )
    assert shown["members[1].health"].shown == "残疾"
    assert shown["apply_date"].shown == "2026年9月16日"
    assert shown["related_to_staff"].shown == "没有"
    assert all(one.readonly for one in shown.values())
    assert "agent_name" not in shown


def test_a_signature_says_who_signed_and_how() -> None:
    stored = validate(form_of("signature"), answers("signature"), context=CONTEXT, ports=Desk())
    login = fields(drawn("signature", stored, "read"))["sign"].signature
    assert login is not None
    assert login.signed == "苏敏，本人登录签字，2026年9月16日 12:00"
    paper = {**stored["sign"], "way": "paper", "name": "夏宁", "recorder_name": "苏敏"}
    read = fields(drawn("signature", {**stored, "sign": paper}, "read"))["sign"].signature
    assert read is not None
    assert read.signed.startswith("夏宁，纸质签字，由苏敏录入")


def test_hidden_values_travel_along() -> None:
    values = {"decision": "granted", "back_reason": "再查一次存款"}
    kept = [item for item in flat(drawn("confirmation", values).items) if isinstance(item, KeptView)]
    assert KeptView(name="back_reason", value="再查一次存款") in kept


def test_a_hidden_yes_is_still_a_yes_when_it_comes_back() -> None:
    """A radio with true and false, hidden and shown again, has its tick (it once came back as "on")."""
    form = form_of("chief_rep_review")
    hidden = drawn("chief_rep_review", {"decision": "granted", "visit_required": True})
    kept = [(item.name, item.value) for item in flat(hidden.items) if isinstance(item, KeptView)]
    back = parse_post(form, [*kept, ("decision", "back")])
    ticked = [
        option.value for option in fields(drawn("chief_rep_review", back))["visit_required"].options if option.chosen
    ]
    assert ticked == ["true"]


def test_choices_that_show_others_say_so_also_inside_rows() -> None:
    shown = fields(drawn("application", answers("application")))
    assert shown["programme"].refreshes
    assert shown["members[0].health"].refreshes
    assert not shown["phone"].refreshes


def test_a_fixed_list_shows_the_rows_of_the_fact_with_what_was_typed() -> None:
    rows = [{"objection_no": str(number), "content": f"内容{number}", "received_at": "2026-09-16"} for number in (1, 2)]
    typed = {"objections": [{"objection_no": "2", "taken_up": False, "reply": "不属实"}]}
    shown = fields(drawn("objection_check", typed, objection_rows=rows))
    assert shown["objections[0].content"].shown == "内容1"
    assert "objections[0].reply" not in shown
    assert shown["objections[1].reply"].value == "不属实"


def test_rows_just_added_are_drawn_empty() -> None:
    shown = drawn("application", {"members": [{"name": "甲"}, {}]})
    assert "members[1].name" in fields(shown)


def test_rows_of_a_fact_stand_in_a_fresh_list() -> None:
    called = [{"name": "评议员甲", "identity": "town_staff", "phone": "x"}, {"name": "评议员乙"}]
    shown = fields(drawn("appraisal", {}, appraisal_participants=called))
    assert shown["participants[0].name"].value == "评议员甲"
    assert [option.value for option in shown["participants[0].identity"].options if option.chosen] == ["town_staff"]
    assert shown["participants[1].name"].value == "评议员乙"
    assert "participants[2].name" not in shown
    typed = fields(drawn("appraisal", {"participants": []}, appraisal_participants=called))
    assert "participants[0].name" not in typed


def test_words_in_texts_come_from_the_case() -> None:
    form = parse_form(
        form_bytes(
            {"type": "text", "id": "T", "text": "到期 {{due}}，{{flag}}，{{nothing}}，{{forever}}，{{amount}} 元"},
            field(label="{{who}}的意见"),
        )
    )
    context = {"due": "2026-09-18T23:59:59+08:00", "flag": True, "who": "夏宁", "forever": "9999-12-31T00:00:00+08:00"}
    context["amount"] = "1330.00"
    shown = view(form, {}, {}, context, ports=Desk())
    assert shown.items[0].text == "到期 2026年9月18日 23:59，是，—，无期限，1,330.00 元"  # type: ignore[union-attr]
    assert fields(shown)["name"].label == "夏宁的意见"
