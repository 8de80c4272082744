"""A part of the DMN Technology Compatibility Kit (``tests/data/dmn-tck``): its cases, and how an answer is judged."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.dmn.parser.BpmnDmnParser import BpmnDmnParser

from jiuzhu.decision import Decisions, feel, read_decisions, unary_tests
from jiuzhu.decision.functions_convert import text_of_value
from jiuzhu.decision.scope import Scope
from jiuzhu.decision.temporal import parse_date, parse_date_time, parse_duration, parse_time
from jiuzhu.decision.values import Feel, to_feel
from jiuzhu.errors import DecisionError

KIT = Path(__file__).resolve().parents[2] / "tests" / "data" / "dmn-tck"
NOW = datetime(2026, 9, 16, 9, 0, tzinfo=UTC)
READ = {"date": parse_date, "time": parse_time, "dateTime": parse_date_time, "duration": parse_duration}

ONLY_TYPED = "of expressions: the single value comes from the type that the decision declares"
WRONG = {
    "L3/0021-singleton-list/001/decision2": ONLY_TYPED,
    "L3/0021-singleton-list/001/decision4": ONLY_TYPED,
}
"""Single expressions of ``feel.json`` that cannot be judged without their decision, with the reason."""
AREAS = (
    "hit-policy", "logic", "if-in-between", "literal", "arithmetic", "list-range", "builtin-list", "builtin-number",
    "builtin-string", "datetime",
)  # fmt: skip


def decoded(value: Any) -> Feel:
    """Turn the kit's JSON into FEEL values (``{"@": "date", "v": "…"}`` is a date)."""
    if isinstance(value, dict):
        if "@" in value:
            try:
                return READ[value["@"]](value["v"])
            except DecisionError:
                return value["v"]  # beyond Python's dates: refused when evaluated, too
        return {key: decoded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decoded(item) for item in value]
    return to_feel(value)


def agrees(got: Feel, wanted: Feel) -> bool:
    """Numbers within 1e-8; a boolean is no number; ``[x]`` is not ``x``."""
    if type(got) is not type(wanted):
        return False
    if isinstance(wanted, Decimal):
        return abs(got - wanted) <= Decimal("1e-8") * max(1, abs(wanted))
    if isinstance(wanted, list):
        return len(got) == len(wanted) and all(agrees(a, b) for a, b in zip(got, wanted, strict=True))
    if isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(agrees(got[key], wanted[key]) for key in wanted)
    return bool(text_of_value(got) == text_of_value(wanted))


def names_in(value: Any) -> set[str]:
    """Return every key of a value."""
    if isinstance(value, dict):
        return set(value).union(*(names_in(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(names_in(item) for item in value))
    return set()


def cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of a file of the kit."""
    content: list[dict[str, Any]] = json.loads((KIT / name).read_text("utf-8"))["cases"]
    return content


@cache
def model(path: str) -> Decisions:
    """Return a model as we read it. Raises DecisionError when it is refused."""
    return read_decisions((KIT / path).read_bytes())


def decide(case: Mapping[str, Any]) -> Feel:
    """Answer a decision of ``cases.json``."""
    decisions = model(case["dmn"])
    found = [key for key in decisions.ids if decisions.name(key) == case["decision"]]
    return decisions.value(found[0], decoded(case["inputs"]), now=NOW)


def express(case: Mapping[str, Any]) -> Feel:
    """Answer an expression of ``feel.json``."""
    return feel(case["expression"], names_in(case["context"])).evaluate(decoded(case["context"]), now=NOW)


def examine(case: Mapping[str, Any]) -> Feel:
    """Answer a unary test of ``unary.json``."""
    return unary_tests(case["test"]).within(feel(case["value"]).evaluate({}), Scope({}))


def count(name: str, answer: Callable[[Mapping[str, Any]], Feel]) -> dict[str, Counter[str]]:
    """Return by area how many informative cases are right, refused and wrong, and those whose answer is null."""
    found: dict[str, Counter[str]] = {}
    for case in cases(name):
        wanted = decoded(case["expected"])
        try:
            verdict = "right" if agrees(answer(case), wanted) else "wrong"
        except DecisionError:
            verdict = "refused"
        if verdict == "wrong" and name == "feel.json" and case["id"] in WRONG:
            verdict = "untyped"
        area = found.setdefault(case.get("area", "unary tests"), Counter())
        area[verdict if wanted is not None else f"{verdict}, null"] += 1
    return found


@cache
def stock_engine(path: str, decision: str) -> Any:
    """Return the stock DMN engine of one decision, given to it in a file of its own and with the ids that it asks for.

    Raises DecisionError with what the library says when it does not load.
    """
    root = etree.fromstring((KIT / path).read_bytes())
    for number, element in enumerate(root.iter("{*}decisionTable", "{*}input", "{*}output", "{*}rule")):
        element.set("id", element.get("id") or f"made_{number}")
    for element in list(root):
        if etree.QName(element).localname != "decision" or element.get("name") != decision:
            root.remove(element)
    if not len(root) or root.find(".//{*}decisionTable") is None:
        raise DecisionError("no decision table: literal expressions and boxes are not read")
    parser = BpmnDmnParser()
    try:
        parser.add_dmn_str(etree.tostring(root))
        (key,) = parser.dmn_parsers
        return parser.get_engine(key, None)
    except Exception as error:
        raise DecisionError(f"{type(error).__name__}: {error}") from None


def stock_decide(case: Mapping[str, Any]) -> Feel:
    """Answer a decision with the stock engine: inputs as Python has them; what it raises is its refusal."""
    engine = stock_engine(case["dmn"], case["decision"])
    data = {key: _python(decoded(value)) for key, value in case["inputs"].items()}
    spec = SimpleNamespace(bpmn_name=case["decision"], name=case["decision"], file="")
    workflow = SimpleNamespace(script_engine=PythonScriptEngine(), spec=spec)
    task = SimpleNamespace(data=data, workflow=workflow, task_spec=spec)
    try:
        row = engine.result(task)
    except Exception as error:
        raise DecisionError(f"{type(error).__name__}: {error}") from None
    if not row:
        return None
    value = next(iter(row.values())) if len(engine.decision_table.outputs) == 1 else row
    return to_feel(value) if not isinstance(value, float) else Decimal(str(value))


def _python(value: Feel) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _python(item) for key, item in value.items()}
    return [_python(item) for item in value] if isinstance(value, list) else value
