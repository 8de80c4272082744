"""Event sub-processes through the engine; every act meets a case restored from its bytes."""

from __future__ import annotations

import pytest

from jiuzhu.engine import Engine
from jiuzhu.errors import BpmnError, UncaughtBpmnError
from tests.process.engine_kit import (
    Case,
    FakeHost,
    boundary,
    bundle,
    chain,
    diagram,
    end,
    error,
    flow,
    gateway,
    message,
    service,
    start,
    timer,
    user,
)
from tests.process.engine_walks import walk
from tests.process.test_engine_constructs import DECLARED, multi, sub
from tests.process.test_engine_state import fingerprint

ESCALATION = '<bpmn:escalationEventDefinition escalationRef="Esc"/>'
MORE = '<bpmn:signal id="Sig" name="office.closed"/><bpmn:message id="Msg2" name="case.note"/>'
MAIN = start() + user("A") + end() + chain("S", "A", "E")


def one(body: str) -> bytes:
    return diagram(body, declarations=DECLARED + MORE)


def event_sub(name: str, definition: str, inner: str = "", *, interrupting: bool = True, ends: str = "") -> str:
    """Return an event sub-process: its start, the given activities one after another, an end."""
    stays = "" if interrupting else ' isInterrupting="false"'
    names = [part.split('"')[1] for part in inner.split("id=")[1:] if part.startswith('"')]
    body = f'<bpmn:startEvent id="S_{name}" name="{name}"{stays}>{definition}</bpmn:startEvent>{inner}'
    body += end(f"E_{name}", ends) + chain(f"S_{name}", *names, f"E_{name}")
    return f'<bpmn:subProcess id="{name}" name="{name}" triggeredByEvent="true">{body}</bpmn:subProcess>'


def cancelled(case: Case) -> list[str]:
    return sorted(case.path(what="cancelled"))


# they wait, and do not begin with the process


def test_it_does_not_start_with_the_process_and_goes_with_it() -> None:
    subs = event_sub("M", message("Msg"), user("X")) + event_sub("T", timer("timeDuration", "P9D"), user("Y"))
    subs += event_sub("F", error("Err_A"), user("Z"))
    case = Case(bundle(one(MAIN + subs)), {"case_no": "7"})
    assert case.open() == ["A"]
    assert case.waits() == ["S_M", "S_T"]
    assert case.waiting("S_M").correlation_value == "7"
    assert case.complete("A").ended
    assert case.waits() == []
    assert case.step.end_events == ("E",)
    assert case.path() == ["S", "A", "E"]
    assert cancelled(case) == []


def test_an_interrupting_message_takes_everything_open_away_and_the_case_ends_with_it() -> None:
    inner = start("S2") + service("J", "mail") + end("E2") + chain("S2", "J", "E2")
    body = start() + gateway("F", "parallel") + user("A") + sub("P", inner) + end() + chain("S", "F", "A", "E")
    body += chain("F", "P", "E") + boundary("B", "A", timer("timeDuration", "P3D")) + flow("B", "E")
    body += event_sub("M", message("Msg"), user("X")) + event_sub("T", timer("timeDuration", "P9D"), user("Y"))
    case = Case(bundle(one(body)), {"case_no": "7"})
    assert case.open() == ["A"]
    assert case.waits() == ["B", "J", "S_M", "S_T"]
    case.deliver("S_M", "case.stop", reason="withdrawn")
    assert case.open() == ["X"]
    assert case.waits() == []
    assert cancelled(case) == ["A", "J", "P"]
    assert case.variables["reason"] == "withdrawn"
    case.later(days=30)
    assert case.open() == ["X"]
    assert case.complete("X").end_events == ("E_M",)
    assert case.step.ended
    assert case.path()[-3:] == ["X", "E_M", "M"]


