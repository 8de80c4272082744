"""What a simulated year says of its limits: which were missed, and whether anybody had to answer for it.

A missed limit counts as explained when a lead against the unit names it (``shared_violation``: facts, hearing,
decision), and by nothing else: an alert that went off says that something is late, not why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jiuzhu.service.office import Office
from jiuzhu.store import year_limits
from jiuzhu.store.year_limits import Missed


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits missed in a year, and how much work a household is about which nothing changes."""

    explained: Mapping[str, int]
    """Schedule or form → limits missed, each named by a lead."""
    unexplained: Mapping[str, int]
    """Schedule or form → limits missed of which nobody wrote why."""
    steady_households: int
    """Households about which a review heard of no change: confirmed with others of their village on one sheet."""
    steady_items: float
    """Items that people completed for such a household, on the average: its own, and its share of what is done for a
    village at once.
    """
    steady_most: float
    single_households: int
    """Households of which somebody said that something had changed, and whose aid was kept all the same."""
    single_items: float


def unexplained(office: Office, district: str) -> Sequence[Missed]:
    """Return the limits missed up to now that no lead names yet, each at the town or district that has to answer."""
    with office.store.reading() as tx:
        turns = year_limits.missed_turns(tx, district, office.clock.now())
        missed = [*turns, *year_limits.missed_items(tx, district)]
        leads = year_limits.lead_sources(tx, district)
        return [
            replace(one, place=(office.places.town_of(tx, one.place) if one.place else "") or district)
            for one in missed
            if not one.names & leads
        ]


def limits_of(office: Office, district: str) -> Limits:
    """Read the limits of a district's year."""
    with office.store.reading() as tx:
        turns = year_limits.missed_turns(tx, district, office.clock.now())
        missed = [*turns, *year_limits.missed_items(tx, district)]
        leads = year_limits.lead_sources(tx, district)
        kept = year_limits.items_of_kept_households(tx, district)
    items = [many for way, many in kept if way == year_limits.SHEET]
    single = [many for way, many in kept if way != year_limits.SHEET]
    return Limits(
        explained=_counted([one for one in missed if one.names & leads]),
        unexplained=_counted([one for one in missed if not one.names & leads]),
        steady_households=len(items),
        steady_items=sum(items) / len(items) if items else 0.0,
        steady_most=max(items, default=0.0),
        single_households=len(single),
        single_items=sum(single) / len(single) if single else 0.0,
    )


def _counted(missed: Sequence[Missed]) -> Mapping[str, int]:
    return dict(sorted(Counter(one.subject for one in missed).items()))
