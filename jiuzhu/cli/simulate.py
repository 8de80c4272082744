"""``jiuzhu simulate``: a diagram on trial, a year of made-up cases in virtual time, in a folder of its own."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time
from pathlib import Path
from time import perf_counter

import click

from jiuzhu.bootstrap import build_office
from jiuzhu.cli import demo, show, tryout
from jiuzhu.clock import StillMachine
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.service import simulating
from jiuzhu.service.simulating_limits import Limits, limits_of
from jiuzhu.settings import Settings
from jiuzhu.simulate.plans import read_plan
from jiuzhu.simulate.report import YearReport
from jiuzhu.simulate.year import Year

MOST_TROUBLES = 25
MOST_STEADY = 4
"""Items that people may need for the review of a household about which nothing changes."""


class _Simulations(click.Group):
    """``simulate FILE.bpmn`` is ``simulate diagram FILE.bpmn``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take the name of a file for the command that tries it."""
        wanted = ["diagram", *args] if args and args[0].endswith(".bpmn") else args
        return super().resolve_command(ctx, wanted)


@click.group(cls=_Simulations)
def simulate() -> None:
    """Try procedures on made-up cases before anybody is hurt by them: a diagram (FILE.bpmn), or a district's year."""


simulate.add_command(tryout.diagram)


@simulate.command()
@click.option("--district", required=True, help="Id of the district, such as jincheng.")
@click.option("--year", default=2023, show_default=True, type=click.IntRange(2019, 2035))
@click.option("--applications", default=300, show_default=True, type=click.IntRange(1, 5000))
@click.option("--months", default=12, show_default=True, type=click.IntRange(1, 12), help="Stop after this month.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same year.")
@click.option("--folder", default="bpmn", show_default=True, type=click.Path(exists=True, path_type=Path))
@click.option("--home", type=click.Path(path_type=Path), help="Keep the database here (default: thrown away).")
@show.json_option
def year(
    district: str,
    year: int,
    applications: int,
    months: int,
    seed: int,
    folder: Path,
    home: Path | None,
    as_json: bool,
) -> None:
    """Let a year pass in virtual time: applications, changes, reviews, payments, reports; then read the ledger."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="jiuzhu-year-", dir=memory if memory.is_dir() else None) as scratch:
        place = home or Path(scratch)
        began = perf_counter()
        report = simulated(place, folder, district, year, applications, seed, months=months, quiet=as_json)
        a_second = report.items / (perf_counter() - began)
    if as_json:
        limits = vars(report.limits) if report.limits else {}
        show.print_json(
            {**vars(report), "limits": limits, "never_ran": report.never_ran, "items_a_second": round(a_second, 1)}
        )
    else:
        tell(report)
        click.echo(f"每秒办结 {a_second:.1f} 个环节")
    if report.gaps or report.incidents or report.never_ran or (report.limits and report.limits.unexplained):
        raise SystemExit(1)


def simulated(
    home: Path,
    folder: Path,
    district: str,
    year: int,
    applications: int,
    seed: int,
    *,
    months: int = 12,
    quiet: bool = True,
) -> YearReport:
    """Run a year on a fresh office in ``home`` and return its report."""
    plan = read_plan(Settings.load({"JIUZHU_ENV": "demo"}).root / "config" / "demo", district)
    first = min(date(year, 1, 1), plan.prologue.first) if plan.prologue is not None else date(year, 1, 1)
    machine = StillMachine(datetime.combine(first, time(0), SHANGHAI))
    settings = Settings.load({"JIUZHU_ENV": "demo", "JIUZHU_NOW": first.isoformat(), "JIUZHU_HOME": str(home)})
    office = build_office(settings, clock=machine)
    with demo.exchange_of(office, port=0) as url:
        office.close()
        office = build_office(settings.with_values(exchange={"url": url}, jobs={"retry": "R3/PT0S"}), clock=machine)
        demo.prepare(office, folder)
        office = simulating.only(office, district, date(year, 1, 1))
        simulating.hold_posts(office, district, first)
        say = (lambda _: None) if quiet else click.echo
        report = Year(
            office, machine, district, year, applications=applications, seed=seed, months=months, plan=plan, say=say
        ).run()
        report.limits = limits_of(office, district)
        office.close()
    return report


def tell(report: YearReport) -> None:
    """Print a report."""
    click.echo(f"\n{report.district} {report.year}")
    still = sum(report.open_items.values())
    click.echo(f"年初在享 {report.taken_over}，申请 {report.applications}，办结环节 {report.items}，未办 {still}")
    for key, count in report.processes.items():
        ends = report.ends.get(key, {})
        how = "，".join(f"{end or '在办'} {many}" for end, many in sorted(ends.items())) or "只在其他流程中运行"
        click.echo(f"  {key} {count}：{how}" if count else f"  {key} 0")
    if report.limits is not None:
        tell_limits(report.limits)
    click.echo("逾期办理的环节：" + ("，".join(f"{form} {many}" for form, many in sorted(report.late.items())) or "无"))
    counted = {
        "未办的环节": report.open_items,
        "登记簿": report.entries,
        "来件": report.messages,
        "停止救助的档案": report.dossiers,
    }
    for label, counts in counted.items():
        click.echo(f"{label}：" + ("，".join(f"{name} {many}" for name, many in sorted(counts.items())) or "无"))
    for key, why in sorted(report.aside.items()):
        click.echo(f"  不涉及 {key}：{why}")
    if report.undone:
        click.echo("计划中没有轮到的：" + "、".join(report.undone))
    if report.never_ran:
        click.echo("没有运行的流程：" + "、".join(report.never_ran))
    rows = ({"id": key, **counts} for key, counts in sorted(report.ledger.items()))
    words = ["待启动", "办理中", "已完成", "逾期完成", "逾期", "未办（逾期）"]
    show.print_rows({"id": "日程", **{word: word for word in words}}, rows, empty="台账里没有。")
    for sentence, count in report.troubles.most_common(MOST_TROUBLES):
        click.echo(f"  {count} × {sentence}")
    click.echo(f"事件（未处理）：{len(report.incidents)}")
    for sentence in report.incidents[:MOST_TROUBLES]:
        click.echo(f"  {sentence}")
    click.echo(f"说不清的缺口：{len(report.gaps)}")
    for gap in report.gaps[:MOST_TROUBLES]:
        click.echo(f"  {gap}")


def tell_limits(limits: Limits) -> None:
    """Print what was missed, and whether a lead says why; then the work on households about which nothing changes."""
    for word, missed in (("已提出责任线索", limits.explained), ("没有人说明", limits.unexplained)):
        said = "，".join(f"{subject} {many}" for subject, many in missed.items()) or "无"
        click.echo(f"超过期限，{word} {sum(missed.values())}：{said}")
    if limits.steady_households:
        click.echo(
            f"复核没有变化的 {limits.steady_households} 户：每户人工环节平均 {limits.steady_items:.1f}，"
            f"最多 {limits.steady_most:.1f}（要求不超过 {MOST_STEADY}；按村成批办理的环节由各户分摊）"
        )
    if limits.single_households:
        click.echo(f"逐户核查后维持的 {limits.single_households} 户：每户人工环节平均 {limits.single_items:.1f}")
