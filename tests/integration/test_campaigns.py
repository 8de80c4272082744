"""The throttled job of a review: each household once under kills and with two schedulers, paused, never in the way."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.errors import Refused
from jiuzhu.service import campaign_desk, campaigns, opening, work
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store import campaigns as rows
from tests.conftest import ROOT, OfficeMaker
from tests.integration.people import person
from tests.reviews import Review

HEAD = "jincheng-town_head-1"


def frozen(office: Office, households: int, throttle: int = 20) -> Review:
    """Return a campaign that may start its households, none of which is started."""
    review = Review(office)
    review.households(households, villages=2)
    review.start()
    review.do("Task_PlanCampaign", "town_head-1", settle=False, throttle=throttle)
    return review


def started(office: Office) -> dict[str, int]:
    """Assert that every row has one process of its own; returns how many households and sheets are started."""
    counted = {}
    for table, key in (("campaign_item", "shared_review_household"), ("review_sheet", "shared_review_village")):
        with office.store.reading() as tx:
            sql = f"select record_no from {table} where state <> 'frozen'"
            numbers = [one.record_no for one in tx.execute(text(sql))]
            asked = text("select record_no from case_instance where process_key = :key")
            processes = [one.record_no for one in tx.execute(asked, {"key": key})]
        assert all(numbers)
        assert sorted(numbers) == sorted(processes)
        assert len(set(numbers)) == len(numbers)
        counted[table] = len(numbers)
    return counted


SCRIPT = """
import sys
from pathlib import Path
from tests.conftest import settings_for
from jiuzhu.bootstrap import build_office
from jiuzhu.service import campaigns
office = build_office(settings_for(Path(sys.argv[1])))
while True:
    campaigns.keep_campaigns(office)
"""


@pytest.mark.req("JC-34")
def test_killed_three_times_every_household_is_started_once(make_office: OfficeMaker, tmp_path: Path) -> None:
    office = make_office()
    frozen(office, 240, throttle=7)
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "home")]
    draw, seen, until = random.Random(20260701), [], time.monotonic() + 240
    for reached in (20, 80, 160):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as keeper:
            while started_now(office) < reached:
                assert time.monotonic() < until
                time.sleep(draw.uniform(0.01, 0.05))
            keeper.kill()
        seen.append(started(office)["campaign_item"])
    assert seen[-1] < 240, f"killed after everything was started: {seen}"
    while campaigns.keep_campaigns(office):
        pass
    assert started(office) == {"campaign_item": 240, "review_sheet": 6}
    with office.store.reading() as tx:
        assert tx.execute(text("select count(*) from campaign_item where fault <> ''")).scalar_one() == 0


def started_now(office: Office) -> int:
    with office.store.reading() as tx:
        return int(tx.execute(text("select count(*) from campaign_item where state <> 'frozen'")).scalar_one())


def test_two_schedulers_start_each_household_once(any_office_maker: OfficeMaker) -> None:
    one, other = any_office_maker(), any_office_maker()
    frozen(one, 40, throttle=15)
    for _ in range(4):
        at_once(*(lambda office=office: campaigns.keep_campaigns(office) for office in (one, other)))  # type: ignore[misc]
    assert started(one) == {"campaign_item": 40, "review_sheet": 2}


def at_once(*acts: Callable[[], Any]) -> None:
    failed: list[BaseException] = []

    def run(act: Callable[[], Any]) -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


def test_throttled_paused_and_resumed(office: Office) -> None:
    review = frozen(office, 25, throttle=10)
    campaigns.keep_campaigns(office)
    assert started(office)["campaign_item"] == 10
    head, number = person(office, HEAD), review.walker.case_no
    campaign_desk.pause(office, head, number, "系统检修")
    for _ in range(3):
        campaigns.keep_campaigns(office)
    assert started(office)["campaign_item"] == 10
    campaign_desk.resume(office, head, number)
    campaign_desk.set_throttle(office, head, number, 12)
    campaigns.keep_campaigns(office)
    assert started(office)["campaign_item"] == 22


def test_a_pause_in_the_moment_of_taking_starts_nothing_more(office: Office) -> None:
    review = frozen(office, 3, throttle=1)
    campaign_desk.pause(office, person(office, HEAD), review.walker.case_no, "停")
    assert not campaigns._start_item(office, review.lines()[0])
    assert started(office)["campaign_item"] == 0


def test_one_household_that_cannot_be_started_says_why_and_holds_up_nobody(office: Office) -> None:
    review = frozen(office, 3)
    bad = review.lines()[0]
    real = opening.open_about_household

    def broken(stepping: Any, household: Any, *rest: Any, **more: Any) -> Any:
        if household.recipient_no in bad:
            raise Refused("这一户的档案还没有导入。")
        return real(stepping, household, *rest, **more)

    opening.open_about_household = broken
    try:
        campaigns.keep_campaigns(office)
    finally:
        opening.open_about_household = real
    assert started(office)["campaign_item"] == 2
    (row,) = review.rows("select fault from campaign_item where state = 'frozen'")
    assert row["fault"] == "这一户的档案还没有导入。"
    assert campaigns.keep_campaigns(office) == 0, "tried again only after a while"


def test_two_clerks_on_different_households_never_conflict(any_office_maker: OfficeMaker) -> None:
    office = any_office_maker(jobs={"retry": "R3/PT0S", "conflict_retries": 1})
    review = frozen(office, 12)
    review.settle()
    review.list_village(1, changed=dict.fromkeys(review.of(review.villages[0]), "有变化"))
    review.visit(1)
    items = review.items("Task_ReviewHousehold")
    assert len(items) == 6
    clerk = review.actor("town_reviewer-1")
    data = review.walker.answers("review_household", clerk)
    acts = [lambda item=item: work.complete(office, clerk, item["task_id"], data) for item in items]  # type: ignore[misc]
    at_once(*acts)
    assert len(review.items("Task_ConfirmReview")) == 6


def test_a_message_that_nobody_waits_for_yet_is_delivered_later(office: Office) -> None:
    review = frozen(office, 1)
    campaigns.keep_campaigns(office)  # the sheet and the household are open, the query has not answered yet
    review.do("Task_VerifyList", "village_officer-1", settle=False, list_rows=[answer(review)])
    review.do("Task_PlanRound", "town_investigator-2", settle=False, round_rows=[answer(review, line_go=True)])
    met = {"line_outcome": "met", "line_changed": False, "line_note": ""}
    review.do("Task_VisitRound", "town_investigator-1", settle=False, visit_rows=[answer(review, **met)])
    assert campaigns.hand_over(office, "review.visited") == 0
    review.settle()
    assert review.state() == ["visited"]
    assert review.open() == ["Task_ConfirmSheet"]


def answer(review: Review, **more: Any) -> dict[str, Any]:
    given = more or {"line_changed": False, "line_note": ""}
    return {"item_no": review.lines()[0], **given}


def test_nothing_is_kept_of_a_start_that_was_rolled_back(office: Office) -> None:
    review = frozen(office, 1)
    (item,) = review.lines()

    def killed() -> None:
        with open_desk(office, None) as desk:
            assert rows.take_items(desk.tx, [item], desk.now)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        killed()
    assert started(office)["campaign_item"] == 0
    assert campaigns.keep_campaigns(office) == 2
