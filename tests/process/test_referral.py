"""Matters of other departments: handed on, followed, sent on when a department refuses, and always answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.runner import Runner
from jiuzhu.service import cases, due, identity, work
from jiuzhu.service import clock as office_clock
from jiuzhu.service.office import Office
from tests import forms_data
from tests.walks import Walker

pytestmark = [pytest.mark.walks]

pytestmark = pytest.mark.walks
JIUZHOU, DONGJIE = "520402109", "520402002"


class Matter:
    """One matter at a window, with the people who handle it."""

    def __init__(self, office: Office, district: str = "xixiu", intake: int = 1, **more: Any) -> None:
        self.office, self.district, self.intake = office, district, intake
        self.walker = Walker(office, {"id": "R", "district": district, "given": "", "programme": ""})
        actor = self.actor("town_intake", intake)
        made = cases.start_case(office, actor, "shared_referral_window", self.answers("referral", **more))
        self.case_no = self.walker.case_no = made.case_no
        self.settle()

    def actor(self, role: str, number: int = 1) -> Any:
        return identity.actor_of(self.office, f"{self.district}-{role}-{number}")

    def answers(self, form: str, **more: Any) -> dict[str, Any]:
        return forms_data.answers(form, district=self.district, **more)

    def settle(self) -> None:
        Runner(self.office).drain()
        due.fire_due(self.office)
        Runner(self.office).drain()

    def open(self) -> list[dict[str, Any]]:
        return self.walker.rows(
            "select distinct w.task_id, w.element_id, w.form, w.group_name from work_item w where w.case_no = :case_no"
        )

    def do(self, element: str, role: str, number: int = 1, **more: Any) -> None:
        [item] = [row for row in self.open() if row["element_id"] == element]
        work.complete(self.office, self.actor(role, number), item["task_id"], self.answers(item["form"], **more))
        self.settle()

    def row(self) -> dict[str, Any]:
        [found] = self.walker.rows("select * from referral where case_no = :case_no")
        return found

    def ended(self) -> bool:
        return bool(self.walker.rows("select id from case_instance where case_no = :case_no and ended_at is not null"))


def group_of(matter: Matter) -> str:
    [item] = matter.open()
    assert item["element_id"] == "Task_HandleReferral"
    return str(item["group_name"])


@pytest.mark.req("NH-45", "XT-41", "XX-30", "XX-32", "XX-34")
def test_a_matter_goes_to_the_department_and_comes_back_as_a_reply(office: Office) -> None:
    matter = Matter(office)
    assert matter.case_no.startswith("西秀-2026-转办-")
    matter.do("Task_HandleReferral", "dept_handler", 15)
    assert matter.row()["state"] == "handled"
    assert not matter.ended()  # without a reply to the citizen nothing ends
    matter.do("Task_ReplyCitizen", "town_intake")
    row = matter.row()
    assert (row["state"], row["result"], row["replied_by"]) == ("replied", "done", "xixiu-town_intake-1")
    assert matter.ended()
    assert [one["template"] for one in matter.walker.rows("select template from document")] == ["referral"]
    kept = matter.walker.rows("select due_name, state from obligation where case_no = :case_no")
    assert kept == [{"due_name": "due_referral", "state": "met"}]


@pytest.mark.req("XX-09", "XX-83", "XX-84")
@pytest.mark.parametrize(
    ("town", "item", "department"),
    [
        (1, "employment", f"dept_handler@{JIUZHOU}.dept.human_resources"),
        (1, "social_affairs", f"dept_handler@{JIUZHOU}.dept.social_affairs"),
        (1, "land", f"dept_handler@{JIUZHOU}.dept.land_planning"),
        (1, "medical", "dept_handler@xixiu.dept.medical_insurance"),
        (2, "employment", "dept_handler@xixiu.dept.human_resources"),  # this town has no station
        (2, "education", "dept_handler@xixiu.dept.education"),
        (2, "housing", "dept_handler@xixiu.dept.housing"),
        (2, "disability", "dept_handler@xixiu.dept.disabled"),
        (2, "funds", "dept_handler@xixiu.dept.finance"),
        (2, "income_standard", "dept_handler@xixiu.dept.development"),
        (2, "other", "county_office@xixiu"),  # the civil affairs bureau leads
    ],
)
def test_stations_first_then_departments_then_the_bureau(office: Office, town: int, item: str, department: str) -> None:
    assert group_of(Matter(office, intake=town, referral_item=item)) == department


@pytest.mark.req("NH-45", "XT-41")
@pytest.mark.parametrize("district", ["ninghe", "xintai", "jincheng", "qijiang"])
def test_a_district_without_departments_of_its_own(office: Office, district: str) -> None:
    matter = Matter(office, district)
    assert group_of(matter) == f"county_office@{district}"
    matter.do("Task_HandleReferral", "county_office")
    matter.do("Task_ReplyCitizen", "town_intake")
    assert matter.ended()


@pytest.mark.req("XT-41", "XX-30")
def test_a_department_that_is_not_in_charge_gives_it_back_to_the_window(office: Office) -> None:
    matter = Matter(office, referral_item="medical")
    matter.do("Task_HandleReferral", "dept_handler", 4, **rejected())
    assert matter.row()["state"] == "rejected"
    matter.do("Task_Reroute", "town_intake", department="xixiu.dept.health")
    assert group_of(matter) == "dept_handler@xixiu.dept.health"
    matter.do("Task_HandleReferral", "dept_handler", 5, referral_result="explained")
    matter.do("Task_ReplyCitizen", "town_intake")
    assert (matter.row()["round"], matter.row()["result"]) == (2, "explained")
    owed = matter.walker.rows("select state from obligation where case_no = :case_no order by obligation_no")
    assert [one["state"] for one in owed] == ["void", "met"]
    titles = matter.walker.rows("select title from document where case_no = :case_no order by document_no")
    assert [one["title"] for one in titles] == ["转办单", "转办单（第2次）"]


def rejected() -> dict[str, Any]:
    return {
        "referral_rejected": True,
        "referral_result": None,
        "handled_text": None,
        "reject_reason": "属于卫生健康部门职责。",
    }


@pytest.mark.req("XX-34")
def test_a_late_department_is_reported_to_the_lead_office_once(office: Office) -> None:
    matter = Matter(office, intake=2)
    assert str(matter.row()["due_at"]).startswith("2026-09-30")  # ten working days
    office_clock.advance_clock(office, None, timedelta(days=40))
    matter.settle()
    [alert] = matter.walker.rows("select alert_group, kind from alert where case_no = :case_no")
    assert alert == {"alert_group": "county_office@xixiu", "kind": "due_referral"}
    assert matter.row()["late_at"] is not None
    matter.do("Task_HandleReferral", "dept_handler", 1)
    matter.do("Task_ReplyCitizen", "town_intake", 2)
    owed = matter.walker.rows("select state from obligation where case_no = :case_no")
    assert owed == [{"state": "met_late"}]


@pytest.mark.req("XX-58", "XX-83")
def test_another_department_cannot_take_it(office: Office) -> None:
    matter = Matter(office, intake=2)
    [item] = matter.open()
    for role, number in (("dept_handler", 2), ("dept_handler", 15), ("town_intake", 2), ("village_officer", 1)):
        actor = matter.actor(role, number)
        with pytest.raises(Forbidden, match="不由您的岗位办理"):
            work.complete(office, actor, item["task_id"], matter.answers("referral_reply"))
    assert matter.row()["state"] == "sent"


@pytest.mark.req("XX-30")
def test_what_the_window_may_hand_on(office: Office) -> None:
    actor = identity.actor_of(office, "xixiu-town_intake-1")
    for wrong in ({"referral_item": "gold"}, {"department": "jincheng.dept.x"}, {"referral_content": ""}):
        with pytest.raises(Invalid):
            cases.start_case(
                office, actor, "shared_referral_window", forms_data.answers("referral", district="xixiu", **wrong)
            )
    villager = identity.actor_of(office, "xixiu-village_officer-1")
    with pytest.raises(Forbidden):
        cases.start_case(office, villager, "shared_referral_window", forms_data.answers("referral", district="xixiu"))


def test_a_matter_belongs_to_the_town_of_its_window(office: Office) -> None:
    matter = Matter(office, intake=2)
    [head] = matter.walker.rows("select town, intake_town, applicant_name from case_instance where case_no = :case_no")
    assert (head["town"], head["intake_town"]) == (DONGJIE, DONGJIE)
    other = identity.actor_of(office, "xixiu-town_intake-1")
    assert matter.case_no not in {one.case_no for one in cases.list_cases(office, other, everything=True).cases}
