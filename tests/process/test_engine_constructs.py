"""What each construct of the diagrams does; every act meets a case restored from its bytes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jiuzhu.errors import BpmnError, ProcessError, UncaughtBpmnError
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
    io,
    message,
    service,
    start,
    timer,
    user,
)

DECLARED = (
    '<bpmn:message id="Msg" name="case.stop"/><bpmn:error id="Err_A" errorCode="A"/>'
    '<bpmn:error id="Err_B" errorCode="B"/><bpmn:escalation id="Esc" escalationCode="UP"/>'
)


def one(body: str) -> bytes:
    return diagram(body, declarations=DECLARED)


def sub(identity: str, inner: str) -> str:
    return f'<bpmn:subProcess id="{identity}" name="{identity}">{inner}</bpmn:subProcess>'


# parallel, inclusive


def test_a_parallel_join_waits_for_every_branch() -> None:
    body = (
        start() + gateway("F", "parallel") + user("A") + user("B") + gateway("J", "parallel") + user("C") + end()
        + chain("S", "F", "A", "J") + chain("F", "B", "J", "C", "E")
    )  # fmt: skip
    case = Case(bundle(one(body)))
    assert case.open() == ["A", "B"]
    case.complete("A")
    assert case.open() == ["B"]
    case.complete("B")
    assert case.open() == ["C"]
    assert case.complete("C").ended
    assert case.path().count("J") == 1


def test_twelve_parallel_blocks_start_with_two_tokens() -> None:
    """A join is not predicted: stock SpiffWorkflow makes 32 765 tasks of this diagram at its start."""
    body, last = start(), "S"
    for n in range(12):
        body += gateway(f"F{n}", "parallel") + user(f"A{n}") + user(f"B{n}") + gateway(f"J{n}", "parallel")
        body += chain(last, f"F{n}", f"A{n}", f"J{n}") + chain(f"F{n}", f"B{n}", f"J{n}")
        last = f"J{n}"
    case = Case(bundle(one(body + end() + flow(last, "E"))))
    assert len(case.step.state.blob) < 500
    for n in range(12):
        case.complete(f"B{n}")
        case.complete(f"A{n}")
    assert case.step.ended


def test_a_surplus_token_stays_at_a_join() -> None:
    """One branch comes twice before the other: the join still takes one token of each flow."""
    body = (
        start() + gateway("F", "parallel") + gateway("F2", "parallel") + gateway("M") + user("A") + user("B")
        + gateway("J", "parallel") + user("C") + end()
        + chain("S", "F", "F2") + flow("F2", "M", identity="x1") + flow("F2", "M", identity="x2") + chain("M", "A", "J")
        + chain("F", "B", "J", "C", "E")
    )  # fmt: skip
    case = Case(bundle(one(body)))
    assert case.open() == ["A", "A", "B"]
    case.complete("A")
    case.complete("A")
    assert case.open() == ["B"]
    case.complete("B")
    assert case.open() == ["C"]
    assert not case.complete("C").ended  # the surplus token is still at the join, as BPMN says


def test_an_inclusive_join_waits_only_for_what_was_started() -> None:
    body = (
        start() + gateway("F", "inclusive", default="d") + user("A") + user("B") + user("C") + gateway("J", "inclusive")
        + user("D") + end() + flow("S", "F")
        + flow("F", "A", "${a}") + flow("F", "B", "${b}") + flow("F", "C", identity="d")
        + chain("A", "J") + chain("B", "J") + chain("C", "J", "D", "E")
    )  # fmt: skip
    what = bundle(one(body))
    both = Case(what, {"a": True, "b": True})
    both.complete("B")
    assert both.open() == ["A"]
    both.complete("A")
    assert both.open() == ["D"]
    only = Case(what, {"a": True, "b": False})
    only.complete("A")
    assert only.open() == ["D"]
    none = Case(what, {"a": False, "b": False})
    assert none.open() == ["C"]


def test_a_gateway_without_a_true_flow_says_where() -> None:
    body = start() + gateway("G") + user("A") + user("B") + end() + flow("S", "G")
    body += flow("G", "A", "${x == 1}") + flow("G", "B", "${x == 2}") + flow("A", "E") + flow("B", "E")
    with pytest.raises(ProcessError) as fault:
        Case(bundle(one(body)), {"x": 3})
    assert (fault.value.element_id, fault.value.process_key, fault.value.code) == ("G", "proc", "NO_FLOW")


# timers


def test_an_interrupting_timer_takes_the_item_away() -> None:
    body = start() + user("A") + boundary("T", "A", timer("timeDuration", "P7D")) + user("B") + end()
    case = Case(bundle(one(body + chain("S", "A", "E") + chain("T", "B", "E"))))
    assert case.waiting("T").due == datetime(2026, 9, 23, 1, 0, tzinfo=UTC)
    case.later(days=6)
    assert case.open() == ["A"]
    case.later(days=1)
    assert case.open() == ["B"]
    assert case.waits() == []
    assert case.path(what="cancelled") == ["A"]


def test_a_completed_item_takes_its_timer_away() -> None:
    body = start() + user("A") + boundary("T", "A", timer("timeDuration", "P7D")) + user("B") + end()
    case = Case(bundle(one(body + chain("S", "A", "E") + chain("T", "B", "E"))))
    assert case.complete("A").ended
    assert case.waits() == []


def test_whoever_completes_an_overdue_item_wins() -> None:
    body = start() + user("A") + boundary("T", "A", timer("timeDuration", "P7D")) + user("B") + user("C") + end()
    case = Case(bundle(one(body + chain("S", "A", "C", "E") + chain("T", "B", "E"))))
    case.host.now = datetime(2026, 12, 1, tzinfo=UTC)
    case.complete("A")
    assert case.open() == ["C"]


def test_a_non_interrupting_timer_leaves_the_item_and_rings_once() -> None:
    body = start() + user("A") + boundary("T", "A", timer("timeDate", "${due}"), interrupting=False) + user("B") + end()
    what = bundle(one(body + chain("S", "A", "E") + chain("T", "B", "E")))
    case = Case(what, {"due": "2026-09-20"})
    assert case.waiting("T").due == datetime(2026, 9, 19, 16, 0, tzinfo=UTC)
    case.later(days=5)
    assert case.open() == ["A", "B"]
    assert case.waits() == []
    case.complete("A")
    assert not case.step.ended
    assert case.complete("B").ended


def test_a_cycle_rings_as_often_as_it_says_and_missed_rings_count_once() -> None:
    body = start() + user("A") + boundary("T", "A", timer("timeCycle", "R3/P1D"), interrupting=False)
    body += service("N", "remind") + end() + chain("S", "A", "E") + chain("T", "N", "E")
    host = FakeHost({"remind": lambda call: {}})
    case = Case(bundle(one(body)), host=host)
    case.later(days=1)
    assert len(host.calls) == 1
    case.later(days=10)
    assert len(host.calls) == 2
    case.later(days=1)
    assert len(host.calls) == 3
    assert case.waits() == []
    case.later(days=10)
    assert len(host.calls) == 3
    assert case.open() == ["A"]


def test_a_date_in_the_past_fires_at_once_and_a_date_without_limit_never() -> None:
    body = start() + '<bpmn:intermediateCatchEvent id="T" name="T">' + timer("timeDate", "${due}")
    body += "</bpmn:intermediateCatchEvent>" + user("B") + end() + chain("S", "T", "B", "E")
    what = bundle(one(body))
    assert Case(what, {"due": "2020-01-01T00:00:00+08:00"}).open() == ["B"]
    never = Case(what, {"due": "9999-12-31T00:00:00+08:00"})
    assert never.waiting("T").due == datetime(9999, 12, 30, 16, 0, tzinfo=UTC)
    never.later(days=100_000)
    assert never.waits() == ["T"]


def test_a_due_instant_is_frozen_when_the_timer_is_armed() -> None:
    body = start() + gateway("F", "parallel") + user("A") + user("B")
    body += boundary("T", "A", timer("timeDate", "${due}")) + end()
    case = Case(
        bundle(one(body + chain("S", "F", "A", "E") + chain("F", "B", "E") + chain("T", "E"))), {"due": "2026-10-01"}
    )
    case.complete("B", due="2030-01-01")
    assert case.waiting("T").due == datetime(2026, 9, 30, 16, 0, tzinfo=UTC)


def test_a_wrong_timer_value_says_where() -> None:
    body = start() + '<bpmn:intermediateCatchEvent id="T">' + timer("timeDate", "${due}")
    what = bundle(one(body + "</bpmn:intermediateCatchEvent>" + end() + chain("S", "T", "E")))
    for value in ("P3D", "tomorrow", "", None):
        with pytest.raises(ProcessError) as fault:
            Case(what, {"due": value})
        assert fault.value.element_id == "T"


# messages and races


def test_an_event_gateway_goes_the_way_of_the_first_event() -> None:
    body = (
        start() + gateway("G", "eventBased")
        + f'<bpmn:intermediateCatchEvent id="M">{message("Msg")}</bpmn:intermediateCatchEvent>'
        + f'<bpmn:intermediateCatchEvent id="T">{timer("timeDuration", "P3D")}</bpmn:intermediateCatchEvent>'
        + user("A") + user("B") + end() + chain("S", "G", "M", "A", "E") + chain("G", "T", "B", "E")
    )  # fmt: skip
    what = bundle(one(body))
    first = Case(what, {"case_no": "N-1"})
    assert first.waits() == ["M", "T"]
    waiting = first.waiting("M")
    assert (waiting.message, waiting.correlation_key, waiting.correlation_value) == ("case.stop", "case_no", "N-1")
    first.deliver("M", "case.stop", why="x")
    assert first.open() == ["A"]
    assert first.waits() == []
    assert first.variables["why"] == "x"
    second = Case(what, {"case_no": "N-1"})
    second.later(days=3)
    assert second.open() == ["B"]
    assert second.waits() == []


def test_a_message_with_properties_for_people() -> None:
    properties = "".join(
        f'<camunda:property name="{name}" value="{value}"/>'
        for name, value in {
            "correlation": "notice_no", "entryForm": "objection_entry",
            "entryGroups": "town_reviewer@${town},village_officer@${village}", "entryLabel": "登记异议",
        }.items()
    )  # fmt: skip
    body = start() + '<bpmn:intermediateCatchEvent id="M"><bpmn:extensionElements><camunda:properties>' + properties
    body += f"</camunda:properties></bpmn:extensionElements>{message('Msg')}</bpmn:intermediateCatchEvent>" + end()
    case = Case(bundle(one(body + chain("S", "M", "E"))), {"notice_no": 7, "town": "t", "village": "v"})
    waiting = case.waiting("M")
    assert (waiting.correlation_key, waiting.correlation_value) == ("notice_no", "7")
    assert waiting.properties["entryGroups"] == "town_reviewer@t,village_officer@v"
    assert waiting.properties["entryForm"] == "objection_entry"


def test_a_non_interrupting_message_can_come_again() -> None:
    inner = start("S2") + user("A") + end("E2") + chain("S2", "A", "E2")
    body = start() + sub("P", inner) + boundary("B", "P", message("Msg"), interrupting=False) + service("N", "note")
    body += end() + chain("S", "P", "E") + chain("B", "N", "E")
    host = FakeHost({"note": lambda call: {"count": call.inputs["count"] + 1}})
    case = Case(bundle(one(body)), {"count": 0, "case_no": "1"}, host)
    first = case.waiting("B").task_id
    case.deliver("B", "case.stop")
    assert case.waiting("B").task_id != first
    case.deliver("B", "case.stop")
    assert case.variables["count"] == 2
    assert case.open() == ["A"]
    assert case.complete("A").ended


def test_an_interrupting_message_ends_everything_inside() -> None:
    inner = start("S2") + gateway("F", "parallel") + user("A") + service("J", "mail") + end("E2")
    inner += (
        boundary("T", "A", timer("timeDuration", "P1D"))
        + chain("S2", "F", "A", "E2")
        + chain("F", "J", "E2")
        + chain("T", "E2")
    )
    body = start() + sub("P", inner) + boundary("B", "P", message("Msg")) + user("X") + end()
    case = Case(bundle(one(body + chain("S", "P", "E") + chain("B", "X", "E"))), {"case_no": "1"})
    assert case.open() == ["A"]
    assert case.waits() == ["B", "J", "T"]
    case.deliver("B", "case.stop")
    assert case.open() == ["X"]
    assert case.waits() == []
    assert sorted(case.path(what="cancelled")) == ["A", "J", "P"]
    assert case.complete("X").end_events == ("E",)


# errors, escalations, terminate


def test_an_error_takes_the_exact_handler_before_the_general_one() -> None:
    body = start() + service("J", "mail") + boundary("BA", "J", error("Err_A")) + boundary("BX", "J", error())
    body += user("A") + user("X") + end() + chain("S", "J", "E") + chain("BA", "A", "E") + chain("BX", "X", "E")
    what = bundle(one(body))
    exact, other = Case(what), Case(what)
    exact.fail("J", "A", detail=1)
    assert exact.open() == ["A"]
    assert exact.variables == {"detail": 1}
    assert exact.waits() == []
    other.fail("J", "ZZZ")
    assert other.open() == ["X"]


def test_a_record_task_may_throw_too() -> None:
    def refuse(call: object) -> dict[str, int]:
        raise BpmnError("A", "not allowed")

    names = 'camunda:errorCodeVariable="code" camunda:errorMessageVariable="why"'
    event = f'<bpmn:errorEventDefinition errorRef="Err_A" {names}/>'
    body = start() + service("R", "check") + boundary("B", "R", event) + user("A") + end()
    case = Case(bundle(one(body + chain("S", "R", "E") + chain("B", "A", "E"))), host=FakeHost({"check": refuse}))
    assert case.open() == ["A"]
    assert case.variables == {"code": "A", "why": "not allowed"}
    assert "R" in case.path(what="cancelled")


def test_an_error_end_is_caught_outside_the_called_process() -> None:
    called = diagram(
        start() + user("V") + end("E", error("Err_A")) + chain("S", "V", "E"), key="called", declarations=DECLARED
    )
    inner = start("S2") + '<bpmn:callActivity id="C" name="C" calledElement="called"/>' + user("W") + end("E2")
    inner += chain("S2", "C", "W", "E2")
    body = start() + sub("P", inner) + boundary("B", "P", error("Err_A")) + user("A") + end()
    main = one(body + chain("S", "P", "E") + chain("B", "A", "E"))
    case = Case(bundle(main, called, keys=("proc", "called")))
    assert case.open() == ["V"]
    assert case.item("V").process_key == "called"
    case.complete("V")
    assert case.open() == ["A"]
    assert {"C", "P"} <= set(case.path(what="cancelled"))


def test_what_an_error_end_says_reaches_whoever_catches_it() -> None:
    said = '<bpmn:error id="Err_A" errorCode="A" camunda:errorMessage="${count} papers are missing"/>'
    thrown = start() + user("V") + end("E", error("Err_A")) + chain("S", "V", "E")
    called = diagram(thrown, key="called", declarations=said)
    event = '<bpmn:errorEventDefinition errorRef="Err_A" camunda:errorMessageVariable="why"/>'
    call = '<bpmn:callActivity id="C" name="C" calledElement="called"><bpmn:extensionElements>'
    call += '<camunda:in variables="all"/></bpmn:extensionElements></bpmn:callActivity>'
    body = start() + call + boundary("B", "C", event) + user("A") + end() + chain("S", "C", "E") + chain("B", "A", "E")
    # What is said stands with the error that is thrown, not with the one that is caught.
    main = diagram(body, declarations='<bpmn:error id="Err_A" errorCode="A" camunda:errorMessage="never said"/>')
    case = Case(bundle(main, called, keys=("proc", "called")), {"count": 3})
    case.complete("V")
    assert (case.open(), case.variables["why"]) == (["A"], "3 papers are missing")


def test_an_error_that_nobody_catches_is_said_and_changes_nothing() -> None:
    case = Case(bundle(one(start() + service("J", "mail") + end() + chain("S", "J", "E"))))
    with pytest.raises(UncaughtBpmnError) as fault:
        case.fail("J", "A")
    assert fault.value.element_id == "J"
    assert case.finish("J").ended


def test_terminate_ends_its_own_level_only() -> None:
    inner = (
        start("S2") + gateway("F", "parallel") + user("A") + user("B") + end("E2", "<bpmn:terminateEventDefinition/>")
    )
    inner += chain("S2", "F", "A", "E2") + chain("F", "B", "E2")
    body = start() + sub("P", inner) + user("C") + end() + chain("S", "P", "C", "E")
    case = Case(bundle(one(body)))
    case.complete("A")
    assert case.open() == ["C"]
    assert "B" in case.path(what="cancelled")


def test_an_escalation_is_heard_without_stopping_and_unheard_without_harm() -> None:
    event = '<bpmn:escalationEventDefinition escalationRef="Esc"/>'
    inner = (
        start("S2")
        + f'<bpmn:intermediateThrowEvent id="U">{event}</bpmn:intermediateThrowEvent>'
        + user("A")
        + end("E2")
    )
    inner += chain("S2", "U", "A", "E2")
    plain = start() + sub("P", inner) + end() + chain("S", "P", "E")
    assert Case(bundle(one(plain))).open() == ["A"]
    heard = start() + sub("P", inner) + boundary("B", "P", event, interrupting=False) + user("X") + end()
    assert Case(bundle(one(heard + chain("S", "P", "E") + chain("B", "X", "E")))).open() == ["A", "X"]
    stopped = start() + sub("P", inner) + boundary("B", "P", event) + user("X") + end()
    assert Case(bundle(one(stopped + chain("S", "P", "E") + chain("B", "X", "E")))).open() == ["X"]


# multi-instance


def multi(kind: str = "parallel", count: str = "${n}", more: str = "", attributes: str = "") -> str:
    sequential = "true" if kind == "sequential" else "false"
    inside = f'<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">{count}</bpmn:loopCardinality>' if count else ""
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{sequential}" {attributes}>{inside}{more}</{tag}>'


def test_parallel_instances_are_open_together_and_all_must_finish() -> None:
    body = start() + user("A", multi()) + user("B") + end() + chain("S", "A", "B", "E")
    case = Case(bundle(one(body)), {"n": 3})
    assert [item.instance for item in case.step.items] == [0, 1, 2]
    assert len({item.task_id for item in case.step.items}) == 3
    case.complete("A", 1)
    case.complete("A", 0)
    assert case.open() == ["A"]
    case.complete("A", 2)
    assert case.open() == ["B"]
    assert "loopCounter" not in case.variables
    assert "nrOfInstances" not in case.variables


def test_sequential_instances_come_one_after_another() -> None:
    case = Case(bundle(one(start() + user("A", multi("sequential")) + end() + chain("S", "A", "E"))), {"n": 3})
    for index in range(3):
        assert [item.instance for item in case.step.items] == [index]
        case.complete("A", index)
    assert case.step.ended


def test_a_completion_condition_cancels_the_rest() -> None:
    condition = "${nrOfCompletedInstances == 2}"
    more = f'<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">{condition}</bpmn:completionCondition>'
    case = Case(bundle(one(start() + user("A", multi(more=more)) + end() + chain("S", "A", "E"))), {"n": 5})
    case.complete("A", 4)
    assert case.complete("A", 0).ended
    assert case.path(what="cancelled").count("A") == 3


def test_items_of_a_collection_have_their_own_element() -> None:
    attributes = 'camunda:collection="people" camunda:elementVariable="person"'
    body = user("A", multi(count="", attributes=attributes), 'camunda:candidateGroups="sign@${person}"')
    case = Case(bundle(one(start() + body + end() + chain("S", "A", "E"))), {"people": ["x", "y"]})
    assert [item.groups for item in case.step.items] == [("sign@x",), ("sign@y",)]
    assert case.item("A", 1).opened == {"loopCounter": 1, "person": "y"}


def test_no_instance_passes_and_too_many_are_refused() -> None:
    bound = '<camunda:properties><camunda:property name="bound" value="6"/></camunda:properties>'
    properties = f"<bpmn:extensionElements>{bound}</bpmn:extensionElements>"
    what = bundle(one(start() + user("A", properties + multi(count="${n - 1}")) + end() + chain("S", "A", "E")))
    assert Case(what, {"n": 1}).step.ended
    assert len(Case(what, {"n": 7}).step.items) == 6
    for count in (8, 0, "many"):
        with pytest.raises(ProcessError):
            Case(what, {"n": count})


def test_a_boundary_event_of_a_multi_instance_cancels_all_items() -> None:
    body = start() + user("A", multi()) + boundary("T", "A", timer("timeDuration", "P1D")) + end() + end("E2")
    case = Case(bundle(one(body + chain("S", "A", "E") + chain("T", "E2"))), {"n": 3})
    case.complete("A", 1)
    assert case.later(days=1).end_events == ("E2",)
    assert case.step.ended


def test_an_error_in_one_called_instance_leaves_by_the_body() -> None:
    called = diagram(start() + service("J", "mail") + end() + chain("S", "J", "E"), key="called", declarations=DECLARED)
    call = f'<bpmn:callActivity id="C" name="C" calledElement="called">{multi()}</bpmn:callActivity>'
    body = (
        start() + call + boundary("B", "C", error()) + user("X") + end() + chain("S", "C", "E") + chain("B", "X", "E")
    )
    case = Case(bundle(one(body), called, keys=("proc", "called")), {"n": 2})
    assert case.waits("job") == ["J", "J"]
    case.fail("J", "A")
    assert case.open() == ["X"]
    assert case.waits() == []


# items and loops


def test_who_when_and_how_urgent_are_settled_when_an_item_opens() -> None:
    attributes = (
        'camunda:candidateGroups="town_review@${town}, town_head@${town}" camunda:candidateUsers="${who}" '
        'camunda:assignee="${nobody}" camunda:dueDate="${due}" camunda:priority="80" '
        'camunda:formRef="opinion" camunda:formRefBinding="deployment"'
    )
    body = start() + gateway("F", "parallel") + user("A", io({"hint": "${town}"}), attributes) + user("B") + end()
    values = {"town": "140502100", "who": "p1,p2", "nobody": "", "due": "2026-10-01T00:00:00+08:00"}
    case = Case(bundle(one(body + chain("S", "F", "A", "E") + chain("F", "B", "E"))), values)
    case.complete("B", town="140502001", due="2027-01-01")
    item = case.item("A")
    assert item.groups == ("town_review@140502100", "town_head@140502100")
    assert (item.users, item.assignee, item.priority) == (("p1", "p2"), None, 80)
    assert (item.due, item.form, item.opened) == ("2026-10-01T00:00:00+08:00", "opinion", {"hint": "140502100"})


def test_an_empty_organisation_in_a_group_is_an_error_not_a_group() -> None:
    body = (
        start() + user("A", attributes='camunda:candidateGroups="town_review@${town}"') + end() + chain("S", "A", "E")
    )
    for town in ("", None):
        with pytest.raises(ProcessError) as fault:
            Case(bundle(one(body)), {"town": town})
        assert fault.value.element_id == "A"


def test_a_loop_ends_with_an_error_after_twenty_rounds() -> None:
    body = start() + gateway("M") + user("A") + gateway("G", default="out") + end()
    body += chain("S", "M", "A", "G") + flow("G", "M", "${again}") + flow("G", "E", identity="out")
    case = Case(bundle(one(body)))
    for _ in range(20):
        case.complete("A", again=True)
    with pytest.raises(ProcessError) as fault:
        case.complete("A", again=True)
    assert fault.value.code == "LOOP_LIMIT"
    assert case.open() == ["A"]
    assert case.complete("A", again=False).ended


def test_an_automatic_loop_cannot_run_for_ever() -> None:
    body = start() + gateway("M") + service("R", "work") + gateway("G", default="out") + end()
    body += chain("S", "M", "R", "G") + flow("G", "M", "${true}") + flow("G", "E", identity="out")
    with pytest.raises(ProcessError) as fault:
        Case(bundle(one(body)), host=FakeHost({"work": lambda call: {}}))
    assert fault.value.code == "LOOP_LIMIT"


def test_flows_without_an_id_are_followed() -> None:
    """Stock SpiffWorkflow drops them and reports the process as completed."""
    flows = '<bpmn:sequenceFlow sourceRef="S" targetRef="A"/><bpmn:sequenceFlow sourceRef="A" targetRef="E"/>'
    case = Case(bundle(one(start() + user("A") + end() + flows)))
    assert case.open() == ["A"]
    assert case.complete("A").end_events == ("E",)


def test_an_act_on_something_gone_is_named() -> None:
    case = Case(bundle(one(start() + user("A") + user("B") + end() + chain("S", "A", "B", "E"))))
    old = case.item("A").task_id
    case.complete("A")
    from jiuzhu.engine import CompleteItem

    for task_id in (old, "nonsense", case.item("B").task_id[:-1] + "x"):
        with pytest.raises(ProcessError) as fault:
            case.send(CompleteItem(task_id=task_id, variables={}))
        assert fault.value.code == "GONE"


def test_the_log_tells_the_flows_taken_and_the_calling_task() -> None:
    called = diagram(start() + user("V") + end() + chain("S", "V", "E"), key="called")
    body = start() + '<bpmn:callActivity id="C" name="C" calledElement="called"/>' + end() + chain("S", "C", "E")
    case = Case(bundle(one(body), called, keys=("proc", "called")))
    lines = [(p.what, p.process_key, p.element_id, p.element_type, p.flow) for p in case.step.log]
    assert lines == [
        ("entered", "proc", "S", "startEvent", ""),
        ("completed", "proc", "S", "startEvent", ""),
        ("entered", "proc", "C", "callActivity", "Flow_S_C"),
        ("entered", "called", "S", "startEvent", ""),
        ("completed", "called", "S", "startEvent", ""),
        ("entered", "called", "V", "userTask", "Flow_S_V"),
    ]
    inside = [p for p in case.step.log if p.process_key == "called"]
    caller = next(p.task_id for p in case.step.log if p.element_id == "C")
    assert {p.parent_task_id for p in inside} == {caller}


def test_a_thrown_message_is_an_external_task_and_a_receive_task_waits() -> None:
    thrown = '<bpmn:messageEventDefinition camunda:type="external" camunda:topic="{}"/>'
    body = start() + f'<bpmn:intermediateThrowEvent id="T">{thrown.format("send")}</bpmn:intermediateThrowEvent>'
    body += '<bpmn:sendTask id="N" camunda:type="external" camunda:topic="mail"/>'
    body += '<bpmn:receiveTask id="W" messageRef="Msg"/>' + end("E", thrown.format("send"))
    host = FakeHost({"send": lambda call: {"sent": call.inputs.get("sent", 0) + 1}})
    case = Case(bundle(one(body + chain("S", "T", "N", "W", "E"))), {"case_no": "1"}, host)
    assert case.variables["sent"] == 1
    assert case.waits("job") == ["N"]
    case.finish("N")
    assert case.waits("message") == ["W"]
    last = case.deliver("W", "case.stop", x=1)
    assert last.ended
    assert last.end_events == ("E",)
    assert case.variables == {"case_no": "1", "sent": 2, "x": 1}


def test_a_receive_task_is_an_activity_like_any_other() -> None:
    """Found by the reference diagrams of the MIWG: its boundary events, mappings and instances count."""
    receive = '<bpmn:receiveTask id="W" messageRef="Msg">{}</bpmn:receiveTask>'
    mapping = io({"mine": "1"}, {"kept": "${mine}"})
    body = start() + receive.format(mapping) + boundary("T", "W", timer("timeDuration", "P1D")) + user("X") + end()
    what = bundle(one(body + chain("S", "W", "E") + chain("T", "X", "E")))
    told, late = Case(what, {"case_no": "1"}), Case(what, {"case_no": "1"})
    assert told.waits() == ["T", "W"]
    assert told.deliver("W", "case.stop", x=1).ended
    assert told.variables == {"case_no": "1", "x": 1, "kept": "1"}
    late.later(days=1)
    assert (late.open(), late.waits()) == (["X"], [])
    several = Case(
        bundle(one(start() + receive.format(multi()) + end() + chain("S", "W", "E"))), {"n": 2, "case_no": "1"}
    )
    several.deliver("W", "case.stop")
    assert several.waits() == ["W"]
    assert several.deliver("W", "case.stop").ended


def test_a_wrong_message_does_not_wake() -> None:
    body = start() + '<bpmn:receiveTask id="W" messageRef="Msg"/>' + end() + chain("S", "W", "E")
    case = Case(bundle(one(body)), {"case_no": "1"})
    with pytest.raises(ProcessError):
        case.deliver("W", "case.changed")
    assert case.waits() == ["W"]


def test_a_job_carries_its_retries_priority_and_properties() -> None:
    inner = (
        "<bpmn:extensionElements><camunda:failedJobRetryTimeCycle>R5/PT1M</camunda:failedJobRetryTimeCycle>"
        '<camunda:properties><camunda:property name="channel" value="sms"/></camunda:properties>'
        "</bpmn:extensionElements>"
    )
    attributes = 'camunda:type="external" camunda:topic="mail" camunda:taskPriority="${p}"'
    task = f'<bpmn:serviceTask id="J" {attributes}>{inner}</bpmn:serviceTask>'
    case = Case(bundle(one(start() + task + end() + chain("S", "J", "E"))), {"p": 70})
    waiting = case.waiting("J")
    assert (waiting.retries, waiting.priority, waiting.properties) == ("R5/PT1M", 70, {"channel": "sms"})


def test_sub_processes_run_several_times_side_by_side() -> None:
    inner = start("S2") + user("A") + user("B") + end("E2") + chain("S2", "A", "B", "E2")
    body = (
        start() + f'<bpmn:subProcess id="P" name="P">{multi()}{inner}</bpmn:subProcess>' + end() + chain("S", "P", "E")
    )
    case = Case(bundle(one(body)), {"n": 3})
    assert case.open() == ["A", "A", "A"]
    case.complete("A")
    assert case.open() == ["A", "A", "B"]
    case.complete("B")
    for element in ("A", "B", "A", "B"):
        case.complete(element)
    assert case.step.ended
