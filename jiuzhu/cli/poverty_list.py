"""``jiuzhu poverty-list``: the quarter's poverty-alleviation list that is compared with the dibao register."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from jiuzhu.cli import show
from jiuzhu.service import identity
from jiuzhu.service import poverty_lists as service


@click.group("poverty-list")
def poverty_list() -> None:
    """The poverty-alleviation list of a quarter: import, list."""


@poverty_list.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--period", default="", metavar="2026Q3", help="Quarter; by default the running one.")
@show.as_option
@show.json_option
def import_(file: Path, period: str, login: str, as_json: bool) -> None:
    """Take in a CSV or XLSX with the columns 姓名, 身份证号, 村（社区）; exit status 1 when a row was wrong."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    taken = service.import_list(office, actor, period or service.this_quarter(office), file.read_bytes())
    if as_json:
        show.print_json(taken)
    else:
        click.echo(f"{taken.period}：新增{taken.added}人，重复{taken.again}人，有错{len(taken.faults)}行。")
        for fault in taken.faults:
            click.echo(f"第 {fault.line} 行：{fault.sentence}")
    if taken.faults:
        sys.exit(1)


@poverty_list.command("list")
@show.as_option
@show.json_option
def list_(login: str, as_json: bool) -> None:
    """Say how many people each quarter's list has."""
    office = show.open_office()
    found = service.stocks(office, identity.actor_of(office, login))
    if as_json:
        show.print_json(found)
        return
    show.print_rows({"period": "季度", "people": "人数"}, (vars(one) for one in found), empty="还没有名单。")
