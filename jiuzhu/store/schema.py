"""Bring a database to the schema of this release, and say whether it is there."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from jiuzhu.errors import ConfigurationError
from jiuzhu.store import kinds
from jiuzhu.store.database import Store
from jiuzhu.store.tables import metadata

FOLDER = Path(__file__).parent / "migrations"


def _config(**attributes: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes.update(attributes)
    return config


def migrate(store: Store, revision: str = "head") -> tuple[str, str]:
    """Run the missing versions in one transaction; returns the versions before and after. Raises StoreUnreachable."""
    with store.connect(writes=True) as connection, connection.begin():
        before = _current(connection)
        command.upgrade(_config(connection=connection), revision)
        after = _current(connection)
    return before, after


def require_current(store: Store) -> None:
    """Refuse to work on a database of another release. Raises ConfigurationError."""
    head = _head()
    with store.connect(writes=False) as connection:
        current = _current(connection)
    if current != head:
        raise ConfigurationError(f"database is at version {current or 'none'}, not {head}: run `jiuzhu migrate`")


@cache
def _head() -> str:
    """The version of this release: its files do not change while it runs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def differences(store: Store) -> list[Any]:
    """Return what distinguishes the database from the tables in the code (empty after ``migrate``)."""
    assert kinds.TABLES
    with store.connect(writes=False) as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def write_version(store: Store, message: str, revision: str) -> None:
    """Write a new version file from the difference between database and code (for developers)."""
    with store.connect(writes=True) as connection:
        command.revision(_config(connection=connection), message, autogenerate=True, rev_id=revision)


def _current(connection: Any) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def is_current(store: Store) -> bool:
    """True when the database has the schema of this release."""
    try:
        require_current(store)
    except ConfigurationError:
        return False
    return True
