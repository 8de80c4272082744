"""``jiuzhu event-log``: what happened, for process-mining tools."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from jiuzhu.cli import show
from jiuzhu.domain import event_log as formats
from jiuzhu.service import event_logs, identity

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("event-log")
@click.option("--district", required=True, help="Id of the district, such as jincheng.")
@click.option("--process", "process_key", default=None, help="Only this procedure, such as jincheng_application.")
@click.option("--since", type=DAY, default=None, help="Opened on this day or later.")
@click.option("--until", type=DAY, default=None, help="Opened on this day or earlier.")
@click.option("--finished", is_flag=True, help="Leave out what still runs.")
@click.option("--format", "kind", type=click.Choice(["xes", "csv"]), default="xes", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@show.as_option
def event_log(
    district: str,
    process_key: str | None,
    since: datetime | None,
    until: datetime | None,
    finished: bool,
    kind: str,
    out: Path,
    login: str,
) -> None:
    """Write the event log of a district's cases as XES (IEEE 1849) or CSV; no names are in it."""
    office = show.open_office()
    found = event_logs.traces(
        office,
        identity.actor_of(office, login),
        district,
        process_key=process_key,
        since=None if since is None else since.date(),
        until=None if until is None else until.date(),
        finished_only=finished,
    )
    with out.open("w", encoding="utf-8", newline="") as file:
        if kind == "xes":
            count = formats.write_xes(found, file, title=f"{district} {process_key or ''}".strip())
        else:
            count = formats.write_csv(found, file)
    click.echo(f"{out}：{count} 个案件的事件日志")
