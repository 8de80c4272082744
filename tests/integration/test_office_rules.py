"""What holds in the whole house: chain of acts, clocks, messages as rows, sessions, attachments."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound
from jiuzhu.service import audit, cases, clock, contests, documents, due, identity, inbox, signatures, work
from jiuzhu.service.office import Office
from tests.conftest import PASSWORD, OfficeMaker
from tests.integration.people import WANG, ZHAO, answer_of, line_of, open_item, person, walker_at
from tests.walks import PNG, Line

CHECK = "Task_CheckMaterials"


@pytest.mark.req("XT-35", "NH-02")
@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("update audit set sentence = 'nothing happened' where seq = 2", 2),
        ("update audit set actor_name = 'somebody' where seq = 1", 1),
        ("delete from audit where seq = 2", 2),
    ],
)
def test_a_changed_line_of_the_chain_is_found(any_office: Office, change: str, place: int) -> None:
    walker = walker_at(any_office, "Task_IssueReport")
    assert [check.holds for check in audit.verify(any_office, walker.case_no)] == [True]
    with any_office.store.engine.begin() as connection:
        connection.execute(text(change))
    broken = audit.verify(any_office, walker.case_no)[0]
    assert (broken.holds, broken.place) == (False, place)


def test_cutting_the_end_of_a_chain_is_found(any_office: Office) -> None:
    walker = walker_at(any_office, "Task_IssueReport")
    with any_office.store.engine.begin() as connection:
        connection.execute(text("delete from audit where seq = (select max(seq) from audit)"))
    assert audit.verify(any_office, walker.case_no)[0].reason == "末尾缺少记录"


def test_every_act_names_person_office_time_and_true_time(any_office: Office) -> None:
    walker = walker_at(any_office, "Task_IssueReport")
    lines = cases.show_case(any_office, person(any_office, WANG), walker.case_no).timeline
    name = person(any_office, WANG).name
    assert any(name in line.sentence and line.act == "complete" for line in lines)
    assert all(line.at.date().isoformat() == "2026-09-16" for line in lines)
    assert all(line.true_at != line.at for line in lines)


def test_the_clock_moves_forward_for_all_processes_and_fires_what_is_due(any_office_maker: OfficeMaker) -> None:
    one, two = any_office_maker(), any_office_maker()
    before = clock.office_now(two)
    moved = clock.advance_clock(one, person(one, WANG), timedelta(days=3))
    two.clock.forget()
    assert timedelta(days=3) <= clock.office_now(two) - before < timedelta(days=3, minutes=1)
    assert abs(clock.office_now(two) - moved) < timedelta(seconds=30)
    assert abs(two.clock.machine() - one.clock.machine()) < timedelta(seconds=5), "machine time never moves"
    with pytest.raises(Invalid):
        clock.advance_clock(one, None, timedelta(days=-1))


def test_a_late_date_is_marked_once_and_told(any_office: Office) -> None:
    walker = walker_at(any_office, CHECK)
    clock.advance_clock(any_office, None, timedelta(days=20))
    assert due.mark_late(any_office) == 0, "the clock has marked it already"
    alerts = walker.rows("select kind, alert_group from alert where case_no = :case_no")
    assert [row["kind"] for row in alerts] == ["due_accept"]
    page = inbox.list_items(any_office, person(any_office, WANG), view="group")
    assert [(item.late, (item.days_left or 0) < 0) for item in page.items] == [(True, True)]
    assert cases.show_case(any_office, person(any_office, WANG), walker.case_no).obligations[0].late


@pytest.mark.req("XT-25")
def test_a_report_is_a_row_with_a_receipt_before_it_is_a_message(any_office: Office) -> None:
    walker = walker_at(any_office, "Task_RemoveNotice")
    wang = person(any_office, WANG)
    data = walker.answers("objection_entry", wang)
    first = cases.send_message(any_office, wang, walker.case_no, "notice.objection", data, once="o1")
    assert not first.delivered, "the notice is being taken down: nobody waits, the row is kept"
    again = cases.send_message(any_office, wang, walker.case_no, "notice.objection", data, once="o1")
    assert (again.number, again.already_done) == (first.number, True)
    kept = walker.rows("select receipt_no, delivered_at from message_row where case_no = :case_no")
    assert [(row["receipt_no"], row["delivered_at"]) for row in kept] == [(first.number, None)]
    assert len(walker.rows("select objection_no from objection where case_no = :case_no")) == 1


def test_a_message_whose_process_died_before_correlating_is_found_again(make_office: OfficeMaker) -> None:
    from jiuzhu.service import messages

    office = make_office()
    walker = walker_at(office, "Task_PostNotice")
    officer = person(office, "jincheng-village_officer-1")
    work.complete(
        office, officer, open_item(walker, "Task_PostNotice")["task_id"], answer_of(walker, "Task_PostNotice", officer)
    )
    wang = person(office, WANG)
    data = walker.answers("objection_entry", wang)
    messages._enter(office, wang, walker.case_no, "notice.objection", data, None)
    assert "Task_CheckObjection" not in {row["element_id"] for row in walker.open_items()}
    with office.store.engine.begin() as connection:
        connection.execute(text("update message_row set true_at = '2026-01-01 00:00:00.000000'"))
    assert due.recover_messages(office) == 1
    assert open_item(walker, "Task_CheckObjection")
    assert due.recover_messages(office) == 0


@pytest.mark.req("JC-09")
def test_no_decision_while_a_death_report_is_open(make_office: OfficeMaker) -> None:
    office = make_office()
    walker = walker_at(office, "Task_Confirm")
    walker.command("@report death town_intake")
    confirmer = person(office, "jincheng-town_confirmer-1")
    with pytest.raises(Conflict, match="死亡报告"):
        work.complete(
            office,
            confirmer,
            open_item(walker, "Task_Confirm")["task_id"],
            answer_of(walker, "Task_Confirm", confirmer),
        )
    assert open_item(walker, "Task_Confirm")


def test_login_session_and_logout(any_office: Office) -> None:
    with pytest.raises(Forbidden):
        identity.authenticate(any_office, WANG, "wrong")
    with pytest.raises(Forbidden):
        identity.authenticate(any_office, "nobody", PASSWORD)
    actor = identity.authenticate(any_office, WANG, PASSWORD)
    secret = identity.open_session(any_office, actor)
    assert identity.actor_of_session(any_office, secret) == actor
    with any_office.store.engine.connect() as connection:
        stored = [row.token_hash for row in connection.execute(text("select token_hash from session"))]
    assert secret not in stored
    clock.advance_clock(any_office, None, timedelta(days=30))
    assert identity.actor_of_session(any_office, secret) == actor, "the demo clock never logs anybody out"
    identity.set_password(any_office, actor, login=WANG, password="another-one")
    with pytest.raises(Forbidden):
        identity.actor_of_session(any_office, secret)


def test_people_are_managed_by_administrators_only(make_office: OfficeMaker) -> None:
    office = make_office()
    with pytest.raises(Forbidden):
        identity.create_person(office, person(office, WANG), login="x-1", name="甲", password="long-enough")
    with pytest.raises(Invalid):
        identity.create_person(office, None, login="x-1", name="甲", password="short")
    identity.create_person(office, None, login="x-1", name="甲", password="long-enough")
    with pytest.raises(Conflict):
        identity.create_person(office, None, login="x-1", name="乙", password="long-enough")
    with pytest.raises(Invalid):
        identity.add_membership(office, None, login="x-1", group="emperor@jincheng")
    with pytest.raises(Invalid):
        identity.add_membership(office, None, login="x-1", group="town_intake@jincheng")
    identity.add_membership(office, None, login="x-1", group="town_intake@140502100")
    assert identity.actor_of(office, "x-1").groups == ("town_intake@140502100",)


def test_an_attachment_is_seen_by_its_uploader_then_by_its_case(make_office: OfficeMaker) -> None:
    office = make_office()
    walker = walker_at(office, CHECK)
    wang, zhao = person(office, WANG), person(office, ZHAO)
    number = documents.store_attachment(office, wang, "..\\..\\扫描.png", "image/png", PNG)
    view, data = documents.read_attachment(office, wang, number)
    assert (view.name, data) == ("扫描.png", PNG)
    with pytest.raises(NotFound):
        documents.read_attachment(office, zhao, number)
    bound = walker.rows("select id from attachment where case_no = :case_no")
    assert documents.read_attachment(office, wang, bound[0]["id"])[1] == PNG
    with pytest.raises(NotFound):
        documents.read_attachment(office, zhao, bound[0]["id"])
    for kind, content in (("image/png", b"<html>"), ("text/html", b"<html>"), ("image/png", b"")):
        with pytest.raises(Invalid):
            documents.store_attachment(office, wang, "x", kind, content)


@pytest.mark.req("XT-13")
def test_a_signature_recorded_from_paper_can_be_contradicted(make_office: OfficeMaker) -> None:
    office = make_office()
    walker = walker_at(office, "Task_PlanVisit")
    walker.complete(Line.parse("Task_PlanVisit town_investigator:1 team=1,2,3 leader=1"))
    walker.complete(line_of(walker, "Task_HomeVisit"))
    second = person(office, "jincheng-town_investigator-2")
    first = person(office, "jincheng-town_investigator-3")
    scan = documents.store_attachment(office, second, "签字页.png", "image/png", PNG)
    data = {"findings_own": "", "sign": {"way": "paper", "signer": first.person_id, "scan": [scan]}}
    work.complete(office, second, open_item(walker, "Task_CoSign")["task_id"], data)
    mine = signatures.recorded_for(office, first)
    assert [one.sentence for one in mine] == [f"{first.name}纸质签字，由{second.name}录入"]
    with pytest.raises(Forbidden):
        contests.contest(office, second, mine[0].id, "不是我签的")
    with pytest.raises(Invalid):
        contests.contest(office, first, mine[0].id, " ")
    contests.contest(office, first, mine[0].id, "当天我不在场")
    assert "不认可" in signatures.recorded_for(office, first)[0].sentence
    with pytest.raises(Conflict):
        contests.contest(office, first, mine[0].id, "again")
    timeline = cases.show_case(office, first, walker.case_no).timeline
    assert any("当天我不在场" in line.sentence for line in timeline)
