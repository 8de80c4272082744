"""The office's date: read by everybody, moved forward in the demo only, never back (decisions C7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.service import due, office_acts
from jiuzhu.service.office import Office, is_system
from jiuzhu.service.refusals import logged
from jiuzhu.store import office as office_rows

LONGEST = timedelta(days=3660)


def office_now(office: Office) -> datetime:
    """Return office time, aware UTC."""
    return office.clock.now()


@logged("clock", "delta")
def advance_clock(office: Office, actor: Actor | None, delta: timedelta) -> datetime:
    """Move the office's date forward for all processes and fire what falls due; returns the new office time.

    Raises Forbidden outside the demo, Invalid for a step back. The act is audited with the true time.
    """
    if not office.settings.is_demo:
        raise Forbidden("正式环境不能改动日期。")
    if not timedelta() < delta <= LONGEST:
        raise Invalid("日期只能往后推，最多十年。", {"span": "请填一个正的时间。"})
    with office.store.transaction() as tx:
        offset = (office_rows.clock_offset(tx) or timedelta()) + delta
        who = "" if actor is None or is_system(actor) else actor.person_id
        office_rows.set_clock_offset(tx, offset, office.clock.machine(), who)
        office_acts.note(office, tx, actor, "clock", f"演示日期往后推 {_words(delta)}")
    office.clock.forget()
    due.fire_due(office)
    return office.clock.now()


def set_demo_clock(office: Office) -> None:
    """Apply ``JIUZHU_NOW`` at start: moves the office's date to it, never back behind what was reached."""
    wanted = office.settings.demo_now
    if wanted is None:
        return
    with office.store.transaction() as tx:
        machine = office.clock.machine()
        current = office_rows.clock_offset(tx)
        offset = wanted - machine
        if current is None or offset > current:
            office_rows.set_clock_offset(tx, offset, machine, "")
    office.clock.forget()


def _words(delta: timedelta) -> str:
    hours, rest = divmod(int(delta.total_seconds()) % 86400, 3600)
    parts = [f"{delta.days} 天" if delta.days else "", f"{hours} 小时" if hours else ""]
    parts.append(f"{rest // 60} 分钟" if rest // 60 else "")
    return "".join(part for part in parts if part) or "片刻"
