"""Petitions: transferred, looked into by somebody who had no part in the case, supervised, answered, registered."""

from __future__ import annotations

from typing import Any

import pytest

from jiuzhu.errors import Forbidden, Invalid, NotFound, Refused
from jiuzhu.service import cases, documents, public_petitions
from jiuzhu.service.office import Office
from tests.matters import Matter
from tests.recipients import Known

pytestmark = pytest.mark.walks

FACTS = "镇街工作人员为亲属优先办理低保。"
CONTENT = "邻居有房出租还拿低保，请查一查。"


def received(office: Office, login: str = "county_office-1", district: str = "jincheng", **more: Any) -> Matter:
    matter = Matter(office, district)
    matter.start("shared_petition", "petition", login, **more)
    return matter


@pytest.mark.req("NH-11", "NH-26", "QJ-13", "JC-19")
def test_a_petition_is_transferred_looked_into_and_answered(office: Office) -> None:
    matter = received(office)
    assert matter.number.startswith("晋城城区-2026-信访-")
    assert matter.open() == {"Task_TransferPetition"}
    with pytest.raises(Forbidden):
        matter.do("Task_TransferPetition", "town_reviewer-1")
    matter.do("Task_TransferPetition", "county_office-1")
    matter.do("Task_Investigate", "town_reviewer-1")
    assert matter.open() == {"Task_Reply"}
    with pytest.raises(Forbidden):
        matter.do("Task_Reply", "town_intake-1")
    matter.do("Task_Reply", "county_office-1")
    assert matter.ends() == ["End_Replied"]
    assert sorted(matter.documents()) == ["petition_reply", "petition_transfer"]
    papers = documents.list_documents(office, matter.actor("county_office-1"), matter.number)
    by_key = {paper.template: paper.html for paper in papers}
    assert "钱来信" in by_key["petition_reply"]
    assert "钱来信" not in by_key["petition_transfer"]
    (row,) = matter.register("petitions")
    assert row.values["result"] == "unfounded"
    assert row.values["replied_on"] == "2026-09-16"
    assert "钱来信" not in str(row)


@pytest.mark.req("NH-26", "JC-11", "XX-32")
def test_a_town_answers_what_it_took_in(office: Office) -> None:
    matter = received(office, "town_intake-1", received_level="town", town="140502100")
    assert matter.open() == {"Task_Investigate"}
    matter.do("Task_Investigate", "town_reviewer-1")
    matter.do("Task_Reply", "town_intake-1")
    assert matter.ends() == ["End_Replied"]


@pytest.mark.req("NH-26", "QJ-13")
def test_nobody_looks_into_a_case_that_they_handled(office: Office) -> None:
    matter = Matter(office)
    clerk = matter.actor("town_intake-1")
    about = cases.start_case(office, clerk, "jincheng_application", matter.walker.answers("application", clerk))
    matter.walker.case_no = about.case_no
    matter.settle()
    matter.do("Task_CheckMaterials", "town_intake-1")
    petition = received(office, about_case=about.case_no)
    petition.do("Task_TransferPetition", "county_office-1", keep_at_county=True)
    with pytest.raises(Refused, match="没有编号"):
        petition.do("Task_CountyInquiry", "county_office-1", about_case="晋城城区-2026-低保-0999")
    petition.do("Task_CountyInquiry", "county_office-1", about_case=about.case_no, petition_result="case")
    petition.do("Task_Reply", "county_office-1")
    assert petition.open() == {"Task_FollowCase"}, "the town that took the case in goes on with it"
    petition.do("Task_FollowCase", "town_reviewer-1")
    assert petition.ends() == ["End_CaseFollowed"]
    bare = received(office)
    bare.do("Task_TransferPetition", "county_office-1", keep_at_county=True)
    with pytest.raises(Refused, match="涉及的案号"):
        bare.do("Task_CountyInquiry", "county_office-1", about_case="", petition_result="case")
    again = received(office, about_case=petition.number)
    again.do("Task_TransferPetition", "county_office-1", keep_at_county=True)
    with pytest.raises(Forbidden, match="R-04") as kept:
        again.do("Task_CountyInquiry", "county_office-1", about_case=petition.number)
    assert kept.value.rule == "R-04"
    assert again.open() == {"Task_CountyInquiry"}


def test_what_is_about_an_application_is_refused_for_a_petition(office: Office) -> None:
    matter = received(office)
    matter.do("Task_TransferPetition", "county_office-1")
    clerk = matter.actor("town_reviewer-1")
    with pytest.raises(Invalid, match="不是救助申请"):
        cases.start_case(office, clerk, "shared_extension", {}, about=matter.number)
    assert matter.open() == {"Task_Investigate"}


