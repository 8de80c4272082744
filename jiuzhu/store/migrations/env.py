"""Alembic's entry: runs the versions on the connection that ``migrate`` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from jiuzhu.store import kinds
from jiuzhu.store.tables import metadata

assert kinds.TABLES  # the record kinds are part of the metadata


def _render(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our column types by their own names into new versions."""
    if kind == "type" and type(item).__module__ == "jiuzhu.store.types":
        autogen_context.imports.add("from jiuzhu.store import types")
        return f"types.{type(item).__name__}()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_item=_render,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
)
context.run_migrations()
