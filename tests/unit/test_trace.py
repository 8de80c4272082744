"""The trace: every named place is there, every named id is known, and only a test that passed makes a place count."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jiuzhu.domain.requirements import ID, Requirement, TestRun, complaints, stand
from jiuzhu.errors import ConfigurationError, NotFound
from jiuzhu.service.trace import Homes, load_requirements, load_rules, load_run, marks, trace_one

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = {each.id: each for each in load_requirements(ROOT / "config")}
SEEDS = "|".join(sorted({identity[:2] for identity in REQUIREMENTS}))


def test_all_requirements_are_listed_without_gaps() -> None:
    numbers: dict[str, list[int]] = {}
    for identity in REQUIREMENTS:
        numbers.setdefault(identity[:2], []).append(int(identity[3:]))
    assert {seed: len(found) for seed, found in numbers.items()} == {"NH": 56, "QJ": 43, "XT": 42, "XX": 94, "JC": 53}
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert all(ID.fullmatch(identity) for identity in REQUIREMENTS)


def test_every_home_exists() -> None:
    homes = Homes(ROOT)
    gone = [f"{each.id}: {home}" for each in REQUIREMENTS.values() for home in each.homes if not homes.exists(home)]
    assert not gone, gone


def test_every_place_of_a_rule_exists() -> None:
    homes = Homes(ROOT)
    rules = load_rules(ROOT / "config")
    assert not [
        f"{rule}: {place}" for rule, (_, places) in rules.items() for place in places if not homes.exists(place)
    ]


def test_no_home_is_of_another_district() -> None:
    districts = {each.district for each in REQUIREMENTS.values()}
    strange = [
        f"{each.id}: {home}"
        for each in REQUIREMENTS.values()
        for home in each.homes
        for other in districts - {each.district}
        if re.search(rf"/{other}[/.]", home)
    ]
    assert not strange, strange


@pytest.mark.parametrize("folder", ["bpmn", "config", "jiuzhu", "workers", "webui"])
def test_every_id_that_is_named_is_known(folder: str) -> None:
    pattern = re.compile(rf"\b(?:{SEEDS})-\d{{2,}}\b")
    suffixes = {".bpmn", ".dmn", ".form", ".toml", ".csv", ".md", ".py"}
    unknown = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in suffixes and "node_modules" not in path.parts
        for found in pattern.findall(path.read_text(encoding="utf-8"))
        if found not in REQUIREMENTS
    ]
    assert not unknown, unknown


def test_every_mark_is_known() -> None:
    found = marks(ROOT)
    assert found["XT-24"], "marks are read from the tests"
    assert any("order.toml::" in name for name in found["JC-21"]), "and from the walks"
    assert set(found) <= set(REQUIREMENTS), set(found) - set(REQUIREMENTS)


@pytest.mark.parametrize(
    ("home", "there"),
    [
        ("bpmn/shared/authority.dmn#authority", True),
        ("bpmn/shared/authority.dmn#authority_of_all", False),
        ("bpmn/shared/shared_notice.bpmn#Task_PostNotice", True),
        ("bpmn/shared/shared_notice.bpmn#Task_PostNotices", False),
        ("bpmn/shared/home_visit.form", True),
        ("bpmn/shared/home_visits.form", False),
        ("config/roles.toml#town_head", True),
        ("config/roles.toml#town_headmaster", False),
        ("jiuzhu/service/separation.py#require_authority", True),
        ("jiuzhu/service/separation.py#no_such_function", False),
        ("rule R-09", True),
        ("rule R-99", False),
        ("", False),
    ],
)
def test_a_home_is_there_or_not(home: str, there: bool) -> None:
    assert Homes(ROOT).exists(home) is there


def requirement(*homes: str, part: str = "before_decision") -> Requirement:
    return Requirement(id="AA-01", district="a", clause="条款", kind="flow", part=part, homes=homes)


PASSED = TestRun(passed={"AA-01": frozenset({"t"})})
MIXED = TestRun(passed={"AA-01": frozenset({"t"})}, failed={"AA-01": frozenset({"u"})})


@pytest.mark.parametrize(
    ("homes", "gone", "run", "state", "complained"),
    [
        (("x",), (), PASSED, "met", False),
        (("x",), (), TestRun(), "unproven", True),
        (("x",), (), MIXED, "failed", True),
        (("x", "y"), ("y",), PASSED, "gone", True),
        ((), (), PASSED, "owed", True),
    ],
)
def test_only_a_place_with_a_test_that_passed_counts(
    homes: tuple[str, ...], gone: tuple[str, ...], run: TestRun, state: str, complained: bool
) -> None:
    standing = stand(requirement(*homes), gone, run)
    assert standing.state == state
    assert bool(complaints([standing])) is complained


def test_what_the_year_owes_is_listed_but_no_complaint() -> None:
    standing = stand(requirement(part="year"), (), TestRun())
    assert standing.state == "owed"
    assert not complaints([standing])


def test_unknown_id_and_broken_list_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        trace_one(ROOT, "AA-01")
    (tmp_path / "requirements.csv").write_text("id,clause\nAA-01,x\n", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        load_requirements(tmp_path)
    (tmp_path / "requirements.csv").write_text(
        "id,district,clause,kind,part,homes\nAA-01,a,x,flow,some_day,\n", encoding="utf-8"
    )
    with pytest.raises(ConfigurationError):
        load_requirements(tmp_path)


def test_a_run_leaves_its_results_behind(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    for name in ("__init__.py", "trace_results.py"):
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests" / name)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = req(*ids): x\n", encoding="utf-8")
    (tmp_path / "test_marked.py").write_text(
        "import pytest\n"
        "@pytest.mark.req('AA-01', 'AA-02')\ndef test_good(): pass\n"
        "@pytest.mark.req('AA-02')\ndef test_bad(): assert False\n"
        "@pytest.mark.req('AA-03')\ndef test_skipped(): pytest.skip('x')\n",
        encoding="utf-8",
    )
    file = tmp_path / "results" / "one.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.trace_results", f"--trace-results={file}", "."]
    subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)
    run = load_run(file.parent)
    assert set(run.passed) == {"AA-01", "AA-02"}
    assert run.failed == {"AA-02": frozenset({"test_marked.py::test_bad"})}
    assert set(json.loads(file.read_text(encoding="utf-8"))) == {"passed", "failed"}
