"""Where another engine runs the diagrams, what begins without a person is written down for it (ADR 0132)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from jiuzhu.domain.rows import Campaign, ReviewSheet
from jiuzhu.engine import ELSEWHERE
from jiuzhu.foreign.client import EngineClient, EngineRefused
from jiuzhu.foreign.runner import ForeignRunner
from jiuzhu.service import campaigns, foreign_cases, foreign_tasks, foreign_waits, schedules
from jiuzhu.service.desk import open_desk
from jiuzhu.service.foreign_waits import Listener
from jiuzhu.service.office import Office
from jiuzhu.store import cases, foreign, listing, waits
from jiuzhu.store.shelf import shelf_of
from tests.conftest import OfficeMaker

VILLAGE = "140502100001"


class Other(EngineClient):
    """Hears what is asked of the other engine, and sends nothing."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9/engine-rest")
        self.asked: list[tuple[str, ...]] = []

    def start(self, process_key: str, business_key: str, variables: Mapping[str, Any]) -> str:
        """Note a start."""
        self.asked.append(("start", process_key, business_key))
        return f"instance of {business_key}"

    def send(self, message: str, correlation: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
        """Note a message."""
        self.asked.append(("message", message, *map(str, correlation.values())))
        return True


def carried_out(office: Office) -> list[tuple[str, ...]]:
    """Let the runner carry out what is written down; twice, for nothing may be done twice."""
    other = Other()
    runner = ForeignRunner(office, other)
    runner._settle()
    runner._settle()
    return other.asked


def test_what_the_calendar_begins_is_begun_elsewhere(make_office: OfficeMaker) -> None:
    office = make_office(engine={"elsewhere": True})
    started = schedules.keep_schedules(office)
    assert started > 0
    asked = carried_out(office)
    assert len(asked) == started
    assert {one[0] for one in asked} == {"start"}
    with office.store.reading() as tx:
        for _, process_key, record_no in asked:
            head = listing.by_record(tx, record_no)
            assert head is not None
            assert head.process_key == process_key
            # Nothing of it runs here, and this row is known as that of the instance over there.
            assert cases.read(tx, head.id).state_codec == ELSEWHERE
            assert foreign.case_of(tx, f"instance of {record_no}") == head.id


def test_what_the_rows_of_a_review_say_is_told_to_who_waits_elsewhere(make_office: OfficeMaker) -> None:
    office = make_office(engine={"elsewhere": True})
    sheet_no = a_sheet(office)
    assert campaigns.keep_campaigns(office) == 1
    [(_, process_key, record_no)] = carried_out(office)
    assert process_key == campaigns.VILLAGE
    found = foreign_cases.find_case(office, f"instance of {record_no}", "")
    assert found is not None
    assert campaigns.keep_campaigns(office) == 0, "nobody waits over there yet"

    waiting = Listener(id="subscription-1", process_key=process_key, element_id="Message_Ready", message="review.ready")
    key = foreign_waits.correlation_of(office, found.case_id, waiting)
    assert key == "sheet_no"
    foreign_waits.listen(office, found.case_id, waiting, key, sheet_no)
    assert campaigns.keep_campaigns(office) == 1
    assert carried_out(office) == [("message", "review.ready", sheet_no)]
    assert campaigns.keep_campaigns(office) == 0, "it was told"


def test_who_waits_no_more_elsewhere_is_forgotten(make_office: OfficeMaker) -> None:
    office = make_office(engine={"elsewhere": True})
    a_sheet(office)
    campaigns.keep_campaigns(office)
    [(_, process_key, record_no)] = carried_out(office)
    found = foreign_cases.find_case(office, f"instance of {record_no}", "")
    assert found is not None
    for mark in ("subscription-1", "subscription-2"):
        waiting = Listener(id=mark, process_key=process_key, element_id="Message_Ready", message="review.ready")
        foreign_waits.listen(office, found.case_id, waiting, "sheet_no", "another sheet")
    assert set(foreign_waits.heard(office, {"subscription-1", "subscription-2"})) == {
        "subscription-1",
        "subscription-2",
    }
    assert foreign_waits.heard(office, {"subscription-2"}) == ["subscription-2"]
    with office.store.reading() as tx:
        left = waits.subscriptions(tx, "review.ready", {"sheet_no": "another sheet"})
    assert [one["task_id"] for one in left] == ["subscription-2"]


def test_what_was_deleted_elsewhere_holds_up_nobody(make_office: OfficeMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    office = make_office(engine={"elsewhere": True})
    a_sheet(office)
    campaigns.keep_campaigns(office)
    [(_, _, record_no)] = carried_out(office)

    def gone(self: EngineClient, instance_id: str) -> None:
        raise EngineRefused(404, "no such instance")

    monkeypatch.setattr(EngineClient, "instance", gone)
    [(instance, case_id)] = foreign_cases.running(office)
    assert ForeignRunner(office, Other())._look_at(instance, case_id) == 1
    assert foreign_cases.running(office) == []
    with office.store.reading() as tx:
        head = listing.by_record(tx, record_no)
    assert head is not None
    assert head.ended_at is not None


def test_at_home_nothing_is_written_down(make_office: OfficeMaker) -> None:
    office = make_office()
    a_sheet(office)
    assert campaigns.keep_campaigns(office) > 0
    assert foreign_tasks.unsettled(office) == []


def a_sheet(office: Office) -> str:
    """Make a review with one village sheet and nobody on it."""
    with open_desk(office, None) as desk:
        shelf = shelf_of(desk.tx)
        shelf.add(
            Campaign(
                campaign_no="R-1",
                district="jincheng",
                town="140502100",
                kind="annual",
                label="年度复核",
                period="2026",
                round=0,
                cut_off=desk.today,
                opens_at=desk.now,
                closes_at=desk.now + timedelta(days=60),
                state="running",
                throttle=10,
                started_at=desk.now,
            )
        )
        shelf.add(
            ReviewSheet(
                sheet_no="R-1/1",
                campaign_no="R-1",
                district="jincheng",
                town="140502100",
                village=VILLAGE,
                portion=1,
                households=0,
            )
        )
    return "R-1/1"
