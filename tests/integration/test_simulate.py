"""A small year in virtual time: everything through the use cases, the ledger without a gap."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from jiuzhu.cli.show import plain
from jiuzhu.cli.simulate import simulated
from jiuzhu.errors import ConfigurationError
from jiuzhu.simulate.plans import read_plan
from jiuzhu.simulate.report import YearReport
from tests.conftest import ROOT

DISTRICTS = ["jincheng", "ninghe", "qijiang", "xintai", "xixiu"]


@pytest.mark.soak
@pytest.mark.parametrize("district", DISTRICTS)
def test_a_year_runs_and_leaves_no_gap(tmp_path: Path, district: str) -> None:
    report = simulated(tmp_path / "one", ROOT / "bpmn", district, 2023, 20, 1)
    assert report.applications > 10
    assert report.gaps == []
    assert report.incidents == []
    assert report.never_ran == []
    assert report.limits is not None
    assert report.limits.unexplained == {}
    assert 0 < report.limits.steady_items <= 4


@pytest.fixture(scope="module")
def first_month(tmp_path_factory: pytest.TempPathFactory) -> YearReport:
    return simulated(tmp_path_factory.mktemp("month"), ROOT / "bpmn", "jincheng", 2024, 2, 1, months=1)


def test_the_first_month_of_a_small_year_runs_and_leaves_no_gap(first_month: YearReport) -> None:
    report = first_month
    assert report.applications == 2
    assert report.gaps == []
    assert report.incidents == []
    # Who is helped already is there from the first day: a batch for each programme, changes and deaths about them.
    assert report.taken_over == 13
    assert report.processes["shared_payment_batch"] == 3
    # The banks answer, and what they could not pay is put right: no list of the month stays open.
    assert set(report.ends["shared_payment_batch"]) <= {"End_BatchPaid", "End_NothingToPay", "End_LeftForNextMonth"}
    assert report.limits is not None
    assert "payment_batch" not in report.limits.unexplained
    assert min(report.processes[key] for key in ("jincheng_change", "shared_death", "shared_adjustment")) > 0
    ran = {key for key, count in report.processes.items() if count}
    assert ran >= {"shared_materials", "shared_acceptance", "shared_verification_district", "shared_home_visit"}
    assert ran >= {"shared_publication", "shared_town_report", "shared_inspection", "jincheng_spot_check"}
    # A register's turns are kept by the register's own people.
    assert report.entries
    # What no way of the district leads to is not asked for, with a reason; what it leads to is.
    assert not set(report.aside) & set(report.processes)
    assert report.aside["shared_temp_urgent"] == "本区没有流程调用或者启动它"
    assert report.aside["shared_gradual_exit"].startswith("本区政策没有这种结果"), "said by its policy, not by a list"
    assert {"shared_appraisal", "shared_review_household", "shared_spot_check_case"} <= set(report.never_ran)


def test_the_same_seed_gives_the_same_month_in_another_process(first_month: YearReport, tmp_path: Path) -> None:
    """Another process has other hashes, ids and minutes: nothing of them may decide anything."""
    command = [sys.executable, "-c", "from jiuzhu.cli import main; main()", "simulate", "year", "--json"]
    command += ["--district", "jincheng", "--year", "2024", "--applications", "2", "--months", "1"]
    environment = {**os.environ, "PYTHONHASHSEED": "20240131"}
    done = subprocess.run(
        [*command, "--home", str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    other = json.loads(done.stdout)
    del other["items_a_second"], other["never_ran"]
    one = json.loads(json.dumps(plain({**vars(first_month), "limits": vars(first_month.limits)})))
    assert other == one


@pytest.mark.soak
def test_the_same_seed_gives_the_same_months(tmp_path: Path) -> None:
    one, other = (simulated(tmp_path / name, ROOT / "bpmn", "jincheng", 2024, 6, 7, months=3) for name in "ab")
    assert vars(one) == vars(other)
    assert one.items > 30


@pytest.mark.parametrize("district", DISTRICTS)
def test_a_plan_names_what_is_there(district: str) -> None:
    plan = read_plan(ROOT / "config" / "demo", district)
    keys = {path.stem for path in (ROOT / "bpmn").glob("*/*.bpmn")}
    forms = {path.stem for path in (ROOT / "bpmn").glob("*/*.form")}
    assert {one.process for one in plan.begin} <= keys
    assert {form for one in plan.begin for form in one.forms} | {one.form for one in plan.said} <= forms
    assert plan.stock
    calendar = tomllib.loads((ROOT / "config" / "schedules.toml").read_text("utf-8"))
    assert set(plan.prologue.schedules if plan.prologue else ()) <= set(calendar)


def test_an_unknown_key_of_a_plan_is_refused(tmp_path: Path) -> None:
    (tmp_path / "year").mkdir()
    (tmp_path / "year" / "plan.toml").write_text('[[begin]]\nday = "01-02"\nprocess = "x"\nwho = "y"\n', "utf-8")
    with pytest.raises(ConfigurationError, match="unknown key who"):
        read_plan(tmp_path, "jincheng")
