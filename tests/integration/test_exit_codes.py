"""The command line says with its exit code whether something was found: `make check` and CI listen to nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jiuzhu.cli import main
from jiuzhu.logs import configure_logs
from tests.conftest import ROOT

FILE = ROOT / "bpmn" / "shared" / "shared_filing.bpmn"


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The command line sets logging up for its process: its standard error is this test's, which is closed then."""
    yield
    configure_logs()


def code_of(monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    monkeypatch.setattr(sys, "argv", ["jiuzhu", *words])
    try:
        main()
    except SystemExit as stop:
        return stop.code
    return 0


def drawn(folder: Path, topic: str = "filing_build") -> str:
    """Lay one process with its forms and tables into a folder, a topic written otherwise; it alone has a reminder."""
    for path in (*FILE.parent.glob("*.form"), *FILE.parent.glob("*.dmn")):
        (folder / path.name).write_bytes(path.read_bytes())
    text = FILE.read_text(encoding="utf-8")
    (folder / FILE.name).write_text(text.replace('"filing_build"', f'"{topic}"'), encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize(("topic", "code"), [("filing_build", 0), ("filing_bild", 1)])
def test_findings_of_the_linter_are_an_exit_code(
    topic: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(monkeypatch, "lint", drawn(tmp_path, topic)) == code
    assert ("0 error(s)" in capsys.readouterr().out) is (code == 0)


@pytest.mark.parametrize(("words", "code"), [(("--strict",), 1), (("--strict", "--errors-only"), 0)])
def test_reminders_count_when_they_are_asked_for(
    words: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert code_of(monkeypatch, "lint", drawn(tmp_path), *words) == code


def test_a_command_that_is_not_there_is_code_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(monkeypatch, "lnit") == 2
    assert "lnit" in capsys.readouterr().err
