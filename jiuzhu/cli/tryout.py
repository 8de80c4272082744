"""``jiuzhu simulate FILE.bpmn``: try a diagram that is not deployed, and a month of made-up cases with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from jiuzhu.cli import show
from jiuzhu.cli.demo import DAY
from jiuzhu.cli.deploy import SUFFIXES, print_findings
from jiuzhu.errors import DeploymentRefused
from jiuzhu.service import tryout_deployment
from jiuzhu.settings import find_root
from jiuzhu.simulate.tryout.trying import Wanted, try_out

MARKS: Mapping[str, str] = {"error": "错误", "warning": "提醒"}


@click.command()
@click.argument("what", metavar="FILE|KEY")
@click.option(
    "--attach", "attached", multiple=True, type=click.Path(exists=True, path_type=Path), help="Form or table of it."
)
@click.option("--district", default="", help="Id of the district (default: that of the process).")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same run.")
@click.option("--steps", default=600, show_default=True, type=click.IntRange(1, 20000), help="Most acts of the walks.")
@click.option("--cases", default=8, show_default=True, type=click.IntRange(0, 200), help="Made-up cases of the month.")
@click.option("--month", default=DAY[:7], show_default=True, metavar="YYYY-MM", help="The month in virtual time.")
@click.option(
    "--folder", default="bpmn", show_default=True, type=click.Path(exists=True, path_type=Path), help="The rest."
)
@show.json_option
def diagram(
    what: str,
    attached: Sequence[Path],
    district: str,
    seed: int,
    steps: int,
    cases: int,
    month: str,
    folder: Path,
    as_json: bool,
) -> None:
    """Walk a diagram along every way in a throw-away office, then a month of made-up cases; nothing is deployed.

    FILE is a .bpmn file, or the KEY of a process in the folder. Exit status 1 when something is wrong with it.
    """
    rest = show.read_folder(folder, SUFFIXES)
    path = _file_of(what, folder)
    tried = {path.name: path.read_bytes(), **{one.name: one.read_bytes() for one in attached}}
    try:
        first = datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007 -- a month has no hour
    except ValueError as error:
        raise click.UsageError(f"{month} is no month: write YYYY-MM") from error
    wanted = Wanted(
        district=district or _district_of(tryout_deployment.process_key(tried)),
        day=_tried_day(first),
        seed=seed,
        steps=steps,
        cases=cases,
    )
    try:
        report = try_out(_beside(rest, tried), tried, find_root(), wanted, _say(as_json))
    except DeploymentRefused as refused:
        print_findings(refused.findings)
        raise
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        tell(report)
    if any(one["severity"] == "error" for one in report["faults"]):
        raise click.exceptions.Exit(1)


def tell(report: Mapping[str, Any]) -> None:
    """Print a report for people."""
    walked = sum(1 for one in report["flows"] if one["count"])
    click.echo(f"{report['name']}（{report['key']}）  {report['district']}  种子 {report['seed']}")
    click.echo(f"走过 {walked}/{len(report['flows'])} 条线，{report['steps']} 步，{report['ways_count']} 种走法")
    if report["stopped"]:
        click.echo(
            "步数用完，没有试完所有走法；可用 --steps 加大。"
            if report["stopped"] == "steps"
            else "时间用完，没有试完。"
        )
    for end, count in report["ends"].items():
        click.echo(f"  {count} × {end}")
    assumed = [one["id"] for one in report["flows"] if one["count"] and one["assumed"]]
    if assumed:
        click.echo(f"只在假定结果下走过：{'、'.join(assumed)}")
    for one in report["faults"]:
        click.echo(
            f"{MARKS[one['severity']]}  {one['element_name']}（{one['element_id']}）  {one['message']}{one['remedy']}"
        )
        if one["trail"]:
            click.echo(f"      走法：{' → '.join(one['trail'])}")
    if report["month"]:
        tell_month(report["month"])


def tell_month(month: Mapping[str, Any]) -> None:
    """Print what the month would miss."""
    click.echo(
        f"{month['first']} 至 {month['last']}：{month['begun']} 件，办结 {month['ended']} 件，"
        f"{month['items']} 个环节，{month['limits']} 个期限"
    )
    rows = ({**one, "id": one["element_id"], "kept": f"{one['cases']}/{one['of']}"} for one in month["missed"])
    columns = {
        "id": "位置", "name": "期限", "limit": "天数", "source": "依据", "kept": "超期/次数",
        "median_days": "一般超（天）", "most_days": "最多超（天）",
    }  # fmt: skip
    show.print_rows(columns, rows, empty="没有会超过的期限。")
    for said, count in month["troubles"].items():
        click.echo(f"  {count} × {said}")


def _say(quiet: bool) -> Any:
    if quiet or not sys.stderr.isatty():
        return lambda _: None
    return lambda line: click.echo(f"\r{line}    ", err=True, nl=False)


def _file_of(what: str, folder: Path) -> Path:
    if what.endswith(".bpmn"):
        path = Path(what)
        if path.is_file():
            return path
        raise click.UsageError(f"{what} does not exist")
    found = sorted(folder.rglob(f"{what}.bpmn"))
    if not found:
        raise click.UsageError(f"{folder} holds no {what}.bpmn")
    return found[0]


def _beside(rest: Mapping[str, bytes], tried: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the rest without what is tried: the same file would be there twice."""
    names = set(tried)
    return {name: data for name, data in rest.items() if Path(name).name not in names}


def _district_of(key: str) -> str:
    """Return the district whose process it is; one of nobody's own is tried in the first."""
    known = sorted(path.stem for path in (find_root() / "config" / "districts").glob("*.toml"))
    first = key.partition("_")[0]
    return first if first in known else known[0]


def _tried_day(first: date) -> date:
    """Return the day on which the trial begins: the month's, or the demo's day within it."""
    usual = date.fromisoformat(DAY)
    return usual if (usual.year, usual.month) == (first.year, first.month) else first
