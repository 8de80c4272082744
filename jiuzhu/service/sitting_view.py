"""What people see of sittings: those of their town, one with cases down and members across, what waits for a panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jiuzhu.domain import instants
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.contests import struck
from jiuzhu.domain.panels import CONVENED, MINUTES, tally, vote_of
from jiuzhu.domain.rows import BenefitCalculation, Sitting, SittingCase
from jiuzhu.domain.words import PANEL_KINDS, PANEL_VOTES
from jiuzhu.errors import OutOfReach
from jiuzhu.service import sitting_minutes, visibility
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.forms import form_of
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.sitting_cases import Standing, rows_of, sitting_of, standing_of
from jiuzhu.store import cases, items, papers, people
from jiuzhu.store.shelf import shelf_of

SITTING_ROLES = frozenset({"town_panel"})
"""Roles that have to do with sittings even before there was one."""
RESULTS: Mapping[str, str] = {"granted": "同意", "refused": "不同意", "back": "退回补充调查"}
REVIEWS: Mapping[str, str] = {"agree": "拟同意", "disagree": "拟不同意", "reinvestigate": "重新调查"}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one member has to do with one case."""

    person: str
    name: str
    vote: str
    """'' while it waits; ``out``: left out of this case; ``none``: not asked here (any more)."""
    words: str
    reason: str
    signed: str
    denied: bool
    """The signatory denies this paper signature, or it was found not to be genuine."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One case of a sitting."""

    case_no: str
    applicant_name: str
    programme_label: str
    village_name: str
    review: str
    per_capita: str
    proposed: str
    stage: str
    words: str
    result: str
    leaning: str
    """What the minutes will say: granted, refused or back; '' unless they wait."""
    leaning_words: str
    amount: str
    cells: Sequence[Cell]
    mine: bool
    """This person's opinion is awaited."""
    reports: bool
    """This person has investigated the case: reports only."""
    hidden: bool
    """This person keeps out of the case."""
    kept_out: str
    votes: str


@dataclass(frozen=True, kw_only=True)
class Member:
    """One member and how far he is."""

    person: str
    name: str
    kind: str
    post: str
    pending: int


@dataclass(frozen=True, kw_only=True)
class SittingView:
    """One sitting as a page shows it."""

    sitting_no: str
    town_name: str
    meeting_on: date
    meeting_place: str
    size_reason: str
    state: str
    members: Sequence[Member]
    lines: Sequence[Line]
    pending: int
    """How many cases wait for this person's opinion."""
    others_pending: int
    """How many opinions of other members are missing."""
    recusable: Sequence[tuple[str, str, str]]
    """(case, person, name) of members who must keep out and cannot say so themselves."""
    reason_codes: Sequence[tuple[str, str]]
    """Reasons of a refusal: code and words, as the minutes form has them."""
    may_convene: bool
    is_member: bool
    may_close: bool
    waiting: Sequence[WaitingCase]
    """Cases that the head may still take in."""
    closed_at: datetime | None
    minutes_sha256: str


@dataclass(frozen=True, kw_only=True)
class WaitingCase:
    """A case that waits for a panel."""

    case_no: str
    applicant_name: str
    programme_label: str
    village_name: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class SittingRow:
    """One sitting in a list."""

    sitting_no: str
    town_name: str
    meeting_on: date
    state: str
    case_count: int


@dataclass(frozen=True, kw_only=True)
class Sittings:
    """What a person sees of sittings."""

    sittings: Sequence[SittingRow]
    waiting: Sequence[WaitingCase]
    """Cases for which this person may open one."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may sit on the panel, as he sat the last time."""

    person: str
    name: str
    kind: str
    post: str


def list_sittings(office: Office, actor: Actor) -> Sittings:
    """Return the sittings of the towns that a person may read, latest first, and what waits for one."""
    with reading_desk(office, actor) as desk:
        towns = _towns(desk, actor)
        found = shelf_of(desk.tx).find(Sitting, {"town": towns}) if towns else ()
        numbers = tuple(one.sitting_no for one in found)
        rows = shelf_of(desk.tx).find(SittingCase, {"sitting_no": numbers}) if numbers else ()
        counts = {one.sitting_no: sum(1 for row in rows if row.sitting_no == one.sitting_no) for one in found}
        lines = [
            SittingRow(
                sitting_no=one.sitting_no,
                town_name=office.places.name(desk.tx, one.town),
                meeting_on=one.meeting_on,
                state=one.state,
                case_count=counts[one.sitting_no],
            )
            for one in found
        ]
        lines.sort(key=lambda line: (line.state != "open", -line.meeting_on.toordinal(), line.sitting_no))
        return Sittings(sittings=lines, waiting=_waiting(desk, actor, ""))


