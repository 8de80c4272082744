"""Two systems side by side: who is in one only, and who is in both (XX-52, XX-53). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Households that are in dibao only, people that are on the poverty list only, and people in both."""

    only_dibao: tuple[str, ...]
    only_poverty: tuple[str, ...]
    both: tuple[str, ...]


def compare(households: Mapping[str, Collection[str]], listed: Collection[str]) -> Compared:
    """Compare households (recipient → its people's refs) with the refs of a list.

    A household counts as listed when one of its people is; a listed person counts as receiving when its household does.
    """
    wanted = frozenset(listed)
    receiving = {ref for people in households.values() for ref in people}
    return Compared(
        only_dibao=tuple(sorted(one for one, people in households.items() if not wanted & set(people))),
        only_poverty=tuple(sorted(wanted - receiving)),
        both=tuple(sorted(wanted & receiving)),
    )
