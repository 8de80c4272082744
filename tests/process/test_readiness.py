"""宁河: a town proves to be ready, the district accepts it, authority begins on the plan's day and not before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.errors import Forbidden, JiuzhuError, Refused
from jiuzhu.runner import Runner
from jiuzhu.service import cases, due, identity, work
from jiuzhu.service import clock as office_clock
from jiuzhu.service.office import Office
from tests.walks import Line, Walker, load_walks

pytestmark = pytest.mark.walks
Offices = Callable[[str], Office]
TOWN = "120117102"
"""宁河镇, whose people the demo knows."""


class Preparation:
    """One town's way from the district's order to its authority."""

    def __init__(self, office: Office, town: str = TOWN) -> None:
        self.office = office
        self.town = town
        self.walker = Walker(office, load_walks()["N1"])
        with office.store.engine.begin() as connection:  # as it was before anybody was ready
            connection.execute(text("delete from authority_grant"))
        made = cases.start_case(
            office,
            self.actor("county_leader"),
            "ninghe_readiness",
            self.walker.answers("readiness_start", self.actor("county_leader"), readiness_town=town),
        )
        self.case_no = self.walker.case_no = made.case_no

    def actor(self, role: str, number: int = 1) -> Any:
        return identity.actor_of(self.office, f"ninghe-{role}-{number}")

    def complete(self, element: str, role: str, *, number: int = 1, **more: Any) -> None:
        (row,) = [row for row in self.walker.open_items() if row["element_id"] == element]
        actor = self.actor(role, number)
        work.complete(self.office, actor, row["task_id"], self.walker.answers(row["form"], actor) | more)
        self.settle()

    def settle(self) -> None:
        Runner(self.office).drain()
        due.fire_due(self.office)

    def open(self) -> set[str]:
        return {row["element_id"] for row in self.walker.open_items()}

    def grants(self) -> list[tuple[str, str]]:
        rows = self.walker.rows(
            "select programme, devolution_from from authority_grant where town = :town order by programme",
            town=self.town,
        )
        return [(str(row["programme"]), str(row["devolution_from"])[:10]) for row in rows]

    def until(self, day: date) -> None:
        here = date.fromisoformat(self.walker.today)
        office_clock.advance_clock(self.office, None, timedelta(days=(day - here).days))
        self.settle()


@pytest.mark.req("NH-01", "NH-06", "NH-40", "NH-41", "NH-44", "NH-46")
def test_a_ready_town_has_authority_from_the_plans_day_and_not_before(office_on: Offices) -> None:
    town = Preparation(office_on("2021-08-25"))
    assert town.open() == {"Task_Checklist"}
    (item,) = town.walker.rows("select due from work_item where case_no = :case_no")
    assert "2021-08-31" in str(item["due"])
    with pytest.raises(JiuzhuError):
        town.complete("Task_Checklist", "town_head", number=2)
    town.complete("Task_Checklist", "town_head")
    for role in ("town_head", "county_supervisor", "county_leader"):
        with pytest.raises(Forbidden):
            town.complete("Task_Accept", role)
    town.complete("Task_Accept", "county_office")
    assert town.open() == set()
    assert town.grants() == []
    town.until(date(2021, 8, 31))
    assert town.grants() == []
    town.until(date(2021, 9, 1))
    assert town.grants() == [(programme, "2021-09-01") for programme in ("dibao", "low_income", "tekun")]
    (ended,) = town.walker.rows("select end_event from case_instance where case_no = :case_no")
    assert ended["end_event"] == "End_Devolved"
    actor = town.actor("county_leader")
    data = town.walker.answers("readiness_start", actor, readiness_town=TOWN)
    with pytest.raises(Refused, match="已经生效"):
        cases.start_case(town.office, actor, "ninghe_readiness", data)


@pytest.mark.req("NH-44", "NH-46")
@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"readiness_staff": [{"name": "示例丁", "staff_kind": "full_time"}]}, "1人，不少于2人"),
        ({"has_funds": False}, "没有工作经费"),
        ({"has_premises_evidence": []}, "办公场所没有证据"),
    ],
)
def test_a_town_that_lacks_something_prepares_again(office_on: Offices, more: dict[str, Any], why: str) -> None:
    town = Preparation(office_on("2021-08-25"))
    town.complete("Task_Checklist", "town_head", **more)
    town.complete("Task_Accept", "county_office")
    assert town.open() == {"Task_Checklist"}
    (line,) = town.walker.rows("select sentence from audit where case_no = :case_no and act = 'not_ready'")
    assert why in line["sentence"]
    town.until(date(2021, 9, 2))
    assert town.grants() == []
    town.complete("Task_Checklist", "town_head")
    town.complete("Task_Accept", "county_office")
    assert {day for _, day in town.grants()} == {"2021-09-02"}  # ready late: from that day on, not back-dated


@pytest.mark.req("NH-40", "NH-41")
def test_the_district_sends_a_checklist_back(office_on: Offices) -> None:
    town = Preparation(office_on("2021-08-25"))
    town.complete("Task_Checklist", "town_head")
    town.complete("Task_Accept", "county_office", readiness_accepted=False, readiness_note="培训签到不全，请补。")
    assert town.open() == {"Task_Checklist"}
    assert town.grants() == []


@pytest.mark.req("NH-01", "NH-44")
def test_where_a_town_is_not_ready_the_district_decides(office_on: Offices) -> None:
    office = office_on("2021-09-27")
    town = Preparation(office)
    walker = Walker(office, load_walks()["N1"])
    walker.start()
    for line in load_walks()["N14"]["order"]:  # the way on which the district decides
        if line.startswith("Task_CountyDecide"):
            break
        walker.command(line) if line.startswith("@") else walker.complete(Line.parse(line))
    assert {row["element_id"] for row in walker.main_items()} == {"Task_CountyDecide"}
    assert town.open() == {"Task_Checklist"}
