"""A dossier as a package: everything of it in a ZIP with a list of hashes, for who may see its cases (JC-28)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import orjson

from jiuzhu.domain import packages
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.audit import canonical_json
from jiuzhu.domain.dossiers import row_content
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.packages import Verified
from jiuzhu.domain.rows import Document, Dossier, DossierExport, DossierMove, Household
from jiuzhu.errors import Refused
from jiuzhu.service import dossier_entries, dossiers, office_acts
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.store import papers, people
from jiuzhu.store.shelf import shelf_of


@logged("dossier", "number")
def export(office: Office, actor: Actor, number: str) -> tuple[str, bytes]:
    """Return (file name, ZIP) of what a person may see of a dossier; who took it is noted. Raises NotFound, Refused."""
    with reading_desk(office, actor) as desk:
        opened = dossiers.open_dossier(desk, actor, number)
        if opened.dossier.state == "disposed":
            raise Refused("档案已经销毁，只保留目录。")
        files = _head(desk, opened)
        for case_no in opened.case_nos:
            files |= _case(desk, case_no)
        package, digest = packages.pack(files, desk.now)
    with open_desk(office, actor) as desk:
        shelf, dossier_no = shelf_of(desk.tx), opened.dossier.dossier_no
        line = max((one.line for one in shelf.find(DossierExport, {"dossier_no": dossier_no})), default=0) + 1
        shelf.add(
            DossierExport(
                dossier_no=dossier_no,
                line=line,
                manifest_sha256=digest,
                files=len(files),
                exported_by=actor.person_id,
                exported_at=desk.now,
            )
        )
        said = f"导出档案{dossier_no}（{len(files)}个文件，{digest[:12]}）"
        office_acts.note(office, desk.tx, actor, "dossier", said)
    return f"{_safe(dossier_no)}.zip", package


def handed_out(office: Office, verified: Verified) -> str:
    """Say which export of this installation a package is, '' when none is known."""
    with office.store.reading() as tx:
        rows = shelf_of(tx).find(DossierExport, {"manifest_sha256": verified.manifest_sha256})
        if not rows:
            return ""
        name = people.names(tx, [rows[0].exported_by]).get(rows[0].exported_by, "")
        when = rows[0].exported_at.astimezone(SHANGHAI).isoformat(sep=" ", timespec="minutes")[:16]
        return f"{rows[0].dossier_no}第{rows[0].line}次导出，{name}，{when}"


def _head(desk: Desk, opened: dossiers.Opened) -> dict[str, bytes]:
    row: Dossier = opened.dossier
    moves = shelf_of(desk.tx).find(DossierMove, {"dossier_no": row.dossier_no})
    told = {
        **row_content(row),
        "cases": list(opened.case_nos),
        "cases_outside_reach": opened.hidden,
        "moves": [row_content(one) for one in moves],
    }
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["案号", "种类", "名称", "编号", "时间", "经办人", "SHA-256", "已归档"])
    for case_no in opened.case_nos:
        for one in dossier_entries.entries(desk, case_no):
            when = one.at.isoformat() if one.at is not None else ""
            filed = "是" if one.filed else ""
            table.writerow([case_no, one.kind_label, one.title, one.ref, when, one.person, one.sha256, filed])
    return {"档案.json": _json(told), "目录.csv": ("\ufeff" + out.getvalue()).encode()}


def _case(desk: Desk, case_no: str) -> dict[str, bytes]:
    """Return the files of one case: its household, forms, papers (as read and as printed), attachments, records."""
    files: dict[str, bytes] = {}
    stem = _safe(case_no)
    for household in shelf_of(desk.tx).find(Household, {"case_no": case_no}):
        files[f"{stem}/家庭.json"] = _json(household.record)
    for place, form in enumerate(papers.submissions(desk.tx, case_no), start=1):
        told = {
            "id": form.id,
            "form": form.form,
            "case_no": form.case_no,
            "record_no": form.record_no,
            "person": form.person_name,
            "at": form.submitted_at,
            "data": form.data,
            "sha256": form.sha256,
        }
        files[f"{stem}/表单/{place:03d}-{_safe(form.form)}.json"] = _json(told)
    for paper in shelf_of(desk.tx).find(Document, {"case_no": case_no}):
        name = f"{stem}/文书/{_safe(paper.document_no)}-{_safe(paper.title)}"
        files[f"{name}.html"] = paper.html.encode()
        files[f"{name}.docx"] = desk.office.documents.docx(paper.template, paper.values)
        files[f"{name}.json"] = _json({"values": paper.values, "sha256": paper.sha256, "state": paper.state})
    for file in papers.attachments_of(desk.tx, case_no):
        files[f"{stem}/附件/{file['id']}-{_safe(file['name'])}"] = desk.office.files.read(file["sha256"])
    for table, _, row in dossier_entries.records(desk, case_no):
        name = f"{stem}/记录/{table}/{_safe(dossier_entries.ref_of(row))}.json"
        files[name] = _json(row_content(row))
    return files


def _json(value: Mapping[str, Any]) -> bytes:
    """Return readable JSON whose values are those of the canonical text that hashes are made of."""
    return orjson.dumps(orjson.loads(canonical_json(value)), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def _safe(name: str) -> str:
    """Return a name that no file system and no unpacker takes for a path."""
    kept = "".join("_" if one in '/\\:*?"<>|' or ord(one) < 32 else one for one in name).strip(". ")
    return kept[:80] or "_"
