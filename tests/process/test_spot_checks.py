"""Spot checks of four districts: drawn once from a frozen population, checked by whoever had no part, answered for."""

from __future__ import annotations

import json

import pytest

from jiuzhu.domain.rows import Draw
from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound, Refused, RolledBack
from jiuzhu.service import documents, sample_replacement, samples
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.samples import Drawing, handled_by, households, relatives_of_staff

pytestmark = pytest.mark.walks

OTHER_TOWN = "140502001"


def drawn(office: Office, district: str, count: int = 4, **more: object) -> Drawing:
    households(office, district, count)
    drawing = Drawing(office, district)
    drawing.begin(**more)
    drawing.seed()
    return drawing


@pytest.mark.req("JC-26", "JC-27", "NH-12")
def test_jincheng_draws_checks_the_files_and_writes_to_the_town(office: Office) -> None:
    households(office, "jincheng", 11)
    households(office, "jincheng", 2, first=50, programme="temp_urgent")
    drawing = Drawing(office, "jincheng")
    drawing.begin()
    before = drawing.row
    assert before.state == "frozen"
    assert before.pool_count == 11, "temporary assistance is never in the pool"
    assert "0050" not in before.population_text
    assert drawing.open() == {"Task_CommitSeed"}
    assert drawing.items == []
    with pytest.raises(Forbidden):
        drawing.do("Task_CommitSeed", "county_office-1")
    drawing.seed()
    row, items = drawing.row, drawing.items
    assert row.seeded_at is not None
    assert before.frozen_at < row.seeded_at, "the hash stands before the seed"
    assert (row.population_hash, row.seed_by) == (before.population_hash, "jincheng-county_supervisor-1")
    assert len(items) == 4
    assert {one.state for one in items} == {"checking"}
    assert drawing.documents() == ["sample_record"]
    first, *others = items
    check = drawing.check(first)
    assert check.open() == {"Task_CheckFile"}
    check.conclude("inaccurate")
    assert check.open() == {"Task_OrderRectification"}
    check.do("Task_OrderRectification", "county_supervisor-1")
    assert sorted(check.documents()) == ["rectify_order", "spot_check_feedback"]
    assert drawing.open() == set(), "the draw waits for the others"
    for one in others:
        drawing.check(one).conclude()
        assert drawing.check(one).ends() == ["End_CheckPassed"]
    assert drawing.open() == {"Task_Summarise"}
    drawing.do("Task_Summarise", "county_supervisor-2")
    assert drawing.ends() == ["End_Checked"]
    assert (drawing.row.state, drawing.row.pass_rate, drawing.row.coverage) == ("closed", "0.7500", "1.0000")
    check.do("Task_Rectify", "town_head-1")
    check.do("Task_AcceptRectification", "county_supervisor-1")
    assert check.ends() == ["End_CheckRectified"]
    states = {(one.conclusion, one.state, one.rectified) for one in drawing.items}
    assert states == {("ok", "closed", ""), ("inaccurate", "closed", "done")}
    paper = next(one for one in documents.list_documents(office, drawing.actor("county_office-1"), drawing.number))
    assert row.population_hash in paper.html
    assert "韩示例" not in paper.html


@pytest.mark.req("JC-37", "JC-27", "QJ-10", "JC-38")
def test_what_is_not_rectified_three_times_goes_to_accountability(office: Office) -> None:
    drawing = drawn(office, "jincheng", 1)
    check = drawing.check(drawing.items[0])
    check.conclude("irregular")
    with pytest.raises(Invalid):
        check.do("Task_OrderRectification", "county_supervisor-1", rectify_by="2026-09-16")
    check.do("Task_OrderRectification", "county_supervisor-1")
    with pytest.raises(Forbidden):
        check.do("Task_Rectify", "town_reviewer-1")
    for round in (1, 2, 3):
        check.do("Task_Rectify", "town_head-1")
        more = {"rectify_again_by": "2026-10-30"}
        check.do("Task_AcceptRectification", "county_supervisor-1", rectified=False, **more)
        assert check.open() == ({"Task_Rectify"} if round < 3 else set())
    assert check.ends() == ["End_CheckEscalated"]
    assert [one.rectified for one in drawing.items] == ["escalated"]
    titles = [row["title"] for row in check.walker.rows("select title from document where template='rectify_order'")]
    assert titles == ["限期整改通知书", "限期整改通知书（第2次）", "限期整改通知书（第3次）"]
    leads = check.walker.rows("select case_no from case_instance where process_key = 'shared_violation'")
    assert [row["case_no"] for row in leads] == ["晋城城区-2026-责任-0001"], "a lead never stands in a household's file"


