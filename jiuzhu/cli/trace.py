"""Where each requirement lives and which test proves it: ``jiuzhu trace``."""

from __future__ import annotations

from pathlib import Path

import click

from jiuzhu.cli import show
from jiuzhu.domain.requirements import LABELS, complaints, count
from jiuzhu.errors import Refused
from jiuzhu.service import trace as tracing
from jiuzhu.settings import find_root


@click.command()
@click.argument("identity", required=False, metavar="[ID]")
@click.option("--check", "checking", is_flag=True, help="Fail when a place is gone or a requirement is not proven.")
@click.option("--district", default="", help="Only this district; lists its requirements one by one.")
@click.option(
    "--results",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder with the result files of the test run (default: .trace).",
)
@show.json_option
def trace(identity: str | None, checking: bool, district: str, results: Path | None, as_json: bool) -> None:
    """Show a requirement's clause, the places where it lives and the tests that carry its mark.

    \b
    jiuzhu trace             a table by district: met, without a passed test, owed
    jiuzhu trace NH-03       one requirement
    jiuzhu trace --check     exit 1 when a named place is gone, a marked test failed, or a requirement at or before
                             the decision has no place or no test that passed in the last run; the year's are listed
    """
    root = find_root()
    if identity:
        _show_one(root, identity, results, as_json)
        return
    standings = tracing.trace(root, results)
    if district:
        standings = [standing for standing in standings if standing.requirement.district == district]
    if as_json:
        show.print_json([{"state": each.state, **show.plain(each)} for each in standings])
    else:
        columns = {"district": "区（市）", **LABELS, "later": "待建（决定之后）"}
        table = count(standings)
        show.print_rows(
            columns, [{"district": name, **row} for name, row in table.items()], empty="没有符合条件的要求。"
        )
        if district and not checking:
            show.print_rows(
                {"id": "编号", "label": "状态", "clause": "条款"},
                [{"id": e.requirement.id, "label": e.label, "clause": e.requirement.clause} for e in standings],
                empty="",
            )
    if checking:
        open_ones = complaints(standings)
        for each in open_ones:
            detail = "、".join(each.gone or each.failed)
            click.echo(f"{each.requirement.id}  {each.label}{'：' + detail if detail else ''}")
        if open_ones:
            raise Refused(f"{len(open_ones)} 项要求未落实或未经测试证明；测试须先运行（make test）。")
        click.echo("决定之前（含决定）的各项要求均有去处，并由最近一次测试证明。")


def _show_one(root: Path, identity: str, results: Path | None, as_json: bool) -> None:
    standing = tracing.trace_one(root, identity.upper(), results)
    tests = tracing.marks(root).get(standing.requirement.id, [])
    if as_json:
        show.print_json({"state": standing.state, "tests": tests, **show.plain(standing)})
        return
    requirement = standing.requirement
    click.echo(f"{requirement.id}  {requirement.district}  {standing.label}")
    click.echo(f"  {requirement.clause}")
    click.echo("去处：" if requirement.homes else "去处：待建")
    rules = tracing.load_rules(root / "config")
    for home in requirement.homes:
        rule = rules.get(home.removeprefix("rule "))
        words = f"  {rule[0]}（{'、'.join(rule[1])}）" if rule else ""
        click.echo(f"  {'✗' if home in standing.gone else ' '} {home}{words}")
    click.echo("测试：" if tests else "测试：没有测试带此编号")
    for test in tests:
        click.echo(f"    {test}")
    click.echo(f"最近一次测试：通过 {len(standing.passed)}，未通过 {len(standing.failed)}")
