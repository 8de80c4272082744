"""Flows that choose without a gateway, links and signals through the engine, restored from bytes at every act."""

from __future__ import annotations

import pytest

from jiuzhu.errors import ProcessError
from tests.process.engine_kit import (
    Case,
    boundary,
    bundle,
    chain,
    diagram,
    end,
    flow,
    gateway,
    message,
    service,
    start,
    user,
)
from tests.process.test_engine_constructs import multi, sub
from tests.process.test_engine_event_subs import MAIN, cancelled, event_sub, one

SIGNAL = '<bpmn:signalEventDefinition signalRef="Sig"/>'


def event(kind: str, identity: str, definition: str) -> str:
    return (
        f'<bpmn:intermediate{kind}Event id="{identity}" name="{identity}">{definition}</bpmn:intermediate{kind}Event>'
    )


def link(name: str) -> str:
    return f'<bpmn:linkEventDefinition name="{name}"/>'


# flows out of tasks and events


def test_several_flows_out_of_a_task_or_event_are_several_tokens() -> None:
    body = start() + user("A") + user("B") + user("C") + user("D") + end()
    body += chain("S", "A", "C", "E") + chain("S", "B", "E") + chain("A", "D", "E")
    case = Case(bundle(one(body)))
    assert case.open() == ["A", "B"]
    case.complete("A")
    assert case.open() == ["B", "C", "D"]
    for name in ("B", "C", "D"):
        case.complete(name)
    assert case.step.ended


def test_an_implicit_merge_is_one_activity_for_each_token() -> None:
    body = start() + user("A") + user("B") + user("C") + end() + chain("S", "A", "C", "E") + chain("S", "B", "C")
    case = Case(bundle(one(body)))
    case.complete("A")
    case.complete("B")
    assert case.open() == ["C", "C"]


def test_conditions_choose_and_the_default_is_for_when_none_holds() -> None:
    task = user("A", attributes='camunda:candidateGroups="clerk" default="d"')
    body = start() + task + user("B") + user("C") + user("D") + end()
    body += flow("S", "A") + flow("A", "B", "${x > 1}") + flow("A", "C", "${x > 2}") + flow("A", "D", identity="d")
    what = bundle(one(body + flow("B", "E") + flow("C", "E") + flow("D", "E")))
    for x, expected in ((0, ["D"]), (2, ["B"]), (3, ["B", "C"])):
        case = Case(what, {"x": 0})
        case.complete("A", x=x)
        assert case.open() == expected


def test_a_flow_without_condition_is_taken_beside_those_that_hold() -> None:
    body = start() + user("A") + user("B") + user("C") + end() + flow("S", "A") + flow("A", "B", "${x}")
    what = bundle(one(body + chain("A", "C", "E") + flow("B", "E")))
    both, only = Case(what), Case(what)
    both.complete("A", x=True)
    assert both.open() == ["B", "C"]
    only.complete("A", x=False)
    assert only.open() == ["C"]


def test_a_condition_on_the_only_flow_is_not_ignored() -> None:
    """Stock SpiffWorkflow takes the flow whatever the condition says."""
    what = bundle(
        one(start() + user("A") + user("B") + end() + flow("S", "A") + flow("A", "B", "${x}") + flow("B", "E"))
    )
    yes = Case(what)
    yes.complete("A", x=True)
    assert yes.open() == ["B"]
    no = Case(what)
    with pytest.raises(ProcessError) as fault:
        no.complete("A", x=False)
    assert (fault.value.code, fault.value.element_id) == ("NO_FLOW", "A")
    assert no.open() == ["A"]


def test_events_and_sub_processes_choose_as_well() -> None:
    inner = start("S2") + service("R", "work") + end("E2") + chain("S2", "R", "E2")
    body = start() + sub("P", inner) + boundary("B", "P", message("Msg")) + user("X") + user("Y") + user("Z") + end()
    body += flow("S", "P") + flow("P", "X", "${ok}") + flow("P", "Y", "${not ok}")
    body += flow("B", "Z", "${ok}") + flow("B", "Y", "${not ok}")
    what = bundle(one(body + flow("X", "E") + flow("Y", "E") + flow("Z", "E")))
    case = Case(what, {"case_no": "1", "ok": False})
    case.finish("R", ok=True)
    assert case.open() == ["X"]
    other = Case(what, {"case_no": "1", "ok": False})
    other.deliver("B", "case.stop", ok=True)
    assert other.open() == ["Z"]


def test_instances_and_calls_choose_when_all_of_them_is_done() -> None:
    called = diagram(start() + user("V") + end() + chain("S", "V", "E"), key="called")
    mapped = '<bpmn:extensionElements><camunda:out source="y" target="y"/></bpmn:extensionElements>'
    body = start() + user("A", multi(count="${2}")) + user("X") + end()
    body += f'<bpmn:callActivity id="C" name="C" calledElement="called">{mapped}</bpmn:callActivity>'
    body += flow("S", "A") + flow("A", "C", "${x == 2}") + flow("A", "E", "${x != 2}")
    body += flow("C", "X", "${y == 1}") + flow("C", "E", "${y != 1}") + flow("X", "E")
    case = Case(bundle(one(body), called, keys=("proc", "called")))
    case.complete("A", 0, x=1)
    case.complete("A", 1, x=2)
    assert case.open() == ["V"]
    case.complete("V", y=1)
    assert case.open() == ["X"]
    assert case.complete("X").ended


# links


