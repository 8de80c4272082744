"""The embedded worker pool: threads that take errands and work them, until they are told to stop.

Any number of runners may work on one database: an errand is taken by conditional update. Stopping finishes the
pieces at hand.
"""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import structlog

from jiuzhu.errors import Conflict
from jiuzhu.service import jobs
from jiuzhu.service.office import Office

log = structlog.get_logger(__name__)

PAUSE_AFTER_FAILURE_SECONDS = 2.0


class Runner:
    """Takes errands and works them in threads."""

    def __init__(self, office: Office, *, threads: int | None = None, topics: Sequence[str] | None = None) -> None:
        self._office = office
        self._threads = threads or int(office.settings.get("jobs", "threads"))
        able = [name for name, topic in office.topics.items() if topic.errand is not None]
        self._topics = [name for name in able if topics is None or name in topics]
        self._poll = float(office.settings.get("jobs", "poll_seconds"))
        self._stop = threading.Event()
        self._pool: list[threading.Thread] = []
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    def start(self) -> None:
        """Start the threads."""
        self._stop.clear()
        self._pool = [
            threading.Thread(target=self._work, args=(f"{self._owner}:{number}",), name=f"errand-{number}", daemon=True)
            for number in range(self._threads)
        ]
        for thread in self._pool:
            thread.start()

    def stop(self, timeout: float = 30.0) -> None:
        """Finish the errands at hand and end the threads; what takes longer is taken over when its lease ends."""
        self._stop.set()
        self._office.doorbell.ring()
        for thread in self._pool:
            thread.join(timeout)
        self._pool = []

    def drain(self) -> int:
        """Work everything that can be worked now, in this thread; returns how many errands."""
        worked = 0
        while not self._stop.is_set():
            taken = jobs.take_jobs(self._office, self._owner, self._topics, 1)
            if not taken:
                return worked
            with self._kept(taken[0]):
                jobs.work_job(self._office, taken[0])
            worked += 1
        return worked

    @contextmanager
    def _kept(self, job: jobs.Job) -> Iterator[None]:
        """Prolong the lease while the errand is worked: departments may answer slowly, and nobody else should ask."""
        lease = timedelta(seconds=int(self._office.settings.get("jobs", "lease_seconds")))
        done = threading.Event()

        def prolong() -> None:
            while not done.wait(lease.total_seconds() / 3):
                try:
                    jobs.extend_lease(self._office, job.owner or "", job.id, lease)
                except Conflict:
                    return

        keeper = threading.Thread(target=prolong, name=f"lease-{job.id[:8]}", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()

    def _work(self, owner: str) -> None:
        while not self._stop.is_set():
            try:
                taken = jobs.take_jobs(self._office, owner, self._topics, 1)
                for job in taken:
                    with self._kept(job):
                        jobs.work_job(self._office, job)
            except Exception:
                # The database may be away for a moment; the thread stays, the errand's lease brings it back.
                log.exception("runner could not work")
                self._stop.wait(PAUSE_AFTER_FAILURE_SECONDS)
                continue
            if not taken:
                self._office.doorbell.wait(self._poll)
