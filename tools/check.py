"""`make check`: every check in order, all of them even after one has failed, with the time each took."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def _node() -> str:
    """Return the Node to use: the system's when it is 20 or newer, else the virtual environment's."""
    inside = BIN / "node"
    return str(inside) if inside.exists() else (shutil.which("node") or "node")


TEMPLATES = "bpmn/.camunda/element-templates"
CHECKS: list[tuple[str, list[str]]] = [
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("lint", [str(BIN / "ruff"), "check", "--quiet", "."]),
    ("types", [str(BIN / "mypy")]),
    ("walls", [str(BIN / "lint-imports"), "--no-cache"]),
    ("jiuzhu lint bpmn", [str(BIN / "jiuzhu"), "lint", "bpmn", "--strict"]),
    ("element templates are current", [str(BIN / "jiuzhu"), "templates", TEMPLATES, "--check"]),
    ("element templates", [_node(), "tools/diagrams/templates.mjs", TEMPLATES]),
    ("handbook is current", [sys.executable, "-m", "tools.handbook", "--check"]),
    ("diagrams", [_node(), "tools/diagrams/check.mjs", "bpmn", "--strict", "--min-score", "95"]),
    ("forms in form-js", [_node(), "tools/diagrams/forms.mjs", "bpmn"]),
]


def main() -> int:
    """Run all checks; return 1 when one failed."""
    failed = []
    for name, command in CHECKS:
        begun = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        mark = "ok" if done.returncode == 0 else "FAILED"
        print(f"{mark:>6}  {name}  ({time.monotonic() - begun:.0f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout[-12_000:], done.stderr[-4_000:], sep="\n", flush=True)
    if failed:
        print(f"check failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
