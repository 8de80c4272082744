"""``jiuzhu dossier``: one file for each household, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from jiuzhu.cli import show
from jiuzhu.domain import packages
from jiuzhu.service import dossier_disposal, dossier_package, dossiers, identity

_reason = click.option("--reason", default="", help="Why: kept with the dossier.")


@click.group()
def dossier() -> None:
    """Dossiers of households over all their cases: show, hand over, export, verify, dispose."""


@dossier.command("list")
@show.as_option
@click.option("--text", default="", help="Part of a dossier's or case's number.")
@show.json_option
def list_(login: str, text: str, as_json: bool) -> None:
    """List the dossiers of a person's places, newest first."""
    office = show.open_office()
    _print(dossiers.list_dossiers(office, identity.actor_of(office, login), text), as_json)


@dossier.command()
@show.as_option
@show.json_option
def expired(login: str, as_json: bool) -> None:
    """List the dossiers whose retention has ended by today."""
    office = show.open_office()
    _print(dossiers.list_expired(office, identity.actor_of(office, login)), as_json)


@dossier.command("show")
@click.argument("number")
@show.as_option
@show.json_option
def show_(number: str, login: str, as_json: bool) -> None:
    """Show dossier NUMBER (or that of case NUMBER) with everything in it."""
    office = show.open_office()
    view = dossiers.show(office, identity.actor_of(office, login), number)
    if as_json:
        show.print_json(view)
        return
    click.echo(f"{view.line.dossier_no}  {view.line.name}  {view.line.town_name}{view.line.village_name}")
    click.echo(f"{view.state_label}；电子档案：{view.electronic_place}；纸质档案：{view.line.paper_place or '未登记'}")
    if view.line.closed_on is not None:
        click.echo(f"{view.line.closed_on}注销，{view.line.keep_until}起方可提请销毁")
    if view.hidden:
        click.echo(f"另有{view.hidden}件在您的管辖范围外。")
    columns = {"case_no": "案号", "kind_label": "种类", "title": "名称", "at": "时间", "sha256": "SHA-256"}
    show.print_rows(columns, (vars(one) for one in view.entries), empty="档案里还没有内容。")


@dossier.command()
@click.argument("number")
@show.as_option
@click.option("--to", "to_place", required=True, help="Where the paper file is from now on.")
@click.option("--receiver", required=True, help="Who took it.")
@click.option("--note", default="")
def move(number: str, login: str, to_place: str, receiver: str, note: str) -> None:
    """Log that the paper file of dossier NUMBER was handed over."""
    office = show.open_office()
    dossiers.move_paper(office, identity.actor_of(office, login), number, to_place, receiver, note)
    click.echo("已登记交接。")


@dossier.command()
@click.argument("number")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@show.as_option
def export(number: str, file: Path, login: str) -> None:
    """Write dossier NUMBER as a ZIP with a list of hashes to FILE."""
    office = show.open_office()
    _, package = dossier_package.export(office, identity.actor_of(office, login), number)
    file.write_bytes(package)
    click.echo(f"{file}  {packages.verify(package).files} 个文件")


@dossier.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--known", is_flag=True, help="Say as well which export of this installation it is.")
def verify(file: Path, known: bool) -> None:
    """Check package FILE against its list of hashes; needs nothing but the file."""
    found = packages.verify(file.read_bytes())
    for one in found.faults:
        click.echo(one)
    if not found.holds:
        raise click.exceptions.Exit(1)
    click.echo(f"完整：{found.files} 个文件，MANIFEST {found.manifest_sha256}")
    if known:
        said = dossier_package.handed_out(show.open_office(), found)
        click.echo(said or "不是本系统登记过的导出。")
        if not said:
            raise click.exceptions.Exit(1)


@dossier.command()
@click.argument("number")
@show.as_option
@_reason
@click.option("--confirm", "act", flag_value="confirm", help="Confirm what another person asked for.")
@click.option("--decline", "act", flag_value="decline", help="Do not agree: the dossier stays.")
def dispose(number: str, login: str, reason: str, act: str | None) -> None:
    """Ask for the disposal of dossier NUMBER (with --reason), or, as another person, confirm or decline it."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    if act == "confirm":
        dossier_disposal.confirm(office, actor, number)
        click.echo("已销毁，目录和校验值保留。")
    elif act == "decline":
        dossier_disposal.decline(office, actor, number, reason)
        click.echo("不同意销毁，档案继续保存。")
    else:
        dossier_disposal.ask(office, actor, number, reason)
        click.echo("已提请销毁，等待另一个人确认。")


def _print(found: Sequence[dossiers.DossierLine], as_json: bool) -> None:
    if as_json:
        show.print_json(found)
        return
    columns = {"dossier_no": "档案号", "name": "姓名", "town_name": "镇街", "village_name": "村（社区）"}
    more = {"paper_place": "纸质档案", "closed_on": "注销", "keep_until": "可提请销毁"}
    show.print_rows({**columns, **more}, (vars(one) for one in found), empty="没有档案。")
