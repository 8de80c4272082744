"""What happened in the cases of a district, as event logs for process-mining tools (history in the open)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.event_log import Event, Trace
from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.service import visibility
from jiuzhu.service.desk import reading_desk
from jiuzhu.service.office import Office, is_system
from jiuzhu.service.refusals import logged
from jiuzhu.store import event_logs as rows
from jiuzhu.store import history
from jiuzhu.store.cases import Head

PAGE = 200
"""Process instances that are read in one transaction."""


@logged("event_log", "district")
def traces(
    office: Office,
    actor: Actor,
    district: str,
    *,
    process_key: str | None = None,
    since: date | None = None,
    until: date | None = None,
    finished_only: bool = False,
) -> Iterator[Trace]:
    """Return the traces of the process instances opened in a span of days (both included), oldest first.

    Confidential records (petitions, leads) are left out. Raises Forbidden, Invalid (the span ends before it begins).
    """
    if since is not None and until is not None and until < since:
        raise Invalid("截止日期早于开始日期。")
    with reading_desk(office, actor) as desk:
        if district not in office.policies.districts:
            raise Invalid(f"没有这个区：{district}")
        if not is_system(actor) and district not in visibility.reach_of(desk, actor).scope.districts:
            raise Forbidden("您的岗位不能导出这个区的事件日志。", rule="R-16")
    zone = office.settings.zone
    wanted = rows.Wanted(
        district=district,
        process_key=process_key,
        since=None if since is None else datetime.combine(since, time(0), zone),
        until=None if until is None else datetime.combine(until + timedelta(days=1), time(0), zone),
        finished_only=finished_only,
    )
    return _traces(office, actor, wanted)


def districts_of(office: Office, actor: Actor) -> Sequence[str]:
    """Return the districts whose logs this person may have."""
    with reading_desk(office, actor) as desk:
        return visibility.reach_of(desk, actor).scope.districts


def _traces(office: Office, actor: Actor, wanted: rows.Wanted) -> Iterator[Trace]:
    after: tuple[datetime, str] | None = None
    while True:
        with reading_desk(office, actor) as desk:
            heads = rows.page(desk.tx, wanted, after, PAGE)
            found = [
                _trace(office, head, history.passages(desk.tx, head.id))
                for head in heads
                if not visibility.is_confidential(desk, head)
            ]
        yield from found
        if len(heads) < PAGE:
            return
        after = (heads[-1].opened_at, heads[-1].id)


def _trace(office: Office, head: Head, lines: Sequence[history.PassageRow]) -> Trace:
    zone = office.settings.zone
    known = {
        "process": head.process_key,
        "definition": head.definition,
        "district": head.district,
        "town": head.town,
        "programme": head.programme,
        "status": head.status,
        "end": head.end_event,
    }
    return Trace(
        number=head.record_no,
        attributes={key: value for key, value in known.items() if value},
        events=tuple(
            Event(
                name=line.name,
                what=line.what,
                at=line.at.astimezone(zone),
                instance=line.task_id,
                person=line.person,
                element=line.element_id,
                element_type=line.element_type,
                process=line.process_key,
                flow=line.flow,
                level=line.parent_task_id or "",
            )
            for line in lines
        ),
    )
