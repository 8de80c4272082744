"""`make test`: the test groups, each with its time budget on two cores (printed, not asserted).

Two lanes run side by side, one a core; what watches or kills running servers comes afterwards, also in two lanes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.prepared import SHARED

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".trace"
"""What ``jiuzhu trace`` reads: the last run only."""


@dataclass(frozen=True)
class Group:
    """Folders and files that run in one process, and the minutes they may take."""

    name: str
    folders: tuple[str, ...]
    minutes: int
    without: tuple[str, ...] = ()
    """Patterns of files that another group of the same folder has."""


@dataclass(frozen=True)
class Ran:
    """How a group ended."""

    group: Group
    seconds: float
    code: int


WATCHED = "tests/web/test_browser"
"""The web's tests with a browser begin so."""
HOSTILE = tuple(f"tests/web/test_hostile_{what}.py" for what in ("input", "text"))
"""What strangers may type: in the other lane than the rest of the web, so that both lanes take as long."""
WALKED = ("tests/acceptance/test_walks.py", "tests/acceptance/test_seal.py", "tests/acceptance/test_window.py")
"""They share the demo with its first cases; the others have offices of their own."""
LANES: tuple[tuple[Group, ...], ...] = (
    (
        Group("process", ("tests/process",), 11),
        Group("unit", ("tests/unit", "tests/test_house.py"), 2),
        Group("browser", tuple(f"{WATCHED}{name}.py" for name in ("", "_bar", "_boundary")), 3),
        Group("hostile", HOSTILE, 1),
    ),
    (
        Group("integration", ("tests/integration",), 8),
        Group("web", ("tests/web",), 6, without=(f"{WATCHED}*.py", *HOSTILE)),
    ),
)
AFTERWARDS: tuple[tuple[Group, ...], ...] = (
    (Group("walks", WALKED, 10),),
    (Group("acceptance", ("tests/acceptance",), 8, without=WALKED),),
)
"""Running servers that are watched and killed: beside each other, but beside no heavy reckoning."""


def main(arguments: list[str]) -> int:
    """Run all groups, later ones also after a failure; return 1 when one failed."""
    soak = "--soak" in arguments
    shutil.rmtree(RESULTS, ignore_errors=True)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="jiuzhu-prepared-") as prepared:
        os.environ[SHARED] = prepared
        ran = [*_side_by_side(LANES, soak), *_side_by_side(AFTERWARDS, soak)]
    for each in ran:
        note = "over budget" if each.seconds > each.group.minutes * 60 else ""
        word = "FAILED" if each.code else "ok"
        print(
            f"{word:>6}  {each.group.name:<12} {each.seconds / 60:5.1f} of {each.group.minutes} min  {note}", flush=True
        )
    print(f"        all          {(time.monotonic() - begun) / 60:5.1f} min", flush=True)
    proven = soak or _trace() == 0
    return 0 if proven and not any(each.code for each in ran) else 1


def _side_by_side(lanes: tuple[tuple[Group, ...], ...], soak: bool) -> list[Ran]:
    """Run lanes at the same time, the groups of each one after the other."""
    with ThreadPoolExecutor(len(lanes)) as pool:
        ended = pool.map(lambda lane: [_run(group, soak) for group in lane], lanes)
        return [each for lane in ended for each in lane]


def _trace() -> int:
    """Hold the requirements against what has just passed: ``jiuzhu trace --check`` on this run's results."""
    command = Path(sys.executable).parent / "jiuzhu"
    return subprocess.run([str(command), "trace", "--check"], cwd=ROOT, check=False).returncode


def _run(group: Group, soak: bool) -> Ran:
    """Run one group; as it runs beside another, its output is kept and printed in one piece at its end."""
    begun = time.monotonic()
    plugins = ["-p", "tests.no_skips", "-p", "tests.trace_results"]
    walks = "tests/process" in group.folders and not soak
    flows = ["-p", "tests.flow_results", "--flows=all"] if walks else []  # every flow is walked
    options = [*plugins, f"--trace-results={RESULTS / group.name}.json", *flows, "-m", "soak" if soak else "not soak"]
    others = [f"--ignore-glob={pattern}" for pattern in group.without]
    present = [folder for folder in group.folders if (ROOT / folder).exists()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--durations=5", *options, *others, *present],
        cwd=ROOT,
        check=False,
        env=os.environ | {"PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f"\n===== {group.name} =====\n{done.stdout}", flush=True)
    code = 0 if done.returncode == 5 and soak else done.returncode  # a group without soak tests
    return Ran(group, time.monotonic() - begun, code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
