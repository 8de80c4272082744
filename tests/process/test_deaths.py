"""Deaths, recovery, gradual exit: held back at once, verified, reckoned, paid back; the others keep their right."""

from __future__ import annotations

from typing import Any

import pytest

from jiuzhu.domain.payments import owed_to
from jiuzhu.domain.rows import Alert, Document, RecipientChange, Recovery, Repayment
from jiuzhu.errors import Invalid, Refused
from jiuzhu.service import cases, simulating
from jiuzhu.service.office import Office
from tests.matters import Matter
from tests.recipients import Known
from tests.walks import Line, Walker, load_walks

pytestmark = pytest.mark.walks


STARTED = "select case_no from case_instance where process_key"


def started(known: Known, key: str, element: str, login: str) -> tuple[str, dict[str, Any]]:
    """Return the number of the one process started and what the form of its first item reads."""
    (row,) = known.walker.rows(f"{STARTED} = '{key}'")
    other, own = row["case_no"], known.number
    known.walker.case_no = other
    found = known.variables(element, login)
    known.walker.case_no = own
    return str(other), found


def died(known: Known, on: str = "2026-06-20", **more: Any) -> str:
    return known.begin("shared_death", "death_report", "village_officer-1", died_on=on, **more)


def verified(known: Known, on: str | None = "2026-06-20", **more: Any) -> None:
    known.do("Task_VerifyDeath", "town_reviewer-1", died_on=on, **more)


@pytest.mark.req("XX-49", "JC-24", "NH-36")
def test_of_a_family_the_dead_persons_part_is_held_back_and_the_others_keep_their_right(office: Office) -> None:
    known = Known(office)
    died(known, change_member="田素兰")
    assert known.history == [("suspend", "2026-09", "600.00", "active")], "at once, and only one person's part"
    verified(known, change_member="田素兰", recovery_cause="illegal_claim")
    assert known.open() == {"Task_HearParty", "Task_ProposeChange"}
    values = known.variables("Task_ProposeChange")
    assert (values["amount_before"], values["change_kind"]) == ("900.00", "death")
    known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="decrease", new_amount="700.00")
    known.do("Task_ConfirmChange", "town_confirmer-1")
    known.do("Task_DeliverLetter", "town_intake-1")
    assert known.history[-1] == ("decrease", "2026-09", "700.00", "active"), "from the month of the suspension on"
    assert known.recipient.members == 2
    assert "田素兰" not in known.household()
    heard = known.variables("Task_HearParty")
    assert heard["overpaid_amount"] == "600.00", "July and August, one of three"


@pytest.mark.req("XX-49")
def test_a_report_that_is_not_true_gives_everything_back(office: Office) -> None:
    known = Known(office, members=1)
    died(known, change_member=known.recipient.name)
    assert known.history == [("suspend", "2026-09", "0.00", "suspended")]
    known.advance(40)
    verified(known, None, death_confirmed=False, change_member=None, recovery_cause=None)
    assert known.history[-1] == ("resume", "2026-09", "900.00", "active")
    assert known.recipient.amount_monthly == 900
    assert known.open() == set()
    history = known.rows(RecipientChange)
    due = owed_to(known.recipient, history, [], "2026-10", "2026-09")
    assert [(one.month, f"{one.amount:.2f}") for one in due] == [("2026-09", "900.00"), ("2026-10", "900.00")]
    assert [row.kind for row in known.rows(Alert)] == ["due_death"], "the verification was late, and somebody was told"


@pytest.mark.req("XX-49", "JC-24")
def test_who_is_kept_after_a_report_of_a_death_gets_what_was_paid_before(office: Office) -> None:
    known = Known(office, members=1)
    died(known, change_member=known.recipient.name)
    verified(known, "2026-09-10", change_member=known.recipient.name)
    known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="keep", new_amount=None)
    assert (known.adjustment.amount_before, known.adjustment.amount_after) == (900, 900)
    known.do("Task_ConfirmChange", "town_confirmer-1")
    assert ("resume", "2026-09", "900.00", "active") in known.history
    assert (known.recipient.state, known.recipient.amount_monthly) == ("active", 900)


