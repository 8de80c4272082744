"""Who may decide what, town by town: authority in force today, the row it rests on, letters, posts and seals.

The same rows and the same decision table that a case is asked with (R-09); nothing here decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jiuzhu.domain import instants, words
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Appointment, AuthorityGrant, EntrustmentLetter
from jiuzhu.domain.standing import (
    COUNTY_POSTS,
    authority_inputs,
    fitting_row,
    grant_rows,
    handed_down,
    lack_of,
    letter_of,
    posts_of,
)
from jiuzhu.engine import Bundle
from jiuzhu.errors import NotFound
from jiuzhu.service import opening, visibility
from jiuzhu.service.deciding import Decider
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store import people
from jiuzhu.store.shelf import shelf_of

DECISION = "authority"


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Who decides one programme of one town, if the application were accepted on a given day."""

    district: str
    town: str
    town_name: str
    programme: str
    programme_label: str
    level: str
    """town, county or none."""
    by: str
    """Who decides, in words: organ and people in office."""
    since: str
    """First acceptance date that the town decides; '' when it never did."""
    legal_form: str
    legal_basis: str
    source: str
    """Requirement, rule or letter on which the row rests."""
    letter_no: str
    lack: str
    """Why the town may not decide; '' when it may."""
    lost: bool
    """The town had authority and may not use it today."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An entrustment or responsibility letter and how it stands today."""

    letter_no: str
    district: str
    town: str
    town_name: str
    kind: str
    items: tuple[str, ...]
    legal_basis: str
    signed_on: date
    valid_from: date
    valid_to: date | None
    state: str
    in_force: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a person sees of authority."""

    lines: Sequence[Authority]
    letters: Sequence[Letter]


def show_authority(office: Office, actor: Actor, *, town: str | None = None) -> Standing:
    """Return who decides what today in the towns that a person may read. Raises NotFound for a town out of reach."""
    with reading_desk(office, actor) as desk:
        towns = towns_of(desk, actor)
        if town is not None and town not in towns:
            raise NotFound("没有这个镇（街道），或者它不在您的管辖范围内。")
        wanted = [town] if town is not None else towns
        lines = [line for one in wanted for line in authority_of_town(desk, one)]
        return Standing(lines=lines, letters=[letter for one in wanted for letter in _letters(desk, one)])


def show_letter(office: Office, actor: Actor, number: str) -> Letter:
    """Return one letter. Raises NotFound."""
    with reading_desk(office, actor) as desk:
        found = shelf_of(desk.tx).find(EntrustmentLetter, {"letter_no": number})
        if not found or found[0].town not in towns_of(desk, actor):
            raise NotFound("没有这份委托书，或者它不在您的管辖范围内。")
        return _letter(desk, found[0])


def towns_of(desk: Desk, actor: Actor) -> list[str]:
    """Return the towns that a person may read; whoever sits in a village reads its town's authority."""
    places = desk.office.places
    scope = visibility.reach_of(desk, actor).scope
    found = [*scope.towns, *(places.town_of(desk.tx, village) for village in scope.villages)]
    found += [row.id for district in scope.districts for row in places.below(desk.tx, district) if row.kind == "town"]
    return list(dict.fromkeys(found))


def authority_of_town(desk: Desk, town: str) -> list[Authority]:
    """Return who decides each programme of a town for what is accepted now."""
    district = desk.office.places.of(desk.tx, town).district
    offered = {str(row["programme"]) for row in rows_of_town(desk, district, town, desk.today)}
    offered |= {str(row["programme"]) for row in desk.office.policies.of(district).rows("standards", desk.today)}
    bundle = _bundle(desk, district)
    if bundle is None:
        return []
    return [authority_for(desk, bundle, district, town, one, desk.now) for one in words.PROGRAMMES if one in offered]


