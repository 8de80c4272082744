"""Who works here: organisations, persons, roles, sessions (decisions C2)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table, Text

from jiuzhu.store.tables.metadata import Counted, metadata
from jiuzhu.store.types import Instant

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
