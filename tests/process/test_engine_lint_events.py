"""What the linter says of event sub-processes, links, signals and flows that choose without a gateway."""

from __future__ import annotations

import pytest

from jiuzhu.engine.reading import inspect_diagram
from tests.process.engine_kit import (
    boundary,
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
)
from tests.process.test_engine_constructs import sub
from tests.process.test_engine_event_subs import event_sub
from tests.process.test_engine_flows import SIGNAL, event, link
from tests.process.test_engine_lint import DECLARED, field, form, found, only, startable, task
from tests.process.test_engine_reading import refused

MORE = '<bpmn:signal id="Sig" name="office.closed"/><bpmn:escalation id="Esc" escalationCode="UP"/>'
MAIN = start() + task("A") + end() + chain("S", "A", "E")


def begun_by(definition: str) -> str:
    return MAIN.replace('<bpmn:startEvent id="S"/>', f'<bpmn:startEvent id="S">{definition}</bpmn:startEvent>')


def file(body: str, **more: str) -> dict[str, bytes]:
    return {
        "proc.bpmn": startable(body, **more).replace(b"</bpmn:definitions>", MORE.encode() + b"</bpmn:definitions>")
    }


def rules(body: str, **more: str) -> list[tuple[str, str]]:
    return [(f.rule, f.element_id) for f in found(file(body, **more))]