def authority_for(
    desk: Desk, bundle: Bundle, district: str, town: str, programme: str, accepted_at: datetime
) -> Authority:
    """Ask the decision table of a bundle as a case is asked: rows of the acceptance date, letter and posts of today."""
    day = instants.day_of(accepted_at)
    shelf = shelf_of(desk.tx)
    row = fitting_row(rows_of_town(desk, district, town, day), programme, town)
    letter = letter_of(shelf.find(EntrustmentLetter, {"district": district, "town": town}), desk.today)
    posts = posts_of(shelf.find(Appointment, {"town": town}), desk.today)
    values = {
        **desk.office.policies.of(district).values(DECISION, day),
        **authority_inputs(row, letter, posts),
    }
    asked = {
        "programme": programme,
        "accepted_at": instants.iso(accepted_at),
        "town": town,
        "district": district,
        **values,
    }
    answer = Decider(bundle)(DECISION, asked)
    level = str(answer.get("authority_level") or "none") if isinstance(answer, dict) else "none"
    lack = "" if level == "town" else lack_of(values, level)
    begun = row is not None and str(row.get("devolution_from") or "9999")[:10] <= desk.today.isoformat()
    return Authority(
        district=district,
        town=town,
        town_name=desk.office.places.name(desk.tx, town),
        programme=programme,
        programme_label=words.PROGRAMMES.get(programme, programme),
        level=level,
        by=_by(desk, level, district, town, posts),
        since=str(row.get("devolution_from") or "")[:10] if row else "",
        legal_form=words.LEGAL_FORMS.get(str(values.get("legal_form") or ""), ""),
        legal_basis=str(row.get("legal_basis") or "") if row else "",
        source=str(row.get("source") or "") if row else "",
        letter_no=letter.letter_no if letter else "",
        lack=lack,
        lost=begun and level != "town",
    )


def rows_of_town(desk: Desk, district: str, town: str, day: date) -> list[dict[str, Any]]:
    """Return who may decide what from when on: the config's rows, then the town's own grants (ADR 60)."""
    rows = handed_down(desk.office.policies.of(district), day)
    grants = shelf_of(desk.tx).find(AuthorityGrant, {"district": district, "town": town})
    return [row for row in [*rows, *grant_rows(grants, day)] if row.get("town") in (None, "", town)]


def _by(desk: Desk, level: str, district: str, town: str, posts: Sequence[Appointment]) -> str:
    if level == "town":
        deciding = [post for post in posts if desk.office.roles.of(post.post).may("confirm")]
        place, holders = town, deciding or posts
    else:
        place = district
        holders = posts_of(shelf_of(desk.tx).find(Appointment, {"town": district}), desk.today, COUNTY_POSTS)
    if level == "none":
        return "暂不得审批"
    names = people.names(desk.tx, [post.person for post in holders])
    told = "、".join(
        f"{names.get(post.person, post.person)}（{desk.office.roles.label(post.post)}）" for post in holders
    )
    organ = desk.office.places.name(desk.tx, place) if level == "town" else desk.office.policies.of(district).bureau
    return f"{organ}{'：' if told else ''}{told}"


def _bundle(desk: Desk, district: str) -> Bundle | None:
    """Return the bundle of one of the district's applications whose table says who decides."""
    for (kind, key), row in sorted(desk.office.bundles.released(desk.tx, district).items()):
        of_district = row.facts.get("district", "") in {"", district}
        if kind != "process" or not of_district or not opening.is_application(row):
            continue
        bundle = desk.office.bundles.peek(desk.tx, desk.office.bundles.latest(desk.tx, key, district), district)
        if DECISION in bundle.decisions:
            return bundle
    return None


def _letters(desk: Desk, town: str) -> list[Letter]:
    district = desk.office.places.of(desk.tx, town).district
    found = shelf_of(desk.tx).find(EntrustmentLetter, {"district": district, "town": town})
    return [_letter(desk, row) for row in sorted(found, key=lambda row: (row.valid_from, row.letter_no), reverse=True)]


def _letter(desk: Desk, row: EntrustmentLetter) -> Letter:
    labels = _labels(desk, row.district)
    state = words.LETTER_STATES.get(row.status, row.status)
    standing = row.status == "in_force" and row.valid_from <= desk.today
    standing = standing and (row.valid_to is None or desk.today <= row.valid_to)
    if row.status == "in_force" and not standing:
        state = "未生效" if desk.today < row.valid_from else "已期满"
    return Letter(
        letter_no=row.letter_no,
        district=row.district,
        town=row.town,
        town_name=desk.office.places.name(desk.tx, row.town),
        kind=words.LETTER_KINDS.get(row.kind, row.kind),
        items=tuple(labels.get(str(item), str(item)) for item in row.items),
        legal_basis=row.legal_basis,
        signed_on=row.signed_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        state=state,
        in_force=standing,
    )


def _labels(desk: Desk, district: str) -> Mapping[str, str]:
    rows = desk.office.policies.of(district).rows("delegated_items", desk.today)
    return {**words.PROGRAMMES, **{str(row["item_code"]): f"{row['item_code']} {row['label']}" for row in rows}}
