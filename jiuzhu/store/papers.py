"""Papers of a case: submissions, drafts, attachments, signatures, and messages that people entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update

from jiuzhu.domain.records import Submission
from jiuzhu.store.casefile import file_of
from jiuzhu.store.tables import attachment, draft, message_row, signature, submission
from jiuzhu.store.transaction import Transaction

SUBMISSIONS = "submissions"

_OF_CASE = (
    select(submission)
    .where(submission.c.case_no == bindparam("case_no"))
    .order_by(submission.c.sequence, submission.c.id)
)
_ONE = select(submission).where(submission.c.id == bindparam("id"))


def _plain(row: Mapping[str, Any]) -> Submission:
    return Submission(
        id=row["id"],
        form=row["form"],
        element_id=row["element_id"],
        process_key=row["process_key"],
        case_no=row["case_no"],
        record_no=row["record_no"],
        person=row["person"],
        person_name=row["person_name"],
        submitted_at=row["at"],
        data=row["data"],
        sha256=row["sha256"],
        item_name=row["item_name"],
        due=row["due"],
    )


def _known(tx: Transaction) -> dict[str, list[Submission]]:
    known: dict[str, list[Submission]] = tx.cache.setdefault(SUBMISSIONS, {})
    return known


def add_submission(tx: Transaction, row: Mapping[str, Any]) -> Submission:
    """Queue a submission; questions of this transaction see it at once."""
    tx.later(submission, row)
    plain = _plain(row)
    queued: list[Submission] = tx.cache.setdefault("queued_submissions", [])
    queued.append(plain)
    if plain.case_no in _known(tx):
        _known(tx)[plain.case_no].append(plain)
    return plain


def submissions(tx: Transaction, case_no: str) -> Sequence[Submission]:
    """Return all submissions of a household, oldest first; read once a transaction."""
    known = _known(tx)
    if case_no not in known:
        file = file_of(tx)
        if file is not None and case_no in file.cases:
            stored = [_plain(values) for _, values in file.rows(submission) if values["case_no"] == case_no]
        else:
            stored = [_plain(dict(row._mapping)) for row in tx.execute(_OF_CASE, {"case_no": case_no})]
        queued: list[Submission] = tx.cache.get("queued_submissions", [])
        known[case_no] = stored + [one for one in queued if one.case_no == case_no]
    return known[case_no]


def last_person(tx: Transaction, record_no: str) -> str:
    """Return who completed the last form of a process instance, '' when nobody did."""
    statement = select(submission.c.person).where(submission.c.record_no == record_no)
    return tx.execute(statement.order_by(submission.c.sequence.desc()).limit(1)).scalar_one_or_none() or ""


def submission_row(tx: Transaction, submission_id: str) -> Mapping[str, Any] | None:
    """Return one submission with all its columns."""
    row = tx.execute(_ONE, {"id": submission_id}).one_or_none()
    return None if row is None else dict(row._mapping)


def submission_of_task(tx: Transaction, task_id: str) -> Mapping[str, Any] | None:
    """Return the submission that completed a work item."""
    row = tx.execute(select(submission).where(submission.c.task_id == task_id)).first()
    return None if row is None else dict(row._mapping)


def tasks_of_record(tx: Transaction, record_no: str) -> Sequence[str]:
    """Return the work items of a process instance that were completed."""
    return list(tx.execute(select(submission.c.task_id).where(submission.c.record_no == record_no)).scalars())


def done_by(
    tx: Transaction, person: str, *, before: tuple[datetime, str] | None, text: str | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Return what a person completed, latest first (keyset)."""
    columns = [column for column in submission.c if column.name != "data"]
    statement = select(*columns).where(submission.c.person == person)
    if before is not None:
        at, one = before
        statement = statement.where(or_(submission.c.at < at, (submission.c.at == at) & (submission.c.id < one)))
    if text:
        like = f"%{text}%"
        statement = statement.where(or_(submission.c.case_no.like(like), submission.c.item_name.like(like)))
    statement = statement.order_by(submission.c.at.desc(), submission.c.id.desc()).limit(limit)
    return [dict(row._mapping) for row in tx.execute(statement)]


def save_draft(tx: Transaction, subject: str, person: str, data: Mapping[str, Any], now: datetime) -> None:
    """Keep what a person has filled in so far."""
    tx.execute(delete(draft).where(draft.c.subject == subject, draft.c.person == person))
    tx.execute(insert(draft), {"subject": subject, "person": person, "data": dict(data), "at": now})


