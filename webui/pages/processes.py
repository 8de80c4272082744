"""The designers' pages: which processes are deployed, in which versions, and what the checker says of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, Any

from flask import Blueprint, Response, render_template, request

from jiuzhu.domain import event_log
from jiuzhu.errors import NotFound
from jiuzhu.service import deployed, deployment, event_logs, versions
from jiuzhu.service.deployed import Definition
from jiuzhu.service.versions import Version
from webui.downloads import named
from webui.office import current_actor, current_office, may

pages = Blueprint("processes", __name__)
SHARED = "各区共用"
PART = 64 * 1024
"""Bytes of a file that are sent at once."""


@pages.get("/processes")
def listing() -> str:
    """List the processes by district, what waits for release, and the latest deployments."""
    office, actor = current_office(), current_actor()
    deployments = versions.deployments(office, actor)
    groups: dict[str, list[Version]] = {}
    for one in versions.latest(office, actor):
        groups.setdefault(_district(one.definition.key), []).append(one)
    ordered = sorted(groups.items(), key=lambda group: (group[0] == SHARED, group[0]))
    waiting = [one for one in deployments if one[0].state == "waiting"]
    return render_template("processes.html", groups=ordered, waiting=waiting, deployments=deployments[:20])


@pages.get("/processes/<key>")
def show(key: str) -> str:
    """Show one process: drawing, findings, versions with the running cases on them."""
    office, actor = current_office(), current_actor()
    rows = versions.of_process(office, actor, key)
    chosen, data = _file(key)
    findings = deployment.check(office, {chosen.resource: data})
    return render_template(
        "process.html",
        process=next(row for row in rows if row.definition.id == chosen.id),
        versions=rows,
        findings=findings,
        marks=_marks(findings),
        may_move=may("deploy") or may("release"),
        logs=[(one, office.policies.districts[one].name) for one in event_logs.districts_of(office, actor)],
    )


@pages.get("/processes/<key>/file")
def download(key: str) -> Response:
    """Hand out the BPMN file."""
    chosen, data = _file(key)
    response = Response(data, mimetype="application/xml")
    if "save" in request.args:
        response.headers["Content-Disposition"] = named(f"{chosen.key}.bpmn")
    return response


@pages.get("/processes/<key>/events.<any(xes, csv):kind>")
def events(key: str, kind: str) -> Response:
    """Hand out what happened in the cases of this process in one district, for process-mining tools."""
    district = request.args.get("district", "")
    found = event_logs.traces(current_office(), current_actor(), district, process_key=key)
    # By way of a file: the log of a district's years is larger than what a server should hold at once.
    file = TemporaryFile()  # noqa: SIM115 -- closed when its last part has been sent
    text = TextIOWrapper(file, "utf-8", newline="")
    if kind == "xes":
        event_log.write_xes(found, text, title=f"{district} {key}")
    else:
        event_log.write_csv(found, text)
    text.detach()
    file.seek(0)
    response = Response(_parts(file), mimetype="application/xml" if kind == "xes" else "text/csv")
    response.headers["Content-Disposition"] = named(f"{key}-{district}.{kind}")
    return response


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(PART):
            yield part


def _file(key: str) -> tuple[Definition, bytes]:
    office, actor = current_office(), current_actor()
    number = request.args.get("id")
    if number is None:
        number = versions.one_version(office, actor, key, request.args.get("version", default=0, type=int)).id
    chosen, data = deployed.read_resource(office, actor, number)
    if (chosen.kind, chosen.key) != ("process", key):
        raise NotFound("没有这个流程版本。")
    return chosen, data


def _district(key: str) -> str:
    """Return the district whose process this is by the beginning of its key (a file from the Modeler has no folder)."""
    policy = current_office().policies.districts.get(key.partition("_")[0])
    return policy.name if policy else SHARED


def _marks(findings: Sequence[Any]) -> Mapping[str, Any]:
    """Return the viewer's marks: numbered like the table's lines."""
    tokens = []
    marks: dict[str, list[str]] = {"is-error": [], "is-warn": []}
    for number, one in enumerate(findings, start=1):
        kind = "is-error" if one.severity == "error" else "is-warn"
        if one.element_id:
            marks[kind].append(one.element_id)
            tokens.append([one.element_id, str(number), kind])
    return {"marks": marks, "tokens": tokens}
