"""Which elements of two diagrams are the same.

The same id is the same element. Across districts ids differ: what is left over is then matched by kind and name, by
kind and nearly the same name (the likest first, then the nearest), by the same neighbours; connections by what they
connect.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

from jiuzhu.engine.difference_elements import Element

ALIKE = 0.6
"""Names from this likeness on may belong to the same step."""
ALIKE_QUESTION = 0.8
"""The same for gateways and events: 是否需要…？ is much alike whatever is asked."""
SHARED = 0.34
"""Part of the neighbours that two nameless things must have in common."""
FLOW, PROCESS = "sequenceFlow", "process"
FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"userTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "task", "manualTask",
               "scriptTask", "callActivity", "subProcess", "transaction"}),
    frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"}),
    frozenset({"intermediateCatchEvent", "intermediateThrowEvent"}),
)  # fmt: skip
"""Kinds that may turn into each other and stay the same step."""


def match(before: Mapping[str, Element], after: Mapping[str, Element]) -> dict[str, str]:
    """Return old id → new id of the elements that are the same."""
    matching = _Matching(before, after)
    matching.by_id()
    matching.the_process()
    matching.by_name(1.0)
    matching.by_name(ALIKE)
    matching.by_neighbours()
    matching.flows(same_condition=True)
    matching.flows(same_condition=False)
    return matching.pairs


class _Matching:
    """Pairs found so far."""

    def __init__(self, before: Mapping[str, Element], after: Mapping[str, Element]) -> None:
        self.before, self.after = before, after
        self.pairs: dict[str, str] = {}
        self.taken: set[str] = set()

    def pair(self, old: str, new: str) -> None:
        self.pairs[old] = new
        self.taken.add(new)

    def by_id(self) -> None:
        for number, one in self.before.items():
            there = self.after.get(number)
            if there is not None and _may_be(one, there) and _believable(one, there):
                self.pair(number, number)

    def the_process(self) -> None:
        sides = [[one.id for one in side.values() if one.tag == PROCESS] for side in (self.before, self.after)]
        if len(sides[0]) == len(sides[1]) == 1 and sides[0][0] not in self.pairs:
            self.pair(sides[0][0], sides[1][0])

    def by_name(self, least: float) -> None:
        """Pair what has the same, or nearly the same, name and kind; the likest first, then the nearest."""
        scored = []
        for one in self._left(self.before, set(self.pairs)):
            for other in self._left(self.after, self.taken):
                if one.name and other.name and _may_be(one, other):
                    likeness = _likeness(one.name, other.name)
                    if likeness >= (least if one.tag in FAMILIES[0] else max(least, ALIKE_QUESTION)):
                        far = abs(one.at[0] - other.at[0]) + abs(one.at[1] - other.at[1])
                        scored.append((-likeness, one.tag != other.tag, far, one.id, other.id))
        for _, _, _, here, there in sorted(scored):
            if here not in self.pairs and there not in self.taken:
                self.pair(here, there)

    def by_neighbours(self) -> None:
        """Pair nameless things (gateways, events) of one kind that stand between the same steps: always the pair with
        most neighbours in common, for each pair found makes others plainer.
        """
        here, there = _neighbours(self.before), _neighbours(self.after)
        while True:
            best: tuple[float, float, str, str] | None = None
            for one in self._left(self.before, set(self.pairs)):
                known = {(way, self.pairs[other]) for way, other in here.get(one.id, ()) if other in self.pairs}
                for other in self._left(self.after, self.taken):
                    if other.tag != one.tag or (one.name and other.name):
                        continue
                    around = set(there.get(other.id, ()))
                    shared = len(known & around) / max(len(here.get(one.id, ())), len(around), 1)
                    far = abs(one.at[0] - other.at[0]) + abs(one.at[1] - other.at[1])
                    if shared >= SHARED and (best is None or (-shared, far, one.id, other.id) < best):
                        best = (-shared, far, one.id, other.id)
            if best is None:
                return
            self.pair(best[2], best[3])

    def flows(self, *, same_condition: bool) -> None:
        """Pair connections by the steps that they connect."""
        for one in self.before.values():
            if one.tag != FLOW or one.id in self.pairs:
                continue
            ends = tuple(self.pairs.get(one.refers.get(end, ""), "") for end in ("从", "到"))
            for other in self.after.values():
                if other.tag != FLOW or other.id in self.taken or not all(ends):
                    continue
                alike = one.facts.get("条件") == other.facts.get("条件") or not same_condition
                if alike and ends == (other.refers.get("从"), other.refers.get("到")):
                    self.pair(one.id, other.id)
                    break

    @staticmethod
    def _left(side: Mapping[str, Element], without: set[str]) -> list[Element]:
        return [one for one in side.values() if one.id not in without and one.tag not in {FLOW, PROCESS}]


def _may_be(one: Element, other: Element) -> bool:
    return one.tag == other.tag or any({one.tag, other.tag} <= family for family in FAMILIES)


def _believable(one: Element, other: Element) -> bool:
    """Refuse the same id with quite another meaning: another kind and another name."""
    return one.tag == other.tag or not one.name or not other.name or _likeness(one.name, other.name) >= ALIKE


def _likeness(one: str, other: str) -> float:
    return 1.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()


def _neighbours(side: Mapping[str, Element]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for one in side.values():
        if one.tag == FLOW:
            source, target = one.refers.get("从", ""), one.refers.get("到", "")
            found.setdefault(source, []).append(("to", target))
            found.setdefault(target, []).append(("from", source))
    return found