def draft_of(tx: Transaction, subject: str, person: str) -> tuple[Mapping[str, Any], datetime] | None:
    """Return a person's draft."""
    row = tx.execute(select(draft).where(draft.c.subject == subject, draft.c.person == person)).one_or_none()
    return None if row is None else (row.data, row.at)


def drop_drafts(tx: Transaction, subjects: Sequence[str]) -> None:
    """Forget the drafts of these subjects."""
    tx.execute(delete(draft).where(draft.c.subject.in_(list(subjects))))


def drop_drafts_before(tx: Transaction, moment: datetime) -> None:
    """Forget drafts that nobody touched for long."""
    tx.execute(delete(draft).where(draft.c.at < moment))


def add_attachment(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Insert an attachment."""
    tx.execute(insert(attachment), dict(row))


def attachments(tx: Transaction, ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Return attachments by id."""
    if not ids:
        return []
    return [dict(row._mapping) for row in tx.execute(select(attachment).where(attachment.c.id.in_(list(ids))))]


def attachments_of(tx: Transaction, case_no: str) -> Sequence[Mapping[str, Any]]:
    """Return the attachments of a household."""
    statement = select(attachment).where(attachment.c.case_no == case_no).order_by(attachment.c.at, attachment.c.id)
    return [dict(row._mapping) for row in tx.execute(statement)]


def bind_attachments(tx: Transaction, ids: Sequence[str], case_no: str) -> None:
    """Give freshly uploaded attachments to a case."""
    tx.execute(
        update(attachment).where(attachment.c.id.in_(list(ids)), attachment.c.case_no == "").values(case_no=case_no)
    )


def add_signature(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Queue a signature."""
    tx.later(signature, row)


def signatures_of(tx: Transaction, case_no: str) -> Sequence[Mapping[str, Any]]:
    """Return the signatures of a household."""
    statement = select(signature).where(signature.c.case_no == case_no).order_by(signature.c.at, signature.c.id)
    return [dict(row._mapping) for row in tx.execute(statement)]


def signature_by_id(tx: Transaction, signature_id: str) -> Mapping[str, Any] | None:
    """Return one signature."""
    row = tx.execute(select(signature).where(signature.c.id == signature_id)).one_or_none()
    return None if row is None else dict(row._mapping)


def signatures_for(tx: Transaction, signer: str) -> Sequence[Mapping[str, Any]]:
    """Return paper signatures that others entered for a person, latest first."""
    statement = (
        select(signature)
        .where(signature.c.signer == signer, signature.c.mode == "paper")
        .order_by(signature.c.at.desc())
        .limit(200)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]


def contest_signature(tx: Transaction, signature_id: str, reason: str, now: datetime) -> bool:
    """Note that the signatory contradicts; False when that was noted before."""
    statement = update(signature).where(signature.c.id == signature_id, signature.c.contested_at.is_(None))
    return tx.execute(statement.values(contested_at=now, contest_reason=reason)).rowcount == 1


def add_message(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Insert a message row at once: it must stand before anybody correlates it."""
    tx.execute(insert(message_row), dict(row))


def message_by_once(tx: Transaction, once: str) -> Mapping[str, Any] | None:
    """Return the message of a repeated click."""
    row = tx.execute(select(message_row).where(message_row.c.once == once)).one_or_none()
    return None if row is None else dict(row._mapping)


def message_by_receipt(tx: Transaction, receipt_no: str) -> Mapping[str, Any] | None:
    """Return a message row, locked."""
    statement = select(message_row).where(message_row.c.receipt_no == receipt_no).with_for_update()
    row = tx.execute(statement).one_or_none()
    return None if row is None else dict(row._mapping)


def message_tried(tx: Transaction, message_id: str, now: datetime, *, delivered: bool) -> None:
    """Note that the message was correlated, and whether a waiting case took it."""
    values = {"tried_at": now, **({"delivered_at": now} if delivered else {})}
    tx.execute(update(message_row).where(message_row.c.id == message_id).values(values))


def untried_messages(tx: Transaction, before: datetime, limit: int) -> Sequence[str]:
    """Return receipt numbers of messages that a process took in but did not correlate before it died."""
    statement = (
        select(message_row.c.receipt_no)
        .where(message_row.c.tried_at.is_(None), message_row.c.true_at < before)
        .order_by(message_row.c.at)
        .limit(limit)
    )
    return list(tx.execute(statement).scalars())


def messages_of(tx: Transaction, case_no: str) -> Sequence[Mapping[str, Any]]:
    """Return the messages of a household."""
    statement = select(message_row).where(message_row.c.case_no == case_no).order_by(message_row.c.at)
    return [dict(row._mapping) for row in tx.execute(statement)]
