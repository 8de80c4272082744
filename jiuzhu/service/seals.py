"""The seals of delegated matters: what may be delegated, who keeps which seal, and every use (XT-02, XT-04, XT-14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jiuzhu.domain import instants, words
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Seal, SealCustody, SealUse
from jiuzhu.domain.standing import keeper_of
from jiuzhu.policy.spoken import ASSUMPTION, TO_CONFIRM
from jiuzhu.service import visibility
from jiuzhu.service.authority import towns_of
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store import cases, listing, people
from jiuzhu.store.shelf import shelf_of


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of the catalogue of delegated matters."""

    district: str
    category: str
    code: str
    label: str
    source: str
    is_example: bool
    """The name is an example; the seed does not say it."""


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """A district's catalogue with the numbers that its scheme names."""

    district: str
    district_name: str
    items: Sequence[Item]
    categories: int
    wanted_categories: int
    wanted_items: int
    source: str

    @property
    def is_whole(self) -> bool:
        """True when there are as many categories and items as the scheme says."""
        return (self.categories, len(self.items)) == (self.wanted_categories, self.wanted_items)


@dataclass(frozen=True, kw_only=True)
class SealLine:
    """A seal and who keeps it."""

    seal_no: str
    name: str
    town: str
    town_name: str
    state: str
    keeper: str
    since: date | None
    items: Sequence[str]
    uses: int


@dataclass(frozen=True, kw_only=True)
class Use:
    """One impression of a seal."""

    use_no: str
    seal_no: str
    town_name: str
    used_at: datetime
    person: str
    case_no: str
    """'' for a case that the reader may not see."""
    item: str
    document_no: str
    letter_no: str
    copies: int


@dataclass(frozen=True, kw_only=True)
class SealLog:
    """What a person sees of seals."""

    seals: Sequence[SealLine]
    uses: Sequence[Use]
    items: Mapping[str, str]
    """Code → label, for the filter."""


def catalogues(office: Office, actor: Actor) -> Sequence[Catalogue]:
    """Return the catalogues of the districts in which a person sits."""
    with reading_desk(office, actor) as desk:
        found = [desk.office.places.of(desk.tx, place).district for place in actor.organisations]
        made = (_catalogue(desk, district) for district in dict.fromkeys(found))
        return [one for one in made if one is not None]


def seal_log(
    office: Office,
    actor: Actor,
    *,
    seal_no: str | None = None,
    item: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> SealLog:
    """Return the seals of the towns that a person may read and their uses, the latest first."""
    with reading_desk(office, actor) as desk:
        shelf = shelf_of(desk.tx)
        towns = towns_of(desk, actor)
        seals = [row for town in towns for row in shelf.find(Seal, {"town": town})]
        labels = {code: label for row in seals for code, label in _labels(desk, row.district).items()}
        uses = [use for row in seals for use in shelf.find(SealUse, {"seal_no": row.seal_no})]
        wanted = [
            use
            for use in uses
            if (not seal_no or use.seal_no == seal_no)
            and (not item or use.item_code == item)
            and (first is None or instants.day_of(use.used_at) >= first)
            and (last is None or instants.day_of(use.used_at) <= last)
        ]
        custodies = [row for seal in seals for row in shelf.find(SealCustody, {"seal_no": seal.seal_no})]
        holders = {seal.seal_no: keeper_of(seal, custodies, desk.today) for seal in seals}
        names = people.names(desk.tx, sorted({*holders.values(), *(use.person for use in wanted)} - {""}))
        towns_of_seals = {seal.seal_no: desk.office.places.name(desk.tx, seal.town) for seal in seals}
        return SealLog(
            seals=[
                SealLine(
                    seal_no=seal.seal_no,
                    name=seal.name,
                    town=seal.town,
                    town_name=towns_of_seals[seal.seal_no],
                    state=words.SEAL_STATES.get(seal.status, seal.status),
                    keeper=names.get(holders[seal.seal_no], "") if seal.status == "in_use" else "",
                    since=max(
                        (one.valid_from for one in custodies if one.seal_no == seal.seal_no and one.valid_to is None),
                        default=None,
                    ),
                    items=[labels.get(str(code), str(code)) for code in seal.items],
                    uses=sum(1 for use in uses if use.seal_no == seal.seal_no),
                )
                for seal in seals
            ],
            uses=[
                Use(
                    use_no=use.seal_use_id,
                    seal_no=use.seal_no,
                    town_name=towns_of_seals[use.seal_no],
                    used_at=use.used_at,
                    person=names.get(use.person, use.person),
                    case_no=use.case_no if _is_visible(desk, actor, use.case_no) else "",
                    item=labels.get(use.item_code, use.item_code),
                    document_no=use.document_no,
                    letter_no=use.letter_no,
                    copies=use.copies,
                )
                for use in sorted(wanted, key=lambda use: (use.used_at, use.seal_use_id), reverse=True)
            ],
            items={code: label for code, label in labels.items() if any(use.item_code == code for use in uses)},
        )


def _is_visible(desk: Desk, actor: Actor, case_no: str) -> bool:
    """A use is logged for everybody who reads the log; its case opens only for those who may see it."""
    head = listing.by_record(desk.tx, case_no)
    if head is None or any(cases.recusal_of(desk.tx, case_no, actor.person_id)):
        return False
    return visibility.reach_of(desk, actor).covers(district=head.district, town=head.town, village=head.village)


def _catalogue(desk: Desk, district: str) -> Catalogue | None:
    policy = desk.office.policies.of(district)
    rows = policy.rows("delegated_items", desk.today)
    if not rows:
        return None
    items = {
        str(row["item_code"]): Item(
            district=district,
            category=str(row["category"]),
            code=str(row["item_code"]),
            label=str(row["label"]),
            source=str(row["source"]).replace(ASSUMPTION, TO_CONFIRM),
            is_example="示例" in str(row["source"]),
        )
        for row in rows
    }
    return Catalogue(
        district=district,
        district_name=policy.name,
        items=list(items.values()),
        categories=len({one.category for one in items.values()}),
        wanted_categories=int(policy.value("delegated.categories", desk.today)),
        wanted_items=int(policy.value("delegated.items", desk.today)),
        source=policy.source("delegated.items", desk.today),
    )


def _labels(desk: Desk, district: str) -> Mapping[str, str]:
    rows = desk.office.policies.of(district).rows("delegated_items", desk.today)
    return {str(row["item_code"]): f"{row['item_code']} {row['label']}" for row in rows}
