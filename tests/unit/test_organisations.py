"""The towns that each district's text names or counts, and the posts that guide without deciding."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from jiuzhu.service.roles import load_roles

CONFIG = Path(__file__).resolve().parents[2] / "config"


def towns(district: str) -> list[str]:
    with (CONFIG / "organisations" / f"{district}.csv").open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file) if row["kind"] == "town" and row["parent"] == district]


@pytest.mark.req("JC-49")
def test_one_town_and_otherwise_street_offices() -> None:
    assert [name for name in towns("jincheng") if not name.endswith("街道")] == ["北石店镇"]
    assert len(towns("jincheng")) == 8


@pytest.mark.req("NH-06")
def test_fifteen_towns() -> None:
    assert len(towns("ninghe")) == len(set(towns("ninghe"))) == 15


@pytest.mark.req("QJ-43")
def test_towns_of_the_three_phases() -> None:
    assert len(towns("qijiang")) == len(set(towns("qijiang"))) == 1 + 10 + 10
    assert "打通镇" in towns("qijiang")


@pytest.mark.req("XX-80")
def test_towns_street_offices_and_the_two_units_that_the_text_addresses() -> None:
    names = towns("xixiu")
    assert len(names) == len(set(names)) == 24
    assert {"旧州镇", "东街街道", "西秀经济开发区", "山京畜牧场"} <= set(names)
    assert all(name.endswith(("镇", "乡", "街道")) for name in set(names) - {"西秀经济开发区", "山京畜牧场"})


def test_departments_belong_to_the_district_and_their_handlers_confirm_nothing() -> None:
    with (CONFIG / "organisations" / "xixiu.csv").open(encoding="utf-8", newline="") as file:
        departments = [row for row in csv.DictReader(file) if row["kind"] == "department"]
    assert {row["id"].removeprefix("xixiu.dept.") for row in departments} == {
        "human_resources", "education", "housing", "medical_insurance", "health", "disabled", "poverty", "finance",
        "development", "land_planning", "social_affairs", "family_planning",
    }  # fmt: skip
    assert {row["parent"] for row in departments} == {"xixiu"}
    handler = load_roles(CONFIG).of("dept_handler")
    assert (handler.level, handler.scope, handler.may("confirm")) == ("department", "own", False)


@pytest.mark.req("JC-18", "JC-01", "XT-03")
def test_the_supervisor_of_the_district_reads_and_decides_nothing() -> None:
    supervisor = load_roles(CONFIG).of("county_supervisor")
    assert supervisor.level in ("district", "department")
    assert supervisor.scope == "below"
    assert supervisor.may("read")
    assert not supervisor.may("confirm")


@pytest.mark.req("JC-40")
@pytest.mark.parametrize("role", ["village_officer", "town_intake", "town_investigator", "town_reviewer"])
def test_the_people_who_do_the_daily_work_have_posts_and_confirm_nothing(role: str) -> None:
    post = load_roles(CONFIG).of(role)
    assert post.level in ("village", "town")
    assert post.may("claim")
    assert not post.may("confirm")
