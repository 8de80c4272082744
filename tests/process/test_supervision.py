"""Inspections, accountability and matters handed down: who may, in which order, what stays behind."""

from __future__ import annotations

from typing import Any

import pytest

from jiuzhu.errors import Forbidden, Invalid, NotFound, Refused
from jiuzhu.service import cases, documents, opening, recusals
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from tests.matters import Matter
from tests.samples import handled_by

pytestmark = pytest.mark.walks

TOWNS = {
    "jincheng": ("140502100", "140502001"),
    "qijiang": ("500110111", "500110112"),
    "xixiu": ("520402109", "520402002"),
    "ninghe": ("120117102", "120117101"),
    "xintai": ("370982002", "370982001"),
}


def inspection(office: Office, district: str = "jincheng", **more: Any) -> Matter:
    matter = Matter(office, district)
    matter.start("shared_inspection", "inspection_start", "county_supervisor-1", **more)
    return matter


def by_calendar(office: Office, district: str, place: str, **variables: Any) -> Matter:
    """Start an inspection as its schedule does."""
    with open_desk(office, None) as desk:
        definition = office.bundles.latest(desk.tx, "shared_inspection", district)
        live = opening.open_matter(desk, definition, opening.place_of(desk, place), variables, "按期检查")
    matter = Matter(office, district)
    matter.walker.case_no = live.case_no
    matter.settle()
    return matter


@pytest.mark.req("NH-55", "QJ-37", "XT-34", "XT-36", "XT-27", "JC-36")
@pytest.mark.parametrize("kind", ["special", "unscheduled", "periodic", "comprehensive"])
def test_an_inspection_is_planned_made_in_each_town_and_reported(office: Office, kind: str) -> None:
    matter = inspection(office, "ninghe" if kind == "periodic" else "xintai", inspection_kind=kind)
    assert matter.open() == {"Task_PlanInspection"}
    for login in ("town_head-1", "county_office-1"):
        with pytest.raises(Forbidden):
            matter.do("Task_PlanInspection", login)
    matter.do("Task_PlanInspection", "county_supervisor-1")
    matter.do("Task_Inspect", "county_supervisor-2")
    matter.do("Task_ReportInspection", "county_supervisor-1")
    assert matter.ends() == ["End_Inspected"]
    assert matter.documents() == ["inspection_report"]
    paper = documents.list_documents(office, matter.actor("county_office-1"), matter.number)[0]
    assert "案卷齐全，公示照片完整。" in paper.html


@pytest.mark.req("JC-37", "QJ-10", "QJ-37", "JC-38", "QJ-40")
def test_every_unit_with_a_problem_gets_its_order_and_a_lead_is_passed_on(office: Office) -> None:
    one, other = TOWNS["jincheng"]
    matter = inspection(office)
    matter.do("Task_PlanInspection", "county_supervisor-1", inspected_units=[one, other])
    bad = {"finding_problem": True, "finding_problems": "公示照片缺少日期，两户没有签名。"}
    matter.do("Task_Inspect", "county_supervisor-1", finding_unit=one, **bad)
    with pytest.raises((Refused, Invalid)):
        matter.do("Task_Inspect", "county_supervisor-1", finding_unit=one, **bad)
    matter.do("Task_Inspect", "county_supervisor-2", finding_unit=other, **bad)
    lead = {"violation_unit": one, "violation_kind": "perfunctory", "violation_facts": "两户入户调查没有实际入户。"}
    matter.do("Task_ReportInspection", "county_supervisor-1", violation_found=True, **lead)
    assert matter.open() == {"Task_OrderRectification"}
    matter.do("Task_OrderRectification", "county_supervisor-1", rectify_unit=one)
    with pytest.raises((Refused, Invalid)):
        matter.do("Task_OrderRectification", "county_supervisor-1", rectify_unit=one)
    matter.do("Task_OrderRectification", "county_supervisor-1", rectify_unit=other)
    for number in (1, 2):  # each town's own
        matter.do("Task_Rectify", f"town_head-{number}")
    while "Task_AcceptRectification" in matter.open():
        matter.do("Task_AcceptRectification", "county_supervisor-1")
    assert matter.ends() == ["End_Inspected"]
    found = matter.walker.rows("select case_no, town from case_instance where process_key = 'shared_violation'")
    assert [row["case_no"] for row in found] == ["晋城城区-2026-责任-0001"]


