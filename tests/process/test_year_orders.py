"""The orders that clauses fix for the year (tests/data/year_orders.toml) hold on the diagrams and on none spoilt.

Read off the diagram itself: an element comes only after another when no way from the start reaches it without that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import pytest
from lxml import etree

from tests.orders import names, rules
from tests.process.diagram_files import BPMN, Diagram, load
from tests.process.mutations import Mutation

RULES = [dict(rule) for rule in rules()]
DIAGRAMS = load()


def steps(diagram: Diagram, identity: str, cut: frozenset[str]) -> Iterator[str]:
    """Yield what comes directly after a node; a block is left only through an end inside it or its boundary."""
    node = diagram.element(identity)
    block = node.tag == f"{BPMN}subProcess"
    if block:
        yield from (each.get("id", "") for each in node.findall(f"{BPMN}startEvent"))
    parent = node.getparent()
    leaves = node.tag == f"{BPMN}endEvent" and parent is not None and parent.tag == f"{BPMN}subProcess"
    sources = [] if block else [identity]
    if leaves and parent is not None:
        sources.append(parent.get("id", ""))
    for source in sources:
        yield from (flow.get("targetRef", "") for flow in diagram.outgoing(source) if flow.get("id") not in cut)
    for event in diagram.elements("boundaryEvent"):
        if event.get("attachedToRef") == identity:
            yield event.get("id", "")


def reached(diagram: Diagram, without: frozenset[str], cut: frozenset[str]) -> set[str]:
    """Return what a token may reach from the start without completing any of some elements."""
    starts = [each.get("id", "") for each in diagram.process.findall(f"{BPMN}startEvent")]
    seen, todo = set(starts), list(starts)
    while todo:
        for step in steps(diagram, todo.pop(), cut):
            if step not in seen and step not in without:
                seen.add(step)
                todo.append(step)
    return seen


def broken(diagram: Diagram, rule: dict[str, Any]) -> list[str]:
    """Return what the diagram lets happen too early, or no longer has at all."""
    cut = frozenset(rule.get("unless", ()))
    known = {each.get("id", "") for each in diagram.nodes()}
    gone = [f"{each} is gone" for place in rule["order"] for each in names(place) if each not in known]
    whole = reached(diagram, frozenset(), cut)
    never = [f"{place} is never reached" for place in rule["order"] if not names(place) & whole]
    early = [
        f"{then} without {first}"
        for first, then in pairwise(rule["order"])
        if names(then) & reached(diagram, names(first), cut)
    ]
    return gone + never + early


def spoilt(rule: dict[str, Any]) -> Iterator[Mutation]:
    """Yield every exchange of two elements of a rule; what stands in one place (``A|B``) is not exchanged."""
    for first, then in combinations(rule["order"], 2):
        for one in names(first):
            for other in names(then):
                yield Mutation(key=rule["process"], what="swapped", elements=(one, other))


def bypassed(diagram: Diagram, identity: str) -> Diagram:
    """Return the diagram with the way before an element led past it: the element stays, nobody comes to it."""
    copy = Diagram(path=diagram.path, root=etree.fromstring(etree.tostring(diagram.root)))
    (after,) = copy.outgoing(identity)
    for flow in copy.incoming(identity):
        flow.set("targetRef", after.get("targetRef", ""))
    return copy


IDS = [f"{rule['process']}-{rule['order'][-1]}" for rule in RULES]
MARKED = [
    pytest.param(rule, id=name, marks=pytest.mark.req(*rule["req"])) for rule, name in zip(RULES, IDS, strict=True)
]


@pytest.mark.parametrize("rule", MARKED)
def test_the_diagram_keeps_the_order_of_the_clause(rule: dict[str, Any]) -> None:
    diagram = DIAGRAMS[rule["process"]]
    flows = {flow.get("id", "") for flow in diagram.elements("sequenceFlow")}
    assert set(rule.get("unless", ())) <= flows, "an exception that the diagram does not have"
    assert broken(diagram, rule) == []


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_an_exchanged_or_bypassed_step_is_noticed(rule: dict[str, Any]) -> None:
    diagram = DIAGRAMS[rule["process"]]
    unnoticed = [
        str(mutation)
        for mutation in spoilt(rule)
        if not broken(Diagram(path=diagram.path, root=etree.fromstring(mutation.apply(diagram))), rule)
    ]
    unnoticed += [
        f"without {each}"
        for place in rule["order"]
        for each in names(place)
        if not broken(bypassed(diagram, each), rule)
    ]
    assert unnoticed == []
