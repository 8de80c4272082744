"""Plugin (``-p tests.flow_results``): print which flows of every diagram the walks of this run took.

``--flows=touched`` (the default) prints the diagrams that this run came to; ``--flows=all`` prints every diagram and
fails the run when a flow is neither taken nor excused in ``tests/data/untaken.toml``, or excused and yet taken.
``--flow-results FILE`` writes ``{process: {flow: [tests]}}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows import NOTED, Coverage, drawn, note


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    parser.addoption("--flows", choices=("touched", "all"), default="touched", help="Which diagrams are asked about.")
    parser.addoption("--flow-results", type=Path, help="Write which tests took which flow to this file.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep what a passed test noted; drop the rest."""
    report: pytest.TestReport = yield  # type: ignore[misc,assignment]
    if report.when == "call":
        if report.passed and item.get_closest_marker("walks") is not None:
            for office in NOTED.offices:
                note(office)
        NOTED.close(item.nodeid, passed=report.passed and item.get_closest_marker("spoilt") is None)
    return report  # type: ignore[return-value]


def _coverage() -> Coverage:
    return Coverage(frozenset(NOTED.taken))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the file, and fail a complete run that leaves flows out."""
    path: Path | None = session.config.getoption("--flow-results")
    if path is not None:
        content = {
            key: {flow: sorted(NOTED.taken.get((key, flow), ())) for flow in flows} for key, flows in drawn().items()
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    coverage = _coverage()
    if session.config.getoption("--flows") == "all" and (coverage.missing() or coverage.taken_all_the_same()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print a line a diagram."""
    coverage, whole = _coverage(), config.getoption("--flows") == "all"
    touched = {key for key, _ in NOTED.taken}
    lines = [line for key, line in zip(drawn(), coverage.lines(), strict=True) if whole or key in touched]
    if lines:
        terminalreporter.section("flows taken by walks")
        terminalreporter.write("\n".join(lines) + "\n")
    if whole:
        for key, flow in coverage.missing():
            terminalreporter.write_line(f"not taken, not excused: {key} {flow}", red=True)
        for key, flow in coverage.taken_all_the_same():
            terminalreporter.write_line(f"excused in untaken.toml, but taken: {key} {flow}", red=True)
