"""What people do to one case at the same time, twice, or without being allowed to."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

import pytest

from jiuzhu.domain.actor import Actor
from jiuzhu.engine.spiff import conductor
from jiuzhu.errors import AlreadyTaken, Conflict, Forbidden, Invalid, NotFound, RolledBack
from jiuzhu.service import audit, cases, inbox, recusals, work
from jiuzhu.service.office import Office
from tests.conftest import OfficeMaker
from tests.integration.people import WANG, ZHAO, answer_of, line_of, open_item, person, walker_at
from tests.walks import Walker

CHECK, CONFIRM = "Task_CheckMaterials", "Task_Confirm"


@pytest.fixture
def walker(any_office: Office) -> Walker:
    return walker_at(any_office, CHECK)


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run acts in threads that begin at the same moment; return results and errors."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = acts[number]()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def second_clerk(first: Actor) -> Actor:
    """A colleague at the same window."""
    return Actor(person_id="jincheng-town_intake-9", login="jincheng-town_intake-9", name="李四", groups=first.groups)


def test_the_second_clerk_is_told_who_has_taken_it(walker: Walker) -> None:
    item, wang = open_item(walker, CHECK)["task_id"], person(walker.office, WANG)
    inbox.claim(walker.office, wang, item)
    inbox.claim(walker.office, wang, item)
    with pytest.raises(AlreadyTaken, match=f"已由{wang.name}领取"):
        inbox.claim(walker.office, second_clerk(wang), item)
    with pytest.raises(AlreadyTaken):
        work.complete(walker.office, second_clerk(wang), item, {})
    with pytest.raises(Forbidden):
        inbox.release(walker.office, second_clerk(wang), item)
    inbox.release(walker.office, wang, item)
    inbox.claim(walker.office, second_clerk(wang), item)


def test_of_two_clerks_who_claim_at_once_one_wins(walker: Walker) -> None:
    item, wang = open_item(walker, CHECK)["task_id"], person(walker.office, WANG)
    li = second_clerk(wang)
    results = together([lambda: inbox.claim(walker.office, wang, item), lambda: inbox.claim(walker.office, li, item)])
    assert sorted(type(one).__name__ for one in results) == ["AlreadyTaken", "NoneType"]


def test_a_double_click_has_one_effect(walker: Walker) -> None:
    office, item = walker.office, open_item(walker, CHECK)["task_id"]
    wang = person(office, WANG)
    data = answer_of(walker, CHECK, wang)
    results = together([lambda: work.complete(office, wang, item, data, once="k") for _ in range(4)])
    assert all(isinstance(one, work.Completed) for one in results), results
    assert sorted(one.already_done for one in results) == [False, True, True, True]
    made = walker.rows("select id from submission where case_no = :case_no and element_id = :e", e=CHECK)
    letters = walker.rows(
        "select document_no from document where case_no = :case_no and template = 'acceptance_notice'"
    )
    assert (len(made), len(letters)) == (1, 1)


def test_somebody_else_learns_who_has_done_it(walker: Walker) -> None:
    office, item = walker.office, open_item(walker, CHECK)["task_id"]
    wang = person(office, WANG)
    work.complete(office, wang, item, answer_of(walker, CHECK, wang))
    with pytest.raises(Conflict, match=f"已由{wang.name}办完"):
        work.complete(office, second_clerk(wang), item, {})
    with pytest.raises(Conflict, match=wang.name):
        inbox.claim(office, second_clerk(wang), item)


def test_a_start_form_sent_twice_opens_one_case(any_office: Office) -> None:
    walker = walker_at(any_office, CHECK)
    wang = person(any_office, WANG)
    data = walker_data(walker, wang)
    first = cases.start_case(any_office, wang, "jincheng_application", data, once="start-1")
    again = cases.start_case(any_office, wang, "jincheng_application", data, once="start-1")
    assert (again.case_no, again.already_done) == (first.case_no, True)
    assert first.case_no.endswith("0002")


def walker_data(walker: Walker, actor: Actor) -> dict[str, Any]:
    """Return an application of another household."""
    other = Walker(walker.office, walker.walk, household=7)
    return other.answers("application", actor)


def test_case_numbers_have_no_gap_when_a_form_is_refused(any_office: Office) -> None:
    walker = walker_at(any_office, CHECK)
    wang = person(any_office, WANG)
    with pytest.raises(Invalid) as refused:
        cases.start_case(any_office, wang, "jincheng_application", {"programme": "dibao"})
    assert "applicant_name" in refused.value.faults
    made = cases.start_case(any_office, wang, "jincheng_application", walker_data(walker, wang))
    assert made.case_no.endswith("0002")


@pytest.mark.req("NH-54")
def test_a_person_of_another_town_sees_nothing(walker: Walker) -> None:
    office, zhao = walker.office, person(walker.office, ZHAO)
    item = open_item(walker, CHECK)["task_id"]
    assert walker.case_no not in {row.case_no for row in cases.list_cases(office, zhao).cases}
    assert item not in {row.id for row in inbox.list_items(office, zhao, view="group").items}
    with pytest.raises(NotFound):
        cases.show_case(office, zhao, walker.case_no)
    with pytest.raises(NotFound):
        cases.diagram(office, zhao, walker.case_no)
    with pytest.raises(NotFound):
        work.open_item(office, zhao, item)
    with pytest.raises(Forbidden):
        work.complete(office, zhao, item, {})


@pytest.mark.req("QJ-02", "JC-01")
def test_whoever_investigated_may_not_review(make_office: OfficeMaker) -> None:
    office = make_office()
    walker = walker_at(office, "Task_Review")
    investigator = person(office, "jincheng-town_investigator-1")
    both = Actor(
        person_id=investigator.person_id,
        login=investigator.login,
        name=investigator.name,
        groups=(*investigator.groups, "town_reviewer@140502100"),
    )
    item = open_item(walker, "Task_Review")["task_id"]
    page = work.open_item(office, both, item)
    assert not page.may_complete
    assert "职责分离" in page.why_not
    with pytest.raises(Forbidden, match="职责分离"):
        inbox.claim(office, both, item)
    with pytest.raises(Forbidden, match="职责分离"):
        work.complete(office, both, item, answer_of(walker, "Task_Review", both))


@pytest.mark.req("XT-13", "JC-42")
def test_a_visit_is_signed_by_its_team_and_by_nobody_twice(make_office: OfficeMaker) -> None:
    office = make_office()
    walker = walker_at(office, "Task_CoSign")
    item = open_item(walker, "Task_CoSign")["task_id"]
    leader, stranger = (person(office, f"jincheng-town_investigator-{number}") for number in (1, 3))
    with pytest.raises(Forbidden):
        work.complete(office, leader, item, {})
    with pytest.raises(Forbidden, match="调查组的成员"):
        work.complete(office, stranger, item, {})


def test_a_failing_record_task_rolls_the_click_back(make_office: OfficeMaker) -> None:
    office = make_office()
    walker = walker_at(office, CHECK)
    before = walker.rows("select id from submission where case_no = :case_no")
    topic = office.topics["case_accept"]

    def fail(call: Any) -> Any:
        raise ZeroDivisionError("broken on purpose")

    office.topics = {**office.topics, "case_accept": dataclasses.replace(topic, record=fail)}
    wang = person(office, WANG)
    data = answer_of(walker, CHECK, wang)
    with pytest.raises(RolledBack, match="已全部撤回"):
        work.complete(office, wang, open_item(walker, CHECK)["task_id"], data)
    assert walker.rows("select id from submission where case_no = :case_no") == before
    assert open_item(walker, CHECK)
    assert all(check.holds for check in audit.verify(office, walker.case_no))
    office.topics = {**office.topics, "case_accept": topic}
    work.complete(office, wang, open_item(walker, CHECK)["task_id"], data)


def test_two_offices_on_one_database_put_their_steps_one_after_the_other(any_office_maker: OfficeMaker) -> None:
    one, two = any_office_maker(), any_office_maker()
    walkers = [walker_at(one, CHECK, household=number) for number in (1, 2)]
    wang = person(one, WANG)
    acts: list[Callable[[], Any]] = []
    for office, walker in zip((one, two), walkers, strict=True):
        item, data = open_item(walker, CHECK)["task_id"], answer_of(walker, CHECK, wang)
        acts.append(lambda office=office, item=item, data=data: work.complete(office, wang, item, data))  # type: ignore[misc]
    results = together(acts)
    assert all(isinstance(result, work.Completed) for result in results), results
    for walker in walkers:
        assert all(check.holds for check in audit.verify(two, walker.case_no))


def test_a_draft_is_kept_for_its_writer_and_gone_with_the_item(make_office: OfficeMaker) -> None:
    office = make_office()
    walker = walker_at(office, CHECK)
    item, wang = open_item(walker, CHECK)["task_id"], person(office, WANG)
    work.save_draft(office, wang, item, {"check_opinion": "先记一笔"})
    assert work.open_item(office, wang, item).values == {"check_opinion": "先记一笔"}
    assert work.open_item(office, second_clerk(wang), item).values == {}
    work.complete(office, wang, item, answer_of(walker, CHECK, wang))
    assert walker.rows("select subject from draft where subject = :item", item=item) == []


def test_the_same_start_through_two_processes_at_once_opens_one_case(any_office_maker: OfficeMaker) -> None:
    one, two = any_office_maker(), any_office_maker()
    wang = person(one, WANG)
    data = walker_data(walker_at(one, CHECK), wang)
    acts: list[Callable[[], Any]] = [
        lambda office=office: cases.start_case(office, wang, "jincheng_application", data, once="both")  # type: ignore[misc]
        for office in (one, two, one, two)
    ]
    results = together(acts)
    assert {result.case_no for result in results} == {results[0].case_no}
    assert sorted(result.already_done for result in results) == [False, True, True, True]


def test_reports_about_one_case_at_once_get_numbers_of_their_own(any_office_maker: OfficeMaker) -> None:
    one, two = any_office_maker(), any_office_maker()
    walker = walker_at(one, CHECK)
    wang = person(one, WANG)
    data = walker.answers("case_event", wang, event_kind="change")
    acts: list[Callable[[], Any]] = [
        lambda office=office: cases.start_case(office, wang, "shared_case_report", data, about=walker.case_no)  # type: ignore[misc]
        for office in (one, two, one, two)
    ]
    numbers = sorted(result.record_no for result in together(acts))
    assert numbers == [f"{walker.case_no}/情况报告{number}" for number in range(1, 5)]


@pytest.mark.req("JC-45", "XX-27")
def test_kin_of_the_household_are_kept_out_of_list_item_and_case(make_office: OfficeMaker) -> None:
    office = make_office()
    walker = walker_at(office, CHECK)
    wang, item = person(office, WANG), open_item(walker, CHECK)["task_id"]
    inbox.claim(office, wang, item)
    with pytest.raises(Invalid):
        recusals.recuse(office, wang, walker.case_no, " ")
    recusals.recuse(office, wang, walker.case_no, "与申请人是邻居")
    assert walker.rows("select assignee from work_item where task_id = :item", item=item)[0]["assignee"] is None
    assert inbox.list_items(office, wang, view="group").items == ()
    assert inbox.list_items(office, wang, view="group").counts.group == 0
    assert cases.list_cases(office, wang).cases == ()
    for act in (
        lambda: inbox.claim(office, wang, item),
        lambda: work.open_item(office, wang, item),
        lambda: work.complete(office, wang, item, {}),
        lambda: cases.show_case(office, wang, walker.case_no),
    ):
        with pytest.raises(Forbidden, match="回避"):
            act()


@pytest.mark.req("JC-01", "JC-02")
def test_only_somebody_appointed_grants(make_office: OfficeMaker) -> None:
    office = make_office()
    walker = walker_at(office, "Task_Confirm")
    confirmer = person(office, "jincheng-town_confirmer-1")
    newcomer = Actor(person_id="new-1", login="new-1", name="新来", groups=confirmer.groups)
    item = open_item(walker, "Task_Confirm")["task_id"]
    data = answer_of(walker, "Task_Confirm", confirmer)
    with pytest.raises(Forbidden, match="任职"):
        work.complete(office, newcomer, item, data)
    assert open_item(walker, "Task_Confirm")
    work.complete(office, confirmer, item, data)


def test_of_eight_clerks_who_complete_at_once_one_is_done_and_the_rest_are_told(any_office: Office) -> None:
    walker = walker_at(any_office, CHECK)
    item, wang = open_item(walker, CHECK)["task_id"], person(any_office, WANG)
    clerks = [wang, *(dataclasses.replace(wang, person_id=f"c{n}", login=f"c{n}", name=f"同事{n}") for n in range(7))]
    data = answer_of(walker, CHECK, wang)
    results = together([lambda one=one: work.complete(any_office, one, item, data) for one in clerks])  # type: ignore[misc]
    assert sum(isinstance(one, work.Completed) for one in results) == 1
    assert all(isinstance(one, (work.Completed, Conflict)) for one in results), results
    made = walker.rows("select id from submission where case_no = :case_no and element_id = :e", e=CHECK)
    assert len(made) == 1
    assert all(one.holds for one in audit.verify(any_office, walker.case_no))


def test_who_would_send_a_case_round_once_too_often_is_told_what_may_still_be_decided(
    make_office: OfficeMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    walker = walker_at(make_office(), CONFIRM)
    line = line_of(walker, CONFIRM)
    confirmer = walker.actor(line.role, line.number)
    item = open_item(walker, CONFIRM)["task_id"]
    answer = answer_of(walker, CONFIRM, confirmer)
    monkeypatch.setattr(conductor, "MAX_LOOPS", 0)
    again = answer | {"decision": "back", "back_reason": "请补充调查家庭收入。"}
    again = {key: value for key, value in again.items() if key not in {"amount_monthly", "amount_reason"}}
    with pytest.raises(Conflict, match="到了上限，不能再选"):
        work.complete(walker.office, confirmer, item, again)
    assert not work.complete(walker.office, confirmer, item, answer).already_done
