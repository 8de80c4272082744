"""What a dossier holds of one case: every form, document, decision, change, review and payment, each with its hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jiuzhu.domain.audit import sha256_of
from jiuzhu.domain.dossiers import change_title, row_content
from jiuzhu.domain.rows import Document, DossierCase, DossierItem, Recipient, RecipientChange, Row
from jiuzhu.service.desk import Desk
from jiuzhu.store import dossiers as stored
from jiuzhu.store import listing, papers
from jiuzhu.store.shelf import shelf_of

RECORDS: Mapping[str, str] = {
    "case_decision": "决定",
    "filing": "备案",
    "notice": "公示",
    "delivery": "送达",
    "benefit_calculation": "金额核算",
    "means_query": "信息核对",
    "recipient_change": "变动",
    "adjustment": "动态管理",
    "campaign_item": "年度复核",
    "payment_order": "发放指令",
    "payment_line": "发放",
    "back_pay": "补发",
    "recovery": "追缴",
    "repayment": "退还",
    "single_payment": "一次性发放",
}
"""Table → what a dossier calls its rows, in this order; a table that an installation does not have holds nothing."""
_TIMES = ("decided_at", "changed_at", "ordered_at", "built_at", "made_at", "requested_at", "posted_on", "paid_at")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing in the dossier."""

    case_no: str
    kind: str
    """submission, document, attachment, import or the table of the record."""
    kind_label: str
    ref: str
    title: str
    at: datetime | date | None
    person: str
    sha256: str
    filed: bool
    """True: it stands in the list of what was archived, with this hash."""


def entries(desk: Desk, case_no: str) -> Sequence[Entry]:
    """Return everything of a case, forms and papers first, by time."""
    shelf = shelf_of(desk.tx)
    items = shelf.find(DossierItem, {"case_no": case_no})
    filed = {(item.kind, item.ref): item.sha256 for item in items}
    found = [
        _entry(filed, case_no, "import", "导入", item.ref, item.title, item.filed_at, "", item.sha256)
        for item in items
        if item.kind == "import"
    ]
    items_of = stored.item_names(desk.tx, case_no)
    for one in papers.submissions(desk.tx, case_no):
        title = items_of.get(one.id) or one.form
        found.append(
            _entry(filed, case_no, "submission", "表单", one.id, title, one.submitted_at, one.person_name, one.sha256)
        )
    for row in shelf.find(Document, {"case_no": case_no}):
        found.append(
            _entry(filed, case_no, "document", "文书", row.document_no, row.title, row.made_at, "", row.sha256)
        )
    for file in papers.attachments_of(desk.tx, case_no):
        found.append(
            _entry(filed, case_no, "attachment", "附件", file["id"], file["name"], file["at"], "", file["sha256"])
        )
    for table, label, record in records(desk, case_no):
        ref = ref_of(record)
        title = change_title(record) if isinstance(record, RecipientChange) else f"{label}{ref}"
        kind = "change" if table == "recipient_change" else table
        digest = sha256_of(row_content(record))
        found.append(_entry(filed, case_no, kind, label, ref, title, _time_of(record), "", digest))
    return found


def records(desk: Desk, case_no: str) -> Sequence[tuple[str, str, Row]]:
    """Return (table, its word, row) of everything on record about a case."""
    return [
        (table, label, row) for table, label in RECORDS.items() for row in stored.rows_about(desk.tx, table, case_no)
    ]


def ref_of(row: Row) -> str:
    """Return a row's key as text."""
    return "/".join(str(getattr(row, name)) for name in row.key)


def names(desk: Desk, dossier_nos: Sequence[str]) -> Sequence[tuple[DossierCase, str]]:
    """Return (link, name of the applicant) of the cases of these dossiers, oldest first."""
    numbers = tuple(dossier_nos)
    links = shelf_of(desk.tx).find(DossierCase, {"dossier_no": numbers}) if numbers else ()
    wanted = tuple(one.case_no for one in links)
    heads = listing.by_records(desk.tx, wanted)
    helped = {one.case_no: one.name for one in shelf_of(desk.tx).find(Recipient, {"case_no": wanted})} if wanted else {}
    found = []
    for link in links:
        head = heads.get(link.case_no)
        found.append((link, head.applicant_name if head is not None else helped.get(link.case_no, "")))
    return found


def _entry(
    filed: Mapping[tuple[str, str], str],
    case_no: str,
    kind: str,
    label: str,
    ref: str,
    title: str,
    at: datetime | date | None,
    person: str,
    sha256: str,
) -> Entry:
    return Entry(
        case_no=case_no,
        kind=kind,
        kind_label=label,
        ref=ref,
        title=title,
        at=at,
        person=person,
        sha256=sha256,
        filed=filed.get((kind, ref)) == sha256,
    )


def _time_of(row: Row) -> datetime | date | None:
    found: Any = next((getattr(row, name) for name in _TIMES if getattr(row, name, None) is not None), None)
    return found if isinstance(found, datetime | date) else None
