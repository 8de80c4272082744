"""A review of thousands: how fast households start, whether memory stays flat, what one clerk's click costs meanwhile.

``run`` is the only door (``jiuzhu bench campaign``). The campaign is the real one, the errands answer at once; times
of one click are compared between a campaign of three households and the large one in the same database.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from jiuzhu.bench.households import add_households
from jiuzhu.bench.places import temporary_office
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.campaigns import ITEM_STATES
from jiuzhu.service import campaign_desk, campaigns, documents, identity, inbox, jobs, work
from jiuzhu.service.office import Office
from jiuzhu.store import campaigns as rows

LARGE, SMALL = "140502100", "140502001"
"""Two towns of the demo: the large campaign and the one of three households."""
SHEET, FEW = 50, 3
SIGNED: Mapping[str, Any] = {"way": "login", "confirm": True}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
FLAT, CLICK, PAGE = 1.2, 1.2, 1.5
"""What is aimed at: peak of all against a tenth, click in the large against the small campaign, inbox page."""

Progress = Callable[[str], None]


def run(households: int, progress: Progress) -> dict[str, Any]:
    """Measure on SQLite with everything written to disk; returns the numbers and whether the aims are met."""
    with temporary_office("") as office:
        add_households(office, [f"{LARGE}001", f"{LARGE}002"], households)
        add_households(office, [f"{SMALL}001"], FEW, first=households + 1)
        progress(f"{households} households are recipients")
        small = _launch(office, SMALL, 2)
        _start(office, small, FEW)
        _errands(office, FEW)
        before = _page(office)
        large = _launch(office, LARGE, 1)
        tenth = _start(office, large, households // 10)
        whole = _start(office, large, households)
        during = _page(office)
        seconds = tenth[1] + whole[1]
        started = tenth[0] + whole[0]
        progress(f"{started} households started in {seconds:.1f} s")
        _errands(office, SHEET)
        click_large = _clicks(office, large, 1, progress)
        click_small = _clicks(office, small, 2, progress)
        once = _once(office, large, households)
    result = {
        "households": households,
        "starts_per_second": round(started / seconds, 1),
        "peak_ratio": round(max(tenth[2], whole[2]) / tenth[2], 3),
        "click_ms_of_3": round(click_small * 1000, 1),
        f"click_ms_of_{households}": round(click_large * 1000, 1),
        "click_ratio": round(click_large / click_small, 2),
        "inbox_ms_before": round(before * 1000, 1),
        "inbox_ms_during": round(during * 1000, 1),
        "inbox_ratio": round(during / before, 2),
        "each_once": once,
    }
    aims = (result["peak_ratio"] <= FLAT, result["click_ratio"] <= CLICK, result["inbox_ratio"] <= PAGE, once)
    return {**result, "met": all(aims)}


def _district(office: Office) -> str:
    with office.store.reading() as tx:
        return office.places.of(tx, LARGE).district


def _actor(office: Office, login: str) -> Actor:
    return identity.actor_of(office, f"{_district(office)}-{login}")


def _launch(office: Office, town: str, place: int) -> str:
    head = _actor(office, f"town_head-{place}")
    number = campaign_desk.start(office, head, town, "annual", "测量")
    plan = {"throttle": 20, "plan_text": "测量用的安排。", "sign": dict(SIGNED)}
    work.complete(office, head, _items(office, head, "Task_PlanCampaign")[0], plan)
    return number


def _start(office: Office, number: str, wanted: int) -> tuple[int, float, float]:
    """Look until ``wanted`` households are started; returns how many were, the seconds, the highest memory."""
    first, began, peak = _started(office, number), time.perf_counter(), 0.0
    while _started(office, number) < wanted:
        campaigns.keep_campaigns(office)
        peak = max(peak, _resident())
    return _started(office, number) - first, time.perf_counter() - began, peak


def _started(office: Office, number: str) -> int:
    with office.store.reading() as tx:
        counted = rows.counts(tx, [number])
    return sum(int(row["households"]) for row in counted if row["state"] != "frozen")


def _errands(office: Office, count: int) -> None:
    """Let the queries of one sheet be answered, those that were parked first; the others stay parked."""
    for job in jobs.take_jobs(office, "bench", ["means_verification"], count):
        jobs.work_job(office, job)


def _clicks(office: Office, number: str, place: int, progress: Progress) -> float:
    """Work one sheet up to the opinions and return the median seconds of completing an opinion."""
    first = 1 + 3 * (place - 1)
    officer, clerk = _actor(office, f"village_officer-{place}"), _actor(office, f"town_reviewer-{place}")
    leader, mate = (_actor(office, f"town_investigator-{one}") for one in (first, first + 1))
    with office.store.reading() as tx:
        sheet = rows.sheets(tx, number)[0]
        chosen = [one.item_no for one in rows.items(tx, number, limit=SHEET) if one.sheet_no == sheet.sheet_no]
    listed = [{"item_no": one, "line_changed": True, "line_note": "收入有变化"} for one in chosen]
    _do(office, officer, "Task_VerifyList", sheet.record_no, {"list_rows": listed, "sign": dict(SIGNED)})
    plan = {
        "team": [leader.login, mate.login],
        "leader": leader.login,
        "round_day": office.clock.now().astimezone(office.settings.zone).date().isoformat(),
        "village_assistants": [officer.login],
        "round_rows": [{"item_no": one, "line_go": True} for one in chosen],
    }
    _do(office, mate, "Task_PlanRound", sheet.record_no, plan)
    made = documents.store_attachment(office, leader, "sheet.png", "image/png", PNG)
    file = made if isinstance(made, str) else made.id
    met = {"line_outcome": "met", "line_changed": False, "line_note": ""}
    visited = [{"item_no": one, **met} for one in chosen]
    found = {"visit_rows": visited, "photos": [file], "round_scan": [file], "sign": dict(SIGNED)}
    _do(office, leader, "Task_VisitRound", sheet.record_no, found)
    campaigns.hand_over(office, "review.visited")
    opinion = {"change_result": "keep", "new_amount": "", "change_reason": "变化不影响金额。", "sign": dict(SIGNED)}
    seconds = []
    for item in _items(office, clerk, "Task_ReviewHousehold"):
        began = time.perf_counter()
        work.complete(office, clerk, item, opinion)
        seconds.append(time.perf_counter() - began)
    progress(f"{len(seconds)} opinions completed in a campaign of {_started(office, number)}")
    return median(seconds)


def _do(office: Office, actor: Actor, element: str, record_no: str, data: Mapping[str, Any]) -> None:
    work.complete(office, actor, _items(office, actor, element, record_no)[0], data)


def _items(office: Office, actor: Actor, element: str, record_no: str = "") -> Sequence[str]:
    found = inbox.list_items(office, actor, "group", limit=200).items
    return [one.id for one in found if one.element_id == element and record_no in ("", one.record_no)]


def _page(office: Office) -> float:
    clerk = _actor(office, "town_head-1")
    seconds = []
    for _ in range(40):
        began = time.perf_counter()
        inbox.list_items(office, clerk, "group")
        seconds.append(time.perf_counter() - began)
    return median(seconds)


def _once(office: Office, number: str, households: int) -> bool:
    with office.store.reading() as tx:
        records = [one.record_no for one in rows.items(tx, number, limit=households + 1)]
        states = {one.state for one in rows.items(tx, number, limit=households + 1)}
    return len(records) == len(set(records)) == households and all(records) and states <= set(ITEM_STATES)


def _resident() -> float:
    """Return the memory that the process holds now, in megabytes; where the system does not say, its highest so far."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return found / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return pages * resource.getpagesize() / (1024 * 1024)
