"""``jiuzhu move-cases``: running cases go to another version of their procedure, as the page does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import click

from jiuzhu.cli import show
from jiuzhu.errors import Invalid
from jiuzhu.service import case_move_view, case_move_work, case_moves, identity
from jiuzhu.service.office import Office

_reason = click.option("--reason", required=True, help="Why: kept with the order.")


@click.group("move-cases")
def move_cases() -> None:
    """Move running cases to another version: dry run, hand over, release by another person, and back."""


@move_cases.command("try")
@click.argument("process_key")
@click.argument("source", type=int)
@click.argument("target", type=int)
@click.option("--map", "renames", multiple=True, help="OLD=NEW: element that has another id in the new version.")
@show.as_option
@show.json_option
def try_(process_key: str, source: int, target: int, renames: Sequence[str], login: str, as_json: bool) -> None:
    """Dry run: which running cases of version SOURCE can go to version TARGET, and why others cannot."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    move_no = case_moves.order(office, actor, process_key, source, target, _pairs(renames))
    case_move_work.carry_on(office, move_no)
    _print(office, login, move_no, as_json)
    if case_moves.show(office, actor, move_no).counts.get("cannot"):
        raise click.exceptions.Exit(1)


@move_cases.command("show")
@click.argument("move_no")
@show.as_option
@show.json_option
def show_(move_no: str, login: str, as_json: bool) -> None:
    """Print order MOVE_NO with every case that cannot go, and why."""
    _print(show.open_office(), login, move_no, as_json)


@move_cases.command()
@click.argument("move_no")
@show.as_option
def submit(move_no: str, login: str) -> None:
    """Hand over order MOVE_NO for release."""
    office = show.open_office()
    case_moves.submit(office, identity.actor_of(office, login), move_no)
    click.echo("已提交，等待放行。")


@move_cases.command()
@click.argument("move_no")
@show.as_option
def release(move_no: str, login: str) -> None:
    """Release order MOVE_NO, which another person has handed over, and move its cases; run again, it goes on."""
    office = show.open_office()
    case_moves.release(office, identity.actor_of(office, login), move_no)
    _work(office, login, move_no)


@move_cases.command("return")
@click.argument("move_no")
@show.as_option
@_reason
def return_(move_no: str, login: str, reason: str) -> None:
    """Return order MOVE_NO to who handed it over."""
    office = show.open_office()
    case_moves.give_back(office, identity.actor_of(office, login), move_no, reason)
    click.echo("已退回。")


@move_cases.command()
@click.argument("move_no")
@show.as_option
@_reason
def undo(move_no: str, login: str, reason: str) -> None:
    """Put the cases of order MOVE_NO back on their old version, as far as they have not gone on since."""
    office = show.open_office()
    case_moves.undo(office, identity.actor_of(office, login), move_no, reason)
    _work(office, login, move_no)


@move_cases.command("list")
@show.as_option
@show.json_option
def list_(login: str, as_json: bool) -> None:
    """List the orders of a person's district."""
    office = show.open_office()
    found = case_moves.list_moves(office, identity.actor_of(office, login))
    if as_json:
        show.print_json(found)
        return
    columns = {"move_no": "编号", "process_name": "流程", "source_version": "原版", "target_version": "新版"}
    more = {"state_label": "状态", "cases": "件数", "made_by": "提出人", "released_by": "放行人", "reason": "理由"}
    rows = ({**vars(one), "cases": one.cases} for one in found)
    show.print_rows({**columns, **more}, rows, empty="没有迁移。")


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        old, is_pair, new = text.partition("=")
        if not is_pair or not old.strip() or not new.strip():
            raise Invalid(f"“{text}”应写成 原元素=新元素。")
        found[old.strip()] = new.strip()
    return found


def _work(office: Office, login: str, move_no: str) -> None:
    case_move_work.carry_on(office, move_no, progress=lambda done, of: click.echo(f"{done}/{of}", err=True))
    _print(office, login, move_no, as_json=False)


def _print(office: Office, login: str, move_no: str, as_json: bool) -> None:
    actor = identity.actor_of(office, login)
    found, lines = case_moves.show(office, actor, move_no), case_moves.lines(office, actor, move_no)
    if as_json:
        show.print_json({"move": found, "lines": lines})
        return
    click.echo(f"{found.move_no}  {found.process_name} 第 {found.source_version} 版 → 第 {found.target_version} 版")
    said = "，".join(f"{case_move_view.LINES[state]} {count} 件" for state, count in sorted(found.counts.items()))
    click.echo(f"{found.state_label}：{said}")
    for line in lines:
        for one in line.reasons:
            click.echo(f"  {line.record_no}  {one['sentence']}")
    for sentence, count in Counter(one["sentence"] for line in lines for one in line.notes).items():
        click.echo(f"  {count} 件：{sentence}")