def test_a_second_case_of_the_same_definition_is_not_touched() -> None:
    """Stock SpiffWorkflow changes the definition when a message starts an event sub-process (docs/conformance.md)."""
    what = bundle(one(MAIN + event_sub("M", message("Msg"), user("X"), interrupting=False)))
    engine = Engine()
    first = Case(what, {"case_no": "1"}, engine=engine)
    before = fingerprint(engine._codec(what).plan)
    first.deliver("S_M", "case.stop")
    second = Case(what, {"case_no": "2"}, engine=engine)
    assert (first.open(), second.open()) == (["A", "X"], ["A"])
    assert second.complete("A").ended
    first.complete("A")
    assert first.complete("X").ended
    assert fingerprint(engine._codec(what).plan) == before


# non-interrupting


def test_a_non_interrupting_message_comes_any_number_of_times() -> None:
    case = Case(bundle(one(MAIN + event_sub("M", message("Msg"), user("X"), interrupting=False))), {"case_no": "7"})
    for _ in range(25):
        case.deliver("S_M", "case.stop")
    assert case.open() == ["A", *["X"] * 25]
    assert case.waits() == ["S_M"]
    case.complete("A")
    assert not case.step.ended
    case.deliver("S_M", "case.stop")  # the scope lives as long as one of them
    for _ in range(26):
        assert case.waits() == ["S_M"]
        case.complete("X")
    assert case.step.ended
    assert case.waits() == []


def test_a_non_interrupting_timer_rings_once_and_a_cycle_as_often_as_it_says() -> None:
    once = Case(bundle(one(MAIN + event_sub("T", timer("timeDuration", "P1D"), user("X"), interrupting=False))))
    once.later(days=1)
    once.later(days=5)
    assert (once.open(), once.waits()) == (["A", "X"], [])
    cycle = Case(bundle(one(MAIN + event_sub("T", timer("timeCycle", "R2/P1D"), user("X"), interrupting=False))))
    for _ in range(4):
        cycle.later(days=1)
    assert cycle.open() == ["A", "X", "X"]
    assert cycle.waits() == []


def test_a_timer_that_has_not_fired_does_not_keep_the_case() -> None:
    """Stock SpiffWorkflow never completes such a case."""
    case = Case(bundle(one(MAIN + event_sub("T", timer("timeDuration", "P1D"), user("X")))))
    assert case.complete("A").ended
    other = Case(bundle(one(MAIN + event_sub("T", timer("timeDuration", "P1D"), user("X")))))
    other.later(days=1)
    assert other.open() == ["X"]
    assert other.complete("X").ended


def test_who_completes_the_last_item_when_the_timer_is_due_wins() -> None:
    case = Case(bundle(one(MAIN + event_sub("T", timer("timeDuration", "P1D"), user("X")))))
    case.host.now = case.host.now.replace(year=2027)
    assert case.complete("A").ended
    assert case.step.end_events == ("E",)


# errors and escalations


def test_an_error_inside_is_caught_and_the_scope_ends_normally() -> None:
    inner = start("S2") + gateway("F", "parallel") + service("J", "mail") + user("U") + end("E2")
    inner += chain("S2", "F", "J", "E2") + chain("F", "U", "E2")
    names = 'camunda:errorCodeVariable="code" camunda:errorMessageVariable="why"'
    inner += event_sub("H", f'<bpmn:errorEventDefinition errorRef="Err_A" {names}/>', user("X"))
    body = start() + sub("P", inner) + user("C") + end() + chain("S", "P", "C", "E")
    case = Case(bundle(one(body)))
    case.fail("J", "A", detail=1)
    assert case.open() == ["X"]
    assert cancelled(case) == ["J", "U"]
    assert case.variables == {"code": "A", "why": "", "detail": 1}
    case.complete("X")
    assert case.open() == ["C"]
    assert case.step.end_events == (), "an end inside a sub-process is not the case's"
    assert "P" in case.path()


def test_the_event_sub_process_goes_before_the_border_and_only_for_its_own_code() -> None:
    inner = start("S2") + service("J", "mail") + end("E2") + chain("S2", "J", "E2")
    inner += event_sub("H", error("Err_A"), user("X"))
    body = start() + sub("P", inner) + boundary("B", "P", error()) + user("Y") + end() + chain("S", "P", "E")
    what = bundle(one(body + chain("B", "Y", "E")))
    mine, other = Case(what), Case(what)
    mine.fail("J", "A")
    assert mine.open() == ["X"]
    other.fail("J", "B")
    assert other.open() == ["Y"]
    assert other.waits() == []


