"""``jiuzhu alerts``: what is late or needs an eye, as somebody's groups are told."""

from __future__ import annotations

import click

from jiuzhu.cli import show
from jiuzhu.service import alerts as service
from jiuzhu.service import identity


@click.command()
@show.as_option
@click.option("--seen", "number", metavar="ALERT_NO", help="Mark this alert as seen instead of listing.")
@show.json_option
def alerts(login: str, number: str | None, as_json: bool) -> None:
    """List the alerts of a person's groups, unseen first, or mark one as seen."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    if number:
        marked = service.mark_seen(office, actor, number)
        if as_json:
            show.print_json(marked)
        else:
            click.echo(f"提醒 {marked.alert_no} 已阅（{marked.seen_by_name}）。")
        return
    lists = service.list_alerts(office, actor)
    found = [*lists.unseen, *lists.seen]
    if as_json:
        show.print_json(found)
        return
    columns = {"alert_no": "提醒号", "raised_at": "时间", "town_name": "镇（街道）", "sentence": "内容"}
    show.print_rows({**columns, "seen_by_name": "已阅"}, (vars(one) for one in found), empty="没有提醒。")
    if lists.more:
        click.echo(lists.more)
