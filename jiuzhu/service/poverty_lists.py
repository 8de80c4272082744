"""A quarter's poverty-alleviation list: a CSV or XLSX, checked row by row; what is right is kept (XX-52).

The same person again in a quarter changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.identity import read_resident_id
from jiuzhu.domain.instants import day_of
from jiuzhu.domain.rows import PovertyEntry
from jiuzhu.domain.schedules import name_of
from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.service import office_acts, spreadsheets
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.store.shelf import shelf_of

ROLE = "county_office"
SCHEDULE = "two_systems"
COLUMNS: Mapping[str, str] = {"姓名": "name", "身份证号": "resident_id", "村（社区）": "village"}
QUARTER = re.compile(r"20\d\dQ[1-4]\Z")
LONGEST_NAME = 30


@dataclass(frozen=True, kw_only=True)
class ListFault:
    """A row that was not taken in; ``line`` counts as a spreadsheet shows it."""

    line: int
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a list."""

    period: str
    added: int
    again: int
    faults: Sequence[ListFault]


@dataclass(frozen=True, kw_only=True)
class Stock:
    """How many people a quarter's list has."""

    period: str
    people: int


def may_import(office: Office, actor: Actor) -> bool:
    """True for the district's office where two systems are compared."""
    return bool(_districts(office, actor))


def this_quarter(office: Office) -> str:
    """Return the running quarter, 2026Q3."""
    return name_of("quarter", day_of(office.clock.now()))


def stocks(office: Office, actor: Actor) -> Sequence[Stock]:
    """Return the quarters that have a list, latest first. Raises Forbidden."""
    district = _district(office, actor)
    with reading_desk(office, actor) as desk:
        counts: dict[str, int] = {}
        for row in shelf_of(desk.tx).find(PovertyEntry, {"district": district}):
            counts[row.period] = counts.get(row.period, 0) + 1
    return [Stock(period=period, people=counts[period]) for period in sorted(counts, reverse=True)]


@logged("poverty_list", "period")
def import_list(office: Office, actor: Actor, period: str, data: bytes) -> Taken:
    """Take a list in. Raises Forbidden, Invalid (no quarter, no table, heading)."""
    district = _district(office, actor)
    if not QUARTER.match(period):
        raise Invalid("季度不对。", {"period": "季度应写成 2026Q3 这样的形式。"})
    rows = spreadsheets.read_rows(data)
    places = _heading(rows[0] if rows else ())
    with open_desk(office, actor) as desk:
        villages = _villages(desk, district)
        shelf = shelf_of(desk.tx)
        known = {row.person_ref for row in shelf.find(PovertyEntry, {"district": district, "period": period})}
        faults: list[ListFault] = []
        added = again = 0
        for line, row in enumerate(rows[1:], start=2):
            cells = {key: row[place].strip() if place < len(row) else "" for key, place in places.items()}
            if not any(cells.values()):
                continue
            sentence = _fault(desk, cells, villages)
            if sentence:
                faults.append(ListFault(line=line, sentence=sentence))
                continue
            ref = resident_ref(cells["resident_id"])
            if ref in known:
                again += 1
                continue
            known.add(ref)
            added += 1
            shelf.add(
                PovertyEntry(
                    entry_no=f"{district}/{period}/{ref}",
                    district=district,
                    period=period,
                    person_ref=ref,
                    name=cells["name"],
                    village=villages[cells["village"]],
                    source="upload",
                    listed_at=desk.now,
                    person=actor.person_id,
                )
            )
        sentence = f"上传{period}扶贫名单：新增{added}人，重复{again}人，有错{len(faults)}行"
        office_acts.note(office, desk.tx, actor, "poverty_list", sentence)
    return Taken(period=period, added=added, again=again, faults=faults)


def _district(office: Office, actor: Actor) -> str:
    found = _districts(office, actor)
    if not found:
        raise Forbidden("扶贫名单由区（市）社会救助科上传。", rule="R-25")
    return found[0]


def _districts(office: Office, actor: Actor) -> list[str]:
    schedule = office.schedules.get(SCHEDULE)
    if schedule is None:
        return []
    return [one for one in sorted(office.policies.districts) if schedule.applies(one) and actor.holds(f"{ROLE}@{one}")]


def _heading(row: Sequence[str]) -> dict[str, int]:
    found = {COLUMNS[cell.strip()]: place for place, cell in enumerate(row) if cell.strip() in COLUMNS}
    missing = [label for label, key in COLUMNS.items() if key not in found]
    if missing:
        raise Invalid("名单的表头不对。", {"file": f"缺少列：{'、'.join(missing)}"})
    return found


def _villages(desk: Desk, district: str) -> dict[str, str]:
    """Return every way to write a village → its id; a name that two villages share needs its town's."""
    rows = [row for row in desk.office.places.all(desk.tx) if row.kind == "village" and row.district == district]
    found: dict[str, str] = {}
    for row in rows:
        found[row.id] = row.id
        found[f"{desk.office.places.name(desk.tx, row.parent or '')}{row.name}"] = row.id
    names = [row.name for row in rows]
    return {**{row.name: row.id for row in rows if names.count(row.name) == 1}, **found}


def _fault(desk: Desk, cells: Mapping[str, str], villages: Mapping[str, str]) -> str:
    if not 1 < len(cells["name"]) <= LONGEST_NAME:
        return "姓名没有填写，或者太长。"
    try:
        read_resident_id(cells["resident_id"], today=desk.today, allow_synthetic=desk.office.settings.is_demo)
    except Refused:
        return "身份证号不对，请核对18位号码（这一列设成文本格式）。"
    if cells["village"] not in villages:
        return f"本区没有“{cells['village']}”，请写镇（街道）名加村（社区）名，或者12位代码。"
    return ""
