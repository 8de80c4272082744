"""``jiuzhu inbox``: what waits for a person."""

from __future__ import annotations

from typing import cast

import click

from jiuzhu.cli import show
from jiuzhu.service import identity
from jiuzhu.service import inbox as service
from jiuzhu.service.inbox import View


@click.command()
@show.as_option
@click.option("--view", type=click.Choice(["mine", "group", "done", "all"]), default="all", show_default=True)
@click.option("--claim", "item", metavar="ITEM", help="Claim this item instead of listing.")
@click.option("--release", "back", metavar="ITEM", help="Give this item back instead of listing.")
@show.json_option
def inbox(login: str, view: str, item: str | None, back: str | None, as_json: bool) -> None:
    """List a person's open items (mine and to claim), claim or release one."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    if item:
        service.claim(office, actor, item)
        click.echo("已领取。")
        return
    if back:
        service.release(office, actor, back)
        click.echo("已退回待领取。")
        return
    views: tuple[View, ...] = ("mine", "group") if view == "all" else (cast(View, view),)
    items = [one for name in views for one in service.list_items(office, actor, view=name, limit=200).items]
    if as_json:
        show.print_json([service.as_task_dto(one) for one in items])
        return
    show.print_rows(
        {
            "id": "件号",
            "case_no": "案号",
            "applicant_name": "申请人",
            "name": "环节",
            "due": "到期",
            "assignee_name": "办理人",
        },
        (vars(one) for one in items),
        empty="没有待办。",
    )
