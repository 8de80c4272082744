"""Where a register's column says that a diagram fills it, the form, the key or the input is there (NH-33)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from jiuzhu.domain.records import CaseHead
from jiuzhu.domain.registers import Register
from jiuzhu.engine.forms import parse_form
from jiuzhu.service.register_files import load_registers
from jiuzhu.service.roles import load_roles
from workers.records.registers import REGISTER_APPEND

ROOT = Path(__file__).resolve().parents[2]
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
WRITERS = {"window": ("window_register",), "outreach": ("home_note",)}
"""Registers whose rows a topic of their own makes; it gives the other columns itself."""
REGISTERS = load_registers(ROOT / "config", load_roles(ROOT / "config"))
FORMS = {path.stem: parse_form(path.read_bytes()) for path in sorted((ROOT / "bpmn").rglob("*.form"))}


def diagrams(register: Register) -> Iterator[etree._Element]:
    """Yield the diagrams that add rows to a register."""
    for path in sorted((ROOT / "bpmn").rglob("*.bpmn")):
        root = etree.fromstring(path.read_bytes())
        for task in root.iter():
            topic = task.get(f"{CAMUNDA}topic")
            given = {one.get("name"): one.text for one in task.iter(f"{CAMUNDA}inputParameter")}
            if topic in WRITERS.get(register.name, ()) or (
                topic == "register_append" and given.get("register") == register.name
            ):
                yield root
                break


def around(register: Register) -> list[etree._Element]:
    """Return those diagrams, and the ones that start or call them on the same record: their forms can be read, too."""
    found = list(diagrams(register))
    keys = {process.get("id") for root in found for process in root.iter(f"{BPMN}process")}
    for path in sorted((ROOT / "bpmn").rglob("*.bpmn")):
        root = etree.fromstring(path.read_bytes())
        called = {one.get("calledElement") for one in root.iter(f"{BPMN}callActivity")}
        started = {one.text for one in root.iter(f"{CAMUNDA}inputParameter") if one.get("name") == "process_key"}
        if keys & (called | started):
            found.append(root)
    return found


def inputs(register: Register) -> set[str]:
    """Return what the drawn tasks of a register give as input."""
    return {
        str(one.get("name"))
        for root in diagrams(register)
        for task in root.iter()
        if task.get(f"{CAMUNDA}topic") == "register_append"
        for one in task.iter(f"{CAMUNDA}inputParameter")
    } | {one.name for one in REGISTER_APPEND.inputs}


def fault(register: Register, source: str) -> str:
    """Say what is wrong with a source, '' when nothing is."""
    where, _, key = source.partition(".")
    if where == "case":
        return "" if key in CaseHead.__dataclass_fields__ else "the case has no such column"
    if where == "input":
        return "" if key in inputs(register) else "no task gives this input"
    used = {one.get(f"{CAMUNDA}formRef") for root in around(register) for one in root.iter()}
    if where not in used:
        return f"none of the diagrams that write here uses form {where}"
    if key.startswith("="):
        column = next(one for one in register.columns if source in one.fill)
        return "" if key[1:] in (column.choices or {}) else "the column has no such choice"
    keys = {component.key for component in FORMS[where].walk() if component.key} | {"submitter"}
    return "" if key in keys else f"form {where} has no {key}"


@pytest.mark.parametrize("name", sorted(REGISTERS))
def test_every_source_of_a_column_exists(name: str) -> None:
    register = REGISTERS[name]
    faults = {
        f"{column.key} <- {source}": said
        for column in register.columns
        for source in column.fill
        if (said := fault(register, source))
    }
    assert faults == {}


def test_a_source_that_does_not_exist_is_found() -> None:
    for source, said in {
        "window_arrival.visitor_name": "form window_arrival has no visitor_name",
        "home_service.served_on": "none of the diagrams that write here uses form home_service",
        "input.answered_at": "no task gives this input",
        "case.nothing": "the case has no such column",
    }.items():
        assert fault(REGISTERS["window"], source) == said
    assert fault(REGISTERS["window"], "window_arrival.applicant_name") == ""
