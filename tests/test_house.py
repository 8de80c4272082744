"""The house's rules that import-linter cannot say: greps over the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("jiuzhu", "workers", "webui")
DISTRICTS = ("ninghe", "qijiang", "xintai", "xixiu", "jincheng")


def sources(*folders: str) -> Iterator[tuple[Path, str]]:
    """Yield (relative path, text) of the Python files below the folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


def test_commit_is_written_once() -> None:
    found = [
        f"{path}:{number}"
        for path, text in sources(*PRODUCT)
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(r"\.commit\(\)", line)
    ]
    assert len(found) <= 1, found


def test_python_knows_no_district() -> None:
    names = re.compile(rf"['\"]({'|'.join(DISTRICTS)})['\"]")
    branch = re.compile(r"\bdistrict\b\s*(==|!=|in)\s*[\[({]?['\"]")
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, text in sources(*PRODUCT)
        for number, line in enumerate(text.splitlines(), 1)
        if names.search(line) or branch.search(line)
    ]
    assert not found, found


@pytest.mark.parametrize("package", ["config", "bpmn", "tests"])
def test_data_and_tests_are_never_imported(package: str) -> None:
    pattern = re.compile(rf"^\s*(import|from)\s+{package}\b", re.MULTILINE)
    assert not [str(path) for path, text in sources(*PRODUCT) if pattern.search(text)]


def test_modules_are_named_by_a_noun() -> None:
    forbidden = {"utils.py", "helpers.py", "common.py", "manager.py", "misc.py", "base.py"}
    assert not [str(path) for path, _ in sources(*PRODUCT) if path.name in forbidden]


def test_modules_stay_readable() -> None:
    long = [
        f"{path}: {text.count(chr(10))}"
        for path, text in sources(*PRODUCT)
        if text.count("\n") > 400 and "versions" not in path.parts
    ]
    assert not long, long


NOT_DRAWN = {"form_book", "sitting_extract", "signed_again"}
"""Entered by the service whenever a form is completed: the forms' own record task, in no diagram."""


def test_every_topic_has_a_worker_and_every_worker_a_topic() -> None:
    from workers import TOPICS

    drawn = {
        topic
        for path in (ROOT / "bpmn").rglob("*.bpmn")
        for topic in re.findall(r'camunda:topic="([^"$]+)"', path.read_text(encoding="utf-8"))
    }
    assert drawn - set(TOPICS) == set(), "topics in diagrams without a worker"
    assert set(TOPICS) - drawn == NOT_DRAWN, "workers that no diagram uses"


def test_nothing_committed_names_this_workshop() -> None:
    """No absolute path of a machine, no package registry, nothing of the plans outside the project."""
    pattern = re.compile(r"\.\./shared|/root/|registry\.npmjs|pypi\.org|files\.pythonhosted")
    suffixes = {".py", ".md", ".toml", ".json", ".lock", ".sh", ".mjs", ".bpmn", ".html", ".css", ".js", ""}
    found = []
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if {".git", ".venv", "node_modules", "var", "vendor"} & set(parts) or path.suffix not in suffixes:
            continue
        if path.is_file() and path.name != "test_house.py" and pattern.search(path.read_text("utf-8", "ignore")):
            found.append(str(path.relative_to(ROOT)))
    assert not found, found


def test_element_templates_are_generated() -> None:
    import json

    from tests.process.test_element_templates import FOUND

    folder = ROOT / "bpmn" / ".camunda" / "element-templates"
    for name, templates in FOUND.items():
        assert json.loads((folder / name).read_text(encoding="utf-8")) == templates, f"{name}: run jiuzhu templates"


def test_every_message_of_the_house_is_sent_by_some_code() -> None:
    from jiuzhu.domain.house_messages import HOUSE_MESSAGES

    sources = [
        path.read_text(encoding="utf-8")
        for room in ("jiuzhu", "workers")
        for path in (ROOT / room).rglob("*.py")
        if path.name != "house_messages.py"
    ]
    assert [name for name in HOUSE_MESSAGES if not any(f'"{name}"' in text for text in sources)] == []
