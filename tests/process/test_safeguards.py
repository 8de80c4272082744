"""What must not happen to a citizen on the way to payment, tried on the real office: early, stale or forbidden orders,
objections that nobody answers, receipts that come to nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.errors import Conflict, Forbidden, Invalid, Refused
from jiuzhu.service import cases, documents, due, identity, messages, work
from jiuzhu.service import clock as office_clock
from jiuzhu.service.office import Office
from tests.walks import Line, Walker, load_walks

WALKS = load_walks()
REVIEW = (
    "Task_CheckObjection town_reviewer objections=taken_up",
    "Task_PlanObjection town_reviewer visit_needed=false appraisal_needed=true",
    "Task_ConveneAppraisal town_reviewer",
    "Task_HoldAppraisal town_reviewer appraisal_conclusion=valid",
)


def go(walker: Walker, *lines: str) -> None:
    for line in lines:
        if line.startswith("@"):
            walker.command(line)
        else:
            walker.complete(Line.parse(line))


def until(office: Office, walk: str, element: str) -> Walker:
    """Return a case whose next item is ``element``, along a walk of order.toml."""
    walker = Walker(office, WALKS[walk])
    walker.start()
    for line in WALKS[walk]["order"]:
        if line.split()[0] == element:
            return walker
        go(walker, line)
    raise AssertionError(element)


def hanging(office: Office, walk: str = "J1") -> Walker:
    """Return a case whose notice hangs."""
    walker = until(office, walk, "Task_PostNotice")
    go(walker, "Task_PostNotice village_officer")
    return walker


def orders(walker: Walker) -> list[dict[str, Any]]:
    return walker.rows("select month, amount, state from payment_order where case_no = :case_no")


def objections(walker: Walker) -> list[str]:
    found = walker.rows("select state from objection where case_no = :case_no order by objection_no")
    return [str(row["state"]) for row in found]


def sleep(office: Office, span: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let office time pass while no scheduler is awake."""
    with monkeypatch.context() as patched:
        patched.setattr(due, "fire_due", lambda office: 0)
        office_clock.advance_clock(office, None, span)


@pytest.mark.req("JC-21")
def test_an_objection_between_conclusion_and_new_decision_is_examined_before_payment(office: Office) -> None:
    walker = hanging(office)
    go(walker, "@message notice.objection town_reviewer", *REVIEW)
    go(walker, "Task_ConcludeObjection town_reviewer objection_outcome=changed")
    go(walker, "@message notice.objection town_reviewer")
    go(walker, "Task_Redecide town_confirmer decision=granted amount=other", "Task_PostNotice village_officer")
    go(walker, "@clock notice_end", "Task_CheckObjection town_reviewer objections=not_taken_up")
    assert objections(walker) == ["answered", "answered"]
    go(walker, "Task_RemoveNotice village_officer")
    assert len(orders(walker)) == 1


@pytest.mark.req("JC-21")
def test_a_revoked_decision_leaves_no_objector_without_an_answer(office: Office) -> None:
    walker = hanging(office)
    go(walker, "@message notice.objection town_reviewer", *REVIEW)
    go(walker, "Task_ConcludeObjection town_reviewer objection_outcome=revoked")
    go(walker, "@message notice.objection town_reviewer", "Task_Redecide town_confirmer decision=revoked")
    assert objections(walker) == ["answered", "answered"]
    replies = walker.rows("select document_no from document where case_no = :case_no and template = 'objection_reply'")
    assert len(replies) == 2
    assert orders(walker) == []


@pytest.mark.req("JC-21")
@pytest.mark.parametrize("kind", ["death", "withdrawal", "change"])
def test_no_order_while_a_report_is_not_verified(office: Office, kind: str) -> None:
    walker = hanging(office)
    go(walker, "@clock notice_end", f"@report {kind} village_officer")
    with pytest.raises(Refused, match="核实"):
        go(walker, "Task_RemoveNotice village_officer")
    assert orders(walker) == []
    go(
        walker,
        "shared_case_report:Task_VerifyReport town_reviewer report_result=unfounded check_opinion=经核实并无此事",
    )
    go(walker, "Task_RemoveNotice village_officer")
    assert len(orders(walker)) == 1


