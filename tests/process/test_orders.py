"""The expected orders (tests/data/order.toml) hold on the diagrams, and on none with a step swapped or removed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.process.diagram_files import ROOT, Diagram, load
from tests.process.mutations import mutations
from tests.process.paper_office import Office, files

EXPECTED = tomllib.loads((ROOT / "tests/data/order.toml").read_text("utf-8"))
WALKS: list[dict[str, Any]] = EXPECTED["walk"]
REPORTS = {"withdrawal", "death", "change"}
DEFAULTS: dict[str, dict[str, Any]] = {
    "Task_ConveneAppraisal": {"participants_count": 6, "rep_count": 4},
    "Task_AssessSelfCare": {"failed_count": 2},
    "Task_ChooseSupport": {"support_mode": "home"},
    "Task_DeliverLetter": {"delivered": True, "delivery_method": "in_person"},
    "Task_CheckMaterials": {"authorization_complete": True, "first_officer": "示例"},
}


class Strayed(AssertionError):
    """The diagrams did something else than the walk expects."""


def value(text: str) -> Any:
    return {"true": True, "false": False}.get(text, int(text) if text.isdigit() else text)


def duration(text: str) -> timedelta:
    """Read ``8d`` or ``15m``."""
    return timedelta(**{{"d": "days", "m": "minutes"}[text[-1]]: int(text[:-1])})


def answer(office: Office, element: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the variables of a completed form."""
    variables = {**DEFAULTS.get(element, {}), **{key: value(text) for key, text in given.items()}}
    if "team" in variables:
        variables["visit_team_size"] = len(str(variables.pop("team")).split(","))
        variables.pop("leader")
    if "objections" in variables:
        office.taken_up = variables.pop("objections") == "taken_up"
    if "amount" in variables:
        variables.pop("amount")
        variables["amount_monthly"] = "600.00"
    if element == "Task_DecideObjection":
        variables["decision"] = "revoked" if variables["objection_outcome"] == "revoked" else "granted"
    return variables


def do_item(office: Office, line: str, application: str) -> None:
    what, role, *rest = line.split()
    key, _, element = what.rpartition(":")
    found = [entry for entry in office.items() if entry[2].element_id == element and entry[1] == (key or application)]
    if not found:
        raise Strayed(f"{line}: open is {[item.element_id for _, _, item in office.items()]}")
    index, _, item = found[0]
    if not any(group.startswith(f"{role.split(':')[0]}@") for group in item.groups):
        raise Strayed(f"{line}: lies with {item.groups}")
    if not item.due:
        raise Strayed(f"{line}: has no due date")
    office.complete(index, item, answer(office, element, dict(each.split("=", 1) for each in rest)))


def do_event(office: Office, line: str) -> None:
    word, *rest = line.split()
    opened = [item.element_id for _, _, item in office.items()]
    if word == "@clock":
        office.move_to(office.now + duration(rest[0]) if rest[0][0].isdigit() else office.timer(rest[0]))
    elif word == "@before":
        office.move_to(office.timer(rest[0]) - duration(rest[1]))
    elif word == "@message" and rest[0] == "notice.objection":
        office.object()
    elif word == "@message":
        assert office.deliver(rest[0], {})
    elif word == "@report" and rest[0] in REPORTS:
        office.begin("shared_case_report", {"event_kind": rest[0], "event_facts": "示例"})
    elif word == "@start":
        office.begin(rest[0], {})
    elif (word, rest[0] in opened) not in {("@open", True), ("@gone", False)}:
        raise Strayed(f"{line}: open is {opened}")


def walk_through(diagrams: Mapping[str, bytes], walk: Mapping[str, Any]) -> Office:
    """Go along a walk; raises Strayed where the diagrams go another way."""
    office = Office(diagrams, walk)
    application, beside = f"{walk['district']}_application", list(walk["beside"])

    def do_beside() -> None:
        for line in list(beside):
            key, _, element = line.split()[0].partition(":")
            if any(k == key and item.element_id == element for _, k, item in office.items()):
                beside.remove(line)
                do_item(office, line, application)

    for line in walk["order"]:
        if line.startswith("@"):
            do_event(office, line)
        else:
            do_item(office, line, application)
        do_beside()
    while beside:
        left = len(beside)
        do_beside()
        if len(beside) == left:
            raise Strayed(f"never open: {beside}")
    return office


