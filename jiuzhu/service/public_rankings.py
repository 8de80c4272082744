"""调度考评 for everybody: the months that were published, highest score first, and the year's award (XX-59, XX-60).

No login: only what was published is read, and of it only units, places, scores and amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from jiuzhu.domain.rows import AwardLine, UnitScore
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of

SCHEDULE = "ranking"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A unit in its place."""

    rank: int
    tied: bool
    name: str
    score: int


@dataclass(frozen=True, kw_only=True)
class Award:
    """What a unit was awarded."""

    rank: int
    name: str
    total: Decimal
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class RankingPage:
    """A district's published month, the months one may choose from, and the latest award."""

    district: str
    district_name: str
    period: str
    periods: Sequence[str]
    published_at: datetime | None
    places: Sequence[Place]
    award_year: str
    awards: Sequence[Award]


def districts(office: Office) -> Sequence[tuple[str, str]]:
    """Return id and name of the districts that rank their towns."""
    schedule = office.schedules.get(SCHEDULE)
    found = office.policies.districts
    return [(one, found[one].name) for one in sorted(found) if schedule is not None and schedule.applies(one)]


def show(office: Office, district: str = "", period: str = "") -> RankingPage | None:
    """Return a published month, by default the latest; None where no district ranks its towns."""
    known = dict(districts(office))
    if not known:
        return None
    chosen = district if district in known else next(iter(known))
    with reading_desk(office, None) as desk:
        scores = [
            row
            for row in shelf_of(desk.tx).find(UnitScore, {"district": chosen, "unit_kind": "town"})
            if row.published_at is not None
        ]
        periods = sorted({row.period for row in scores}, reverse=True)
        wanted = period if period in periods else next(iter(periods), "")
        month = [row for row in scores if row.period == wanted]
        latest = max(month, key=lambda row: (row.published_at, row.ranking_no), default=None)
        rows = [row for row in month if latest is not None and row.ranking_no == latest.ranking_no]
        year, awards = _awards(desk, chosen)
        return RankingPage(
            district=chosen,
            district_name=known[chosen],
            period=wanted,
            periods=periods,
            published_at=latest.published_at if latest else None,
            places=[
                Place(rank=row.rank, tied=row.tied, name=desk.office.places.name(desk.tx, row.unit), score=row.score)
                for row in sorted(rows, key=lambda one: (one.rank, one.unit))
            ],
            award_year=year,
            awards=awards,
        )


def _awards(desk: Desk, district: str) -> tuple[str, Sequence[Award]]:
    rows = [row for row in shelf_of(desk.tx).find(AwardLine, {"district": district}) if row.published_at is not None]
    latest = max(rows, key=lambda row: (row.published_at, row.award_no), default=None)
    if latest is None:
        return "", ()
    own = [row for row in rows if row.award_no == latest.award_no and row.amount]
    return latest.year, [
        Award(
            rank=row.rank or 0,
            name=desk.office.places.name(desk.tx, row.unit),
            total=row.total or Decimal(0),
            amount=row.amount or Decimal(0),
        )
        for row in sorted(own, key=lambda one: (one.rank or 0, one.unit))
    ]
