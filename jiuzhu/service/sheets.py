"""Sheets that hold several households: a village's notices of a day on one paper, a town's filings on one roll-up.

The papers of single cases stay what they are; a sheet is put together when somebody looks at it (A6, JC-25, XT-24).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.filings import filing_sheet_no
from jiuzhu.domain.instants import day_of
from jiuzhu.domain.rows import Filing, Notice, NoticeSheet
from jiuzhu.errors import NotFound, OutOfReach, Refused
from jiuzhu.service import inbox, visibility, work
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.store import people
from jiuzhu.store.shelf import shelf_of

SUBMIT_FORM = "filing"
"""Form of the item by which a town sends a filing."""
CORRECTED = "shared_filing_receipt"
"""Process in which the same form corrects a returned filing: never part of the roll-up."""
VIEWS: tuple[inbox.View, ...] = ("mine", "group")
MOST = 200
RECENT_DAYS = 62
"""Older sheets are found through their cases."""


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """One sheet in a list."""

    number: str
    place: str
    """Name of village or town."""
    dated: date
    households: int


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One filing that this person may send."""

    item_id: str
    case_no: str
    applicant_name: str
    town_name: str
    programme: str
    due: datetime | None
    late: bool


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """What a person sees of sheets."""

    notices: Sequence[SheetLine]
    filings: Sequence[SheetLine]
    waiting: Sequence[Waiting]


@dataclass(frozen=True, kw_only=True)
class SheetView:
    """A sheet to read and print."""

    number: str
    title: str
    html: str


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What became of a roll-up: sent, and what could not be sent with the sentence why."""

    case_nos: Sequence[str]
    refused: Sequence[tuple[str, str]]


def list_sheets(office: Office, actor: Actor) -> Sheets:
    """Return the sheets of the last weeks in a person's places, latest first, and what waits for this person."""
    waiting = _waiting(office, actor)
    with reading_desk(office, actor) as desk:
        towns, villages = _places(desk, actor)
        days = tuple(desk.today - timedelta(days=back) for back in range(RECENT_DAYS))
        shelf = shelf_of(desk.tx)
        sheets = shelf.find(NoticeSheet, {"village": villages, "dated": days}) if villages else ()
        numbers = tuple(sheet.sheet_no for sheet in sheets)
        hung = Counter(row.sheet_no for row in shelf.find(Notice, {"sheet_no": numbers})) if numbers else Counter()
        notices = [
            SheetLine(
                number=sheet.sheet_no,
                place=office.places.name(desk.tx, sheet.village),
                dated=sheet.dated,
                households=hung[sheet.sheet_no],
            )
            for sheet in sheets
        ]
        keys = {filing_sheet_no(town, day): (town, day) for town in towns for day in days}
        sent = Counter(row.sheet_no for row in shelf.find(Filing, {"sheet_no": tuple(keys)})) if keys else Counter()
        filings = [
            SheetLine(
                number=number,
                place=office.places.name(desk.tx, keys[number][0]),
                dated=keys[number][1],
                households=count,
            )
            for number, count in sent.items()
        ]
    return Sheets(notices=_latest(notices), filings=_latest(filings), waiting=waiting)


NO_NOTICE = "没有这张公示单，或者它不在您的管辖范围内。"
NO_FILING = "没有这张备案汇总表，或者它不在您的管辖范围内。"


@logged("sheet", "number")
def notice_sheet(office: Office, actor: Actor, number: str) -> SheetView:
    """Return a village's notice sheet with all its households that hang or hung on it. Raises NotFound."""
    with reading_desk(office, actor) as desk:
        found = shelf_of(desk.tx).find(NoticeSheet, {"sheet_no": number})
        reach = visibility.reach_of(desk, actor)
        sheet = next(iter(found), None)
        if sheet is None:
            raise NotFound(NO_NOTICE)
        if not reach.covers(district=sheet.district, town=sheet.town, village=sheet.village):
            raise OutOfReach(NO_NOTICE)
        rows = [row for row in shelf_of(desk.tx).find(Notice, {"sheet_no": number}) if row.result != "revoked"]
        if not rows:
            raise NotFound("这张公示单上已没有公示的家庭。")
        policy = office.policies.of(sheet.district)
        posted = min((row.posted_on for row in rows if row.posted_on), default=None)
        ends = max((row.ends_on for row in rows if row.ends_on), default=None)
        name = office.places.name(desk.tx, sheet.village)
        values = {
            **_head(desk, sheet.district, sheet.town, sheet.dated),
            "village_name": name,
            "notice_no": number,
            "notice_stage": sheet.stage,
            "corrected": any(row.corrected for row in rows),
            "rows": [{**row.shown, "village_name": name} for row in rows],
            "notice_days": rows[0].days,
            "notice_start": posted.isoformat() if posted else None,
            "notice_end": ends.isoformat() if ends else None,
            "places": policy.value("notice.places", desk.today),
            "objection_contact": f"公示期内向{office.places.name(desk.tx, sheet.town)}或{policy.bureau}反映，"
            f"电话{policy.hotline}",
        }
    return _view(office, "notice", number, values)


