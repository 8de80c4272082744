"""Plugin (``-p tests.trace_results --trace-results FILE``): write which requirement ids passed and failed in a run.

The file holds ``{"passed": {id: [tests]}, "failed": {id: [tests]}}``; ``jiuzhu trace`` reads all files of a folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

Reports = dict[str, dict[str, set[str]]]
KEY = pytest.StashKey[Reports]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that switches the plugin on."""
    parser.addoption(
        "--trace-results", type=Path, help="Write the requirement ids that passed and failed to this file."
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing."""
    config.stash[KEY] = {"passed": {}, "failed": {}}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note the ids of a test's marks: passed by its own phase, failed by any phase; a skipped test says nothing."""
    report: pytest.TestReport = yield  # type: ignore[misc,assignment]
    outcome = "failed" if report.failed else "passed" if report.passed and report.when == "call" else ""
    if outcome and not hasattr(report, "wasxfail"):
        for mark in item.iter_markers("req"):
            for identity in mark.args:
                item.config.stash[KEY][outcome].setdefault(identity, set()).add(item.nodeid)
    return report  # type: ignore[return-value]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the file; a folder that is missing is made."""
    path: Path | None = session.config.getoption("--trace-results")
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        outcome: {identity: sorted(tests) for identity, tests in sorted(found.items())}
        for outcome, found in session.config.stash[KEY].items()
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