@pytest.mark.req("JC-37", "JC-38")
def test_late_rectification_proposes_a_lead_and_goes_on(office: Office) -> None:
    drawing = drawn(office, "jincheng", 1)
    check = drawing.check(drawing.items[0])
    check.conclude("both")
    check.do("Task_OrderRectification", "county_supervisor-1", rectify_by="2026-09-30")
    check.advance(14)
    leads = "select case_no from case_instance where process_key = 'shared_violation'"
    assert check.walker.rows(leads) == [], "the last day is in time"
    check.advance(2)
    assert len(check.walker.rows(leads)) == 1
    assert check.open() == {"Task_Rectify"}
    check.do("Task_Rectify", "town_head-1")
    check.do("Task_AcceptRectification", "county_supervisor-1")
    assert check.ends() == ["End_CheckRectified"]


@pytest.mark.req("NH-12", "NH-48", "NH-13", "NH-18")
def test_ninghe_visits_relatives_all_and_says_so_in_public_below_ninety(office: Office) -> None:
    numbers = households(office, "ninghe", 4)
    relatives_of_staff(office, numbers[3])
    drawing = Drawing(office, "ninghe")
    drawing.begin()
    assert (drawing.row.pool_count, drawing.row.all_count) == (3, 1)
    drawing.seed()
    reasons = {one.member: one.reason for one in drawing.items}
    assert sorted(reasons.values()) == ["drawn", "relatives"], "30 % of three is one; the relatives' household anyway"
    assert reasons[numbers[3]] == "relatives"
    for item in drawing.items:
        check = drawing.check(item)
        assert check.open() == {"Task_PlanVisit"}
        check.visit()
        check.conclude("ok" if item.reason == "relatives" else "inaccurate")
    assert drawing.row.pass_rate == "0.5000"
    assert drawing.open() == {"Task_IssueCircular"}
    with pytest.raises(Forbidden):
        drawing.do("Task_IssueCircular", "county_supervisor-1")
    drawing.do("Task_IssueCircular", "county_leader-1")
    assert drawing.open() == {"Task_ReceiveCircular"}
    drawing.do("Task_ReceiveCircular", "town_head-1")
    assert drawing.ends() == ["End_CircularIssued"]
    paper = documents.list_documents(office, drawing.actor("county_office-1"), drawing.number)[-1]
    assert "50.00%" in paper.html


@pytest.mark.req("NH-18")
@pytest.mark.parametrize(("good", "bad", "task"), [(9, 1, "Task_Summarise"), (8, 1, "Task_IssueCircular")])
def test_ninety_per_cent_is_enough(office: Office, good: int, bad: int, task: str) -> None:
    count = good + bad
    households(office, "ninghe", count)
    drawing = Drawing(office, "ninghe")
    drawing.begin(sample_ratio=100)
    drawing.seed()
    items = drawing.items
    assert len(items) == count
    for item in items[1:]:
        conclusion = "ok" if item in items[1 : good + 1] else "irregular"
        drawing.change_item(item, state="checked", conclusion=conclusion)
    last = drawing.check(items[0])
    last.visit()
    last.conclude("irregular")
    assert drawing.open() == {task}
    if task == "Task_Summarise":
        drawing.do("Task_Summarise", "county_supervisor-1")
        assert drawing.ends() == ["End_Checked"]


@pytest.mark.req("NH-48", "QJ-10")
def test_a_household_that_refuses_the_visit_is_checked_by_its_file(office: Office) -> None:
    drawing = drawn(office, "qijiang", 1)
    check = drawing.check(drawing.items[0])
    team = [f"qijiang-county_supervisor-{number}" for number in (1, 2)]
    officer = "qijiang-village_officer-1"
    check.do("Task_PlanVisit", "county_supervisor-1", team=team, leader=team[0], village_assistants=[officer])
    refused = {
        "visit_outcome": "refused",
        "refusal_facts": "当面拒绝检查组进入。",
        "refusal_place": "家门口",
        "witnesses": [{"name": "邻居甲", "identity": "邻居"}],
        "notice_given": True,
    }
    check.do("Task_HomeVisit", "county_supervisor-1", **refused)
    check.do("Task_JudgeRefusal", "town_reviewer-1")
    assert check.open() == {"Task_CheckFile"}
    check.conclude()
    drawing.do("Task_Summarise", "county_supervisor-1")
    assert drawing.ends() == ["End_Checked"]


