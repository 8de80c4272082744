"""Authority is lost while cases run: what was decided stands, the rest goes where its diagram says (A8, ADR 60, 73)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.errors import Forbidden, Invalid, NotFound
from jiuzhu.service import appointments, authority, authority_cases, cases, identity, work
from jiuzhu.service.authority_cases import CaseAuthority
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store import cases as live_cases
from tests.conftest import DAY
from tests.walks import Line, Walker, load_walks

pytestmark = pytest.mark.walks
WALKS = load_walks()
Offices = Callable[[str], Office]


def until(office: Office, walk: str, element: str, household: int = 1) -> Walker:
    """Return a case whose next step is an element, worked along a walk."""
    walker = Walker(office, WALKS[walk], household=household)
    walker.arrange()
    walker.start()
    go_on(walker, element)
    return walker


def go_on(walker: Walker, element: str = "", *, after: str = "") -> None:
    """Work the walk's lines, from behind one step up to another."""
    passing = bool(after)
    for line in walker.walk["order"]:
        name = line.split()[0].rpartition(":")[2]
        if passing:
            passing = name != after
            continue
        if element and name == element:
            return
        walker.command(line) if line.startswith("@") else walker.complete(Line.parse(line))


def told(walker: Walker, login: str = "county_leader") -> CaseAuthority:
    found = authority_cases.explain_case(walker.office, walker.actor(login), walker.case_no)
    assert found is not None
    return found


def lost(walker: Walker) -> dict[str, str]:
    """Return fate by case number of the cases that the leader's page lists."""
    found = authority_cases.lost_cases(walker.office, walker.actor("county_leader"))
    return {one.case_no: one.fate for one in found}


def change(walker: Walker, process: str, form: str, kind: str, town: str) -> None:
    leader = walker.actor("county_leader")
    data = walker.answers(form, leader, change_town=town, authority_change=kind)
    cases.start_case(walker.office, leader, process, data)
    walker.settle()


def open_elements(walker: Walker) -> set[str]:
    return {row["element_id"] for row in walker.open_items()}


def incidents(walker: Walker) -> list[dict[str, Any]]:
    return walker.rows("select * from incident where case_no = :case_no")


@pytest.mark.req("QJ-01", "QJ-30", "QJ-37")
def test_a_suspended_letter_lists_every_running_case_with_what_becomes_of_it(office_on: Offices) -> None:
    office = office_on(DAY)
    decided = until(office, "Q1", "Task_PostNotice")
    waiting = until(office, "Q1", "Task_Approve", household=2)
    young = Walker(office, WALKS["Q1"], household=3)
    young.start()
    assert lost(waiting) == {}
    assert told(waiting).fate == "stays"
    assert "作出决定时再核对一次" in told(waiting).sentence
    assert told(waiting).check == "复核委托权限"
    change(waiting, "qijiang_authority", "authority_change", "suspend", "500110111")
    assert lost(waiting) == {decided.case_no: "decided", waiting.case_no: "district", young.case_no: "open"}
    assert "没有有效的放权委托书：走到“复核委托权限”时转“审核公示”" in told(waiting).sentence
    assert "区（市）审批人" in told(waiting).sentence
    assert "继续有效" in told(decided).sentence
    assert told(decided).letter_no
    waiting.complete(Line.parse("Task_Approve town_confirmer decision=granted"))
    assert open_elements(waiting) == {"Task_PostNotice"}, "as the sentence said: the review notice"
    assert "Task_PostNotice" in open_elements(decided), "and the one that was decided goes on as it was"
    change(waiting, "qijiang_authority", "authority_change", "resume", "500110111")
    assert lost(waiting) == {}
    assert incidents(waiting) == []


@pytest.mark.req("XT-04", "XT-11", "XT-37")
@pytest.mark.parametrize("kind", ["suspend", "revoke", "run out"])
def test_xintai_waits_before_the_seal_and_the_bureau_never_approves(kind: str, office_on: Offices) -> None:
    office = office_on(DAY)
    walker = until(office, "X1", "Task_ChiefRepReview")
    assert told(walker).fate == "stays"
    if kind == "run out":
        with office.store.engine.begin() as connection:
            connection.execute(text("update entrustment_letter set valid_to = '2026-09-15'"))
    else:
        change(walker, "xintai_authority", "entrustment_change", kind, "370982002")
    assert lost(walker) == {walker.case_no: "waits"}
    assert "转“补办委托或保管”（区（市）民政局分管领导）" in told(walker).sentence
    walker.complete(Line.parse("Task_ChiefRepReview chief_rep decision=granted"))
    assert open_elements(walker) == {"Task_ResolveEntrustment"}
    assert told(walker).fate == "waits", "decided on paper, but not sealed"
    if kind == "suspend":
        change(walker, "xintai_authority", "entrustment_change", "resume", "370982002")
        leader = walker.actor("county_leader")
        more = {"resolved_parts": ["recovered"], **dict.fromkeys(("letter_no", "letter_from", "letter_to"))}
        more |= dict.fromkeys(("legal_basis", "custodian", "document_no"))
        item = walker.open_items()[0]
        work.complete(office, leader, item["task_id"], walker.answers(item["form"], leader, **more))
        walker.settle()
    else:
        walker.complete(Line.parse("Task_ResolveEntrustment county_leader"))
    walker.complete(Line.parse("Task_ApplySeal chief_rep"))
    assert told(walker).fate == "decided"
    go_on(walker, after="Task_ApplySeal")
    walker.complete(Line.parse("shared_filing_receipt:Task_ReceiveFiling county_office filing_returned=false"))
    assert "End_Granted" in walker.outcome().end_events
    levels = {row["level"] for row in walker.rows("select level from case_decision where case_no = :case_no")}
    assert levels == {"town"}, "the way before the devolution is not used again (XT-37)"


