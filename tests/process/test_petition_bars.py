"""A petition never reaches whom it is about: not the inbox, not the case, not its papers, not the register (R-04)."""

from __future__ import annotations

from typing import Any

import pytest

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Forbidden, JiuzhuError, NotFound, OutOfReach, Refused
from jiuzhu.service import alerts, case_trace, cases, documents, inbox, public_petitions, registers, work
from jiuzhu.service.office import Office
from tests.matters import Matter
from tests.process.test_petition import CONTENT, received

pytestmark = pytest.mark.walks
TOWN = "140502100"


def handled(office: Office) -> Matter:
    """A case of the town in which the window and the reviewer had a part."""
    matter = Matter(office)
    clerk = matter.actor("town_intake-1")
    about = cases.start_case(office, clerk, "jincheng_application", matter.walker.answers("application", clerk))
    matter.walker.case_no = about.case_no
    matter.settle()
    matter.do("Task_CheckMaterials", "town_intake-1")
    return matter


def online(office: Office, **more: Any) -> Matter:
    given = {"received_level": "town", "town": TOWN, "petition_kind": "report", "real_name": False}
    matter = Matter(office)
    receipt = public_petitions.hand_in(office, "jincheng", {**given, "petition_content": CONTENT, **more})
    matter.walker.case_no = receipt.rpartition("-")[0]
    matter.settle()
    return matter


def items(matter: Matter, actor: Actor) -> list[str]:
    return [one.record_no for one in inbox.list_items(matter.office, actor).items if one.case_no == matter.number]


def learns_nothing(matter: Matter, actor: Actor) -> None:
    """Try every door at which a petition could be read."""
    office, number = matter.office, matter.number
    assert items(matter, actor) == []
    for door in (
        lambda: cases.show_case(office, actor, number),
        lambda: case_trace.trace_case(office, actor, number),
        lambda: documents.list_documents(office, actor, number),
    ):
        with pytest.raises((NotFound, OutOfReach)) as kept:
            door()
        assert "回避" not in str(kept.value), "a number that is guessed does not tell that somebody is named in it"
    for row in matter.walker.rows("select task_id from work_item where case_no = :case_no"):
        for act in (
            lambda task=row["task_id"]: work.open_item(office, actor, task),
            lambda task=row["task_id"]: inbox.claim(office, actor, task),
            lambda task=row["task_id"]: work.complete(office, actor, task, {}),
        ):
            with pytest.raises((Forbidden, NotFound, OutOfReach)):
                act()
    assert number not in [one.case_no for one in cases.list_cases(office, actor, everything=True).cases]
    found = alerts.list_alerts(office, actor)
    assert number not in [one.case_no for one in (*found.unseen, *found.seen)]
    try:
        page = registers.show_register(office, actor, "petitions")
    except JiuzhuError:
        return
    assert number not in [row.case_no for row in page.rows]


@pytest.mark.req("NH-26", "QJ-13")
@pytest.mark.parametrize("where", ["about_staff", "petition_content"])
def test_a_petition_about_the_towns_reviewer_goes_to_the_district(office: Office, where: str) -> None:
    reviewer = Matter(office).actor("town_reviewer-1")
    name = f"{reviewer.name[:1]} {reviewer.name[1:]}"
    matter = online(office, **{where: f"北石店镇的{name}收了邻居的烟酒，请查一查。"})
    assert matter.open() == {"Task_TransferPetition"}, "the town has no other reviewer"
    learns_nothing(matter, reviewer)
    with pytest.raises(Refused, match="不能转给北石店镇"):
        matter.do("Task_TransferPetition", "county_office-1", town=TOWN)
    matter.do("Task_TransferPetition", "county_office-1", keep_at_county=True)
    matter.do("Task_CountyInquiry", "county_office-1")
    matter.do("Task_Reply", "county_office-1", reply_way="public")
    learns_nothing(matter, reviewer)
    other = Matter(office).actor("town_head-1")
    rows = registers.show_register(office, matter.actor("county_leader-1"), "petitions").rows
    assert matter.number in [row.case_no for row in rows], "who is not concerned reads it as before"
    assert other.person_id != reviewer.person_id


@pytest.mark.req("NH-26")
def test_a_petition_about_the_only_clerk_of_the_district_calls_the_leader(office: Office) -> None:
    clerk = Matter(office).actor("county_office-1")
    matter = online(office, received_level="county", about_staff=clerk.name)
    learns_nothing(matter, clerk)
    told = alerts.list_alerts(office, matter.actor("county_leader-1")).unseen
    assert [one.record_no for one in told if "请另行指定承办人员" in one.sentence] == [matter.number]