@pytest.mark.req("XX-19")
def test_a_town_inspects_itself_every_quarter(office: Office) -> None:
    town = TOWNS["xixiu"][0]
    matter = by_calendar(office, "xixiu", town, inspection_kind="self", period="2026Q3")
    assert matter.open() == {"Task_PlanInspection"}
    with pytest.raises(Forbidden):
        matter.do("Task_PlanInspection", "county_supervisor-1")
    with pytest.raises(Forbidden):
        matter.do("Task_PlanInspection", "town_head-2")
    units = [town, f"{town}001"]
    matter.do("Task_PlanInspection", "town_head-1", inspected_units=units)
    for unit in units:
        matter.do("Task_Inspect", "town_head-1", finding_unit=unit)
    matter.do("Task_ReportInspection", "town_head-1")
    assert matter.ends() == ["End_Inspected"]
    paper = documents.list_documents(office, matter.actor("county_office-1"), matter.number)[0]
    assert "自我监督检查" in paper.html


def lead(office: Office, district: str = "qijiang", **more: Any) -> Matter:
    matter = Matter(office, district)
    matter.start("shared_violation", "violation_lead", "county_office-1", **more)
    return matter


@pytest.mark.req("QJ-40", "JC-38", "JC-43")
def test_the_person_concerned_is_heard_before_the_leader_decides(office: Office) -> None:
    matter = lead(office, "jincheng", violation_kind="negligence")
    assert matter.documents() == ["responsibility_chain"]
    matter.do("Task_VerifyViolation", "county_supervisor-1", violation_kind="negligence")
    assert matter.open() == {"Task_HearStaff"}
    with pytest.raises(Forbidden):
        matter.do("Task_HearStaff", "county_supervisor-1")
    matter.do("Task_HearStaff", "town_head-1")
    with pytest.raises(Forbidden):
        matter.do("Task_DecideDisposition", "county_office-1")
    matter.do("Task_DecideDisposition", "county_leader-1", disposition="transferred")
    assert matter.ends() == ["End_Disposed"]
    (row,) = matter.register("violations")
    assert row.values["kind"] == "negligence"
    assert row.values["disposition"].startswith("移送纪检监察")
    paper = documents.list_documents(office, matter.actor("county_leader-1"), matter.number)[-1]
    assert "当时系统切换，没有及时处理。" in paper.html
    for login in ("town_reviewer-1", "auditor-1"):
        with pytest.raises(NotFound):
            cases.show_case(office, matter.actor(login), matter.number)


@pytest.mark.req("JC-38", "QJ-40")
def test_a_lead_that_does_not_hold_is_registered_too(office: Office) -> None:
    matter = lead(office)
    matter.do(
        "Task_VerifyViolation",
        "county_supervisor-1",
        violation_proven=False,
        violation_kind=None,
        violation_person=None,
    )
    assert matter.ends() == ["End_NotProven"]
    (row,) = matter.register("violations")
    assert row.values["disposition"] == "经核查不成立"


@pytest.mark.req("QJ-39")
def test_an_honest_error_of_the_reform_may_be_exempted_with_its_reason(office: Office) -> None:
    matter = lead(office)
    matter.do("Task_VerifyViolation", "county_supervisor-1")
    matter.do("Task_HearStaff", "town_head-1", stated="waived")
    reason = "试点初期系统接口没有开通，经办人及时报告并补办。"
    with pytest.raises(Refused, match="非主观失误"):
        matter.do("Task_DecideDisposition", "county_leader-1", disposition="exempted", subjective=True)
    with pytest.raises(Invalid):
        matter.do(
            "Task_DecideDisposition", "county_leader-1", disposition="exempted", subjective=False, disposition_reason=""
        )
    exempted = {"disposition": "exempted", "subjective": False, "disposition_reason": reason}
    matter.do("Task_DecideDisposition", "county_leader-1", **exempted)
    (row,) = matter.register("violations")
    assert row.values["disposition"] == f"免于责任追究：{reason}"


@pytest.mark.req("QJ-39", "JC-43")
@pytest.mark.parametrize("chosen", ["mitigated", "exempted"])
def test_elsewhere_nobody_is_let_off(office: Office, chosen: str) -> None:
    matter = lead(office, "jincheng")
    matter.do("Task_VerifyViolation", "county_supervisor-1")
    matter.do("Task_HearStaff", "town_head-1")
    with pytest.raises((Refused, Invalid)):
        matter.do("Task_DecideDisposition", "county_leader-1", disposition=chosen, subjective=False)


@pytest.mark.req("QJ-40", "JC-43")
def test_each_district_has_the_kinds_of_its_plan(office: Office) -> None:
    with pytest.raises((Refused, Invalid)):
        lead(office, "jincheng", violation_kind="misconduct")
    lead(office, "qijiang", violation_kind="misconduct")
    with pytest.raises((Refused, Invalid)):
        lead(office, "qijiang", violation_kind="perfunctory")


