"""``jiuzhu recipient``: the register of recipients, with the numbers of the page."""

from __future__ import annotations

import click

from jiuzhu.cli import show
from jiuzhu.service import identity, recipient_book


@click.group()
def recipient() -> None:
    """Recipients within reach: state, amount, history, what may be started about them."""


@recipient.command("list")
@show.as_option
@click.option("--text", default="", help="Number, name or resident number.")
@click.option("--programme", default="")
@click.option("--state", default="", help="active, suspended, gradual_exit or ended.")
@show.json_option
def list_(login: str, text: str, programme: str, state: str, as_json: bool) -> None:
    """List recipients."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    found = recipient_book.list_recipients(office, actor, text=text, programme=programme, state=state)
    if as_json:
        show.print_json([show.plain(one) for one in found])
        return
    columns = {
        "recipient_no": "编号",
        "name": "户主",
        "programme": "类别",
        "village": "村居",
        "amount": "月救助金额",
        "state": "状态",
    }
    show.print_rows(columns, (vars(one) for one in found), empty="没有符合条件的救助对象。")


@recipient.command("show")
@click.argument("number")
@show.as_option
@show.json_option
def show_(number: str, login: str, as_json: bool) -> None:
    """Show a recipient by his number or that of his case or file, with his history."""
    office = show.open_office()
    sheet = recipient_book.show(office, identity.actor_of(office, login), number)
    if as_json:
        show.print_json(show.plain(sheet))
        return
    one = sheet.line
    click.echo(f"{one.recipient_no}  {one.name}  {one.programme}  {one.state}  {one.members}人  每月{one.amount}元")
    columns = {
        "month": "生效月份",
        "kind": "变动",
        "amount": "月救助金额",
        "state": "状态",
        "decision_no": "文号",
        "record_no": "办件",
    }
    show.print_rows(columns, (vars(change) for change in sheet.changes), empty="没有动态管理记录。")
    click.echo("可以办理：" + ("、".join(f"{act.name}（{act.key}）" for act in sheet.acts) or "没有"))
