"""``docs/conformance.md`` is what a new run over the public test suites gives, and nothing of ours is wrong in it."""

from __future__ import annotations

import csv
import logging
import re
from hashlib import sha256

import pytest

from tools.conformance.__main__ import PAGE
from tools.conformance.examples import EXAMPLES, paths
from tools.conformance.miwg import DRAWINGS
from tools.conformance.page import page
from tools.conformance.taking_over import RULES, called_process, take_over


@pytest.fixture(scope="module")
def measured() -> str:
    logging.disable(logging.CRITICAL)
    try:
        return page()
    finally:
        logging.disable(logging.NOTSET)


def test_the_page_is_what_a_new_run_gives(measured: str) -> None:
    assert PAGE.read_text(encoding="utf-8") == measured, "run python -m tools.conformance"


def test_nothing_of_ours_is_wrong(measured: str) -> None:
    tables = [line.split(" | ") for line in measured.splitlines() if line.startswith("| ")]
    constructs = [row for row in tables if len(row) == 4 and "`test_" in row[3]]
    assert len(constructs) >= 45
    assert all(row[2].startswith(("**right**", "**refused**: `")) for row in constructs)
    pools = [row for row in tables if len(row) == 4 and "**executed**" in row[2]]
    assert len(pools) >= 30
    decisions = re.findall(r"^\| \*\*all\*\* \| (.*) \|$", measured, re.MULTILINE)
    assert [row.split(" | ")[2] for row in decisions] == ["0", "0"]


def test_operaton_does_what_we_do_with_camundas_diagrams(measured: str) -> None:
    asked = [line.split(" | ") for line in measured.splitlines() if line.startswith("| ") and line.count(" | ") == 4]
    walked = [row for row in asked if "**executed**" in row[2]]
    assert len(walked) >= 50
    # A verdict about other walks than these is none: python -m tools.conformance.judge
    assert {row[3].partition(":")[0] for row in walked} == {"same"}
    assert all(row[2].startswith("**refused**: `") for row in asked if row[3] == "–")


def test_camundas_diagrams_are_as_they_were_published() -> None:
    with (EXAMPLES / "ORIGIN.csv").open(encoding="utf-8") as lines:
        origin = {row["file"]: row["sha256"] for row in csv.DictReader(lines)}
    assert origin == {path.name: sha256(path.read_bytes()).hexdigest() for path in paths()}


def test_every_test_that_the_page_names_exists(measured: str) -> None:
    named = set(re.findall(r"\[`(test_\w+)`\]\(\.\./(tests/\S+?\.py)\)", measured))
    assert len(named) > 25
    for name, file in named:
        source = (PAGE.parents[1] / file).read_text(encoding="utf-8")
        assert f"def {name}(" in source, f"{file} has no {name}"


def test_taking_over_draws_nothing_anew() -> None:
    """Nodes and flows of a pool are those of the drawing: only what they leave open is filled in."""
    assert b"CalledTask" in called_process()
    seen: set[str] = set()
    for path in sorted(DRAWINGS.glob("*.bpmn")):
        data = path.read_bytes()
        for taken in take_over(data):
            assert set(taken.filled) <= set(RULES)
            seen |= set(taken.filled)
            for word in (b"sequenceFlow id=", b"Gateway id=", b"boundaryEvent id="):
                assert taken.data.count(word) <= data.count(word)
    assert seen == set(RULES)
