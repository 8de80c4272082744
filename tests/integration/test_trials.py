"""试运行: started and worked by its deployer alone, and nothing of it is seen, sent, counted or left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.topics import Topic, TopicContract
from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound
from jiuzhu.service import (
    cases,
    deployment,
    documents,
    due,
    event_logs,
    external_tasks,
    inbox,
    jobs,
    refusals,
    releasing,
    trial_desk,
    work,
)
from jiuzhu.service.office import Office
from jiuzhu.store.tables import metadata
from tests.conftest import OfficeMaker
from tests.foreign import FILES, TOPIC, diagram
from tests.integration.people import WALKS, person, walker_at
from tests.integration.test_deployment import DESIGNER, diagrams
from tests.walks import Line, Walker

KEY = "jincheng_petition"
CLERK = "jincheng-town_intake-1"
ENTRY = {"programme": "dibao", "applicant_name": "来访人甲", "petition_text": "询问办理进度。"}


@pytest.fixture
def house(make_office: OfficeMaker) -> Office:
    return make_office(deployment={"second_person": True}, topics={TOPIC: FOREIGN})


FOREIGN = Topic(
    contract=TopicContract(topic=TOPIC, label="请外部程序办理", kind="errand", doc="试验用。", errors=("NOT_FOUND",))
)
OURS = {
    "case_instance", "submission", "audit", "passage", "work_item", "waiting", "signature", "attachment", "series",
    "bundle", "trial_row", "office_audit", "draft",
}  # fmt: skip
"""Tables that a trial may leave rows in: none of the record's."""
WISHES = {
    "materials_state": "complete",
    "intake_result": "accepted",
    "decision": "granted",
    "appraisal_conclusion": "pass",
}


def petition(office: Office) -> str:
    """Deploy the petition with one foreign errand; returns the definition's id."""
    files = {"jincheng_petition.bpmn": diagram()}
    files |= {name: (FILES / name).read_bytes() for name in ("petition_entry.form", "petition_reply.form")}
    made = deployment.deploy(office, person(office, DESIGNER), "petition", files, "Modeler")
    assert made.state == "waiting"
    return next(one.id for one in made.definitions if one.kind == "process")


def counts(office: Office) -> dict[str, int]:
    """How many rows each table holds."""
    with office.store.engine.connect() as connection:
        names = sorted(metadata.tables)
        return {name: connection.execute(text(f'select count(*) from "{name}"')).scalar_one() for name in names}


def grown(office: Office, before: Mapping[str, int]) -> set[str]:
    """Which tables hold more than before."""
    return {name for name, count in counts(office).items() if count > before.get(name, 0)}


def mine(office: Office, actor: Actor) -> list[inbox.InboxItem]:
    return list(inbox.list_items(office, actor, view="mine").items)


def test_only_the_deployer_starts_it_and_nobody_else_sees_it(house: Office) -> None:
    definition = petition(house)
    designer, clerk = person(house, DESIGNER), person(house, CLERK)
    for stranger in (clerk, person(house, "jincheng-county_leader-1")):
        with pytest.raises(Forbidden, match="只有部署人可以试运行") as refused:
            trial_desk.start(house, stranger, definition, ENTRY)
        assert refused.value.rule == "R-27"
    with pytest.raises(Forbidden):  # by its key it is not there
        cases.start_case(house, clerk, KEY, ENTRY)
    assert KEY not in {one.key for one in cases.startable(house, clerk)}
    started = trial_desk.start(house, designer, definition, ENTRY)
    assert started.case_no.startswith("试运行-")
    head = cases.show_case(house, designer, started.case_no).head
    assert (head.is_trial, head.opened_by_name) == (True, designer.name)
    assert [one.is_trial for one in cases.list_cases(house, designer, everything=True).cases] == [True]
    for stranger in (clerk, person(house, "jincheng-town_head-1"), person(house, "jincheng-county_office-1")):
        assert cases.list_cases(house, stranger, everything=True).cases == ()
        with pytest.raises(NotFound):
            cases.show_case(house, stranger, started.case_no)
    assert cases.show_case(house, person(house, "jincheng-county_leader-1"), started.case_no).head.is_trial
    assert {row["act"] for row in refusals.list_refusals(house, person(house, "jincheng-county_admin-1"))} >= {"start"}
    assert list(event_logs.traces(house, person(house, "jincheng-county_office-1"), "jincheng")) == []


