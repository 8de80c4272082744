"""A panel sits once over many cases: convened, voted and minuted through the work items of each case (NH-20, A7).

There is no second way around the locks: every act here completes the items of ``work`` on one desk, so candidate
groups, recusal, composition, one opinion a member and the count are those of the single case. One act is one
transaction: all its cases or none, with a sentence that names the case in the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.panels import CONVENED, MINUTES, OPINION
from jiuzhu.domain.rows import RelativesEntry, Sitting, SittingCase
from jiuzhu.errors import Conflict, Invalid
from jiuzhu.service import opening, sitting_minutes, work
from jiuzhu.service.desk import Desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.sitting_cases import rows_of, standing_of
from jiuzhu.service.sitting_desk import about, acting, complete, item_of, locked, open_sitting_of, require_convener
from jiuzhu.service.sitting_votes import Signed, Vote, enter_recusal, sign
from jiuzhu.store import cases, papers, people
from jiuzhu.store import office as numbers
from jiuzhu.store.shelf import shelf_of
from jiuzhu.store.tables import work_item

__all__ = [
    "Exceptions", "Plan", "Seat", "Signed", "Vote", "close", "convene", "enter_recusal", "open_sitting", "sign",
    "take_out",
]  # fmt: skip

MOST_CASES = 50
RECUSAL_WORDS = "与申请家庭有近亲属关系，或者已声明回避"


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A member as the head chooses one."""

    person: str
    kind: str
    post: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What opens a sitting."""

    meeting_on: date
    meeting_place: str
    seats: Sequence[Seat]
    case_nos: Sequence[str]
    size_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Exceptions:
    """What is different for single cases when they are convened."""

    kept_out: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Case → person → reason."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Case → why another number of members sits over it."""


@logged("sitting", "")
def open_sitting(office: Office, actor: Actor, plan: Plan, exceptions: Exceptions | None = None) -> str:
    """Convene one panel over these cases; returns the sitting's number.

    Near relatives on record, and who has stated to keep out, are left out of their case only. Raises Invalid, and
    Conflict naming the first case that stands in the way (then nothing was convened).
    """
    _check(office, plan)

    def act(desk: Desk) -> str:
        chosen = sorted(set(plan.case_nos))
        first = cases.lock_record(desk.tx, chosen[0])
        item = item_of(desk, chosen[0], CONVENED)
        town = first.town or first.intake_town
        series = f"sitting:{first.district}:{town}:{desk.today.year}"
        prefix = office.policies.of(first.district).case_prefix
        place = office.places.name(desk.tx, town)
        sitting = Sitting(
            sitting_no=f"{prefix}-{place}-议事协商-{desk.today.year}-{numbers.next_number(desk.tx, series):03d}",
            district=first.district,
            town=town,
            meeting_on=plan.meeting_on,
            meeting_place=plan.meeting_place.strip(),
            members=_members(desk, plan.seats),
            size_reason=plan.size_reason.strip(),
            conveners=list(item["groups"]) if item else [],
            opened_by=actor.person_id,
            opened_at=desk.now,
        )
        shelf_of(desk.tx).add(sitting)
        _convene(desk, actor, sitting, chosen, exceptions or Exceptions())
        return sitting.sitting_no

    return acting(office, actor, act)


@logged("sitting", "number")
def convene(
    office: Office, actor: Actor, number: str, case_nos: Sequence[str], exceptions: Exceptions | None = None
) -> None:
    """Take more cases into an open sitting, or convene one anew there. Members who have signed sign for these only."""
    if not case_nos:
        raise Invalid("请选择案件。", {"cases": "至少选一件。"})

    def act(desk: Desk) -> None:
        sitting = open_sitting_of(desk, number)
        require_convener(actor, sitting)
        known = [row.case_no for row in rows_of(desk, number) if row.state == "in"]
        chosen = sorted(set(case_nos))
        if len(set(known) | set(chosen)) > MOST_CASES:
            raise Invalid(f"一次会议最多{MOST_CASES}件。", {"cases": f"最多{MOST_CASES}件。"})
        _convene(desk, actor, sitting, chosen, exceptions or Exceptions())

    acting(office, actor, act)


@logged("sitting", "number")
def take_out(office: Office, actor: Actor, number: str, case_no: str, reason: str) -> None:
    """Take a case out of the sitting: it goes on by itself, from where it stands. Raises Invalid without a reason."""
    if not reason.strip():
        raise Invalid("请写明撤出的原因。", {"reason": "请写明原因。"})

    def act(desk: Desk) -> None:
        sitting = open_sitting_of(desk, number)
        require_convener(actor, sitting)
        row = next((one for one in rows_of(desk, number) if one.case_no == case_no and one.state == "in"), None)
        if row is None:
            raise Conflict("本次会议没有这件案件，或者已经撤出。")
        live = cases.lock_record(desk.tx, case_no)
        shelf_of(desk.tx).change(row, {"state": "out", "out_reason": reason.strip()})
        desk.audit(live, "sitting_out", f"{actor.name}把本案撤出会议 {number}：{reason.strip()}", {"sitting": number})

    acting(office, actor, act)