# refused by name


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (MAIN + event_sub("M", message("Msg")) + flow("A", "M"), "event-sub.flows"),
        (start() + gateway("G", "eventBased") + '<bpmn:receiveTask id="W" messageRef="Msg"/>' + end()
         + boundary("B", "W", timer("timeDuration", "P1D")) + chain("S", "G", "W", "E") + chain("B", "E"),
         "gateway.event"),
        (MAIN + event_sub("M", message("Msg")) + boundary("B", "M", error()) + flow("B", "E"), "boundary.host"),
        (MAIN + event_sub("M", message("Msg")) + event_sub("N", message("Msg")), "event-sub.twice"),
        (MAIN + event_sub("M", error()) + event_sub("N", error()), "event-sub.twice"),
        (MAIN + event_sub("M", error(), interrupting=False), "event.definition"),
        (MAIN + event_sub("M", timer("timeCycle", "R3/P1D")), "timer.cycle"),
        (MAIN + event_sub("M", "<bpmn:compensateEventDefinition/>"), "bpmn.unsupported"),
        (MAIN.replace('Event id="S"', 'Event id="S" isInterrupting="false"'), "bpmn.attribute"),
        (MAIN + event_sub("M", SIGNAL), "event.reference"),
        (begun_by(SIGNAL), "event.start"),
        (begun_by(message("Msg")), "event.start"),
        (begun_by(timer("timeDuration", "P1D")), "event.start"),
        (start() + event("Throw", "T", link("x")) + end() + chain("S", "T"), "event.link"),
        (start() + event("Throw", "T", link("")) + end() + chain("S", "T"), "event.link"),
        (MAIN + event("Catch", "L", link("x")) + flow("L", "E"), "event.link"),
        (start() + event("Throw", "T", link("x")) + event("Catch", "L", link("x")) + event("Catch", "L2", link("x"))
         + end() + chain("S", "T") + chain("L", "E") + chain("L2", "E"), "event.link"),
        (start() + event("Throw", "T", link("x")) + event("Catch", "L", link("x")) + end()
         + chain("S", "T", "L", "E"), "event.link"),
        (start() + sub("P", start("S2") + event("Throw", "T", link("x")) + chain("S2", "T"))
         + event("Catch", "L", link("x")) + end() + chain("S", "P") + chain("L", "E"), "event.link"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(body: str, rule: str) -> None:
    finding = refused(diagram(body, declarations=DECLARED), rule)
    assert finding.remedy


def test_compensation_is_refused_with_what_to_draw_instead() -> None:
    body = start() + event("Throw", "A", "<bpmn:compensateEventDefinition/>") + end() + chain("S", "A", "E")
    finding = refused(diagram(body), "bpmn.unsupported")
    assert "补偿" in finding.message
    assert "错误边界事件" in finding.remedy


# documentation


def test_data_objects_stores_groups_and_notes_are_documentation_wherever_they_stand() -> None:
    """The stock parser never comes back from a data object that is read two scopes below."""
    data = (
        '<bpmn:dataObjectReference id="D1" dataObjectRef="D"/><bpmn:dataObject id="D"/>'
        '<bpmn:dataStoreReference id="D3" dataStoreRef="Store"><bpmn:dataState name="x"/></bpmn:dataStoreReference>'
        '<bpmn:textAnnotation id="N1"><bpmn:text>x</bpmn:text></bpmn:textAnnotation><bpmn:group id="G1"/>'
        '<bpmn:association id="As" sourceRef="A" targetRef="N1"/>'
    )
    reads = (
        '<bpmn:property id="Pr" name="p"/><bpmn:ioSpecification><bpmn:dataInput id="Di"/><bpmn:inputSet/>'
        '<bpmn:outputSet/></bpmn:ioSpecification><bpmn:dataInputAssociation id="Da"><bpmn:sourceRef>D1</bpmn:sourceRef>'
        "<bpmn:targetRef>Pr</bpmn:targetRef></bpmn:dataInputAssociation>"
    )
    innermost = (
        start("S3") + task("A", inner=reads) + end("E3") + chain("S3", "A", "E3") + data.replace('id="', 'id="i')
    )
    middle = start("S2") + sub("P2", innermost) + end("E2") + chain("S2", "P2", "E2")
    body = data + start() + sub("P", middle) + end() + chain("S", "P", "E")
    process, findings = inspect_diagram(diagram(body, declarations='<bpmn:dataStore id="Store"/>'), "x.bpmn")
    assert findings == []
    assert process is not None
    assert set(process.level.nodes) == {"S", "P", "E"}


# the flow of tokens


def test_an_event_sub_process_is_neither_unreachable_nor_a_dead_end() -> None:
    subs = event_sub("M", message("Msg"), task("X")) + event_sub("T", timer("timeDuration", "P1D"), task("Y"))
    assert rules(MAIN + subs) == []


def test_faults_inside_an_event_sub_process_are_found() -> None:
    body = event_sub("M", message("Msg"), task("X")).replace(chain("X", "E_M"), "")
    assert ("flow.dead-end", "X") in rules(MAIN + body)
    inner = gateway("F") + gateway("J", "parallel") + task("X") + task("Y")
    flows = (
        chain("S_M", "F") + flow("F", "X", "${answer == 'x'}") + flow("F", "Y", identity="d") + chain("X", "J", "E_M")
    )
    stuck = event_sub("M", message("Msg")).replace(chain("S_M", "E_M"), inner + flows + chain("Y", "J"))
    stuck = stuck.replace('Gateway id="F" name="F"', 'Gateway id="F" name="F" default="d"')
    assert rules(MAIN + stuck, defaults='{"answer": ""}') == [("tokens.deadlock", "J")]


def test_a_true_deadlock_beside_an_event_sub_process_is_still_found() -> None:
    body = start() + task("A") + gateway("G", default="d") + task("B") + task("C") + gateway("J", "parallel") + end()
    body += chain("S", "A", "G") + flow("G", "B", "${answer == 'x'}") + flow("G", "C", identity="d")
    body += chain("B", "J", "E") + chain("C", "J") + event_sub("M", message("Msg"), task("X"))
    assert rules(body) == [("tokens.deadlock", "J")]


def test_an_implicit_split_that_is_joined_is_sound_and_said() -> None:
    body = start() + task("A") + task("B") + task("C") + gateway("J", "parallel") + end()
    body += chain("S", "A", "B", "J", "E") + chain("A", "C", "J")
    (finding,) = found(file(body))
    assert (finding.rule, finding.element_id, finding.severity) == ("flow.split", "A", "warning")


def test_an_implicit_split_that_is_not_joined_runs_twice() -> None:
    body = start() + task("A") + task("B") + task("C") + task("D") + end()
    body += chain("S", "A", "B", "D", "E") + chain("A", "C", "D")
    assert set(rules(body)) == {("flow.split", "A"), ("tokens.twice", "E")}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("${answer == 'a'}", "${answer != 'a'}", []),
        ("${answer == 'a'}", "${answer == 'b'}", [("gateway.default", "A")]),
        ("${answer == 'a'}", "${answer == 'a' or answer == 'b'}", [("gateway.default", "A"), ("tokens.twice", "E")]),
    ],
)
def test_conditions_that_exclude_each_other_are_one_way(one: str, other: str, expected: list[tuple[str, str]]) -> None:
    body = start() + task("A") + task("B") + task("C") + task("D") + end() + flow("S", "A")
    body += flow("A", "B", one) + flow("A", "C", other) + chain("B", "D", "E") + chain("C", "D")
    assert sorted(rules(body)) == expected


