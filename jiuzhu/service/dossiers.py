"""一户一档: one household's dossier over all its cases: list, page, paper, hand-over (JC-13, JC-28, NH-31, QJ-18).

Whoever may see one of its cases sees the dossier, and of it what those cases hold; the others are only counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.dossiers import earliest_disposal
from jiuzhu.domain.instants import add_months, day_of, end_of
from jiuzhu.domain.rows import Dossier, DossierCase, DossierExport, DossierMove, Recipient
from jiuzhu.errors import Forbidden, Invalid, NotFound, OutOfReach, Refused
from jiuzhu.service import dossier_entries, office_acts, visibility
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.dossier_entries import Entry
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.separation import recusal_sentence
from jiuzhu.store import cases, listing, people
from jiuzhu.store import dossiers as stored
from jiuzhu.store.shelf import shelf_of

STATES = {"kept": "保存中", "disposal_asked": "已提请销毁", "disposed": "已销毁"}
MOST = 200
LONGEST_PLACE, LONGEST_NOTE = 100, 200
GONE = "没有这份档案，或者它不在您的管辖范围内。"


@dataclass(frozen=True, kw_only=True)
class DossierLine:
    """One dossier in a list."""

    dossier_no: str
    name: str
    """Applicant of its latest case, '' when the person may not see it."""
    town_name: str
    village_name: str
    opened_at: datetime
    paper_place: str
    state: str
    closed_on: date | None
    keep_until: date | None
    """First day on which it may be disposed of."""


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One case of the dossier, or what else was done about its household."""

    case_no: str
    title: str
    opened_at: datetime
    ended: bool
    is_case: bool
    """False: the household was taken over, there is no case to open."""


@dataclass(frozen=True, kw_only=True)
class DossierView:
    """A dossier as its page shows it."""

    line: DossierLine
    state: str
    state_label: str
    electronic_place: str
    cases: Sequence[CaseLine]
    hidden: int
    """Cases that this person may not see."""
    several: bool
    """True when the entries are of more than one case."""
    entries: Sequence[Entry]
    moves: Sequence[tuple[DossierMove, str]]
    """With the name of who entered it."""
    exports: Sequence[tuple[DossierExport, str]]
    asked_by: str
    asked_at: datetime | None
    disposal_reason: str
    disposed_by: str
    disposed_at: datetime | None
    years: int
    acts: Sequence[str]
    """What this person may do: move, ask, confirm, decline, export."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A dossier that a person may read, with the cases of it that the person may see."""

    dossier: Dossier
    case_nos: Sequence[str]
    hidden: int


def concerns(office: Office, actor: Actor) -> bool:
    """True for whoever keeps dossiers or confirms their disposal."""
    return office.roles.may(actor.groups, "archive") or office.roles.may(actor.groups, "dispose")


def list_dossiers(office: Office, actor: Actor, text: str = "") -> Sequence[DossierLine]:
    """Return the dossiers of a person's places, newest first; ``text`` is a part of a number."""
    with reading_desk(office, actor) as desk:
        scope = visibility.reach_of(desk, actor).scope
        return _lines(desk, actor, stored.page(desk.tx, scope, text.strip()[:60], MOST))


def list_expired(office: Office, actor: Actor) -> Sequence[DossierLine]:
    """Return the dossiers whose retention has ended by today, the oldest first (JC-32)."""
    with reading_desk(office, actor) as desk:
        scope = visibility.reach_of(desk, actor).scope
        districts = {desk.office.places.of(desk.tx, one).district for one in actor.organisations}
        years = min((years_of(desk, one) for one in districts), default=0)
        if not years:
            return []
        day = add_months(desk.today, -12 * years)
        # A month may be too short for the day: then the day before is the last that counts, and is checked below.
        found = stored.closed_by(desk.tx, scope, day + timedelta(days=3), end_of(day + timedelta(days=3)), MOST)
        lines = _lines(desk, actor, found)
        return [one for one in lines if one.keep_until is not None and one.keep_until <= desk.today]


def without_case(office: Office, number: str) -> bool:
    """True when a number is a dossier's and no case's: a household that was taken over, or the dossier itself."""
    with reading_desk(office, None) as desk:
        return visibility.find_head(desk, number) is None and bool(stored.dossier_of(desk.tx, number))


