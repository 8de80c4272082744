"""The inbox: what waits for a person, by group and by name; taking an item and giving it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from jiuzhu.domain import instants
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.window_clock import seconds_between
from jiuzhu.errors import AlreadyTaken, Conflict, Forbidden, NotFound
from jiuzhu.service import separation
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.paging import read_cursor
from jiuzhu.service.refusals import logged
from jiuzhu.service.retry import repeated
from jiuzhu.service.window_marks import breached_among
from jiuzhu.store import cases, items, listing, papers

MINUTES = "minutes"
View = Literal["mine", "group", "done"]
MOST = 200


@dataclass(frozen=True, kw_only=True)
class InboxItem:
    """One line of the inbox."""

    id: str
    name: str
    element_id: str
    process_key: str
    case_no: str
    record_no: str
    applicant_name: str
    programme: str
    programme_label: str
    district: str
    town: str
    town_name: str
    village: str
    village_name: str
    groups: tuple[str, ...]
    group_labels: tuple[str, ...]
    """The groups as posts: 北石店镇审核人员."""
    assignee: str | None
    assignee_name: str
    due: datetime | None
    """None: no limit."""
    days_left: int | None
    """Working days until the due date (0 = today), negative when late."""
    late: bool
    provisional: bool
    opened_at: datetime
    form: str
    priority: int
    clock: str = ""
    """minutes: counts real minutes, not working days (property ``clock`` of the task)."""
    seconds_left: int | None = None
    """Until the due date of a clock of minutes, negative when late."""
    breached: bool = False
    """The window did not answer this visit in time; it stays so, whatever is done afterwards (XX-33)."""
    completed_at: datetime | None = None
    """Set in the view ``done``."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many items the tabs hold."""

    mine: int
    group: int
    late: int


@dataclass(frozen=True, kw_only=True)
class InboxPage:
    """A page of items; ``next`` is the cursor of the following page, None at the end."""

    items: tuple[InboxItem, ...]
    counts: Counts
    next: str | None


