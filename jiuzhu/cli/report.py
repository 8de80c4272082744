"""``jiuzhu report``: list reports, show one, save it as XLSX, as the pages do."""

from __future__ import annotations

from pathlib import Path

import click

from jiuzhu.cli import show
from jiuzhu.service import identity, reports

PERIOD = "Such as 2026-09, 2026Q3, 2026H2, 2026 (default: the running one)."


@click.group()
def report() -> None:
    """Reports, counted from the record when they are asked for."""


@report.command("list")
@show.as_option
@show.json_option
def list_(login: str, as_json: bool) -> None:
    """List the reports that a person may read."""
    office = show.open_office()
    found = reports.list_reports(office, identity.actor_of(office, login))
    if as_json:
        show.print_json(found)
        return
    columns = {"name": "报表", "label": "名称", "note": "内容"}
    show.print_rows(columns, (vars(one) for one in found), empty="没有报表。")


@report.command("show")
@click.argument("name")
@show.as_option
@click.option("--period", default="", help=PERIOD)
@click.option("--town", default="", help="Id of one town.")
@show.json_option
def show_(name: str, login: str, period: str, town: str, as_json: bool) -> None:
    """Count report NAME."""
    office = show.open_office()
    page = reports.show_report(office, identity.actor_of(office, login), name, period=period, town=town)
    if as_json:
        keys = [one.key for one in page.columns]
        show.print_json({"period": page.period, "rows": [dict(zip(keys, row, strict=True)) for row in page.values]})
        return
    click.echo(f"{page.period_spoken}{page.report.label}")
    columns = {one.key: one.label for one in page.columns}
    rows = [dict(zip(columns, row, strict=True)) for row in page.rows]
    if page.totals:
        total = dict(zip(columns, page.totals, strict=True))
        rows.append({**total, next(iter(columns)): "合计"})
    show.print_rows(columns, rows, empty="这个期间没有数据。")


@report.command("xlsx")
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@show.as_option
@click.option("--period", default="", help=PERIOD)
@click.option("--town", default="", help="Id of one town.")
def xlsx(name: str, file: Path, login: str, period: str, town: str) -> None:
    """Save report NAME to FILE."""
    office = show.open_office()
    _, data = reports.report_workbook(office, identity.actor_of(office, login), name, period=period, town=town)
    file.write_bytes(data)
    click.echo(str(file))