@logged("dossier", "number")
def show(office: Office, actor: Actor, number: str) -> DossierView:
    """Return a dossier by its number or by that of one of its cases. Raises NotFound, Forbidden (recused)."""
    with reading_desk(office, actor) as desk:
        opened = open_dossier(desk, actor, number)
        row = opened.dossier
        line = _lines(desk, actor, [row])[0]
        shelf = shelf_of(desk.tx)
        moves = shelf.find(DossierMove, {"dossier_no": row.dossier_no})
        exports = shelf.find(DossierExport, {"dossier_no": row.dossier_no})
        ids = [one.entered_by for one in moves] + [one.exported_by for one in exports]
        names = people.names(desk.tx, sorted({one for one in (*ids, row.asked_by, row.disposed_by) if one}))
        return DossierView(
            line=line,
            state=row.state,
            state_label=STATES[row.state],
            electronic_place=row.electronic_place,
            cases=[line for one in opened.case_nos for line in _case_lines(desk, one)],
            hidden=opened.hidden,
            several=len(opened.case_nos) > 1,
            entries=[entry for one in opened.case_nos for entry in dossier_entries.entries(desk, one)],
            moves=[(one, names.get(one.entered_by, "")) for one in moves],
            exports=[(one, names.get(one.exported_by, "")) for one in exports],
            asked_by=names.get(row.asked_by, ""),
            asked_at=row.asked_at,
            disposal_reason=row.disposal_reason,
            disposed_by=names.get(row.disposed_by, ""),
            disposed_at=row.disposed_at,
            years=years_of(desk, row.district),
            acts=_acts(desk, actor, row, line),
        )


@logged("dossier", "number")
def move_paper(office: Office, actor: Actor, number: str, to_place: str, received_by: str, note: str = "") -> None:
    """Hand the paper file over to another place or person; the log keeps every move. Raises Forbidden, Invalid."""
    place, receiver, said = to_place.strip(), received_by.strip(), note.strip()
    faults = {}
    if not place or len(place) > LONGEST_PLACE:
        faults["to_place"] = f"请写明新的位置，最多{LONGEST_PLACE}字。"
    if not receiver or len(receiver) > LONGEST_PLACE:
        faults["received_by"] = "请写明接收人。"
    if len(said) > LONGEST_NOTE:
        faults["note"] = f"最多{LONGEST_NOTE}字。"
    if faults:
        raise Invalid("交接没有登记。", faults)
    with open_desk(office, actor) as desk:
        row = lock_dossier(desk, actor, number, "archive")
        if row.state == "disposed":
            raise Refused("档案已经销毁，不能再交接。")
        if place == row.paper_place:
            raise Refused("纸质档案已经在这个位置。")
        shelf = shelf_of(desk.tx)
        line = max((one.line for one in shelf.find(DossierMove, {"dossier_no": row.dossier_no})), default=0) + 1
        shelf.add(
            DossierMove(
                dossier_no=row.dossier_no,
                line=line,
                from_place=row.paper_place,
                to_place=place,
                given_by=actor.name,
                received_by=receiver,
                note=said,
                entered_by=actor.person_id,
                moved_at=desk.now,
            )
        )
        shelf.change(row, {"paper_place": place, "version": row.version + 1})
        office_acts.note(office, desk.tx, actor, "dossier", f"交接纸质档案{row.dossier_no}：{place}，{receiver}接收")


def open_dossier(desk: Desk, actor: Actor, number: str) -> Opened:
    """Return a dossier with the cases of it that a person may see. Raises OutOfReach, Forbidden (recused)."""
    dossier_no = stored.dossier_of(desk.tx, number)
    rows = shelf_of(desk.tx).find(Dossier, {"dossier_no": dossier_no}) if dossier_no else ()
    if not rows:
        raise NotFound(GONE)
    links = shelf_of(desk.tx).find(DossierCase, {"dossier_no": dossier_no})
    seen = [one.case_no for one in links if _may_see(desk, actor, one.case_no)]
    if not seen:
        raise OutOfReach(GONE)
    return Opened(dossier=rows[0], case_nos=seen, hidden=len(links) - len(seen))


def lock_dossier(desk: Desk, actor: Actor, number: str, permission: str) -> Dossier:
    """Return a dossier, locked, for who has a permission at its place. Raises OutOfReach, Forbidden."""
    opened = open_dossier(desk, actor, number)
    if not has_permission(desk, actor, opened.dossier, permission):
        raise Forbidden("您的岗位不能" + ("管理档案。" if permission == "archive" else "确认档案销毁。"))
    row = stored.locked(desk.tx, opened.dossier.dossier_no)
    assert row is not None
    return row