def test_errands_are_held_for_the_deployers_answer(house: Office) -> None:
    designer = person(house, DESIGNER)
    started = trial_desk.start(house, designer, petition(house), ENTRY)
    assert jobs.take_jobs(house, "runner", limit=5) == []
    worker = person(house, "jincheng-external_worker-1")
    assert external_tasks.count_tasks(house, worker, external_tasks.Filter()) == 0
    held = trial_desk.show(house, designer, started.case_no).errands
    assert [(one.topic, one.simulated) for one in held] == [("foreign_try", False)]
    with pytest.raises(Conflict):
        trial_desk.rehearse(house, designer, held[0].id)
    with pytest.raises(Forbidden):
        trial_desk.answer(house, person(house, "jincheng-county_leader-1"), held[0].id, {})
    trial_desk.answer(house, designer, held[0].id, {}, "NOT_FOUND")
    items = mine(house, designer)
    assert [one.element_id for one in items] == ["Task_Missing"]
    assert inbox.list_items(house, person(house, CLERK), view="group").items == ()
    with pytest.raises(Conflict):
        inbox.release(house, designer, items[0].id)
    with pytest.raises(Forbidden):
        work.complete(house, person(house, CLERK), items[0].id, {"reply_text": "已当面答复。"})
    assert work.open_item(house, designer, items[0].id).may_complete
    work.complete(house, designer, items[0].id, {"reply_text": "已当面答复。"})
    assert cases.show_case(house, designer, started.case_no).head.ended_at is not None


def test_deleted_it_leaves_nothing_but_a_line_of_the_log(any_office_maker: OfficeMaker) -> None:
    house = any_office_maker(deployment={"second_person": True})
    house.topics = {**house.topics, TOPIC: FOREIGN}
    designer = person(house, DESIGNER)
    definition = petition(house)
    before = counts(house)
    started = trial_desk.start(house, designer, definition)
    assert grown(house, before) >= {"case_instance", "submission", "audit"}
    with pytest.raises(Forbidden):
        trial_desk.delete(house, person(house, "jincheng-county_leader-1"), started.case_no)
    trial_desk.delete(house, designer, started.case_no)
    left = grown(house, before)
    assert left <= {"office_audit", "series", "bundle", "refusal", "attachment"}, left
    with pytest.raises(NotFound):
        cases.show_case(house, designer, started.case_no)


def test_a_released_version_starts_for_everybody_and_real_cases_are_not_deleted(house: Office) -> None:
    definition = petition(house)
    designer, clerk = person(house, DESIGNER), person(house, CLERK)
    with house.store.reading() as tx:
        number = tx.connection.execute(text("select deployment from definition where id = :id"), {"id": definition})
        made = str(number.scalar_one())
    tried = trial_desk.start(house, designer, definition, ENTRY)
    releasing.release(house, person(house, "jincheng-county_leader-1"), made)
    real = trial_desk.start(house, clerk, definition, ENTRY)
    assert not real.case_no.startswith("试运行")
    assert cases.show_case(house, designer, tried.case_no).head.is_trial  # stays what it was
    with pytest.raises(Forbidden):
        trial_desk.delete(house, designer, real.case_no)
    again = petition_again(house)
    releasing.release(house, person(house, "jincheng-county_leader-1"), again)
    with pytest.raises(Invalid, match="停止受理"):
        trial_desk.start(house, clerk, definition, ENTRY)


