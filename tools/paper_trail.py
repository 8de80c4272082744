"""Which documents a form or a topic makes, read from the workers' source: the literal template of ``make_document``."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

from workers import TOPICS
from workers.documents import TEMPLATES
from workers.records.booking import EFFECTS

MAKER = "make_document"
DEPTH = 3
"""How far calls are followed within one module."""


def of_form(form: str) -> list[str]:
    """Return the titles of the documents that a completed form makes."""
    return _titles(EFFECTS.get(form))


def of_topic(topic: str, template: str = "") -> list[str]:
    """Return the titles of the documents that a topic makes; ``template`` is the input of that name."""
    if template in TEMPLATES:
        return [TEMPLATES[template].title]
    hands = TOPICS.get(topic)
    return _titles(hands.record if hands else None)


def _titles(function: Callable[..., Any] | None) -> list[str]:
    return [TEMPLATES[key].title for key in _templates(function, DEPTH)] if function is not None else []


@cache
def _templates(function: Callable[..., Any], depth: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    function = inspect.unwrap(function)
    if not inspect.isfunction(function):
        return ()
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id == MAKER:
            words = [each.value for each in node.args if isinstance(each, ast.Constant)]
            found |= dict.fromkeys(word for word in words if word in TEMPLATES)
        elif depth:
            called = function.__globals__.get(node.func.id)
            if inspect.isfunction(called) and called.__module__ == function.__module__:
                found |= dict.fromkeys(_templates(called, depth - 1))
    return tuple(found)
