"""The way that a case took, as both engines' histories have it, and whether it is the same.

A way is the sequence of flow elements entered in one process of one record, each with how it was left. Elements that
one of the histories does not keep (sequence flows, the bodies of multiple instances) are in neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import text

from jiuzhu.foreign.client import EngineClient
from jiuzhu.service.office import Office
from tests.walks import Walker

Way: TypeAlias = dict[tuple[str, str], list[str]]
"""(process of the record, process) → elements in the order in which they were entered; cancelled ones with ``✗``."""

TASKS = frozenset({"userTask", "serviceTask", "businessRuleTask", "callActivity", "receiveTask"})
_PASSED = (
    "select p.id, p.what, p.process_key, p.element_id, p.element_type, p.task_id, c.process_key as top "
    "from passage p join case_instance c on c.id = p.case_id"
)


def ours(walker: Walker) -> Way:
    """Return the way of a household in our own engine."""
    return _way(walker.rows(f"{_PASSED} where c.case_no = :case_no order by p.id"))


def since(office: Office, last: int) -> Way:
    """Return the way of everything in our own engine since a line of the history."""
    with office.store.reading() as tx:
        found = tx.execute(text(f"{_PASSED} where p.id > :last order by p.id"), {"last": last})
        return _way([dict(row._mapping) for row in found])


def _way(found: Sequence[Mapping[str, Any]]) -> Way:
    left = {row["task_id"]: row["what"] for row in found if row["what"] != "entered"}
    way: Way = {}
    for row in found:
        if row["what"] != "entered" or not _kept(row["element_type"]):
            continue
        how = left.get(row["task_id"], "")
        cancelled = how == "cancelled" and row["element_type"] != "endEvent"
        way.setdefault((row["top"], row["process_key"]), []).append(_mark(row["element_id"], cancelled))
    return way


def theirs(engine: EngineClient, instances: Mapping[str, Mapping[str, Any]]) -> Way:
    """Return the way of some instances, with their rows here, in the other engine."""
    way: Way = {}
    for root, row in instances.items():
        for instance in engine.get("/history/process-instance", rootProcessInstanceId=root):
            query = {"processInstanceId": instance["id"], "sortBy": "occurrence", "sortOrder": "asc"}
            for one in engine.get("/history/activity-instance", **query):
                if _kept(one["activityType"]):
                    key = (str(row["process_key"]), str(instance["processDefinitionKey"]))
                    # An error's end event cancels its own process there, and counts as cancelled itself.
                    cancelled = bool(one["canceled"]) and not one["activityType"].endswith("EndEvent")
                    way.setdefault(key, []).append(_mark(one["activityId"], cancelled))
    return way


def _kept(kind: str) -> bool:
    return kind in TASKS or kind.endswith(("EndEvent", "endEvent"))


def _mark(element: str, cancelled: bool) -> str:
    return f"{element}✗" if cancelled else element


def differences(mine: Way, other: Way) -> list[str]:
    """Return where two ways part, in words; [] when they are the same.

    Elements that were entered side by side may stand in another order: then each must have been entered as often.
    """
    found = []
    for key in sorted(set(mine) | set(other)):
        here, there = mine.get(key, []), other.get(key, [])
        if here == there or Counter(here) == Counter(there):
            continue
        more, less = Counter(there) - Counter(here), Counter(here) - Counter(there)
        found.append(f"{key[0]}/{key[1]}: 多 {sorted(more.elements())}，少 {sorted(less.elements())}")
    return found


def length(way: Mapping[Any, list[str]]) -> int:
    """Return how many elements a way has."""
    return sum(len(one) for one in way.values())
