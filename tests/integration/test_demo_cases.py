"""The demo's first cases: on their way in both districts, worked by the people, not twice on a second start."""

from __future__ import annotations

import dataclasses
import shutil
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from jiuzhu.cli.demo import demo
from jiuzhu.errors import ConfigurationError, Forbidden
from jiuzhu.service import cases, identity, inbox, public_notices, seed_cases
from jiuzhu.service.office import Office
from tests.conftest import ROOT


def head_states(office: Office, login: str) -> dict[str, str]:
    page = cases.list_cases(office, identity.actor_of(office, login))
    return {case.case_no: case.status for case in page.cases if case.record_no == case.case_no}


def test_cases_stand_in_different_states_and_come_only_once(office: Office) -> None:
    assert list(seed_cases.load_cases(office)) == []
    states = head_states(office, "jincheng-county_office-1") | head_states(office, "xintai-county_office-1")
    assert len(states) == 10
    count = Counter(states.values())
    assert {**count} == {
        "paid": 2,
        "refused": 1,
        "noticed": 2,
        "accepted": 2,
        "awaiting_materials": 1,
        "checked": 1,
        "open": 1,
    }
    waiting = {
        "jincheng-town_intake-1": "Task_CheckMaterials",
        "jincheng-town_investigator-1": "Task_HomeVisit",
        "jincheng-town_reviewer-2": "Task_CheckObjection",
        "xintai-town_verifier-2": "Task_ReadReport",
        "xintai-chief_rep-1": "Task_ChiefRepReview",
    }
    for login, element in waiting.items():
        page = inbox.list_items(office, identity.actor_of(office, login), view="group")
        assert [item.element_id for item in page.items if item.element_id == element] == [element], login
    with office.store.engine.connect() as connection:
        assert connection.execute(text("select count(*) from payment_order")).scalar() == 2
        assert connection.execute(text("select count(*) from incident")).scalar() == 0
        before = connection.execute(text("select count(*) from audit")).scalar()
        year = {
            table: connection.execute(text(f"select count(*) from {table}")).scalar()
            for table in (
                "takeover",
                "campaign",
                "payment_batch",
                "draw",
                "recovery",
                "repayment",
                "town_report",
                "refusal",
            )
        }
        results = connection.execute(text("select result, count(*) from campaign_item group by result")).all()
    assert year == {
        "takeover": 1,
        "campaign": 2,
        "payment_batch": 3,
        "draw": 3,
        "recovery": 1,
        "repayment": 1,
        "town_report": 2,
        "refusal": 1,
    }
    assert dict(map(tuple, results)) == {"": 7, "decrease": 1, "keep": 5}
    assert list(seed_cases.load_cases(office)) == []
    with office.store.engine.connect() as connection:
        assert connection.execute(text("select count(*) from audit")).scalar() == before


def test_two_notices_are_posted(office: Office) -> None:
    seed_cases.load_cases(office)
    hanging = public_notices.hanging_notices(office)
    assert {(notice.town_name, notice.under_review) for notice in hanging} == {("东都镇", False), ("东街街道", False)}


@pytest.mark.req("QJ-27", "QJ-29", "QJ-36")
def test_on_one_day_one_town_decides_and_for_the_other_the_district(office_on: Callable[[str], Office]) -> None:
    office = office_on("2021-12-15")
    assert list(seed_cases.load_cases(office)) == [], "cases of another time are left out, not begun"
    waiting = {
        "qijiang-town_confirmer-1": ["Task_Approve"],
        "qijiang-town_confirmer-2": [],
        "qijiang-county_approver-1": ["Task_DistrictApprove"],
    }
    for login, elements in waiting.items():
        page = inbox.list_items(office, identity.actor_of(office, login), view="group")
        assert [item.element_id for item in page.items] == elements, login


def test_only_the_demo_gets_cases(office: Office) -> None:
    production = dataclasses.replace(office, settings=dataclasses.replace(office.settings, env="production"))
    with pytest.raises(Forbidden):
        seed_cases.load_cases(production)


def test_a_step_that_is_not_open_is_told_by_name(office: Office, tmp_path: Path) -> None:
    folder = other_cases(office, tmp_path)
    (folder / "08-jincheng-visit.toml").write_text(
        (folder / "08-jincheng-visit.toml").read_text().replace("Task_IssueReport", "Task_Review")
    )
    root = dataclasses.replace(office.settings, root=tmp_path)
    (trouble,) = seed_cases.load_cases(dataclasses.replace(office, settings=root))
    assert trouble.step == "Task_Review"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('at = "7 11:00"', 'at = "8 11:00"', "not in order"),
        ('at = "7 11:00"', 'at = "soon"', "is not"),
        ("since = 2023-10-15", 'since = "2023"', "since and until are dates"),
        ('by = "jincheng-county_verifier-1"', 'boy = "jincheng-county_verifier-1"', "unknown key boy"),
        ('item = "Task_CheckMaterials"', "item = 'Task_CheckMaterials", "08-jincheng-visit.toml"),
    ],
)
def test_a_faulty_file_is_told_by_name(office: Office, tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = other_cases(office, tmp_path)
    path = folder / "08-jincheng-visit.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    root = dataclasses.replace(office.settings, root=tmp_path)
    with pytest.raises(ConfigurationError, match=said):
        seed_cases.load_cases(dataclasses.replace(office, settings=root))


def other_cases(office: Office, root: Path) -> Path:
    """Copy the answers and one case to a configuration of their own."""
    folder = root / "config" / "demo" / "cases"
    folder.mkdir(parents=True)
    for name in ("answers.toml", "08-jincheng-visit.toml", "sheet.png"):
        shutil.copy(ROOT / "config" / "demo" / "cases" / name, folder)
    return folder


def test_a_taken_port_of_the_exchange_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JIUZHU_ENV", "JIUZHU_NOW"):
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "bpmn").symlink_to(ROOT / "bpmn")
    monkeypatch.setenv("JIUZHU_ROOT", str(tmp_path))
    monkeypatch.setenv("JIUZHU_HOME", str(tmp_path / "home"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (tmp_path / "config" / "demo.toml").open("a", encoding="utf-8") as file:
            file.write(f'\n[exchange]\nurl = "http://127.0.0.1:{port}"\n')
        result = CliRunner().invoke(demo, ["--prepare-only"])
    assert isinstance(result.exception, ConfigurationError)
    assert f"port {port} of the simulated exchange is taken" in str(result.exception)


@pytest.mark.req("XX-12", "XX-61")
def test_a_department_the_district_and_a_town_find_their_items(office: Office) -> None:
    assert list(seed_cases.load_cases(office)) == []
    waiting = {
        "xixiu-dept_handler-3": ["Task_HandleReferral"],
        "xixiu-dept_handler-4": ["Task_DepartmentView"],
        "xixiu-dept_handler-5": [],
        "xixiu-county_approver-1": ["Task_DistrictDecide"],
        "xixiu-town_reviewer-1": ["Task_ServicePlan"],
        "xixiu-town_reviewer-2": ["Task_Review"],
        "xixiu-county_office-1": ["Task_TransferPetition"],
    }
    for login, elements in waiting.items():
        page = inbox.list_items(office, identity.actor_of(office, login), view="group")
        assert [item.element_id for item in page.items] == elements, login
    with office.store.engine.connect() as connection:
        visits = connection.execute(text("select town, item, seconds, breached from window_visit")).all()
    assert [tuple(one) for one in visits] == [("520402109", "housing", 480, False)]
