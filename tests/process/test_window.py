"""西秀's single window: fifteen real minutes, what comes of an arrival, service at home, ratings, the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.runner import Runner
from jiuzhu.service import cases, due, identity, inbox, work
from jiuzhu.service.office import Office
from jiuzhu.service.registers import add_row, show_register
from tests import forms_data
from tests.walks import Walker

pytestmark = [pytest.mark.walks]

Offices = Callable[[str], Office]
DAY = "2026-09-16"


class Visit:
    """One arrival at the window of 旧州镇 (or 东街街道), on the minute."""

    def __init__(self, office: Office, *, at: str = f"{DAY}T09:00", intake: int = 1, **more: Any) -> None:
        self.office, self.intake = office, intake
        self.walker = Walker(office, {"id": "V", "district": "xixiu", "given": "", "programme": ""})
        self.wait_until(at)
        data = self.answers("window_arrival", **{"arrived_at": f"{at[:16]}+08:00", **more})
        made = cases.start_case(office, self.actor("town_intake", intake), "xixiu_window", data)
        self.case_no = self.walker.case_no = made.case_no

    def actor(self, role: str, number: int = 1) -> Any:
        return identity.actor_of(self.office, f"xixiu-{role}-{number}")

    def answers(self, form: str, **more: Any) -> dict[str, Any]:
        return forms_data.answers(form, district="xixiu", today=self.walker.today, **more)

    def wait_until(self, moment: str, *, fire: bool = True) -> None:
        """Stop the office's clock at a second; ``fire`` false: no timer has woken yet."""
        wanted = datetime.fromisoformat(f"{moment}+08:00").astimezone(UTC)
        self.office.clock.now = lambda: wanted  # type: ignore[method-assign]
        if fire:
            self.settle()

    def settle(self) -> None:
        Runner(self.office).drain()
        due.fire_due(self.office)
        Runner(self.office).drain()

    def open(self) -> list[dict[str, Any]]:
        return self.walker.rows(
            "select distinct task_id, element_id, form, group_name from work_item where case_no = :case_no"
        )

    def item(self, element: str) -> dict[str, Any]:
        found = self.open()
        assert [row["element_id"] for row in found] == [element], found
        return found[0]

    def do(self, element: str, role: str = "town_intake", number: int = 0, **more: Any) -> None:
        item = self.item(element)
        actor = self.actor(role, number or self.intake)
        work.complete(self.office, actor, item["task_id"], self.answers(item["form"], **more))
        self.settle()

    def row(self) -> dict[str, Any]:
        [found] = self.walker.rows("select * from window_visit where case_no = :case_no")
        return found

    def alerts(self) -> list[str]:
        return [one["kind"] for one in self.walker.rows("select kind from alert where case_no = :case_no")]

    def ended(self) -> list[str]:
        found = self.walker.rows(
            "select end_event from case_instance where case_no = :case_no and ended_at is not null"
        )
        return [one["end_event"] for one in found]


@pytest.mark.req("XX-33")
@pytest.mark.parametrize(
    ("arrived", "answered", "breached", "seconds"),
    [
        (f"{DAY}T09:00", f"{DAY}T09:15:00", False, 900),
        (f"{DAY}T09:00", f"{DAY}T09:15:01", True, 901),
        (f"{DAY}T09:00", f"{DAY}T09:07:30", False, 450),
        (f"{DAY}T23:50", "2026-09-17T00:05:00", False, 900),  # over midnight
        (f"{DAY}T23:50", "2026-09-17T00:05:01", True, 901),
        ("2026-10-01T10:00", "2026-10-01T10:15:00", False, 900),  # a holiday: minutes, not working days
        ("2026-10-01T10:00", "2026-10-01T10:15:01", True, 901),
        ("2026-09-19T17:59", "2026-09-21T08:30:00", True, 138660),  # over a weekend it is simply late
    ],
)
@pytest.mark.parametrize("woken", [True, False])
def test_fifteen_minutes_to_the_second(
    office_on: Offices, arrived: str, answered: str, breached: bool, seconds: int, woken: bool
) -> None:
    """Whether or not a timer has woken in between: the moment of the answer decides."""
    visit = Visit(office_on(DAY), at=arrived)
    visit.wait_until(answered, fire=woken)
    assert bool(visit.row()["breached"]) is (breached and woken)
    visit.do("Task_Answer")
    row = visit.row()
    assert (bool(row["breached"]), row["seconds"]) == (breached, seconds)
    assert visit.alerts() == (["window_breach"] if breached else [])


