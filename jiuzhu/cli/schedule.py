"""``jiuzhu schedule``: without a sub-command the alarm clock; with one, what falls due by the calendar."""

from __future__ import annotations

import threading

import click

from jiuzhu.cli import show
from jiuzhu.cli.operate import wait_for_signal
from jiuzhu.service import identity
from jiuzhu.service import schedule_desk as desk
from jiuzhu.service import schedule_view as view

_district = click.option("--district", default="", metavar="ID", help="District, where there are several.")
_scope = click.option("--scope", default="", metavar="ORGANISATION", help="Only this town, village or district.")
_reason = click.option("--reason", required=True, help="Why: kept in the ledger.")


@click.group(invoke_without_command=True)
@click.option("--once", is_flag=True, help="Fire what is due now, then stop.")
@click.pass_context
def schedule(context: click.Context, once: bool) -> None:
    """Without a sub-command: fire timers, keep the ledger, mark late duties; several may run on one database."""
    if context.invoked_subcommand is not None:
        return
    from jiuzhu.scheduler import Scheduler
    from jiuzhu.service import campaigns, due, sample_work, schedules

    office = show.open_office()
    if once:
        started, moved = schedules.keep_schedules(office), campaigns.keep_campaigns(office)
        sample_work.keep_samples(office)
        woken = due.fire_due(office)
        click.echo(f"{woken} case(s) woken, {started} turn(s) of schedules started, {moved} review(s) moved")
        return
    stop = threading.Event()
    wait_for_signal(stop)
    scheduler = Scheduler(office)
    scheduler.start()
    click.echo("scheduling; SIGTERM stops")
    stop.wait()
    scheduler.stop()


@schedule.command("list")
@show.as_option
@_district
@show.json_option
def list_(login: str, district: str, as_json: bool) -> None:
    """List the schedules: next turn, and how many turns are due, running, done, late."""
    office = show.open_office()
    found = view.list_schedules(office, identity.actor_of(office, login), district)
    if as_json:
        show.print_json(found)
        return
    columns = {"id": "日程", "label": "名称", "due": "待启动", "started": "办理中", "done": "完成", "late": "逾期"}
    rows = ({**vars(one), **one.counts, "words": _words(one)} for one in found)
    show.print_rows({**columns, "words": "下次"}, rows, empty="没有日程。")


@schedule.command("next")
@show.as_option
@_district
def next_(login: str, district: str) -> None:
    """Say in words what fires next, soonest first."""
    office = show.open_office()
    found = view.list_schedules(office, identity.actor_of(office, login), district)
    for one in sorted((one for one in found if one.next_at), key=lambda one: str(one.next_at)):
        click.echo(f"{one.label}  {_words(one)}")


@schedule.command()
@click.argument("name", default="")
@show.as_option
@_district
@click.option("--state", default="", help="due, started, done, missed, void or late.")
@show.json_option
def turns(name: str, login: str, district: str, state: str, as_json: bool) -> None:
    """List the ledger: expected against actual, of schedule NAME or of all."""
    office = show.open_office()
    found = view.list_turns(office, identity.actor_of(office, login), schedule=name, state=state, district=district)
    if as_json:
        show.print_json(found)
        return
    columns = {"label": "日程", "period": "期", "scope_name": "单位", "due_at": "期限", "words": "状态"}
    more = {"record_no": "编号", "done_by": "办理人", "reason": "理由", "fault": "故障"}
    show.print_rows({**columns, **more}, (vars(one) for one in found), empty="台账里没有。")


@schedule.command()
@click.argument("name")
@show.as_option
@_district
def explain(name: str, login: str, district: str) -> None:
    """Say what schedule NAME does, on which clause it rests, when it fires next and what lateness brings."""
    office = show.open_office()
    for line in view.explain(office, identity.actor_of(office, login), name, district):
        click.echo(line)


@schedule.command()
@click.argument("name")
@show.as_option
@click.option("--reason", default="", help="Why: kept in the ledger (not for a dry run).")
@_district
@_scope
@click.option("--dry-run", is_flag=True, help="Only say what would be started.")
def run(name: str, login: str, reason: str, district: str, scope: str, dry_run: bool) -> None:
    """Start schedule NAME by hand, with a reason; a place that had its turn gets another one only by --scope."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    if dry_run:
        plan = desk.dry_run(office, actor, name, district, scope)
        click.echo(f"{plan.label}（{plan.period}）：将启动 {len(plan.starts)} 处，已启动 {len(plan.already)} 处")
        if not plan.in_window:
            click.echo("现在不在办理时间内。")
        for _, place in plan.starts:
            click.echo(f"  {place}")
        return
    started = desk.run_now(office, actor, name, reason, district=district, scope=scope)
    for one in started:
        click.echo(one)
    click.echo(f"启动 {len(started)} 处。")


@schedule.command()
@click.argument("name")
@show.as_option
@_reason
@_district
def pause(name: str, login: str, reason: str, district: str) -> None:
    """Pause schedule NAME in a district: what falls due is kept and starts after resuming."""
    office = show.open_office()
    desk.pause(office, identity.actor_of(office, login), name, reason, district)
    click.echo("已暂停。")


@schedule.command()
@click.argument("name")
@show.as_option
@_district
def resume(name: str, login: str, district: str) -> None:
    """Resume schedule NAME."""
    office = show.open_office()
    desk.resume(office, identity.actor_of(office, login), name, district)
    click.echo("已恢复。")


def _words(line: view.ScheduleLine) -> str:
    return f"已暂停：{line.reason}" if line.paused_at else line.next_words
