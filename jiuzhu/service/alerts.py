"""Alerts on people's lists: something is late or needs an eye; a member of the group says that it was seen.

Whoever supervises a district reads all of its alerts and marks only those of the own groups. What may be seen of the
household follows the case (``visibility``): who keeps out of a case is told nothing about it, and whoever may not open
it reads the sentence that was written for the group, without name and link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Alert
from jiuzhu.errors import Forbidden, OutOfReach
from jiuzhu.service import office_acts, visibility
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.retry import repeated
from jiuzhu.service.separation import recusal_sentence
from jiuzhu.service.visibility import Reach
from jiuzhu.store import alerts, cases, items, listing, people
from jiuzhu.store.cases import Head
from jiuzhu.store.shelf import shelf_of

OVERSEERS = frozenset({"county_supervisor", "county_leader", "auditor"})
"""Roles that read every alert of their district (R-15, R-16), if they read what lies below it at all."""
MOST = 200
GONE = "没有这条提醒，或者它不在您的管辖范围内。"


@dataclass(frozen=True, kw_only=True)
class AlertView:
    """One alert as a page shows it."""

    alert_no: str
    case_no: str
    record_no: str
    applicant_name: str
    """'' when the person may not see the case."""
    opens: bool
    """True when the person may open the case."""
    town: str
    town_name: str
    kind: str
    group: str
    group_label: str
    """The group as a post: 北石店镇审核人员."""
    sentence: str
    raised_at: datetime
    state: str
    seen_by_name: str
    seen_at: datetime | None
    mine: bool
    """True when it stands on the list of one of the person's groups: only then it is marked."""


@dataclass(frozen=True, kw_only=True)
class AlertLists:
    """What a person's page shows, each list newest first."""

    unseen: tuple[AlertView, ...]
    seen: tuple[AlertView, ...]
    more: str
    """Says that older ones are left out; '' when nothing is."""


def concerns(office: Office, actor: Actor) -> bool:
    """True for whoever works in procedures or oversees a district: alerts are written for them."""
    return office.roles.may(actor.groups, "claim") or bool(_overseen(office, actor))


def count_unseen(office: Office, actor: Actor) -> int:
    """Return how many alerts of a person's groups nobody has marked as seen."""
    with office.store.reading() as tx:
        kept_out = cases.recused_from(tx, actor.person_id)
        return alerts.count(tx, alerts.AlertFilter(groups=actor.groups, not_cases=kept_out))


def list_alerts(office: Office, actor: Actor, limit: int = MOST) -> AlertLists:
    """Return the alerts of a person's groups and of the districts that the person oversees."""
    limit = max(1, min(limit, MOST))
    with reading_desk(office, actor) as desk:
        kept_out = cases.recused_from(desk.tx, actor.person_id)
        districts = _overseen(office, actor)
        found: dict[str, Sequence[Alert]] = {}
        for state in ("open", "seen"):
            wanted = alerts.AlertFilter(groups=actor.groups, districts=districts, not_cases=kept_out, state=state)
            found[state] = alerts.page(desk.tx, wanted, limit + 1)
        views = {state: _views(desk, actor, rows[:limit]) for state, rows in found.items()}
        more = any(len(rows) > limit for rows in found.values())
        return AlertLists(
            unseen=views["open"],
            seen=views["seen"],
            more=f"未阅、已阅各只列出最近的{limit}条，更早的没有列出。" if more else "",
        )


@logged("alert", "alert_no")
def mark_seen(office: Office, actor: Actor, alert_no: str) -> AlertView:
    """Say that an alert of one's group was seen; the first word stays, a second click changes nothing.

    Raises OutOfReach for an alert that the person does not see, Forbidden for one of another group or a recusal.
    """
    return repeated(office, lambda: _mark_seen(office, actor, alert_no))