@pytest.mark.req("XX-33", "XX-32", "XX-35")
def test_a_breach_stays_a_breach_to_the_end(office_on: Offices) -> None:
    office = office_on(DAY)
    visit = Visit(office)
    [waiting] = inbox.list_items(office, visit.actor("town_intake"), view="group", element="Task_Answer").items
    assert waiting.clock == "minutes"
    assert waiting.seconds_left == 900
    visit.wait_until(f"{DAY}T09:18:20")
    [late] = inbox.list_items(office, visit.actor("town_intake"), view="group", element="Task_Answer").items
    assert (late.late, late.breached) == (True, True)
    assert late.seconds_left == -200
    assert visit.row()["answered_at"] is None
    visit.do("Task_Answer")
    [rating] = inbox.list_items(office, visit.actor("town_intake"), view="group", element="Task_Satisfaction").items
    assert rating.breached  # answered after all, and still marked
    visit.do("Task_Satisfaction", rating_score=2)
    assert visit.ended() == ["End_Answered"]
    page = show_register(office, visit.actor("town_head"), "window")
    cells = dict(zip([one.key for one in page.columns], page.rows[0].cells, strict=True))
    assert (cells["breached"], cells["seconds"], cells["satisfaction"]) == ("是", "1100", "2")
    assert cells["item"] == "就业救助"


@pytest.mark.req("XX-29", "XX-30", "XX-33")
def test_refused_arrivals_and_answers(office_on: Offices) -> None:
    office = office_on(DAY)
    visit = Visit(office)
    for wrong in ({"arrived_at": f"{DAY}T09:01+08:00"}, {"window_item": "gold"}, {"channel": "letter"}):
        with pytest.raises(Invalid):
            cases.start_case(
                office, visit.actor("town_intake"), "xixiu_window", visit.answers("window_arrival", **wrong)
            )
    item = visit.item("Task_Answer")
    for role, number in (("village_officer", 1), ("dept_handler", 1), ("town_intake", 2), ("county_office", 1)):
        with pytest.raises(Forbidden, match="不由您的岗位办理"):
            work.complete(office, visit.actor(role, number), item["task_id"], visit.answers("window_answer"))
    with pytest.raises(Invalid):
        work.complete(
            office, visit.actor("town_intake"), item["task_id"], visit.answers("window_answer", answer_text="")
        )
    data = visit.answers("window_arrival")
    with pytest.raises(Forbidden):
        cases.start_case(office, visit.actor("village_officer"), "xixiu_window", data)
    assert visit.row()["state"] == "waiting"


@pytest.mark.req("XX-69")
def test_the_window_exists_since_february_2019(office_on: Offices) -> None:
    office = office_on("2019-01-31")
    with pytest.raises(Refused, match="还没有设立"):
        Visit(office, at="2019-01-31T16:00")
    assert Visit(office, at="2019-02-01T16:00").row()["state"] == "waiting"


@pytest.mark.req("XX-29", "XX-69")
def test_only_the_named_person_answers_where_one_is_named(office_on: Offices) -> None:
    office = office_on(DAY)
    head = identity.actor_of(office, "xixiu-town_head-1")
    staff = {
        "person": "王专人", "login": "xixiu-town_reviewer-1", "post": "窗口", "kind": "full_time",
        "window_person": True, "from_day": DAY, "decision_right": False,
    }  # fmt: skip
    add_row(office, head, "staff", staff, organisation="520402109")
    visit = Visit(office)
    with pytest.raises(Forbidden, match="王专人"):
        visit.do("Task_Answer")
    add_row(
        office, head, "staff", {**staff, "person": "冯德林", "login": "xixiu-town_intake-1"}, organisation="520402109"
    )
    visit.do("Task_Answer")
    assert visit.row()["answered_by"] == "xixiu-town_intake-1"


@pytest.mark.req("XX-28", "XX-30", "XX-34")
def test_a_matter_of_a_department_is_followed_to_its_reply(office_on: Offices) -> None:
    visit = Visit(office_on(DAY), intake=2)
    visit.do(
        "Task_Answer", window_result="refer", referral_item="employment", referral_content="求职登记", department=None
    )
    visit.do("Task_HandleReferral", "dept_handler", 1, referral_result="not_eligible")
    assert visit.row()["outcome"] == ""
    visit.do("Task_ReplyCitizen")
    assert visit.row()["outcome"] == "not_eligible"
    visit.do("Task_Satisfaction")
    assert visit.ended() == ["End_Answered"]


