"""The office of the year's walks: a third village, quick looks of the scheduler, and hands for repetitive work.

Whatever the walks show is done in browsers. The repetitive rest (the other villages, the other households) goes through
the service on the running server's database, as ``jiuzhu case complete`` does; the server's own jobs move the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from jiuzhu.bootstrap import build_office
from jiuzhu.service.office import Office
from tests.acceptance.browser import DESK, PHONE, WAIT_MILLISECONDS, Clerk
from tests.acceptance.demo_server import DemoServer
from tests.conftest import settings_for, with_values
from tests.reviews import Review
from tests.samples import Drawing

Found = TypeVar("Found")
CAMPAIGN_SECONDS = 2.0
"""How often the server starts households here: slow enough to pause between two, quick enough to wait for."""
THIRD, OFFICER = "140502100003", "village_officer-9"
_VILLAGE = f"{THIRD},140502100,village,示例三村,2000-01-01\n"
_PERSON = f"""
[[person]]
login = "jincheng-{OFFICER}"
name = "秦守村"
role = "village_officer"
organisation = "{THIRD}"
from = 2019-01-01
"""
OFFICERS = {1: "village_officer-1", 2: "village_officer-3", 3: OFFICER}
"""Village of the town → who sits there."""


def year_server(folder: Path) -> DemoServer:
    """Return a demo without cases whose first town has three villages."""
    server = DemoServer(folder, cases=False, schedule=f"ledger_seconds = 1.0\ncampaign_seconds = {CAMPAIGN_SECONDS}\n")
    for name, more in (("villages.csv", _VILLAGE), ("jincheng.toml", _PERSON)):
        path = server.root / "config" / "demo" / name
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return server


def office_of(server: DemoServer) -> Office:
    """Return the service on the running server's database."""
    values = with_values(settings_for(server.home), exchange={"url": server.exchange_url})
    return build_office(values)


def calendar_tried(office: Office) -> None:
    """Wait until the ledger has started the town's review of the quarter and found nobody to review.

    Households that come in afterwards are reviewed by a campaign that a scheduler starts by hand.
    """
    sql = "select 1 from case_instance where process_key = :key and town = :town and end_event = 'End_NothingToReview'"
    review = Review(office)
    until(lambda: review.rows(sql, key="shared_review_campaign", town=review.town), "the calendar's review", 120)


def until(find: Callable[[], Found], what: str, seconds: float = 3 * WAIT_MILLISECONDS / 1000) -> Found:
    """Ask until there is something: the server works on its own."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := find():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} never came")


def both(clerk: Clerk, name: str) -> None:
    """Look at a page on the desk's screen and on a phone; nothing may hang over."""
    clerk.picture(name)
    clerk.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert clerk.overflow <= 0, f"{name} is wider than a phone"
    clerk.picture(f"{name}-phone")
    clerk.page.set_viewport_size(DESK)  # type: ignore[arg-type]


class ServedReview(Review):
    """A review whose households the server starts; whoever works waits for it."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.villages = [*self.villages, THIRD]

    def settle(self) -> None:
        """The server does that."""

    def wait(self, element: str, count: int = 1) -> list[dict[str, Any]]:
        """Return the open items of an element, when there are that many."""
        return until(lambda: found if len(found := self.items(element)) >= count else [], element)

    def item_of(self, element: str, village: int) -> dict[str, Any]:
        """Return a village's open item of an element."""
        place = self.villages[village - 1]
        return until(lambda: [one for one in self.items(element) if one["village"] == place], element)[0]

    def at(self, element: str, village: int) -> int:
        """Return where a village's item stands among those of its element."""
        wanted = self.item_of(element, village)["task_id"]
        return [one["task_id"] for one in self.items(element)].index(wanted)


class ServedDrawing(Drawing):
    """A draw whose checks the server starts."""

    def settle(self) -> None:
        """The server does that."""

    def tasks(self, element: str, count: int = 1) -> Sequence[dict[str, Any]]:
        """Return the open items of an element over all drawn households, when there are that many."""
        sql = "select distinct task_id, case_no, record_no from work_item where element_id = :element order by case_no"
        return until(
            lambda: found if len(found := self.walker.rows(sql, element=element)) >= count else [], f"{element} {count}"
        )


__all__ = ["OFFICERS", "ServedDrawing", "ServedReview", "both", "calendar_tried", "office_of", "until", "year_server"]
