"""Pictures of a SQLite database that nobody else works on: taken at a moment, and put back later.

The first picture is kept whole, each later one by the pages in which it differs: hundreds of moments of one small
office fit into memory.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from jiuzhu.errors import ConfigurationError
from jiuzhu.store.database import Store

HEADER_JOURNAL = slice(18, 20)
"""Bytes of a database file that say how it is journalled: a picture in memory has no write-ahead log."""
LEGACY = b"\x01\x01"
PAGE_SIZE = slice(16, 18)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A database as it was at a moment."""

    pages: Mapping[int, bytes]
    """Number of a page → its content (packed) where it is not that of the first picture."""
    count: int


class Snapshots:
    """Takes and puts back pictures of one database."""

    def __init__(self, store: Store) -> None:
        if not store.is_sqlite:
            raise ConfigurationError("pictures are taken of SQLite databases only")
        self._store = store
        self._size = 0
        self._first: list[bytes] = []

    def take(self) -> Picture:
        """Return the database as it is now."""
        data = self._read()
        if not self._first:
            self._size = int.from_bytes(data[PAGE_SIZE], "big")
            self._size = 65536 if self._size == 1 else self._size
            self._first = self._split(data)
            return Picture(pages={}, count=len(self._first))
        now = self._split(data)
        known = len(self._first)
        changed = {
            place: zlib.compress(page, 1)
            for place, page in enumerate(now)
            if place >= known or page != self._first[place]
        }
        return Picture(pages=changed, count=len(now))

    def restore(self, picture: Picture) -> None:
        """Let the database be as it was when the picture was taken."""
        pages = self._first[: picture.count] + [b""] * (picture.count - len(self._first))
        for place, page in picture.pages.items():
            pages[place] = zlib.decompress(page)
        data = bytearray(b"".join(pages))
        data[HEADER_JOURNAL] = LEGACY
        memory = sqlite3.connect(":memory:")
        opened = self._store.engine.raw_connection()
        try:
            memory.deserialize(bytes(data))
            target = opened.driver_connection
            assert isinstance(target, sqlite3.Connection)
            memory.backup(target)
            # The copy has brought its own header: the journal is switched back, as every connection expects it.
            target.execute("PRAGMA journal_mode=WAL")
        finally:
            opened.close()
            memory.close()

    def _read(self) -> bytes:
        opened = self._store.engine.raw_connection()
        try:
            connection = opened.driver_connection
            assert isinstance(connection, sqlite3.Connection)
            return connection.serialize()
        finally:
            opened.close()

    def _split(self, data: bytes) -> list[bytes]:
        return [data[at : at + self._size] for at in range(0, len(data), self._size)]