@pytest.mark.req("QJ-40", "JC-38")
def test_the_chain_names_who_did_what_and_keeps_them_out(office: Office) -> None:
    about = Matter(office, "jincheng")
    clerk = about.actor("town_intake-1")
    made = cases.start_case(office, clerk, "jincheng_application", about.walker.answers("application", clerk))
    about.walker.case_no = made.case_no
    about.settle()
    about.do("Task_CheckMaterials", "town_intake-1")
    with open_desk(office, None) as desk:
        handled_by(desk, made.case_no, "jincheng-county_supervisor-1")
    matter = lead(office, "jincheng", source_record_no=made.case_no)
    paper = documents.list_documents(office, matter.actor("county_leader-1"), matter.number)[0]
    assert clerk.name in paper.html
    with pytest.raises((Forbidden, NotFound)):
        matter.do("Task_VerifyViolation", "county_supervisor-1")
    matter.do("Task_VerifyViolation", "county_supervisor-2")
    assert matter.open() == {"Task_HearStaff"}


@pytest.mark.req("NH-17", "NH-32", "JC-16", "JC-20")
@pytest.mark.parametrize("district", ["jincheng", "ninghe"])
def test_a_task_from_above_is_done_by_its_unit_accepted_and_supervised(office: Office, district: str) -> None:
    matter = Matter(office, district)
    matter.start("shared_adhoc_task", "adhoc_task", "county_office-1")
    assert matter.open() == {"Task_DoAdhoc"}
    with pytest.raises(Forbidden):
        matter.do("Task_DoAdhoc", "town_reviewer-1")
    matter.advance(12)
    alerts = matter.walker.rows("select kind, alert_group from alert where case_no = :case_no")
    assert alerts == [{"kind": "due_adhoc", "alert_group": f"county_office@{district}"}]
    matter.do("Task_DoAdhoc", "town_head-1")
    matter.do("Task_AcceptAdhoc", "county_office-1", adhoc_accepted=False)
    assert matter.open() == {"Task_DoAdhoc"}
    matter.do("Task_DoAdhoc", "town_head-1")
    matter.do("Task_AcceptAdhoc", "county_office-1")
    assert matter.ends() == ["End_AdhocDone"]


@pytest.mark.req("NH-17", "JC-16")
def test_the_bureau_s_own_task_stays_with_its_office(office: Office) -> None:
    matter = Matter(office, "jincheng")
    matter.start("shared_adhoc_task", "adhoc_task", "county_leader-1", adhoc_unit="jincheng")
    matter.do("Task_DoAdhoc", "county_office-1")
    matter.do("Task_AcceptAdhoc", "county_office-1")
    assert matter.ends() == ["End_AdhocDone"]


@pytest.mark.req("JC-38")
def test_a_lead_that_all_supervisors_keep_out_of_falls_to_the_office_and_the_hearing_to_the_leader(
    office: Office,
) -> None:
    about = Matter(office, "jincheng")
    clerk = about.actor("town_intake-1")
    made = cases.start_case(office, clerk, "jincheng_application", about.walker.answers("application", clerk))
    with open_desk(office, None) as desk:
        for login in ("county_supervisor-1", "county_supervisor-2", "county_supervisor-3", "town_head-1"):
            handled_by(desk, made.case_no, f"jincheng-{login}")
    matter = lead(office, "jincheng", source_record_no=made.case_no)
    with pytest.raises((Forbidden, NotFound)):
        matter.do("Task_VerifyViolation", "county_supervisor-3")
    with pytest.raises(Forbidden):
        matter.do("Task_VerifyViolation", "county_leader-1")
    matter.do("Task_VerifyViolation", "county_office-1")
    with pytest.raises((Forbidden, NotFound)):
        matter.do("Task_HearStaff", "town_head-1")
    matter.do("Task_HearStaff", "county_leader-1")
    matter.do("Task_DecideDisposition", "county_leader-1", disposition="transferred")
    assert matter.ends() == ["End_Disposed"]
    chain = matter.walker.rows("select sentence from audit where case_no = :case_no and act = 'stand_in'")
    assert ["核查违规线索" in row["sentence"] for row in chain] == [True, False]


@pytest.mark.req("JC-38")
def test_an_open_item_falls_to_the_office_when_the_last_supervisor_keeps_out(office: Office) -> None:
    matter = lead(office, "jincheng")
    for number in (1, 2):
        recusals.recuse(office, matter.actor(f"county_supervisor-{number}"), matter.number, "是当事人的亲属")
    with pytest.raises(Forbidden):
        matter.do("Task_VerifyViolation", "county_office-1")
    recusals.recuse(office, matter.actor("county_supervisor-3"), matter.number, "与线索有利害关系")
    matter.do("Task_VerifyViolation", "county_office-1")
    assert matter.open() == {"Task_HearStaff"}
