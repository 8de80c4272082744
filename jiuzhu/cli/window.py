"""``jiuzhu window``: a day of the service window, with the numbers of the page."""

from __future__ import annotations

from datetime import datetime

import click

from jiuzhu.cli import show
from jiuzhu.domain.window_clock import in_words
from jiuzhu.service import identity
from jiuzhu.service import window as window_service


@click.group()
def window() -> None:
    """The service window: arrivals, answers within the minutes, breaches, matters without a reply."""


@window.command("show")
@show.as_option
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Day (default: the office's today).")
@show.json_option
def show_(login: str, day: datetime | None, as_json: bool) -> None:
    """Show a day within the person's reach."""
    office = show.open_office()
    found = window_service.window_day(office, identity.actor_of(office, login), day.date() if day else None)
    if as_json:
        show.print_json({**show.plain(found), "share_in_time": found.share_in_time})
        return
    click.echo(
        f"{found.day}  来访 {found.arrivals}  等待答复 {found.waiting}  {found.minutes} 分钟内答复 {found.in_time}  "
        f"超时 {found.breached}  转办未答复 {len(found.referrals)}（逾期 {found.late_referrals}）"
    )
    visits = {
        "case_no": "编号",
        "town_name": "窗口",
        "item": "事项",
        "arrived_at": "到达",
        "used": "用时",
        "is": "情况",
    }
    rows = ({**vars(one), "used": in_words(one.seconds), "is": _state(one)} for one in found.visits)
    show.print_rows(visits, rows, empty="没有来访登记。")
    referrals = {"referral_no": "转办编号", "item": "事项", "department": "责任部门", "due_at": "期限", "state": "进展"}
    show.print_rows(referrals, (vars(one) for one in found.referrals), empty="没有等待答复的转办事项。")


def _state(line: window_service.VisitLine) -> str:
    if line.breached:
        return "超时"
    return "等待答复" if line.waiting else "及时"
