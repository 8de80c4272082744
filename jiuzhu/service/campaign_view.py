"""Campaigns as they are read: dry run, progress by village, town and district, coverage.

Whoever reads a town or a district sees its campaigns; acts are in ``campaign_desk``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.campaigns import ITEM_STATES, RESULTS, STATES, ReviewRule, portions, rules_of
from jiuzhu.domain.rows import Campaign
from jiuzhu.domain.schedules import spoken
from jiuzhu.errors import NotFound
from jiuzhu.service import visibility
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office, is_system
from jiuzhu.service.review_lists import chosen
from jiuzhu.service.schedule_view import districts_of, may_at
from jiuzhu.store import campaigns as rows
from jiuzhu.store import people


@dataclass(frozen=True, kw_only=True)
class PlaceLine:
    """How far a village, a town or a district is."""

    place: str
    name: str
    households: int
    states: Mapping[str, int]
    results: Mapping[str, int]

    @property
    def finished(self) -> int:
        """Households that are reviewed or cancelled."""
        return self.states.get("done", 0) + self.states.get("cancelled", 0)

    @property
    def changed(self) -> int:
        """Households whose aid changes."""
        return sum(count for result, count in self.results.items() if result not in ("", "keep"))


@dataclass(frozen=True, kw_only=True)
class CampaignLine:
    """One campaign in words."""

    campaign: Campaign
    town_name: str
    period: str
    words: str
    whole: PlaceLine
    villages: Sequence[PlaceLine]
    started_by: str
    paused_by: str
    faults: Sequence[str]
    may: bool

    @property
    def covered(self) -> bool:
        """True when the list is what was reviewed and cancelled, and nothing is missing."""
        return self.whole.households == self.whole.finished


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """What a campaign would freeze now, by village, and what stands in the way."""

    town: str
    town_name: str
    kind: str
    label: str
    source: str
    period: str
    opens_at: datetime | None
    closes_at: datetime | None
    in_window: bool
    next_opens: datetime | None
    earlier: Sequence[str]
    villages: Sequence[tuple[str, int, int]]
    """Village, households, sheets."""

    @property
    def households(self) -> int:
        """Households of the list."""
        return sum(count for _, count, _ in self.villages)


def list_campaigns(office: Office, actor: Actor, district: str = "") -> Sequence[CampaignLine]:
    """Return the campaigns within this person's reach, latest first."""
    with reading_desk(office, actor) as desk:
        found: list[Campaign] = []
        for place in districts_of(desk, actor, district):
            found += rows.page(desk.tx, place, _towns(desk, actor, place))
        return _lines(desk, actor, found)


def show_campaign(office: Office, actor: Actor, campaign_no: str) -> CampaignLine:
    """Return one campaign with its villages. Raises NotFound, also for one out of reach."""
    with reading_desk(office, actor) as desk:
        found = rows.one(desk.tx, campaign_no)
        if found is None or not _reads(desk, actor, found):
            raise NotFound("没有这次复核。")
        return _lines(desk, actor, [found])[0]


def households(office: Office, actor: Actor, campaign_no: str, village: str = "") -> Sequence[Mapping[str, Any]]:
    """Return the households of a campaign in words: number, state, result, where it stands. Raises NotFound."""
    with reading_desk(office, actor) as desk:
        found = rows.one(desk.tx, campaign_no)
        if found is None or not _reads(desk, actor, found):
            raise NotFound("没有这次复核。")
        return [
            {
                "household_no": one.household_no,
                "record_no": one.record_no,
                "village": desk.office.places.name(desk.tx, one.village),
                "state": ITEM_STATES[one.state],
                "way": {"sheet": "一并确认", "single": "单独办理"}.get(one.way, ""),
                "result": RESULTS.get(one.result, ""),
                "fault": one.fault,
            }
            for one in rows.items(desk.tx, campaign_no, village)
        ]


def by_town(lines: Iterable[CampaignLine]) -> Sequence[PlaceLine]:
    """Add up campaigns town by town."""
    found: dict[str, list[CampaignLine]] = {}
    for line in lines:
        found.setdefault(line.campaign.town, []).append(line)
    return [_sum(town, own[0].town_name, [one.whole for one in own]) for town, own in sorted(found.items())]


def by_district(office: Office, lines: Iterable[CampaignLine]) -> Sequence[PlaceLine]:
    """Add up campaigns district by district."""
    found: dict[str, list[PlaceLine]] = {}
    for line in lines:
        found.setdefault(line.campaign.district, []).append(line.whole)
    return [_sum(one, office.policies.of(one).name, own) for one, own in sorted(found.items())]


def of_whole_districts(office: Office, actor: Actor, lines: Iterable[CampaignLine]) -> Sequence[CampaignLine]:
    """Leave the campaigns of districts that a person reads as a whole: a town's own sum is no district's."""
    with reading_desk(office, actor) as desk:
        whole = {one for one in districts_of(desk, actor) if not _towns(desk, actor, one)}
    return [line for line in lines if line.campaign.district in whole]


