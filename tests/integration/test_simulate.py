"""A small year in virtual time: everything through the use cases, the ledger without a gap."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiuzhu.cli.simulate import simulated
from tests.conftest import ROOT


@pytest.mark.parametrize("district", ["jincheng"])
def test_a_small_year_runs_and_leaves_no_gap(tmp_path: Path, district: str) -> None:
    report = simulated(tmp_path / "one", ROOT / "bpmn", district, 2024, 4, 1)
    assert report.applications == 4
    assert report.items > 30
    assert report.gaps == []
    assert report.processes[f"{district}_application"] == 4