def require_outcome(office: Office, walk: Mapping[str, Any]) -> None:
    left = sorted(f"{key}:{item.element_id}" for _, key, item in office.items())
    expected = {
        "left": sorted(walk.get("left_undone", [])),
        "ended": True,
        "orders": walk["orders"],
        "notices": walk["notices"],
        "notice_ends": walk.get("notice_ends", 0),
        "filings": walk["filings"],
        "alerts": walk.get("alerts", []),
        "seals": walk.get("seals", 0),
        "accepted": walk.get("accepted", True),
        "open_objections": 0,
        "never": [],
    }
    made = {name: count for name, count in walk["documents"].items() if name in MADE_HERE}
    got = {
        "left": left,
        "ended": walk["end"] in office.ends and office.cases[0][1].ended,
        "orders": office.orders,
        "notices": len(office.notices),
        "notice_ends": office.notice_ends,
        "filings": [each for each in office.filings if not each.startswith("unsent")],
        "alerts": office.alerts,
        "seals": office.seals,
        "accepted": office.accepted,
        "open_objections": sum(state != "answered" for state in office.objections),
        "never": [name for name in walk["never"] if office.documents[name]],
    }
    if got != expected or set(walk.get("inner", [])) - set(office.path):
        raise Strayed(f"{walk['id']}: { ({k: (got[k], expected[k]) for k in got if got[k] != expected[k]}) }")
    if any(office.documents[name] != count for name, count in made.items()):
        raise Strayed(f"{walk['id']}: documents {dict(office.documents)}, expected {made}")


MADE_HERE = {
    "acceptance_notice",
    "correction_notice",
    "lapsed_notice",
    "not_accepted_notice",
    "refusal",
    "termination_of_procedure",
    "approval_form",
    "appraisal_record",
    "objection_reply",
}
"""Documents that the diagrams ask for; papers made from completed forms belong to the record tasks."""


@pytest.mark.req("JC-21", "JC-22", "JC-25", "JC-44", "XT-14", "XT-16", "XT-18", "XT-19", "XT-20", "XT-24", "XT-25")
@pytest.mark.parametrize("walk", WALKS, ids=[each["id"] for each in WALKS])
def test_diagrams_keep_the_expected_order(walk: dict[str, Any]) -> None:
    office = walk_through(files(), walk)
    require_outcome(office, walk)
    for chain in EXPECTED["chain"]:
        if walk["id"] in chain["walks"]:
            assert office.chains[chain["process"]] == chain["order"], chain["process"]


def went(walk: Mapping[str, Any]) -> frozenset[str]:
    """Return the elements that a walk passes on the diagrams as they are."""
    return frozenset(walk_through(files(), walk).path)


def fails(diagrams: Mapping[str, bytes], walk: Mapping[str, Any]) -> bool:
    """Is a walk no longer possible, or its outcome another?"""
    try:
        require_outcome(walk_through(diagrams, walk), walk)
    except Exception:
        return True
    return False


def test_every_spoilt_diagram_is_noticed() -> None:
    diagrams, passed = load(), {walk["id"]: went(walk) for walk in WALKS}
    whole = files()
    unnoticed: list[str] = []
    count = 0
    for diagram in diagrams.values():
        walks = [walk for walk in WALKS if diagram.key in closure_of(walk, diagrams)]
        seen = frozenset().union(*(passed[walk["id"]] for walk in walks))
        for mutation in mutations(diagram, seen):
            count += 1
            spoilt = {**whole, diagram.key: mutation.apply(diagram)}
            touched = [walk for walk in walks if passed[walk["id"]] & set(mutation.elements)]
            if not any(fails(spoilt, walk) for walk in touched):
                unnoticed.append(str(mutation))
    assert count > 60
    assert unnoticed == []


def closure_of(walk: Mapping[str, Any], diagrams: Mapping[str, Diagram]) -> set[str]:
    """Return every process that a walk may come to: its application, what runs beside it, and what those call."""
    found: set[str] = set()
    todo = [
        f"{walk['district']}_application",
        "shared_filing",
        "shared_filing_receipt",
        "shared_case_report",
        "shared_extension",
    ]
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo += [call.get("calledElement", "") for call in diagrams[key].elements("callActivity")]
    return found
