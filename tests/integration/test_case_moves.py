"""Running cases go to another version of their procedure in bulk: who can, who cannot and why, once, and back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound, OutOfReach, Refused, StoreUnreachable
from jiuzhu.service import (
    audit,
    case_move_work,
    case_moves,
    case_moving,
    case_trace,
    clock,
    deployment,
    documents,
    due,
    inbox,
    jobs,
    work,
)
from jiuzhu.service.office import Office, system_actor
from tests.conftest import DAY, ROOT, OfficeMaker, diagrams
from tests.foreign import FILES, TOPIC
from tests.integration.people import person, walker_at
from tests.moving import KEY, LEADER, REPLY, Moving, first, guarded, second, with_second_look

SKIPPED = "新增的“登记来访”在案件已经走过的位置，不会补做。"
GONE = "新版里没有“查明来访人”这一步。"


def ready(office: Office) -> Moving:
    """Return an office with both versions and a case at each step of the first: errand, reply, way out."""
    moving = Moving(office)
    moving.deploy(first())
    return moving


def test_the_whole_way_there_and_back(any_office: Office) -> None:
    moving = ready(any_office)
    errands = moving.start(3)
    replies = moving.start(3, at="Task_Reply")
    (missing,) = moving.start(1, at="Task_Missing")
    moving.deploy(second())
    (job,) = jobs.take_jobs(any_office, "worker", [TOPIC], lease=timedelta(minutes=5))
    held = job.case_no
    inbox.claim(any_office, moving.clerk, moving.item(replies[0]).id)
    work.save_draft(any_office, moving.clerk, moving.item(replies[0]).id, {"reply_text": "写了一半"})
    before = {number: (moving.state(number), moving.everything(number)) for number in (*errands, *replies)}

    move_no = moving.tried()
    assert case_moves.show(any_office, moving.designer, move_no).counts == {"can": 6, "cannot": 1}
    assert moving.sentences(move_no)[missing] == [GONE]
    assert moving.sentences(move_no, "notes")[errands[0]] == [SKIPPED]
    assert {number: (moving.state(number), moving.everything(number)) for number in before} == before

    with pytest.raises(Forbidden):
        case_moves.release(any_office, moving.designer, move_no)
    case_moves.submit(any_office, moving.designer, move_no)
    with pytest.raises(Refused, match="正在迁移这一版"):
        case_moves.order(any_office, moving.designer, KEY, 1, 2)
    case_moves.release(any_office, moving.leader, move_no)
    assert case_move_work.carry_on_all(any_office) == 6

    # What was open is the same, under the new version's names; who holds it holds it still.
    item, old = moving.item(replies[0]), before[replies[0]][1][1][0]
    assert (item.id, item.name, item.assignee_name) == (old["task_id"], "书面答复来访", moving.clerk.name)
    page = work.open_item(any_office, moving.clerk, item.id)
    assert page.sheet is not None
    assert page.sheet.values == {"reply_text": "写了一半"}
    timer, was = moving.wait(replies[1], "Event_Remind"), before[replies[1]][1][2][0]
    assert (timer["task_id"], timer["due"], timer["opened_at"]) == (was["task_id"], was["due"], was["opened_at"])

    # The worker that had locked an errand before finishes it; the case goes on as the new version says.
    jobs.finish_job(any_office, "worker", job.id, {})
    for element in ("Task_Reply", "Task_Check"):
        assert moving.item(held).element_id == element
        moving.complete(held)
    moving.complete(replies[0])
    assert moving.item(replies[0]).name == "核对答复"

    by = f"由{moving.designer.name}提出、{moving.leader.name}放行（{move_no}）"
    assert f"办理依据的流程由第 1 版改为第 2 版，{by}" in _chain(moving, held)
    assert all(one.holds for one in audit.verify(any_office, held))

    moving.undone(move_no)
    states = moving.states(move_no)
    assert {states[number] for number in (held, replies[0])} == {"kept"}
    assert states[missing] == "cannot"
    assert moving.sentences(move_no)[held] == ["案件已经按新版办结。"]
    assert moving.sentences(move_no)[replies[0]] == ["案件已经按新版往前办了，不能退回。"]
    for number in before:
        if number not in (held, replies[0]):
            assert states[number] == "back"
            assert (moving.state(number), moving.everything(number)) == before[number]
    moving.complete(replies[1])
    (row,) = moving.rows("select ended_at, end_event from case_instance where case_no = :n", n=replies[1])
    assert row["end_event"] == "End_Replied"


def _chain(moving: Moving, number: str) -> list[str]:
    return [row["sentence"] for row in moving.rows("select sentence from audit where case_no = :n", n=number)]


def test_a_mapping_takes_along_what_was_renamed_and_old_papers_keep_their_form(make_office: OfficeMaker) -> None:
    office = make_office()
    moving = ready(office)
    (missing,) = moving.start(1, at="Task_Missing")
    (replied,) = moving.start(1, at="Task_Reply")
    moving.deploy(second())
    with pytest.raises(Invalid, match="第 2 版里没有元素“Task_Found”"):
        moving.tried(Task_Missing="Task_Found")
    moving.moved(Task_Missing="Task_Find")
    assert moving.item(missing).element_id == "Task_Find"
    moving.complete(missing)
    # The start form of a moved case is shown as it was filled in, and the trace tells the steps of both versions.
    moving.complete(replied)
    (started, *_) = moving.rows("select id from submission where case_no = :n order by sequence", n=replied)
    shown = documents.show_submission(office, moving.clerk, started["id"])
    assert {one.key for one in shown.sheet.form.top()} == {"programme", "applicant_name", "petition_text"}
    traced = case_trace.trace_case(office, moving.clerk, replied)
    assert [one.name for one in traced if one.element_id == "Task_Reply"] == ["书面答复来访"]


def test_a_changed_procedure_of_a_district_is_worked_to_its_end(make_office: OfficeMaker) -> None:
    """The whole application of 晋城, moved in the middle of a visit: sub-process, timers and messages go along."""
    office = make_office()
    walker = walker_at(office, "Task_CoSign")
    moving, name = Moving(office), "jincheng/jincheng_application.bpmn"
    deployment.deploy(office, moving.designer, "复看", {name: with_second_look(diagrams()[name])}, "tests")
    move_no = case_moves.order(office, moving.designer, "jincheng_application", 1, 2)
    waits = "select task_id, kind, element_id, due, message from waiting where case_no = :case_no order by task_id"
    before = walker.rows(waits)
    case_move_work.carry_on(office, move_no)
    case_moves.submit(office, moving.designer, move_no)
    case_moves.release(office, moving.leader, move_no)
    case_move_work.carry_on(office, move_no)
    assert moving.sentences(move_no) == {walker.case_no: []}
    assert (moving.states(move_no), walker.rows(waits)) == ({walker.case_no: "moved"}, before)
    order = walker.walk["order"]
    here = next(place for place, line in enumerate(order) if line.startswith("Task_CoSign"))
    review = next(place for place, line in enumerate(order) if line.startswith("Task_Review"))
    again = "Task_SecondLook town_reviewer review_result=agree"
    walker.walk = {**walker.walk, "order": [*order[here : review + 1], again, *order[review + 1 :]]}
    walker.start = lambda: None  # type: ignore[method-assign]
    assert "End_Granted" in walker.run().end_events


def test_a_draft_a_claim_and_a_fault_may_stand_in_the_way(make_office: OfficeMaker) -> None:
    office = make_office()
    moving = ready(office)
    drafted, claimed, broken, free = moving.start(4, at="Task_Reply")
    work.save_draft(office, moving.clerk, moving.item(drafted).id, {"reply_text": "写了一半"})
    inbox.claim(office, moving.clerk, moving.item(claimed).id)
    moving.sql(
        "insert into incident select 'i', 'timer', task_id, case_id, case_no, record_no, district, process_key, "
        "element_id, name, '坏了', opened_at, null, '' from waiting where case_no = :n",
        n=broken,
    )
    form = (FILES / "petition_reply.form").read_bytes().replace(b'"reply_text"', b'"answer_text"')
    reply = '<bpmn:userTask id="Task_Reply"'
    head, tail = second().decode().split(reply)
    other = head + reply + tail.replace("town_intake@", "town_reviewer@", 1)
    moving.deploy(other.encode(), petition_reply=form)
    move_no = moving.moved()
    said = {number: "".join(sentences) for number, sentences in moving.sentences(move_no).items()}
    assert "没有这些项目：“答复内容”" in said[drafted]
    assert f"已由{moving.clerk.name}领取，新版改由别的岗位办理" in said[claimed]
    assert said[broken] == "“答复提醒”有故障没有处理；请先处理故障。"
    assert moving.states(move_no)[free] == "moved"
    (row,) = moving.rows("select group_name from work_item where case_no = :n", n=free)
    assert row["group_name"].startswith("town_reviewer@")
    moving.undone(move_no)
    assert moving.item(free).name == "答复来访"


def test_whoever_did_a_step_is_kept_from_a_later_one_whatever_it_is_called_now(make_office: OfficeMaker) -> None:
    office = make_office()
    moving = ready(office)
    (number,) = moving.start(1, at="Task_Reply")
    moving.deploy(second())
    moving.deploy(guarded(second(), "Task_Check", "Task_Reply"))
    moving.deploy(guarded(second(), "Task_Check", "Task_Enter"))
    moving.deploy(guarded(second().replace(b"Task_Reply", b"Task_Answer"), "Task_Check", "Task_Answer"))
    said = {target: moving.sentences(moving.tried(target))[number] for target in (3, 4, 5)}
    assert said[3] == []
    # Nobody entered this case, and nobody will: the rule would look for what never was.
    assert said[4] == ["“核对答复”不能由办理 Task_Enter 的人办理，但旧版里没有这个编号的步骤；请保留原编号。"]
    assert said[5] == ["新版里没有“答复来访”这一步。"]
    assert moving.sentences(moving.tried(5, Task_Reply="Task_Answer"))[number] == []
    moving.moved()
    moving.complete(number)
    # Replied on version 2 and then called otherwise: the reply would not be found.
    move_no = case_moves.order(office, moving.designer, KEY, 2, 5)
    case_move_work.carry_on(office, move_no)
    assert "Task_Answer" in moving.sentences(move_no)[number][0]


def test_a_timer_rings_once_and_a_second_look_moves_nothing(make_office: OfficeMaker) -> None:
    office = make_office()
    moving = ready(office)
    (number,) = moving.start(1, at="Task_Reply")
    moving.deploy(second())
    move_no = moving.moved()
    assert case_move_work.carry_on(office, move_no) == 0
    clock.advance_clock(office, system_actor(), timedelta(days=6))
    for _ in range(2):
        due.fire_due(office)
    rung = moving.rows(
        "select element_id from passage p join case_instance c on c.id = p.case_id where c.case_no = :n "
        "and element_id = 'End_Reminded' and what = 'completed'",
        n=number,
    )
    assert len(rung) == 1
    with pytest.raises(Refused, match="不能这样办"):
        case_moves.submit(office, moving.designer, move_no)


def killed(office: Office, move_no: str, after: int) -> None:
    """Let the command carry an order out in a process of its own, and kill it in the middle."""
    environment = {**os.environ, "JIUZHU_ENV": "demo", "JIUZHU_NOW": DAY, "JIUZHU_HOME": str(office.settings.home)}
    command = [str(Path(sys.executable).parent / "jiuzhu"), "move-cases", "release", move_no, "--as", LEADER]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith(f"{after}/"):
                running.kill()
                break
    assert running.returncode == -signal.SIGKILL


def test_two_hundred_cases_are_moved_once_though_the_run_is_cut(
    make_office: OfficeMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_office()
    moving = ready(office)
    numbers = [*moving.start(170), *moving.start(20, at="Task_Reply"), *moving.start(10, at="Task_Missing")]
    moving.deploy(second())
    move_no = moving.released()
    killed(office, move_no, 20)
    counts = case_moves.show(office, moving.designer, move_no).counts
    assert (counts["cannot"], 20 <= counts["moved"] < 60, sum(counts.values())) == (10, True, 200)
    carry_over, left = case_moving.carry_over, [101 - counts["moved"]]

    def cut(*given: Any) -> dict[str, Any]:
        kept = carry_over(*given)
        left[0] -= 1
        if left[0] == 0:
            raise StoreUnreachable("cut off in the middle of a case")
        return kept

    monkeypatch.setattr(case_moving, "carry_over", cut)
    with pytest.raises(StoreUnreachable):
        case_move_work.carry_on(office, move_no)
    assert case_moves.show(office, moving.designer, move_no).counts == {"moved": 100, "can": 90, "cannot": 10}
    again = make_office()
    again.topics = office.topics
    assert case_move_work.carry_on_all(again) == 90
    assert case_moves.show(office, moving.designer, move_no).state == "moved"
    lines = moving.rows("select case_no, count(*) as n from audit where act = 'move' group by case_no")
    assert len(lines) == 190
    assert {row["n"] for row in lines} == {1}
    assert {row["version"] for row in moving.rows(
        "select d.version from case_instance c join definition d on d.id = c.definition where c.case_no in "
        "(select case_no from audit where act = 'move')"
    )} == {2}  # fmt: skip
    assert len(numbers) == 200


def test_a_clerk_works_while_the_run_goes_on(any_office_maker: OfficeMaker) -> None:
    office = any_office_maker()
    moving = ready(office)
    numbers = moving.start(12, at="Task_Reply")
    moving.deploy(second())
    items = {number: moving.item(number).id for number in numbers}
    move_no = moving.released()
    failed: list[BaseException] = []

    def clerk() -> None:
        for number in reversed(numbers):
            try:
                work.complete(office, moving.clerk, items[number], REPLY)
            except Conflict as error:
                failed.append(error)

    thread = threading.Thread(target=clerk)
    thread.start()
    case_move_work.carry_on(office, move_no)
    thread.join()
    assert failed == []
    states = moving.states(move_no)
    assert set(states.values()) <= {"moved", "cannot"}
    for number in numbers:
        (row,) = moving.rows("select ended_at from case_instance where case_no = :n", n=number)
        # Moved first: the step behind the reply is done, too. Worked first: it ended by the old version.
        assert (row["ended_at"] is None) == (states[number] == "moved")
        if states[number] == "moved":
            assert moving.item(number).element_id == "Task_Check"


def test_who_may_and_what_may_not_be_ordered(make_office: OfficeMaker) -> None:
    office = make_office()
    moving = ready(office)
    with pytest.raises(Refused, match="没有正在办理的案件"):
        case_moves.order(office, moving.designer, KEY, 1, 1)
    moving.start(1)
    with pytest.raises(NotFound, match="没有第 7 版"):
        case_moves.order(office, moving.designer, KEY, 1, 7)
    with pytest.raises(Forbidden, match="不能迁移"):
        case_moves.order(office, moving.clerk, KEY, 1, 1)
    with pytest.raises(Forbidden, match="别的区县"):
        case_moves.order(office, person(office, "ninghe-process_designer-1"), KEY, 1, 1)
    moving.deploy(second())
    move_no = moving.tried()
    for act in (case_moves.show, case_moves.submit, case_moves.lines):
        with pytest.raises(OutOfReach):
            act(office, person(office, "ninghe-process_designer-1"), move_no)  # type: ignore[operator]
    with pytest.raises(NotFound):
        case_moves.show(office, moving.designer, "没有")
    case_moves.submit(office, moving.designer, move_no)
    with pytest.raises(Invalid):
        case_moves.give_back(office, moving.leader, move_no, " ")
    case_moves.give_back(office, moving.leader, move_no, "先改说明")
    assert case_moves.show(office, moving.leader, move_no).reason == "先改说明"
    assert case_moves.list_moves(office, moving.clerk) == []
    assert [one.move_no for one in case_moves.list_moves(office, moving.leader, KEY)] == [move_no]
    found = case_moves.versions(office, moving.leader, KEY)
    assert [(one.version, one.running, one.released) for one in found] == [(2, 0, True), (1, 1, True)]
