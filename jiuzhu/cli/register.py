"""``jiuzhu register``: list, show and add rows of the registers that are data, as the pages do."""

from __future__ import annotations

from pathlib import Path

import click

from jiuzhu.cli import show
from jiuzhu.service import identity, register_export, registers, risk_alerts, staffing


@click.group()
def register() -> None:
    """Registers: rows are added and corrected by new rows, never changed."""


@register.command("list")
@show.as_option
@show.json_option
def list_(login: str, as_json: bool) -> None:
    """List the registers that a person may read."""
    office = show.open_office()
    found = registers.list_registers(office, identity.actor_of(office, login))
    if as_json:
        show.print_json(found)
        return
    show.print_rows(
        {"name": "登记簿", "label": "名称", "note": "内容"}, (vars(one) for one in found), empty="没有登记簿。"
    )


@register.command("show")
@click.argument("name")
@show.as_option
@click.option("--organisation", default="", help="Id of a town or village.")
@click.option("--month", default="", metavar="YYYY-MM")
@click.option("--words", default="", help="Only rows that hold all of these words.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a workbook.")
@show.json_option
def show_(
    name: str, login: str, organisation: str, month: str, words: str, as_csv: bool, xlsx: Path | None, as_json: bool
) -> None:
    """Show the rows of register NAME."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    wanted = {"organisation": organisation, "month": month, "words": words}
    if as_csv:
        click.echo(register_export.register_csv(office, actor, name, **wanted), nl=False)
        return
    if xlsx is not None:
        xlsx.write_bytes(register_export.register_xlsx(office, actor, name, **wanted))
        click.echo(xlsx)
        return
    page = registers.show_register(office, actor, name, **wanted)
    if as_json:
        show.print_json(page)
        return
    columns = {"row_no": "登记号", "organisation_name": "单位"}
    columns |= {f"cell{place}": one.label for place, one in enumerate(page.columns)}
    rows = ({**vars(row), **{f"cell{place}": cell for place, cell in enumerate(row.cells)}} for row in page.rows)
    show.print_rows({**columns, "entered_by_name": "登记人", "entered_at": "时间"}, rows, empty="还没有登记。")


@register.command()
@click.argument("name")
@show.as_option
@click.option("--data", metavar="FILE", required=True, help="JSON object with the register's columns; - for stdin.")
@click.option("--organisation", default="", help="Where the row belongs (default: the person's first).")
@click.option("--corrects", default="", metavar="ROW_NO", help="Row that the new one takes the place of.")
@click.option("--reason", default="", help="Why it is corrected.")
@show.json_option
def add(name: str, login: str, data: str, organisation: str, corrects: str, reason: str, as_json: bool) -> None:
    """Add a row to register NAME."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    values = show.read_json(data)
    number = registers.add_row(office, actor, name, values, organisation=organisation, corrects=corrects, reason=reason)
    if as_json:
        show.print_json({"rowNo": number})
    else:
        click.echo(number)


@register.command("alerts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@show.as_option
@show.json_option
def alerts(file: Path, login: str, as_json: bool) -> None:
    """Take in a department's list of families at risk (CSV or XLSX); wrong rows are named, the others become alerts."""
    office = show.open_office()
    lines = risk_alerts.import_alerts(office, identity.actor_of(office, login), file.read_bytes())
    if as_json:
        show.print_json(lines)
        return
    rows = (
        {"line": one.line, "number": one.number, "said": one.fault or ("已经导入过" if one.again else "已导入")}
        for one in lines
    )
    show.print_rows({"line": "行", "number": "预警编号", "said": "结果"}, rows, empty="名单是空的。")


@register.command("staff")
@show.as_option
@show.json_option
def staff(login: str, as_json: bool) -> None:
    """Say for each town whether it has the staff it needs and one named window person."""
    office = show.open_office()
    lines = staffing.towns_staffed(office, identity.actor_of(office, login))
    if as_json:
        show.print_json(lines)
        return
    show.print_rows(
        {"town_name": "镇街", "count": "人数", "minimum": "应不少于", "said": "情况"},
        (
            {
                "town_name": line.town_name,
                "count": line.staffing.count,
                "minimum": line.staffing.minimum,
                "said": "；".join(line.staffing.faults) or "符合",
            }
            for line in lines
        ),
        empty="没有镇街。",
    )
