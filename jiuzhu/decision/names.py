"""Which names an expression reads from outside."""

from __future__ import annotations

from jiuzhu.decision.loops import For, Quantified
from jiuzhu.decision.matching import INPUT, Filter, Test, UnaryTest
from jiuzhu.decision.nodes import ContextOf, Define, Name, Node


def free_names(node: Node, bound: frozenset[str] = frozenset()) -> set[str]:
    """Return the variables read from outside (not those in a filter: they may be entries of its list)."""
    if isinstance(node, Name):
        return set() if node.name in bound else {node.name}
    if isinstance(node, Filter):
        return free_names(node.value, bound)
    if isinstance(node, For | Quantified):
        found: set[str] = set()
        for loop in node.loops:
            for end in (loop.domain, loop.end):
                found |= free_names(end, bound) if end else set()
            bound |= {loop.name, "partial"}
        return found | free_names(node.result if isinstance(node, For) else node.condition, bound)
    if isinstance(node, Define):
        return free_names(node.body, bound | set(node.parameters))
    if isinstance(node, Test):
        found = free_names(node.value, bound)
        return found.union(*(free_names(test.node, bound | {INPUT}) for test in node.tests))
    if isinstance(node, ContextOf):
        found = set()
        for key, entry in node.entries:
            found |= free_names(entry, bound)
            bound |= {key}
        return found
    return set().union(*(free_names(child, bound) for child in node.children()))


def every_name(node: Node) -> set[str]:
    """Return every name in an expression, also those that may be entries of a filtered list: all it may look up."""
    found: set[str] = set()
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Name):
            found.add(current.name)
        pending.extend(current.children())
    return found


def unary_test(node: Node) -> UnaryTest:
    """Return the test that an expression stands for."""
    return UnaryTest(node, INPUT in free_names(node))
