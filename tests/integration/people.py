"""Short hands of the integration tests: who is who, and a case brought to a step."""

from __future__ import annotations

from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.service import identity
from jiuzhu.service.office import Office
from tests.walks import Line, Walker, load_walks

WALKS = load_walks()
WANG = "jincheng-town_intake-1"
"""Of 北石店镇: takes applications in."""
ZHAO = "jincheng-town_intake-2"
"""Of 东街街道: must not see the cases of 北石店镇."""


def person(office: Office, login: str) -> Actor:
    """Return a demo person."""
    return identity.actor_of(office, login)


def walker_at(office: Office, element: str, *, walk: str = "J1", household: int = 1) -> Walker:
    """Start a case and work it until this element is open."""
    walker = Walker(office, WALKS[walk], household=household)
    walker.start()
    for text in walker.walk["order"]:
        if element in {row["element_id"] for row in walker.open_items()}:
            return walker
        if text.startswith("@"):
            walker.command(text)
        else:
            walker.complete(Line.parse(text))
    raise AssertionError(f"{element} was never open")


def open_item(walker: Walker, element: str) -> dict[str, Any]:
    """Return the open item of an element."""
    return next(row for row in walker.open_items() if row["element_id"] == element)


def line_of(walker: Walker, element: str) -> Line:
    """Return the walk's line for an element."""
    lines = [Line.parse(text) for text in walker.walk["order"] if not text.startswith("@")]
    return next(line for line in lines if line.element == element)


def answer_of(walker: Walker, element: str, actor: Actor) -> dict[str, Any]:
    """Return what the walk would enter at an element."""
    return walker.answer(line_of(walker, element), open_item(walker, element)["form"], actor)
