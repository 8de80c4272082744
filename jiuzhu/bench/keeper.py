"""Whoever starts the households, as a process of its own: killed at random moments and begun again.

``python -m jiuzhu.bench.keeper NUMBER WANTED`` is the child; what it needs to know of the office is in its environment.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jiuzhu.bench.pages import Page
from jiuzhu.bootstrap import build_office
from jiuzhu.errors import Failed
from jiuzhu.service import campaigns
from jiuzhu.service.office import Office
from jiuzhu.settings import Settings
from jiuzhu.store import campaigns as rows

PAUSE = 0.05


@dataclass
class Stretch:
    """What one life of the child came to."""

    first: int
    last: int = 0
    seconds: float = 0.0
    """From the first household that it started."""
    peak: float = 0.0
    killed: bool = False
    pages: list[Page] = field(default_factory=list)
    """What the look cost while the child worked,"""
    still: list[Page] = field(default_factory=list)
    """and in between, while it was held."""


def started(office: Office, number: str) -> int:
    """Return how many households of a campaign have their process."""
    with office.store.reading() as tx:
        counted = rows.counts(tx, [number])
    return sum(int(row["households"]) for row in counted if row["state"] != "frozen")


def stretch(
    office: Office,
    number: str,
    wanted: int,
    *,
    kill: random.Random | None = None,
    look: Callable[[], Page] | None = None,
    every: float = 0.5,
) -> Stretch:
    """Let a child start households until ``wanted`` are; with ``kill`` it is killed at a random moment after that.

    ``look`` is timed work of a person meanwhile, in turns beside the child at work and beside the child held still, so
    that whatever else the machine does meets both. Raises Failed when the child ends before.
    """
    found = Stretch(first=started(office, number))
    env = {
        **os.environ,
        "JIUZHU_ENV": "demo",
        "JIUZHU_HOME": str(office.settings.home),
        "JIUZHU_DATABASE_URL": office.settings.database_url,
    }
    # Without an end of its own when it is to be killed.
    end = str(wanted) if kill is None else str(sys.maxsize)
    command = [sys.executable, "-m", "jiuzhu.bench.keeper", number, end]
    # A session of its own, as a service has: Linux shares processors among sessions first, and on a full machine the
    # person who looks would otherwise pay for the starter out of their own share.
    with subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    ) as child:
        try:
            _watch(office, number, wanted, child, found, look, every)
            if kill is not None:
                time.sleep(kill.uniform(0.0, 0.3))
        finally:
            if child.poll() is None and (kill is not None or sys.exc_info()[0] is not None):
                found.killed = True
                child.send_signal(signal.SIGKILL)
        code = child.wait()
    found.last = started(office, number)
    if found.last < wanted or code not in (0, -signal.SIGKILL):
        raise Failed(f"the process that starts households ended with {code} after {found.last}")
    return found


def _watch(
    office: Office,
    number: str,
    wanted: int,
    child: subprocess.Popen[bytes],
    found: Stretch,
    look: Callable[[], Page] | None,
    every: float,
) -> None:
    began: float | None = None
    due = held = 0.0
    while True:
        found.peak = max(found.peak, peak_of(child.pid))
        count = started(office, number)
        now = time.perf_counter()
        if count > found.first and began is None:
            began, found.first = now, count
        if count >= wanted or child.poll() is not None:
            found.seconds = now - held - (began if began is not None else now)
            found.last = count
            return
        if look is not None and began is not None and now >= due:
            found.pages.append(look())
            held += _still(child, look, found)
            due = now + every
        # Counting a hundred thousand rows all the time would be part of what is measured.
        time.sleep(min(max(PAUSE, (wanted - count) / 1000), max(every, PAUSE)))


def _still(child: subprocess.Popen[bytes], look: Callable[[], Page], found: Stretch) -> float:
    """Look while the child is held; returns for how long it was."""
    began = time.perf_counter()
    child.send_signal(signal.SIGSTOP)
    try:
        time.sleep(PAUSE)
        found.still.append(look())
    finally:
        child.send_signal(signal.SIGCONT)
    return time.perf_counter() - began


def peak_of(pid: int) -> float:
    """Return the most memory that a process has held so far, in megabytes; 0 where the system does not say.

    Not ``ru_maxrss`` of a child that ended: it begins with what its parent held when it made the child.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    told = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), "0")
    return int(told) / 1024


def main(number: str, wanted: int) -> None:
    """Start bit by bit until so many are started."""
    office = build_office(Settings.load(dict(os.environ)))
    while started(office, number) < wanted:
        campaigns.keep_campaigns(office)
    office.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