def candidates(office: Office, actor: Actor) -> Sequence[Candidate]:
    """Return who may sit on the panels of the head's town, with kind and post of the last sitting."""
    with reading_desk(office, actor) as desk:
        found = []
        for town in actor.organisations_of("town_head"):
            before = shelf_of(desk.tx).find(Sitting, {"town": town})
            known = {one["person"]: one for sitting in before for one in sitting.members}
            heads = {person for person, _, _ in people.holders(desk.tx, f"town_head@{town}", desk.today)}
            for person, _, name in people.holders(desk.tx, f"town_panel@{town}", desk.today):
                last = known.get(person, {"kind": "head"} if person in heads else {})
                found.append(
                    Candidate(person=person, name=name, kind=str(last.get("kind", "")), post=str(last.get("post", "")))
                )
        return found


@logged("sitting", "number")
def show_sitting(office: Office, actor: Actor, number: str) -> SittingView:
    """Return one sitting. Raises NotFound for whoever neither sits there nor reads the town."""
    with reading_desk(office, actor) as desk:
        sitting = _visible(desk, actor, number)
        kept_out = frozenset(cases.recused_from(desk.tx, actor.person_id))
        standings = [standing_of(desk, row) for row in rows_of(desk, number)]
        lines = [_line(desk, actor, sitting, one, hidden=one.row.case_no in kept_out) for one in standings]
        may_convene = any(actor.holds(group) for group in sitting.conveners)
        is_open = sitting.state == "open"
        inside = [one for one in standings if one.row.state == "in"]
        return SittingView(
            sitting_no=sitting.sitting_no,
            town_name=office.places.name(desk.tx, sitting.town),
            meeting_on=sitting.meeting_on,
            meeting_place=sitting.meeting_place,
            size_reason=sitting.size_reason,
            state=sitting.state,
            members=[
                Member(
                    person=one["person"],
                    name=one["name"],
                    kind=PANEL_KINDS.get(one["kind"], one["kind"]),
                    post=one["post"],
                    pending=sum(1 for each in standings if each.awaits(one["person"])),
                )
                for one in sitting.members
            ],
            lines=lines,
            pending=sum(1 for line in lines if line.mine) if is_open else 0,
            others_pending=sum(
                1
                for one in sitting.members
                if one["person"] != actor.person_id
                for each in standings
                if is_open and each.awaits(one["person"])
            ),
            recusable=_recusable(desk, sitting, standings) if is_open else (),
            reason_codes=_reason_codes(desk, standings) if may_convene and is_open else (),
            may_convene=may_convene and is_open,
            is_member=any(one["person"] == actor.person_id for one in sitting.members),
            may_close=may_convene
            and is_open
            and bool(inside)
            and all(one.stage not in {"voting", "convene"} for one in inside),
            waiting=_waiting(desk, actor, sitting.town) if may_convene and is_open else (),
            closed_at=sitting.closed_at,
            minutes_sha256=sitting.minutes_sha256,
        )


@logged("sitting", "number")
def minutes_paper(office: Office, actor: Actor, number: str) -> tuple[str, str]:
    """Return title and HTML of a sitting's minutes. Raises NotFound, also for somebody who keeps out of one of its
    cases: the paper names them all.
    """
    with reading_desk(office, actor) as desk:
        sitting = _visible(desk, actor, number)
        kept_out = set(cases.recused_from(desk.tx, actor.person_id))
        if any(row.case_no in kept_out for row in rows_of(desk, number)):
            raise OutOfReach("您在其中的案件上回避，不能看整份纪要。各案的摘录在案卷里。")
        return sitting_minutes.paper_of(desk, sitting)


def _visible(desk: Desk, actor: Actor, number: str) -> Sitting:
    sitting = sitting_of(desk, number)
    sits = any(one["person"] == actor.person_id for one in sitting.members)
    reach = visibility.reach_of(desk, actor)
    if sits or reach.covers(district=sitting.district, town=sitting.town, village=""):
        return sitting
    raise OutOfReach("没有这次会议，或者它不在您的管辖范围内。")


def _towns(desk: Desk, actor: Actor) -> tuple[str, ...]:
    scope = visibility.reach_of(desk, actor).scope
    below = [row.id for district in scope.districts for row in desk.office.places.below(desk.tx, district)]
    return tuple(dict.fromkeys([*scope.towns, *below]))


def _waiting(desk: Desk, actor: Actor, town: str) -> list[WaitingCase]:
    """Return the cases whose panel this person may convene."""
    kept_out = cases.recused_from(desk.tx, actor.person_id)
    wanted = items.ItemFilter(groups=list(actor.groups), not_cases=kept_out)
    found = items.page(desk.tx, wanted, after=None, limit=500)
    programmes = desk.office.settings.values["programmes"]
    found = sorted(found, key=lambda row: (row["due"], row["case_no"]))
    return [
        WaitingCase(
            case_no=row["case_no"],
            applicant_name=row["applicant_name"],
            programme_label=str(programmes.get(row["programme"], row["programme"])),
            village_name=desk.office.places.name(desk.tx, row["village"]),
            due=row["due"],
        )
        for row in found
        if row["form"] == CONVENED and (not town or row["town"] == town)
    ]


