"""Tables of the house itself; the tables of record kinds are made from their dataclasses in ``kinds``.

One row per thing, names singular. ``case_instance`` is one process instance; those of one household share ``case_no``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from jiuzhu.store.types import Instant, Json, SealedJson, SealedText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Counted = BigInteger().with_variant(Integer, "sqlite")
"""A key that the database counts up."""

# --- who: decisions C2 ---

organisation = Table(
    "organisation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("parent", String(64), nullable=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(120), nullable=False),
    Column("district", String(64), nullable=False),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date),
    Index(None, "parent"),
)

person = Table(
    "person",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("login", String(120), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    Column("password_hash", Text, nullable=False, default=""),
    Column("active", Boolean, nullable=False, default=True),
)

membership = Table(
    "membership",
    metadata,
    Column("id", Counted, primary_key=True, autoincrement=True),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("role", String(64), nullable=False),
    Column("organisation", ForeignKey("organisation.id"), nullable=False),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date),
    Index(None, "person"),
    Index(None, "role", "organisation"),
)

recusal = Table(
    "recusal",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("case_no", String(80), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "case_no"),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# --- what is deployed: decisions B2 ---

resource = Table(
    "resource",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

deployment = Table(
    "deployment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("source", String(255), nullable=False),
    Column("tenant", String(64)),
    Column("person", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("sequence", Integer, nullable=False),
    Index(None, "name"),
)

deployment_resource = Table(
    "deployment_resource",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("deployment", ForeignKey("deployment.id"), nullable=False),
    Column("name", String(255), nullable=False),
    Column("sha256", ForeignKey("resource.sha256"), nullable=False),
    UniqueConstraint("deployment", "name"),
)

definition = Table(
    "definition",
    metadata,
    Column("id", String(160), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("key", String(120), nullable=False),
    Column("version", Integer, nullable=False),
    Column("version_tag", String(60), nullable=False, default=""),
    Column("name", String(255), nullable=False),
    Column("tenant", String(64)),
    Column("deployment", ForeignKey("deployment.id"), nullable=False),
    Column("resource", String(255), nullable=False),
    Column("sha256", ForeignKey("resource.sha256"), nullable=False),
    Column("released", Boolean, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("facts", Json, nullable=False),
    UniqueConstraint("kind", "key", "tenant", "version"),
    Index(None, "kind", "key"),
    Index(None, "deployment"),
)

bundle = Table(
    "bundle",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("process_key", String(120), nullable=False),
    Column("parts", Json, nullable=False),
)

# --- cases and what is open in them ---

case_instance = Table(
    "case_instance",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("record_no", String(80), nullable=False, unique=True),
    Column("case_no", String(80), nullable=False),
    Column("process_key", String(120), nullable=False),
    Column("process_name", String(255), nullable=False),
    Column("definition", ForeignKey("definition.id"), nullable=False),
    Column("bundle", ForeignKey("bundle.id"), nullable=False),
    Column("is_application", Boolean, nullable=False),
    Column("is_trial", Boolean, nullable=False, default=False),
    Column("district", String(64), nullable=False),
    Column("town", String(64), nullable=False),
    Column("intake_town", String(64), nullable=False),
    Column("village", String(64), nullable=False),
    Column("programme", String(40), nullable=False),
    Column("status", String(60), nullable=False),
    Column("applicant_name", SealedText, nullable=False),
    Column("applicant_index", String(64), nullable=False),
    Column("state_codec", Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("open_tasks", Json, nullable=False),
    Column("audit_seq", Integer, nullable=False),
    Column("audit_hash", String(64), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", String(64), nullable=False),
    Column("ended_at", Instant),
    Column("end_event", String(120), nullable=False, default=""),
    Column("once", String(120), unique=True),
    Index(None, "case_no"),
    Index(None, "town", "opened_at"),
    Index(None, "intake_town", "opened_at"),
    Index(None, "district", "opened_at"),
    Index(None, "applicant_index"),
)

work_item = Table(
    "work_item",
    metadata,
    Column("task_id", String(36), primary_key=True),
    Column("group_name", String(160), primary_key=True),
    Column("case_id", ForeignKey("case_instance.id"), nullable=False),
    Column("case_no", String(80), nullable=False),
    Column("record_no", String(80), nullable=False),
    Column("process_key", String(120), nullable=False),
    Column("element_id", String(120), nullable=False),
    Column("name", String(255), nullable=False),
    Column("district", String(64), nullable=False),
    Column("town", String(64), nullable=False),
    Column("village", String(64), nullable=False),
    Column("programme", String(40), nullable=False),
    Column("applicant_name", SealedText, nullable=False),
    Column("applicant_index", String(64), nullable=False),
    Column("assignee", String(64)),
    Column("assignee_name", String(60), nullable=False, default=""),
    Column("claimed_at", Instant),
    Column("due", Instant, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("form", String(120), nullable=False),
    Column("users", Json, nullable=False),
    Column("properties", Json, nullable=False),
    Column("local", SealedJson, nullable=False),
    Column("instance", Integer),
    Column("priority", Integer, nullable=False),
    Column("documentation", Text, nullable=False, default=""),
    Index("ix_work_item_group_page", "group_name", "due", "task_id"),
    Index("ix_work_item_mine", "assignee", "due", "task_id"),
    Index(None, "case_id"),
    Index(None, "case_no"),
)

waiting = Table(
    "waiting",
    metadata,
    Column("task_id", String(36), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("case_id", ForeignKey("case_instance.id"), nullable=False),
    Column("case_no", String(80), nullable=False),
    Column("record_no", String(80), nullable=False),
    Column("district", String(64), nullable=False),
    Column("process_key", String(120), nullable=False),
    Column("element_id", String(120), nullable=False),
    Column("name", String(255), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("properties", Json, nullable=False),
    # job
    Column("topic", String(120), nullable=False, default=""),
    Column("inputs", SealedJson, nullable=False),
    Column("priority", Integer, nullable=False, default=0),
    Column("retry", String(60), nullable=False, default=""),
    Column("attempt", Integer, nullable=False, default=0),
    Column("retries_left", Integer),
    Column("available_at", Instant),
    Column("owner", String(120)),
    Column("lease_until", Instant),
    Column("error", Text, nullable=False, default=""),
    # timer
    Column("due", Instant),
    # message
    Column("message", String(120), nullable=False, default=""),
    Column("correlation_key", String(120), nullable=False, default=""),
    Column("correlation_value", String(200), nullable=False, default=""),
    Index("ix_waiting_jobs", "kind", "topic", "available_at"),
    Index("ix_waiting_timers", "kind", "due"),
    Index("ix_waiting_messages", "message", "correlation_value"),
    Index(None, "case_id"),
)

incident = Table(
    "incident",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("task_id", String(120), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("case_no", String(80), nullable=False),
    Column("record_no", String(80), nullable=False),
    Column("district", String(64), nullable=False),
    Column("process_key", String(120), nullable=False),
    Column("element_id", String(120), nullable=False),
    Column("name", String(255), nullable=False),
    Column("message", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("closed_by", String(64), nullable=False, default=""),
    Index(None, "case_id"),
    Index(None, "task_id"),
    Index("ix_incident_open", "closed_at", "opened_at"),
)

# --- what was done ---

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
    Column("once", String(120), unique=True),
    Index(None, "case_no", "sequence"),
    Index(None, "person", "at"),
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

office_audit = Table(
    "office_audit",
    metadata,
    Column("id", Counted, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("true_at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("actor_name", String(60), nullable=False),
    Column("act", String(60), nullable=False),
    Column("sentence", Text, nullable=False),
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

series = Table(
    "series",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

office_clock = Table(
    "office_clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("offset_microseconds", BigInteger, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", String(64), nullable=False),
)
