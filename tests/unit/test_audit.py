"""The audit chain: whatever is changed, left out, added or swapped is seen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.domain.audit import GENESIS, ChainedLine, canonical_json, line_hash, verify_chain

FACTS = st.dictionaries(st.text(max_size=8), st.one_of(st.text(max_size=8), st.integers(), st.booleans(), st.none()))
CHAINS = st.lists(FACTS, min_size=1, max_size=6)


def chained(facts: list[dict[str, Any]]) -> list[ChainedLine]:
    lines: list[ChainedLine] = []
    previous = GENESIS
    for number, fields in enumerate(facts):
        fields = {"seq": number, "facts": fields}
        digest = line_hash(previous, fields)
        lines.append(ChainedLine(fields, previous, digest))
        previous = digest
    return lines


@given(CHAINS)
def test_an_untouched_chain_holds(facts: list[dict[str, Any]]) -> None:
    lines = chained(facts)
    assert verify_chain(lines, last=lines[-1].hash) is None


@given(CHAINS, st.data())
def test_a_changed_line_is_seen(facts: list[dict[str, Any]], data: st.DataObject) -> None:
    lines = chained(facts)
    place = data.draw(st.integers(0, len(lines) - 1))
    lines[place] = replace(lines[place], fields={**lines[place].fields, "actor": "somebody else"})
    broken = verify_chain(lines)
    assert broken is not None
    assert broken.place == place


@given(CHAINS, st.data())
def test_a_rewritten_line_breaks_the_next_or_the_end(facts: list[dict[str, Any]], data: st.DataObject) -> None:
    lines = chained(facts)
    last = lines[-1].hash
    place = data.draw(st.integers(0, len(lines) - 1))
    fields = {**lines[place].fields, "actor": "somebody else"}
    lines[place] = ChainedLine(fields, lines[place].previous, line_hash(lines[place].previous, fields))
    assert verify_chain(lines, last=last) is not None


@given(CHAINS, st.data())
def test_a_missing_line_is_seen(facts: list[dict[str, Any]], data: st.DataObject) -> None:
    lines = chained(facts)
    last = lines[-1].hash
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    assert verify_chain(lines, last=last) is not None


@pytest.mark.req("QJ-03")
def test_swapped_lines_are_seen() -> None:
    lines = chained([{"a": 1}, {"a": 2}, {"a": 3}])
    lines[0], lines[1] = lines[1], lines[0]
    assert verify_chain(lines) is not None


def test_one_value_has_one_text() -> None:
    shanghai = timezone(timedelta(hours=8))
    left = {"b": Decimal("1.50"), "a": datetime(2026, 9, 16, 9, 0, tzinfo=shanghai), "名": "张"}
    right = {"名": "张", "a": datetime(2026, 9, 16, 1, 0, tzinfo=UTC), "b": Decimal("1.50")}
    assert canonical_json(left) == canonical_json(right)
    assert canonical_json(left).decode() == '{"a":"2026-09-16T01:00:00.000000+00:00","b":"1.50","名":"张"}'


@given(st.recursive(FACTS, lambda inner: st.dictionaries(st.text(max_size=5), inner), max_leaves=5))
def test_the_text_is_json_that_reads_back(value: dict[str, Any]) -> None:
    assert json.loads(canonical_json(value)) == value


@pytest.mark.parametrize("value", [float("nan"), datetime(2026, 1, 1), object()])  # noqa: DTZ001
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical_json({"a": value})
