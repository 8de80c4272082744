"""The forms of ``bpmn``: all readable, all answerable, one meaning a key, codes that the documents have words for."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.domain.facts import FACTS
from jiuzhu.engine.forms import read_form_file, validate
from jiuzhu.errors import Invalid
from tests.forms_data import REFUSAL, answers, known_forms, tekun_application
from tests.unit.form_desk import CONTEXT, FORMS, Desk, form_of
from workers import TOPICS
from workers.documents import words

SCHEDULES = tomllib.loads((Path(__file__).resolve().parents[2] / "config/schedules.toml").read_text("utf-8"))
OF_THE_START = {"schedule", "period", "period_opens", "due_schedule", "start_reason"} | {
    name for entry in SCHEDULES.values() for name in entry.get("variables", ())
}
"""Variables with which the calendar starts a process."""
OF_MAPPINGS = {"reserve_allowed", "applied_case_no"}
"""Results of tables and calls that a diagram names itself."""


def check(form_id: str, data: Mapping[str, Any], **context: Any) -> dict[str, Any]:
    return validate(form_of(form_id), data, context={**CONTEXT, **context}, ports=Desk())


def faults(form_id: str, data: Mapping[str, Any], **context: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        check(form_id, data, **context)
    return refused.value.faults


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_camunda_modeler_opens_it(path: Path) -> None:
    schema = json.loads(path.read_bytes())
    assert schema["type"] == "default"
    assert schema["id"] == path.stem
    assert (schema["executionPlatform"], schema["executionPlatformVersion"]) == ("Camunda Platform", "7.24.0")
    assert schema["schemaVersion"] >= 18


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_it_reads_only_variables_and_known_facts(path: Path) -> None:
    found = read_form_file(path.read_bytes(), path.name)
    produced = {key for other in FORMS for key in read_form_file(other.read_bytes(), other.name).keys}
    of_topics = {output.name for topic in TOPICS.values() for output in topic.contract.outputs}
    assert found.reads - set(FACTS) - set(CONTEXT) - produced - of_topics <= OF_THE_START | OF_MAPPINGS


@pytest.mark.parametrize("form_id", known_forms())
def test_complete_answers_are_accepted(form_id: str) -> None:
    kept = check(form_id, answers(form_id))
    assert set(kept) <= form_of(form_id).keys
    json.dumps(kept)


def test_every_form_has_answers() -> None:
    assert {path.stem for path in FORMS} == set(known_forms())


@pytest.mark.parametrize("form_id", known_forms())
def test_an_empty_form_is_refused_with_sentences(form_id: str) -> None:
    found = faults(form_id, {})
    assert found
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in sentence) for sentence in found.values())


def test_one_key_has_one_type_everywhere() -> None:
    types: dict[str, set[str]] = {}
    for path in FORMS:
        for key, kind in read_form_file(path.read_bytes(), path.name).keys.items():
            if kind != "any":
                types.setdefault(key, set()).add(kind)
    assert {key: kinds for key, kinds in types.items() if len(kinds) > 1} == {}


WORDS = {
    "panel_vote": words.PANEL_VOTE,
    "verification_result": words.CHECK_RESULT,
    "visit_outcome": words.VISIT_OUTCOME,
    "visit_way": words.VISIT_MODE,
    "house_type": words.HOUSE_TYPE,
    "decoration": words.DECORATION,
    "appraisal_conclusion": words.APPRAISAL_CONCLUSION,
    "review_result": words.REVIEW_RESULT,
    "decision": words.DECISION,
    "objection_outcome": words.OBJECTION_OUTCOME,
    "stop_kind": words.STOP_KIND,
    "extension_reason": words.EXTENSION_REASON,
    "delivery_method": words.DELIVERY_METHOD,
    "support_mode": words.SUPPORT_MODE,
    "authorization_scope": words.SOURCE,
    "query_scope": words.SOURCE,
    "identity": words.PARTICIPANT,
    "relation": {**words.RELATION, **dict.fromkeys(words.RELATION)},
}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_code_of_a_form_has_its_word_on_paper(key: str) -> None:
    codes = {
        option.value
        for path in FORMS
        for component in form_of(path.stem).walk()
        if component.key == key and component.choices and "relatives" not in component.id
        for option in component.choices.fixed
    }
    assert codes
    assert codes <= set(WORDS[key])


@pytest.mark.req("JC-21", "XT-20", "XT-30")
def test_application_names_everybody_and_covers_all_sources() -> None:
    whole = answers("application")
    others = whole["members"][1:]
    assert "members" in faults("application", {**whole, "members": others})
    assert "members" in faults("application", {**whole, "members": [*whole["members"], whole["members"][0]]})
    assert "authorization_scope" in faults(
        "application", {**whole, "authorization_scope": whole["authorization_scope"][:-1]}
    )
    assert "bank_holder" in faults("application", {**whole, "bank_holder": "外人"})
    assert set(faults("application", {**whole, "related_to_staff": True})) == {"staff_relatives"}
    assert set(faults("application", {**whole, "channel": "agent"})) == {
        "agent_name",
        "agent_phone",
        "agent_relation",
        "agency_letter",
    }
    wrong = {**whole["members"][1], "disability_grade": ""}
    found = faults("application", {**whole, "members": [whole["members"][0], wrong, whole["members"][2]]})
    assert found == {"members[1].disability_grade": "选择田素兰的残疾等级"}


def test_tekun_asks_for_supporters() -> None:
    assert check("application", tekun_application())["has_supporters"] is False
    assert set(faults("application", tekun_application(has_supporters=True))) == {"supporters"}
    assert "has_supporters" not in check("application", answers("application"))


@pytest.mark.req("JC-09", "XT-22")
def test_missing_materials_are_listed_once_and_refusal_says_why() -> None:
    whole = answers("acceptance_check", materials_state="missing")
    assert set(faults("acceptance_check", whole)) == {"missing_items", "resubmit_by"}
    listed = {**whole, "missing_items": [{"item": "诚信声明", "reason": "没有签字"}], "resubmit_by": "2026-09-30"}
    shared = {"missing_choices": ["申请表", "诚信声明", "户口簿"], "shared_materials": ["户口簿"]}
    assert check("acceptance_check", listed, **shared)["resubmit_by"] == "2026-09-30"
    assert "resubmit_by" in faults("acceptance_check", {**listed, "resubmit_by": "2026-09-16"}, **shared)
    for item, said in (("户口簿", "信息共享"), ("无犯罪证明", ""), ("", "")):
        wrong = faults("acceptance_check", {**listed, "missing_items": [{"item": item, "reason": "要"}]}, **shared)
        assert said in wrong["missing_items[0].item"]
    assert set(faults("acceptance_check", whole, correction_issued=True)) == {"reason_text"}
    unsigned = answers("acceptance_check", authorization_complete=False)
    assert set(faults("acceptance_check", unsigned)) == {"missing_items", "resubmit_by"}
    ineligible = answers("acceptance_check", materials_state="ineligible")
    assert set(faults("acceptance_check", ineligible)) == {"reason_text"}
    assert "authorization_complete" not in check(
        "acceptance_check", {**ineligible, "reason_text": "家庭不在本区受理范围内。"}
    )


@pytest.mark.req("JC-21", "JC-42", "XT-13")
def test_two_people_visit_and_the_leader_is_one_of_them() -> None:
    whole = answers("visit_plan")
    assert check("visit_plan", whole)["visit_team_size"] == 2
    assert "两到六人" in faults("visit_plan", {**whole, "team": whole["team"][:1]})["team"]
    assert "leader" in faults("visit_plan", {**whole, "team": whole["team"], "leader": "p-village"})
    assert set(faults("visit_plan", {**whole, "village_assistants": []})) == {"village_assistants"}
    assert check("visit_plan", {**whole, "village_assistants": []}, relatives_case=True)


@pytest.mark.req("JC-41")
def test_a_visit_is_neither_before_acceptance_nor_in_the_future_and_has_photos() -> None:
    whole = answers("home_visit")
    for moment in ("2026-09-13T10:00:00+08:00", "2026-09-17T00:10:00+08:00"):
        assert set(faults("home_visit", {**whole, "visit_at": moment})) == {"visit_at"}
    assert set(faults("home_visit", {**whole, "photos": []})) == {"photos"}
    assert set(faults("home_visit", {**whole, "visit_consistent": False})) == {"consistency_note"}
    assert set(faults("home_visit", {**whole, "visit_way": "phone"})) == {"contactless_reason"}
    refused = {
        "visit_outcome": "refused",
        "visit_at": whole["visit_at"],
        "visit_way": "onsite",
        "refusal_facts": "敲门后住户隔门表示拒绝任何调查。",
        "refusal_place": "示例一村12号门前",
        "witnesses": [{"name": "见证人甲", "identity": "村委会委员"}],
        "sign": True,
    }
    assert "visit_consistent" not in check("home_visit", refused)
    assert set(faults("home_visit", {**refused, "witnesses": []})) == {"witnesses"}


@pytest.mark.req("JC-24", "JC-50", "XT-16")
@pytest.mark.parametrize("form_id", ["confirmation", "chief_rep_review"])
def test_a_refusal_needs_reason_and_facts_and_no_amount(form_id: str) -> None:
    refused = {"decision": "refused", "sign": True}
    assert set(faults(form_id, refused)) == {"reason_code", "reason_text", "decision_facts"}
    kept = check(form_id, {**refused, **REFUSAL, "amount_monthly": "999.00"})
    assert "amount_monthly" not in kept
    assert "back_reason" in faults(form_id, {"decision": "back", "sign": True})
    assert "decision" in faults(form_id, {"decision": "revoked", "sign": True})


@pytest.mark.req("JC-09")
@pytest.mark.parametrize("form_id", ["confirmation", "chief_rep_review", "redecision"])
def test_another_amount_than_computed_needs_its_reason(form_id: str) -> None:
    granted = answers(form_id, amount_monthly="520.00", amount_reason="")
    assert check(form_id, granted)["amount_monthly"] == "520.00"
    assert set(faults(form_id, {**granted, "amount_monthly": "519.99"})) == {"amount_reason"}


@pytest.mark.req("XT-25")
def test_the_chief_representatives_answer_to_objections_sets_the_decision() -> None:
    whole = answers("objection_decision")
    assert check("objection_decision", whole)["decision"] == "granted"
    assert "amount_monthly" not in check("objection_decision", {**whole, "amount_monthly": "1.00"})
    changed = {**whole, "objection_outcome": "changed"}
    assert set(faults("objection_decision", changed)) == {"amount_monthly", "amount_reason"}
    revoked = {**whole, "objection_outcome": "revoked", "decision": "granted", **REFUSAL}
    assert check("objection_decision", revoked)["decision"] == "revoked"


@pytest.mark.req("XT-25")
def test_every_objection_shown_gets_its_line() -> None:
    rows = [{**CONTEXT["objection_rows"][0], "objection_no": f"obj-{number}"} for number in (1, 2)]
    both = [{"objection_no": "obj-1", "taken_up": True}, {"objection_no": "obj-2", "taken_up": False}]
    found = faults("objection_check", {"objections": both, "sign": True}, objection_rows=rows)
    assert set(found) == {"objections[1].reply"}
    both[1]["reply"] = "反映的不是本户。"
    kept = check("objection_check", {"objections": both, "sign": True}, objection_rows=rows)
    assert kept["objection_valid"] is True
    assert [row["content"] for row in kept["objections"]] == ["他家有车。", "他家有车。"]
    neither = [{**row, "taken_up": False, "reply": "反映的不是本户。"} for row in both]
    assert (
        check("objection_check", {"objections": neither, "sign": True}, objection_rows=rows)["objection_valid"] is False
    )


def test_an_objection_is_examined_in_one_way_at_least() -> None:
    plan = answers("objection_plan", visit_needed=False, appraisal_needed=False)
    assert "至少选一种" in "".join(faults("objection_plan", plan).values())


@pytest.mark.req("JC-25")
def test_a_filing_is_received_whole_or_returned() -> None:
    whole = answers("filing_receipt", paper_received=False)
    assert "都收到" in "".join(faults("filing_receipt", whole).values())
    returned = answers("filing_receipt", filing_returned=True, paper_received=False)
    assert set(faults("filing_receipt", returned)) == {"return_reason"}


@pytest.mark.req("JC-22", "XT-40")
def test_self_care_counts_what_cannot_be_done() -> None:
    assert check("self_care", answers("self_care"))["failed_count"] == 2


def test_appraisal_counts_people_and_votes() -> None:
    kept = check("appraisal_call", answers("appraisal_call"))
    assert (kept["participants_count"], kept["rep_count"]) == (9, 7)
    assert "票数" in "".join(faults("appraisal", answers("appraisal", votes_abstain=5)).values())


def test_household_changes_ask_for_what_each_kind_needs() -> None:
    def change(**row: Any) -> dict[str, Any]:
        return answers("case_event_check", report_result="change", change_rows=[row])

    assert check("case_event_check", change(change_kind="income", name="田素兰", type="wage", amount="300"))
    assert set(faults("case_event_check", change(change_kind="member_added", name="新成员"))) == {
        "change_rows[0].id",
        "change_rows[0].relation",
    }
    assert set(faults("case_event_check", change(change_kind="assets", name="甲", type="wage", value="1"))) == {
        "change_rows[0].type"
    }
    assert set(faults("case_event_check", change(change_kind="address"))) == {"change_rows[0].address"}