def _line(desk: Desk, actor: Actor, sitting: Sitting, one: Standing, *, hidden: bool) -> Line:
    panel = None if hidden else one.panel
    reckoned = shelf_of(desk.tx).find(BenefitCalculation, {"case_no": one.row.case_no})
    latest = max(reckoned, key=lambda row: row.round, default=None)
    reviews = [each for each in papers.submissions(desk.tx, one.row.case_no) if each.form == "review_opinion"]
    programmes = desk.office.settings.values["programmes"]
    out = [f"{each['name']}（{each['reason']}）" for each in one.row.kept_out]
    words = "您已回避" if hidden else one.words
    leaning = _leaning(desk, one)
    return Line(
        case_no=one.row.case_no,
        applicant_name="" if hidden else one.head.applicant_name,
        programme_label="" if hidden else str(programmes.get(one.head.programme, one.head.programme)),
        village_name="" if hidden else desk.office.places.name(desk.tx, one.head.village),
        review="" if hidden or not reviews else REVIEWS.get(str(reviews[-1].data.get("review_result")), ""),
        per_capita=f"{latest.per_capita_income:.2f}" if latest and not hidden else "",
        proposed=f"{latest.amount_monthly:.2f}" if latest and not hidden else "",
        stage=one.stage,
        words=words,
        result="" if hidden else RESULTS.get(one.result, one.result),
        leaning="" if hidden else leaning,
        leaning_words="" if hidden else RESULTS.get(leaning, ""),
        amount="" if hidden else one.amount,
        cells=_cells(desk, sitting, one, hidden=hidden),
        mine=not hidden and one.awaits(actor.person_id) and sitting.state == "open",
        reports=panel is not None and actor.person_id in panel.reporters,
        hidden=hidden,
        kept_out="" if hidden else "、".join(out),
        votes="" if hidden else sitting_minutes.counted(panel),
    )


def _leaning(desk: Desk, one: Standing) -> str:
    """Return the count of a case whose minutes wait, as the panel's own task has counted it."""
    if one.stage != "minutes" or one.panel is None:
        return ""
    gone = struck(desk.records(cases.read(desk.tx, one.head.id)), one.row.case_no)
    unanimous = bool(desk.office.policies.of(one.head.district).value("panel.unanimous", desk.today))
    return tally(one.panel, objection_taken_up=False, unanimous=unanimous, struck=gone).result


def _recusable(desk: Desk, sitting: Sitting, standings: Sequence[Standing]) -> list[tuple[str, str, str]]:
    found = []
    for seat in sitting.members:
        kept_out = set(cases.recused_from(desk.tx, seat["person"]))
        found += [
            (one.row.case_no, str(seat["person"]), str(seat["name"]))
            for one in standings
            if one.row.case_no in kept_out and one.awaits(seat["person"])
        ]
    return found


def _reason_codes(desk: Desk, standings: Sequence[Standing]) -> list[tuple[str, str]]:
    """Return the options of the minutes form's field, from the bundle of a case that waits for its minutes."""
    waiting = next((one for one in standings if one.stage == "minutes"), None)
    if waiting is None:
        return []
    form = form_of(desk.bundle_of(cases.read(desk.tx, waiting.head.id)), MINUTES)
    field = next((one for one in form.top() if one.key == "reason_code"), None)
    options = field.choices.fixed if field is not None and field.choices is not None else ()
    return [(str(one.value), one.label) for one in options]


def concerns(office: Office, actor: Actor) -> bool:
    """True for whoever sits on a panel, and for whoever reads a whole district that has panels. Asks no database."""
    day = instants.day_of(office.clock.now())
    for group in actor.groups:
        role, _, place = group.partition("@")
        known = office.roles.by_id.get(role)
        if role in SITTING_ROLES:
            return True
        if known is not None and known.scope == "below" and known.may("read"):
            return bool(office.policies.of(place).values("panel_composition", day))
    return False


def _cells(desk: Desk, sitting: Sitting, one: Standing, *, hidden: bool) -> list[Cell]:
    out = {each["person"] for each in one.row.kept_out}
    gone: frozenset[str] = frozenset()
    if one.panel is not None and one.panel.opinions:
        gone = struck(desk.records(cases.read(desk.tx, one.head.id)), one.row.case_no)
    cells = []
    for seat in sitting.members:
        opinion = None if hidden or one.panel is None else one.panel.opinions.get(seat["person"])
        vote = vote_of(opinion) if opinion else ""
        if not vote and seat["person"] in out:
            vote = "out"
        elif not vote and (hidden or not one.awaits(seat["person"])):
            vote = "none"
        words = {"": "未签", "out": "回避", "none": "—"}.get(vote) or PANEL_VOTES[vote].partition("，")[0]
        signed = sitting_minutes.signed_words(one.panel, seat["person"]) if opinion else ""
        cells.append(
            Cell(
                person=seat["person"],
                name=seat["name"],
                vote=vote,
                words="汇报" if vote == "report" else words,
                reason=str(opinion.data.get("panel_reason") or "") if opinion else "",
                signed=signed,
                denied=opinion is not None and opinion.id in gone,
            )
        )
    return cells
