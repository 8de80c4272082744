"""Facts of an application's materials: what the district asks for, and what a notice of correction may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from jiuzhu.domain.rows import MaterialsChecklist
from jiuzhu.service.desk import Desk
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

SHARED = "（可由部门共享取得，不得要求提交）"
Context: TypeAlias = Mapping[str, Any]


def _materials(desk: Desk, live: LiveCase) -> Sequence[Mapping[str, Any]]:
    """Return the latest list of materials that the district's rules make for this case."""
    lists = shelf_of(desk.tx).find(MaterialsChecklist, {"case_no": live.case_no})
    return max(lists, key=lambda one: one.round).items if lists else ()


def _missing_choices(desk: Desk, live: LiveCase, context: Context) -> Any:
    """Return what the one notice of correction may ask for: nothing beside the district's list (XT-29, XT-30).

    What data sharing fetches stands there as such: who chooses it reads the rule.
    """
    return [
        {"value": str(item["label"]), "label": f"{item['label']}{SHARED if item['obtainable_by_sharing'] else ''}"}
        for item in sorted(_materials(desk, live), key=lambda one: bool(one["obtainable_by_sharing"]))
    ] or None


def _shared_materials(desk: Desk, live: LiveCase, context: Context) -> Any:
    return [str(item["label"]) for item in _materials(desk, live) if item["obtainable_by_sharing"]]


def _checklist(desk: Desk, live: LiveCase, context: Context) -> Any:
    materials = _materials(desk, live)
    if not materials:
        return None
    rows = []
    for item in materials:
        note = "可由部门共享取得，不用交" if item.get("obtainable_by_sharing") else ""
        rows.append(
            {"label": item.get("label", item.get("item", "")), "note": note or ("必交" if item.get("required") else "")}
        )
    return rows


MATERIALS: Mapping[str, Callable[[Desk, LiveCase, Context], Any]] = {
    "missing_choices": _missing_choices,
    "shared_materials": _shared_materials,
    "checklist_rows": _checklist,
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
