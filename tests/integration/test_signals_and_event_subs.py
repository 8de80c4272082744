"""Event sub-processes and signals through the real office: what an interruption takes away is gone from every table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from jiuzhu.domain.topics import Topic, TopicContract
from jiuzhu.engine.findings import Finding
from jiuzhu.errors import Conflict, DeploymentRefused, NotFound
from jiuzhu.service import cases, deployment, due, identity, inbox, incidents, jobs, messages, work
from jiuzhu.service.clock import advance_clock
from jiuzhu.service.office import Office, system_actor
from tests.camunda_door import Client, done, served
from tests.conftest import ROOT, OfficeMaker

FILES = ROOT / "tests" / "data" / "modeler"
CLERK = "jincheng-town_intake-1"
GROUPS = 'camunda:candidateGroups="town_intake@${intake_town}" camunda:dueDate="${due_simple}"'
FORM = f'camunda:formRef="petition_reply" camunda:formRefBinding="deployment" {GROUPS}'
REPORT = (
    '<bpmn:extensionElements><camunda:properties><camunda:property name="entryForm" value="petition_reply"/>'
    '<camunda:property name="entryGroups" value="town_intake@${intake_town}"/>'
    '<camunda:property name="entryLabel" value="登记撤回"/></camunda:properties></bpmn:extensionElements>'
)
BESIDE = f"""<bpmn:parallelGateway id="Gateway_Both" name="一边答复一边通知"/>
<bpmn:sequenceFlow id="Flow_Open_Both" sourceRef="Service_Open" targetRef="Gateway_Both"/>
<bpmn:sequenceFlow id="Flow_Both_Notify" sourceRef="Gateway_Both" targetRef="Service_Notify"/>
<bpmn:serviceTask id="Service_Notify" name="通知" camunda:type="external" camunda:topic="notify_try"/>
<bpmn:sequenceFlow id="Flow_Notify_End" sourceRef="Service_Notify" targetRef="End_Notified"/>
<bpmn:endEvent id="End_Notified" name="已通知"/>
<bpmn:boundaryEvent id="Catch_Late" name="答复超期" attachedToRef="Task_Reply" cancelActivity="false">
  <bpmn:timerEventDefinition id="Late_def"><bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition>
</bpmn:boundaryEvent>
<bpmn:sequenceFlow id="Flow_Late_End" sourceRef="Catch_Late" targetRef="End_Late"/>
<bpmn:endEvent id="End_Late" name="已提醒"/>
<bpmn:subProcess id="Sub_Withdrawn" name="撤回" triggeredByEvent="true">
  <bpmn:startEvent id="Start_Withdrawn" name="来访人撤回">{REPORT}
    <bpmn:messageEventDefinition id="Withdrawn_def" messageRef="Message_Withdrawn"/></bpmn:startEvent>
  <bpmn:userTask id="Task_Archive" name="登记撤回" {FORM}/>
  <bpmn:endEvent id="End_Withdrawn" name="已撤回"/>
  <bpmn:sequenceFlow id="Flow_W1" sourceRef="Start_Withdrawn" targetRef="Task_Archive"/>
  <bpmn:sequenceFlow id="Flow_W2" sourceRef="Task_Archive" targetRef="End_Withdrawn"/>
</bpmn:subProcess>
<bpmn:subProcess id="Sub_Slow" name="久拖不答" triggeredByEvent="true">
  <bpmn:startEvent id="Start_Slow" name="满三十天" isInterrupting="false">
    <bpmn:timerEventDefinition id="Slow_def"><bpmn:timeDuration>P30D</bpmn:timeDuration></bpmn:timerEventDefinition>
  </bpmn:startEvent>
  <bpmn:userTask id="Task_Urge" name="催办" {FORM}/>
  <bpmn:endEvent id="End_Urged" name="已催办"/>
  <bpmn:sequenceFlow id="Flow_S1" sourceRef="Start_Slow" targetRef="Task_Urge"/>
  <bpmn:sequenceFlow id="Flow_S2" sourceRef="Task_Urge" targetRef="End_Urged"/>
</bpmn:subProcess>
<bpmn:subProcess id="Sub_Closed" name="停止办公" triggeredByEvent="true">
  <bpmn:startEvent id="Start_Closed" name="听到停止办公" isInterrupting="false">
    <bpmn:signalEventDefinition id="Closed_def" signalRef="Signal_Closed"/></bpmn:startEvent>
  <bpmn:userTask id="Task_Tell" name="告知来访人" {FORM}/>
  <bpmn:endEvent id="End_Told" name="已告知"/>
  <bpmn:sequenceFlow id="Flow_C1" sourceRef="Start_Closed" targetRef="Task_Tell"/>
  <bpmn:sequenceFlow id="Flow_C2" sourceRef="Task_Tell" targetRef="End_Told"/>
