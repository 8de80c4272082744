"""Errands between a case and the outside: parked, taken, tried again, stuck, taken over; counted where they arrive."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from jiuzhu.domain.topics import ErrandCall
from jiuzhu.errors import BpmnError, Conflict, Forbidden, NotFound, WorkerError
from jiuzhu.runner import Runner
from jiuzhu.service import audit, cases, incidents, jobs, work
from jiuzhu.service.office import Office
from tests.conftest import OfficeMaker
from tests.integration.people import WANG, answer_of, open_item, person, walker_at
from tests.walks import Walker

CHECK, REPORT = "Task_CheckMaterials", "Task_IssueReport"
QUERY = "means_verification"
ADMIN = "jincheng-county_admin-1"


class Department:
    """Stands in for the outside: counts what comes by key, and does what the test says."""

    def __init__(self, office: Office) -> None:
        self.came: Counter[str] = Counter()
        self.attempts: list[int] = []
        self.trouble: list[Exception] = []
        topic = office.topics[QUERY]
        genuine = topic.errand
        assert genuine is not None

        def errand(call: ErrandCall) -> Any:
            self.came[call.task_id] += 1
            self.attempts.append(call.attempt)
            if self.trouble:
                raise self.trouble.pop(0)
            return genuine(call)

        office.topics = {**office.topics, QUERY: dataclasses.replace(topic, errand=errand)}


def parked(office: Office) -> tuple[Walker, Department]:
    """Bring a case to the means query and leave it parked."""
    walker = walker_at(office, CHECK)
    department = Department(office)
    wang = person(office, WANG)
    work.complete(office, wang, open_item(walker, CHECK)["task_id"], answer_of(walker, CHECK, wang))
    assert [job.topic for job in jobs.list_jobs(office)] == [QUERY]
    return walker, department


def test_an_errand_is_parked_with_everything_it_needs_and_moves_the_case_on(any_office: Office) -> None:
    walker, department = parked(any_office)
    assert walker.main_items() == []
    assert "正在“" in cases.show_case(any_office, person(any_office, WANG), walker.case_no).waiting_sentence
    assert Runner(any_office).drain() >= 1
    assert open_item(walker, REPORT)
    assert list(department.came.values()) == [1]
    assert jobs.list_jobs(any_office) == []


def test_a_failing_errand_is_tried_again_then_becomes_an_incident_that_can_be_retried(any_office: Office) -> None:
    walker, department = parked(any_office)
    department.trouble = [WorkerError("交换平台没有应答"), RuntimeError("boom"), WorkerError("还是没有应答")]
    assert Runner(any_office).drain() == 3
    assert department.attempts == [1, 2, 3]
    assert len(department.came) == 1, "the key towards the outside stays the same over all tries"
    admin = person(any_office, ADMIN)
    found = incidents.list_incidents(any_office, admin)
    assert [(one.kind, one.message, one.case_no) for one in found] == [("job", "还是没有应答", walker.case_no)]
    assert "故障" in cases.show_case(any_office, admin, walker.case_no).waiting_sentence
    assert Runner(any_office).drain() == 0, "without a try left nobody takes it"
    with pytest.raises(Forbidden):
        incidents.retry_incident(any_office, person(any_office, WANG), found[0].id)
    incidents.retry_incident(any_office, admin, found[0].id)
    with pytest.raises(Conflict):
        incidents.retry_incident(any_office, admin, found[0].id)
    Runner(any_office).drain()
    assert open_item(walker, REPORT)
    assert incidents.list_incidents(any_office, admin) == []
    assert all(check.holds for check in audit.verify(any_office, walker.case_no))


def test_a_permanent_failure_is_not_tried_again(make_office: OfficeMaker) -> None:
    office = make_office()
    _, department = parked(office)
    department.trouble = [WorkerError("地址不存在", permanent=True)]
    assert Runner(office).drain() == 1
    assert len(incidents.list_incidents(office, person(office, ADMIN))) == 1


def test_a_business_error_nobody_catches_becomes_an_incident(make_office: OfficeMaker) -> None:
    office = make_office()
    walker, department = parked(office)
    department.trouble = [BpmnError("NOBODY_CATCHES_THIS")]
    Runner(office).drain()
    assert "NOBODY_CATCHES_THIS" in incidents.list_incidents(office, person(office, ADMIN))[0].message
    assert walker.main_items() == []


def test_an_errand_whose_worker_died_is_taken_over_when_its_lease_ends(any_office_maker: OfficeMaker) -> None:
    office = any_office_maker()
    walker, department = parked(office)
    dead = jobs.take_jobs(office, "dead worker", [QUERY], 1, timedelta(seconds=30))
    assert len(dead) == 1
    assert jobs.take_jobs(office, "other", [QUERY], 1) == [], "a lease that runs is respected"
    clock = office.clock
    office.clock = _Later(clock, timedelta(seconds=31))
    assert Runner(office).drain() >= 1
    office.clock = clock
    assert open_item(walker, REPORT)
    with pytest.raises(NotFound):
        jobs.finish_job(office, "dead worker", dead[0].id, {})
    assert department.attempts == [2]
    made = walker.rows("select round from means_query where case_no = :case_no")
    assert len(made) == 1


class _Later:
    """The same clocks, machine time a while later."""

    def __init__(self, clock: Any, delta: timedelta) -> None:
        self._clock = clock
        self._delta = delta

    def now(self) -> Any:
        return self._clock.now()

    def machine(self) -> Any:
        return self._clock.machine() + self._delta

    def forget(self) -> None:
        self._clock.forget()


def test_only_the_owner_finishes_an_errand(make_office: OfficeMaker) -> None:
    office = make_office()
    parked(office)
    job = jobs.take_jobs(office, "one", [QUERY], 1)[0]
    with pytest.raises(Conflict):
        jobs.finish_job(office, "two", job.id, {})
    with pytest.raises(Conflict):
        jobs.extend_lease(office, "two", job.id, timedelta(minutes=5))
    jobs.extend_lease(office, "one", job.id, timedelta(minutes=5))
    jobs.fail_job(office, "two", job.id, "not mine")
    assert jobs.list_jobs(office)[0].owner == "one"


def test_two_runners_work_each_errand_once(any_office_maker: OfficeMaker) -> None:
    one, two = any_office_maker(), any_office_maker()
    wang = person(one, WANG)
    walkers = [walker_at(one, CHECK, household=number) for number in range(1, 5)]
    for walker in walkers:
        work.complete(one, wang, open_item(walker, CHECK)["task_id"], answer_of(walker, CHECK, wang))
    left, right = Department(one), Department(two)
    runners = [Runner(one, threads=2), Runner(two, threads=2)]
    for runner in runners:
        runner.start()
    for _ in range(200):
        if not jobs.list_jobs(one):
            break
        time.sleep(0.05)
    for runner in runners:
        runner.stop()
    came = left.came + right.came
    assert sorted(came.values()) == [1, 1, 1, 1]
    assert all(open_item(walker, REPORT) for walker in walkers)


def test_a_slow_errand_keeps_its_lease(make_office: OfficeMaker) -> None:
    office = make_office(jobs={"lease_seconds": 1})
    parked(office)
    topic = office.topics[QUERY]
    genuine = topic.errand
    assert genuine is not None
    taken_by_others: list[Any] = []

    def slow(call: ErrandCall) -> Any:
        for _ in range(8):
            time.sleep(0.25)
            taken_by_others.extend(jobs.take_jobs(office, "somebody else", [QUERY], 1))
        return genuine(call)

    office.topics = {**office.topics, QUERY: dataclasses.replace(topic, errand=slow)}
    assert Runner(office).drain() >= 1
    assert taken_by_others == []
