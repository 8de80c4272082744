"""Scenes of flows, gateways, loops and data objects."""

from __future__ import annotations

from tools.conformance.scenes import (
    CONSTRUCTS,
    FLOWS,
    LINT_EVENTS,
    MESSAGE,
    ONE,
    READING,
    A,
    E,
    S,
    Scene,
    chain,
    flow,
    gate,
    node,
    sub,
    user,
)

B = user("B")
INNER = node("startEvent", "S2") + user("U") + node("endEvent", "E2") + chain("S2", "U", "E2")
DATA = '<bpmn:dataObjectReference id="D1" dataObjectRef="D"/><bpmn:dataObject id="D"/>'
READS = (
    '<bpmn:ioSpecification><bpmn:dataInput id="Di"/><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>'
    '<bpmn:dataInputAssociation id="Da"><bpmn:sourceRef>D1</bpmn:sourceRef><bpmn:targetRef>Di</bpmn:targetRef>'
    "</bpmn:dataInputAssociation>"
)
STEPS = tuple(f"N{n}" for n in range(60))
LOOP = S + gate("exclusive", "M") + A + "".join(node("intermediateThrowEvent", n) for n in STEPS)
LOOP += gate("exclusive", "G", default="out") + E + chain("S", "M", "A", *STEPS, "G")
LOOP += flow("G", "M", "${again}") + flow("G", "E", identity="out")
BLOCKS = "".join(
    gate("parallel", f"F{n}")
    + user(f"A{n}")
    + user(f"B{n}")
    + gate("parallel", f"J{n}")
    + chain(f"J{n - 1}" if n else "S", f"F{n}", f"A{n}", f"J{n}")
    + chain(f"F{n}", f"B{n}", f"J{n}")
    for n in range(3)
)

FLOW_SCENES = (
    Scene(
        construct="sequence flow without an id",
        test=f"{CONSTRUCTS}#test_flows_without_an_id_are_followed",
        body=S
        + A
        + E
        + '<bpmn:sequenceFlow sourceRef="S" targetRef="A"/><bpmn:sequenceFlow sourceRef="A" targetRef="E"/>',
        open=("A",),
    ),
    Scene(
        construct="boundary event without an id",
        refused="bpmn.id",
        test=f"{READING}#test_ids_are_unique_and_present",
        body=ONE
        + B
        + '<bpmn:boundaryEvent attachedToRef="A"><bpmn:outgoing>F</bpmn:outgoing>'
        + MESSAGE
        + "</bpmn:boundaryEvent>"
        + flow("", "B", identity="F")
        + flow("B", "E"),
        acts=("message told",),
        open=("B",),
    ),
    Scene(
        construct="exclusive gateway with a default flow",
        test=f"{CONSTRUCTS}#test_a_gateway_without_a_true_flow_says_where",
        body=S
        + gate("exclusive", "G", default="d")
        + A
        + B
        + E
        + flow("S", "G")
        + flow("G", "A", "${x == 1}")
        + flow("G", "B", identity="d")
        + flow("A", "E")
        + flow("B", "E"),
        open=("B",),
    ),
    Scene(
        construct="inclusive gateway, two of three ways",
        test=f"{CONSTRUCTS}#test_an_inclusive_join_waits_only_for_what_was_started",
        body=S
        + gate("inclusive", "G", default="d")
        + A
        + B
        + user("C")
        + gate("inclusive", "J")
        + user("D")
        + E
        + flow("S", "G")
        + flow("G", "A", "${x == 0}")
        + flow("G", "B", "${x &lt; 1}".replace("&lt;", "<"))
        + flow("G", "C", identity="d")
        + chain("A", "J", "D", "E")
        + chain("B", "J")
        + chain("C", "J"),
        acts=("complete A", "complete B"),
        open=("D",),
    ),
    Scene(
        construct="three parallel blocks one after another",
        test=f"{CONSTRUCTS}#test_twelve_parallel_blocks_start_with_two_tokens",
        body=S + BLOCKS + E + flow("J2", "E"),
        acts=tuple(f"complete {side}{n}" for n in range(3) for side in "AB"),
        ended=True,
    ),
    Scene(
        construct="condition on the only flow out of a task",
        test=f"{FLOWS}#test_a_condition_on_the_only_flow_is_not_ignored",
        body=S + A + B + E + flow("S", "A") + flow("A", "B", "${x == 1}") + flow("B", "E"),
        acts=("complete A",),
        open=("A",),
        stops="NO_FLOW",
    ),
    Scene(
        construct="several flows out of a task (implicit split)",
        test=f"{FLOWS}#test_several_flows_out_of_a_task_or_event_are_several_tokens",
        body=S + A + B + user("C") + E + chain("S", "A", "B", "E") + chain("A", "C", "E"),
        acts=("complete A",),
        open=("B", "C"),
    ),
    Scene(
        construct="several flows into a task (implicit merge)",
        test=f"{FLOWS}#test_an_implicit_merge_is_one_activity_for_each_token",
        body=S + gate("parallel", "F") + A + B + user("C") + E + chain("S", "F", "A", "C", "E") + chain("F", "B", "C"),
        acts=("complete A", "complete B"),
        open=("C", "C"),
    ),
    Scene(
        construct="default flow of a task",
        test=f"{FLOWS}#test_conditions_choose_and_the_default_is_for_when_none_holds",
        body=S
        + user("A", default="d")
        + B
        + user("C")
        + E
        + flow("S", "A")
        + flow("A", "B", "${x == 1}")
        + flow("A", "C", identity="d")
        + flow("B", "E")
        + flow("C", "E"),
        acts=("complete A",),
        open=("C",),
    ),
    Scene(
        construct="18 rounds of a loop of 63 nodes",
        test=f"{CONSTRUCTS}#test_a_loop_ends_with_an_error_after_twenty_rounds",
        body=LOOP,
        acts=tuple("complete A again=true" for _ in range(18)),
        open=("A",),
    ),
    Scene(
        construct="data object read two scopes below",
        test=f"{LINT_EVENTS}#test_data_objects_stores_groups_and_notes_are_documentation_wherever_they_stand",
        body=DATA
        + S
        + sub(
            "P",
            node("startEvent", "S2")
            + sub("P2", INNER.replace("S2", "S3").replace("E2", "E3").replace('name="U">', f'name="U">{READS}'))
            + node("endEvent", "E2")
            + chain("S2", "P2", "E2"),
        )
        + E
        + chain("S", "P", "E"),
        acts=("complete U",),
        ended=True,
    ),
)
