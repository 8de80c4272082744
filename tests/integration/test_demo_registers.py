"""The demo's first rows of registers: the two pilot towns name one window person each; not twice; faults by name."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jiuzhu.errors import ConfigurationError, Forbidden
from jiuzhu.service import identity, seed_cases, seed_registers, window
from jiuzhu.service.office import Office
from jiuzhu.service.registers import show_register
from tests.conftest import ROOT

STAFF = ROOT / "config" / "demo" / "registers" / "staff.toml"


@pytest.mark.req("XX-29", "XX-69")
def test_each_pilot_town_names_one_window_person(office: Office) -> None:
    """And the demo's own case at the window is answered by that person."""
    assert seed_registers.load_rows(office) == 20
    assert list(seed_cases.load_cases(office)) == []
    page = window.window_day(office, identity.actor_of(office, "xixiu-county_supervisor-1"))
    named = {one.town_name: one.staffing for one in page.towns}
    assert named["旧州镇"].window_persons == ("冯德林",)
    assert named["东街街道"].window_persons == ("高雅琴",)
    assert named["旧州镇"].complete
    assert named["东街街道"].complete
    others = [one for name, one in named.items() if name not in {"旧州镇", "东街街道"}]
    assert not any(one.window_persons for one in others)


@pytest.mark.req("NH-44")
@pytest.mark.parametrize("district", ["jincheng", "ninghe", "qijiang", "xintai", "xixiu"])
def test_both_demo_towns_of_a_district_are_staffed(office: Office, district: str) -> None:
    seed_registers.load_rows(office)
    towns = {identity.actor_of(office, f"{district}-town_head-{number}").organisations[0] for number in (1, 2)}
    seen = [show_register(office, identity.actor_of(office, f"{district}-town_head-{n}"), "staff").rows for n in (1, 2)]
    assert {row.organisation for rows in seen for row in rows} == towns
    assert [len(rows) for rows in seen] == [2, 2]


def test_rows_come_once_and_by_the_head_of_the_town(office: Office) -> None:
    seed_registers.load_rows(office)
    assert seed_registers.load_rows(office) == 0
    head = identity.actor_of(office, "xixiu-town_head-1")
    rows = show_register(office, head, "staff").rows
    assert [(one.organisation_name, one.entered_by_name) for one in rows] == [("旧州镇", "侯占山")] * 2


def test_before_their_date_rows_are_left_out(office_on: Callable[[str], Office]) -> None:
    assert seed_registers.load_rows(office_on("2019-01-31")) == 0


def test_only_the_demo_gets_rows(office: Office) -> None:
    production = dataclasses.replace(office, settings=dataclasses.replace(office.settings, env="production"))
    with pytest.raises(Forbidden):
        seed_registers.load_rows(production)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('by = "xixiu-town_head-1"', 'by = "xixiu-town_head-2"', "staff.toml: row 1: 您不能在旧州镇登记"),
        ('by = "xixiu-town_head-1"', 'boy = "xixiu-town_head-1"', "see boy"),
        ('kind = "full_time"', 'kind = "volunteer"', "staff.toml: row 1: "),
        ("window_person = true", "window_man = true", "no column 'window_man'"),
        ("since = 2019-02-01", 'since = "2019"', "since is a date"),
        ("[row.values]", "[row.values", "staff.toml: "),
        ("row", "line", "a list of"),
    ],
)
def test_a_faulty_file_is_told_by_name(office: Office, tmp_path: Path, old: str, new: str, said: str) -> None:
    text = STAFF.read_text("utf-8")
    assert old in text
    folder = tmp_path / "config" / "demo" / "registers"
    folder.mkdir(parents=True)
    (folder / "staff.toml").write_text(text.replace(old, new, -1 if old == "row" else 1), "utf-8")
    root = dataclasses.replace(office.settings, root=tmp_path)
    with pytest.raises(ConfigurationError, match=said):
        seed_registers.load_rows(dataclasses.replace(office, settings=root))


def test_a_register_that_is_not_kept_is_told(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "demo" / "registers"
    folder.mkdir(parents=True)
    shutil.copy(STAFF, folder / "crew.toml")
    root = dataclasses.replace(office.settings, root=tmp_path)
    with pytest.raises(ConfigurationError, match="no register 'crew'"):
        seed_registers.load_rows(dataclasses.replace(office, settings=root))
