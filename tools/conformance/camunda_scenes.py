"""Scenes of what Camunda 7 adds to BPMN: mappings, topics, people, expressions, repetition."""

from __future__ import annotations

from tools.conformance.scenes import (
    CONSTRUCTS,
    ONE,
    READING,
    SCOPES,
    E,
    S,
    Scene,
    chain,
    date,
    extension,
    flow,
    gate,
    node,
    repeated,
    user,
)

B, C = user("B"), user("C")
CHOICE = gate("exclusive", "G", default="d") + B + C + E + flow("G", "B", "${{{}}}") + flow("G", "C", identity="d")
CHOICE += flow("B", "E") + flow("C", "E")
CALL = '<bpmn:callActivity id="K" name="K" calledElement="called">{}</bpmn:callActivity>'
CALLED = node("startEvent", "S2") + user("U") + node("endEvent", "E2") + chain("S2", "U", "E2")
CARDINALITY = "<bpmn:loopCardinality>{}</bpmn:loopCardinality>"


def choice(condition: str) -> str:
    """Return a gateway that goes to B when a condition holds, else to C."""
    return CHOICE.replace("${{{}}}", f"${{{condition}}}")


CAMUNDA_SCENES = (
    Scene(
        construct="`camunda:out`: only what is named comes back",
        parser="camunda",
        called=CALLED,
        test=f"{SCOPES}#test_a_called_process_sees_only_what_is_passed_and_gives_only_what_is_named",
        body=S
        + CALL.format(extension('<camunda:out source="y" target="y"/>'))
        + choice("x == 1")
        + chain("S", "K", "G"),
        acts=("complete U x=1",),
        open=("C",),
    ),
    Scene(
        construct="`camunda:in`: renames",
        parser="camunda",
        called=node("startEvent", "S2") + choice("seen == 0").replace('"E"', '"E2"') + flow("S2", "G"),
        test=f"{SCOPES}#test_a_called_process_sees_only_what_is_passed_and_gives_only_what_is_named",
        body=S + CALL.format(extension('<camunda:in source="x" target="seen"/>')) + E + chain("S", "K", "E"),
        open=("B",),
    ),
    Scene(
        construct="`camunda:inputOutput`: output of a task",
        parser="camunda",
        test=f"{SCOPES}#test_inputs_are_local_and_outputs_go_out",
        body=S
        + user(
            "A",
            extension(
                '<camunda:inputOutput><camunda:outputParameter name="y">${x + 1}</camunda:outputParameter>'
                "</camunda:inputOutput>"
            ),
        )
        + choice("y == 1")
        + chain("S", "A", "G"),
        acts=("complete A",),
        open=("B",),
    ),
    Scene(
        construct="external task (`camunda:topic`)",
        parser="camunda",
        test=f"{CONSTRUCTS}#test_a_job_carries_its_retries_priority_and_properties",
        body=S + node("serviceTask", "J", camunda_type="external", camunda_topic="errand") + E + chain("S", "J", "E"),
        open=("J",),
    ),
    Scene(
        construct="`camunda:class`, `delegateExpression`",
        parser="camunda",
        refused="task.external",
        test=f"{READING}#test_refused_elements_are_named_with_a_remedy",
        code=True,
        body=S + node("serviceTask", "J", camunda_class="org.example.Pay") + E + chain("S", "J", "E"),
    ),
    Scene(
        construct="execution listener",
        parser="camunda",
        refused="camunda.extension",
        code=True,
        test=f"{READING}#test_refused_extensions_of_a_user_task",
        body=S
        + user("A", extension('<camunda:executionListener class="org.example.Log" event="start"/>'))
        + E
        + chain("S", "A", "E"),
        acts=("complete A",),
    ),
    Scene(
        construct="script task (groovy)",
        parser="camunda",
        refused="bpmn.unsupported",
        code=True,
        python=True,
        test=f"{READING}#test_refused_elements_are_named_with_a_remedy",
        body=S
        + node("scriptTask", "J", "<bpmn:script>execution.setVariable('a', 1)</bpmn:script>", scriptFormat="groovy")
        + E
        + chain("S", "J", "E"),
    ),
    Scene(
        construct="`asyncBefore`",
        parser="camunda",
        test=f"{READING}#test_what_changes_nothing_is_accepted_with_a_word",
        body=ONE.replace('name="A"', 'name="A" camunda:asyncBefore="true"'),
        acts=("complete A",),
        ended=True,
    ),
    Scene(
        construct="`${…}` in a condition",
        parser="camunda",
        python=True,
        test=f"{CONSTRUCTS}#test_a_gateway_without_a_true_flow_says_where",
        body=S + choice("x == 0 and not again") + flow("S", "G"),
        open=("B",),
    ),
    Scene(
        construct="ISO 8601 in a timer",
        parser="camunda",
        python=True,
        test=f"{CONSTRUCTS}#test_an_interrupting_timer_takes_the_item_away",
        body=ONE
        + node("boundaryEvent", "X", date("2020-01-01T00:00:00Z"), attachedToRef="A")
        + B
        + chain("X", "B", "E"),
        open=("B",),
    ),
    Scene(
        construct="multi-instance, a number",
        parser="camunda",
        test=f"{CONSTRUCTS}#test_parallel_instances_are_open_together_and_all_must_finish",
        body=S + user("A", repeated(CARDINALITY.format("${2}"))) + B + E + chain("S", "A", "B", "E"),
        acts=("complete A", "complete A"),
        open=("B",),
    ),
    Scene(
        construct="multi-instance, a number from a variable",
        parser="camunda",
        test=f"{CONSTRUCTS}#test_parallel_instances_are_open_together_and_all_must_finish",
        body=S + user("A", repeated(CARDINALITY.format("${n}"))) + B + E + chain("S", "A", "B", "E"),
        open=("A", "A"),
    ),
    Scene(
        construct="multi-instance, `camunda:collection`",
        parser="camunda",
        test=f"{CONSTRUCTS}#test_items_of_a_collection_have_their_own_element",
        body=S
        + user("A", repeated("", camunda_collection="people", camunda_elementVariable="person"))
        + B
        + E
        + chain("S", "A", "B", "E"),
        acts=("complete A", "complete A"),
        open=("B",),
    ),
    Scene(
        construct="multi-instance: what the items set stays",
        parser="camunda",
        test=f"{SCOPES}#test_reading_and_writing_follow_the_walls",
        body=S
        + user("A", repeated("", camunda_collection="people", camunda_elementVariable="person"))
        + choice("done == 1")
        + chain("S", "A", "G"),
        acts=("complete A done=1", "complete A done=1"),
        open=("B",),
    ),
)
