"""`make test`: the test groups in order, each with its time budget on two cores (printed, not asserted)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

GROUPS: list[tuple[str, list[str], int]] = [
    ("unit and process", ["tests/unit", "tests/process", "tests/test_house.py"], 4),
    ("integration", ["tests/integration"], 5),
    ("web", ["tests/web"], 3),
    ("acceptance", ["tests/acceptance"], 8),
]


def main(arguments: list[str]) -> int:
    """Run all groups, later ones also after a failure; return 1 when one failed."""
    marker = "soak" if "--soak" in arguments else "not soak"
    rows, failed = [], False
    results = ROOT / ".trace"  # what `jiuzhu trace` reads: the last run only
    shutil.rmtree(results, ignore_errors=True)
    for name, folders, budget in GROUPS:
        present = [folder for folder in folders if (ROOT / folder).exists()]
        begun = time.monotonic()
        plugins = ["-p", "tests.no_skips", "-p", "tests.trace_results", "-p", "tests.flow_results"]
        written = results / f"{name.replace(' ', '_')}.json"
        flows = ["--flows=all"] if "tests/process" in folders and marker == "not soak" else []  # every flow is walked
        options = [*plugins, f"--trace-results={written}", *flows, "-m", marker]
        command = [sys.executable, "-m", "pytest", "-q", *options, *present]
        code = subprocess.run(command, cwd=ROOT, check=False, env=os.environ | {"PYTHONHASHSEED": "0"}).returncode
        if code == 5 and "--soak" in arguments:
            code = 0  # a group without soak tests
        failed = failed or code != 0
        rows.append((name, time.monotonic() - begun, budget, code))
    for name, seconds, budget, code in rows:
        note = "over budget" if seconds > budget * 60 else ""
        print(
            f"{'ok' if code == 0 else 'FAILED':>6}  {name:<18} {seconds / 60:5.1f} of {budget} min  {note}", flush=True
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
