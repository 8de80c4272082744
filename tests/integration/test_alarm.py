"""The alarm clock wakes, the rows say what is due; two alarm clocks on one database fire a timer once."""

from __future__ import annotations

import dataclasses
import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from jiuzhu.errors import ConfigurationError
from jiuzhu.scheduler import Scheduler
from jiuzhu.service import deployment, due, incidents, work
from jiuzhu.service.office import Office
from jiuzhu.store import office as office_rows
from tests.conftest import OfficeMaker
from tests.integration.people import answer_of, open_item, person, walker_at
from tests.walks import Walker

REMOVE = "Task_RemoveNotice"


def notice_running(office: Office) -> Walker:
    """A case whose notice hangs out, with a timer for its end."""
    walker = walker_at(office, "Task_PostNotice")
    officer = person(office, "jincheng-village_officer-1")
    item = open_item(walker, "Task_PostNotice")["task_id"]
    work.complete(office, officer, item, answer_of(walker, "Task_PostNotice", officer))
    assert walker.rows("select kind from waiting where case_no = :case_no and kind = 'timer'")
    return walker


def push_date(office: Office, days: int) -> None:
    """Move the date without firing anything: as if nobody had been awake."""
    with office.store.transaction() as tx:
        offset = office_rows.clock_offset(tx) or timedelta()
        office_rows.set_clock_offset(tx, offset + timedelta(days=days), office.clock.machine(), "")
    office.clock.forget()


def wait_for_item(walker: Walker, element: str) -> None:
    until = time.monotonic() + 30
    while element not in {row["element_id"] for row in walker.open_items()}:
        assert time.monotonic() < until, f"{element} did not open"
        time.sleep(0.05)


def test_what_fell_due_while_nobody_ran_is_fired_at_the_next_look(any_office_maker: OfficeMaker) -> None:
    office, other = (
        any_office_maker(schedule={"timers_seconds": 0.1}),
        any_office_maker(schedule={"timers_seconds": 0.1}),
    )
    walker = notice_running(office)
    push_date(office, 9)
    assert REMOVE not in {row["element_id"] for row in walker.open_items()}
    alarms = [Scheduler(office), Scheduler(other)]
    for alarm in alarms:
        alarm.start()
    try:
        wait_for_item(walker, REMOVE)
        time.sleep(0.5)
    finally:
        for alarm in alarms:
            alarm.stop()
    fired = walker.rows("select seq from audit where case_no = :case_no and act = 'timer' and sentence like '%公示%'")
    assert len(fired) == 1
    assert len([row for row in walker.open_items() if row["element_id"] == REMOVE]) == 1


def test_a_timer_that_cannot_go_on_becomes_an_incident_and_fires_after_the_retry(make_office: OfficeMaker) -> None:
    office = make_office()
    walker = notice_running(office)
    topic = office.topics["objection_count"]

    def broken(call: object) -> dict[str, object]:
        raise RuntimeError("broken on purpose")

    office.topics = {**office.topics, "objection_count": dataclasses.replace(topic, record=broken)}
    push_date(office, 9)
    due.fire_due(office)
    due.fire_due(office)
    admin = person(office, "jincheng-county_admin-1")
    found = incidents.list_incidents(office, admin)
    assert [(one.kind, one.case_no) for one in found] == [("timer", walker.case_no)]
    office.topics = {**office.topics, "objection_count": topic}
    assert due.fire_due(office) == 0, "a stuck timer is not tried for ever"
    incidents.retry_incident(office, admin, found[0].id)
    assert due.fire_due(office) == 1
    assert open_item(walker, REMOVE)


def test_a_database_of_another_release_is_refused(make_office: OfficeMaker) -> None:
    office = make_office()
    deployment.require_migrated(office)
    with office.store.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="jiuzhu migrate"):
        deployment.require_migrated(office)