@pytest.mark.req("JC-25")
def test_a_filing_that_is_taken_back_has_its_days_from_the_stop(office: Office) -> None:
    """Withdrawn after the seven days of the grant's filing: the 注销 is not late on the day on which it is due."""
    walker = hanging(office)
    go(walker, "shared_filing:Task_SubmitFiling town_reviewer", "@clock notice_end")
    office_clock.advance_clock(office, None, timedelta(days=3))
    stopped = office.clock.now().astimezone(office.settings.zone).date()
    go(walker, "@report withdrawal village_officer")
    go(walker, "shared_case_report:Task_VerifyReport town_reviewer report_result=stop stop_kind=withdrawn")
    go(walker, "Task_RemoveNotice village_officer")
    filed = walker.rows("select kind from filing where case_no = :case_no order by seq")
    assert [row["kind"] for row in filed] == ["new", "cancel"]
    (item,) = walker.rows("select due from work_item where case_no = :case_no and form = 'filing'")
    assert str(item["due"]).startswith(f"{stopped + timedelta(days=7)} 15:59:59")


@pytest.mark.req("JC-21")
def test_an_objection_after_the_end_is_kept_and_stops_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """One second late, while the timer has not been woken yet: it used to open an examination of nothing."""
    walker = hanging(office)
    sleep(office, walker._timer("notice_end") - walker.now + timedelta(seconds=1), monkeypatch)
    person = walker.actor("town_intake")
    receipt = cases.send_message(
        office, person, walker.case_no, "notice.objection", walker.answers("objection_entry", person)
    )
    assert (receipt.delivered, bool(receipt.number)) == (False, True)
    assert walker.rows("select in_time from objection where case_no = :case_no") == [{"in_time": 0}]
    go(walker, "Task_RemoveNotice village_officer")
    assert len(orders(walker)) == 1


@pytest.mark.req("XT-30", "JC-09")
def test_what_was_handed_in_on_the_last_evening_is_told_before_the_timer(office: Office) -> None:
    """The process dies between receipt and correlation, twenty seconds before the date."""
    walker = until(office, "J3", "@message")
    office_clock.advance_clock(office, None, walker._timer("resubmit_by") - walker.now - timedelta(seconds=20))
    person = walker.actor("town_intake")
    data = walker.answers("materials_supply", person)
    messages._enter(office, person, walker.case_no, "materials.supplied", data, None)
    office_clock.advance_clock(office, None, timedelta(seconds=40))
    assert [row["element_id"] for row in walker.main_items()] == ["Task_CheckMaterials"]


@pytest.mark.req("JC-21", "XT-24")
def test_a_posting_dated_back_does_not_shorten_the_notice(office: Office) -> None:
    walker = until(office, "J1", "Task_PostNotice")
    day = walker.now
    office_clock.advance_clock(office, None, timedelta(days=9))
    item = walker.find(Line.parse("Task_PostNotice village_officer"))
    person = walker.actor("village_officer")
    data = walker.answers(item["form"], person) | {"posted_at": day.isoformat(timespec="minutes")}
    work.complete(office, person, item["task_id"], data)
    walker.settle()
    assert walker.main_items() == []
    ends = walker.rows("select ends_on from notice where case_no = :case_no")
    assert str(ends[0]["ends_on"]) == (day + timedelta(days=9 + 7)).date().isoformat()


@pytest.mark.req("JC-21")
def test_an_objection_costs_the_household_no_month(office: Office) -> None:
    """Confirmed on 28 September, amount changed on 3 October: entitled from October, as confirmed."""
    walker = Walker(office, WALKS["J1"])
    walker.start()
    office_clock.advance_clock(office, None, timedelta(days=12))
    for line in WALKS["J1"]["order"][:8]:
        go(walker, line)
    go(walker, "@message notice.objection town_reviewer", "@clock 5d", *REVIEW)
    go(walker, "Task_ConcludeObjection town_reviewer objection_outcome=changed")
    go(walker, "Task_Redecide town_confirmer decision=granted amount=other", "Task_PostNotice village_officer")
    go(walker, "@clock notice_end", "Task_RemoveNotice village_officer")
    assert [row["month"] for row in orders(walker)] == ["2026-10"]


@pytest.mark.req("JC-09", "XT-15")
@pytest.mark.parametrize(("walk", "element"), [("J1", "Task_Confirm"), ("X1", "Task_ChiefRepReview")])
def test_nothing_is_no_grant(office: Office, walk: str, element: str) -> None:
    walker = until(office, walk, element)
    item = next(row for row in walker.main_items() if row["element_id"] == element)
    person = walker.actor("town_confirmer" if walk == "J1" else "chief_rep")
    data = walker.answers(item["form"], person, decision="granted") | {"amount_reason": "按核实情况调整金额。"}
    for amount in ("0", "0.00", "-5"):
        with pytest.raises(Invalid) as caught:
            work.complete(office, person, item["task_id"], data | {"amount_monthly": amount})
        assert set(caught.value.faults) == {"amount_monthly"}
    other = {key: value for key, value in data.items() if key != "amount_reason"} | {"amount_monthly": "100.00"}
    with pytest.raises(Invalid) as caught:
        work.complete(office, person, item["task_id"], other)
    assert set(caught.value.faults) == {"amount_reason"}


