"""Dates that start at a milestone, their obligations, and what makes them kept or late."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from jiuzhu.domain.obligations import KEPT_BY, LABELS, late_alert
from jiuzhu.domain.rows import Alert, Obligation
from tests.fakes.desk import Desk
from tests.fakes.household import acceptance_check, application, confirmation, home_visit


def obligation(desk: Desk, name: str) -> Obligation:
    found = [row for row in desk.rows(Obligation) if row.due_name == name]
    assert isinstance(found[-1], Obligation)
    return found[-1]


def accepted(district: str, programme: str = "dibao") -> Desk:
    desk = Desk(district, programme)
    desk.submit("application", application(programme=programme))
    desk.submit("acceptance_check", acceptance_check())
    desk.variables |= {"rule_profile": "N2022", "visit_required": district == "jincheng"}
    desk.run("case_accept")
    return desk


@pytest.mark.req("XT-35")
def test_the_window_has_one_working_day_and_new_materials_begin_anew() -> None:
    desk = Desk()
    desk.submit("application", application())
    answer = desk.run("deadlines", milestone="opened", inside="shared_materials")
    assert answer["due_accept"] == "2026-09-17T23:59:59+08:00"
    desk.wait(hours=3)
    desk.submit("acceptance_check", acceptance_check(materials_state="missing"))
    desk.wait(days=5)
    again = desk.run("deadlines", milestone="opened", inside="shared_materials")
    assert again["due_accept"] == "2026-09-22T23:59:59+08:00"
    assert [row.state for row in desk.rows(Obligation)] == ["met", "open"], "the clock stood still in between"


@pytest.mark.req("JC-50", "QJ-25")
def test_jincheng_has_twenty_working_days_from_acceptance() -> None:
    desk = accepted("jincheng")
    answer = desk.run("deadlines", milestone="accepted", inside="shared_acceptance")
    assert answer["due_total"] == "2026-10-20T23:59:59+08:00"
    assert obligation(desk, "due_total").source == "民发〔2022〕83号四（一）"
    assert {"due_investigation_start", "due_home_visit", "due_review"} <= set(answer)
    assert obligation(desk, "due_total").alert_group == "town_head@140502100"


@pytest.mark.req("XT-18")
def test_xintai_has_fifteen_working_days_from_complete_materials() -> None:
    desk = Desk("xintai")
    desk.submit("application", application())
    desk.submit("acceptance_check", acceptance_check())
    desk.wait(days=2)
    desk.variables |= {"rule_profile": "N2022", "visit_required": False}
    desk.run("case_accept")
    answer = desk.run("deadlines", milestone="accepted", inside="shared_acceptance")
    assert answer["due_total"] == "2026-10-13T23:59:59+08:00"
    assert obligation(desk, "due_total").source == "XT-18"
    assert obligation(desk, "due_total").started_at.day == 16, "the day on which the papers were complete"


def test_xintai_tekun_keeps_the_national_limit() -> None:
    desk = accepted("xintai", "tekun")
    desk.run("deadlines", milestone="accepted", inside="shared_acceptance")
    assert obligation(desk, "due_total").count == 20


@pytest.mark.req("JC-25")
def test_filing_is_due_seven_calendar_days_after_the_confirmation() -> None:
    desk = accepted("jincheng")
    desk.submit("confirmation", confirmation(), person="decider")
    desk.run("form_book")
    desk.wait(days=2)
    answer = desk.run("deadlines", milestone="confirmed", inside="shared_filing")
    assert answer["due_filing"] == "2026-09-23T23:59:59+08:00"


def test_xintai_files_five_working_days_after_the_notice() -> None:
    desk = accepted("xintai")
    desk.submit("chief_rep_review", confirmation(), person="decider")
    desk.run("notice_prepare", notice_mode="continue")
    desk.submit("notice_post", {"posted_at": "2026-09-16T10:00"})
    desk.run("notice_open")
    desk.wait(days=8)
    desk.run("notice_close")
    answer = desk.run("deadlines", milestone="confirmed", inside="shared_filing")
    assert answer["due_filing"] == "2026-10-08T23:59:59+08:00"


def test_the_sheet_comes_down_two_working_days_after_the_notice() -> None:
    desk = accepted("jincheng")
    desk.submit("confirmation", confirmation(), person="decider")
    desk.run("notice_prepare", notice_mode="new")
    desk.submit("notice_post", {"posted_at": "2026-09-16T10:00"})
    desk.run("notice_open")
    answer = desk.run("deadlines", milestone="posted", inside="shared_notice")
    assert answer["due_notice_remove"] == "2026-09-28T23:59:59+08:00"


def test_a_visit_replaces_the_review_date_that_acceptance_gave() -> None:
    desk = accepted("jincheng")
    desk.run("deadlines", milestone="accepted", inside="shared_acceptance")
    desk.submit("home_visit", home_visit())
    desk.run("deadlines", milestone="visited", inside="shared_home_visit")
    rows = [row for row in desk.rows(Obligation) if row.due_name == "due_review"]
    assert [row.state for row in rows] == ["void", "open"]
    assert obligation(desk, "due_home_visit").state == "met"


def test_a_visit_that_met_nobody_keeps_no_date() -> None:
    desk = accepted("jincheng")
    desk.run("deadlines", milestone="accepted", inside="shared_acceptance")
    desk.submit("home_visit", home_visit(visit_outcome="absent"))
    desk.run("form_book")
    assert obligation(desk, "due_home_visit").state == "open"


def test_an_appraisal_is_owed_only_once_it_is_called() -> None:
    desk = accepted("jincheng")
    desk.submit("home_visit", home_visit())
    desk.run("deadlines", milestone="visited", inside="shared_home_visit")
    assert obligation(desk, "due_appraisal").state == "standby"
    desk.submit("appraisal_call", {"appraisal_place": "村委会"})
    desk.run("form_book")
    assert obligation(desk, "due_appraisal").state == "open"
    desk.submit("appraisal", {"appraisal_conclusion": "valid"})
    desk.run("form_book")
    assert obligation(desk, "due_appraisal").state == "met"


@pytest.mark.req("XT-21")
def test_a_visit_that_the_rules_do_not_ask_for_is_owed_once_it_is_planned() -> None:
    desk = accepted("xintai")
    desk.run("deadlines", milestone="accepted", inside="shared_acceptance")
    assert obligation(desk, "due_home_visit").state == "standby"
    desk.submit("visit_plan", {"team": ["p1", "p2"], "leader": "p1"})
    desk.run("form_book")
    assert obligation(desk, "due_investigation_start").state == "met"
    assert obligation(desk, "due_home_visit").state == "open"


def test_a_visit_after_an_objection_asks_for_no_new_review() -> None:
    desk = accepted("jincheng")
    desk.submit("home_visit", home_visit())
    answer = desk.run("deadlines", milestone="visited", inside="shared_home_visit", visit_purpose="objection")
    assert "due_review" in answer
    assert not [row for row in desk.rows(Obligation) if row.due_name == "due_review"]


@pytest.mark.req("XT-24")
def test_a_sheet_that_hangs_need_not_be_posted_again() -> None:
    desk = accepted("xintai")
    desk.submit("chief_rep_review", confirmation(), person="decider")
    desk.run("notice_prepare", notice_mode="continue")
    desk.run("deadlines", milestone="decided", inside="shared_notice")
    desk.submit("notice_post", {"posted_at": "2026-09-16T10:00"})
    desk.run("notice_open")
    desk.run("notice_prepare", notice_mode="continue")
    desk.run("deadlines", milestone="decided", inside="shared_notice")
    assert [row.state for row in desk.rows(Obligation) if row.due_name == "due_notice_post"] == ["met"]


def test_what_is_done_after_the_date_is_kept_late() -> None:
    desk = accepted("jincheng")
    desk.run("deadlines", milestone="submitted", inside="jincheng_application")
    desk.wait(days=9)
    desk.submit("confirmation", confirmation(), person="decider")
    desk.run("form_book")
    assert obligation(desk, "due_confirm").state == "met_late"


def test_an_extension_moves_the_total_of_the_application() -> None:
    desk = accepted("jincheng")
    desk.run("deadlines", milestone="accepted", inside="shared_acceptance")
    number = f"{desk.records.head.case_no}/延期1"
    answer = desk.run("deadlines", milestone="accepted", mode="extend", record_no=number)
    assert answer["due_total"] == "2026-11-24T23:59:59+08:00"
    rows = [row for row in desk.rows(Obligation) if row.due_name == "due_total"]
    assert [(row.state, row.record_no) for row in rows] == [
        ("void", desk.records.head.case_no),
        ("open", desk.records.head.case_no),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (datetime(2019, 9, 27, 2, tzinfo=UTC), "2019-09-30"),
        (datetime(2019, 10, 11, 2, tzinfo=UTC), "2019-10-14"),
        (datetime(2021, 9, 24, 2, tzinfo=UTC), "2021-09-27"),
    ],
    ids=["2019-09-29 works", "2019-10-12 works", "2021-09-26 works"],
)
def test_make_up_days_count(day: datetime, expected: str) -> None:
    desk = Desk()
    desk.now = day
    desk.submit("application", application())
    answer = desk.run("deadlines", milestone="decided", inside="shared_notice")
    assert answer["due_notice_post"][:10] == expected


def test_a_year_without_a_notice_is_provisional() -> None:
    desk = Desk()
    desk.now = datetime(2035, 3, 5, 2, tzinfo=UTC)
    desk.submit("application", application())
    desk.run("deadlines", milestone="decided", inside="shared_notice")
    assert obligation(desk, "due_notice_post").provisional is True


@pytest.mark.req("JC-25", "JC-39")
def test_a_late_date_is_told_once() -> None:
    desk = accepted("jincheng")
    desk.submit("confirmation", confirmation(), person="decider")
    number = f"{desk.records.head.case_no}/备案1"
    desk.run("deadlines", milestone="confirmed", inside="shared_filing", record_no=number)
    desk.wait(days=8)
    for _ in range(2):
        desk.run("alert", alert_kind="due_filing", record_no=number)
    alerts = desk.rows(Alert)
    assert len(alerts) == 1
    assert alerts[0].alert_group == "town_head@140502100"
    assert "备案期限" in alerts[0].sentence
    late = obligation(desk, "due_filing")
    assert late.state == "late"
    assert late_alert(late, desk.now).alert_no == alerts[0].alert_no, "clock and diagram tell the same thing once"


def test_every_date_has_a_name_and_a_form_that_keeps_it() -> None:
    # end of the handling, reply, acceptance, and a date of the form that only its timer keeps
    kept_by_the_diagram = {"due_total", "due_referral", "due_milestone", "due_adhoc", "due_transfer", "due_batch"}
    kept_by_the_diagram |= {"due_campaign", "due_schedule"}  # the end of the process or the ledger
    assert set(KEPT_BY) == set(LABELS) - kept_by_the_diagram
    assert date(2026, 9, 20).weekday() == 6


def test_another_visit_has_a_date_of_its_own() -> None:
    """Sent back for more facts, an objection, nobody at home: the dates from acceptance are over (ADR 117)."""
    desk = accepted("jincheng")
    first = desk.run("deadlines", milestone="accepted", inside="shared_acceptance")
    desk.submit("visit_plan", {"team": ["p1", "p2"], "leader": "p1"})
    desk.wait(days=1)
    desk.submit("home_visit", home_visit(visit_outcome="absent"))
    absent = desk.run("form_book")
    assert "due_home_visit" not in absent, "nobody at home: the days to visit go on"
    assert absent["due_investigation_start"] > first["due_investigation_start"]
    desk.submit("home_visit", home_visit())
    assert "due_investigation_start" not in desk.run("form_book")
    desk.wait(days=20)
    for form, data in (
        ("review_opinion", {"review_result": "reinvestigate"}),
        ("objection_plan", {"visit_needed": True, "appraisal_needed": False}),
    ):
        desk.submit(form, data)
        again = desk.run("form_book")
        assert again["due_home_visit"] == again["due_investigation_start"] > first["due_home_visit"], form
    desk.submit("review_opinion", {"review_result": "agree"})
    assert "due_home_visit" not in desk.run("form_book")
