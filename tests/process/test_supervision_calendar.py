"""What the calendar brings to supervisors: draws of the month that has ended, inspections, leads from lateness."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiuzhu.domain.rows import Draw
from jiuzhu.service import clock, opening, sample_work, schedules
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.service.schedule_files import Schedules
from jiuzhu.store.shelf import shelf_of
from tests.matters import Matter
from tests.samples import households

OURS = frozenset(
    {
        "jincheng_spot_check",
        "ninghe_spot_check",
        "qijiang_spot_check",
        "xintai_double_random",
        "inspection_periodic",
        "inspection_comprehensive",
        "self_inspection",
    }
)


def draws(office: Office, district: str, period: str) -> list[Draw]:
    with office.store.reading() as tx:
        return list(shelf_of(tx).find(Draw, {"district": district, "period": period}))


@pytest.mark.req("NH-12", "NH-48", "JC-26", "QJ-10", "XT-36", "NH-55", "QJ-37", "XT-27", "XX-19")
def test_every_rhythm_of_supervision_starts_by_itself(office: Office) -> None:
    office.schedules = Schedules({name: office.schedules[name] for name in office.schedules if name in OURS})
    for district in ("jincheng", "ninghe", "qijiang", "xintai"):
        households(office, district, 4)
    schedules.keep_schedules(office)
    matter = Matter(office, "xixiu")
    started = matter.walker.rows(
        "select schedule, count(*) as n from schedule_occurrence where state = 'started' or state = 'done' "
        "group by schedule"
    )
    found = {row["schedule"]: row["n"] for row in started}
    assert set(found) == OURS - {"xintai_double_random"}, "the third quarter has not ended"
    assert found["self_inspection"] >= 2, "one for each town"
    assert [one.pool_count for one in draws(office, "ninghe", "2026-08")] == [0] * len(
        draws(office, "ninghe", "2026-08")
    )
    clock.advance_clock(office, None, timedelta(days=15))
    schedules.keep_schedules(office)
    sample_work.keep_samples(office)
    for district, period in (
        ("jincheng", "2026-09"),
        ("ninghe", "2026-09"),
        ("qijiang", "2026-09"),
        ("xintai", "2026Q3"),
    ):
        frozen = [one for one in draws(office, district, period) if one.pool_count]
        assert [(one.pool_count, one.state) for one in frozen] == [(4, "frozen")], district
    schedules.keep_schedules(office)
    assert len(draws(office, "qijiang", "2026-09")) == 1, "one draw a period"


@pytest.mark.walks
@pytest.mark.req("JC-43", "QJ-40")
def test_a_lead_from_the_calendar_is_looked_into_like_any_other(office: Office) -> None:
    town = "140502100"
    with open_desk(office, None) as desk:
        definition = office.bundles.latest(desk.tx, "shared_violation", "jincheng")
        lead = {
            "violation_kind": "delay",
            "violation_unit": town,
            "violation_facts": "北石店镇2026年8月的统计报表在2026-09-05前没有完成。",
            "source_record_no": "statistics/2026-08/140502100",
        }
        live = opening.open_matter(desk, definition, opening.place_of(desk, town), lead, "逾期，提出责任线索")
    matter = Matter(office, "jincheng")
    matter.walker.case_no = live.case_no
    matter.do("Task_VerifyViolation", "county_supervisor-1")
    matter.do("Task_HearStaff", "town_head-1")
    matter.do("Task_DecideDisposition", "county_leader-1")
    assert matter.ends() == ["End_Disposed"]
    (row,) = matter.register("violations")
    assert row.values["unit"] == "北石店镇"
