"""Moving a case to another version: what finds its place, what stands in the way, what stays exactly as it was."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jiuzhu.engine import Engine, Move, MoveOrder
from jiuzhu.engine.catalogue import parse_resources
from jiuzhu.engine.lint_later import newly_read
from jiuzhu.engine.lint_scene import Surroundings
from jiuzhu.engine.values import Bundle
from tests.conftest import diagrams
from tests.process.engine_kit import (
    START,
    Case,
    boundary,
    bundle,
    chain,
    diagram,
    end,
    flow,
    gateway,
    io,
    message,
    service,
    start,
    timer,
    user,
)
from tests.process.engine_walks import Guess, WalkHost, choose, closure, initial, numbered_ids

MESSAGES = '<bpmn:message id="M1" name="one.said"/><bpmn:message id="M2" name="two.said"/>'


def plain(*steps: str, extra: str = "") -> Bundle:
    """Return a straight procedure of user tasks."""
    names = ["S", *steps, "E"]
    return bundle(diagram(start() + "".join(user(one) for one in steps) + end() + chain(*names) + extra))


def file(body: str) -> Bundle:
    return bundle(diagram(body, declarations=MESSAGES))


def moved(case: Case, target: Bundle, **order: Any) -> Move:
    needs = newly_read(case.bundle, target, Surroundings(), order.get("renames", {}))
    return case.engine.move(case.bundle, target, case.step.state, MoveOrder(needs=needs, **order), case.host)


def go(case: Case, target: Bundle, **order: Any) -> Move:
    """Move a case that can move and go on with it there."""
    made = moved(case, target, **order)
    assert made.step is not None, made.obstacles
    case.bundle = target
    case.steps.append(made.step)
    return made


def why(made: Move) -> list[str]:
    assert made.step is None
    return [f"{one.element_id}:{one.sentence}" for one in made.obstacles]


def notes(made: Move) -> list[str]:
    return [one.sentence for one in made.notes]


def test_a_step_ahead_is_done_and_a_step_behind_is_not_made_up_for() -> None:
    case = Case(plain("A", "B"))
    case.complete("A")
    before = case.item("B")
    made = go(case, plain("A", "New", "B", "After"))
    assert notes(made) == ["新增的“New”在案件已经走过的位置，不会补做。"]
    assert case.item("B").task_id == before.task_id
    assert made.step is not None
    assert made.step.log == ()
    case.complete("B")
    case.complete("After")
    assert case.step.ended
    assert case.path() == ["S", "A", "B", "After", "E"]


def test_what_has_no_place_or_another_kind_says_so() -> None:
    case = Case(plain("A"))
    assert why(moved(case, plain("B"))) == ["A:新版里没有“A”这一步。"]
    job = bundle(diagram(start() + service("A", "x") + end() + chain("S", "A", "E")))
    assert why(moved(case, job)) == ["A:“A”在新版里由人工任务改成了自动任务。"]
    inside = f'<bpmn:subProcess id="Sub">{start("S2")}{user("A")}{end("E2")}{chain("S2", "A", "E2")}</bpmn:subProcess>'
    wrapped = bundle(diagram(start() + inside + end() + chain("S", "Sub", "E")))
    assert why(moved(case, wrapped)) == ["A:“A”在新版里移到了别的子流程或流程中。"]
    assert why(moved(Case(wrapped), plain("A", "Sub"))) == ["Sub:“Sub”在新版里由子流程改成了人工任务。"]
    errand = Case(job)
    other = bundle(diagram(start() + service("A", "y") + end() + chain("S", "A", "E")))
    assert why(moved(errand, other)) == ["A:“A”在新版里换了工作主题：x 改为 y。"]


def test_a_renamed_element_is_found_by_the_mapping() -> None:
    case = Case(plain("A", "B"))
    made = go(case, plain("Z", "B"), renames={"A": "Z"})
    assert notes(made) == []
    assert case.open() == ["Z"]
    case.complete("Z")
    assert case.open() == ["B"]


def test_levels_and_calls_keep_their_tokens() -> None:
    def nest(*inner: str) -> Bundle:
        body = start("S2") + "".join(user(one) for one in inner) + end("E2") + chain("S2", *inner, "E2")
        outer = start() + f'<bpmn:subProcess id="Sub">{body}</bpmn:subProcess>' + end() + chain("S", "Sub", "E")
        caller = (
            start() + '<bpmn:callActivity id="Call" calledElement="called"/>' + user("Last") + end()
            + chain("S", "Call", "Last", "E")
        )  # fmt: skip
        return bundle(diagram(caller), diagram(outer, key="called"), key="proc", keys=("proc", "called"))

    case = Case(nest("A"))
    go(case, nest("A", "B"))
    case.complete("A")
    case.complete("B")
    case.complete("Last")
    assert case.step.ended
    gone = bundle(diagram(start() + user("Last") + end() + chain("S", "Last", "E")))
    assert why(moved(Case(nest("A")), gone)) == ["Call:新版里没有“Call”这一步。"]


def test_items_of_a_multi_instance_step_move_and_must_stay_one() -> None:
    def several(name: str = "A", sequential: bool = False) -> Bundle:
        multi = (
            f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
            "<bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
        )
        return bundle(diagram(start() + user(name, multi) + user("B") + end() + chain("S", name, "B", "E")))

    case = Case(several())
    case.complete("A", 1)
    go(case, several("Z"), renames={"A": "Z"})
    assert case.open() == ["Z", "Z"]
    case.complete("Z", 0)
    case.complete("Z", 2)
    assert case.open() == ["B"]
    assert "改成了一份办理" in why(moved(Case(several()), plain("A", "B")))[0]
    assert "分给多人各办一份" in why(moved(Case(plain("A", "B")), several()))[0]
    assert "由同时办理" in why(moved(Case(several()), several(sequential=True)))[0]


def timed(text: str, **more: str) -> Bundle:
    extra = "".join(boundary(one, "A", body, interrupting=False) + end(f"E{one}") for one, body in more.items())
    ways = "".join(flow(one, f"E{one}") for one in more)
    body = user("A") + boundary("T", "A", timer("timeDuration", text)) + end("ET") + flow("T", "ET")
    return file(start() + body + extra + end() + chain("S", "A", "E") + ways)


def test_a_timer_keeps_its_instant_unless_its_definition_changed() -> None:
    case = Case(timed("P5D"))
    due = case.waiting("T").due
    case.host.now += timedelta(days=2)
    made = go(case, timed("P5D"))
    assert case.waiting("T").due == due
    assert notes(made) == []
    made = go(case, timed("P10D"), armed={case.waiting("T").task_id: START})
    assert case.waiting("T").due == START + timedelta(days=10)
    assert notes(made) == ["“T”的定时改了，从开始等待时重新计算。"]
    made = go(case, timed("P1D"), armed={case.waiting("T").task_id: START})
    assert notes(made) == ["“T”的定时改了，从开始等待时重新计算，已经到期，迁移后马上触发。"]
    assert not case.step.ended
    assert case.open() == ["A"]
    case.later(days=0)
    assert case.step.ended
    assert case.step.end_events == ("ET",)


def test_events_at_a_step_are_armed_and_disarmed_but_not_twice() -> None:
    case = Case(timed("P5D", R=timer("timeDuration", "P1D")), {"case_no": "C-1"})
    case.later(days=1)
    assert case.waits() == ["T"]
    # R rang already: it does not ring again. N is new, and reckons from the move.
    made = go(case, timed("P5D", R=timer("timeDuration", "P1D"), N=timer("timeDuration", "P1D"), M=message("M1")))
    assert case.waits() == ["M", "N", "T"]
    assert case.waiting("N").due == START + timedelta(days=2)
    assert notes(made) == [
        "“N”是新增的，迁移后开始等待，从迁移时起算。",
        "“M”是新增的，迁移后开始等待。",
    ]
    made = go(case, timed("P5D", M=message("M2")))
    assert case.waits() == ["M", "T"]
    assert case.waiting("M").message == "two.said"
    assert notes(made) == ["“N”在新版里没有了或改了，不再等待。"]
    case.deliver("M", "two.said")
    case.complete("A")
    assert case.step.ended


def watched(*starts: str) -> Bundle:
    """Return a step with event sub-processes beside it."""
    body = start() + user("A") + end() + chain("S", "A", "E")
    for name in starts:
        stops = "I" in name
        kind = message("M1") if "M" in name else timer("timeDuration", "P2D")
        inner = (
            f'<bpmn:startEvent id="{name}" isInterrupting="{str(stops).lower()}">{kind}</bpmn:startEvent>'
            + user(f"Do{name}") + end(f"End{name}") + chain(name, f"Do{name}", f"End{name}")
        )  # fmt: skip
        body += f'<bpmn:subProcess id="Sub{name}" triggeredByEvent="true">{inner}</bpmn:subProcess>'
    return file(body)


def test_event_sub_processes_come_and_go_with_their_level() -> None:
    case = Case(watched("M"), {"case_no": "C-1"})
    made = go(case, watched("T"))
    assert notes(made) == ["“M”在新版里没有了或改了，不再等待。", "“SubT”是新增的，迁移后开始等待，从迁移时起算。"]
    assert case.waits() == ["T"]
    case.later(days=2)
    assert case.open() == ["A", "DoT"]
    made = go(case, watched("T", "MI"))
    assert case.waits() == ["MI"], "the timer has rung"
    case.deliver("MI", "one.said")
    assert case.open() == ["DoMI"]
    go(case, watched("MI", "X"))
    assert case.waits() == []
    case.complete("DoMI")
    assert case.step.ended
    assert why(moved(Case(watched("M"), {"case_no": "C-1"}), plain("B"))) == ["A:新版里没有“A”这一步。"]


def race(*events: str) -> Bundle:
    body = start() + gateway("G", "eventBased") + flow("S", "G")
    for name in events:
        definition = message("M1") if name == "One" else timer("timeDuration", "P3D")
        body += f'<bpmn:intermediateCatchEvent id="{name}">{definition}</bpmn:intermediateCatchEvent>'
        body += end(f"E{name}") + flow("G", name) + flow(name, f"E{name}")
    return file(body)


def test_events_behind_an_event_gateway_come_and_go() -> None:
    case = Case(race("One", "Two"))
    made = go(case, race("One", "Three"))
    assert case.waits() == ["One", "Three"]
    assert notes(made) == ["“Two”在新版里没有了或改了，不再等待。", "“Three”是新增的，迁移后开始等待。"]
    case.deliver("One", "one.said")
    assert case.step.ended
    assert case.waits() == []
    assert why(moved(Case(race("One", "Two")), race("Three", "Four")))[0] == "One:新版里没有“One”这一步。"


def fork(*branches: str, joins: str = "J") -> Bundle:
    body = start() + gateway("F", "parallel") + gateway(joins, "parallel") + end()
    ways = flow("S", "F") + flow(joins, "E")
    for one in branches:
        body += user(one)
        ways += flow("F", one) + flow(one, joins, identity=f"Into_{one}_{len(branches)}")
    return file(body + ways)


def test_a_join_keeps_who_waits_and_never_waits_for_a_branch_that_was_not_taken() -> None:
    case = Case(fork("A", "B"))
    case.complete("A")
    # The flows into the join were drawn anew: the waiting token is found by where it came from.
    redrawn = file(
        start() + gateway("F", "parallel") + gateway("J", "parallel") + end() + user("A") + user("B") + user("C")
        + flow("S", "F") + flow("F", "A") + flow("F", "B") + flow("A", "J", identity="X1") + flow("B", "C")
        + flow("C", "J", identity="X2") + flow("J", "E")
    )  # fmt: skip
    go(case, redrawn)
    case.complete("B")
    case.complete("C")
    assert case.step.ended
    stuck = Case(fork("A", "B"))
    assert why(moved(stuck, fork("A", "B", "C"))) == ["J:走到“J”会一直等下去：新版要等的分支，这个案件没有走。"]
    serial = file(start() + user("A") + user("B") + end() + chain("S", "A", "B", "E"))
    assert why(moved(stuck, serial)) == ["B:“B”会办理两次：并行的几步在新版里改成了先后。"]


def test_a_variable_that_the_new_version_reads_must_be_there() -> None:
    case = Case(plain("A", "B"), {"other": 1})
    case.complete("A")
    asking = bundle(
        diagram(
            start() + user("A", io(outputs={"grade": "${1}"})) + user("B") + gateway("X", default="Flow_X_E") + end()
            + end("E2") + chain("S", "A", "B", "X", "E") + flow("X", "E2", "${grade == 1}")
        )
    )  # fmt: skip
    assert why(moved(case, asking)) == [
        "B:“B”之后的步骤要读变量“grade”，案件还没有值；请在流程属性 defaults 里给初值。"
    ]
    given = asking.processes["proc"].replace(
        b'camunda:historyTimeToLive="P3650D">',
        b'camunda:historyTimeToLive="P3650D"><bpmn:extensionElements><camunda:properties><camunda:property '
        b'name="defaults" value="{&quot;grade&quot;: 1}"/></camunda:properties></bpmn:extensionElements>',
    )
    made = go(case, bundle(given))
    assert made.given == {"grade": 1}
    case.complete("B")
    assert case.step.end_events == ("E2",)
    # A case that has not passed the step gets the value on its way.
    go(Case(plain("A", "B")), asking)


def test_groups_and_inputs_follow_the_new_version_and_the_due_date_stays() -> None:
    def of(attributes: str, inner: str = "") -> Bundle:
        return bundle(diagram(start() + user("A", inner, attributes) + end() + chain("S", "A", "E")))

    old = of('camunda:candidateGroups="clerk@${town}" camunda:dueDate="${until}"')
    case = Case(old, {"town": "t1", "until": "2026-10-01T00:00:00+08:00", "later": "2027-01-01T00:00:00+08:00"})
    new = of('camunda:candidateGroups="head@${town}, clerk@${town}" camunda:dueDate="${later}"', io({"x": "${town}"}))
    made = go(case, new)
    item = case.item("A")
    assert (item.groups, item.due, item.opened) == (("head@t1", "clerk@t1"), "2026-10-01T00:00:00+08:00", {"x": "t1"})
    assert notes(made) == ["“A”的办理期限在新版里算法不同；已经开出的保留原期限。"]
    assert "不能接着等" in why(moved(case, of('camunda:candidateGroups="clerk@${nobody}"')))[0]


RESOURCES, RAW = parse_resources(diagrams()), diagrams()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("key", ["jincheng_application", "xixiu_application", "ninghe_application"])
def test_moving_to_an_identical_version_changes_nothing(key: str, seed: int) -> None:
    """Random walks: moved before every event, a case takes the same path with the same tasks, waits and variables."""
    here = closure(key, RESOURCES, RAW)
    there = replace(here, id="0" * 64)
    engine = Engine()
    guess = Guess(engine._codec(here).plan)
    stays, moves = (_walk(engine, [here] if alone else [here, there], guess, seed) for alone in (True, False))
    assert stays == moves
    assert len(stays) > 5


def _walk(engine: Engine, versions: list[Bundle], guess: Guess, seed: int) -> list[Any]:
    rng = random.Random(seed)
    found: list[Any] = []
    plan = engine._codec(versions[0]).plan
    variables = initial(plan, guess, rng)
    with numbered_ids(seed):
        host = WalkHost(random.Random(seed), plan)
        step = engine.start(versions[0], variables, host)
        for turn in range(60):
            at = versions[turn % len(versions)]
            if len(versions) > 1:
                made = engine.move(versions[(turn - 1) % 2], at, step.state, MoveOrder(), host) if turn else None
                if made is not None:
                    assert (made.notes, made.given, made.obstacles) == ((), {}, ())
                    assert (made.step.items, made.step.waiting, made.step.variables, made.step.log) == (
                        step.items, step.waiting, step.variables, (),
                    )  # fmt: skip
                    step = made.step
            found.append((step.items, step.waiting, step.variables))
            if step.ended:
                break
            try:
                step = engine.advance(at, step.state, choose(step, guess, rng, host), host)
            except Exception as error:
                found.append(str(error))
                break
            found.append(step.log)
    return found