def test_a_default_flow_of_a_task_is_a_way_of_its_own() -> None:
    body = start() + task("A").replace("<bpmn:userTask", '<bpmn:userTask default="d"') + task("B") + task("C") + end()
    body += flow("S", "A") + flow("A", "B", "${answer == 'a'}") + flow("A", "C", identity="d") + chain("B", "E")
    assert rules(body + chain("C", "E")) == []


def test_a_condition_on_the_only_flow_may_stop_the_case() -> None:
    body = start() + task("A") + end() + flow("S", "A") + flow("A", "E", "${answer == 'a'}")
    only(file(body), "gateway.default", "A")


def test_a_join_behind_exclusive_conditions_waits_for_ever() -> None:
    body = start() + task("A") + task("B") + task("C") + gateway("J", "parallel") + end() + flow("S", "A")
    body += (
        flow("A", "B", "${answer == 'a'}") + flow("A", "C", "${answer != 'a'}") + chain("B", "J", "E") + chain("C", "J")
    )
    assert rules(body) == [("tokens.deadlock", "J")]


def test_links_are_ways_of_the_level() -> None:
    body = start() + task("A") + event("Throw", "T", link("x")) + event("Catch", "L", link("x")) + task("B") + end()
    assert rules(body + chain("S", "A", "T") + chain("L", "B", "E")) == []
    for broken in (chain("S", "A", "E") + chain("L", "B", "E"), chain("S", "A", "T") + chain("L", "B")):
        assert {rule for rule, _ in rules(body + broken)} & {"flow.unreachable", "flow.dead-end"}


def test_a_loop_of_links_in_which_nobody_works_turns_until_the_limit() -> None:
    inner = start("S2") + service("R", "mark") + end("E2") + chain("S2", "R", "E2")
    inner += event_sub("M", message("Msg"), task("X"))
    body = start() + event("Catch", "L", link("again")) + sub("P", inner) + gateway("G", default="out")
    body += event("Throw", "T", link("again")) + end() + chain("S", "P", "G") + flow("L", "P")
    body += flow("G", "T", "${town == 'x'}") + flow("G", "E", identity="out")
    assert [rule for rule, _ in rules(body)] == ["loop.automatic"]
    assert rules(body.replace(chain("S2", "R", "E2"), task("A") + chain("S2", "R", "A", "E2"))) == []


# values


def test_a_condition_of_a_task_reads_what_the_task_sets() -> None:
    body = (
        start()
        + service("R", "tally", io({"round": "${1}"}))
        + boundary("B", "R", error("Err_A"))
        + end()
        + flow("B", "E")
    )
    body += flow("S", "R") + flow("R", "E", "${total > 0}") + flow("R", "E", identity="x")
    assert rules(body) == []
    assert rules(body.replace("total", "totl")) == [("value.unset", "R")]