@pytest.mark.req("NH-11", "JC-19")
def test_a_late_inquiry_is_supervised(office: Office) -> None:
    matter = received(office)
    matter.do("Task_TransferPetition", "county_office-1")
    matter.advance(31)
    assert matter.open() == {"Task_Investigate"}
    alerts = matter.walker.rows("select kind from alert where case_no = :case_no")
    assert [row["kind"] for row in alerts] == ["due_petition"]


@pytest.mark.req("NH-35", "JC-47")
def test_the_village_helps_to_explain(office: Office) -> None:
    matter = received(office)
    matter.do("Task_TransferPetition", "county_office-1")
    with pytest.raises(Invalid):
        matter.do("Task_Investigate", "town_reviewer-1", village_help=True)
    matter.do("Task_Investigate", "town_reviewer-1", village_help=True, village="140502100001")
    matter.do("Task_Soothe", "village_officer-1")
    assert matter.open() == {"Task_Reply"}


@pytest.mark.req("NH-26", "JC-38")
@pytest.mark.parametrize(("result", "end"), [("case", "End_CaseFollowed"), ("violation", "End_ViolationStarted")])
def test_what_is_founded_has_consequences(office: Office, result: str, end: str) -> None:
    more: dict[str, Any] = {"petition_result": result}
    if result == "violation":
        more |= {"violation_kind": "favouritism", "violation_unit": "140502100", "violation_facts": FACTS}
    matter = received(office)
    matter.do("Task_TransferPetition", "county_office-1")
    matter.do("Task_Investigate", "town_reviewer-1", **more)
    matter.do("Task_Reply", "county_office-1")
    if result == "case":
        matter.do("Task_FollowCase", "town_reviewer-1")
    assert matter.ends() == [end]
    leads = matter.walker.rows("select case_no from case_instance where process_key = 'shared_violation'")
    if result == "case":
        assert leads == []
        return
    assert matter.register("violations") == [], "the register is written when the lead has been looked into"
    lead = Known(office, known=False)  # whoever reads a lead's variables
    lead.walker.case_no = leads[0]["case_no"]
    assert lead.number.startswith("晋城城区-2026-责任-"), "never in a household's file"
    found = lead.variables("Task_VerifyViolation", "county_supervisor-1")
    names = ("violation_kind", "violation_unit", "violation_facts", "source_record_no")
    assert [found[name] for name in names] == ["favouritism", "140502100", FACTS, matter.number]
    assert "chain_rows" not in found, "the petition's own steps name the petitioner"
    assert "钱来信" not in str(found)
    lead.do("Task_VerifyViolation", "county_supervisor-1")


@pytest.mark.req("NH-26")
def test_only_who_handles_a_petition_may_open_it(office: Office) -> None:
    matter = received(office, "town_intake-1", received_level="town", town="140502100")
    for login in ("town_confirmer-1", "town_investigator-1", "auditor-1"):
        with pytest.raises(NotFound):
            cases.show_case(office, matter.actor(login), matter.number)
        listed = cases.list_cases(office, matter.actor(login), everything=True).cases
        assert matter.number not in [one.case_no for one in listed]
    for login in ("town_intake-1", "town_reviewer-1", "county_office-1", "county_leader-1"):
        assert cases.show_case(office, matter.actor(login), matter.number).head.case_no == matter.number


@pytest.mark.req("NH-26", "XX-32")
def test_the_public_hands_in_anonymously_and_reads_the_reply_by_the_receipt(office: Office) -> None:
    given = {"received_level": "county", "petition_kind": "report", "real_name": False, "petition_content": CONTENT}
    with pytest.raises(Invalid):
        public_petitions.hand_in(office, "jincheng", {**given, "petition_content": "短"})
    receipt = public_petitions.hand_in(office, "jincheng", given, once="click-1")
    assert public_petitions.hand_in(office, "jincheng", given, once="click-1") == receipt
    number = receipt.rpartition("-")[0]
    for wrong in (number, f"{number}-0000000000", "晋城城区-2026-信访-0002-0000000000", ""):
        with pytest.raises(NotFound):
            public_petitions.state_of(office, wrong)
    matter = Matter(office)
    matter.walker.case_no = number
    assert public_petitions.state_of(office, receipt).state == "已收到，正在办理"
    matter.do("Task_TransferPetition", "county_office-1")
    matter.do("Task_Investigate", "town_reviewer-1")
    matter.do("Task_Reply", "county_office-1", reply_way="public")
    state = public_petitions.state_of(office, receipt)
    assert (state.state, state.reply) == ("已答复", "经查，反映的情况不属实，感谢监督。")
