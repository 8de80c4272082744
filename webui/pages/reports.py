"""Reports: the list, one report for a period and a town, and the same for a spreadsheet."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from jiuzhu.service import reports, workbooks
from webui.downloads import named
from webui.office import current_actor, current_office, query_url

pages = Blueprint("reports", __name__)


@pages.get("/reports")
def listing() -> str:
    """List the reports that this person may read."""
    return render_template("reports.html", reports=reports.list_reports(current_office(), current_actor()))


@pages.get("/reports/<name>")
def show(name: str) -> str:
    """Count a report for a period, of everything within reach or of one town."""
    wanted = _wanted()
    page = reports.show_report(current_office(), current_actor(), name, **wanted)
    return render_template("report.html", page=page, xlsx_href=query_url("reports.save", {"name": name, **wanted}))


@pages.get("/reports/<name>/xlsx")
def save(name: str) -> Response:
    """Hand out what the page shows for a spreadsheet."""
    title, data = reports.report_workbook(current_office(), current_actor(), name, **_wanted())
    response = Response(data, mimetype=workbooks.TYPE)
    response.headers["Content-Disposition"] = named(f"{title}.xlsx")
    return response


def _wanted() -> dict[str, str]:
    return {"period": request.args.get("period", "")[:10], "town": request.args.get("town", "")[:40]}