def _mark_seen(office: Office, actor: Actor, alert_no: str) -> AlertView:
    with open_desk(office, actor) as desk:
        alert = alerts.by_number(desk.tx, alert_no)
        if alert is None:
            raise OutOfReach(GONE)
        _require_marker(desk, actor, alert)
        if listing.by_record(desk.tx, alert.record_no) is None:
            return _mark_turn(desk, actor, alert)
        live = cases.lock_record(desk.tx, alert.record_no)
        # Read again under the case's lock: of two people who click at once, one is the first.
        rows = shelf_of(desk.tx).find(Alert, {"case_no": alert.case_no})
        current = next(row for row in rows if row.alert_no == alert_no)
        if current.state == "open":
            changes = {"state": "seen", "seen_by": actor.person_id, "seen_at": desk.now}
            current = shelf_of(desk.tx).change(current, changes)
            facts = {"alert": alert_no, "group": current.alert_group, "kind": current.kind}
            desk.audit(live, "alert_seen", f"{actor.name}已阅提醒：{current.sentence}", facts)
        return _views(desk, actor, [current])[0]


def _mark_turn(desk: Desk, actor: Actor, alert: Alert) -> AlertView:
    """Mark the alert of a schedule's turn that has no record of its own: the office's log has the line."""
    if alert.state == "open":
        changes = {"state": "seen", "seen_by": actor.person_id, "seen_at": desk.now}
        alert = shelf_of(desk.tx).change(alert, changes)
        office_acts.note(desk.office, desk.tx, actor, "alert_seen", f"{actor.name}已阅提醒：{alert.sentence}")
    return _views(desk, actor, [alert])[0]


def _require_marker(desk: Desk, actor: Actor, alert: Alert) -> None:
    mine = actor.holds(alert.alert_group)
    if not mine and not (alert.district in _overseen(desk.office, actor) and _views(desk, actor, [alert])):
        raise OutOfReach(GONE)
    sentence = recusal_sentence(*cases.recusal_of(desk.tx, alert.case_no, actor.person_id))
    if sentence:
        raise Forbidden(sentence, rule="R-05")
    if not mine:
        raise Forbidden("这条提醒不是发给您的岗位的，您只能查看。")


def _overseen(office: Office, actor: Actor) -> tuple[str, ...]:
    """Return the districts of which a person reads all alerts."""
    found = []
    for group in actor.groups:
        role_id, _, place = group.partition("@")
        role = office.roles.by_id.get(role_id)
        if role is not None and role_id in OVERSEERS and role.scope == "below" and role.may("read"):
            found.append(place)
    return tuple(dict.fromkeys(found))


def _views(desk: Desk, actor: Actor, rows: Sequence[Alert]) -> tuple[AlertView, ...]:
    heads = listing.by_records(desk.tx, sorted({row.record_no for row in rows}))
    names = people.names(desk.tx, sorted({row.seen_by for row in rows if row.seen_by}))
    reach = visibility.reach_of(desk, actor)
    opens = {number: _opens(desk, actor, reach, head) for number, head in heads.items()}
    return tuple(
        _view(desk, actor, row, heads.get(row.record_no), names, opens=opens.get(row.record_no, False))
        for row in rows
        if actor.holds(row.alert_group) or opens.get(row.record_no, False)
    )


def _opens(desk: Desk, actor: Actor, reach: Reach, head: Head) -> bool:
    """Say what ``visibility.require_visible`` would, for a case from which the person does not keep out."""
    in_reach = reach.covers(district=head.district, town=head.town, village=head.village)
    if in_reach and visibility.may_list(desk, actor, head):
        return True
    return items.count(desk.tx, items.ItemFilter(case_no=head.case_no, groups=list(actor.groups))) > 0


def _view(
    desk: Desk, actor: Actor, row: Alert, head: Head | None, names: Mapping[str, str], *, opens: bool
) -> AlertView:
    role, _, place = row.alert_group.partition("@")
    return AlertView(
        alert_no=row.alert_no,
        case_no=row.case_no,
        record_no=row.record_no,
        applicant_name=head.applicant_name if head is not None and opens else "",
        opens=opens,
        town=row.town,
        town_name=desk.office.places.name(desk.tx, row.town),
        kind=row.kind,
        group=row.alert_group,
        group_label=desk.office.roles.post(desk.office.places.name(desk.tx, place), role),
        sentence=row.sentence,
        raised_at=row.raised_at,
        state=row.state,
        seen_by_name=names.get(row.seen_by, row.seen_by),
        seen_at=row.seen_at,
        mine=actor.holds(row.alert_group),
    )
