"""What is deployed: bytes by content, deployments, definitions by key and version, bundles (decisions B2)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from jiuzhu.store.tables.metadata import metadata
from jiuzhu.store.types import Instant, Json

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
    Column("state", String(16), nullable=False),
    Column("decided_by", String(64), nullable=False, default=""),
    Column("decided_at", Instant),
    Column("reason", Text, nullable=False, default=""),
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
