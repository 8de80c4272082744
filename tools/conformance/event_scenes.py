"""Scenes of messages, errors, signals, links and compensation."""

from __future__ import annotations

from tools.conformance.scenes import (
    CONSTRUCTS,
    ERROR,
    FLOWS,
    LINK,
    LINT_EVENTS,
    MESSAGE,
    NEVER,
    ONE,
    READING,
    SIGNAL,
    A,
    E,
    S,
    Scene,
    chain,
    date,
    flow,
    gate,
    node,
    sub,
    user,
)

B = user("B")
INNER = node("startEvent", "S2") + user("U") + node("endEvent", "E2") + chain("S2", "U", "E2")
FAILING = node("startEvent", "S2") + node("endEvent", "E2", ERROR) + chain("S2", "E2")
THROWN = node("intermediateThrowEvent", "T", SIGNAL)

EVENT_SCENES = (
    Scene(
        construct="interrupting message at a task's border",
        test=f"{CONSTRUCTS}#test_an_interrupting_message_ends_everything_inside",
        body=ONE + node("boundaryEvent", "X", MESSAGE, attachedToRef="A") + B + chain("X", "B", "E"),
        acts=("message told",),
        open=("B",),
    ),
    Scene(
        construct="terminate end inside a sub-process",
        test=f"{CONSTRUCTS}#test_terminate_ends_its_own_level_only",
        body=S
        + sub(
            "P",
            node("startEvent", "S2")
            + gate("parallel", "F")
            + user("U")
            + B
            + node("endEvent", "E2", "<bpmn:terminateEventDefinition/>")
            + chain("S2", "F", "U", "E2")
            + chain("F", "B", "E2"),
        )
        + A
        + E
        + chain("S", "P", "A", "E"),
        acts=("complete U",),
        open=("A",),
    ),
    Scene(
        construct="error end caught at the sub-process's border",
        test=f"{CONSTRUCTS}#test_an_error_end_is_caught_outside_the_called_process",
        body=S
        + sub("P", FAILING)
        + node("boundaryEvent", "X", ERROR, attachedToRef="P")
        + B
        + E
        + chain("S", "P", "E")
        + chain("X", "B", "E"),
        open=("B",),
    ),
    Scene(
        construct="event-based gateway",
        test=f"{CONSTRUCTS}#test_an_event_gateway_goes_the_way_of_the_first_event",
        body=S
        + gate("eventBased", "G")
        + node("intermediateCatchEvent", "C", MESSAGE)
        + node("intermediateCatchEvent", "T", date(NEVER))
        + A
        + B
        + E
        + chain("S", "G", "C", "A", "E")
        + chain("G", "T", "B", "E"),
        acts=("message told",),
        open=("A",),
    ),
    Scene(
        construct="link events",
        test=f"{FLOWS}#test_a_link_goes_on_at_the_event_of_its_name",
        body=S
        + node("intermediateThrowEvent", "T", LINK)
        + node("intermediateCatchEvent", "L", LINK)
        + A
        + E
        + flow("S", "T")
        + chain("L", "A", "E"),
        open=("A",),
    ),
    Scene(
        construct="intermediate signal, heard in the same case",
        test=f"{FLOWS}#test_a_signal_is_heard_by_all_that_wait_in_the_case_and_told_to_the_host",
        body=S
        + gate("parallel", "F")
        + A
        + THROWN
        + node("intermediateCatchEvent", "C", SIGNAL)
        + B
        + E
        + chain("S", "F", "A", "T", "E")
        + chain("F", "C", "B", "E"),
        acts=("complete A",),
        open=("B",),
    ),
    Scene(
        construct="signal end event",
        test=f"{FLOWS}#test_a_signal_end_throws_and_who_interrupts_the_thrower_stops_it",
        body=S
        + gate("parallel", "F")
        + A
        + node("intermediateCatchEvent", "C", SIGNAL)
        + B
        + E
        + node("endEvent", "E2", SIGNAL)
        + chain("S", "F", "A", "E2")
        + chain("F", "C", "B", "E"),
        acts=("complete A",),
        open=("B",),
    ),
    Scene(
        construct="signal from another case",
        test="tests/integration/test_signals_and_event_subs.py#test_a_signal_reaches_"
        "every_waiting_case_of_the_district_and_nobody_twice",
        body=S + node("intermediateCatchEvent", "C", SIGNAL) + A + E + chain("S", "C", "A", "E"),
        acts=("signal rung",),
        open=("A",),
    ),
    Scene(
        construct="compensation throw without a handler",
        refused="bpmn.unsupported",
        test=f"{LINT_EVENTS}#test_compensation_is_refused_with_what_to_draw_instead",
        body=S
        + A
        + node("intermediateThrowEvent", "T", "<bpmn:compensateEventDefinition/>")
        + E
        + chain("S", "A", "T", "E"),
        acts=("complete A",),
        ended=True,
    ),
    Scene(
        construct="compensation with a handler",
        refused="bpmn.unsupported",
        test=f"{READING}#test_refused_elements_are_named_with_a_remedy",
        body=ONE
        + node("boundaryEvent", "X", "<bpmn:compensateEventDefinition/>", attachedToRef="A")
        + user("H", isForCompensation="true")
        + '<bpmn:association id="As" sourceRef="X" targetRef="H"/>'
        + node("intermediateThrowEvent", "T", "<bpmn:compensateEventDefinition/>"),
        acts=("complete A",),
        open=("H",),
    ),
    Scene(
        construct="conditional event",
        refused="bpmn.unsupported",
        test=f"{READING}#test_refused_elements_are_named_with_a_remedy",
        body=S
        + node(
            "intermediateCatchEvent",
            "C",
            "<bpmn:conditionalEventDefinition><bpmn:condition>${x == 1}</bpmn:condition>"
            "</bpmn:conditionalEventDefinition>",
        )
        + A
        + E
        + chain("S", "C", "A", "E"),
    ),
    Scene(
        construct="transaction",
        refused="bpmn.unsupported",
        test=f"{READING}#test_refused_elements_are_named_with_a_remedy",
        body=S + node("transaction", "P", INNER) + E + chain("S", "P", "E"),
        acts=("complete U",),
        ended=True,
    ),
    Scene(
        construct="error reported by a worker",
        test=f"{CONSTRUCTS}#test_an_error_takes_the_exact_handler_before_the_general_one",
        body=S
        + node("serviceTask", "J", camunda_type="external", camunda_topic="errand")
        + E
        + chain("S", "J", "E")
        + node("boundaryEvent", "X", ERROR, attachedToRef="J")
        + B
        + chain("X", "B", "E"),
        acts=("error J A",),
        open=("B",),
    ),
)
