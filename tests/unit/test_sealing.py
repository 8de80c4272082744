"""Personal data at rest: unreadable without the secret, bound to their purpose, never silently changed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Column, MetaData, String, Table, insert, select, text

from jiuzhu.service.files import FileShelf
from jiuzhu.store import Keyring, Store
from jiuzhu.store.sealing import SealBroken
from jiuzhu.store.types import Instant, Money, SealedJson, SealedText

RING = Keyring(b"k" * 32)


@given(some.binary(max_size=200))
def test_what_was_sealed_is_opened_again(plain: bytes) -> None:
    sealed = RING.seal(plain)
    assert RING.open(sealed) == plain
    assert len(plain) < 4 or plain not in sealed
    assert sealed != RING.seal(plain), "two equal values do not look alike"
    assert Keyring(b"").open(Keyring(b"").seal(plain)) == plain


def test_a_value_is_bound_to_key_and_purpose_and_cannot_be_changed() -> None:
    sealed = RING.seal(b"660502", "case:one")
    for ring, value, purpose in (
        (RING, sealed, "case:two"),
        (Keyring(b"x" * 32), sealed, "case:one"),
        (RING, sealed[:-1] + bytes([sealed[-1] ^ 1]), "case:one"),
        (RING, b"\x00660502", "case:one"),
        (Keyring(b""), sealed, "case:one"),
    ):
        with pytest.raises(SealBroken):
            ring.open(value, purpose)


def test_an_index_finds_equal_values_without_showing_them() -> None:
    assert RING.index("张三") == RING.index("张三") != RING.index("李四")
    assert RING.index("张三") != Keyring(b"x" * 32).index("张三")


def test_columns_keep_values_exactly_and_hide_personal_ones(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'x.db'}", RING)
    table = Table(
        "thing",
        MetaData(),
        Column("id", String, primary_key=True),
        Column("at", Instant),
        Column("amount", Money),
        Column("name", SealedText),
        Column("record", SealedJson),
    )
    moment = datetime(2026, 9, 16, 1, 2, 3, 456789, tzinfo=UTC)
    row = {"id": "1", "at": moment, "amount": Decimal("1234.50"), "name": "张三", "record": {"号": "660502"}}
    with store.transaction() as tx:
        table.create(tx.connection)
        tx.execute(insert(table), row)
    with store.reading() as tx:
        assert dict(tx.execute(select(table)).one()._mapping) == row
        raw = tx.execute(text("select amount, name, record from thing")).one()
    assert raw.amount == 123450
    assert "张三".encode() not in raw.name
    assert b"660502" not in raw.record
    for wrong in ({"at": datetime(2026, 1, 1)}, {"amount": 1.5}, {"amount": Decimal("1.005")}):  # noqa: DTZ001
        with pytest.raises(Exception, match=r"naive|Decimal|two places"), store.transaction() as tx:
            tx.execute(insert(table), {**row, "id": "2", **wrong})
    store.close()


def test_files_are_found_by_their_content_and_sealed(tmp_path: Path) -> None:
    shelf = FileShelf((tmp_path / "files").as_uri(), RING)
    digest = shelf.put(b"%PDF-secret")
    assert shelf.put(b"%PDF-secret") == digest
    assert shelf.read(digest) == b"%PDF-secret"
    stored = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert b"secret" not in stored[0].read_bytes()