def dry_runs(office: Office, actor: Actor, district: str = "") -> Sequence[DryRun]:
    """Return what would be frozen now at each town on which this person may act."""
    with reading_desk(office, actor) as desk:
        found: list[DryRun] = []
        for place in districts_of(desk, actor, district):
            rules = rules_of(desk.office.policies.of(place).rows("reviews", desk.today))
            for town in _acting_towns(desk, actor, place):
                found += [dry_run_on(desk, town, rule) for rule in rules]
        return found


def dry_run_on(desk: Desk, town: str, rule: ReviewRule) -> DryRun:
    """Return what a rule would freeze at a town now; outside its window, what it would be on the day it opens next."""
    district = desk.office.places.of(desk.tx, town).district
    window, following = rule.window(desk.now), rule.next_window(desk.now)
    period = window or following
    found = chosen(desk, rule, town, desk.today, period) if period else []
    size = int(desk.office.policies.of(district).value("review.portion", desk.today))
    counted: dict[str, tuple[int, int]] = {}
    for village, _, own in portions(found, size):
        households_, sheets = counted.get(village, (0, 0))
        counted[village] = (households_ + len(own), sheets + 1)
    earlier = [
        one.campaign_no
        for one in rows.page(desk.tx, district, [town])
        if window is not None and one.kind == rule.kind and one.period == window.name
    ]
    return DryRun(
        town=town,
        town_name=desk.office.places.name(desk.tx, town),
        kind=rule.kind,
        label=rule.label,
        source=rule.source,
        period=spoken(period.name) if period else "",
        opens_at=period.opens_at if period else None,
        closes_at=period.due_at if period else None,
        in_window=window is not None,
        next_opens=following.opens_at if following else None,
        earlier=earlier,
        villages=[(desk.office.places.name(desk.tx, one), *counts) for one, counts in counted.items()],
    )


def concerns(office: Office, actor: Actor) -> bool:
    """True for whoever reads a town or a district."""
    known = [office.roles.by_id[role] for role in actor.roles if role in office.roles.by_id]
    return any(role.level in {"town", "district"} and role.may("read") for role in known)


def _towns(desk: Desk, actor: Actor, district: str) -> Sequence[str]:
    """Return the towns whose campaigns a person reads; empty: the whole district."""
    if is_system(actor):
        return ()
    scope = visibility.reach_of(desk, actor).scope
    if district in scope.districts:
        return ()
    villages = [desk.office.places.town_of(desk.tx, one) for one in scope.villages]
    return [*scope.towns, *villages] or ["\N{NULL}"]


def _reads(desk: Desk, actor: Actor, campaign: Campaign) -> bool:
    if campaign.district not in districts_of(desk, actor):
        return False
    towns = _towns(desk, actor, campaign.district)
    return not towns or campaign.town in towns


def _acting_towns(desk: Desk, actor: Actor, district: str) -> Sequence[str]:
    places = sorted(desk.office.places.all(desk.tx), key=lambda one: one.id)
    towns = [one.id for one in places if one.kind == "town" and one.district == district]
    return [one for one in towns if may_at(desk, actor, one)]


def _lines(desk: Desk, actor: Actor, found: Sequence[Campaign]) -> Sequence[CampaignLine]:
    if not found:
        return []
    counted: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows.counts(desk.tx, [one.campaign_no for one in found]):
        counted.setdefault(row["campaign_no"], []).append(row)
    names = people.names(desk.tx, [who for one in found for who in (one.started_by, one.paused_by) if who])
    lines = []
    for one in found:
        own = counted.get(one.campaign_no, [])
        villages = [_place(desk, village, own) for village in sorted({row["place"] for row in own})]
        town_name = desk.office.places.name(desk.tx, one.town)
        lines.append(
            CampaignLine(
                campaign=one,
                town_name=town_name,
                period=spoken(one.period),
                words=STATES[one.state],
                whole=_sum(one.town, town_name, villages),
                villages=villages,
                started_by=names.get(one.started_by, ""),
                paused_by=names.get(one.paused_by, ""),
                faults=rows.faults(desk.tx, one.campaign_no),
                may=may_at(desk, actor, one.town),
            )
        )
    return lines


def _place(desk: Desk, village: str, counted: Iterable[Mapping[str, Any]]) -> PlaceLine:
    states: dict[str, int] = {}
    results: dict[str, int] = {}
    for row in counted:
        if row["place"] == village:
            states[row["state"]] = states.get(row["state"], 0) + row["households"]
            results[row["result"]] = results.get(row["result"], 0) + row["households"]
    name = desk.office.places.name(desk.tx, village)
    return PlaceLine(place=village, name=name, households=sum(states.values()), states=states, results=results)


def _sum(place: str, name: str, parts: Sequence[PlaceLine]) -> PlaceLine:
    states: dict[str, int] = {}
    results: dict[str, int] = {}
    for part in parts:
        for state, count in part.states.items():
            states[state] = states.get(state, 0) + count
        for result, count in part.results.items():
            results[result] = results.get(result, 0) + count
    return PlaceLine(place=place, name=name, households=sum(states.values()), states=states, results=results)
