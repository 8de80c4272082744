"""A small year in virtual time: everything through the use cases, the ledger without a gap."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiuzhu.cli.simulate import simulated
from tests.conftest import ROOT


@pytest.mark.soak
@pytest.mark.parametrize("district", ["jincheng", "ninghe", "qijiang", "xintai", "xixiu"])
def test_a_year_runs_and_leaves_no_gap(tmp_path: Path, district: str) -> None:
    report = simulated(tmp_path / "one", ROOT / "bpmn", district, 2024, 20, 1)
    assert report.applications > 10
    assert report.gaps == []


def test_two_months_of_a_small_year_run_and_leave_no_gap(tmp_path: Path) -> None:
    report = simulated(tmp_path / "one", ROOT / "bpmn", "jincheng", 2024, 2, 1, months=2)
    assert report.applications == 2
    assert report.items > 8
    assert report.gaps == []
    assert report.processes["jincheng_application"] == 2


@pytest.mark.soak
def test_the_same_seed_gives_the_same_months(tmp_path: Path) -> None:
    one, other = (simulated(tmp_path / name, ROOT / "bpmn", "jincheng", 2024, 6, 7, months=3) for name in "ab")
    assert vars(one) == vars(other)
    assert one.items > 30
