"""Who decides a change: whoever decides an application in that district on that day (NH-20, QJ-01, XT-14, XX-01)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.domain.rows import Document, Filing, RelativesEntry, SealUse
from jiuzhu.errors import Forbidden
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.recipients import Known

pytestmark = pytest.mark.walks
NO_VISIT: dict[str, Any] = {"change_kind": "suspension", "change_rows": None}
SUSPEND: dict[str, Any] = {"change_proposal": "suspend", "new_amount": None}


def proposed(known: Known, **more: Any) -> None:
    known.begin(f"{known.district}_change", "change_report", "village_officer-1", **{**NO_VISIT, **more})
    known.do("Task_ProposeChange", "town_reviewer-1", **SUSPEND)


def told(known: Known) -> None:
    known.do("Task_DeliverLetter", "town_intake-1")


def agree(known: Known, vote: str = "agree") -> None:
    known.do("Task_ConvenePanel", "town_head-1")
    for number in range(1, 6):
        known.take("Task_PanelOpinion", f"town_panel-{number}", panel_vote=vote)


@pytest.mark.req("NH-22", "NH-36")
def test_ninghes_panel_decides_a_change_and_both_channels_are_filed(office: Office) -> None:
    known = Known(office, "ninghe")
    known.begin("ninghe_change", "change_report", "village_officer-1")
    known.visit()
    known.do("Task_ProposeChange", "town_reviewer-1")
    agree(known)
    known.do("Task_Minutes", "town_head-1", amount_monthly=None, amount_reason=None)
    assert known.adjustment.state == "decided"
    assert known.history == []
    told(known)
    assert known.history == [("decrease", "2026-10", "500.00", "active")]
    assert known.open() == {"Task_SendPaper", "Task_ReceiveElectronic"}
    known.do("Task_SendPaper", "town_reviewer-1")
    known.do("Task_ReceiveElectronic", "county_office-1")
    known.do("Task_ReceivePaper", "county_office-1")
    (filing,) = known.rows(Filing)
    assert (filing.kind, filing.state, filing.decision_no) == ("change", "filed", known.adjustment.decision_no)
    papers = {one.template for one in known.rows(Document)}
    assert {"panel_minutes", "adjustment_notice", "change_record"} <= papers


@pytest.mark.req("NH-13", "NH-22")
def test_a_change_of_staffs_relatives_that_came_in_with_a_list_needs_no_visit_of_applicants(office: Office) -> None:
    known = Known(office, "ninghe")
    entry = {"line": 1, "staff_name": "示例干部", "post": "village_cadre", "relation": "sibling", "declared": True}
    with open_desk(office, None) as desk:
        shelf_of(desk.tx).add(RelativesEntry(case_no=known.number, entered_at=desk.now, **entry))
    proposed(known)
    agree(known)
    known.do("Task_Minutes", "town_head-1", amount_monthly=None, amount_reason=None)
    told(known)
    assert known.history == [("suspend", "2026-10", "0.00", "suspended")]


@pytest.mark.req("NH-22")
def test_ninghes_panel_may_send_back_or_leave_things_as_they_are(office: Office) -> None:
    known = Known(office, "ninghe")
    proposed(known)
    agree(known, "back")
    known.do("Task_Minutes", "town_head-1", back_reason="补充核实情况。", amount_monthly=None, amount_reason=None)
    known.do("Task_ProposeChange", "town_reviewer-1", **SUSPEND)
    agree(known, "refuse")
    known.do("Task_Minutes", "town_head-1", amount_monthly=None, amount_reason=None, **REFUSE)
    assert known.open() == set()
    assert known.history == [("keep", "2026-10", "900.00", "active")]


REFUSE: dict[str, Any] = {
    "reason_code": "other",
    "reason_text": "情形已经消除，不需要暂停。",
    "decision_facts": "村（居）和街镇核实，情形已经消除。",
}


@pytest.mark.req("NH-22")
def test_ninghes_self_care_is_assessed_by_county_and_town_together_before_the_panel(office: Office) -> None:
    known = Known(office, "ninghe", programme="tekun", members=1, amount="1515.00", care_level="full")
    known.begin(
        "ninghe_change",
        "change_report",
        "village_officer-1",
        change_kind="self_care",
        change_member=known.recipient.name,
        change_rows=None,
    )
    known.do("Task_PreparePackage", "town_reviewer-1")
    known.do("Task_AssessJointly", "county_office-1")
    known.do("Task_SignTown", "town_reviewer-1")
    known.do("Task_ChooseSupport", "town_reviewer-1")
    assert known.open() == {"Task_ProposeChange"}, "assessed once, not twice"


@pytest.mark.req("NH-22")
def test_ninghes_county_decides_before_the_devolution_and_where_the_head_holds_no_post(
    office_on: Callable[[str], Office], office: Office
) -> None:
    early = Known(office_on("2021-08-20"), "ninghe")
    proposed(early)
    assert early.open() == {"Task_DistrictConfirmChange"}
    early.do("Task_DistrictConfirmChange", "county_approver-1", change_decision="back")
    early.do("Task_ProposeChange", "town_reviewer-1", **SUSPEND)
    early.do("Task_DistrictConfirmChange", "county_approver-1")
    told(early)
    assert early.history == [("suspend", "2021-09", "0.00", "suspended")]
    known = Known(office, "ninghe")
    proposed(known)
    agree(known)
    with office.store.engine.begin() as connection:
        connection.execute(text("update authority_grant set devolution_from = '2026-12-01' where district = 'ninghe'"))
    known.do("Task_Minutes", "town_head-1", amount_monthly=None, amount_reason=None)
    assert known.open() == {"Task_DistrictConfirmChange"}


@pytest.mark.req("QJ-16")
def test_where_qijiangs_letter_has_ended_the_district_decides(office: Office) -> None:
    known = Known(office, "qijiang")
    with office.store.engine.begin() as connection:
        connection.execute(text("update entrustment_letter set valid_to = '2026-09-01'"))
    proposed(known)
    assert known.open() == {"Task_DistrictConfirmChange"}
    with pytest.raises(Forbidden):
        known.do("Task_DistrictConfirmChange", "town_confirmer-1")
    known.do("Task_DistrictConfirmChange", "county_approver-1", change_decision="back")
    known.do("Task_ProposeChange", "town_reviewer-1", **SUSPEND)
    known.do("Task_DistrictConfirmChange", "county_approver-1")
    assert known.adjustment.level == "county"
    told(known)
    assert known.history == [("suspend", "2026-10", "0.00", "suspended")]


@pytest.mark.req("QJ-16", "QJ-21")
def test_qijiangs_town_decides_while_it_is_entrusted_and_not_when_the_letter_ends_meanwhile(office: Office) -> None:
    known = Known(office, "qijiang")
    proposed(known)
    known.do("Task_ConfirmChange", "town_confirmer-1", change_decision="back")
    known.do("Task_ProposeChange", "town_reviewer-1", **SUSPEND)
    known.do("Task_ConfirmChange", "town_confirmer-1")
    assert (known.adjustment.level, known.open()) == ("town", {"Task_DeliverLetter"})
    told(known)
    assert known.history == [("suspend", "2026-10", "0.00", "suspended")]
    late = Known(office, "qijiang", number="导入-000072", household=9)
    proposed(late)
    with office.store.engine.begin() as connection:
        connection.execute(text("update entrustment_letter set valid_to = '2026-09-01'"))
    late.do("Task_ConfirmChange", "town_confirmer-1")
    assert late.open() == {"Task_DistrictConfirmChange"}
    late.do("Task_DistrictConfirmChange", "county_approver-1")
    assert late.adjustment.level == "county"


@pytest.mark.req("XT-27", "XT-33")
def test_xintais_chief_representative_decides_and_seals(office: Office) -> None:
    known = Known(office, "xintai")
    proposed(known)
    known.do("Task_ChiefRepChange", "chief_rep-1", change_decision="back")
    known.do("Task_ProposeChange", "town_reviewer-1", **SUSPEND)
    known.do("Task_ChiefRepChange", "chief_rep-1")
    assert known.open() == {"Task_ApplySeal"}
    known.do("Task_ApplySeal", "chief_rep-1")
    (use,) = known.rows(SealUse)
    assert use.document_no == known.adjustment.decision_no
    told(known)
    assert known.history == [("suspend", "2026-10", "0.00", "suspended")]
    record = next(one for one in known.rows(Document) if one.template == "change_record")
    assert use.seal_use_id in record.html


@pytest.mark.req("XT-27", "XT-37")
def test_xintai_seals_no_change_without_a_letter(office: Office) -> None:
    known = Known(office, "xintai")
    proposed(known)
    with office.store.engine.begin() as connection:
        connection.execute(text("update entrustment_letter set valid_to = '2026-09-01'"))
    known.do("Task_ChiefRepChange", "chief_rep-1")
    assert known.open() == {"Task_ResolveEntrustment"}, "what was decided waits for its letter, and is not asked again"
    assert known.rows(SealUse) == []
    known.do("Task_ResolveEntrustment", "county_leader-1")
    assert known.open() == {"Task_ApplySeal"}


@pytest.mark.req("XX-01", "XX-49")
def test_xixius_district_decides_what_the_town_proposes(office: Office) -> None:
    known = Known(office, "xixiu")
    proposed(known)
    assert known.open() == {"Task_DistrictConfirmChange"}
    known.do("Task_DistrictConfirmChange", "county_approver-1", change_decision="back")
    known.do("Task_ProposeChange", "town_reviewer-1", **SUSPEND)
    known.do("Task_DistrictConfirmChange", "county_approver-1")
    told(known)
    assert known.history == [("suspend", "2026-10", "0.00", "suspended")]
    assert known.adjustment.level == "county"
