"""Which flows one token may leave a node by, as far as the conditions themselves say it.

Conditions that only compare names with constants are tried with every constant that they name (and others beside it):
``${ok}`` and ``${not ok}`` are never taken together. Where that cannot be told, every combination may happen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, product
from math import prod

from jiuzhu.domain.topics import Value
from jiuzhu.engine.diagram import Level, Node
from jiuzhu.engine.expressions import Template
from jiuzhu.errors import ExpressionError

MOST_TRIED = 4000
_TEXT = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
_CODED = re.compile(r"""\b([^\W\d]\w*)\s*(?:[=!<>]=?|\b(?:eq|ne|lt|gt|le|ge)\b)\s*['"\d]""")
_RECKONING = re.compile(r"[+*/%.\[\]-]|\b(?:div|mod)\b")

Ways = list[tuple[str, ...]]


def ways_out(level: Level, node: Node) -> Ways:
    """Return the sets of flows that one token may leave a node by; none when no condition may hold and it stops."""
    if node.type in ("exclusiveGateway", "eventBasedGateway"):
        return [(flow,) for flow in node.outgoing]
    asked = [flow for flow in node.outgoing if level.flows[flow].condition is not None]
    free = tuple(flow for flow in node.outgoing if flow not in asked and flow != node.default)
    ways: Ways = []
    for chosen in _together(level, asked) if asked else [()]:
        taken = (*free, *chosen) or ((node.default,) if node.default else ())
        if (taken or not node.outgoing) and taken not in ways:
            ways.append(taken)
    return ways


def may_stop(level: Level, node: Node) -> bool:
    """Return whether a token may find no way out of a node that has some, because no condition holds."""
    flows = [level.flows[flow] for flow in node.outgoing]
    if not flows or node.default or any(flow.condition is None for flow in flows):
        return False
    return () in _together(level, [flow.id for flow in flows])


def _together(level: Level, flows: Sequence[str]) -> Ways:
    """Return which of some flows with conditions may be taken together, the empty set included."""
    conditions = [level.flows[flow].condition for flow in flows]
    tried = _tried(tuple(each for each in conditions if each is not None))
    if tried is None:
        some = range(len(flows) + 1) if len(flows) <= 4 else (0, 1, len(flows))
        return [chosen for size in some for chosen in combinations(flows, size)]
    found = {
        tuple(flow for flow, holds in zip(flows, answer, strict=True) if holds)
        for answer in tried
    }  # fmt: skip
    return sorted(found)


@lru_cache(maxsize=1024)
def _tried(conditions: tuple[Template, ...]) -> frozenset[tuple[bool, ...]] | None:
    """Return every answer that the conditions give together for the constants they name; None when that says little."""
    names = sorted({name for condition in conditions for name in condition.names})
    values: list[Value] = [None, "", "?"]
    coded: set[str] = set()
    for condition in conditions:
        plain = _TEXT.sub(" ", condition.text.replace("${", " "))
        if _RECKONING.search(plain):
            return None
        coded.update(_CODED.findall(condition.text))
        values += [found[0] or found[1] for found in _TEXT.findall(condition.text)]
        for number in map(int, _NUMBER.findall(plain)):
            values += [number - 1, number, number + 1]
    # By text: 1 and True are equal to Python, and not to a condition.
    codes = list({repr(value): value for value in values}.values())
    # What is compared with a text or a number is no yes/no value, which would equal every text.
    choices = [codes if name in coded else [True, False, *codes] for name in names]
    if prod(map(len, choices)) > MOST_TRIED:
        return None
    answers: set[tuple[bool, ...]] = set()
    for chosen in product(*choices):
        scope = dict(zip(names, chosen, strict=True))
        try:
            answers.add(tuple(condition.holds(scope) for condition in conditions))
        except ExpressionError:
            # No case has these values here: it would stop with an incident that names the condition.
            continue
    return frozenset(answers) or None
