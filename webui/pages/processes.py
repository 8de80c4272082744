"""The designers' pages: which processes are deployed, in which versions, and what the checker says of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, Any

from flask import Blueprint, Response, render_template, request

from jiuzhu.domain import event_log
from jiuzhu.errors import NotFound
from jiuzhu.service import deployed, deployment, event_logs
from jiuzhu.service.deployed import Definition
from webui.downloads import named
from webui.office import current_actor, current_office

pages = Blueprint("processes", __name__)
SHARED = "各区共用"
PART = 64 * 1024
"""Bytes of a file that are sent at once."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a process as a row of the table."""

    key: str
    name: str
    version: int
    current: bool
    deployed_at: datetime | None
    sha256: str
    file: str


@pages.get("/processes")
def listing() -> str:
    """List the processes by district, and the latest deployments."""
    office, actor = current_office(), current_actor()
    deployments = deployed.list_deployments(office, actor)
    latest = _versions(deployed.list_processes(office, actor), _times(deployments))
    groups: dict[str, list[Version]] = {}
    for one in latest:
        groups.setdefault(_district(one.key), []).append(one)
    ordered = sorted(groups.items(), key=lambda group: (group[0] == SHARED, group[0]))
    return render_template("processes.html", groups=ordered, deployments=deployments[:20])


@pages.get("/processes/<key>")
def show(key: str) -> str:
    """Show one process: drawing, findings, versions."""
    office, actor = current_office(), current_actor()
    versions = _all_versions(key)
    chosen, data = _file(key, versions)
    findings = deployment.check(office, {chosen.resource: data})
    times = _times(deployed.list_deployments(office, actor))
    rows = _versions(versions, times)
    return render_template(
        "process.html",
        process=next(row for row in rows if row.version == chosen.version),
        versions=rows,
        findings=findings,
        marks=_marks(findings),
        logs=[(one, office.policies.districts[one].name) for one in event_logs.districts_of(office, actor)],
    )


@pages.get("/processes/<key>/file")
def download(key: str) -> Response:
    """Hand out the BPMN file."""
    chosen, data = _file(key, _all_versions(key))
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


def _all_versions(key: str) -> list[Definition]:
    """Return the versions of a process, latest first. Raises NotFound."""
    every = deployed.list_definitions(current_office(), current_actor(), "process")
    found = [one for one in every if one.key == key]
    if not found:
        raise NotFound("没有部署过这个流程。")
    return found


def _file(key: str, versions: Sequence[Definition]) -> tuple[Definition, bytes]:
    wanted = request.args.get("version", type=int) or versions[0].version
    chosen = next((one for one in versions if one.version == wanted), None)
    if chosen is None:
        raise NotFound(f"{key} 没有第 {wanted} 版。")
    return deployed.read_resource(current_office(), current_actor(), chosen.id)


def _times(deployments: Sequence[deployed.Deployment]) -> Mapping[str, datetime]:
    return {one.id: one.deployed_at for one in deployments}


def _versions(definitions: Sequence[Definition], times: Mapping[str, datetime]) -> list[Version]:
    current: dict[str, int] = {}
    for one in definitions:
        current[one.key] = max(one.version, current.get(one.key, 0))
    return [
        Version(
            key=one.key,
            name=one.name or one.key,
            version=one.version,
            current=one.version == current[one.key],
            deployed_at=times.get(one.deployment),
            sha256=one.sha256,
            file=one.resource,
        )
        for one in definitions
    ]


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
