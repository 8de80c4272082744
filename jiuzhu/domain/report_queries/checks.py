"""Reports about checks: is every household of a review reviewed, how much of what was drawn is right, who found what
(JC-34, NH-18, XT-36).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.report_source import ReportSource
from jiuzhu.domain.reports import Asked, Line, share
from jiuzhu.domain.rows import Campaign, CampaignItem, Draw, SampleItem
from jiuzhu.domain.schedules import days_of, spoken

REVIEWED = frozenset({"confirmed", "done"})
CHECKED = frozenset({"checked", "closed"})
CANCELLED = "cancelled"


def campaign_coverage(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Count, village by village, who was on the frozen list, who was reviewed and who is missing (JC-34)."""
    lines = []
    campaigns = [
        row
        for row in source.find(Campaign, district=asked.district)
        if row.town in asked.towns and asked.span.holds(row.opens_at)
    ]
    for campaign in sorted(campaigns, key=lambda row: (row.town, row.period, row.round)):
        counted: Counter[tuple[str, str]] = Counter()
        villages = set()
        for item in source.find(CampaignItem, campaign_no=campaign.campaign_no):
            villages.add(item.village)
            counted[item.village, "all"] += 1
            if item.state == CANCELLED:
                counted[item.village, CANCELLED] += 1
            elif item.state in REVIEWED:
                counted[item.village, "reviewed"] += 1
        for village in sorted(villages):
            frozen, reviewed, gone = (counted[village, key] for key in ("all", "reviewed", CANCELLED))
            lines.append(
                {
                    "town": source.name(campaign.town),
                    "label": f"{spoken(campaign.period)}{campaign.label}",
                    "village": source.name(village),
                    "frozen": frozen,
                    "reviewed": reviewed,
                    "cancelled": gone,
                    "missing": frozen - reviewed - gone,
                }
            )
    return lines


def recheck_rate(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Say of each draw how many households were checked, how many were right, and how much of the pool that is (NH-18).

    Both shares stand beside each other: right of those checked, and checked of those that were new.
    """
    lines = []
    for draw in source.find(Draw, district=asked.district):
        if not _within(draw.period, asked) or draw.town not in (*asked.towns, ""):
            continue
        items = [
            one
            for one in source.find(SampleItem, draw_no=draw.draw_no)
            if one.state in CHECKED and one.town in asked.towns
        ]
        right = sum(one.conclusion == "ok" for one in items)
        lines.append(
            {
                "draw": draw.draw_no,
                "place": source.name(draw.town or draw.district),
                "period": spoken(draw.period),
                "pool": draw.pool_count,
                "sample": draw.sample_count,
                "checked": len(items),
                "right": right,
                "pass_rate": share(right, len(items)),
                "coverage": share(len(items), draw.pool_count),
                "published": "已公开" if draw.published_at is not None else "",
            }
        )
    return lines


def inspection_results(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Say of each draw by how many inspectors it was checked, what they found, what is not put right and since when
    anybody may read it (XT-34, XT-36).

    Where inspectors were drawn, too, it is 双随机.
    """
    lines = []
    for draw in source.find(Draw, district=asked.district):
        if not _within(draw.period, asked) or draw.town not in (*asked.towns, ""):
            continue
        items = [one for one in source.find(SampleItem, draw_no=draw.draw_no) if one.town in asked.towns]
        checked = [one for one in items if one.state in CHECKED]
        found = Counter(one.conclusion for one in checked)
        inspectors = {str(person) for one in items for person in one.inspectors}
        lines.append(
            {
                "draw": draw.draw_no,
                "place": source.name(draw.town or draw.district),
                "period": spoken(draw.period),
                "kind": "双随机抽查" if inspectors else "抽查",
                "inspectors": len(inspectors or {one.checked_by for one in checked if one.checked_by}),
                "checked": len(checked),
                **{key: found[key] for key in ("ok", "inaccurate", "irregular", "both")},
                "open": sum(one.state != "closed" and one.conclusion != "ok" for one in checked),
                "published": day_of(draw.published_at) if draw.published_at is not None else None,
            }
        )
    return lines


def _within(period: str, asked: Asked) -> bool:
    try:
        first, last = days_of(period)
    except ValueError:
        return False
    return asked.first <= first and last <= asked.last
