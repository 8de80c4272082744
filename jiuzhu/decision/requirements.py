"""Checks the lines between decisions: nothing missing, no circle."""

from __future__ import annotations

from jiuzhu.decision.model import Definitions


def unmet_requirements(made: Definitions) -> list[str]:
    """Return a sentence for each reference to nothing, and for a decision that needs itself."""
    known = {*made.decisions, *made.inputs, *made.knowledge}
    wanted = [(item.id, (*item.inputs, *item.decisions, *item.knowledge)) for item in made.decisions.values()]
    wanted += [(item.id, item.knowledge) for item in made.knowledge.values()]
    found = [
        f"{holder} 引用的 {reference!r} 不存在"
        for holder, references in wanted
        for reference in references
        if reference not in known
    ]
    circles = [start for start in (*made.decisions, *made.knowledge) if _reaches(made, start, start, set())]
    return found + [f"{start} 依赖自身" for start in circles[:1]]


def _reaches(made: Definitions, start: str, goal: str, seen: set[str]) -> bool:
    decision, knowledge = made.decisions.get(start), made.knowledge.get(start)
    following = (*decision.decisions, *decision.knowledge) if decision else knowledge.knowledge if knowledge else ()
    for reference in following:
        if reference == goal:
            return True
        if reference not in seen:
            seen.add(reference)
            if _reaches(made, reference, goal, seen):
                return True
    return False
