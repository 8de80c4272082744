"""``jiuzhu refusals``: who tried what and was not allowed to."""

from __future__ import annotations

import click

from jiuzhu.cli import show
from jiuzhu.service import refusals as service
from jiuzhu.service.office import system_actor


@click.command()
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many, latest first.")
@show.json_option
def refusals(limit: int, as_json: bool) -> None:
    """List what was refused, with the rule that forbids it."""
    found = service.list_refusals(show.open_office(), system_actor(), limit)
    if as_json:
        show.print_json(found)
        return
    columns = {"at": "时间", "actor_name": "人员", "act_name": "操作", "subject": "对象", "rule": "规则"}
    rows = ({**row, "act_name": service.ACTS.get(row["act"], row["act"])} for row in found)
    show.print_rows({**columns, "sentence": "原因"}, rows, empty="没有被拒绝的操作。")