@pytest.mark.req("JC-09", "XT-15")
@pytest.mark.parametrize(
    ("walk", "element", "role", "most"),
    [("J1", "Task_Confirm", "town_confirmer", "1800.00"), ("X1", "Task_ChiefRepReview", "chief_rep", "2460.00")],
)
def test_no_more_than_the_whole_standard_can_be_granted(
    office: Office, walk: str, element: str, role: str, most: str
) -> None:
    """Three people at the rural standard of the acceptance day; another share is the district's setting."""
    walker = until(office, walk, element)
    item = next(row for row in walker.main_items() if row["element_id"] == element)
    person = walker.actor(role)
    reason = {"decision": "granted", "amount_reason": "按核实情况调整金额。"}
    data = walker.answers(item["form"], person) | reason
    more = str(Decimal(most) + Decimal("0.01"))
    with pytest.raises(Invalid, match="超过上限") as caught:
        work.complete(office, person, item["task_id"], data | {"amount_monthly": more})
    assert f"最多 {most} 元" in caught.value.faults["amount_monthly"]
    assert "57号第23条" in caught.value.faults["amount_monthly"]
    with pytest.raises(Invalid) as unexplained:
        work.complete(office, person, item["task_id"], data | {"amount_monthly": most, "amount_reason": ""})
    assert set(unexplained.value.faults) == {"amount_reason"}
    assert walker.rows("select decision_no from case_decision where case_no = :case_no") == []
    work.complete(office, person, item["task_id"], data | {"amount_monthly": most})
    assert len(walker.rows("select decision_no from case_decision where case_no = :case_no")) == 1


def test_a_letter_names_the_law_of_the_acceptance_day(office_on: Callable[[str], Office]) -> None:
    """Accepted on the last day of the old rules, refused a fortnight later under the new ones."""
    walker = Walker(office_on("2021-06-29"), WALKS["Q6"])
    walker.start()
    lines = list(WALKS["Q6"]["order"])
    go(walker, lines[0])
    office_clock.advance_clock(walker.office, None, timedelta(days=14))
    for line in lines[1:]:
        if line.split()[0] == "Task_DeliverLetter":
            break
        go(walker, line)
    found = walker.rows("select document_no from document where case_no = :case_no and template = 'refusal'")
    html = documents.document_html(walker.office, walker.actor("town_intake"), found[0]["document_no"]).html
    assert "民发〔2012〕220号" in html
    assert "民发〔2021〕57号" not in html


@pytest.mark.req("JC-01", "XT-03")
def test_who_supervises_does_not_decide(office: Office) -> None:
    with pytest.raises(Conflict, match="监督"):
        identity.add_membership(office, None, login="jincheng-county_supervisor-1", group="town_confirmer@140502100")
    with pytest.raises(Conflict, match="监督"):
        identity.add_membership(office, None, login="jincheng-town_confirmer-1", group="county_supervisor@jincheng")


CHANGED = (
    "@report change village_officer",
    "shared_case_report:Task_VerifyReport town_reviewer report_result=change",
)


@pytest.mark.req("JC-44", "XT-20")
@pytest.mark.parametrize(
    ("walk", "element", "then"),
    [
        ("J1", "Task_Confirm", "Task_Confirm town_confirmer decision=refused"),
        ("J1", "Task_RemoveNotice", "Task_RemoveNotice village_officer"),
        ("J2", "Task_ChooseSupport", "Task_ChooseSupport town_reviewer"),
        ("X1", "Task_SubmitFiling", "Task_SubmitFiling town_reviewer"),
        ("X2", "Task_ChooseSupport", "Task_ChooseSupport town_reviewer"),
    ],
)
def test_a_change_of_the_household_is_verified_anew_whenever_it_comes(
    office: Office, walk: str, element: str, then: str
) -> None:
    walker = Walker(office, WALKS[walk])
    walker.arrange()
    walker.start()
    for line in WALKS[walk]["order"]:
        if line.split()[0] == element:
            break
        go(walker, line)
    go(walker, *CHANGED, then)
    again = "Task_IssueReport" if walk.startswith("J") else "Task_StartQuery"
    assert [row["element_id"] for row in walker.main_items()] == [again]
    assert orders(walker) == []
    letters = walker.rows("select template from document where case_no = :case_no and template = 'refusal'")
    assert letters == []