def test_an_activitys_own_border_goes_before_the_event_sub_process() -> None:
    body = (
        start() + service("J", "mail") + boundary("B", "J", error("Err_A")) + user("Y") + end() + chain("S", "J", "E")
    )
    case = Case(bundle(one(body + chain("B", "Y", "E") + event_sub("H", error(), user("X")))))
    case.fail("J", "A")
    assert case.open() == ["Y"]


def test_what_it_throws_itself_is_for_the_others_and_for_those_around() -> None:
    """As in Camunda 7: an error event sub-process does not catch its own errors again."""
    subs = event_sub("H", error("Err_A"), service("J2", "mail")) + event_sub("K", error("Err_B"), user("Y"))
    inner = start("S2") + service("J", "mail") + end("E2") + chain("S2", "J", "E2") + subs
    body = start() + sub("P", inner) + boundary("B", "P", error("Err_A")) + user("Z") + end() + chain("S", "P", "E")
    what = bundle(one(body + chain("B", "Z", "E")))
    again, beside = Case(what), Case(what)
    for case in (again, beside):
        case.fail("J", "A")
        assert case.waits() == ["J2"]
    again.fail("J2", "A")
    assert again.open() == ["Z"]
    beside.fail("J2", "B")
    assert beside.open() == ["Y"]
    top = Case(bundle(one(start() + service("J", "mail") + end() + chain("S", "J", "E") + subs)))
    top.fail("J", "A")
    with pytest.raises(UncaughtBpmnError):
        top.fail("J2", "A")
    assert top.waits() == ["J2"]


def test_an_error_end_and_a_record_task_reach_it_out_of_a_called_process() -> None:
    def refuse(call: object) -> dict[str, int]:
        raise BpmnError("A", "no")

    called = diagram(
        start() + service("R", "check") + end() + chain("S", "R", "E"), key="called", declarations=DECLARED
    )
    body = start() + '<bpmn:callActivity id="C" name="C" calledElement="called"/>' + user("U") + end()
    body += chain("S", "C", "U", "E") + event_sub("H", error("Err_A"), user("X"), ends=error("Err_B"))
    main = one(start("S0") + sub("P", body) + boundary("B", "P", error("Err_B")) + user("Y") + end("E0")
               + chain("S0", "P", "E0") + chain("B", "Y", "E0"))  # fmt: skip
    case = Case(bundle(main, called, keys=("proc", "called")), host=FakeHost({"check": refuse}))
    assert case.open() == ["X"]
    case.complete("X")
    assert case.open() == ["Y"]
    assert case.complete("Y").ended


def test_an_escalation_opens_it_beside_or_instead() -> None:
    inner = start("S2") + f'<bpmn:intermediateThrowEvent id="U">{ESCALATION}</bpmn:intermediateThrowEvent>' + user("A")
    inner += end("E2") + chain("S2", "U", "A", "E2")
    body = start() + sub("P", inner) + end() + chain("S", "P", "E")
    beside = Case(bundle(one(body + event_sub("H", ESCALATION, user("X"), interrupting=False))))
    assert beside.open() == ["A", "X"]
    beside.complete("A")
    assert not beside.step.ended
    assert beside.complete("X").ended
    instead = Case(bundle(one(body + event_sub("H", ESCALATION, user("X")))))
    assert instead.open() == ["X"]
    assert instead.complete("X").ended


# nested


def test_one_inside_another_and_one_in_a_sub_process() -> None:
    nested = event_sub("N", message("Msg2"), user("Y"))
    outer = event_sub("M", message("Msg"), user("X"), interrupting=False).replace("</bpmn:subProcess>", nested, 1)
    outer += "</bpmn:subProcess>"
    inner = start("S2") + user("A") + end("E2") + chain("S2", "A", "E2") + outer
    body = start() + sub("P", inner) + user("C") + end() + chain("S", "P", "C", "E")
    case = Case(bundle(one(body)), {"case_no": "7"})
    assert case.waits() == ["S_M"]
    case.deliver("S_M", "case.stop")
    case.deliver("S_M", "case.stop")
    assert case.waits() == ["S_M", "S_N", "S_N"]
    case.deliver("S_N", "case.note")
    assert case.open() == ["A", "X", "Y"]
    assert case.waits() == ["S_M", "S_N"]
    case.complete("A")
    case.complete("X")
    case.complete("Y")
    assert case.open() == ["C"]
    assert case.waits() == []
    assert case.complete("C").ended


