"""The orders of the year (``tests/data/year_orders.toml``) held on what an office's walks really did."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import text

from jiuzhu.service.office import Office

RULES = Path(__file__).parent / "data" / "year_orders.toml"
_PASSAGES = text("select case_id, process_key, element_id, flow, what from passage order by id")


@cache
def rules() -> Sequence[Mapping[str, Any]]:
    """Return the rules in the file's order."""
    return tomllib.loads(RULES.read_text(encoding="utf-8"))["rule"]


def names(place: str) -> frozenset[str]:
    """Return the elements of one place of an order: ``A|B`` is either."""
    return frozenset(place.split("|"))


def too_early(office: Office) -> list[str]:
    """Return what was completed in some case before what the clause puts first."""
    done: dict[tuple[str, str], list[str]] = {}
    taken: dict[tuple[str, str], set[str]] = {}
    with office.store.engine.connect() as connection:
        for row in connection.execute(_PASSAGES):
            case = (row.process_key, row.case_id)
            taken.setdefault(case, set()).add(row.flow)
            if row.what == "completed":
                done.setdefault(case, []).append(row.element_id)
    return [
        f"{key}: {then} without {first}"
        for (key, case_id), elements in done.items()
        for rule in rules()
        if rule["process"] == key and not taken[key, case_id] & set(rule.get("unless", ()))
        for first, then in pairwise(rule["order"])
        if _early(elements, names(first), names(then))
    ]


def _early(elements: Sequence[str], first: frozenset[str], then: frozenset[str]) -> bool:
    for element in elements:
        if element in first:
            return False
        if element in then:
            return True
    return False
