"""The process of one trial in the background: reads its folder, tries, writes the report; bounded by the system."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

from jiuzhu.errors import DeploymentRefused, JiuzhuError
from jiuzhu.logs import configure_logs
from jiuzhu.simulate.tryout.trying import Wanted, try_out

MEMORY = 3 << 30
PROCESSOR_SECONDS = 800
ENDED_AFTER = 900
KINDER = 10
"""How much the trial steps back behind the people who work."""
SAID_EVERY = 0.5


def main(folder: Path) -> None:
    """Try what lies in a folder."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    signal.alarm(ENDED_AFTER)
    os.nice(KINDER)
    configure_logs()
    asked = json.loads((folder / "wanted.json").read_text(encoding="utf-8"))
    tried = dict(zip(asked["files"], _files(folder / "tried").values(), strict=True))
    wanted = Wanted(
        district=asked["district"],
        day=date.fromisoformat(asked["day"]),
        seed=asked["seed"],
        steps=asked["steps"],
        cases=asked["cases"],
        seconds=asked["seconds"],
    )
    try:
        report = try_out(_files(folder / "rest"), tried, Path(asked["root"]), wanted, _Progress(folder))
    except DeploymentRefused as refused:
        findings = [_plain(one) for one in refused.findings]
        _write(folder / "refused.json", {"sentence": "这份流程图还不能运行，请先改正。", "findings": findings})
    except JiuzhuError as error:
        _write(folder / "refused.json", {"sentence": getattr(error, "sentence", str(error)), "findings": []})
    else:
        _write(folder / "report.json", report)


class _Progress:
    """Writes down how far it is, not more often than somebody looks."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "progress.txt"
        self._at = float("-inf")

    def __call__(self, line: str) -> None:
        if monotonic() - self._at >= SAID_EVERY:
            self._at = monotonic()
            self._path.write_text(line, encoding="utf-8")


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _plain(finding: object) -> dict[str, Any]:
    names = ("severity", "element_id", "element_name", "line", "message", "remedy")
    return {name: getattr(finding, name, "") for name in names}


def _write(path: Path, value: Any) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