def test_each_instance_of_a_repeated_sub_process_has_its_own() -> None:
    inner = start("S2") + user("A") + end("E2") + chain("S2", "A", "E2") + event_sub("M", message("Msg"), user("X"))
    body = start() + f'<bpmn:subProcess id="P" name="P">{multi()}{inner}</bpmn:subProcess>' + end()
    case = Case(bundle(one(body + chain("S", "P", "E"))), {"n": 2, "case_no": "7"})
    assert case.waits() == ["S_M", "S_M"]
    case.deliver("S_M", "case.stop")
    assert case.open() == ["A", "X"]
    case.complete("X")
    assert case.complete("A").ended


def test_the_end_of_everything_inside_takes_the_waiting_start_along() -> None:
    inner = start("S2") + user("A") + end("E2") + chain("S2", "A", "E2")
    inner += event_sub("M", message("Msg"), user("X"), interrupting=False)
    body = start() + sub("P", inner) + boundary("B", "P", message("Msg2")) + user("Y") + end() + chain("S", "P", "E")
    case = Case(bundle(one(body + chain("B", "Y", "E"))), {"case_no": "7"})
    case.deliver("S_M", "case.stop")
    assert case.open() == ["A", "X"]
    case.deliver("B", "case.note")
    assert case.open() == ["Y"]
    assert case.waits() == []
    assert cancelled(case) == ["A", "M", "P", "X"]


def test_terminate_inside_ends_only_the_event_sub_process() -> None:
    stop = "<bpmn:terminateEventDefinition/>"
    case = Case(
        bundle(one(MAIN + event_sub("M", message("Msg"), user("X"), interrupting=False, ends=stop))), {"case_no": "7"}
    )
    case.deliver("S_M", "case.stop")
    case.complete("X")
    assert case.open() == ["A"]
    assert case.waits() == ["S_M"]


def test_variables_inside_are_those_of_the_scope() -> None:
    host = FakeHost({"work": lambda call: {"n": call.inputs["n"] + 1}})
    case = Case(
        bundle(one(MAIN + event_sub("M", message("Msg"), service("R", "work"), interrupting=False))),
        {"case_no": "7", "n": 1}, host,
    )  # fmt: skip
    case.deliver("S_M", "case.stop", n=5)
    assert case.variables["n"] == 6


def test_a_walk_restored_at_every_step_equals_the_living_case() -> None:
    throw = '<bpmn:intermediateThrowEvent id="U">{}</bpmn:intermediateThrowEvent>'
    inner = start("S2") + service("J", "notify") + boundary("JB", "J", error("Err_B")) + user("A") + end("E2")
    inner += (
        chain("S2", "J", "A", "E2")
        + chain("JB", "E3")
        + end("E3", error("Err_A"))
        + event_sub("IH", error("Err_A"), user("IX"))
    )
    inner += event_sub("IM", message("Msg"), user("IY"), interrupting=False)
    body = start() + gateway("F", "parallel") + sub("P", inner) + user("B") + throw.format(ESCALATION) + end()
    body += chain("S", "F", "P", "E") + chain("F", "B", "U", "E")
    body += event_sub("M", message("Msg2"), user("X")) + event_sub("H", ESCALATION, user("Y"), interrupting=False)
    body += event_sub("T", timer("timeCycle", "R3/P2D"), user("Z"), interrupting=False)
    body += event_sub("G", '<bpmn:signalEventDefinition signalRef="Sig"/>', user("V"), interrupting=False)
    what = bundle(one(body))
    seen: set[str] = set()
    for seed in range(40):
        stored, live = walk(what, seed, most=40)
        assert stored == live
        seen |= {line.element_id for step in stored for line in step.log}
    assert {"IH", "IM", "M", "H", "T", "G"} <= seen