@pytest.mark.req("XT-11", "XT-08")
def test_xintai_temporary_assistance_goes_to_the_months_batch(office_on: Offices) -> None:
    office = office_on(DAY)
    walker = until(office, "XL1", "Task_ReviewTemp")
    change(walker, "xintai_authority", "entrustment_change", "revoke", "370982002")
    assert lost(walker) == {walker.case_no: "district"}
    assert "等“市级审批完成”" in told(walker).sentence
    walker.complete(Line.parse("Task_ReviewTemp town_reviewer amount=900.00 hardship_type=illness"))
    assert [row["state"] for row in walker.rows("select state from batch_item")] == ["queued"]


@pytest.mark.req("JC-01", "JC-02")
def test_an_appointment_that_ended_lets_the_case_wait_for_the_next(office_on: Offices) -> None:
    office = office_on(DAY)
    walker = until(office, "J1", "Task_Confirm")
    town = walker.rows("select town from case_instance where case_no = :case_no")[0]["town"]
    admin = identity.actor_of(office, "jincheng-county_admin-1")
    for row in walker.rows("select person, post from appointment where town = :town", town=town):
        group = f"{row['post']}@{town}"
        appointments.end_appointments(office, admin, login=row["person"], group=group)
    assert lost(walker) == {walker.case_no: "waits"}
    assert "本镇（街道）没有在任的确认人员：停在“审核确认”" in told(walker).sentence
    assert "不转区（市）级" in told(walker).sentence
    with pytest.raises(Forbidden, match="没有在任的任职文件"):
        walker.complete(Line.parse("Task_Confirm town_confirmer decision=granted"))
    assert open_elements(walker) == {"Task_Confirm"}
    group = f"town_confirmer@{town}"
    leader = walker.actor("county_leader")
    with pytest.raises(Forbidden):
        appointments.appoint(office, leader, login="jincheng-town_confirmer-1", group=group, document_no="任1号")
    with pytest.raises(Invalid, match="没有这个岗位"):
        appointments.appoint(office, admin, login="jincheng-town_intake-1", group=group, document_no="任1号")
    appointments.appoint(office, admin, login="jincheng-town_confirmer-1", group=group, document_no="任1号")
    assert lost(walker) == {}
    walker.complete(Line.parse("Task_Confirm town_confirmer decision=granted"))
    assert told(walker).fate == "decided"
    assert incidents(walker) == []


@pytest.mark.req("JC-01", "JC-02")
def test_who_signs_in_vain_reads_why_on_the_form(office_on: Offices) -> None:
    office = office_on(DAY)
    walker = until(office, "J1", "Task_Confirm")
    confirmer = walker.actor("town_confirmer")

    def fault() -> Any:
        return work.open_item(office, confirmer, walker.open_items()[0]["task_id"]).context.get("authority_fault")

    assert fault() is None
    with open_desk(office, None) as desk:
        desk.audit(live_cases.lock_record(desk.tx, walker.case_no), "no_authority", "确认人今天没有有效的确认任职")
    assert fault() == "确认人今天没有有效的确认任职"
    walker.complete(Line.parse("Task_Confirm town_confirmer decision=back"))
    go_on(walker, "Task_Confirm", after="Task_IssueReport")
    assert fault() is None, "what was done since makes it an old reason"


def test_a_chief_representative_changes_with_the_seal_only(office_on: Offices) -> None:
    office = office_on(DAY)
    admin = identity.actor_of(office, "xintai-county_admin-1")
    with pytest.raises(Invalid, match="印章交接"):
        appointments.appoint(
            office, admin, login="xintai-chief_rep-3", group="chief_rep@370982002", document_no="任1号"
        )


@pytest.mark.req("NH-01", "NH-06")
def test_ninghe_sits_again_when_nobody_was_in_office(office_on: Offices) -> None:
    office = office_on(DAY)
    walker = until(office, "N1", "Task_Minutes")
    town = walker.rows("select town from case_instance where case_no = :case_no")[0]["town"]
    with office.store.engine.begin() as connection:
        connection.execute(text("update appointment set valid_to = '2026-09-01' where town = :town"), {"town": town})
    assert lost(walker) == {walker.case_no: "waits"}
    line = next(line for line in walker.walk["order"] if "Task_Minutes" in line)
    with pytest.raises(Forbidden, match="没有在任的任职文件"):
        walker.complete(Line.parse(line))
    with office.store.engine.begin() as connection:
        connection.execute(text("update appointment set valid_to = null where town = :town"), {"town": town})
    walker.complete(Line.parse(line))
    assert told(walker).fate == "decided"
    assert incidents(walker) == []


@pytest.mark.req("XT-11")
def test_the_table_is_what_the_case_is_asked_with(office_on: Offices) -> None:
    office = office_on(DAY)
    leader = identity.actor_of(office, "xintai-county_leader-1")
    lines = authority.show_authority(office, leader).lines
    assert {line.level for line in lines if line.letter_no} == {"town"}
    assert {line.level for line in lines if not line.letter_no} == {"none"}
    with pytest.raises(NotFound):
        authority.show_authority(office, leader, town="140502100")
    supervisor = identity.actor_of(office, "xintai-county_supervisor-1")
    assert authority.show_authority(office, supervisor).lines == lines
