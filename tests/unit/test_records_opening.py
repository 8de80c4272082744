"""Opening, checking at the window, acceptance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.rows import (
    BlacklistEntry,
    Document,
    Household,
    HouseholdPerson,
    MaterialsChecklist,
    Recipient,
    RelativesEntry,
    StaffRelation,
)
from tests.fakes.desk import Desk
from tests.fakes.household import FATHER, MOTHER, acceptance_check, application, recipient
from workers.records.opening import is_drawn


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.submit("application", application())
    return made


def test_opening_books_the_application_and_gives_initial_values(desk: Desk) -> None:
    answer = desk.run("case_open", defaults={"decision": "", "recheck_count": 0, "programme": ""})
    assert answer["decision"] == ""
    assert answer["recheck_count"] == 0
    assert "programme" not in answer, "a value given at the start stays"
    assert answer["due_simple"] == "2026-09-22T23:59:59+08:00"
    household = desk.rows(Household)[0]
    assert household.member_count == 3
    assert {row.part for row in desk.rows(HouseholdPerson)} == {"applicant", "member"}


def test_booking_happens_once(desk: Desk) -> None:
    desk.run("case_open")
    desk.run("case_mark", status="checked")
    assert len(desk.rows(Household)) == 1
    assert desk.rows(Household)[0].version == 1
    assert desk.records.head.status == "checked"


@pytest.mark.req("XT-29", "XT-30")
def test_xintai_asks_the_applicant_for_three_papers_only() -> None:
    desk = Desk("xintai")
    desk.submit("application", application())
    desk.run("materials_list")
    items = desk.rows(MaterialsChecklist)[0].items
    required = [item["label"] for item in items if item["required"]]
    assert required == ["申请表", "诚信声明", "委托授权书"]
    assert all(not item["required"] for item in items if item["obtainable_by_sharing"])


def test_supporters_declare_only_for_tekun() -> None:
    labels = {}
    for programme in ("dibao", "tekun"):
        desk = Desk(programme=programme)
        desk.submit("application", application(programme=programme))
        desk.run("materials_list")
        labels[programme] = {item["item"] for item in desk.rows(MaterialsChecklist)[0].items}
    assert labels["tekun"] - labels["dibao"] == {"supporter_declaration"}


def test_a_running_case_of_a_member_is_a_duplicate(desk: Desk) -> None:
    other = replace(desk.records.head, case_no="别的案", status="accepted")
    desk.records.others["别的案"] = other
    desk.add(
        HouseholdPerson(
            case_no="别的案",
            resident_ref=resident_ref(MOTHER),
            part="member",
            programme="dibao",
            since=date(2026, 8, 1),
        )
    )
    assert desk.run("duplicate_check")["duplicate_case_no"] == "别的案"
    desk.records.others["别的案"] = replace(other, status="refused")
    assert desk.run("duplicate_check")["duplicate_case_no"] == ""
    assert desk.run("duplicate_check", programme="tekun")["duplicate_case_no"] == ""


def test_a_member_of_a_household_that_was_taken_over_is_a_duplicate_while_it_is_helped(desk: Desk) -> None:
    desk.add(recipient(case_no="旧档-1", resident_ref="somebody else", programme="dibao"))
    desk.add(
        HouseholdPerson(
            case_no="旧档-1",
            resident_ref=resident_ref(MOTHER),
            part="member",
            programme="dibao",
            since=date(2021, 3, 1),
        )
    )
    assert desk.run("duplicate_check")["duplicate_case_no"] == "旧档-1"
    desk.records.change(desk.rows(Recipient)[0], state="ended")
    assert desk.run("duplicate_check")["duplicate_case_no"] == ""


def test_a_running_benefit_is_a_duplicate(desk: Desk) -> None:
    desk.add(recipient(case_no="旧案", resident_ref=resident_ref(FATHER), programme="dibao"))
    assert desk.run("duplicate_check")["duplicate_case_no"] == "旧案"
    desk.records.change(desk.rows(Recipient)[0], state="ended")
    assert desk.run("duplicate_check")["duplicate_case_no"] == ""


@pytest.mark.req("NH-13", "JC-45", "XX-25")
def test_declared_and_known_relatives_are_registered_once() -> None:
    desk = Desk()
    desk.submit(
        "application",
        application(
            related_to_staff=True,
            staff_relatives=[{"name": "李建军", "post": "town_handler", "relation": "sibling", "member": "周永安"}],
        ),
    )
    desk.add(
        StaffRelation(
            relation_no="关1",
            district="jincheng",
            person="p3",
            staff_name="赵志强",
            post="village_cadre",
            resident_ref=resident_ref(MOTHER),
            resident_name="吴秀兰",
            relation="parent",
            declared_on=date(2026, 1, 1),
        ),
        BlacklistEntry(
            entry_no="黑1",
            district="jincheng",
            resident_ref=resident_ref(FATHER),
            reason="虚报",
            valid_from=date(2025, 1, 1),
            valid_to=date(2026, 9, 16),
        ),
    )
    for _ in range(2):
        answer = desk.run("relatives_check")
        assert answer["relatives_case"] is True
        assert answer["blacklist_hit"] is True, "the last day counts"
    entries = desk.rows(RelativesEntry)
    assert [(row.staff_name, row.declared) for row in entries] == [("李建军", True), ("赵志强", False)]
    desk.wait(days=1)
    assert desk.run("relatives_check")["blacklist_hit"] is False


def test_nobody_related_is_no_case_of_relatives(desk: Desk) -> None:
    answer = desk.run("relatives_check")
    assert (answer["relatives_case"], answer["blacklist_hit"]) == (False, False)


@pytest.mark.req("NH-05", "JC-09")
def test_acceptance_elsewhere_hands_the_case_to_the_village_s_town(desk: Desk) -> None:
    desk.submit("acceptance_check", acceptance_check())
    answer = desk.run("case_accept", village="140502001002", intake_town="140502100")
    assert answer["town"] == "140502001"
    assert desk.records.head.town == "140502001"
    assert desk.records.head.status == "accepted"
    assert [row.template for row in desk.rows(Document)] == ["application_form", "integrity_pledge", "case_forward"]
    assert answer["accepted_at"] == "2026-09-16T09:30:00+08:00"


def test_acceptance_at_home_needs_no_hand_over(desk: Desk) -> None:
    answer = desk.run("case_accept")
    assert [row.template for row in desk.rows(Document)] == ["application_form", "integrity_pledge"]
    assert answer["first_application"] is True
    assert answer["person_hukou_separated"] is False


def test_separated_and_known_before() -> None:
    desk = Desk()
    desk.submit("application", application(living_address="示例二村8号"))
    desk.add(
        HouseholdPerson(
            case_no="旧案",
            resident_ref=resident_ref(FATHER),
            part="applicant",
            programme="dibao",
            since=date(2025, 1, 1),
        )
    )
    answer = desk.run("case_accept")
    assert answer["person_hukou_separated"] is True
    assert answer["first_application"] is False


def test_the_draw_is_fixed_by_the_number_and_keeps_its_share() -> None:
    numbers = [f"新泰-2026-低保-{serial:04d}" for serial in range(2000)]
    drawn = sum(is_drawn(number, "0.10") for number in numbers)
    assert 140 < drawn < 260
    assert not any(is_drawn(number, "0") for number in numbers)
    assert all(is_drawn(number, "1") for number in numbers)
