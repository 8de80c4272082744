"""``jiuzhu import``: households that are helped already come in from a list, as the page does it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from jiuzhu.cli import show
from jiuzhu.service import identity, takeover, takeover_release

_reason = click.option("--reason", required=True, help="Why: kept with the import.")


@click.group("import")
def import_() -> None:
    """Take over existing households: dry run, hand over, release by another person, undo."""


@import_.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@show.as_option
def template(file: Path, login: str) -> None:
    """Write the XLSX to fill in to FILE."""
    office = show.open_office()
    file.write_bytes(takeover.template(office, identity.actor_of(office, login)))
    click.echo(str(file))


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@show.as_option
@show.json_option
def check(file: Path, login: str, as_json: bool) -> None:
    """Dry run of FILE (XLSX or CSV): every fault by row and column; nothing is taken over."""
    office = show.open_office()
    found = takeover.check(office, identity.actor_of(office, login), file.read_bytes(), file.name)
    if as_json:
        show.print_json(found)
    else:
        click.echo(f"{found.import_no}  {found.state_label}：{found.households}户、{found.persons}人")
        for one in found.faults:
            click.echo(f"  第{one['row']}行 {one['place']}：{one['sentence']}")
        if found.fault_count > len(found.faults):
            click.echo(f"  共{found.fault_count}处，只列出前{len(found.faults)}处。")
    if found.fault_count:
        raise click.exceptions.Exit(1)


@import_.command()
@click.argument("import_no")
@show.as_option
def submit(import_no: str, login: str) -> None:
    """Hand over list IMPORT_NO for release."""
    office = show.open_office()
    takeover.submit(office, identity.actor_of(office, login), import_no)
    click.echo("已提交，等待放行。")


@import_.command()
@click.argument("import_no")
@show.as_option
def release(import_no: str, login: str) -> None:
    """Release list IMPORT_NO, which another person has handed over, and write it; run again, it goes on."""
    office = show.open_office()
    takeover.release(office, identity.actor_of(office, login), import_no)
    state = takeover_release.carry_on(office, import_no, progress=lambda done, of: click.echo(f"{done}/{of}", err=True))
    click.echo(takeover.STATES[state])
    if state != "released":
        raise click.exceptions.Exit(1)


@import_.command("return")
@click.argument("import_no")
@show.as_option
@_reason
def return_(import_no: str, login: str, reason: str) -> None:
    """Return list IMPORT_NO to who handed it over."""
    office = show.open_office()
    takeover.give_back(office, identity.actor_of(office, login), import_no, reason)
    click.echo("已退回。")


@import_.command()
@click.argument("import_no")
@show.as_option
@_reason
def undo(import_no: str, login: str, reason: str) -> None:
    """Take list IMPORT_NO back as a whole, while nothing was done about its households."""
    office = show.open_office()
    count = takeover.undo(office, identity.actor_of(office, login), import_no, reason)
    click.echo(f"已撤销 {count} 户。")


@import_.command("list")
@show.as_option
@show.json_option
def list_(login: str, as_json: bool) -> None:
    """List the imports of a person's district."""
    office = show.open_office()
    _print(takeover.list_imports(office, identity.actor_of(office, login)), as_json)


@import_.command()
@click.argument("import_no")
@show.as_option
@show.json_option
def opening(import_no: str, login: str, as_json: bool) -> None:
    """Print the opening balance of released list IMPORT_NO: what each household is paid, and from which month on."""
    office = show.open_office()
    found = takeover.opening_lines(office, identity.actor_of(office, login), import_no)
    if as_json:
        show.print_json(found)
        return
    columns = {"recipient_no": "对象编号", "dossier_no": "档案号", "amount_monthly": "月金额", "state": "状态"}
    more = {"paid_through": "已发放至", "first_month": "本系统起发"}
    show.print_rows({"line": "行", **columns, **more}, (vars(one) for one in found), empty="没有。")


def _print(found: Sequence[takeover.ImportView], as_json: bool) -> None:
    if as_json:
        show.print_json(found)
        return
    columns = {"import_no": "编号", "file_name": "文件", "state_label": "状态", "households": "户数"}
    more = {"amount_monthly": "每月合计", "fault_count": "不符合", "checked_by": "经办人", "released_by": "放行人"}
    show.print_rows({**columns, **more, "reason": "理由"}, (vars(one) for one in found), empty="没有导入。")
