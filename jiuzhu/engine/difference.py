"""Two diagrams compared: what came, what went, what changed, said in words.

Moving a shape changes nothing; whatever else a designer wrote counts (``difference_elements``). Which elements are the
same, ``difference_matching`` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from jiuzhu.engine.difference_elements import KINDS, Element, read_elements
from jiuzhu.engine.difference_matching import match

Sort = Literal["added", "removed", "changed"]
NOTHING = "—"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing about an element, before and after."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """One element that came, went or changed."""

    sort: Sort
    kind: str
    """In Chinese."""
    name: str
    """Its name, or for a connection what it connects."""
    old_id: str
    new_id: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Everything that differs between two diagrams."""

    changes: tuple[Change, ...]
    """In the order of the newer diagram, from left to right; what went is told where it stood."""
    pairs: Mapping[str, str]
    """Old id → new id of what is the same."""

    def ids(self, sort: Sort, *, old: bool) -> tuple[str, ...]:
        """Return the ids to mark on the older or the newer diagram."""
        found = (one.old_id if old else one.new_id for one in self.changes if one.sort == sort)
        return tuple(one for one in found if one)


def compare(old: bytes, new: bytes) -> Difference:
    """Compare two diagrams. Raises DeploymentRefused for a file that is none."""
    before, after = read_elements(old, "old.bpmn"), read_elements(new, "new.bpmn")
    pairs = match(before, after)
    back = {there: here for here, there in pairs.items()}
    found: list[tuple[tuple[float, float], Change]] = []
    for number, one in after.items():
        if number not in back:
            found.append((_place(one, after), _whole("added", one, after)))
            continue
        earlier = before[back[number]]
        lines = tuple(_lines(earlier, one, before, after, pairs))
        if lines:
            name = _name(one, after) or _name(earlier, before)
            change = Change(sort="changed", kind=one.kind, name=name, old_id=earlier.id, new_id=one.id, lines=lines)
            found.append((_place(one, after), change))
    found += [
        (_place(one, before), _whole("removed", one, before)) for number, one in before.items() if number not in pairs
    ]
    found.sort(key=lambda entry: (entry[1].kind != KINDS["process"], entry[1].kind == KINDS["sequenceFlow"], entry[0]))
    return Difference(changes=tuple(change for _, change in found), pairs=pairs)


def _lines(
    one: Element,
    other: Element,
    before: Mapping[str, Element],
    after: Mapping[str, Element],
    pairs: Mapping[str, str],
) -> Iterable[Line]:
    if one.tag != other.tag:
        yield Line(label="种类", old=one.kind, new=other.kind)
    for label in dict.fromkeys([*one.facts, *other.facts]):
        old, new = one.facts.get(label, ""), other.facts.get(label, "")
        if old != new:
            yield Line(label=label, old=old or NOTHING, new=new or NOTHING)
    for label in dict.fromkeys([*one.refers, *other.refers]):
        here, there = one.refers.get(label, ""), other.refers.get(label, "")
        if pairs.get(here, here if not here else "\0") != there:
            yield Line(label=label, old=_named(here, before), new=_named(there, after))
    if one.tag != "process" and pairs.get(one.inside, "") != other.inside:
        yield Line(label="所在", old=_named(one.inside, before), new=_named(other.inside, after))


def _whole(sort: Sort, one: Element, side: Mapping[str, Element]) -> Change:
    told = [(label, value) for label, value in one.facts.items() if label not in {"名称", "说明"}]
    told += [(label, _named(number, side)) for label, number in one.refers.items()]
    lines = tuple(
        Line(label=label, old=NOTHING if sort == "added" else value, new=value if sort == "added" else NOTHING)
        for label, value in told
    )
    old_id, new_id = ("", one.id) if sort == "added" else (one.id, "")
    return Change(sort=sort, kind=one.kind, name=_name(one, side), old_id=old_id, new_id=new_id, lines=lines)


def _name(one: Element, side: Mapping[str, Element]) -> str:
    if one.tag != "sequenceFlow":
        return one.name or f"（未命名的{one.kind}）"
    ends = f"{_named(one.refers.get('从', ''), side)} → {_named(one.refers.get('到', ''), side)}"
    return f"{one.name}（{ends}）" if one.name else ends


def _named(number: str, side: Mapping[str, Element]) -> str:
    if not number:
        return NOTHING
    one = side.get(number)
    if one is None:
        return number
    return one.name or f"{one.kind} {one.id}"


def _place(one: Element, side: Mapping[str, Element]) -> tuple[float, float]:
    if one.tag == "sequenceFlow":
        source = side.get(one.refers.get("从", ""))
        return source.at if source is not None else (0.0, 0.0)
    return one.at
