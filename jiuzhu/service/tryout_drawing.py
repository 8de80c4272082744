"""A diagram as a trial needs it: its flows with their conditions, what can catch what, and which names decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jiuzhu.engine import Bundle
from jiuzhu.engine.catalogue import ProcessFile, read_decisions, read_process
from jiuzhu.engine.diagram import Level, Node

_CONSTANT = re.compile(r"'([^']*)'|\"([^\"]*)\"|(?<![\w.])(-?\d+(?:\.\d+)?)(?![\w.])")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A sequence flow."""

    id: str
    name: str
    source: str
    target: str
    condition: str = ""
    names: frozenset[str] = frozenset()
    """Variables that the condition reads."""
    is_default: bool = False


@dataclass(frozen=True, kw_only=True)
class Box:
    """A node."""

    id: str
    name: str
    type: str
    topic: str = ""
    event: str = ""
    """message, timer, error …; '' for what is no event."""
    code: str = ""
    """Error code or message name."""
    attached_to: str = ""
    level: str = ""
    """The sub-process that it stands in."""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """Name with id, as designers find it."""
        return f"“{self.name}”（{self.id}）" if self.name else self.id


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One process, all its levels together."""

    key: str
    name: str
    lines: Mapping[str, Line]
    boxes: Mapping[str, Box]
    names: frozenset[str]
    """Variables that its conditions and decisions read."""
    constants: Mapping[str, frozenset[str]]
    """Variable → what its conditions compare it with."""


@lru_cache(maxsize=256)
def drawing_of(xml: bytes, key: str) -> Drawing:
    """Read a diagram. Raises DeploymentRefused."""
    return _drawn(read_process(xml, f"{key}.bpmn"))


def drawings_of(bundle: Bundle) -> Mapping[str, Drawing]:
    """Return every process of a bundle."""
    return {key: drawing_of(bundle.processes[key], key) for key in sorted(bundle.processes)}


def read_by_tables(bundle: Bundle) -> frozenset[str]:
    """Return the variables that the tables of a bundle read."""
    names: set[str] = set()
    for key in sorted(bundle.decisions):
        file = read_decisions(bundle.decisions[key], f"{key}.dmn")
        names |= {name for found in file.inputs.values() for name in found}
    return frozenset(names)


def _drawn(file: ProcessFile) -> Drawing:
    lines: dict[str, Line] = {}
    boxes: dict[str, Box] = {}
    names: set[str] = set()
    constants: dict[str, set[str]] = {}
    for where, level in _levels(file.diagram.level, ""):
        for node in level.nodes.values():
            boxes[node.id] = _box(node, where)
            if node.call is not None:
                names |= node.call.called.names
            if node.multi is not None:
                for said in (node.multi.enough, node.multi.cardinality):
                    names |= said.names if said is not None else frozenset()
        for flow in level.flows.values():
            source = level.nodes.get(flow.source)
            text = flow.condition.text if flow.condition is not None else ""
            read = flow.condition.names if flow.condition is not None else frozenset()
            lines[flow.id] = Line(
                id=flow.id,
                name=flow.name,
                source=flow.source,
                target=flow.target,
                condition=text,
                names=read,
                is_default=source is not None and source.default == flow.id,
            )
            names |= read
            for name in read:
                constants.setdefault(name, set()).update(_constants(text))
    return Drawing(
        key=file.key,
        name=file.name,
        lines=lines,
        boxes=boxes,
        names=frozenset(names),
        constants={name: frozenset(found) for name, found in constants.items()},
    )


def _box(node: Node, where: str) -> Box:
    event = node.event
    code = (event.code or event.message) if event is not None else ""
    return Box(
        id=node.id,
        name=node.name,
        type=node.type,
        topic=node.topic,
        event=event.kind if event is not None else "",
        code=code,
        attached_to=node.attached_to,
        level=where,
        incoming=node.incoming,
        outgoing=node.outgoing,
    )


def _levels(level: Level, where: str) -> Iterator[tuple[str, Level]]:
    yield where, level
    for node in level.nodes.values():
        if node.level is not None:
            yield from _levels(node.level, node.id)


def _constants(text: str) -> Sequence[str]:
    return [next(part for part in found if part) for found in _CONSTANT.findall(text) if any(found)]
