"""``jiuzhu sample``: draws, their households, and the check that anybody can repeat."""

from __future__ import annotations

import sys

import click

from jiuzhu.cli import show
from jiuzhu.service import identity, sample_replacement
from jiuzhu.service import samples as service


@click.group()
def sample() -> None:
    """Samples drawn to check the towns: list, show, verify, replace."""


@sample.command("list")
@show.as_option
@show.json_option
def list_(login: str, as_json: bool) -> None:
    """List the draws within somebody's reach, latest first."""
    office = show.open_office()
    found = service.list_draws(office, identity.actor_of(office, login))
    if as_json:
        show.print_json(found)
        return
    columns = {"draw_no": "抽样编号", "scope_name": "范围", "period": "期间", "ratio": "比例", "pool_count": "总体"}
    columns |= {"all_count": "全查", "sample_count": "抽查", "words": "状态", "pass_rate": "合格率"}
    show.print_rows(columns, (vars(one) for one in found), empty="没有抽样。")


@sample.command("show")
@click.argument("draw_no")
@show.as_option
@show.json_option
def show_(draw_no: str, login: str, as_json: bool) -> None:
    """Show a draw and its households; --json exports population, hash, seed and names."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    if as_json:
        show.print_json(service.export(office, actor, draw_no))
        return
    page = service.show_draw(office, actor, draw_no)
    row = page.row
    click.echo(f"{row.draw_no}  {page.line.scope_name}  {row.period}  {page.line.ratio}  {page.line.words}")
    click.echo(f"总体 {row.pool_count} 户，全部检查 {row.all_count} 户，摘要 {row.population_hash}")
    click.echo(f"种子 {row.seed or '（未录入）'}  {row.seed_source}  {row.seed_by_name}")
    columns = {"member": "案号", "name": "申请人", "town_name": "镇（街道）", "reason": "方式", "words": "状态"}
    columns |= {"inspectors": "检查人员", "conclusion": "结论", "rectified": "整改", "replacement": "替换"}
    show.print_rows(columns, (vars(one) for one in page.items), empty="样本为空。")


@sample.command()
@click.argument("draw_no")
@show.as_option
def verify(draw_no: str, login: str) -> None:
    """Draw again from the stored population and seed; exit status 1 and the reasons when it does not agree."""
    office = show.open_office()
    faults = service.verify(office, identity.actor_of(office, login), draw_no)
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo("一致：总体与公布的摘要相符，按种子重算的样本与登记的相符。")


@sample.command()
@click.argument("draw_no")
@click.argument("member")
@click.option("--reason", required=True, help="Why: kept with the sample.")
@show.as_option
def replace(draw_no: str, member: str, reason: str, login: str) -> None:
    """Replace a drawn household by the next of its stratum; nobody chooses which."""
    office = show.open_office()
    fresh = sample_replacement.replace(office, identity.actor_of(office, login), draw_no, member, reason)
    click.echo(f"{member} 替换为 {fresh}。")