@logged("sitting", "number")
def close(office: Office, actor: Actor, number: str, minutes: sitting_minutes.Minutes) -> None:
    """Sign the minutes of the sitting: undisputed cases get theirs and go on, disputed ones get an extract.

    Raises Conflict naming the case in which members have not signed or that must be convened anew; Invalid by case.
    """

    def act(desk: Desk) -> None:
        sitting = locked(desk, number)
        require_convener(actor, sitting)
        sitting_minutes.check(minutes)
        standings = [standing_of(desk, row) for row in rows_of(desk, number) if row.state == "in"]
        for one in standings:
            if one.stage in {"voting", "convene"}:
                raise Conflict(f"{one.name}{one.words}，还不能签发纪要。可以催签、重新召集，或者把它撤出本次会议。")
        for one in standings:
            if one.stage == "minutes":
                with about(one.name, one.row.case_no):
                    complete(desk, actor, one, MINUTES, sitting_minutes.answers(desk, one, minutes))
        sitting_minutes.file_extracts(desk, [one for one in standings if one.stage == "disputed"], minutes)
        sitting_minutes.freeze(desk, sitting, [standing_of(desk, one.row) for one in standings], minutes)

    acting(office, actor, act)


def _check(office: Office, plan: Plan) -> None:
    faults = {}
    if not plan.case_nos:
        faults["cases"] = "至少选一件。"
    if len(set(plan.case_nos)) > MOST_CASES:
        faults["cases"] = f"一次会议最多{MOST_CASES}件，现在选了{len(set(plan.case_nos))}件。"
    if not plan.meeting_place.strip():
        faults["meeting_place"] = "请填会议地点。"
    for name, written, most in (("meeting_place", plan.meeting_place, 60), ("size_reason", plan.size_reason, 200)):
        if len(written.strip()) > most:
            faults[name] = f"最多{most}个字。"
    if not plan.seats:
        faults["members"] = "请选定成员。"
    if len({seat.person for seat in plan.seats}) < len(plan.seats):
        faults["members"] = "同一个人只能选一次。"
    if faults:
        raise Invalid("还不能开会，请先改正。", faults)


def _members(desk: Desk, seats: Sequence[Seat]) -> list[dict[str, str]]:
    names = people.names(desk.tx, [seat.person for seat in seats])
    return [
        {"person": one.person, "name": names.get(one.person, ""), "kind": one.kind, "post": one.post} for one in seats
    ]


def _convene(desk: Desk, actor: Actor, sitting: Sitting, chosen: Sequence[str], exceptions: Exceptions) -> None:
    recused = {one["person"]: set(cases.recused_from(desk.tx, one["person"])) for one in sitting.members}
    known = {row.case_no: row for row in rows_of(desk, sitting.sitting_no)}
    for case_no in chosen:
        live = cases.lock_record(desk.tx, case_no)
        name = f"{case_no}（{live.applicant_name}）"
        if (live.town or live.intake_town) != sitting.town:
            raise Conflict(f"{name}不属于本镇（街道），不能列入这次会议。")
        out = dict(exceptions.kept_out.get(case_no, {}))
        out |= {one: RECUSAL_WORDS for one, kept in recused.items() if case_no in kept and one not in out}
        declared = _declared(desk, case_no)
        out |= {one["person"]: RECUSAL_WORDS for one in sitting.members if one["name"] in declared}
        seats = [one for one in sitting.members if one["person"] not in out]
        reason = exceptions.reasons.get(case_no, "") or sitting.size_reason
        data = {
            "meeting_on": sitting.meeting_on.isoformat(),
            "meeting_place": sitting.meeting_place,
            "panel_members": [{key: one[key] for key in ("person", "kind", "post")} for one in seats],
            "size_reason": reason,
        }
        item = item_of(desk, case_no, CONVENED)
        if item is None:
            raise Conflict(f"{name}现在不等待确定议事协商成员（可能已经召集、撤回或者终止），请去掉后再办。")
        with about(name, case_no):
            work.complete_on(desk, actor, item["task_id"], data)
            _require_composed(desk, case_no)
        row = known.get(case_no)
        changes: dict[str, Any] = {
            "convened": _submission(desk, case_no),
            "kept_out": [
                {"person": one["person"], "name": one["name"], "reason": out[one["person"]]}
                for one in sitting.members
                if one["person"] in out
            ],
            "size_reason": reason,
            "added_at": desk.now,
            "state": "in",
            "out_reason": "",
        }
        if row is None:
            shelf_of(desk.tx).add(SittingCase(sitting_no=sitting.sitting_no, case_no=case_no, **changes))
        else:
            shelf_of(desk.tx).change(row, changes)
        desk.audit(live, "sitting", f"列入会议 {sitting.sitting_no}", {"sitting": sitting.sitting_no})


def _declared(desk: Desk, case_no: str) -> set[str]:
    """Return the names of staff whom the household itself named as relatives."""
    return {row.staff_name for row in shelf_of(desk.tx).find(RelativesEntry, {"case_no": case_no})}


def _require_composed(desk: Desk, case_no: str) -> None:
    """Refuse when the table sent the case back to convening: its message says what is missing."""
    fresh = {row["form"]: row for row in desk.tx.queued(work_item) if row["case_no"] == case_no}
    if OPINION in fresh:
        return
    again = fresh.get(CONVENED)
    if again is None:
        raise Conflict("召集以后没有进入表决。")
    live = cases.lock_record(desk.tx, case_no)
    variables = desk.office.engine.read_variables(desk.bundle_of(live), opening.state_of(live), again["task_id"])
    raise Conflict(str(variables.get("panel_message") or f"成员{RECUSAL_WORDS}，请调整成员。"))


def _submission(desk: Desk, case_no: str) -> str:
    return next(one.id for one in reversed(papers.submissions(desk.tx, case_no)) if one.form == CONVENED)
