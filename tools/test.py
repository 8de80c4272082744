"""`make test`: the test groups, each with its time budget on two cores (printed, not asserted).

Two lanes run side by side, one a core; what watches a browser or kills servers has the machine to itself afterwards.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".trace"
"""What ``jiuzhu trace`` reads: the last run only."""


@dataclass(frozen=True)
class Group:
    """Folders that run in one process, and the minutes they may take."""

    name: str
    folders: tuple[str, ...]
    minutes: int


@dataclass(frozen=True)
class Ran:
    """How a group ended."""

    group: Group
    seconds: float
    code: int


LANES: tuple[tuple[Group, ...], ...] = (
    (
        Group("process", ("tests/process",), 11),
        Group("unit", ("tests/unit", "tests/test_house.py"), 3),
    ),
    (
        Group("integration", ("tests/integration",), 8),
        Group("web", ("tests/web",), 6),
    ),
)
ALONE: tuple[Group, ...] = (Group("acceptance", ("tests/acceptance",), 10),)


def main(arguments: list[str]) -> int:
    """Run all groups, later ones also after a failure; return 1 when one failed."""
    soak = "--soak" in arguments
    shutil.rmtree(RESULTS, ignore_errors=True)
    begun = time.monotonic()
    with ThreadPoolExecutor(len(LANES)) as pool:
        ran = [
            each
            for lane in pool.map(lambda lane: [_run(group, soak, aside=True) for group in lane], LANES)
            for each in lane
        ]
    ran += [_run(group, soak, aside=False) for group in ALONE]
    for each in ran:
        note = "over budget" if each.seconds > each.group.minutes * 60 else ""
        word = "FAILED" if each.code else "ok"
        print(
            f"{word:>6}  {each.group.name:<12} {each.seconds / 60:5.1f} of {each.group.minutes} min  {note}", flush=True
        )
    print(f"        all          {(time.monotonic() - begun) / 60:5.1f} min", flush=True)
    proven = soak or _trace() == 0
    return 0 if proven and not any(each.code for each in ran) else 1


def _trace() -> int:
    """Hold the requirements against what has just passed: ``jiuzhu trace --check`` on this run's results."""
    command = Path(sys.executable).parent / "jiuzhu"
    return subprocess.run([str(command), "trace", "--check"], cwd=ROOT, check=False).returncode


def _run(group: Group, soak: bool, *, aside: bool) -> Ran:
    """Run one group; beside another its output is kept and printed in one piece at its end."""
    begun = time.monotonic()
    plugins = ["-p", "tests.no_skips", "-p", "tests.trace_results"]
    walks = "tests/process" in group.folders and not soak
    flows = ["-p", "tests.flow_results", "--flows=all"] if walks else []  # every flow is walked
    options = [*plugins, f"--trace-results={RESULTS / group.name}.json", *flows, "-m", "soak" if soak else "not soak"]
    present = [folder for folder in group.folders if (ROOT / folder).exists()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--durations=5", *options, *present],
        cwd=ROOT,
        check=False,
        env=os.environ | {"PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE if aside else None,
        stderr=subprocess.STDOUT if aside else None,
        text=True,
    )
    if aside:
        print(f"\n===== {group.name} =====\n{done.stdout}", flush=True)
    code = 0 if done.returncode == 5 and soak else done.returncode  # a group without soak tests
    return Ran(group, time.monotonic() - begun, code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