@pytest.mark.req("XX-49", "JC-14", "JC-24")
def test_a_household_of_one_ends_and_what_was_drawn_after_the_death_is_recovered(office: Office) -> None:
    known = Known(office, members=1)
    died(known, change_member=known.recipient.name)
    verified(known, change_member=known.recipient.name)
    known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="stop", new_amount=None)
    known.do("Task_ConfirmChange", "town_confirmer-1")
    known.do("Task_DeliverLetter", "town_intake-1")
    assert known.history[-1] == ("stop", "2026-09", "0.00", "ended")
    known.do("Task_HearParty", "town_reviewer-1")
    with pytest.raises(Invalid):
        known.do("Task_DecideRecovery", "town_head-1", instalment_count=13)
    known.do("Task_DecideRecovery", "town_head-1", overpaid_amount="1800.00", instalment_count=2)
    assert known.register("violations") == [], "the register is written when the lead has been looked into"
    lead, found = started(known, "shared_violation", "Task_VerifyViolation", "county_supervisor-1")
    assert lead == "晋城城区-2026-责任-0001", "never in a household's file"
    assert (found["violation_kind"], found["violation_unit"]) == ("dereliction", known.recipient.town)
    assert found["violation_facts"] == f"因审核失误多发救助金1800.00元，已决定追缴（{known.number}/追缴1）。"
    assert found["source_record_no"] == f"{known.number}/追缴1"
    known.do("Task_DeliverLetter", "town_intake-1")
    with pytest.raises(Invalid):
        known.do("Task_RecordRepayment", "town_finance-1", repaid_amount="1800.01")
    known.do("Task_RecordRepayment", "town_finance-1", repaid_amount="1000.00")
    known.do("Task_RecordRepayment", "town_finance-1", repaid_amount="800.00")
    (row,) = known.rows(Recovery)
    assert (row.state, f"{row.recovered:.2f}") == ("recovered", "1800.00")
    assert [f"{one.amount:.2f}" for one in known.rows(Repayment)] == ["1000.00", "800.00"]
    assert "End_Recovered" in known.ends()
    letter = next(one for one in known.rows(Document) if one.template == "recovery_decision")
    assert "1,800.00" in letter.html
    assert "2期" in letter.html


@pytest.mark.req("JC-14")
def test_who_drew_against_the_rules_is_reminded_and_then_handed_over_for_enforcement(office: Office) -> None:
    known = Known(office)
    known.begin("shared_recovery", "recovery", "town_reviewer-1", recovery_cause="illegal_claim")
    known.do("Task_HearParty", "town_reviewer-1")
    known.do("Task_DecideRecovery", "town_head-1")
    assert known.walker.rows(f"{STARTED} in ('shared_violation', 'xixiu_blacklist')") == []
    known.do("Task_DeliverLetter", "town_intake-1")
    enforce = {"repayment_result": "enforce", "repaid_amount": None, "repaid_on": None, "repayment_receipt": None}
    enforce["enforce_reason"] = "两次催缴仍不退还。"
    with pytest.raises(Refused, match="期限还没有过"):
        known.do("Task_RecordRepayment", "town_finance-1", **enforce)
    known.advance(31)
    assert known.rows(Recovery)[0].reminded_at is not None
    known.do("Task_RecordRepayment", "town_finance-1", **enforce)
    assert known.rows(Recovery)[0].state == "enforcement"
    assert "End_Enforcement" in known.ends()


@pytest.mark.req("XX-25", "JC-14")
def test_where_a_list_of_dishonesty_is_kept_an_illegal_claim_is_proposed_for_it(office: Office) -> None:
    known = Known(office, "xixiu")
    known.begin("shared_recovery", "recovery", "town_reviewer-1", recovery_cause="illegal_claim")
    known.do("Task_HearParty", "county_office-1")
    known.do("Task_DecideRecovery", "county_leader-1", overpaid_amount="500.00")
    number, found = started(known, "xixiu_blacklist", "Task_CollectEvidence", "county_supervisor-1")
    assert number.startswith("西秀-2026-失信-"), "never in a household's file"
    assert found["applicant_name"] == known.recipient.name
    assert found["source_record_no"] == f"{known.number}/追缴1"
    assert found["change_facts"].startswith("违规领取500.00元，已决定追缴。")
    shown = {row["label"]: row["value"] for row in found["blacklist_rows"]}
    assert shown["来源编号"] == found["source_record_no"]
    assert shown["提出的事实"] == found["change_facts"]
    assert known.walker.rows(f"{STARTED} = 'shared_violation'") == []
    assert known.open() == {"Task_DeliverLetter"}, "the recovery goes on"


@pytest.mark.req("JC-14")
def test_what_proves_unfounded_is_not_recovered(office: Office) -> None:
    known = Known(office, "ninghe")
    known.begin("shared_recovery", "recovery", "town_reviewer-1")
    known.do("Task_HearParty", "county_office-1")
    known.do(
        "Task_DecideRecovery", "county_leader-1", recovery_decided=False, overpaid_amount=None, instalment_count=None
    )
    assert known.ends() == ["End_NotRecovered"]
    assert known.rows(Recovery) == []


