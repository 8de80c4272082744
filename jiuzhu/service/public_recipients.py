"""救助对象公开 as everybody reads it: the masked lines of a village (XT-31, JC-35).

A line stands there while it was put up by a turn of ``shared_publication`` and its household still receives: whoever is
stopped leaves the page at once, not with the next turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiuzhu.domain import words
from jiuzhu.domain.recipients import PAID_STATES
from jiuzhu.domain.rows import PublishedRecipient, Recipient
from jiuzhu.errors import NotFound
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of

MANY = 400


@dataclass(frozen=True, kw_only=True)
class PublicRecipient:
    """One household's line: nothing else of it is public."""

    masked_name: str
    members: int
    programme_label: str
    amount_monthly: str
    """'' where the district does not show amounts."""
    since: str
    published_on: date | None


@dataclass(frozen=True, kw_only=True)
class PublicVillage:
    """A village's list, or its line in the list of villages."""

    village: str
    name: str
    district_name: str
    hotline: str
    count: int
    lines: Sequence[PublicRecipient] = ()


def public_villages(office: Office) -> Sequence[PublicVillage]:
    """Return the villages with public lines, by district and name, without the lines."""
    with reading_desk(office, None) as desk:
        found: Counter[str] = Counter()
        for row in _up(desk, {}):
            found[row.village] += 1
        made = [_village(desk, village, count) for village, count in found.items()]
    return sorted(made, key=lambda one: (one.district_name, one.name))


def public_list(office: Office, village: str) -> PublicVillage:
    """Return a village's list. Raises NotFound when nothing of it is public."""
    with reading_desk(office, None) as desk:
        rows = _up(desk, {"village": village})
        if not rows:
            raise NotFound("这个村（社区）现在没有公开的救助对象。")
        lines = [
            PublicRecipient(
                masked_name=str(row.shown.get("name", "")),
                members=int(row.shown.get("members") or 1),
                programme_label=words.PROGRAMMES.get(str(row.shown.get("programme")), ""),
                amount_monthly=str(row.shown.get("amount", "")),
                since=str(row.shown.get("since", "")),
                published_on=row.published_on,
            )
            for row in rows
        ]
        lines.sort(key=lambda one: (one.programme_label, one.masked_name))
        return _village(desk, village, len(lines), lines)


def _up(desk: Desk, place: dict[str, str]) -> Sequence[PublishedRecipient]:
    """Return the public lines of households that still receive."""
    rows = [row for row in shelf_of(desk.tx).find(PublishedRecipient, {"state": "public", **place}) if row.shown]
    numbers = [row.recipient_no for row in rows]
    receiving = {
        one.recipient_no
        for start in range(0, len(numbers), MANY)
        for one in shelf_of(desk.tx).find(Recipient, {"recipient_no": tuple(numbers[start : start + MANY])})
        if one.state in PAID_STATES
    }
    return [row for row in rows if row.recipient_no in receiving]


def _village(desk: Desk, village: str, count: int, lines: Sequence[PublicRecipient] = ()) -> PublicVillage:
    places = desk.office.places
    row = places.of(desk.tx, village)
    policy = desk.office.policies.of(row.district)
    return PublicVillage(
        village=village,
        name=f"{places.name(desk.tx, row.parent) if row.parent else ''}{row.name}",
        district_name=policy.name,
        hotline=policy.hotline,
        count=count,
        lines=lines,
    )