def test_a_link_goes_on_at_the_event_of_its_name() -> None:
    """Stock SpiffWorkflow ends the case at the throwing link."""
    body = start() + gateway("G", default="d") + user("A") + event("Throw", "L1", link("back"))
    body += event("Throw", "L2", link("back")) + event("Catch", "L", link("back")) + user("B") + end()
    body += (
        flow("S", "G")
        + flow("G", "A", "${x}")
        + flow("G", "L2", identity="d")
        + chain("A", "L1")
        + chain("L", "B", "E")
    )
    what = bundle(one(body))
    long, short = Case(what, {"x": True}), Case(what, {"x": False})
    long.complete("A")
    assert long.open() == short.open() == ["B"]
    assert long.path()[-2:] == ["L1", "L"]
    assert long.complete("B").ended


def test_links_make_a_loop_that_is_counted() -> None:
    body = start() + event("Catch", "L", link("again")) + user("A") + gateway("G", default="out")
    body += event("Throw", "T", link("again")) + end() + flow("S", "A") + flow("L", "A") + flow("A", "G")
    body += flow("G", "T", "${again}") + flow("G", "E", identity="out")
    case = Case(bundle(one(body)))
    for _ in range(20):
        case.complete("A", again=True)
    with pytest.raises(ProcessError) as fault:
        case.complete("A", again=True)
    assert fault.value.code == "LOOP_LIMIT"


def test_a_link_stays_on_its_level() -> None:
    inner = start("S2") + event("Throw", "T", link("x")) + event("Catch", "L", link("x")) + user("A") + end("E2")
    inner += flow("S2", "T") + chain("L", "A", "E2")
    body = start() + sub("P", inner) + event("Throw", "T2", link("x")) + event("Catch", "L2", link("x")) + user("B")
    case = Case(bundle(one(body + end() + chain("S", "P", "T2") + chain("L2", "B", "E"))))
    assert case.open() == ["A"]
    case.complete("A")
    assert case.open() == ["B"]


# signals


def test_a_signal_is_heard_by_all_that_wait_in_the_case_and_told_to_the_host() -> None:
    body = (
        start() + gateway("F", "parallel") + event("Catch", "C", SIGNAL) + user("A") + user("B") + user("X") + user("Y")
    )
    body += event("Throw", "T", SIGNAL) + user("D") + end()
    body += chain("S", "F", "C", "X", "E") + chain("F", "A", "E") + chain("F", "B", "T", "D", "E")
    body += boundary("BO", "A", SIGNAL, interrupting=False) + chain("BO", "Y", "E")
    case = Case(bundle(one(body)))
    assert [(w.kind, w.message) for w in case.step.waiting] == [("signal", "office.closed")] * 2
    step = case.complete("B")
    assert step.signals == ("office.closed",)
    assert case.open() == ["A", "D", "X", "Y"]
    assert case.waits("signal") == ["BO"]


def test_a_signal_from_outside_wakes_one_wait_and_must_be_the_right_one() -> None:
    from jiuzhu.engine import DeliverSignal

    case = Case(bundle(one(start() + event("Catch", "C", SIGNAL) + end() + chain("S", "C", "E"))))
    task = case.waiting("C").task_id
    with pytest.raises(ProcessError):
        case.send(DeliverSignal(task_id=task, signal="other"))
    assert case.send(DeliverSignal(task_id=task, signal="office.closed")).ended
    assert case.step.signals == ()


def test_a_signal_end_throws_and_who_interrupts_the_thrower_stops_it() -> None:
    ended = Case(bundle(one(start() + user("A") + end("E", SIGNAL) + chain("S", "A", "E"))))
    assert ended.complete("A").signals == ("office.closed",)
    assert ended.step.ended
    inner = (
        start("S2") + user("A") + event("Throw", "T", SIGNAL) + user("B") + end("E2") + chain("S2", "A", "T", "B", "E2")
    )
    body = start() + sub("P", inner) + boundary("BO", "P", SIGNAL) + user("X") + end()
    case = Case(bundle(one(body + chain("S", "P", "E") + chain("BO", "X", "E"))))
    case.complete("A")
    assert case.open() == ["X"]
    assert "B" not in case.path(what="entered")
    itself = MAIN.replace("<bpmn:endEvent", event("Throw", "T", SIGNAL) + "<bpmn:endEvent").replace(
        flow("A", "E"), chain("A", "T", "E")
    )
    own = Case(bundle(one(itself + event_sub("H", SIGNAL, user("X")))))
    own.complete("A")
    assert own.open() == ["X"]
    assert cancelled(own) == []


def test_a_signal_behind_an_event_gateway_and_a_start_that_waits_again() -> None:
    body = (
        start()
        + gateway("G", "eventBased")
        + event("Catch", "C", SIGNAL)
        + event("Catch", "M", message("Msg"))
        + user("X")
    )
    body += end() + chain("S", "G", "C", "X", "E") + chain("G", "M", "E")
    from jiuzhu.engine import DeliverSignal

    case = Case(bundle(one(body + event_sub("H", SIGNAL, user("Y"), interrupting=False))), {"case_no": "1"})
    assert case.waits() == ["C", "M", "S_H"]
    for _ in range(2):
        case.send(DeliverSignal(task_id=case.waiting("S_H").task_id, signal="office.closed"))
    case.send(DeliverSignal(task_id=case.waiting("C").task_id, signal="office.closed"))
    assert case.open() == ["X", "Y", "Y"]
    assert case.waits() == ["S_H"]
