"""Notices and objections: one sheet, its window, and an answer for everybody who objected."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.domain.instants import add_months, day_of, end_of, midnight_after, month_after
from jiuzhu.domain.objections import from_entry, is_in_time, waiting
from jiuzhu.domain.rows import CaseDecision, Document, Notice, NoticeSheet, Objection
from jiuzhu.errors import WorkerError
from tests.fakes.desk import Desk
from tests.fakes.household import application, confirmation
from workers.records.papers import masked_name


def posted(district: str = "jincheng") -> Desk:
    """A case whose notice hangs since today."""
    desk = Desk(district)
    form = "confirmation" if district == "jincheng" else "chief_rep_review"
    desk.submit("application", application())
    desk.submit(form, confirmation(), person="decider")
    desk.run("notice_prepare", notice_stage="result", notice_mode="new" if district == "jincheng" else "continue")
    desk.submit("notice_post", {"posted_at": "2026-09-16T10:00", "notice_places": ["village_board"]})
    desk.run("notice_open")
    return desk


def notice(desk: Desk) -> Notice:
    found = desk.rows(Notice)[-1]
    assert isinstance(found, Notice)
    return found


def object_to(desk: Desk, content: str = "家里有车。", **changes: Any) -> str:
    data = {"objection_channel": "window", "real_name": True, "objector": "郑大山", "objection_content": content}
    desk.submit("objection_entry", {**data, **changes})
    count = sum(each.form == "objection_entry" for each in desk.records.answers)
    return f"{desk.records.head.case_no}-异议{count}"


@pytest.mark.req("JC-21", "XT-24", "XT-31")
def test_a_notice_says_no_more_than_it_may() -> None:
    desk = posted()
    assert notice(desk).shown == {
        "applicant_name_masked": "周*安",
        "member_count": 3,
        "programme": "dibao",
        "amount_monthly": "1330.00",
    }
    paper = next(row for row in desk.rows(Document) if row.template == "notice")
    assert "周永安" not in paper.html
    assert "周*安" in paper.html


@pytest.mark.parametrize(
    ("name", "shown"), [("周安", "周*"), ("周永安", "周*安"), ("欧阳永安", "欧*永安"), ("周", "周")]
)
def test_one_character_is_hidden(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.req("JC-21")
def test_it_hangs_seven_days_after_the_day_of_posting_to_midnight() -> None:
    desk = posted()
    assert desk.variables["notice_end"] == "2026-09-24T00:00:00+08:00"
    assert (notice(desk).posted_on, notice(desk).ends_on) == (date(2026, 9, 16), date(2026, 9, 23))
    assert notice(desk).state == "running"


@given(st.dates(min_value=date(2004, 1, 1), max_value=date(2040, 12, 31)), st.integers(min_value=1, max_value=60))
def test_the_window_has_whole_days_and_is_never_rolled(day: date, days: int) -> None:
    end = midnight_after(day + timedelta(days=days))
    assert day_of(end - timedelta(seconds=1)) == day + timedelta(days=days)
    assert end - midnight_after(day) == timedelta(days=days)
    assert end_of(day) < midnight_after(day)


def test_a_sheet_cannot_have_hung_before_it_was_made() -> None:
    desk = Desk()
    desk.submit("application", application())
    desk.submit("confirmation", confirmation(), person="decider")
    desk.run("notice_prepare", notice_mode="new")
    desk.submit("notice_post", {"posted_at": "2026-09-01T10:00"})
    desk.run("notice_open")
    assert notice(desk).posted_on == date(2026, 9, 16)


@pytest.mark.req("XT-24")
def test_an_upheld_decision_keeps_number_end_and_sheet() -> None:
    desk = posted("xintai")
    end, number = desk.variables["notice_end"], notice(desk).notice_no
    desk.run("notice_suspend")
    assert notice(desk).state == "suspended"
    desk.wait(days=3)
    answer = desk.run("notice_prepare", notice_mode="continue")
    assert answer == {"notice_no": number, "posting_needed": False, "due_simple": answer["due_simple"]}
    assert desk.run("notice_open")["notice_end"] == end
    assert (notice(desk).state, notice(desk).corrected) == ("running", 0)
    assert sum(row.template == "notice" for row in desk.rows(Document)) == 1


@pytest.mark.req("XT-24")
def test_a_changed_amount_corrects_the_one_sheet() -> None:
    desk = posted("xintai")
    desk.run("notice_suspend")
    desk.submit(
        "objection_decision",
        {"decision": "granted", "objection_outcome": "changed", "amount_monthly": "900.00", "objections": []},
        person="decider",
    )
    desk.run("notice_prepare", notice_mode="continue")
    assert len(desk.rows(Notice)) == 1
    assert (notice(desk).corrected, notice(desk).shown["amount_monthly"]) == (1, "900.00")
    states = [row.state for row in desk.rows(Document) if row.template == "notice"]
    assert states == ["replaced", "valid"]


@pytest.mark.req("JC-21", "JC-25")
def test_a_changed_decision_is_posted_anew_in_jincheng() -> None:
    desk = posted()
    desk.submit("redecision", {"decision": "granted", "amount_monthly": "900.00"}, person="decider")
    desk.wait(days=2)
    answer = desk.run("notice_prepare", notice_mode="new")
    assert answer["posting_needed"] is True
    assert [(row.state, row.result) for row in desk.rows(Notice)] == [("closed", "replaced"), ("prepared", "")]


def test_two_households_of_a_village_share_the_sheet_of_a_day() -> None:
    desk = posted()
    desk.run("notice_prepare", notice_mode="new")
    desk.wait(days=1)
    desk.run("notice_prepare", notice_mode="new")
    assert len(desk.rows(NoticeSheet)) == 2
    assert len({row.sheet_no for row in desk.rows(Notice)}) == 2


def test_closing_tells_undisputed_from_revoked_and_does_nothing_without_a_notice() -> None:
    desk = posted()
    desk.run("notice_close")
    assert notice(desk).result == "undisputed"
    revoked = posted()
    revoked.submit("redecision", {"decision": "revoked", "reason_code": "income_over"}, person="decider")
    revoked.run("notice_close")
    assert notice(revoked).result == "revoked"
    bare = Desk()
    bare.submit("application", application())
    assert set(bare.run("notice_close")) == {"due_simple"}


def test_nothing_to_open_is_an_incident() -> None:
    desk = Desk()
    desk.submit("application", application())
    with pytest.raises(WorkerError):
        desk.run("notice_open")


@pytest.mark.req("XT-25")
def test_the_last_evening_still_counts_and_midnight_does_not() -> None:
    desk = posted()
    desk.now = datetime(2026, 9, 23, 15, 50, tzinfo=UTC)  # 23:50
    object_to(desk)
    desk.now = datetime(2026, 9, 23, 16, 0, tzinfo=UTC)  # 24:00
    late = object_to(desk)
    assert desk.run("objection_count")["open_objections"] == 1
    kept = {row.objection_no: row.in_time for row in desk.rows(Objection)}
    assert kept[late] is False, "kept with its receipt all the same"


@given(st.integers(min_value=-300_000, max_value=300_000))
def test_a_window_is_half_open(seconds: int) -> None:
    desk = posted()
    row = notice(desk)
    assert row.ends_at is not None
    assert is_in_time(row.ends_at + timedelta(seconds=seconds), row) is (seconds < 0)


@pytest.mark.req("XT-25")
def test_an_entry_counts_before_any_record_task_has_seen_it() -> None:
    desk = posted()
    number = object_to(desk)
    found = waiting(desk.records, desk.records.head.case_no, notice(desk).notice_no)
    assert [row.objection_no for row in found] == [number]
    assert desk.rows(Objection) == []


def test_anonymous_objections_are_objections() -> None:
    desk = posted()
    object_to(desk, real_name=False, objector="")
    row = from_entry(desk.records.answers[-1], 1, desk.rows(Notice))
    assert (row.real_name, row.objector, row.channel) == (False, "", "window")


@pytest.mark.req("XT-25", "NH-26")
def test_lines_not_shown_stay_open_and_lines_not_taken_up_are_answered() -> None:
    desk = posted()
    first, second = object_to(desk), object_to(desk, "收入不实。")
    desk.submit(
        "objection_check",
        {
            "objections": [
                {"objection_no": first, "taken_up": False, "reply": "车辆为残疾人代步车。"},
                {"objection_no": second, "taken_up": True},
            ]
        },
        person="p2",
    )
    third = object_to(desk, "又一条。")
    answer = desk.run("objection_record")
    assert (answer["objection_valid"], answer["open_objections"]) == (True, 1)
    states = {row.objection_no: row.state for row in desk.rows(Objection)}
    assert states == {first: "answered", second: "taken_up", third: "open"}
    replies = [row for row in desk.rows(Document) if row.template == "objection_reply"]
    assert [row.values["objection_no"] for row in replies] == [first]
    assert desk.run("objection_count")["open_objections"] == 2


@pytest.mark.req("XT-25", "NH-26")
def test_the_conclusion_answers_each_shown_row_once() -> None:
    desk = posted()
    numbers = [object_to(desk), object_to(desk, "收入不实。")]
    desk.submit(
        "objection_conclusion",
        {
            "objection_outcome": "upheld",
            "objection_facts": "经入户复核，情况属实。",
            "objections": [{"objection_no": number, "reply": "维持原决定。"} for number in numbers],
        },
        person="p2",
    )
    assert desk.run("objection_reply", objection_outcome="upheld")["open_objections"] == 0
    desk.run("objection_reply", objection_outcome="upheld")
    replies = [row for row in desk.rows(Document) if row.template == "objection_reply"]
    assert len(replies) == 2
    assert all(row.state == "answered" and row.reply_document for row in desk.rows(Objection))


@pytest.mark.req("XT-25")
def test_the_chief_representative_s_decision_answers_objectors_and_upheld_decides_nothing_new() -> None:
    desk = posted("xintai")
    number = object_to(desk)
    desk.submit(
        "objection_decision",
        {
            "decision": "granted",
            "objection_outcome": "upheld",
            "objection_facts": "评议认为真实。",
            "objections": [{"objection_no": number, "reply": "维持。"}],
        },
        person="decider",
    )
    desk.run("form_book")
    assert len(desk.rows(CaseDecision)) == 1
    assert desk.rows(Objection)[0].state == "answered"


def test_months_follow_each_other() -> None:
    assert month_after(date(2026, 9, 30)) == "2026-10"
    assert month_after(date(2026, 12, 1)) == "2027-01"
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2026, 9, 16), 12) == date(2027, 9, 16)
