"""The alarm clock: APScheduler wakes, the rows say what is due.

Its job store is memory and its jobs are three lines each: what was due while nobody ran is due at the next call.
Several schedulers may run on one database: firing a timer is a locked step of its case, and a turn of a schedule is
taken and started in one transaction, as is a household of a campaign.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from jiuzhu.service import campaigns, case_move_work, due, sample_work, schedules, takeover_release
from jiuzhu.service.office import Office

log = structlog.get_logger(__name__)

TIDY_SECONDS = 600


class Scheduler:
    """Calls what looks for due things, at the pace of the settings."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._alarm: Any = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin to wake; the first look is at once."""
        self._every(float(self._office.settings.get("schedule", "timers_seconds")), self._fire)
        self._every(float(self._office.settings.get("schedule", "ledger_seconds")), self._keep)
        self._every(float(self._office.settings.get("schedule", "campaign_seconds")), self._review)
        self._every(float(self._office.settings.get("schedule", "ledger_seconds")), self._take_over)
        self._every(float(self._office.settings.get("schedule", "ledger_seconds")), self._move)
        self._every(TIDY_SECONDS, self._tidy)
        self._alarm.start()

    def stop(self) -> None:
        """Finish what runs, then wake no more."""
        self._alarm.shutdown(wait=True)

    def _every(self, seconds: float, act: Callable[[], None]) -> None:
        self._alarm.add_job(act, "interval", seconds=seconds, next_run_time=self._office.clock.machine())

    def _fire(self) -> None:
        try:
            due.fire_due(self._office)
        except Exception:
            log.exception("looking for due things failed")

    def _keep(self) -> None:
        try:
            schedules.keep_schedules(self._office)
            sample_work.keep_samples(self._office)
        except Exception:
            log.exception("keeping the ledger of schedules failed")

    def _review(self) -> None:
        try:
            campaigns.keep_campaigns(self._office)
        except Exception:
            log.exception("keeping the review campaigns failed")

    def _take_over(self) -> None:
        try:
            takeover_release.carry_on_all(self._office)
        except Exception:
            log.exception("writing released lists failed")

    def _move(self) -> None:
        try:
            case_move_work.carry_on_all(self._office)
        except Exception:
            log.exception("moving cases to another version failed")

    def _tidy(self) -> None:
        try:
            due.tidy(self._office)
        except Exception:
            log.exception("tidying failed")
