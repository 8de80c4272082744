"""``jiuzhu authority``: who may decide what, on which row it rests, what becomes of running cases."""

from __future__ import annotations

import click

from jiuzhu.cli import show
from jiuzhu.service import appointments, authority_cases, identity, seals
from jiuzhu.service import authority as standing

LEVELS = {"town": "镇（街道）", "county": "区（市）", "none": "暂无"}


@click.group()
def authority() -> None:
    """Show who may decide, with the source; explain a case; register who is in office."""


@authority.command("show")
@show.as_option
@click.option("--town", default=None, help="Only this town.")
@show.json_option
def show_(login: str, town: str | None, as_json: bool) -> None:
    """Print town by programme who decides, with source and letter; then the cases of towns that lost authority."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    found = standing.show_authority(office, actor, town=town)
    lost = authority_cases.lost_cases(office, actor, town=town)
    if as_json:
        show.print_json({"authority": found.lines, "letters": found.letters, "cases": lost})
        return
    columns = {
        "town_name": "镇街", "programme_label": "类别", "level_label": "谁决定", "by": "机关和在任人员",
        "since": "自", "source": "依据", "letter_no": "委托书", "lack": "说明",
    }  # fmt: skip
    rows = ({**vars(line), "level_label": LEVELS[line.level]} for line in found.lines)
    show.print_rows(columns, rows, empty="没有可以查看的镇街。")
    for one in lost:
        click.echo(f"{one.case_no}  {one.town_name}  {one.programme_label}  {one.where}")
        click.echo(f"    {one.sentence}")


@authority.command()
@click.argument("number")
@show.as_option
@show.json_option
def explain(number: str, login: str, as_json: bool) -> None:
    """Say who may decide case NUMBER, under which clause, and what a loss of authority would mean for it."""
    office = show.open_office()
    told = authority_cases.explain_case(office, identity.actor_of(office, login), number)
    if as_json:
        show.print_json(told)
    elif told is None:
        click.echo("这不是需要审批的申请。")
    else:
        click.echo(f"{told.case_no}  {told.programme_label}  {told.town_name}  {told.where}")
        click.echo(f"谁决定：{told.now.by}")
        click.echo(f"依据：{told.now.legal_basis}（{told.now.source}）{told.now.letter_no}")
        click.echo(told.sentence)


@authority.command()
@click.argument("login")
@click.argument("group")
@click.option("--document", "document_no", required=True, help="Number of the appointing document.")
@click.option("--as", "actor", default=None, metavar="LOGIN", help="Administrator who registers it.")
def appoint(login: str, group: str, document_no: str, actor: str | None) -> None:
    """Register that LOGIN holds the deciding post GROUP (role@organisation) from today on."""
    office = show.open_office()
    by = identity.actor_of(office, actor) if actor else None
    click.echo(appointments.appoint(office, by, login=login, group=group, document_no=document_no))


@authority.command()
@click.argument("login")
@click.argument("group")
@click.option("--as", "actor", default=None, metavar="LOGIN", help="Administrator who registers it.")
def dismiss(login: str, group: str, actor: str | None) -> None:
    """Register that LOGIN no longer holds GROUP; yesterday was the last day."""
    office = show.open_office()
    by = identity.actor_of(office, actor) if actor else None
    click.echo(f"已终止{appointments.end_appointments(office, by, login=login, group=group)}项任职。")


@authority.command()
@show.as_option
@show.json_option
def catalogue(login: str, as_json: bool) -> None:
    """Print the catalogue of delegated items with its numbers."""
    office = show.open_office()
    found = seals.catalogues(office, identity.actor_of(office, login))
    if as_json:
        show.print_json(found)
        return
    for one in found:
        click.echo(f"{one.district_name}  {one.categories}大项{len(one.items)}小项  依据：{one.source}")
        columns = {"category": "大项", "code": "编号", "label": "事项", "source": "依据"}
        show.print_rows(columns, (vars(item) for item in one.items), empty="没有事项。")
    if not found:
        click.echo("本区没有委托事项目录。")


@authority.command("seals")
@show.as_option
@click.option("--seal", "seal_no", default=None, help="Only this seal.")
@click.option("--item", default=None, help="Only this item of the catalogue.")
@show.json_option
def seals_(login: str, seal_no: str | None, item: str | None, as_json: bool) -> None:
    """Print the seals with their keepers and every use."""
    office = show.open_office()
    found = seals.seal_log(office, identity.actor_of(office, login), seal_no=seal_no, item=item)
    if as_json:
        show.print_json(found)
        return
    columns = {"seal_no": "印章", "town_name": "镇街", "state": "状态", "keeper": "保管人", "uses": "用印次数"}
    show.print_rows(columns, (vars(one) for one in found.seals), empty="没有印章。")
    uses = {
        "use_no": "用印编号", "used_at": "时间", "town_name": "镇街", "person": "用印人", "item": "事项",
        "case_no": "案号", "document_no": "决定文号", "letter_no": "委托书",
    }  # fmt: skip
    show.print_rows(uses, (vars(one) for one in found.uses), empty="没有用印记录。")