def petition_again(office: Office) -> str:
    files = {"jincheng_petition.bpmn": diagram().replace("请外部程序办理".encode(), "请外部程序再办".encode())}
    files |= {name: (FILES / name).read_bytes() for name in ("petition_entry.form", "petition_reply.form")}
    return deployment.deploy(office, person(office, DESIGNER), "petition", files, "Modeler").id


class Rehearsal(Walker):
    """A walk of the district's main procedure as its deployer alone plays it."""

    def __init__(self, office: Office, definition: str) -> None:
        super().__init__(office, WALKS["J1"], household=1)
        self.definition = definition

    def actor(self, role: str, number: int = 1) -> Actor:
        return person(self.office, DESIGNER)

    def hand_in(self, actor: Actor, data: Mapping[str, Any]) -> str:
        return trial_desk.start(self.office, actor, self.definition, data).case_no

    def settle(self) -> None:
        me = self.actor("")
        self.runner.drain()
        due.fire_due(self.office)
        while self.case_no and (held := trial_desk.show(self.office, me, self.case_no).errands):
            trial_desk.rehearse(self.office, me, held[0].id)


def test_an_application_is_tried_from_beginning_to_end_without_a_trace_in_the_record(house: Office) -> None:
    designer = person(house, DESIGNER)
    name = "jincheng/jincheng_application.bpmn"
    files = {name: diagrams()[name].replace("提出审核意见".encode(), "提出意见".encode())}
    made = deployment.deploy(house, designer, "application", files, "Modeler")
    before = counts(house)
    walk = Rehearsal(house, made.definitions[0].id)
    real_series = {str(row["name"]) for row in walk.rows("select name from series")}
    walk.start()
    for text_ in walk.walk["order"]:
        if text_.startswith("@"):
            walk.command(text_)
        else:
            walk.complete(Line.parse(text_))
    shown = cases.show_case(house, designer, walk.case_no)
    assert shown.head.ended_at is not None
    assert walk.rows("select end_event from case_instance where record_no = :case_no")[0]["end_event"] == "End_Granted"
    assert {"审核确认表", "公示单"} <= {one.title for one in shown.documents}
    assert all(one.id.startswith("试运行-") for one in shown.documents)
    assert documents.document_html(house, designer, shown.documents[0].id).case_no == walk.case_no
    with pytest.raises(NotFound):
        documents.document_html(house, person(house, CLERK), shown.documents[0].id)
    assert shown.payments, "an order of the next month stands in the sandbox"
    # Not one row of the record, no number of a real series, nothing in the folder of what was sent.
    assert grown(house, before) <= OURS, grown(house, before) - OURS
    series = {str(row["name"]) for row in walk.rows("select name from series")}
    assert {one for one in series if not one.startswith(("trial:", "试运行"))} <= real_series
    assert not [path for path in (house.settings.home / "outbox").rglob("*") if path.is_file()]
    assert [path for path in (house.settings.home / "outbox-trial").rglob("*") if path.is_file()]
    trial_desk.delete(house, designer, walk.case_no)
    assert counts(house)["trial_row"] == 0
    assert {
        name for name in grown(house, before) if name not in {"series", "bundle", "office_audit", "attachment"}
    } == set()


def test_a_trial_is_about_no_real_household(house: Office) -> None:
    designer = person(house, DESIGNER)
    real = walker_at(house, "Task_CheckMaterials").case_no
    name = "shared/shared_case_report.bpmn"
    changed = diagrams()[name].replace(b"</bpmn:documentation>", b" </bpmn:documentation>", 1)
    made = deployment.deploy(house, designer, "report", {name: changed}, "Modeler")
    assert made.state == "waiting"
    with pytest.raises(Invalid, match="从一件试运行的案件里启动"):
        cases.start_form(house, designer, "shared_case_report", real, definition=made.definitions[0].id)
    with pytest.raises(Invalid, match="从一件试运行的案件里启动"):
        trial_desk.start(house, designer, made.definitions[0].id, {"event_kind": "death"})
