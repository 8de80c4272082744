"""May this be done at all: authorisation, agreement, recusal, authority, seal, parameters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.rows import (
    Appointment,
    CaseDecision,
    ConfidentialityAgreement,
    EntrustmentLetter,
    PolicyUse,
    Seal,
    SealCustody,
    SealUse,
    StaffRelation,
)
from jiuzhu.errors import BpmnError
from tests.fakes.desk import Desk
from tests.fakes.household import FATHER, MOTHER, application, confirmation, home_visit

ITEMS = ["DB-01", "TK-01"]
ACCEPTED = "2026-09-16T09:30:00+08:00"


def refused(desk: Desk, topic: str, **inputs: Any) -> BpmnError:
    with pytest.raises(BpmnError) as caught:
        desk.run(topic, **inputs)
    return caught.value


def letter(**changes: object) -> EntrustmentLetter:
    values: dict[str, object] = {
        "letter_no": "新民委〔2024〕1号",
        "district": "xintai",
        "town": "370982002",
        "kind": "entrustment",
        "entrusting_org": "xintai",
        "items": ITEMS,
        "legal_basis": "实施方案",
        "signed_on": date(2024, 1, 1),
        "valid_from": date(2024, 1, 1),
        "valid_to": date(2028, 12, 31),
    }
    return EntrustmentLetter(**{**values, **changes})  # type: ignore[arg-type]


def seal(**changes: object) -> Seal:
    values: dict[str, object] = {
        "seal_no": "委章01",
        "district": "xintai",
        "town": "370982002",
        "name": "新泰市民政局委托事项专用章",
        "items": ITEMS,
        "made_on": date(2019, 5, 20),
    }
    return Seal(**{**values, **changes})  # type: ignore[arg-type]


def custody(holder: str = "decider", **changes: object) -> SealCustody:
    values: dict[str, object] = {
        "custody_no": f"保管-{holder}",
        "seal_no": "委章01",
        "holder": holder,
        "handed_by": "p1",
        "valid_from": date(2024, 1, 1),
    }
    return SealCustody(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def xintai() -> Desk:
    desk = Desk("xintai")
    desk.submit("application", application())
    desk.variables["accepted_at"] = ACCEPTED
    return desk


@pytest.fixture
def jincheng() -> Desk:
    desk = Desk()
    desk.submit("application", application())
    desk.variables["accepted_at"] = ACCEPTED
    return desk


@pytest.mark.req("XT-20")
def test_a_query_needs_everybody_s_authorisation(jincheng: Desk) -> None:
    jincheng.run("authorization_check")
    jincheng.submit("application", application(authorizers=[]))
    error = refused(jincheng, "authorization_check")
    assert error.code == "AUTH_MISSING"
    assert "吴秀兰" in error.message


@pytest.mark.req("XT-20")
def test_authorisations_obtained_later_complete_the_first(jincheng: Desk) -> None:
    jincheng.submit("application", application(authorizers=[{"name": "周永安", "id": FATHER}]))
    assert refused(jincheng, "authorization_check").code == "AUTH_MISSING"
    jincheng.submit(
        "authorization",
        {
            "authorization_refused": False,
            "authorizers": [{"name": "吴秀兰", "id": MOTHER, "signed_on": "2026-09-16"}],
            "authorization_scope": application()["authorization_scope"],
        },
    )
    jincheng.run("authorization_check")


@pytest.mark.req("XT-19")
def test_whoever_asks_the_platform_has_signed_in_this_town(xintai: Desk) -> None:
    xintai.submit("verification_request", {"query_reason": "申请低保"}, person="p2")
    assert refused(xintai, "confidentiality_check").code == "NO_AGREEMENT"
    elsewhere = ConfidentialityAgreement(
        agreement_no="协1",
        district="xintai",
        town="370982101",
        person="p2",
        scope="核对",
        signed_on=date(2026, 1, 1),
    )
    xintai.add(elsewhere)
    assert refused(xintai, "confidentiality_check").code == "NO_AGREEMENT"
    xintai.submit(
        "confidentiality", {"signed_on": "2026-09-16", "valid_to": "2026-09-30", "agreement_scope": "核对"}, person="p2"
    )
    assert xintai.run("confidentiality_check")["query_user"] == "p2"
    xintai.wait(days=15)
    assert refused(xintai, "confidentiality_check", query_user="p2").code == "NO_AGREEMENT", "it has run out"


@pytest.mark.req("JC-45", "XX-27")
@pytest.mark.parametrize("where", ["team", "village_assistants"])
def test_a_near_relative_keeps_out_of_the_visit(jincheng: Desk, where: str) -> None:
    jincheng.add(
        StaffRelation(
            relation_no="关1",
            district="jincheng",
            person="p3",
            staff_name="赵志强",
            resident_ref=resident_ref(MOTHER),
            resident_name="吴秀兰",
            relation="sibling",
            declared_on=date(2026, 1, 1),
        )
    )
    plan = {"team": ["p1", "p2"], "leader": "p1", "village_assistants": ["p4"]}
    jincheng.submit("visit_plan", {**plan, where: ["p1", "p3"]})
    error = refused(jincheng, "recusal_check")
    assert error.code == "RECUSAL"
    assert "赵志强" in error.message
    jincheng.submit("visit_plan", plan)
    assert jincheng.run("recusal_check")["visit_round"] == 1


def test_a_declared_relative_is_recognised_by_name() -> None:
    desk = Desk()
    declared = [{"name": "李建军", "post": "town_handler", "relation": "parent", "member": "周永安"}]
    desk.submit("application", application(related_to_staff=True, staff_relatives=declared))
    desk.run("relatives_check")
    desk.submit("visit_plan", {"team": ["p1", "p2"], "leader": "p1"})
    assert refused(desk, "recusal_check").code == "RECUSAL"


def test_rounds_count_visits_that_met_nobody(jincheng: Desk) -> None:
    jincheng.submit("visit_plan", {"team": ["p1", "p2"], "leader": "p1"})
    for expected in (1, 2, 3):
        assert jincheng.run("recusal_check")["visit_round"] == expected
        jincheng.submit("home_visit", home_visit(visit_outcome="absent", absence_note="外出"))
    jincheng.submit("home_visit", home_visit())
    assert jincheng.run("recusal_check")["visit_round"] == 1


@pytest.mark.req("JC-02", "JC-01")
def test_jincheng_town_decides_from_the_day_of_devolution(jincheng: Desk) -> None:
    jincheng.submit("confirmation", confirmation(), person="decider")
    assert jincheng.run("authority_check")["decision_org"] == "140502100"
    before = refused(jincheng, "authority_check", accepted_at="2023-08-15T10:00:00+08:00")
    assert before.code == "NO_AUTHORITY"
    assert jincheng.run("authority_check", accepted_at="2023-08-16T00:00:00+08:00")


@pytest.mark.req("JC-01")
def test_the_signer_must_hold_a_deciding_post_today(jincheng: Desk) -> None:
    jincheng.submit("confirmation", confirmation(), person="p2")
    error = refused(jincheng, "authority_check")
    assert "李建军" in error.message
    jincheng.records.change(jincheng.rows(Appointment)[0], valid_to=date(2026, 9, 15))
    jincheng.submit("confirmation", confirmation(), person="decider")
    assert refused(jincheng, "authority_check").code == "NO_AUTHORITY"


@pytest.mark.req("XT-11", "XT-37")
def test_xintai_decides_only_under_a_letter_in_force(xintai: Desk) -> None:
    xintai.submit("chief_rep_review", confirmation(), person="decider")
    error = refused(xintai, "authority_check")
    assert "委托书" in error.message
    xintai.add(letter(valid_to=date(2026, 9, 16)))
    assert xintai.run("authority_check")["decision_org"] == "xintai", "the seal stands for the entrusting bureau"
    xintai.wait(days=1)
    assert refused(xintai, "authority_check").code == "NO_AUTHORITY"


@pytest.mark.req("XT-04", "XT-14", "XT-38")
def test_every_lack_keeps_the_seal_in_its_box(xintai: Desk) -> None:
    assert "委托书" in refused(xintai, "seal_check").message
    xintai.add(letter(items=["TK-01"]))
    assert "没有委托" in refused(xintai, "seal_check").message
    xintai.records.change(xintai.rows(EntrustmentLetter)[0], items=ITEMS)
    assert "专用章" in refused(xintai, "seal_check").message
    xintai.add(seal(status="frozen"))
    assert "专用章" in refused(xintai, "seal_check").message
    xintai.records.change(xintai.rows(Seal)[0], status="in_use")
    assert "保管人" in refused(xintai, "seal_check").message
    xintai.add(custody("p2"))
    assert "首席代表" in refused(xintai, "seal_check").message
    xintai.records.change(xintai.rows(SealCustody)[0], valid_to=date(2026, 9, 1))
    xintai.add(custody("decider"))
    assert xintai.run("seal_check")["item_code"] == "DB-01"
    assert refused(xintai, "seal_check", item_code="XX-99").code == "SEAL_NOT_ALLOWED"


@pytest.mark.req("XT-11", "XT-37")
def test_a_new_letter_and_custodian_open_the_box_again(xintai: Desk) -> None:
    town = xintai.records.head.town or xintai.records.head.intake_town
    xintai.records.staff = [
        replace(person, groups=(f"chief_rep@{town}",)) if person.id == "p3" else person
        for person in xintai.records.staff
    ]
    xintai.add(letter(valid_to=date(2026, 9, 1)), seal(), custody("p2"))
    assert refused(xintai, "seal_check").code == "SEAL_NOT_ALLOWED"
    xintai.submit(
        "entrustment_resolve",
        {
            "resolved_parts": ["letter", "custodian"],
            "letter_no": "新民委〔2026〕9号",
            "letter_from": "2026-09-16",
            "custodian": "p3",
            "document_no": "新民任〔2026〕9号",
        },
    )
    assert xintai.run("seal_check")["item_code"] == "DB-01"
    assert [row.valid_to for row in xintai.rows(SealCustody)] == [date(2026, 9, 16), None]
    in_office = [row.person for row in xintai.rows(Appointment) if row.valid_to is None]
    assert in_office == ["p3"], "exactly one chief representative in office (R-23)"


@pytest.mark.req("XT-10", "XT-16", "XT-38")
def test_using_the_seal_leaves_its_row_and_the_sealed_form(xintai: Desk) -> None:
    xintai.add(letter(), seal(), custody())
    xintai.submit("review_opinion", {"review_result": "agree", "review_opinion": "拟同意。"}, person="p2")
    xintai.submit("chief_rep_review", confirmation(), person="decider")
    xintai.submit("seal_use", {"seal_copies": 2, "seal_checked": True}, person="decider")
    answer = xintai.run("form_book")
    use = xintai.rows(SealUse)[0]
    assert answer["seal_use_id"] == use.seal_use_id == "委章01-0001"
    assert (use.item_code, use.letter_no, use.copies, use.person) == ("DB-01", "新民委〔2024〕1号", 2, "decider")
    assert xintai.rows(CaseDecision)[0].seal_use_id == use.seal_use_id
    papers = [row for row in xintai.records.rows if getattr(row, "template", "") == "approval_form"]
    assert papers[0].values["seal_no"] == "委章01"  # type: ignore[attr-defined]


def test_parameters_come_with_their_sources(jincheng: Desk) -> None:
    answer = jincheng.run("policy_load", decision="rule_profile,authority,visit_mode")
    assert answer["n2022_from"] == "2022-10-20"
    assert answer["devolution_from"] == "2023-08-16"
    assert answer["legal_form"] == "devolution"
    assert answer["visit_always"] is True
    assert (answer["letter_in_force"], answer["staff_ok"]) == (False, True)
    use = jincheng.rows(PolicyUse)[0]
    assert use.policy_ref == answer["policy_ref"]
    assert use.parameters["devolution_from"] == {"value": "2023-08-16", "source": "JC-02"}


def test_a_programme_without_a_row_has_null_parameters(jincheng: Desk) -> None:
    answer = jincheng.run("policy_load", decision="authority,payer", programme="low_income")
    assert answer["devolution_from"] is None
    assert answer["payer_kind"] is None


@pytest.mark.req("XT-12")
def test_the_city_pays_in_xintai(xintai: Desk) -> None:
    assert xintai.run("policy_load", decision="payer,review_period")["payer_kind"] == "city"