def test_an_event_sub_process_begins_with_what_held_when_its_level_began() -> None:
    late = event_sub("M", message("Msg"), task("X", due="${answer}"))
    assert rules(MAIN + late) == [("value.unset", "X")]
    assert rules(MAIN + late, defaults='{"answer": "2026-12-01"}') == []
    inner = start("S2") + task("B", form_id="g") + end("E2") + chain("S2", "B", "E2") + late
    body = start() + task("A") + sub("P", inner) + end() + chain("S", "A", "P", "E")
    assert found({**file(body), "g.form": form("g", field("later"))}) == []
    wrong = found({**file(body.replace("${answer}", "${later}")), "g.form": form("g", field("later"))})
    assert [(f.rule, f.element_id) for f in wrong] == [("value.unset", "X")]
    bare = event_sub("T", timer("timeDate", "${answer}"))
    assert rules(MAIN + bare) == [("value.unset", "S_T")]


def test_what_an_interrupting_one_leaves_behind_counts_at_the_end_of_the_scope() -> None:
    inner = start("S2") + task("B", form_id="g") + end("E2") + chain("S2", "B", "E2") + event_sub("M", message("Msg"))
    body = start() + sub("P", inner) + task("C", due="${later}") + end() + chain("S", "P", "C", "E")
    files = {**file(body), "g.form": form("g", field("later"))}
    assert [(f.rule, f.element_id) for f in found(files)] == [("value.unset", "C")]
    stays = {**file(body.replace('name="M">', 'name="M" isInterrupting="false">', 1)), "g.form": files["g.form"]}
    assert b'isInterrupting="false"' in stays["proc.bpmn"]


# errors


def test_an_error_event_sub_process_catches_for_its_scope() -> None:
    inner = start("S2") + service("R", "tally", io({"round": "${1}"})) + end("E2") + chain("S2", "R", "E2")
    body = start() + sub("P", inner) + end() + chain("S", "P", "E")
    assert rules(body) == [("error.uncaught", "R")]
    assert rules(body + event_sub("H", error("Err_A"), task("X"))) == []
    assert rules(body.replace("</bpmn:subProcess>", event_sub("H", error(), task("X")) + "</bpmn:subProcess>")) == []


def test_what_it_reports_itself_is_not_caught_by_it() -> None:
    again = service("R2", "tally", io({"round": "${1}"}))
    body = start() + service("R", "tally", io({"round": "${1}"})) + end() + chain("S", "R", "E")
    assert rules(body + event_sub("H", error("Err_A"), again)) == [("error.uncaught", "R2")]


def test_an_error_event_sub_process_for_what_nobody_reports() -> None:
    assert rules(MAIN + event_sub("H", error("Err_A"), task("X"))) == [("error.never", "S_H")]


def test_two_that_wait_for_one_message_are_told_apart_by_their_variable() -> None:
    wait = event("Catch", "C", message("Msg"))
    inner = start("S2") + wait + end("E2") + chain("S2", "C", "E2")
    body = start() + sub("P", inner) + end() + chain("S", "P", "E") + event_sub("M", message("Msg"), task("X"))
    assert rules(body) == [("message.twice", "C")]
    by_town = (
        '<bpmn:extensionElements><camunda:properties><camunda:property name="correlation" value="town"/>'
        "</camunda:properties></bpmn:extensionElements>"
    )
    assert rules(body.replace(message("Msg"), by_town + message("Msg"), 1)) == []


# signals


def test_a_signal_has_two_sides() -> None:
    throws = start() + event("Throw", "T", SIGNAL) + end() + chain("S", "T", "E")
    assert rules(throws) == [("signal.unheard", "T")]
    assert rules(MAIN + event_sub("H", SIGNAL, task("X"))) == [("signal.never", "S_H")]
    assert rules(throws + event_sub("H", SIGNAL, task("X"))) == []