def list_items(
    office: Office,
    actor: Actor,
    view: View = "mine",
    district: str | None = None,
    programme: str | None = None,
    due: Literal["late", "today", "week"] | None = None,
    text: str | None = None,
    element: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> InboxPage:
    """Return a page of a person's inbox: claimed by them, open for their groups, or done by them (latest first)."""
    limit = max(1, min(limit, MOST))
    with reading_desk(office, actor) as desk:
        cursor = read_cursor(after)
        kept_out = cases.recused_from(desk.tx, actor.person_id)
        if view == "done":
            found, following = _done(desk, actor, text, cursor, limit)
        else:
            wanted = _wanted(desk, actor, kept_out, view, district, programme, due, text, element)
            rows = items.page(desk.tx, wanted, after=cursor, limit=limit + 1)
            found = [_item(desk, row, row["groups"]) for row in rows[:limit]]
            last = rows[limit - 1] if len(rows) > limit else None
            following = f"{last['due'].isoformat()}|{last['task_id']}" if last else None
        return InboxPage(items=_marked(desk, found), counts=_counts(desk, actor, kept_out), next=following)


@logged("claim", "item_id")
def claim(office: Office, actor: Actor, item_id: str) -> None:
    """Take an item. Taking one's own again is a success. Raises AlreadyTaken, Forbidden, NotFound, Conflict."""
    repeated(office, lambda: _claim(office, actor, item_id))


def _claim(office: Office, actor: Actor, item_id: str) -> None:
    with open_desk(office, actor) as desk:
        found = cases.lock_by_item(desk.tx, item_id, actor.person_id)
        if found is None:
            raise _gone(desk, item_id)
        live, rows = found
        separation.require_candidate(actor, rows)
        holder = rows[0]["assignee"]
        if holder == actor.person_id:
            return
        if holder is not None:
            raise AlreadyTaken(rows[0]["assignee_name"] or holder)
        separation.require_separate(desk, live, rows, actor)
        _require_no_sibling(desk, rows[0], actor)
        items.assign(desk.tx, item_id, actor.person_id, actor.name, desk.true_now)
        desk.audit(
            live, "claim", f"{actor.name}领取“{rows[0]['name']}”", {"element": rows[0]["element_id"], "task": item_id}
        )


@logged("release", "item_id")
def release(office: Office, actor: Actor, item_id: str) -> None:
    """Give an item back to its groups. Raises Forbidden for somebody else's, NotFound, Conflict."""
    repeated(office, lambda: _release(office, actor, item_id))


def _release(office: Office, actor: Actor, item_id: str) -> None:
    with open_desk(office, actor) as desk:
        found = cases.lock_by_item(desk.tx, item_id, actor.person_id)
        if found is None:
            raise _gone(desk, item_id)
        live, rows = found
        holder = rows[0]["assignee"]
        if holder is None:
            return
        if live.is_trial:
            raise Conflict("试运行的每一件工作都由部署人自己办，不能退回。")
        if holder != actor.person_id:
            raise Forbidden(f"这件工作由{rows[0]['assignee_name']}领取，只有本人可以退回。")
        items.assign(desk.tx, item_id, None, "", None)
        desk.audit(
            live, "release", f"{actor.name}退回“{rows[0]['name']}”", {"element": rows[0]["element_id"], "task": item_id}
        )


def item_from(desk: Desk, rows: Sequence[Mapping[str, Any]]) -> InboxItem:
    """Make a line out of the rows of one item (one a group)."""
    return _item(desk, rows[0], [row["group_name"] for row in rows if row["group_name"]])


def items_of_household(desk: Desk, case_no: str) -> list[InboxItem]:
    """Return the open items of all process instances of a household."""
    return list(_marked(desk, [_item(desk, row, row["groups"]) for row in items.open_of_household(desk.tx, case_no)]))


def as_task_dto(item: InboxItem) -> dict[str, Any]:
    """Return Camunda's TaskDto keys, and ours beside them (decisions D5)."""
    return {
        "id": item.id,
        "name": item.name,
        "assignee": item.assignee,
        "created": _wire(item.opened_at),
        "due": _wire(item.due) if item.due else None,
        "followUp": None,
        "priority": item.priority,
        "taskDefinitionKey": item.element_id,
        "processDefinitionKey": item.process_key,
        "businessKey": item.case_no,
        "formKey": item.form or None,
        "candidateGroups": list(item.groups),
        "caseNo": item.case_no,
        "recordNo": item.record_no,
        "applicantName": item.applicant_name,
        "programme": item.programme,
        "town": item.town,
        "late": item.late,
        "secondsLeft": item.seconds_left,
        "breached": item.breached,
        "provisional": item.provisional,
    }


def _wire(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def _wanted(
    desk: Desk,
    actor: Actor,
    kept_out: Sequence[str],
    view: View,
    district: str | None,
    programme: str | None,
    due: str | None,
    text: str | None,
    element: str | None,
) -> items.ItemFilter:
    before: datetime | None = None
    if due == "late":
        before = desk.now
    elif due == "today":
        before = instants.midnight_after(desk.today)
    elif due == "week":
        before = instants.midnight_after(desk.today + timedelta(days=7))
    return items.ItemFilter(
        not_cases=kept_out,
        groups=list(actor.groups) if view == "group" else None,
        assignee=actor.person_id if view == "mine" else None,
        unassigned_only=view == "group",
        district=district or None,
        programme=programme or None,
        due_before=before,
        text=text or None,
        element=element or None,
    )


def _counts(desk: Desk, actor: Actor, kept_out: Sequence[str]) -> Counts:
    mine = items.ItemFilter(assignee=actor.person_id, not_cases=kept_out)
    group = items.ItemFilter(groups=list(actor.groups), unassigned_only=True, not_cases=kept_out)
    late = items.ItemFilter(assignee=actor.person_id, due_before=desk.now, not_cases=kept_out)
    return Counts(mine=items.count(desk.tx, mine), group=items.count(desk.tx, group), late=items.count(desk.tx, late))


def _item(desk: Desk, row: Mapping[str, Any], groups: Sequence[str]) -> InboxItem:
    due: datetime = row["due"]
    limited = due < instants.read(instants.NO_LIMIT)
    programmes: Mapping[str, Any] = desk.office.settings.values["programmes"]
    clock = str((row.get("properties") or {}).get("clock", ""))
    return InboxItem(
        id=row["task_id"],
        name=row["name"],
        element_id=row["element_id"],
        process_key=row["process_key"],
        case_no=row["case_no"],
        record_no=row["record_no"],
        applicant_name=row["applicant_name"],
        programme=row["programme"],
        programme_label=str(programmes.get(row["programme"], row["programme"])),
        district=row["district"],
        town=row["town"],
        town_name=desk.office.places.name(desk.tx, row["town"]),
        village=row["village"],
        village_name=desk.office.places.name(desk.tx, row["village"]),
        groups=tuple(groups),
        group_labels=tuple(_post(desk, group) for group in groups),
        assignee=row["assignee"],
        assignee_name=row["assignee_name"],
        due=due if limited else None,
        days_left=_days_left(desk, due) if limited else None,
        late=limited and due < desk.now,
        provisional=row["provisional"],
        opened_at=row["opened_at"],
        form=row["form"],
        priority=row["priority"],
        clock=clock,
        seconds_left=seconds_between(desk.now, due) if clock == MINUTES and limited else None,
    )


def _marked(desk: Desk, found: Sequence[InboxItem]) -> tuple[InboxItem, ...]:
    late = breached_among(desk, [item.case_no for item in found])
    return tuple(replace(item, breached=True) if item.case_no in late else item for item in found)


def _post(desk: Desk, group: str) -> str:
    role, _, place = group.partition("@")
    return desk.office.roles.post(desk.office.places.name(desk.tx, place), role)


def _days_left(desk: Desk, due: datetime) -> int:
    day = instants.day_of(due)
    if day >= desk.today:
        return desk.office.calendar.working_days_between(desk.today, day)
    return -desk.office.calendar.working_days_between(day, desk.today)


def _done(
    desk: Desk, actor: Actor, text: str | None, cursor: tuple[datetime, str] | None, limit: int
) -> tuple[list[InboxItem], str | None]:
    rows = papers.done_by(desk.tx, actor.person_id, before=cursor, text=text, limit=limit + 1)
    found = []
    heads = listing.by_ids(desk.tx, sorted({row["case_id"] for row in rows}))
    for row in rows[:limit]:
        head = heads.get(row["case_id"])
        line = {
            **row,
            "name": row["item_name"],
            "applicant_name": head.applicant_name if head else "",
            "programme": head.programme if head else "",
            "district": head.district if head else "",
            "town": head.town if head else "",
            "village": head.village if head else "",
            "assignee": actor.person_id,
            "assignee_name": actor.name,
            "due": row["due"] or instants.read(instants.NO_LIMIT),
            "provisional": False,
            "opened_at": row["at"],
            "priority": 50,
            "task_id": row["task_id"],
        }
        item = _item(desk, line, ())
        late = item.due is not None and row["at"] > item.due
        found.append(_completed(item, row["at"], late=late))
    last = rows[limit - 1] if len(rows) > limit else None
    return found, f"{last['at'].isoformat()}|{last['id']}" if last else None


def _completed(item: InboxItem, at: datetime, *, late: bool) -> InboxItem:
    return replace(item, completed_at=at, late=late, days_left=None)


def _require_no_sibling(desk: Desk, row: Mapping[str, Any], actor: Actor) -> None:
    """Nobody holds two instances of a ``distinct`` task at once."""
    if row["properties"].get("distinct") != "true":
        return
    held = items.ItemFilter(record_no=row["record_no"], element=row["element_id"], assignee=actor.person_id)
    if items.count(desk.tx, held):
        raise Forbidden("您已经领取了同一步的另一件，这件要由别人办理。")


def _gone(desk: Desk, item_id: str) -> Exception:
    done = papers.submission_of_task(desk.tx, item_id)
    if done is not None:
        return Conflict(f"这件工作已由{done['person_name']}办完。")
    return NotFound("没有这件工作：可能已经办完，或案件已经终止。")
