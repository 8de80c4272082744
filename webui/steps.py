"""The text twin of a diagram: what is done, where it stands, what comes next; and the marks for the viewer.

The order of what has not happened yet is the drawing's own: the happy path lies on one straight line, left to right,
so the activities to the right of the current one at its height are the next ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from xml.etree import ElementTree

from flask import url_for

from jiuzhu.errors import Refused
from jiuzhu.service import cases
from webui.office import current_actor, current_office

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
SHOWN = frozenset(BPMN + kind for kind in ("userTask", "callActivity", "serviceTask", "businessRuleTask"))
PEOPLES = frozenset(BPMN + kind for kind in ("userTask", "callActivity"))
"""What the strip names: steps of people and called procedures; automatic tasks stay in the drawing."""
NEXT = 3
LINE = 12.0
"""Two shapes whose middles differ by less stand on one line."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """An activity of the drawing."""

    id: str
    name: str
    by_people: bool
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Step:
    """One entry of the strip."""

    name: str
    state: Literal["done", "now", ""] = ""


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A diagram as text, and what its viewer needs."""

    name: str
    label: str
    """What a screen reader says instead of the picture."""
    steps: Sequence[Step]
    href: str
    marks: Mapping[str, object]
    processes: Sequence[tuple[str, str, bool]]
    """(key, name, shown now) of all diagrams that the case has passed through."""


def strip_of(number: str, *, process: str | None = None, current: str = "") -> Strip | None:
    """Return the strip of a case's diagram; None when there is no picture for this person."""
    with suppress(Refused):
        found = cases.diagram(current_office(), current_actor(), number, process)
        return _strip(number, found, current)
    return None


def _strip(number: str, diagram: cases.Diagram, wanted: str) -> Strip:
    shapes = activities(diagram.xml)
    names = {shape.id: shape.name for shape in shapes}
    current = [element for element in diagram.current if element in names]
    done = [
        shape
        for element in diagram.done
        if (shape := _by_id(shapes, element)) and shape.by_people and element not in current
    ]
    steps = [Step(name=shape.name, state="done") for shape in done[-2:]]
    if len(done) > 2:
        steps.insert(0, Step(name=f"已完成 {len(done) - 2} 步", state="done"))
    steps += [Step(name=names[element], state="now") for element in current]
    steps += _following(shapes, current, set(diagram.done))
    passed = [element for element in diagram.done if element in names]
    centre = wanted if wanted in names else next(iter([*current, *passed[::-1]]), "")
    frames = frames_of(diagram.xml)
    return Strip(
        name=diagram.name,
        label=f"{diagram.name}："
        + "；".join(
            filter(None, (_said("已完成", [s.name for s in done]), _said("正在", [names[c] for c in current])))
        ),
        steps=steps,
        href=url_for("cases.drawing", number=number, process=diagram.process_key),
        marks={
            "marks": {
                "is-done": [one for one in (*diagram.done, *diagram.flows) if one not in {*diagram.current, *frames}],
                "is-now": [one for one in diagram.current if one not in frames],
            },
            "tokens": [[element, "在此"] for element in diagram.current if element in names],
            "center": centre,
            "start": shapes[0].id if shapes else "",
        },
        processes=[(key, name, key == diagram.process_key) for key, name in diagram.processes],
    )


def _said(word: str, names: Sequence[str]) -> str:
    return f"{word}{'、'.join(names)}" if names else ""


def _by_id(shapes: Sequence[Shape], element: str) -> Shape | None:
    return next((shape for shape in shapes if shape.id == element), None)


def _following(shapes: Sequence[Shape], current: Sequence[str], done: set[str]) -> list[Step]:
    here = [shape for shape in shapes if shape.id in current]
    if not here:
        return []
    last = max(here, key=lambda shape: shape.x)
    ahead = [
        shape
        for shape in shapes
        if shape.by_people and shape.x > last.x and abs(shape.y - last.y) < LINE and shape.id not in done
    ]
    steps = [Step(name=shape.name) for shape in ahead[:NEXT]]
    if len(ahead) > NEXT:
        steps.append(Step(name=f"之后 {len(ahead) - NEXT} 步"))
    return steps


@lru_cache(maxsize=256)
def frames_of(xml: str) -> frozenset[str]:
    """Return the ids of expanded blocks: colouring one would colour everything that stands in it."""
    return frozenset(found.get("id", "") for found in ElementTree.fromstring(xml).iter(f"{BPMN}subProcess"))


@lru_cache(maxsize=256)
def activities(xml: str) -> tuple[Shape, ...]:
    """Return the activities of a drawing from left to right; the hardened reader has parsed the file before."""
    root = ElementTree.fromstring(xml)
    places: dict[str, tuple[float, float]] = {}
    for drawn in root.iter(f"{DI}BPMNShape"):
        bounds = drawn.find(f"{DC}Bounds")
        if bounds is not None:
            left, top = float(bounds.get("x", "0")), float(bounds.get("y", "0"))
            width, height = float(bounds.get("width", "0")), float(bounds.get("height", "0"))
            places[drawn.get("bpmnElement", "")] = (left + width / 2, top + height / 2)
    found = [
        Shape(
            id=element.get("id", ""),
            name=element.get("name", "") or element.get("id", ""),
            by_people=element.tag in PEOPLES,
            x=places[element.get("id", "")][0],
            y=places[element.get("id", "")][1],
        )
        for element in root.iter()
        if element.tag in SHOWN and element.get("id", "") in places
    ]
    return tuple(sorted(found, key=lambda shape: shape.x))