@pytest.mark.req("NH-26", "QJ-13")
def test_a_petition_about_a_case_goes_past_whoever_handled_it(office: Office) -> None:
    about = handled(office)
    clerk = about.actor("town_intake-1")
    matter = online(office, about_case=about.number)
    assert matter.open() == {"Task_TransferPetition"}, "the town's only window had a part in the case"
    learns_nothing(matter, clerk)
    matter.do("Task_TransferPetition", "county_office-1", town=TOWN)
    learns_nothing(matter, clerk)
    matter.do("Task_Investigate", "town_reviewer-1")
    assert matter.open() == {"Task_Reply"}


@pytest.mark.req("NH-26", "QJ-13")
def test_another_case_number_does_not_lift_the_bar(office: Office) -> None:
    first = received(office)
    first.do("Task_TransferPetition", "county_office-1", keep_at_county=True)
    second = received(office, about_case=first.number)
    second.do("Task_TransferPetition", "county_office-1", keep_at_county=True)
    elsewhere = handled(office)
    with pytest.raises(Forbidden, match="R-04"):
        second.do("Task_CountyInquiry", "county_office-1", about_case=elsewhere.number)
    with pytest.raises(Forbidden, match="R-04"):
        second.do("Task_CountyInquiry", "county_office-1", about_case="")


def test_a_wrong_case_number_of_a_citizen_stops_nothing(office: Office) -> None:
    matter = online(office, about_case="晋城城区-2026-低保-9999")
    assert matter.open() == {"Task_Investigate"}
    matter.do("Task_Investigate", "town_reviewer-1")
    matter.do("Task_Reply", "town_intake-1", reply_way="public")
    assert matter.ends() == ["End_Replied"]


@pytest.mark.req("NH-35", "JC-47")
def test_a_report_is_not_handed_to_the_village(office: Office) -> None:
    matter = online(office)
    with pytest.raises(Refused, match="举报件不交村"):
        matter.do("Task_Investigate", "town_reviewer-1", village_help=True, village=f"{TOWN}001")
    complaint = online(office, petition_kind="complaint", about_staff=matter.actor("village_officer-1").name)
    with pytest.raises(Refused, match="不能交其化解"):
        complaint.do("Task_Investigate", "town_reviewer-1", village_help=True, village=f"{TOWN}001")


def test_a_correction_of_a_row_stays_hidden_from_whom_it_is_about(office: Office) -> None:
    clerk = Matter(office).actor("town_reviewer-1")
    matter = online(office, about_staff=clerk.name)
    matter.do("Task_TransferPetition", "county_office-1", keep_at_county=True)
    more = {"violation_kind": "favouritism", "violation_unit": TOWN, "violation_facts": "工作人员为亲属优先办理。"}
    matter.do("Task_CountyInquiry", "county_office-1", petition_result="violation", **more)
    matter.do("Task_Reply", "county_office-1")
    (lead,) = matter.walker.rows("select case_no from case_instance where process_key = 'shared_violation'")
    matter.walker.case_no = lead["case_no"]
    matter.do("Task_VerifyViolation", "county_supervisor-1", violation_proven=False)
    assert matter.ends() == ["End_NotProven"]
    county = matter.actor("county_office-1")
    (row,) = registers.show_register(office, county, "violations").rows
    values = {"unit": "北石店镇", "kind": "abuse", "facts": "核实后更正类别。"}
    registers.add_row(office, county, "violations", values, corrects=row.row_no, reason="类别有误")
    rows = registers.show_register(office, county, "violations").rows
    assert [one.case_no for one in rows] == [matter.number, matter.number]


@pytest.mark.req("QJ-13", "JC-38")
def test_whom_a_petition_names_looks_into_no_lead_of_it(office: Office) -> None:
    supervisor = Matter(office).actor("county_supervisor-1")
    about = handled(office)
    matter = online(office, petition_content=f"{supervisor.name}包庇镇里的工作人员。", about_case=about.number)
    matter.do("Task_TransferPetition", "county_office-1", keep_at_county=True)
    facts = {"violation_kind": "abuse", "violation_unit": TOWN, "violation_facts": "检查人员包庇工作人员。"}
    matter.do("Task_CountyInquiry", "county_office-1", petition_result="violation", about_case=about.number, **facts)
    matter.do("Task_Reply", "county_office-1")
    (lead,) = matter.walker.rows("select case_no from case_instance where process_key = 'shared_violation'")
    matter.walker.case_no = lead["case_no"]
    with pytest.raises(JiuzhuError):
        matter.do("Task_VerifyViolation", "county_supervisor-1")
    matter.do("Task_VerifyViolation", "county_supervisor-2")
    chain = documents.list_documents(office, matter.actor("county_supervisor-2"), matter.number)[0]
    assert "材料" in chain.html, "how the case that it is about was handled"
    assert "来信" not in chain.html, "not who wrote, and not how the petition was handled"