@pytest.mark.req("QJ-10")
def test_qijiang_visits_what_was_approved_this_month(office: Office) -> None:
    households(office, "qijiang", 3)
    drawing = Drawing(office, "qijiang")
    drawing.by_calendar("2026-08")
    assert drawing.ends() == ["End_NothingToCheck"], "nothing was approved in August"
    assert drawing.row.state == "closed"
    drawing = Drawing(office, "qijiang")
    drawing.by_calendar("2026-09")
    drawing.seed()
    (item,) = drawing.items
    check = drawing.check(item)
    check.visit()
    owed = check.walker.rows(
        "select due_name from obligation where case_no = :case_no and state in ('open', 'late') and due_name "
        "in ('due_review', 'due_appraisal')"
    )
    assert owed == [], "after the visit of a check nobody reviews or appraises"
    check.conclude()
    drawing.do("Task_Summarise", "county_supervisor-1")
    assert drawing.ends() == ["End_Checked"]


@pytest.mark.req("XT-36", "XT-34")
def test_xintai_draws_the_inspectors_too_and_publishes_the_results(office: Office) -> None:
    numbers = households(office, "xintai", 2)
    handler = "xintai-county_supervisor-2"
    with open_desk(office, None) as desk:
        for number in numbers:
            handled_by(desk, number, handler)
    drawing = Drawing(office, "xintai")
    drawing.by_calendar("2026Q3")
    (frozen,) = samples.public_draws(office)
    assert (frozen.seed, frozen.published_at) == ("", None)
    assert len(frozen.line.population_hash) == 64, "the hash is public before the seed"
    drawing.seed()
    (item,) = drawing.items
    assert sorted(item.inspectors) == ["xintai-county_supervisor-1", "xintai-county_supervisor-3"], (
        "R-04 before the draw"
    )
    assert drawing.documents() == ["sample_record", "sample_record"]
    check = drawing.check(item)
    with pytest.raises(Forbidden) as kept:
        check.do("Task_CheckFile", "county_supervisor-2")
    assert kept.value.rule == "R-04"
    check.conclude(login="county_supervisor-3")
    drawing.do("Task_Summarise", "county_supervisor-1")
    assert drawing.ends() == ["End_Published"]
    (public,) = samples.public_draws(office)
    assert public.published_at is not None
    assert (public.line.sample_count, public.line.pass_rate, public.problem_count) == (1, "100.00%", 0)


@pytest.mark.req("XT-36")
def test_who_was_not_drawn_does_not_check(office: Office) -> None:
    drawing = drawn(office, "xintai", 1)
    (item,) = drawing.items
    assert len(item.inspectors) == 2
    everybody = {f"xintai-county_supervisor-{number}" for number in (1, 2, 3)}
    (other,) = everybody - set(item.inspectors)
    with pytest.raises(Forbidden, match="没有被抽中"):
        drawing.check(item).do("Task_CheckFile", other.removeprefix("xintai-"))


@pytest.mark.req("JC-26", "XT-34")
def test_nobody_checks_the_own_work(office: Office) -> None:
    drawing = drawn(office, "jincheng", 1)
    (item,) = drawing.items
    with open_desk(office, None) as desk:
        handled_by(desk, item.member, "jincheng-county_supervisor-1")
    check = drawing.check(item)
    with pytest.raises(Forbidden, match="R-04") as kept:
        check.do("Task_CheckFile", "county_supervisor-1")
    assert kept.value.rule == "R-04"
    check.conclude(login="county_supervisor-2")
    again = Drawing(office, "jincheng")
    again.begin(sample_ratio=100)
    again.seed()
    (item,) = again.items
    again.check(item).conclude(login="county_supervisor-2")  # an earlier check is no handling
    assert again.open() == {"Task_Summarise"}


@pytest.mark.req("JC-36")
def test_the_ratio_may_only_be_raised(office: Office) -> None:
    households(office, "jincheng", 10)
    drawing = Drawing(office, "jincheng")
    with pytest.raises((Refused, RolledBack), match="30%"):
        drawing.begin(sample_ratio=29)
    drawing.begin(sample_ratio=50)
    drawing.seed()
    assert (drawing.row.ratio, len(drawing.items)) == ("0.5", 5)
    other = Drawing(office, "jincheng")
    with pytest.raises((Refused, RolledBack), match="50%"):
        other.begin(sample_ratio=40)
    other.begin()
    assert other.row.ratio == "0.5", "an unscheduled draw of the same days is no smaller than the earlier one"


