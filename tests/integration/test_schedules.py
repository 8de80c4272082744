"""The ledger of schedules: everything that the calendar brings, once, also over stops, two schedulers and kills."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.domain.schedules import Mark, Schedule
from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.service import alerts, deployment, inbox, registers, schedule_desk, schedule_view, schedules, work
from jiuzhu.service.clock import advance_clock
from jiuzhu.service.office import Office, system_actor
from jiuzhu.service.schedule_files import Schedules
from tests.conftest import ROOT, OfficeMaker
from tests.integration.people import person

FOLDER = ROOT / "tests" / "data" / "schedules"
HEAD = "jincheng-town_head-1"
OFFICE = "jincheng-county_office-1"


def schedule(**values: Any) -> Schedule:
    given: dict[str, Any] = {
        "id": "turn",
        "label": "例行事项",
        "note": "每月一次",
        "requirements": ("JC-33",),
        "districts": frozenset({"jincheng"}),
        "scope": "town",
        "every": "month",
        "opens": Mark(month=1, day=1),
        "due": Mark(month=1, day=20),
        "process": "test_turn",
        "alert_role": "county_office",
        **values,
    }
    return Schedule(**given)


def with_schedules(office: Office, *made: Schedule) -> Office:
    office.schedules = Schedules({one.id: one for one in made})
    return office


def deploy_turn(office: Office) -> None:
    files = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    deployment.deploy(office, system_actor(), "turn", files, "tests")


def ledger(office: Office) -> list[Any]:
    with office.store.reading() as tx:
        return list(tx.execute(text("select * from schedule_occurrence order by seq")))


def started_processes(office: Office) -> list[str]:
    with office.store.reading() as tx:
        found = tx.execute(text("select record_no from case_instance where process_key = 'test_turn'"))
        return [row.record_no for row in found]


def once_each(office: Office) -> int:
    """Assert that every started turn has a process of its own and nothing else was started; returns how many."""
    rows = [row for row in ledger(office) if row.state != "due"]
    numbers = [row.record_no for row in rows]
    assert all(numbers)
    assert len(set(numbers)) == len(numbers)
    assert sorted(numbers) == sorted(started_processes(office))
    assert len({(row.schedule, row.due_at, row.scope, row.round) for row in ledger(office)}) == len(ledger(office))
    return len(rows)


@pytest.fixture
def turning(any_office_maker: OfficeMaker) -> Office:
    office = with_schedules(any_office_maker(), schedule())
    deploy_turn(office)
    return office


def test_each_staffed_town_gets_its_turn_once_however_often_one_looks(turning: Office) -> None:
    assert schedules.keep_schedules(turning) == 2
    assert schedules.keep_schedules(turning) == 0
    assert once_each(turning) == 2
    assert {row.period for row in ledger(turning)} == {"2026-09"}
    head = person(turning, HEAD)
    assert [one.name for one in inbox.list_items(turning, head, "group").items if one.name == "办理例行事项"]


def test_done_by_whom_and_when_stands_in_the_ledger(turning: Office) -> None:
    schedules.keep_schedules(turning)
    head = person(turning, HEAD)
    item = next(one for one in inbox.list_items(turning, head, "group").items if one.name == "办理例行事项")
    work.complete(turning, head, item.id, {"work_done": "按要求办理完毕，材料齐全。"})
    schedules.keep_schedules(turning)
    done = [row for row in ledger(turning) if row.state == "done"]
    assert [row.done_by for row in done] == [head.person_id]
    assert done[0].late_at is None


def test_an_entry_that_leaves_the_file_while_its_turn_is_at_work_holds_up_nobody(turning: Office) -> None:
    schedules.keep_schedules(turning)
    head = person(turning, HEAD)
    item = next(one for one in inbox.list_items(turning, head, "group").items if one.name == "办理例行事项")
    work.complete(turning, head, item.id, {"work_done": "按要求办理完毕，材料齐全。"})
    with_schedules(turning, schedule(id="another"))
    schedules.keep_schedules(turning)
    assert [(row.state, row.done_by) for row in ledger(turning) if row.done_at] == [("done", head.person_id)]
    lines = schedule_view.list_turns(turning, system_actor(), district="jincheng")
    assert {one.schedule for one in lines} == {"turn", "another"}


def test_a_stop_of_three_days_loses_nothing_and_is_marked_late(any_office_maker: OfficeMaker) -> None:
    daily = schedule(every="day", opens=None, due=None)
    office = with_schedules(any_office_maker(), daily)
    deploy_turn(office)
    schedules.keep_schedules(office)
    advance_clock(office, system_actor(), timedelta(days=3))
    assert schedules.keep_schedules(office) == 6
    assert once_each(office) == 8
    assert [row.period for row in ledger(office) if row.late_at is not None] == [
        period for period in ("2026-09-16", "2026-09-17", "2026-09-18") for _ in range(2)
    ]
    said = [one.sentence for one in alerts.list_alerts(office, person(office, OFFICE)).unseen]
    assert sum("例行事项" in sentence for sentence in said) == 6
    county = person(office, OFFICE)
    for one in alerts.list_alerts(office, county).unseen:
        assert alerts.mark_seen(office, county, one.alert_no).state == "seen"
    assert not alerts.list_alerts(office, county).unseen


def test_two_schedulers_with_clocks_an_hour_apart_start_each_once(any_office_maker: OfficeMaker) -> None:
    daily = schedule(every="day", opens=None, due=None)
    one, other = (with_schedules(any_office_maker(), daily) for _ in range(2))
    deploy_turn(one)
    true_time = other.clock._machine  # type: ignore[attr-defined]
    other.clock._machine = lambda: true_time() + timedelta(hours=1)  # type: ignore[attr-defined]
    for _ in range(4):
        threads = [threading.Thread(target=schedules.keep_schedules, args=(office,)) for office in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        advance_clock(one, system_actor(), timedelta(days=2))
        other.clock.forget()
    schedules.keep_schedules(one)
    assert once_each(one) == 2 * 9
    assert not [row for row in ledger(one) if row.fault]


SCRIPT = """
import sys
from pathlib import Path
from tests.conftest import settings_for, with_values
from tests.integration.test_schedules import schedule, with_schedules
from jiuzhu.bootstrap import build_office
from jiuzhu.service import schedules
office = with_schedules(build_office(settings_for(Path(sys.argv[1]))), schedule(every="day", opens=None, due=None))
print("ready", flush=True)
while True:
    schedules.keep_schedules(office)
