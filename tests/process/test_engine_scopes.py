"""Variables live in scopes as in Camunda 7 (decisions B1); tasks hold no data."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.engine import CompleteItem, FinishJob
from jiuzhu.engine.spiff.scopes import Scopes
from jiuzhu.errors import DecisionError, ExpressionError, ProcessError
from tests.process.engine_kit import (
    Case,
    FakeHost,
    bundle,
    chain,
    diagram,
    end,
    flow,
    gateway,
    io,
    service,
    start,
    user,
)

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="http://x">'
ENTRY = "<inputEntry id='{0}'><text>{1}</text></inputEntry>"
CELL = "<outputEntry id='{0}'><text>{1}</text></outputEntry>"


def table(days: bool = True) -> bytes:
    """Return a decision ``authority``: dibao gives town (7 days), tekun gives county (15 days)."""
    more = '<output id="o2" name="days" typeRef="number"/>' if days else ""
    rules = ""
    for n, (programme, level, count) in enumerate((("dibao", "town", 7), ("tekun", "county", 15))):
        cells = ENTRY.format(f"i{n}", f'"{programme}"') + CELL.format(f"l{n}", f'"{level}"')
        rules += f'<rule id="r{n}">{cells}{CELL.format(f"d{n}", count) if days else ""}</rule>'
    return (
        f'{HEAD}<decision id="authority" name="t"><decisionTable id="t" hitPolicy="UNIQUE"><input id="i">'
        '<inputExpression id="ie" typeRef="string"><text>programme</text></inputExpression></input>'
        f'<output id="o1" name="level" typeRef="string"/>{more}{rules}</decisionTable></decision></definitions>'
    ).encode()


def rule(shape: str, inner: str = "") -> str:
    return (
        '<bpmn:businessRuleTask id="R" camunda:decisionRef="authority" camunda:decisionRefBinding="deployment" '
        f'camunda:mapDecisionResult="{shape}" camunda:resultVariable="row">{inner}</bpmn:businessRuleTask>'
    )


def call(inner: str, called: str = "called", identity: str = "C") -> str:
    return (
        f'<bpmn:callActivity id="{identity}" name="{identity}" calledElement="{called}">'
        f"<bpmn:extensionElements>{inner}</bpmn:extensionElements></bpmn:callActivity>"
    )


def test_a_branch_sees_at_once_what_another_wrote() -> None:
    body = (
        start() + gateway("F", "parallel") + user("A") + user("B") + gateway("G", default="d") + user("X") + user("Y")
    )
    body += end() + chain("S", "F", "A", "E") + chain("F", "B", "G") + flow("G", "X", "${said == 'yes'}")
    body += flow("G", "Y", identity="d") + chain("X", "E") + chain("Y", "E")
    case = Case(bundle(diagram(body)), {"said": ""})
    case.complete("A", said="yes")
    case.complete("B")
    assert case.open() == ["X"]


def test_a_completion_replaces_top_level_keys_and_keeps_its_own_copy() -> None:
    body = start() + user("A") + user("B") + end() + chain("S", "A", "B", "E")
    case = Case(bundle(diagram(body)), {"doc": {"x": 1, "y": 2}})
    given = {"doc": {"x": 9}, "list": [1]}
    case.send(CompleteItem(task_id=case.item("A").task_id, variables=given))
    given["doc"]["x"] = 0  # type: ignore[call-overload, index]
    assert case.variables == {"doc": {"x": 9}, "list": [1]}


def test_inputs_are_local_and_outputs_go_out() -> None:
    seen: dict[str, Any] = {}

    def work(called: Any) -> dict[str, Any]:
        seen.update(called.inputs)
        return {"result": "r", "local": "changed"}

    mapping = io(
        {"local": "${town}-1", "second": "${local}-2"}, {"copy": "${local}", "fixed": "done", "yes": "${true}"}
    )
    body = start() + service("R", "work", mapping) + end() + chain("S", "R", "E")
    case = Case(bundle(diagram(body)), {"town": "t"}, FakeHost({"work": work}))
    assert seen == {"town": "t", "local": "t-1", "second": "t-1-2"}
    assert case.variables == {"town": "t", "result": "r", "copy": "changed", "fixed": "done", "yes": True}


def test_a_called_process_sees_only_what_is_passed_and_gives_only_what_is_named() -> None:
    called = diagram(start() + user("V") + service("R", "work") + end() + chain("S", "V", "R", "E"), key="called")
    mapping = (
        '<camunda:in source="a" target="renamed"/><camunda:in sourceExpression="x@${a}" target="text"/>'
        '<camunda:in source="never" target="nothing"/>'
        '<camunda:out source="made" target="got"/><camunda:out sourceExpression="${made}!" target="said"/>'
        '<camunda:out source="unset" target="empty_one"/>'
    )
    main = diagram(start() + call(mapping) + end() + chain("S", "C", "E"))
    seen: dict[str, Any] = {}

    def work(task: Any) -> dict[str, Any]:
        seen.update(task.inputs)
        return {"made": "m", "private": 1, "a": "inside"}

    what = bundle(main, called, keys=("proc", "called"))
    case = Case(what, {"a": 1, "b": 2}, FakeHost({"work": work}))
    inside = case.engine.read_variables(what, case.step.state, case.item("V").task_id)
    assert inside == {"renamed": 1, "text": "x@1", "nothing": None}
    assert case.engine.read_variables(what, case.step.state) == {"a": 1, "b": 2}
    case.complete("V", answer="only inside")
    assert seen == {"renamed": 1, "text": "x@1", "nothing": None, "answer": "only inside"}
    assert case.step.ended
    assert case.variables == {"a": 1, "b": 2, "got": "m", "said": "m!", "empty_one": None}


def test_variables_all_in_is_a_copy() -> None:
    called = diagram(start() + user("V") + end() + chain("S", "V", "E"), key="called")
    main = diagram(start() + call('<camunda:in variables="all"/>') + end() + chain("S", "C", "E"))
    case = Case(bundle(main, called, keys=("proc", "called")), {"a": 1})
    case.complete("V", a=2)
    assert case.variables == {"a": 1}


def test_an_embedded_sub_process_writes_the_process_and_keeps_its_inputs() -> None:
    inner = start("S2") + user("A") + end("E2") + chain("S2", "A", "E2")
    body = (
        start() + f'<bpmn:subProcess id="P">{io({"mine": "1"}, {"back": "${mine}"})}{inner}</bpmn:subProcess>' + end()
    )
    case = Case(bundle(diagram(body + chain("S", "P", "E"))), {"decision": ""})
    assert case.engine.read_variables(case.bundle, case.step.state, case.item("A").task_id) == {
        "decision": "",
        "mine": "1",
    }
    case.complete("A", decision="granted", mine="2", fresh=1)
    assert case.variables == {"decision": "granted", "fresh": 1, "back": "2"}


def test_local_variables_of_a_job_stay_with_it() -> None:
    body = start() + service("J", "mail", io(outputs={"kept": "${note}"})) + end() + chain("S", "J", "E")
    case = Case(bundle(diagram(body)))
    event = FinishJob(task_id=case.waiting("J").task_id, variables={"a": 1}, local_variables={"note": "n"})
    case.send(event)
    assert case.variables == {"a": 1, "kept": "n"}


def test_an_unset_variable_is_an_error_with_its_place_and_changes_nothing() -> None:
    body = start() + user("A") + gateway("G", default="d") + user("B") + end() + chain("S", "A", "G")
    case = Case(
        bundle(diagram(body + flow("G", "B", "${nobody == 1}") + flow("G", "E", identity="d") + chain("B", "E")))
    )
    with pytest.raises(ExpressionError) as fault:
        case.complete("A", x=1)
    assert (fault.value.element_id, fault.value.process_key, fault.value.code) == ("G", "proc", "UNSET")
    assert "nobody" in str(fault.value)
    assert case.open() == ["A"]
    assert case.complete("A", nobody=2).ended


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ("singleResult", {"level": "town", "days": 7}),
        ("resultList", [{"level": "town", "days": 7}]),
    ],
)
def test_a_decision_result_takes_its_shape(shape: str, value: Any) -> None:
    what = bundle(diagram(start() + rule(shape) + end() + chain("S", "R", "E")), decisions={"authority": table()})
    assert Case(what, {"programme": "dibao"}).variables["row"] == value


def test_a_single_entry_and_a_list_of_entries() -> None:
    for shape, value in (("singleEntry", "county"), ("collectEntries", ["county"])):
        files = {"authority": table(days=False)}
        what = bundle(diagram(start() + rule(shape) + end() + chain("S", "R", "E")), decisions=files)
        assert Case(what, {"programme": "tekun"}).variables["row"] == value


def test_several_variables_from_one_row_leave_the_row_inside() -> None:
    inner = io(outputs={"authority_level": "${row.level}", "days": "${row.days}"})
    what = bundle(
        diagram(start() + rule("singleResult", inner) + end() + chain("S", "R", "E")), decisions={"a": table()}
    )
    assert Case(what, {"programme": "tekun"}).variables == {
        "programme": "tekun",
        "authority_level": "county",
        "days": 15,
    }


def test_a_decision_without_a_hit_a_wrong_shape_and_an_unknown_decision() -> None:
    what = bundle(diagram(start() + rule("singleResult") + end() + chain("S", "R", "E")), decisions={"a": table()})
    assert Case(what, {"programme": "none"}).variables["row"] is None
    wrong = bundle(diagram(start() + rule("singleEntry") + end() + chain("S", "R", "E")), decisions={"a": table()})
    unknown = bundle(diagram(start() + rule("singleEntry") + end() + chain("S", "R", "E")))
    for each, given in ((wrong, {"programme": "dibao"}), (unknown, {"programme": "dibao"})):
        with pytest.raises((ProcessError, DecisionError)) as fault:
            Case(each, given)
        assert isinstance(fault.value, ProcessError)
        assert fault.value.element_id == "R"


@pytest.mark.parametrize(
    "values",
    [
        {"$dec": 1}, {"typename": "x"}, {"": 1}, {"x" * 200: 1}, {"a": 1.5}, {"a": float("nan")}, {"a": object()},
        {"a": {"$x": 1}}, {"a": [{"typename": 1}]}, {"a": 2**70}, {"a": "x" * 2_000_000}, {"a": {1: 2}}, {"a": b"x"},
        {"a": [[[[[[[[[[[[[1]]]]]]]]]]]]]},
    ],
)  # fmt: skip
def test_what_cannot_be_stored_is_refused(values: dict[str, Any]) -> None:
    case = Case(bundle(diagram(start() + user("A") + end() + chain("S", "A", "E"))))
    with pytest.raises(ProcessError) as fault:
        case.send(CompleteItem(task_id=case.item("A").task_id, variables=values))
    assert fault.value.code == "VALUE"
    assert case.open() == ["A"]


def test_a_decimal_is_kept_as_text_and_whole_numbers_as_numbers() -> None:
    case = Case(bundle(diagram(start() + user("A") + end() + chain("S", "A", "E"))))
    case.complete("A", money=Decimal("600.50"), whole=Decimal("7"), row=("a", None, {"b": Decimal("0.10")}))
    assert case.variables == {"money": "600.50", "whole": 7, "row": ["a", None, {"b": "0.10"}]}


def test_reading_and_writing_follow_the_walls() -> None:
    scopes = Scopes()
    scopes.open("", None, "process", {"a": 1, "b": 1})
    scopes.open("sub", "", "subprocess", {"b": 2})
    scopes.open("act", "sub", "activity", {"c": 3})
    scopes.open("call", "act", "call", {"d": 4})
    scopes.open("inner", "call", "item", {"e": 5})
    assert dict(scopes.view("act")) == {"a": 1, "b": 2, "c": 3}
    assert dict(scopes.view("inner")) == {"d": 4, "e": 5}
    scopes.write("act", {"a": 10, "b": 20, "c": 30, "new": 1})
    assert scopes.local("") == {"a": 10, "b": 1, "new": 1}
    assert scopes.local("sub") == {"b": 20}
    scopes.write("inner", {"a": 100})
    assert scopes.local("call") == {"d": 4, "a": 100}
    again = Scopes.load(scopes.dump())
    assert again.dump() == scopes.dump()
    scopes.close_below("sub")
    assert len(scopes) == 1