@pytest.mark.req("XX-28", "XX-30")
def test_an_application_is_opened_by_its_own_form_and_named_here(office_on: Offices) -> None:
    visit = Visit(office_on(DAY), window_item="dibao")
    visit.do("Task_Answer", window_result="handle")
    with pytest.raises(Invalid):
        visit.do("Task_StartCase", start_result="started", dropped_reason=None, started_case_no="西秀-2026-低保-0009")
    earlier = apply_for(visit, household=1, programme="dibao")
    late = Visit(visit.office, at=f"{DAY}T10:00", window_item="dibao")
    late.do("Task_Answer", window_result="handle")
    started: dict[str, Any] = {"start_result": "started", "dropped_reason": None}
    with pytest.raises(Invalid):  # opened before this person came
        late.do("Task_StartCase", **started, started_case_no=earlier)
    late.do("Task_StartCase")
    assert late.row()["outcome"] == "dropped"
    visit.do("Task_StartCase", **started, started_case_no=earlier)
    row = visit.row()
    assert (row["outcome"], row["started_case_no"]) == ("started", earlier)


def apply_for(visit: Visit, *, household: int, programme: str, **application: Any) -> str:
    """Open an application by its own form, as the window does, and return its number."""
    walk = {
        "id": "W", "district": "xixiu", "programme": programme, "starter": "town_intake", "given": "",
        "application": application,
    }  # fmt: skip
    walker = Walker(visit.office, walk, household=household)
    walker.start()
    return walker.case_no


@pytest.mark.req("XX-35")
def test_whoever_does_not_answer_is_not_waited_for_for_ever(office_on: Offices) -> None:
    visit = Visit(office_on(DAY))
    visit.do("Task_Answer")
    visit.wait_until("2026-09-22T00:00:01")
    assert visit.ended() == ["End_Answered"]
    assert (visit.row()["state"], visit.row()["score"]) == ("closed", None)


@pytest.mark.req("XX-42", "XX-44")
def test_service_at_home_by_the_information_officer(office_on: Offices) -> None:
    office = office_on(DAY)
    with office.store.engine.begin() as connection:  # a village without an information officer
        connection.execute(text("delete from membership where role = 'info_officer' and organisation = '520402109002'"))
    visit = Visit(office, channel="phone", window_item="other")
    visit.do("Task_Answer", window_result="home")
    with pytest.raises(Invalid):
        visit.do("Task_Appoint", appointment_at=f"{DAY}T08:00+08:00")
    with pytest.raises(Refused, match="没有在岗的信息员"):
        visit.do("Task_Appoint", home_village="520402109002", appointment_at="2026-09-18T10:00+08:00")
    visit.do("Task_Appoint", appointment_at="2026-09-18T10:00+08:00")
    assert visit.item("Task_ServeAtHome")["group_name"] == "info_officer@520402109001"
    with pytest.raises(Forbidden):
        visit.do("Task_ServeAtHome", "town_intake")
    visit.wait_until("2026-09-17T10:00:01")
    assert visit.alerts() == ["home_service"]
    visit.wait_until("2026-09-18T10:30:00")
    visit.do("Task_ServeAtHome", "info_officer", 1, home_result="absent", home_note="外出就医。")
    visit.do("Task_Appoint", appointment_at="2026-09-19T10:00+08:00", service_by="window")
    assert visit.item("Task_ServeAtHome")["group_name"] == "town_intake@520402109"
    visit.wait_until("2026-09-19T11:00:00")
    visit.do("Task_ServeAtHome", home_result="served")
    visit.do("Task_Satisfaction")
    assert visit.row()["outcome"] == "served"
    page = show_register(office, visit.actor("town_head"), "outreach")
    reasons = [dict(zip([one.key for one in page.columns], row.cells, strict=True))["reason"] for row in page.rows]
    assert reasons == ["老、病", "老、病"]


@pytest.mark.req("XX-44")
def test_an_application_at_home_comes_by_its_own_channel(office_on: Offices) -> None:
    visit = Visit(office_on(DAY), channel="home", window_item="dibao")
    visit.do("Task_Answer", window_result="home")
    visit.do("Task_Appoint", appointment_at="2026-09-16T10:00+08:00")
    visit.wait_until(f"{DAY}T10:20:00")
    visit.do("Task_ServeAtHome", "info_officer", 1, home_result="apply")
    assert visit.item("Task_StartAtHome")["group_name"] == "info_officer@520402109001"
    started: dict[str, Any] = {"start_result": "started", "dropped_reason": None}
    at_window = apply_for(visit, household=1, programme="dibao", channel="window")
    with pytest.raises(Invalid):
        visit.do("Task_StartAtHome", "info_officer", 1, **started, started_case_no=at_window)
    at_home = apply_for(visit, household=2, programme="dibao", channel="home")
    visit.do("Task_StartAtHome", "info_officer", 1, **started, started_case_no=at_home)
    visit.do("Task_Satisfaction")
    assert (visit.row()["outcome"], visit.row()["started_case_no"]) == ("apply", at_home)