"""


def test_killed_at_random_moments_over_two_hundred_turns(make_office: OfficeMaker, tmp_path: Path) -> None:
    office = with_schedules(make_office(), schedule(every="day", opens=None, due=None))
    deploy_turn(office)
    schedules.keep_schedules(office)
    advance_clock(office, system_actor(), timedelta(days=100))
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "home")]
    draw, kills = random.Random(20260916), 0
    until = time.monotonic() + 240
    while len(started_processes(office)) < 202:
        assert time.monotonic() < until
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as keeper:
            assert keeper.stdout is not None
            assert keeper.stdout.readline() == "ready\n"
            time.sleep(draw.uniform(0.05, 0.6))
            keeper.kill()
        kills += 1
    assert kills >= 3
    assert once_each(office) == 202
    assert {row.state for row in ledger(office)} == {"started"}


def test_paused_keeps_what_falls_due_and_resumed_starts_it(turning: Office) -> None:
    head, county = person(turning, HEAD), person(turning, OFFICE)
    schedule_desk.pause(turning, county, "turn", "系统检修")
    with pytest.raises(Refused, match="已经暂停"):
        schedule_desk.pause(turning, county, "turn", "再停")
    with pytest.raises(Forbidden):
        schedule_desk.pause(turning, head, "turn", "不归镇里管")
    advance_clock(turning, system_actor(), timedelta(days=20))
    assert schedules.keep_schedules(turning) == 0
    assert {row.state for row in ledger(turning)} == {"due"}
    assert any("系统检修" in line for line in schedule_view.explain(turning, county, "turn"))
    schedule_desk.resume(turning, county, "turn")
    assert schedules.keep_schedules(turning) == len(ledger(turning)) > 0
    once_each(turning)


def test_by_hand_with_a_reason_and_a_second_time_only_at_a_named_place(turning: Office) -> None:
    head, county = person(turning, HEAD), person(turning, OFFICE)
    with pytest.raises(Invalid, match="理由"):
        schedule_desk.run_now(turning, county, "turn", " ")
    plan = schedule_desk.dry_run(turning, head, "turn")
    assert len(plan.starts) == 1
    assert not ledger(turning)
    assert len(schedule_desk.run_now(turning, county, "turn", "提前布置")) == 2
    with pytest.raises(Refused, match="已经全部启动"):
        schedule_desk.run_now(turning, county, "turn", "再来一次")
    place = schedule_view.list_turns(turning, head)[0].scope
    (number,) = schedule_desk.run_now(turning, head, "turn", "名单有变", scope=place)
    assert number.endswith("/1")
    assert once_each(turning) == 3
    other = next(one.scope for one in schedule_view.list_turns(turning, county) if one.scope != place)
    with pytest.raises(Forbidden):
        schedule_desk.run_now(turning, head, "turn", "别的镇", scope=other)
    with pytest.raises(Forbidden):
        schedule_desk.run_now(turning, person(turning, "jincheng-town_reviewer-1"), "turn", "没有权限")


def test_outside_its_window_it_does_not_start(any_office_maker: OfficeMaker) -> None:
    office = with_schedules(any_office_maker(), schedule(due=Mark(month=1, day=10)))
    deploy_turn(office)
    with pytest.raises(Forbidden, match="不在办理时间内"):
        schedule_desk.run_now(office, person(office, OFFICE), "turn", "补办")
    assert schedules.keep_schedules(office) == 0
    assert not ledger(office)


def test_a_place_that_cannot_be_started_says_why_and_holds_up_nobody(any_office_maker: OfficeMaker) -> None:
    office = with_schedules(any_office_maker(), schedule(id="lost", process="not_deployed"), schedule())
    deploy_turn(office)
    assert schedules.keep_schedules(office) == 2
    faults = [row.fault for row in ledger(office) if row.schedule == "lost"]
    assert faults == ["没有可以启动的流程：not_deployed"] * 2
    assert schedules.keep_schedules(office) == 0


def test_a_register_row_of_the_period_keeps_what_expects_one(any_office_maker: OfficeMaker) -> None:
    meeting = schedule(
        id="meeting", scope="district", process="", register="meetings", register_values={"kind": "coordination"}
    )
    office = with_schedules(any_office_maker(), meeting)
    schedules.keep_schedules(office)
    county = person(office, OFFICE)
    row = {"held_on": "2026-09-16", "kind": "leading_group", "agenda": "议题", "decisions": "议定"}
    registers.add_row(office, county, "meetings", row)
    schedules.keep_schedules(office)
    assert [one.state for one in ledger(office)] == ["due"]
    registers.add_row(office, county, "meetings", {**row, "kind": "coordination"})
    schedules.keep_schedules(office)
    assert [(one.state, one.done_by) for one in ledger(office)] == [("done", county.person_id)]
    with pytest.raises(Refused, match="不启动流程"):
        schedule_desk.run_now(office, county, "meeting", "开会")


def test_an_alert_about_a_turn_without_a_record_is_marked_as_seen(any_office_maker: OfficeMaker) -> None:
    meeting = schedule(
        id="meeting", scope="district", every="day", opens=None, due=None, process="", register="meetings"
    )
    office = with_schedules(any_office_maker(), meeting)
    schedules.keep_schedules(office)
    advance_clock(office, system_actor(), timedelta(days=1))
    schedules.keep_schedules(office)
    county = person(office, OFFICE)
    (alert,) = alerts.list_alerts(office, county).unseen
    assert alerts.mark_seen(office, county, alert.alert_no).state == "seen"
