"""A small year in virtual time: everything through the use cases, the ledger without a gap."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiuzhu.cli.simulate import simulated
from jiuzhu.errors import ConfigurationError
from jiuzhu.simulate.plans import read_plan
from tests.conftest import ROOT

DISTRICTS = ["jincheng", "ninghe", "qijiang", "xintai", "xixiu"]


@pytest.mark.soak
@pytest.mark.parametrize("district", DISTRICTS)
def test_a_year_runs_and_leaves_no_gap(tmp_path: Path, district: str) -> None:
    report = simulated(tmp_path / "one", ROOT / "bpmn", district, 2023, 20, 1)
    assert report.applications > 10
    assert report.gaps == []
    assert report.never_ran == []


def test_the_first_month_of_a_small_year_runs_and_leaves_no_gap(tmp_path: Path) -> None:
    report = simulated(tmp_path / "one", ROOT / "bpmn", "jincheng", 2024, 2, 1, months=1)
    assert report.applications == 2
    assert report.gaps == []
    assert report.incidents == []
    # Who is helped already is there from the first day: a batch for each programme, changes and deaths about them.
    assert report.taken_over == 13
    assert report.processes["shared_payment_batch"] == 3
    # The banks answer, and what they could not pay is put right: no list of the month stays open.
    assert set(report.ends["shared_payment_batch"]) <= {"End_BatchPaid", "End_NothingToPay", "End_LeftForNextMonth"}
    assert "payment_batch" not in vars(report.limits)["unexplained"]
    assert min(report.processes[key] for key in ("jincheng_change", "shared_death", "shared_adjustment")) > 0
    ran = {key for key, count in report.processes.items() if count}
    assert ran >= {"shared_materials", "shared_acceptance", "shared_verification_district", "shared_home_visit"}
    assert ran >= {"shared_publication", "shared_town_report", "shared_inspection", "jincheng_spot_check"}
    # A register's turns are kept by the register's own people.
    assert report.entries
    # What no way of the district leads to is not asked for, with a reason; what it leads to is.
    assert not set(report.aside) & set(report.processes)
    assert report.aside["shared_temp_urgent"] == "本区没有流程调用或者启动它"
    assert {"shared_appraisal", "shared_review_household", "shared_spot_check_case"} <= set(report.never_ran)


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


def test_an_unknown_key_of_a_plan_is_refused(tmp_path: Path) -> None:
    (tmp_path / "year").mkdir()
    (tmp_path / "year" / "plan.toml").write_text('[[begin]]\nday = "01-02"\nprocess = "x"\nwho = "y"\n', "utf-8")
    with pytest.raises(ConfigurationError, match="unknown key who"):
        read_plan(tmp_path, "jincheng")
