"""Papers for reading: documents as HTML twin and Word file, completed forms, attachments (decisions C9)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Document
from jiuzhu.errors import Invalid, NotFound, OutOfReach
from jiuzhu.service import register_reach, seen, visibility
from jiuzhu.service.case_bundles import CaseBundles
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.forms import FormSheet, form_of, ports_of
from jiuzhu.service.office import Office
from jiuzhu.service.opening import TRIAL_MARK
from jiuzhu.service.refusals import logged
from jiuzhu.store import cases, papers, people, trials
from jiuzhu.store.shelf import shelf_of

SIGNATURES = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/webp": b"RIFF",
    "application/pdf": b"%PDF-",
}
"""How a file of a type begins: a page that calls itself a picture is refused."""


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """A document with its HTML twin."""

    number: str
    case_no: str
    record_no: str
    template: str
    title: str
    html: str
    sha256: str
    state: str
    made_at: datetime
    made_by_name: str


@dataclass(frozen=True, kw_only=True)
class AttachmentView:
    """A stored file."""

    id: str
    name: str
    mime: str
    size: int
    case_no: str
    sha256: str
    person: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SubmissionView:
    """A completed form to read again."""

    id: str
    case_no: str
    record_no: str
    name: str
    person_name: str
    at: datetime
    sha256: str
    sheet: FormSheet


@logged("document", "case_no")
def list_documents(office: Office, actor: Actor, case_no: str) -> Sequence[DocumentView]:
    """Return the documents of a household, oldest first. Raises NotFound, Forbidden."""
    with reading_desk(office, actor) as desk:
        visibility.require_visible(desk, actor, visibility.head_of(desk, case_no))
        return [_view(desk, row) for row in shelf_of(desk.tx).find(Document, {"case_no": case_no})]


@logged("document", "number")
def document_html(office: Office, actor: Actor, number: str) -> DocumentView:
    """Return one document with its twin. Raises NotFound, Forbidden."""
    with reading_desk(office, actor) as desk:
        return _view(desk, _document(desk, actor, number))


@logged("document", "number")
def document_docx(office: Office, actor: Actor, number: str) -> tuple[str, bytes]:
    """Return (file name, bytes) of the Word file, rendered from the frozen values. Raises NotFound, Forbidden."""
    with reading_desk(office, actor) as desk:
        row = _document(desk, actor, number)
    name = f"{row.title}-{row.document_no}.docx".replace("/", "_")
    return name, office.documents.docx(row.template, row.values)


@logged("document", "submission_id")
def show_submission(office: Office, actor: Actor, submission_id: str) -> SubmissionView:
    """Return a completed form with the schema of its time. Raises NotFound, Forbidden."""
    with reading_desk(office, actor) as desk:
        row = papers.submission_row(desk.tx, submission_id)
        if row is None:
            raise NotFound("没有这份表单。")
        visibility.require_visible(desk, actor, visibility.head_of(desk, row["case_no"]))
        live = cases.read(desk.tx, row["case_id"])
        form = form_of(CaseBundles(desk, live.id, live.bundle).at(row["true_at"]), row["form"])
        context = {"case_no": live.case_no, "applicant_name": live.applicant_name, **row["data"]}
        return SubmissionView(
            id=row["id"],
            case_no=row["case_no"],
            record_no=row["record_no"],
            name=row["item_name"],
            person_name=row["person_name"],
            at=row["at"],
            sha256=row["sha256"],
            sheet=FormSheet(
                form=form,
                values=row["data"],
                context={**context, **seen.facts(desk, live, form, context)},
                ports=ports_of(office, actor, live.case_no, now=row["at"]),
            ),
        )


def store_attachment(office: Office, actor: Actor, name: str, mime: str, data: bytes) -> str:
    """Keep an uploaded file and return its id; it belongs to its uploader until a form names it.

    Raises Invalid for an empty, oversized or unknown kind of file.
    """
    most = int(office.settings.get("files", "attachment_megabytes"))
    if not data:
        raise Invalid("文件是空的。", {"file": "请重新选择文件。"})
    if len(data) > most * 1024 * 1024:
        raise Invalid("文件太大。", {"file": f"最大 {most} MB。"})
    kind = mime.partition(";")[0].strip().lower()
    if kind not in office.settings.get("files", "attachment_types"):
        raise Invalid("这种文件不能上传。", {"file": "可以上传照片（JPEG、PNG、WebP）、PDF 和纯文本。"})
    if not data.startswith(SIGNATURES.get(kind, b"")):
        raise Invalid("文件内容与类型不符。", {"file": "请用原来的软件另存后再上传。"})
    clean = name.replace("\\", "/").rpartition("/")[2].strip()[:200] or "附件"
    digest = office.files.put(data)
    with open_desk(office, actor) as desk:
        attachment_id = str(uuid.uuid4())
        papers.add_attachment(
            desk.tx,
            {
                "id": attachment_id,
                "sha256": digest,
                "name": clean,
                "mime": kind,
                "size": len(data),
                "person": actor.person_id,
                "case_no": "",
                "at": desk.now,
            },
        )
    return attachment_id


@logged("document", "attachment_id")
def read_attachment(office: Office, actor: Actor, attachment_id: str) -> tuple[AttachmentView, bytes]:
    """Return a stored file to its uploader or to whoever may see its case. Raises NotFound, Forbidden."""
    with reading_desk(office, actor) as desk:
        rows = papers.attachments(desk.tx, [attachment_id])
        if not rows:
            raise NotFound("没有这个文件。")
        row = rows[0]
        if row["case_no"].startswith(register_reach.ATTACHED):
            register_reach.require_attachment(desk, actor, row["case_no"])
        elif row["case_no"]:
            visibility.require_visible(desk, actor, visibility.head_of(desk, row["case_no"]))
        elif row["person"] != actor.person_id:
            raise OutOfReach("没有这个文件。")
    view = AttachmentView(**{name: row[name] for name in AttachmentView.__dataclass_fields__})
    return view, office.files.read(row["sha256"])


def _document(desk: Desk, actor: Actor, number: str) -> Document:
    if number.startswith(TRIAL_MARK):  # lies in the deployer's sandbox
        trials.look(desk.tx, actor.person_id)
    rows = shelf_of(desk.tx).find(Document, {"document_no": number})
    if not rows:
        raise NotFound("没有这份文书。")
    visibility.require_visible(desk, actor, visibility.head_of(desk, rows[0].case_no))
    return rows[0]


def _view(desk: Desk, row: Document) -> DocumentView:
    names = people.names(desk.tx, [row.made_by]) if row.made_by else {}
    return DocumentView(
        number=row.document_no,
        case_no=row.case_no,
        record_no=row.record_no,
        template=row.template,
        title=row.title,
        html=row.html,
        sha256=row.sha256,
        state=row.state,
        made_at=row.made_at,
        made_by_name=names.get(row.made_by, "系统"),
    )
