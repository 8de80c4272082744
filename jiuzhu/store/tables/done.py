"""What was done: submissions, drafts, attachments, signatures, chained acts, passages, messages."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from jiuzhu.store.tables.metadata import Counted, metadata
from jiuzhu.store.types import Instant, Json, SealedJson, SealedText

submission = Table(
    "submission",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("task_id", String(120), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("case_no", String(80), nullable=False),
    Column("record_no", String(80), nullable=False),
    Column("process_key", String(120), nullable=False),
    Column("element_id", String(120), nullable=False),
    Column("item_name", String(255), nullable=False),
    Column("form", String(120), nullable=False),
    Column("definition", String(160), nullable=False),
    Column("instance", Integer),
    Column("person", String(64), nullable=False),
    Column("person_name", String(60), nullable=False),
    Column("at", Instant, nullable=False),
    Column("true_at", Instant, nullable=False),
    Column("due", Instant),
    Column("data", SealedJson, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("sequence", Counted, nullable=False),
    Index(None, "case_no", "sequence"),
    Index(None, "person", "at"),
    Index(None, "record_no", "form"),
    Index(None, "task_id"),
)

draft = Table(
    "draft",
    metadata,
    Column("subject", String(160), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("data", SealedJson, nullable=False),
    Column("at", Instant, nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("mime", String(120), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("person", String(64), nullable=False),
    Column("case_no", String(80), nullable=False, default=""),
    Column("at", Instant, nullable=False),
    Index(None, "case_no"),
    Index(None, "sha256"),
)

signature = Table(
    "signature",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("signer", String(64), nullable=False),
    Column("signer_name", String(60), nullable=False),
    Column("recorder", String(64), nullable=False),
    Column("recorder_name", String(60), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("scan", Json, nullable=False),
    Column("subject", String(160), nullable=False),
    Column("case_no", String(80), nullable=False, default=""),
    Column("at", Instant, nullable=False),
    Column("contested_at", Instant),
    Column("contest_reason", Text, nullable=False, default=""),
    Index(None, "case_no"),
    Index(None, "signer"),
)

audit = Table(
    "audit",
    metadata,
    Column("record_no", String(80), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("case_no", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("true_at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("actor_name", String(60), nullable=False),
    Column("act", String(60), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("facts", SealedText, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "case_no"),
)

passage = Table(
    "passage",
    metadata,
    Column("id", Counted, primary_key=True, autoincrement=True),
    Column("case_id", String(36), nullable=False),
    Column("step", Integer, nullable=False),
    Column("what", String(12), nullable=False),
    Column("process_key", String(120), nullable=False),
    Column("element_id", String(120), nullable=False),
    Column("element_type", String(60), nullable=False),
    Column("name", String(255), nullable=False),
    Column("task_id", String(36), nullable=False),
    Column("parent_task_id", String(36)),
    Column("flow", String(120), nullable=False, default=""),
    Column("person", String(64), nullable=False, default=""),
    Column("at", Instant, nullable=False),
    Index(None, "case_id", "id"),
    Index(None, "process_key", "element_id"),
)

message_row = Table(
    "message_row",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("receipt_no", String(80), nullable=False, unique=True),
    Column("message", String(120), nullable=False),
    Column("correlation_key", String(120), nullable=False),
    Column("correlation_value", String(200), nullable=False),
    Column("case_no", String(80), nullable=False),
    Column("form", String(120), nullable=False),
    Column("data", SealedJson, nullable=False),
    Column("person", String(64), nullable=False),
    Column("person_name", String(60), nullable=False),
    Column("at", Instant, nullable=False),
    Column("true_at", Instant, nullable=False),
    Column("tried_at", Instant),
    Column("delivered_at", Instant),
    Column("once", String(120), unique=True),
    Index(None, "case_no"),
    Index("ix_message_row_untried", "tried_at", "at"),
)
