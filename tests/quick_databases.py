"""Makes the many short-lived databases of a test run cheap; what a test may observe of an office stays the same.

Two things only matter to an installation that lives for years: that a commit reaches the disk before it is answered
(the acceptance tests kill real servers for that, and those are processes of their own, with the product's settings),
and that a statement is compiled once a process. A test run has an office a test, so it shares what SQLAlchemy has
compiled among all offices with the same secret: the keyring hangs on the dialect, and equal secrets are equal keyrings.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from jiuzhu.store.database import Store
from jiuzhu.store.sealing import Keyring


@contextmanager
def quick_databases() -> Iterator[None]:
    """Build stores in the cheap way until the end of the block."""
    plain = Store.__init__
    compiled: dict[bytes, Engine] = {}

    def init(self: Store, url: str, keyring: Keyring, **options: Any) -> None:
        plain(self, url, keyring, **options)
        if not self.is_sqlite:
            return
        engine = self.engine
        first = compiled.get(keyring._secret)
        if first is not None:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache

        def connected(connection: Any, record: Any) -> None:
            connection.execute("PRAGMA synchronous=OFF")
            compiled.setdefault(keyring._secret, engine)

        event.listen(engine, "connect", connected)

    Store.__init__ = init  # type: ignore[method-assign]
    try:
        yield
    finally:
        Store.__init__ = plain  # type: ignore[method-assign]