@pytest.mark.req("NH-12", "XT-36")
def test_a_draw_is_verified_and_a_change_is_told(office: Office) -> None:
    drawing = drawn(office, "jincheng", 11)
    supervisor, number = drawing.actor("county_supervisor-1"), drawing.number
    assert samples.verify(office, supervisor, number) == ()
    exported = samples.export(office, supervisor, number)
    assert exported["population_hash"] == drawing.row.population_hash
    assert {one["name"] for one in exported["sample"]} == {"韩示例"}
    json.dumps(exported, default=str)
    text = drawing.row.population_text
    with open_desk(office, None) as desk:
        shelf = shelf_of(desk.tx)
        row = shelf.find(Draw, {"draw_no": number})[0]
        shelf.change(row, {"population_text": text.replace("0011\t", "0012\t")})
    assert "总体已被改动" in samples.verify(office, supervisor, number)[0]
    with open_desk(office, None) as desk:
        shelf = shelf_of(desk.tx)
        row = shelf.find(Draw, {"draw_no": number})[0]
        shelf.change(row, {"population_text": text})
    item = drawing.items[0]
    drawing.change_item(item, reason="replacement")
    faults = samples.verify(office, supervisor, number)
    assert any("应当抽中" in fault for fault in faults)
    assert any("没有登记替换" in fault for fault in faults)
    for login in ("town_head-1", "town_reviewer-1"):
        with pytest.raises(NotFound):
            samples.show_draw(office, drawing.actor(login), number)


@pytest.mark.req("NH-12")
def test_a_replacement_is_the_next_in_line_and_has_its_reason(office: Office) -> None:
    drawing = drawn(office, "jincheng", 11)
    supervisor = drawing.actor("county_supervisor-1")
    out = drawing.items[0]
    with pytest.raises(Invalid):
        sample_replacement.replace(office, supervisor, drawing.number, out.member, "搬走")
    with pytest.raises(Forbidden):
        sample_replacement.replace(
            office, drawing.actor("county_office-1"), drawing.number, out.member, "全家外迁，无法联系"
        )
    fresh = sample_replacement.replace(office, supervisor, drawing.number, out.member, "全家外迁，无法联系")
    with pytest.raises(Conflict):
        sample_replacement.replace(office, supervisor, drawing.number, out.member, "全家外迁，无法联系")
    drawing.settle()
    items = {one.member: one for one in drawing.items}
    assert (items[out.member].state, items[out.member].replaced_by) == ("replaced", fresh)
    assert (items[fresh].reason, items[fresh].state) == ("replacement", "checking")
    assert samples.verify(office, supervisor, drawing.number) == ()


@pytest.mark.req("NH-18")
def test_what_was_not_checked_in_time_lowers_the_coverage(office: Office) -> None:
    drawing = drawn(office, "jincheng", 4)
    first, second = drawing.items
    drawing.check(first).conclude()
    drawing.advance(40)
    assert drawing.open() == {"Task_Summarise"}
    assert (drawing.row.pass_rate, drawing.row.coverage) == ("1.0000", "0.5000")
    assert second.state == "checking"


@pytest.mark.req("NH-12")
def test_every_town_of_the_district_gives_its_share(office: Office) -> None:
    households(office, "jincheng", 4)
    households(office, "jincheng", 5, town=OTHER_TOWN, first=20)
    drawing = Drawing(office, "jincheng")
    drawing.begin(sample_town="")
    drawing.seed()
    towns = sorted(one.town for one in drawing.items)
    assert towns == [OTHER_TOWN, OTHER_TOWN, "140502100", "140502100"]
    ninghe = Drawing(office, "ninghe")
    with pytest.raises((Refused, RolledBack), match="镇（街道）"):
        ninghe.begin(sample_town="")


@pytest.mark.req("NH-12", "JC-26", "XT-36")
@pytest.mark.parametrize("district", ["jincheng", "ninghe", "xintai"])
def test_a_period_without_anything_new_is_a_draw_too(office: Office, district: str) -> None:
    drawing = Drawing(office, district)
    drawing.by_calendar("2026-08", town="120117102" if district == "ninghe" else "")
    assert drawing.ends() == ["End_NothingToCheck"]
    assert (drawing.row.state, drawing.row.pool_count, drawing.row.sample_count) == ("closed", 0, 0)
    assert drawing.documents() == ["sample_record"]
