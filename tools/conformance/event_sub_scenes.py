"""Scenes of event sub-processes."""

from __future__ import annotations

from tools.conformance.scenes import (
    ERROR,
    ESCALATION,
    EVENT_SUBS,
    FLOWS,
    LONG_AGO,
    MESSAGE,
    NEVER,
    ONE,
    SIGNAL,
    A,
    E,
    S,
    Scene,
    chain,
    date,
    event_sub,
    node,
    sub,
    user,
)

B = user("B")
INNER = node("startEvent", "S2") + user("U") + node("endEvent", "E2") + chain("S2", "U", "E2")
FAILING = node("startEvent", "S2") + node("endEvent", "E2", ERROR) + chain("S2", "E2")
RAISING = (
    node("startEvent", "S2") + node("intermediateThrowEvent", "T", ESCALATION) + user("U") + node("endEvent", "E2")
)

EVENT_SUB_SCENES = (
    Scene(
        construct="event sub-process, error start",
        test=f"{EVENT_SUBS}#test_it_does_not_start_with_the_process_and_goes_with_it",
        body=ONE + event_sub("H", ERROR, "X"),
        open=("A",),
    ),
    Scene(
        construct="event sub-process, error start, thrown",
        test=f"{EVENT_SUBS}#test_an_error_inside_is_caught_and_the_scope_ends_normally",
        body=S + A + sub("P", FAILING) + E + chain("S", "A", "P", "E") + event_sub("H", ERROR, "X"),
        acts=("complete A",),
        open=("X",),
    ),
    Scene(
        construct="event sub-process, escalation start, not interrupting",
        test=f"{EVENT_SUBS}#test_an_escalation_opens_it_beside_or_instead",
        body=S
        + sub("P", RAISING + chain("S2", "T", "U", "E2"))
        + E
        + chain("S", "P", "E")
        + event_sub("H", ESCALATION, "X", stays=True),
        open=("U", "X"),
    ),
    Scene(
        construct="event sub-process, message, interrupting",
        test=f"{EVENT_SUBS}#test_an_interrupting_message_takes_everything_open_away_and_the_case_ends_with_it",
        body=ONE + event_sub("M", MESSAGE, "X"),
        acts=("message told",),
        open=("X",),
    ),
    Scene(
        construct="event sub-process, message, not interrupting, twice",
        test=f"{EVENT_SUBS}#test_a_non_interrupting_message_comes_any_number_of_times",
        body=ONE + event_sub("M", MESSAGE, "X", stays=True),
        acts=("message told", "message told"),
        open=("A", "X", "X"),
    ),
    Scene(
        construct="event sub-process, message: the second case of the definition",
        test=f"{EVENT_SUBS}#test_a_second_case_of_the_same_definition_is_not_touched",
        body=ONE + event_sub("M", MESSAGE, "X", stays=True),
        acts=("message told", "again", "complete A"),
        ended=True,
    ),
    Scene(
        construct="event sub-process, timer that has not fired",
        test=f"{EVENT_SUBS}#test_a_timer_that_has_not_fired_does_not_keep_the_case",
        body=ONE + event_sub("T", date(NEVER), "X"),
        acts=("complete A",),
        ended=True,
    ),
    Scene(
        construct="event sub-process, timer, interrupting",
        test=f"{EVENT_SUBS}#test_a_timer_that_has_not_fired_does_not_keep_the_case",
        body=ONE + event_sub("T", date(LONG_AGO), "X"),
        open=("X",),
    ),
    Scene(
        construct="event sub-process inside a sub-process, timer",
        test=f"{EVENT_SUBS}#test_one_inside_another_and_one_in_a_sub_process",
        body=S + sub("P", INNER + event_sub("T", date(LONG_AGO), "X", stays=True)) + E + chain("S", "P", "E"),
        open=("U", "X"),
    ),
    Scene(
        construct="event sub-process, signal, not interrupting",
        test=f"{FLOWS}#test_a_signal_behind_an_event_gateway_and_a_start_that_waits_again",
        body=ONE + event_sub("M", SIGNAL, "X", stays=True),
        acts=("signal rung",),
        open=("A", "X"),
    ),
)
