"""试走: a diagram that is not deployed is walked beside the server, then a month of made-up cases; the report."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound, OutOfReach, Refused
from jiuzhu.service import deployed
from jiuzhu.simulate.tryout import background
from jiuzhu.simulate.tryout.trying import Wanted
from webui.downloads import named
from webui.office import current_actor, current_office

pages = Blueprint("tryouts", __name__)
STEPS = (200, 600, 1500)
CASES = (0, 4, 8, 20)
SECONDS = 300.0
"""Most time that the walks of a page's trial may take."""
KINDS: Mapping[str, str] = {
    "check": "检查",
    "dead-end": "死路",
    "deadlock": "死锁",
    "loop": "死循环",
    "stop": "办不下去",
    "stuck": "没有人能办",
    "limit": "超过期限",
    "unreached": "没有走到",
}
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@pages.get("/tryouts")
def listing() -> str:
    """List the person's trials, with the form for another one; ``key`` and ``version`` name a deployed diagram."""
    return _draw()


@pages.post("/tryouts")
def begin() -> str | AnyResponse | tuple[str, int]:
    """Begin a trial of uploaded files, or of a deployed version; its report has a page of its own."""
    try:
        files = _uploaded() or _deployed()
        number = background.begin(current_office(), current_actor(), files, _wanted(files))
    except (Forbidden, OutOfReach, NotFound):
        raise
    except Refused as error:
        findings = getattr(error, "findings", ())
        faults = [(one.element_id, f"{one.message}{one.remedy}") for one in findings]
        faults += list(getattr(error, "faults", {}).items())
        return _draw(refused=error.sentence, faults=faults), 409 if isinstance(error, Conflict) else 422
    return redirect(url_for("tryouts.show", number=number), 303)


@pages.get("/tryouts/<number>")
def show(number: str) -> str:
    """Show how far a trial is, or its report."""
    run = background.run_of(current_office(), current_actor(), number)
    marks = _marks(run.report) if run.report else {}
    return render_template(
        "tryout.html", run=run, report=run.report, marks=marks, kinds=KINDS, district=_name(run.district)
    )


@pages.get("/tryouts/<number>/progress")
def progress(number: str) -> Response:
    """Say how far it is, for the page that asks again and again; when it has ended the page is drawn anew."""
    run = background.run_of(current_office(), current_actor(), number)
    response = Response(run.progress, mimetype="text/plain")
    if run.state != "running":
        response.headers["HX-Refresh"] = "true"
    return response


@pages.get("/tryouts/<number>/file")
def diagram(number: str) -> Response:
    """Hand out the diagram under trial."""
    return Response(background.diagram_of(current_office(), current_actor(), number), mimetype="application/xml")


@pages.get("/tryouts/<number>/report.<any(json, csv):kind>")
def report(number: str, kind: str) -> Response:
    """Hand out the report: everything as JSON, or the findings as a table."""
    run = background.run_of(current_office(), current_actor(), number)
    if run.report is None:
        raise NotFound("这次试走还没有结果。")
    if kind == "json":
        text, mimetype = json.dumps(run.report, ensure_ascii=False, indent=2), "application/json"
    else:
        text, mimetype = _table(run.report), "text/csv"
    response = Response(text, mimetype=mimetype)
    response.headers["Content-Disposition"] = named(f"试走-{run.key}.{kind}")
    return response


def _draw(*, refused: str = "", faults: Any = ()) -> str:
    office, actor = current_office(), current_actor()
    return render_template(
        "tryouts.html",
        runs=background.runs(office, actor),
        key=request.values.get("key", "")[:120],
        version=request.values.get("version", "")[:6],
        districts=[(key, one.name) for key, one in office.policies.districts.items()],
        chosen=request.form.get("district", ""),
        steps=STEPS,
        cases=CASES,
        month=f"{office.clock.now():%Y-%m}",
        refused=refused,
        faults=faults,
        name_of=_name,
    )


def _uploaded() -> dict[str, bytes]:
    sent = [*request.files.getlist("diagram"), *request.files.getlist("attachments")]
    return {one.filename: one.read() for one in sent if one.filename}


def _deployed() -> dict[str, bytes]:
    """Return the file of a deployed version, with what was deployed with it while that is not in use.

    Raises Invalid when neither file nor process is named.
    """
    key, version = request.form.get("key", ""), request.form.get("version", type=int)
    if not key:
        raise Invalid("没有要试走的流程图。", {"diagram": "请选 .bpmn 文件。"})
    found = [one for one in deployed.list_definitions(current_office(), current_actor(), "process") if one.key == key]
    chosen = next((one for one in found if version in (None, one.version)), None)
    if chosen is None:
        raise NotFound("没有部署过这个流程。")
    files = deployed.files_of(current_office(), current_actor(), chosen.id)
    in_use = next((one.version for one in found if one.released), None)
    return files if chosen.version != in_use else dict([next(iter(files.items()))])


def _wanted(files: Mapping[str, bytes]) -> Wanted:
    office = current_office()
    form = request.form
    district = form.get("district", "")
    if district not in office.policies.districts:
        raise Invalid("没有这个区县。", {"district": "请选一个区县。"})
    month = form.get("month", "")
    if not _MONTH.fullmatch(month):
        raise Invalid("月份没有写对。", {"month": "请写成 2026-09 的样子。"})
    seed = form.get("seed", 1, type=int)
    steps, cases = form.get("steps", STEPS[1], type=int), form.get("cases", CASES[1], type=int)
    return Wanted(
        district=district,
        day=date.fromisoformat(f"{month}-01"),
        seed=seed if 0 <= seed < 10**9 else 1,
        steps=steps if steps in STEPS else STEPS[1],
        cases=cases if cases in CASES else CASES[1],
        seconds=SECONDS,
    )


def _marks(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the viewer's marks: walked flows with their count, what was only assumed, what was not walked."""
    marks: dict[str, list[str]] = {"is-walked": [], "is-assumed": [], "is-unwalked": [], "is-error": []}
    tokens = []
    for one in found["flows"]:
        kind = "is-unwalked" if not one["count"] else "is-assumed" if one["assumed"] else "is-walked"
        marks[kind].append(one["id"])
        if one["count"]:
            tokens.append([one["id"], str(one["count"]), "is-count"])
    for number, one in enumerate(found["faults"], start=1):
        if one["process_key"] == found["key"] and one["element_id"]:
            if one["severity"] == "error":
                marks["is-error"].append(one["element_id"])
            tokens.append([one["element_id"], f"#{number}", "is-error" if one["severity"] == "error" else "is-warn"])
    return {"marks": marks, "tokens": tokens, "center": found.get("start", "")}


def _table(found: Mapping[str, Any]) -> str:
    out = io.StringIO()
    out.write("\ufeff")
    lines = csv.writer(out)
    lines.writerow(["序号", "级别", "种类", "流程", "位置", "名称", "问题", "怎么改", "走法"])
    for number, one in enumerate(found["faults"], start=1):
        level = "错误" if one["severity"] == "error" else "提醒"
        words = (one["element_id"], one["element_name"], one["message"], one["remedy"], " → ".join(one["trail"]))
        lines.writerow([number, level, KINDS[one["kind"]], one["process_key"], *(_plain(word) for word in words)])
    return out.getvalue()


def _plain(word: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{word}" if word[:1] in "=+-@\t\r" else word


def _name(district: str) -> str:
    known = current_office().policies.districts.get(district)
    return known.name if known else district