def has_permission(desk: Desk, actor: Actor, row: Dossier, permission: str) -> bool:
    """True when a person has a permission for the dossier's town, or from the district over it."""
    for group in actor.groups:
        role_id, _, place = group.partition("@")
        role = desk.office.roles.by_id.get(role_id)
        if role is not None and role.may(permission) and place in (row.town, row.district):
            return True
    return False


def years_of(desk: Desk, district: str) -> int:
    """Return how many years a district keeps a dossier after its household was cancelled."""
    return int(str(desk.office.policies.of(district).value("dossier.retention_years", desk.today)))


def closed_on(standing: stored.Standing | None) -> date | None:
    """Return when a dossier was closed; None while its household is helped or a case of it runs."""
    if standing is None or standing.open:
        return None
    if standing.cancelled_on is not None:
        return standing.cancelled_on
    return day_of(standing.ended_at) if standing.ended_at is not None else None


def _may_see(desk: Desk, actor: Actor, case_no: str) -> bool:
    """True for whoever may see a case, or a household that has none. Raises Forbidden for a recusal."""
    head = visibility.find_head(desk, case_no)
    if head is not None:
        try:
            visibility.require_visible(desk, actor, head)
        except OutOfReach:
            return False
        return True
    reach = visibility.reach_of(desk, actor)
    rows = shelf_of(desk.tx).find(Recipient, {"case_no": case_no})
    if not any(reach.covers(district=one.district, town=one.town, village=one.village) for one in rows):
        return False
    sentence = recusal_sentence(*cases.recusal_of(desk.tx, case_no, actor.person_id))
    if sentence:
        raise Forbidden(sentence, rule="R-05")
    return True


def _lines(desk: Desk, actor: Actor, rows: Sequence[Dossier]) -> list[DossierLine]:
    standings = stored.standings(desk.tx, [one.dossier_no for one in rows])
    names = _names(desk, actor, rows)
    found = []
    for row in rows:
        closed = closed_on(standings.get(row.dossier_no))
        found.append(
            DossierLine(
                dossier_no=row.dossier_no,
                name=names.get(row.dossier_no, ""),
                town_name=desk.office.places.name(desk.tx, row.town),
                village_name=desk.office.places.name(desk.tx, row.village) if row.village else "",
                opened_at=row.opened_at,
                paper_place=row.paper_place,
                state=row.state,
                closed_on=closed,
                keep_until=None if closed is None else earliest_disposal(closed, years_of(desk, row.district)),
            )
        )
    return found


def _names(desk: Desk, actor: Actor, rows: Sequence[Dossier]) -> dict[str, str]:
    """Return the names for a list; of a household from which the person keeps out, none."""
    found: dict[str, str] = {}
    for link, name in dossier_entries.names(desk, [one.dossier_no for one in rows]):
        if not any(cases.recusal_of(desk.tx, link.case_no, actor.person_id)):
            found[link.dossier_no] = name
    return found


def _case_lines(desk: Desk, case_no: str) -> list[CaseLine]:
    """Return a case and whatever else was or is done about its household: changes, reviews, payments."""
    heads = [one for one in listing.household(desk.tx, case_no) if not visibility.is_confidential(desk, one)]
    found = [
        CaseLine(
            case_no=one.record_no,
            title=one.process_name,
            opened_at=one.opened_at,
            ended=one.ended_at is not None,
            is_case=True,
        )
        for one in heads
    ]
    if any(one.record_no == case_no for one in heads):
        return found
    link = shelf_of(desk.tx).find(DossierCase, {"case_no": case_no})[0]
    brought = CaseLine(case_no=case_no, title="导入的存量家庭", opened_at=link.added_at, ended=True, is_case=False)
    return [brought, *found]


def _acts(desk: Desk, actor: Actor, row: Dossier, line: DossierLine) -> Sequence[str]:
    keeps, confirms = (has_permission(desk, actor, row, one) for one in ("archive", "dispose"))
    acts: list[Any] = []
    if row.state != "disposed" and keeps:
        acts.append("move")
    if row.state == "kept" and keeps and line.keep_until is not None and line.keep_until <= desk.today:
        acts.append("ask")
    if row.state == "disposal_asked" and confirms and row.asked_by != actor.person_id:
        acts += ["confirm", "decline"]
    if row.state != "disposed":
        acts.append("export")
    return acts
