"""``jiuzhu campaign``: review campaigns, dry run, start by hand, throttle, pause, resume, progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from jiuzhu.cli import show
from jiuzhu.domain.campaigns import ITEM_STATES
from jiuzhu.service import campaign_desk as desk
from jiuzhu.service import campaign_view as view
from jiuzhu.service import campaigns, identity

_district = click.option("--district", default="", metavar="ID", help="District, where there are several.")


@click.group()
def campaign() -> None:
    """Reviews of a town's recipients: frozen list, households started bit by bit, nobody left out."""


@campaign.command("list")
@show.as_option
@_district
@show.json_option
def list_(login: str, district: str, as_json: bool) -> None:
    """List the campaigns: households, how many are finished, changed, in the way."""
    office = show.open_office()
    found = view.list_campaigns(office, identity.actor_of(office, login), district)
    if as_json:
        show.print_json([_plain(one) for one in found])
        return
    columns = {"number": "编号", "town": "镇（街道）", "label": "类别", "period": "期", "words": "状态"}
    columns |= {"households": "户数", "finished": "完成", "changed": "调整"}
    show.print_rows(columns, (_plain(one) for one in found), empty="没有复核。")


@campaign.command("show")
@click.argument("number")
@show.as_option
@click.option("--village", default="", help="Only the households of this village.")
def show_(number: str, login: str, village: str) -> None:
    """Show the households of campaign NUMBER, each with its state, result and process."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    line = view.show_campaign(office, actor, number)
    click.echo(f"{line.town_name} {line.period} {line.campaign.label}：{line.words}")
    for fault in line.faults:
        click.echo(f"故障  {fault}")
    columns = {"village": "村（社区）", "household_no": "档案编号", "state": "状态", "way": "办法", "result": "结果"}
    found = view.households(office, actor, number, village)
    show.print_rows({**columns, "record_no": "办件"}, found, empty="名单是空的。")


@campaign.command("dry-run")
@show.as_option
@_district
@show.json_option
def dry_run(login: str, district: str, as_json: bool) -> None:
    """Say what each town's list would be now, by village; nothing is written."""
    office = show.open_office()
    found = view.dry_runs(office, identity.actor_of(office, login), district)
    if as_json:
        show.print_json(found)
        return
    for one in found:
        state = "可以启动" if one.in_window else "现在不在办理时间内"
        again = f"，本期已启动{len(one.earlier)}次" if one.earlier else ""
        click.echo(f"{one.town_name}  {one.label}（{one.kind}，{one.period}）：{one.households} 户，{state}{again}")
        for village, households, sheets in one.villages:
            click.echo(f"  {village}  {households} 户，{sheets} 份名单")


@campaign.command()
@click.argument("town")
@show.as_option
@click.option("--kind", default="", help="Kind of review, where the district has several (see dry-run).")
@click.option("--reason", required=True, help="Why: kept with the campaign.")
def start(town: str, login: str, kind: str, reason: str) -> None:
    """Start a campaign at TOWN by hand: its list is frozen, the head plans, then households are started."""
    office = show.open_office()
    click.echo(desk.start(office, identity.actor_of(office, login), town, kind, reason))


@campaign.command()
@click.argument("number")
@show.as_option
@click.option("--reason", required=True, help="Why: kept with the campaign.")
def pause(number: str, login: str, reason: str) -> None:
    """Start no more households of campaign NUMBER; those at work go on."""
    office = show.open_office()
    desk.pause(office, identity.actor_of(office, login), number, reason)
    click.echo("已暂停。")


@campaign.command()
@click.argument("number")
@show.as_option
def resume(number: str, login: str) -> None:
    """Let campaign NUMBER go on where it stopped."""
    office = show.open_office()
    desk.resume(office, identity.actor_of(office, login), number)
    click.echo("已恢复。")


@campaign.command()
@click.argument("number")
@click.argument("households", type=int)
@show.as_option
def throttle(number: str, households: int, login: str) -> None:
    """Let each look start at most HOUSEHOLDS of campaign NUMBER."""
    office = show.open_office()
    desk.set_throttle(office, identity.actor_of(office, login), number, households)
    click.echo(f"每次启动 {households} 户。")


@campaign.command()
def keep() -> None:
    """Look once, as the scheduler does: start what the throttle lets, hand over what the rows say."""
    click.echo(f"{campaigns.keep_campaigns(show.open_office())} 件有进展")


@campaign.command()
@click.argument("number", default="")
@show.as_option
@_district
@show.json_option
def progress(number: str, login: str, district: str, as_json: bool) -> None:
    """Print progress by village, town and district, of campaign NUMBER or of all."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    lines = [view.show_campaign(office, actor, number)] if number else view.list_campaigns(office, actor, district)
    groups = (
        ("village", [place for line in lines for place in line.villages]),
        ("town", view.by_town(lines)),
        ("district", view.by_district(office, lines)),
    )
    if as_json:
        show.print_json({name: [_counts(place) for place in places] for name, places in groups})
        return
    columns = {"name": "单位", "households": "户数", **ITEM_STATES, "changed": "调整", "covered": "覆盖"}
    for name, places in groups:
        click.echo({"village": "按村（社区）", "town": "按镇（街道）", "district": "全区"}[name])
        show.print_rows(columns, (_counts(place) for place in places), empty="没有复核。")


def _counts(place: view.PlaceLine) -> Mapping[str, Any]:
    states = {state: place.states.get(state, 0) for state in ITEM_STATES}
    covered = f"{place.finished}/{place.households}"
    return {"name": place.name, "households": place.households, **states, "changed": place.changed, "covered": covered}


def _plain(line: view.CampaignLine) -> Mapping[str, Any]:
    return {
        "number": line.campaign.campaign_no,
        "town": line.town_name,
        "label": line.campaign.label,
        "period": line.period,
        "state": line.campaign.state,
        "words": line.words + (f"（{line.campaign.pause_reason}）" if line.campaign.pause_reason else ""),
        "households": line.whole.households,
        "finished": line.whole.finished,
        "changed": line.whole.changed,
        "covered": line.covered,
        "throttle": line.campaign.throttle,
        "faults": _first(line.faults),
    }


def _first(faults: Sequence[str]) -> str:
    return f"{faults[0]}（共{len(faults)}户）" if len(faults) > 1 else "".join(faults)