@pytest.mark.req("XX-49")
def test_a_death_of_this_month_overpaid_nothing(office: Office) -> None:
    known = Known(office)
    died(known, "2026-09-10", change_member="田素兰")
    verified(known, "2026-09-10", change_member="田素兰")
    assert known.open() == {"Task_ProposeChange"}


@pytest.mark.req("XX-23")
def test_who_leaves_step_by_step_does_not_begin_to_leave_again(office: Office) -> None:
    known = Known(office, "xixiu", known=False)
    for again in (False, True):
        known.begin("xixiu_change", "change_report", "village_officer-1", change_kind="ineligible", change_rows=None)
        known.visit()
        if again:
            break
        known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="gradual_exit", new_amount=None)
        known.do("Task_DistrictConfirmChange", "county_approver-1")
        known.do("Task_DeliverLetter", "town_intake-1")
    with pytest.raises(Refused, match="已在渐退期内"):
        known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="gradual_exit", new_amount=None)
    assert len(known.register("gradual_exit")) == 1


@pytest.mark.req("XX-23", "XX-01")
@pytest.mark.parametrize("leaves", [True, False])
def test_xixiu_lets_a_household_leave_step_by_step_with_a_ledger(office: Office, leaves: bool) -> None:
    known = Known(office, "xixiu", known=False)
    known.begin("xixiu_change", "change_report", "village_officer-1", change_kind="ineligible", change_rows=None)
    known.visit()
    known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="gradual_exit", new_amount=None)
    known.do("Task_DistrictConfirmChange", "county_approver-1")
    assert known.register("gradual_exit") == []
    known.do("Task_DeliverLetter", "town_intake-1")
    assert known.history == [("gradual_exit", "2026-10", "900.00", "gradual_exit")], "paid on"
    (row,) = known.register("gradual_exit")
    assert (row.values["stage"], row.values["from_month"]) == ("entered", "2026-10")
    known.advance(100)
    assert "Task_ReviewExit" not in known.open()
    known.advance(100)
    (item,) = [one for one in simulating.open_items(office, "xixiu") if one.element_id == "Task_ReviewExit"]
    assert item.due > office.clock.now(), "reckoned from the end of the months, not from their beginning"
    known.do("Task_ReviewExit", "town_reviewer-1", exit_confirmed=leaves)
    if leaves:
        known.do("Task_DeliverLetter", "town_intake-1")
        assert known.history[-1] == ("stop", "2027-05", "0.00", "ended")
        assert "End_Exited" in known.ends()
    else:
        assert known.history[-1] == ("restore", "2027-05", "900.00", "active")
        assert [one.values["stage"] for one in known.register("gradual_exit")] == ["entered", "restored"]


@pytest.mark.req("XX-23")
def test_elsewhere_there_is_no_gradual_exit(office: Office) -> None:
    known = Known(office, known=False)
    known.begin("jincheng_change", "change_report", "village_officer-1", change_kind="ineligible", change_rows=None)
    known.visit()
    with pytest.raises(Invalid) as wrong:
        known.do("Task_ProposeChange", "town_reviewer-1", change_proposal="gradual_exit", new_amount=None)
    assert set(wrong.value.faults) == {"change_proposal"}


@pytest.mark.req("JC-10", "JC-24", "XX-49")
def test_a_report_about_a_case_that_ended_becomes_a_death_a_change_or_a_note(office: Office) -> None:
    refused = Walker(office, load_walks()["J4"])
    refused.run()
    never = Matter(office)
    never.walker.case_no = refused.case_no
    _reported(never, {"report_result": "change"})
    assert "End_NoRecipient" in never.ends()
    granted = Known(office, number=refused.case_no, known=False)
    _reported(granted, {"report_result": "stop", "stop_kind": "died"}, "death")
    assert granted.history == [("suspend", "2026-09", "600.00", "active")]
    assert granted.open() == {"Task_VerifyDeath"}


def _reported(matter: Matter, found: dict[str, Any], kind: str = "change") -> None:
    walker, officer = matter.walker, matter.actor("village_officer-1")
    data = walker.answers("case_event", officer) | {"event_kind": kind}
    made = cases.start_case(matter.office, officer, "shared_case_report", data, about=matter.number)
    walker.process = "shared_case_report"
    for element in ("Task_VerifyReport", "Task_ToDynamic"):
        line = Line(element, "shared_case_report", "town_reviewer", 1, found if element == "Task_VerifyReport" else {})
        walker.complete(line)
    assert made.record_no.endswith(tuple("123456789"))
