"""Posts that the simulator fills in its own database for a time: the demo has people in a few towns only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store import people


def stand_in(office: Office, district: str, roles: Sequence[str], first: date, last: date) -> int:
    """Let people of other towns hold these roles in the towns where nobody does, from a day to a day; returns how many
    posts were filled.
    """
    filled = 0
    with open_desk(office, None) as desk:
        places = [row.id for row in desk.office.places.all(desk.tx) if row.district == district and row.kind == "town"]
        for role in roles:
            held = {place: people.holders(desk.tx, f"{role}@{place}", first) for place in sorted(places)}
            known = [found[0][0] for found in held.values() if found]
            for number, place in enumerate(place for place, found in held.items() if not found and known):
                who = known[number % len(known)]
                people.add_membership(desk.tx, person_id=who, role=role, place=place, from_day=first, to_day=last)
                filled += 1
    return filled
