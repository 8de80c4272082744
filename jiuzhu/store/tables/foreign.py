"""Cases that another engine runs: which process instance there is which case here, and what was done for its tasks.

The answer to a task of that engine is stored in the transaction that made it: however often the task is handed out
again, it gets the same answer and nothing is done twice.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from jiuzhu.store.tables.metadata import metadata
from jiuzhu.store.types import Instant, SealedJson

foreign_instance = Table(
    "foreign_instance",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "case_id"),
)

foreign_task = Table(
    "foreign_task",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("topic", String(120), nullable=False),
    Column("at", Instant, nullable=False),
    Column("inputs", SealedJson, nullable=False),
    Column("answer", SealedJson, nullable=False),
    Column("acts", SealedJson, nullable=False),
    Column("answered_at", Instant),
    Column("settled_at", Instant),
    Index("ix_foreign_task_open", "settled_at", "at"),
    Index(None, "case_id"),
)