@logged("sheet", "number")
def filing_sheet(office: Office, actor: Actor, number: str) -> SheetView:
    """Return the roll-up with which a town sent its filings of a day. Raises NotFound."""
    with reading_desk(office, actor) as desk:
        rows = [row for row in shelf_of(desk.tx).find(Filing, {"sheet_no": number}) if row.lines]
        reach = visibility.reach_of(desk, actor)
        if not rows:
            raise NotFound(NO_FILING)
        if not reach.covers(district=rows[0].district, town=rows[0].town, village=""):
            raise OutOfReach(NO_FILING)
        lines = [_filing_line(row, line) for row in rows for line in row.lines]
        total = sum((Decimal(line["amount_after"]) for line in lines), Decimal("0.00"))
        values = {
            **_head(desk, rows[0].district, rows[0].town, day_of(rows[0].sent_at or rows[0].built_at)),
            "rollup_no": number,
            "rows": lines,
            "household_count": len(lines),
            "total_amount": f"{total:.2f}",
            "submitter": people.names(desk.tx, [rows[-1].sent_by]).get(rows[-1].sent_by, ""),
        }
    return _view(office, "filing_rollup", number, values)


def send_filings(office: Office, actor: Actor, ways: Sequence[str], note: str = "") -> Sent:
    """Send every filing that waits for this person with one click (JC-25 汇总); each case is a transaction of its own.

    A filing that cannot be sent stays open and is named with its reason; the others go.
    """
    data: Mapping[str, Any] = {
        "filing_ways": list(ways),
        "filing_sent_on": day_of(office.clock.now()).isoformat(),
        "filing_note": note,
    }
    done: list[str] = []
    refused: list[tuple[str, str]] = []
    for line in _waiting(office, actor):
        try:
            work.complete(office, actor, line.item_id, data)
            done.append(line.case_no)
        except Refused as error:
            refused.append((line.case_no, error.sentence))
    return Sent(case_nos=done, refused=refused)


def _waiting(office: Office, actor: Actor) -> list[Waiting]:
    """Return the filings that this person may send: in the group's inbox or taken already."""
    found = [
        item
        for view in VIEWS
        for item in inbox.list_items(office, actor, view, limit=MOST).items
        if item.form == SUBMIT_FORM and item.process_key != CORRECTED
    ]
    return [
        Waiting(
            item_id=item.id,
            case_no=item.case_no,
            applicant_name=item.applicant_name,
            town_name=item.town_name,
            programme=item.programme_label,
            due=item.due,
            late=item.late,
        )
        for item in found
    ]


def _places(desk: Desk, actor: Actor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the towns and villages that a person may read."""
    places = desk.office.places
    scope = visibility.reach_of(desk, actor).scope
    towns = [*scope.towns, *(row.id for district in scope.districts for row in places.below(desk.tx, district))]
    villages = [*scope.villages, *(row.id for town in towns for row in places.below(desk.tx, town))]
    return tuple(dict.fromkeys(towns)), tuple(dict.fromkeys(villages))


def _latest(lines: Sequence[SheetLine]) -> list[SheetLine]:
    return sorted(lines, key=lambda line: (line.dated, line.number), reverse=True)


def _head(desk: Desk, district: str, town: str, day: date) -> dict[str, Any]:
    policy = desk.office.policies.of(district)
    return {
        "issuer": desk.office.places.name(desk.tx, town),
        "issued_on": day.isoformat(),
        "district_name": policy.name,
        "town_name": desk.office.places.name(desk.tx, town),
        "hotline": policy.hotline,
        "synthetic": desk.office.settings.is_demo,
    }


def _filing_line(row: Filing, line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "filing_no": row.filing_no,
        "case_no": row.case_no,
        "applicant_name": line["applicant_name"],
        "programme": line["programme"],
        "filing_type": row.kind,
        "member_count": line["member_count"],
        "amount_before": line["amount_before"] or None,
        "amount_after": line["amount_after"],
        "effective_month": line["effective_month"] or None,
    }


def _view(office: Office, template: str, number: str, values: Mapping[str, Any]) -> SheetView:
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    return SheetView(number=number, title=office.documents.title(template), html=office.documents.twin(template, given))
