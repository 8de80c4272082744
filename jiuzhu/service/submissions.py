"""What was handed in, shown again as it was: form, values, hash (decisions C1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import NotFound
from jiuzhu.service import visibility
from jiuzhu.service.desk import reading_desk
from jiuzhu.service.forms import FormSheet, form_of, ports_of
from jiuzhu.service.office import Office
from jiuzhu.store import cases, papers


@dataclass(frozen=True, kw_only=True)
class SubmissionPage:
    """One completed form as it was."""

    id: str
    case_no: str
    record_no: str
    item_name: str
    person_name: str
    at: datetime
    true_at: datetime
    sha256: str
    sheet: FormSheet


def show_submission(office: Office, actor: Actor, submission_id: str) -> SubmissionPage:
    """Return a completed form, drawn with the form file of its case's bundle. Raises NotFound, Forbidden (recused)."""
    with reading_desk(office, actor) as desk:
        row = papers.submission_row(desk.tx, submission_id)
        if row is None:
            raise NotFound("没有这份内容，或者它不在您的管辖范围内。")
        head = visibility.head_of(desk, row["record_no"])
        visibility.require_visible(desk, actor, head)
        live = cases.read(desk.tx, row["case_id"])
        form = form_of(desk.bundle_of(live), row["form"])
        return SubmissionPage(
            id=row["id"],
            case_no=row["case_no"],
            record_no=row["record_no"],
            item_name=row["item_name"],
            person_name=row["person_name"],
            at=row["at"],
            true_at=row["true_at"],
            sha256=row["sha256"],
            sheet=FormSheet(
                form=form, values=row["data"], context={}, ports=ports_of(office, actor, row["case_no"], now=row["at"])
            ),
        )
