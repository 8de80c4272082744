"""``jiuzhu case``: list, show, start, complete, message."""

from __future__ import annotations

from typing import Any

import click

from jiuzhu.cli import show
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.service import case_trace, cases, identity, work

_data = click.option("--data", metavar="FILE", required=True, help="JSON object with the form's keys; - for stdin.")


@click.group()
def case() -> None:
    """List, show and work cases, as the pages do."""


@case.command("list")
@show.as_option
@click.option("--text", default=None, help="Case number or name; finds every kind of record.")
@click.option("--all", "everything", is_flag=True, help="Every record, not applications only.")
@show.json_option
def list_(login: str, text: str | None, everything: bool, as_json: bool) -> None:
    """List the cases that a person may see."""
    office = show.open_office()
    actor, wanted = identity.actor_of(office, login), everything or bool(text)
    found = cases.list_cases(office, actor, text=text, everything=wanted, limit=500).cases
    if as_json:
        show.print_json(found)
        return
    show.print_rows(
        {
            "case_no": "案号",
            "applicant_name": "申请人",
            "programme_label": "业务",
            "town_name": "镇街",
            "state": "状态",
        },
        (vars(one) for one in found),
        empty="没有案件。",
    )


@case.command("show")
@click.argument("number")
@show.as_option
@show.json_option
def show_(number: str, login: str, as_json: bool) -> None:
    """Show one case: state, open items, timeline, documents, deadlines."""
    office = show.open_office()
    view = cases.show_case(office, identity.actor_of(office, login), number)
    if as_json:
        show.print_json(view)
        return
    head: Any = view.head
    click.echo(f"{head.case_no}  {head.applicant_name}  {head.programme_label}  {head.state}")
    click.echo(f"为什么在等：{view.waiting_sentence}")
    for line in view.timeline:
        click.echo(f"  {line.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}  {line.sentence}  {line.person}")


@case.command()
@click.argument("number")
@show.as_option
@show.json_option
def trace(number: str, login: str, as_json: bool) -> None:
    """Show each step of case NUMBER: who, when, legal basis, requirement."""
    office = show.open_office()
    steps = case_trace.trace_case(office, identity.actor_of(office, login), number)
    if as_json:
        show.print_json(steps)
        return
    columns = {"at": "时间", "name": "环节", "person": "责任人", "basis": "依据", "requirements": "需求"}
    show.print_rows(columns, (vars(step) for step in steps), empty="还没有办理。")


@case.command()
@click.argument("key")
@show.as_option
@_data
@click.option("--about", default=None, metavar="CASE_NO", help="The case that a side procedure belongs to.")
@show.json_option
def start(key: str, login: str, data: str, about: str | None, as_json: bool) -> None:
    """Start procedure KEY with the data of its start form."""
    office = show.open_office()
    made = cases.start_case(office, identity.actor_of(office, login), key, show.read_json(data), about=about)
    if as_json:
        show.print_json(
            {"id": made.id, "businessKey": made.case_no, "caseNo": made.case_no, "recordNo": made.record_no}
        )
    else:
        click.echo(made.record_no)


@case.command()
@click.argument("item")
@show.as_option
@_data
@show.json_option
def complete(item: str, login: str, data: str, as_json: bool) -> None:
    """Complete work item ITEM with the data of its form (claimed first if nobody holds it)."""
    office = show.open_office()
    done = work.complete(office, identity.actor_of(office, login), item, show.read_json(data))
    if as_json:
        show.print_json(done)
    else:
        click.echo(f"已完成：{done.case_no}")


@case.command()
@click.argument("number")
@click.argument("name")
@show.as_option
@_data
@show.json_option
def message(number: str, name: str, login: str, data: str, as_json: bool) -> None:
    """Report message NAME (such as notice.objection) to case NUMBER; it is kept even when nobody waits for it."""
    office = show.open_office()
    receipt = cases.send_message(office, identity.actor_of(office, login), number, name, show.read_json(data))
    if as_json:
        show.print_json(receipt)
    else:
        click.echo(f"回执：{receipt.number}")
