"""The floor: one UPDATE, one INSERT and a commit of the same size, with nothing around them."""

from __future__ import annotations

import os
import time

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, bindparam, insert, update

from jiuzhu.store import Store

_METADATA = MetaData()
_CASE = Table("bench_case", _METADATA, Column("id", Integer, primary_key=True), Column("state", LargeBinary))
_LINE = Table("bench_line", _METADATA, Column("id", Integer, primary_key=True), Column("content", LargeBinary))
_UPDATE = update(_CASE).where(_CASE.c.id == bindparam("at")).values(state=bindparam("new"))
_INSERT = insert(_LINE)


def measure_commits(store: Store, size: int, steps: int) -> tuple[int, float]:
    """Make such transactions with ``size`` bytes on one connection; returns (steps, seconds)."""
    content = os.urandom(size)
    _METADATA.create_all(store.engine)
    try:
        with store.engine.connect() as connection:
            with connection.begin():
                connection.execute(insert(_CASE), {"id": 1, "state": content})
            began = time.perf_counter()
            for _ in range(steps):
                with connection.begin():
                    connection.execute(_UPDATE, {"at": 1, "new": content})
                    connection.execute(_INSERT, {"content": content})
            return steps, time.perf_counter() - began
    finally:
        _METADATA.drop_all(store.engine)
