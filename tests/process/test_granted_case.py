"""What a granted case leaves beside money: other systems told, the dossier, who helped and who answers for what."""

from __future__ import annotations

from datetime import date

import pytest

from jiuzhu.domain.instants import add_months
from jiuzhu.errors import Forbidden
from jiuzhu.service import case_page, case_trace, identity, inbox
from jiuzhu.service.office import Office
from tests.payments import Batch, only
from tests.walks import Line, Walker, load_walks

pytestmark = pytest.mark.walks
WALKS = load_walks()


@pytest.fixture
def granted(office: Office) -> Walker:
    walker = Walker(office, WALKS["N1"])
    walker.arrange()
    walker.run()
    return walker


@pytest.mark.req("NH-04", "NH-25", "NH-31")
def test_the_recipient_goes_to_the_ministry_s_system_and_every_paper_into_the_dossier(granted: Walker) -> None:
    (order,) = granted.rows("select month, amount from payment_order where case_no = :case_no")
    decided = str(granted.rows("select decided_at from case_decision where case_no = :case_no")[0]["decided_at"])[:7]
    assert order["month"] > decided, "paid from the month after the confirmation"
    duties = granted.rows(
        "select due_name, state from obligation where case_no = :case_no and state in ('open', 'late')"
    )
    assert duties == [], "nothing of a paid case is still owed"
    sent = granted.rows("select target, state, sha256 from transmission where case_no = :case_no")
    assert [(one["target"], one["state"]) for one in sent if one["target"] == "recipient"] == [
        ("recipient", "simulated")
    ]
    assert all(len(one["sha256"]) == 64 for one in sent)
    kept = {
        one["ref"]: one["sha256"]
        for one in granted.rows("select ref, sha256 from dossier_item where case_no = :case_no")
    }
    papers = granted.rows("select document_no, template, sha256 from document where case_no = :case_no")
    filed = {one["template"]: one for one in papers if one["document_no"] in kept}
    assert {"application_form", "verification_report", "home_visit", "notice", "approval_form", "panel_minutes"} <= set(
        filed
    )
    assert all(kept[one["document_no"]] == one["sha256"] for one in filed.values())
    forms = granted.rows("select id from submission where case_no = :case_no and form in ('application', 'home_visit')")
    assert {one["id"] for one in forms} <= set(kept)


@pytest.mark.req("NH-30", "NH-34", "NH-37")
def test_the_village_helps_and_decides_nothing(office: Office) -> None:
    walker = Walker(office, WALKS["N1"])
    walker.arrange()
    walker.start()
    refused = []
    for written in WALKS["N1"]["order"]:
        if written.startswith("@"):
            walker.command(written)
            continue
        line = Line.parse(written)
        if line.role != "village_officer":
            item = walker.find(line)
            with pytest.raises(Forbidden):
                inbox.claim(office, walker.actor("village_officer"), item["task_id"])
            refused.append(line.element)
        walker.complete(line)
    assert walker.main_items() == []
    assert {"Task_CheckMaterials", "Task_HomeVisit", "Task_PanelOpinion", "Task_Minutes"} <= set(refused)
    helped = {element for element, role in walker.done if role == "village_officer"}
    assert helped == {"Task_PostNotice", "Task_RemoveNotice"}
    (plan,) = [
        one
        for one in case_trace.trace_case(office, walker.actor("town_reviewer"), walker.case_no)
        if one.element_id == "Task_PlanVisit"
    ]
    assert plan.person == walker.actor("town_investigator").name


@pytest.mark.req("NH-50", "NH-54")
def test_the_district_s_supervisor_reads_every_town_and_confirms_in_none(office: Office) -> None:
    walker = Walker(office, WALKS["N1"])
    walker.arrange()
    walker.start()
    supervisor = identity.actor_of(office, "ninghe-county_supervisor-1")
    for written in WALKS["N1"]["order"]:
        if written.startswith("@"):
            walker.command(written)
            continue
        line = Line.parse(written)
        with pytest.raises(Forbidden):
            inbox.claim(office, supervisor, walker.find(line)["task_id"])
        walker.complete(line)
        assert case_page.show_case(office, supervisor, walker.case_no).head.case_no == walker.case_no
    assert walker.main_items() == []


@pytest.mark.req("JC-03", "JC-42")
def test_every_step_has_a_name_that_answers_for_it(office: Office) -> None:
    walker = Walker(office, WALKS["J1"])
    walker.arrange()
    walker.run()
    steps = case_trace.trace_case(office, walker.actor("town_head"), walker.case_no)
    done = {one.element_id: one for one in steps}
    for element, role in walker.done:
        person = done[element].person
        assert person not in ("", "系统"), element
        assert done[element].sha256, f"{element}: what was signed can be told again"
        assert done[element].basis, f"{element} {role}"
    automatic = [one for one in steps if one.element_id.startswith("Service_")]
    assert automatic
    assert {one.person for one in automatic} == {"系统"}


@pytest.mark.req("NH-25")
def test_the_first_month_is_paid_once_as_it_was_ordered(office: Office, granted: Walker) -> None:
    (order,) = granted.rows("select month, amount, recipient_no from payment_order where case_no = :case_no")
    following = f"{add_months(date.fromisoformat(order['month'] + '-01'), 1):%Y-%m}"
    paid = []
    batch = Batch(only(office, "payment_batch"), "ninghe")
    for month in (order["month"], following):
        batch.until(f"{month}-01")
        batch.take(month)
        (line,) = [one for one in batch.lines().values() if one.recipient_no == order["recipient_no"]]
        assert batch.open() == {"Task_MakeBatch"}, "order, register and list agree: no difference to clear"
        batch.make()
        batch.check()
        assert batch.answer().paid == len(batch.lines())
        paid.append((line.month, line.round, int(line.amount * 100)))
    assert paid == [(order["month"], 0, order["amount"]), (following, 0, order["amount"])], "each month one line"
    kept = granted.rows("select month, state from payment_line where recipient_no = :who", who=order["recipient_no"])
    assert sorted((one["month"], one["state"]) for one in kept) == [(order["month"], "paid"), (following, "paid")]