@pytest.mark.req("XT-16", "XT-20", "XT-12")
@pytest.mark.parametrize("element", ["Task_RemoveNotice", "Task_SubmitFiling"])
def test_what_was_accepted_is_decided_and_never_sent_away_as_not_accepted(office: Office, element: str) -> None:
    """Changed after the decision, then a doubt: the chief representative decides, a sent filing is taken back."""
    walker = until(office, "X1", element)
    go(walker, *CHANGED)
    go(walker, f"{element} {'village_officer' if element == 'Task_RemoveNotice' else 'town_reviewer'}")
    go(walker, "Task_StartQuery town_verifier", "Task_ReadReport town_verifier verification_result=doubt")
    go(
        walker,
        "Task_ExplainResult town_intake recheck_wanted=false",
        "Task_Arrange town_reviewer review_result=disagree",
    )
    go(walker, "Task_ChiefRepReview chief_rep decision=refused")
    made = {row["template"] for row in walker.rows("select template from document where case_no = :case_no")}
    assert "refusal" in made
    assert "not_accepted_notice" not in made
    decided = walker.rows("select decision from case_decision where case_no = :case_no order by round")
    assert [row["decision"] for row in decided] == ["granted", "refused"]
    filed = walker.rows("select kind from filing where case_no = :case_no order by seq")
    assert [row["kind"] for row in filed] == ([] if element == "Task_RemoveNotice" else ["new", "cancel"])
    assert orders(walker) == []


@pytest.mark.req("JC-24", "JC-50", "XT-12", "XT-16")
@pytest.mark.parametrize(
    ("walk", "organ", "remedy"),
    [("J5", "北石店镇人民政府", "晋城市城区人民政府"), ("X5", "新泰市民政局", "新泰市人民政府")],
)
def test_a_refusal_names_its_author_and_the_remedies(office: Office, walk: str, organ: str, remedy: str) -> None:
    """In an entrusted district the entrusting organ is the author, not the town and not the city as a place."""
    walker = until(office, walk, "Task_DeliverLetter")
    found = walker.rows("select document_no from document where case_no = :case_no and template = 'refusal'")
    html = documents.document_html(office, walker.actor("town_intake"), found[0]["document_no"]).html
    assert f'class="letterhead">{organ}<' in html
    for part in (f"60日内向{remedy}申请行政复议", "6个月内向", "查明的事实", "理由", "依据"):
        assert part in html


@pytest.mark.req("JC-45", "XX-27")
def test_whom_the_household_names_as_a_relative_does_not_decide(office: Office) -> None:
    walker = Walker(office, WALKS["J1"])
    person, intake = walker.actor("town_confirmer"), walker.actor("town_intake")
    data = walker.answers("application", intake) | {
        "related_to_staff": True,
        "staff_relatives": [
            {"name": person.name, "post": "town_handler", "relation": "sibling", "member": "本人"},
        ],
    }
    walker.case_no = cases.start_case(office, intake, "jincheng_application", data).case_no
    walker.settle()
    go(walker, *WALKS["J1"]["order"][:6])
    with pytest.raises(Forbidden, match="近亲属"):
        go(walker, "Task_Confirm town_confirmer decision=granted")


@pytest.mark.req("JC-01", "XT-13")
def test_who_heard_the_applicant_neither_reviews_nor_confirms(office: Office) -> None:
    walker = Walker(office, WALKS["J1"])
    for role in ("town_reviewer", "town_confirmer"):
        login = walker.actor("town_investigator", 3).login
        identity.add_membership(office, None, login=login, group=f"{role}@140502100")
    walker.start()
    go(walker, "Task_CheckMaterials town_intake materials_state=complete authorization_complete=true")
    go(walker, "Task_IssueReport county_verifier verification_result=doubt")
    go(walker, "Task_HearApplicant town_investigator:3 recheck_wanted=false", *WALKS["J1"]["order"][2:5])
    for role, line in (("review", "Task_Review"), ("confirm", "Task_Confirm")):
        with pytest.raises(Forbidden, match="职责分离"):
            go(
                walker,
                f"{line} town_investigator:3 {'review_result=agree' if role == 'review' else 'decision=granted'}",
            )
        go(walker, next(each for each in WALKS["J1"]["order"] if each.startswith(line)))


@pytest.mark.req("XT-14")
def test_only_the_keeper_of_the_seal_applies_it(office: Office) -> None:
    walker = until(office, "X1", "Task_ApplySeal")
    login = walker.actor("town_investigator").login
    identity.add_membership(office, None, login=login, group="chief_rep@370982002")
    with pytest.raises(Refused, match="保管"):
        go(walker, "Task_ApplySeal town_investigator")
    assert walker.rows("select seal_use_id from seal_use where case_no = :case_no") == []
    go(walker, "Task_ApplySeal chief_rep")
