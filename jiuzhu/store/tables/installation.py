"""The installation itself: acts that belong to no case, number series, the office clock."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from jiuzhu.store.tables.metadata import Counted, metadata
from jiuzhu.store.types import Instant

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

refusal = Table(
    "refusal",
    metadata,
    Column("id", Counted, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("true_at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("actor_name", String(60), nullable=False),
    Column("act", String(60), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("rule", String(20), nullable=False),
    Column("sentence", Text, nullable=False),
)
"""What somebody tried and was not allowed to do."""

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
