"""``jiuzhu policy``: which number was in force and why, and what the seeds leave open."""

from __future__ import annotations

from datetime import date

import click

from jiuzhu.cli import show
from jiuzhu.domain.requirements import PARTS
from jiuzhu.errors import Invalid
from jiuzhu.policy import load_policies
from jiuzhu.service import policy_sheet as sheets
from jiuzhu.settings import find_root


@click.group()
def policy() -> None:
    """Show the dated parameters of a district with their sources."""


@policy.command("show")
@click.argument("district")
@click.option("--on", "day", required=True, metavar="DATE", help="Day such as 2021-10-11.")
@click.option("--key", "prefix", default="", metavar="PREFIX", help="Only keys that begin so, such as deadlines.")
@show.json_option
def show_(district: str, day: str, prefix: str, as_json: bool) -> None:
    """Print what was in force in DISTRICT on a day: value, since when, source, and the clause that it comes from."""
    config = find_root() / "config"
    sheet = sheets.policy_sheet(load_policies(config), config, district, _day(day), prefix)
    if as_json:
        show.print_json(sheet)
        return
    click.echo(f"{sheet.name}  {sheet.on.isoformat()}  有效参数 {len(sheet.lines)} 项")
    for line in sheet.lines:
        until = f"至{line.last.isoformat()}" if line.last else ""
        click.echo(f"{line.key}  {line.label}：{line.words}")
        click.echo(f"    自{line.first.isoformat()}{until}  依据：{line.basis}")
        for clause in line.clauses:
            click.echo(f"    {clause.id} {clause.text}")


@policy.command()
@show.json_option
def ambiguities(as_json: bool) -> None:
    """List what the seeds leave open, with the setting that answers it and the answer by which the house goes on."""
    found = load_policies(find_root() / "config").ambiguities
    if as_json:
        show.print_json(found)
        return
    for one in found:
        stage = "决定之前" if one.part == PARTS[0] else "决定之后（待建）"
        click.echo(f"{one.id}  {one.question}〔{'、'.join(one.districts)}；{stage}〕")
        click.echo(f"    设定（待本地核定）：{one.answer}")
        click.echo(f"    参数：{'、'.join(one.keys)}{'；流程图：' + '、'.join(one.drawn) if one.drawn else ''}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"“{text}”不是日期，请写成 2021-10-11 这样。", {"on": "请改正日期。"}) from None