</bpmn:subProcess>
"""
DECLARED = """<bpmn:message id="Message_Withdrawn" name="petition.withdrawn"/>
<bpmn:signal id="Signal_Closed" name="office.closed"/><bpmn:process"""
UNLIMITED = "{&quot;due_simple&quot;: &quot;9999-12-31T00:00:00+08:00&quot;}"
THROWN = '<bpmn:signalEventDefinition id="Thrown_def" signalRef="Signal_Closed"/>'


def petition(key: str = "jincheng_petition") -> bytes:
    """Return the petition with an errand beside its reply, a reminder and three event sub-processes."""
    written = (FILES / "jincheng_petition.bpmn").read_text(encoding="utf-8").replace("jincheng_petition", key)
    flow = '<bpmn:sequenceFlow id="Flow_Open_Reply" sourceRef="Service_Open"'
    assert flow in written
    written = written.replace(flow, BESIDE + flow.replace("Service_Open", "Gateway_Both"))
    # An event sub-process may begin before anything has set a limit.
    written = written.replace('value="{}"', f'value="{UNLIMITED}"')
    for name in ("incoming", "outgoing"):
        # The tags only repeat the flows.
        written = written.replace(f"<bpmn:{name}>Flow_Open_Reply</bpmn:{name}>", "")
    return written.replace("<bpmn:process", DECLARED, 1).encode()


def closing() -> bytes:
    """Return a petition whose reply closes the office: its end event throws the signal."""
    written = (FILES / "jincheng_petition.bpmn").read_text(encoding="utf-8")
    written = written.replace("jincheng_petition", "jincheng_closing")
    written = written.replace("<bpmn:incoming>Flow_Reply_End</bpmn:incoming>", THROWN)
    return written.replace("<bpmn:process", DECLARED, 1).encode()


class Desk:
    """An office with both diagrams deployed, and its clerk."""

    def __init__(self, office: Office) -> None:
        self.office = office
        contract = TopicContract(topic="notify_try", label="通知", kind="errand", doc="试验用。")
        office.topics = {**office.topics, "notify_try": Topic(contract=contract)}
        forms = {name: (FILES / name).read_bytes() for name in ("petition_entry.form", "petition_reply.form")}
        files = {"jincheng_petition.bpmn": petition(), "jincheng_closing.bpmn": closing(), **forms}
        designer = identity.actor_of(office, "jincheng-process_designer-1")
        deployment.deploy(office, designer, name="试验", resources=files, source="tests")
        self.clerk = identity.actor_of(office, CLERK)

    def start(self, key: str = "jincheng_petition") -> str:
        entry = {"programme": "dibao", "applicant_name": "来访人甲", "petition_text": "询问办理进度。"}
        return cases.start_case(self.office, self.clerk, key, entry).case_no

    def items(self, number: str) -> list[str]:
        found = inbox.list_items(self.office, self.clerk, view="group", text=number).items
        return sorted(one.element_id for one in found)

    def waits(self, number: str) -> list[tuple[str, str]]:
        with self.office.store.engine.connect() as connection:
            rows = connection.execute(text("select kind, element_id from waiting where case_no = :n"), {"n": number})
            return sorted((row.kind, row.element_id) for row in rows)

    def complete(self, number: str, element: str) -> None:
        found = inbox.list_items(self.office, self.clerk, view="group", text=number).items
        task = next(one.id for one in found if one.element_id == element)
        work.complete(self.office, self.clerk, task, {"reply_text": "已经答复。"})

    def ended(self, number: str) -> str | None:
        query = text("select end_event, ended_at from case_instance where case_no = :n")
        with self.office.store.engine.connect() as connection:
            row = connection.execute(query, {"n": number}).one()
        return row.end_event if row.ended_at is not None else None


@pytest.fixture
def desk(make_office: OfficeMaker) -> Desk:
    return Desk(make_office())


STANDING = [("message", "Start_Withdrawn"), ("signal", "Start_Closed"), ("timer", "Start_Slow")]


def test_a_withdrawal_takes_item_errand_timers_and_subscriptions_away_in_one_step(desk: Desk) -> None:
    number, other = desk.start(), desk.start()
    assert desk.items(number) == ["Task_Reply"]
    assert desk.waits(number) == sorted([("job", "Service_Notify"), ("timer", "Catch_Late"), *STANDING])
    receipt = messages.send_message(
        desk.office, desk.clerk, number, "petition.withdrawn", {"reply_text": "来访人不再要求答复。"}
    )
    assert receipt.delivered
    assert desk.items(number) == ["Task_Archive"]
    assert desk.waits(number) == []
    assert desk.waits(other) == sorted([("job", "Service_Notify"), ("timer", "Catch_Late"), *STANDING])
    desk.complete(number, "Task_Archive")
    assert desk.ended(number) == "End_Withdrawn", "it is how the case ended"
    assert desk.ended(other) is None
    assert desk.items(other) == ["Task_Reply"]


def test_a_job_that_a_worker_holds_is_gone_with_the_interruption(desk: Desk) -> None:
    number = desk.start()
    (job,) = jobs.take_jobs(desk.office, owner="worker-1", topics=["notify_try"], limit=5, lease=timedelta(minutes=5))
    messages.send_message(desk.office, desk.clerk, number, "petition.withdrawn", {"reply_text": "撤回。"})
    with pytest.raises((NotFound, Conflict)):
        jobs.finish_job(desk.office, "worker-1", job.id, {})
    assert desk.items(number) == ["Task_Archive"]
    assert not incidents.list_incidents(desk.office, system_actor())


def test_a_timer_opens_one_beside_the_reply_and_the_case_waits_for_both(desk: Desk) -> None:
    number = desk.start()
    advance_clock(desk.office, system_actor(), timedelta(days=31))
    due.fire_due(desk.office)
    assert desk.items(number) == ["Task_Reply", "Task_Urge"]
    assert desk.waits(number) == sorted([("job", "Service_Notify"), *STANDING[:2]])
    desk.complete(number, "Task_Reply")
    assert desk.ended(number) is None
    desk.complete(number, "Task_Urge")
    assert desk.waits(number) == sorted([("job", "Service_Notify"), *STANDING[:2]])


def test_a_signal_reaches_every_waiting_case_of_the_district_and_nobody_twice(desk: Desk) -> None:
    numbers = [desk.start() for _ in range(3)]
    desk.complete(numbers[2], "Task_Reply")
    messages.send_message(desk.office, desk.clerk, numbers[1], "petition.withdrawn", {"reply_text": "撤回。"})
    closing_case = desk.start("jincheng_closing")
    desk.complete(closing_case, "Task_Reply")
    assert desk.ended(closing_case) == "End_Replied"
    late = desk.start()  # waits only after the throw
    assert desk.items(numbers[0]) == ["Task_Reply"], "heard in a transaction of its own, not in the thrower's click"
    assert due.fire_due(desk.office) == 2
    assert desk.items(numbers[0]) == ["Task_Reply", "Task_Tell"]
    assert desk.items(numbers[1]) == ["Task_Archive"]
    assert desk.items(numbers[2]) == ["Task_Tell"]
    assert desk.items(late) == ["Task_Reply"]
    assert due.fire_due(desk.office) == 0
    assert ("signal", "Start_Closed") in desk.waits(numbers[0])


def test_who_went_another_way_before_hearing_it_hears_nothing(desk: Desk) -> None:
    number = desk.start()
    desk.complete(desk.start("jincheng_closing"), "Task_Reply")
    messages.send_message(desk.office, desk.clerk, number, "petition.withdrawn", {"reply_text": "撤回。"})
    assert due.fire_due(desk.office) == 0
    assert desk.items(number) == ["Task_Archive"]


def test_a_throw_that_is_rolled_back_marks_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from jiuzhu.store import cases as stored

    number, thrower = desk.start(), desk.start("jincheng_closing")

    def broken(*args: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(stored, "keep", broken)
        with pytest.raises(RuntimeError):
            desk.complete(thrower, "Task_Reply")
    assert due.fire_due(desk.office) == 0
    assert desk.items(number) == ["Task_Reply"]
    desk.complete(thrower, "Task_Reply")
    assert due.fire_due(desk.office) == 1


def test_another_district_does_not_hear_it(desk: Desk) -> None:
    number = desk.start()
    with desk.office.store.engine.begin() as connection:
        connection.execute(text("update waiting set district = 'xintai' where case_no = :n"), {"n": number})
    desk.complete(desk.start("jincheng_closing"), "Task_Reply")
    assert due.fire_due(desk.office) == 0
    assert desk.items(number) == ["Task_Reply"]


def test_a_signal_from_outside_is_heard_like_one_from_a_diagram(desk: Desk) -> None:
    number = desk.start()
    with served(desk.office) as address:
        admin = Client(*address, "jincheng-county_admin-1")
        done(admin.send("/signal", {"name": "office.closed", "variables": None}))
        for wrong, status in (({"name": ""}, 400), ({"name": "office.closed", "variables": {"a": {"value": 1}}}, 400)):
            assert admin.send("/signal", wrong).status == status
        assert admin.send("/signal", {"name": "office.closed", "executionId": "x"}).status == 501
        assert Client(*address, CLERK).send("/signal", {"name": "office.closed"}).status == 403
    assert due.fire_due(desk.office) == 1
    assert desk.items(number) == ["Task_Reply", "Task_Tell"]


def test_a_start_by_signal_is_refused_by_name(desk: Desk) -> None:
    begun = b"<bpmn:outgoing>Flow_Start_Open</bpmn:outgoing>"
    data = closing()
    assert begun in data
    files = {"jincheng_closing.bpmn": data.replace(begun, THROWN.replace("Thrown", "Heard").encode())}
    with pytest.raises(DeploymentRefused) as fault:
        deployment.deploy(desk.office, system_actor(), "x", files, "tests")
    (finding,) = fault.value.findings
    assert isinstance(finding, Finding)
    assert (finding.rule, finding.element_id) == ("event.start", "Start_Petition")
    assert "信号" in finding.message
