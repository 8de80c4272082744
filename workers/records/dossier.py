"""一户一档: the papers of a case and what changed go into the household's dossier, each with its hash."""

from __future__ import annotations

from jiuzhu.domain.dossiers import change_hash, change_title, dossier_of
from jiuzhu.domain.rows import Document, DossierItem, RecipientChange
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, rows_of

ARCHIVE = TopicContract(
    topic="archive",
    label="归入一户一档",
    kind="record",
    doc="把本户新产生的表单、文书和动态管理记录连同校验值归入本户档案，还没有档案的立档；可重复执行，已归档的不再归入。",
    outputs=(Name(name="dossier_ref", type="string", label="档案版本"), names.DUE_SIMPLE),
    sources=("JC-13", "JC-28", "JC-29", "JC-30"),
)


def archive(call: RecordCall) -> Values:
    """Add every form, paper and change that is not in the dossier yet; running it again adds nothing (JC-28, JC-29)."""
    dossier_of(call)
    filed = rows_of(call, DossierItem)
    known = {(item.kind, item.ref) for item in filed}
    papers = [
        ("submission", each.id, f"{each.form}（{each.person_name}）", each.sha256)
        for each in call.records.submissions()
    ]
    papers += [("document", each.document_no, each.title, each.sha256) for each in rows_of(call, Document)]
    papers += [
        ("change", f"{each.recipient_no}/{each.line}", change_title(each), change_hash(each))
        for each in rows_of(call, RecipientChange)
    ]
    new = [paper for paper in papers if paper[:2] not in known]
    version = max((item.version for item in filed), default=0) + (1 if new else 0)
    for line, (kind, ref, title, sha256) in enumerate(new, start=len(filed) + 1):
        call.records.add(
            DossierItem(
                case_no=call.case_no,
                line=line,
                kind=kind,
                ref=ref,
                title=title,
                sha256=sha256,
                filed_at=call.now,
                version=version,
            )
        )
    if new:
        call.records.audit("archived", f"归档{len(new)}件（第{version}次）", items=len(new))
    return {"dossier_ref": f"{call.case_no}/档案{version}"}


TOPICS: tuple[Topic, ...] = (at_desk(ARCHIVE, archive),)
