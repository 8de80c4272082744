"""Workers that others wrote, unchanged, as processes of their own: each completes, fails, tries again and reports a
BPMN error at our door, beside our own runner.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.domain.topics import Name, Topic, TopicContract
from jiuzhu.runner import Runner
from jiuzhu.service import cases, deployment, identity, inbox, incidents
from jiuzhu.service.office import Office
from tests.camunda_door import served
from tests.conftest import PASSWORD, ROOT, OfficeMaker

CLIENTS = ROOT / "tests" / "clients"
FILES = ROOT / "tests" / "data" / "modeler"
TOPIC = "foreign_try"
CLERK, WORKER = "jincheng-town_intake-1", "jincheng-external_worker-1"
COMMANDS: Mapping[str, list[str]] = {
    "camunda-external-task-client-js": ["node", "worker.mjs"],
    "camunda-external-task-client-python3": [sys.executable, "py3_worker.py"],
    "operaton-tasks": [sys.executable, "operaton_worker.py"],
    "pycamunda": [sys.executable, "pycamunda_worker.py"],
}
SECONDS = 60.0
TRY = """<bpmn:serviceTask id="Service_Try" name="请外部程序办理" camunda:type="external" camunda:topic="foreign_try">
      <bpmn:incoming>Flow_Open_Try</bpmn:incoming>
      <bpmn:outgoing>Flow_Open_Reply</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:boundaryEvent id="Catch_NotFound" name="查无此人" attachedToRef="Service_Try">
      <bpmn:outgoing>Flow_Caught</bpmn:outgoing>
      <bpmn:errorEventDefinition id="Catch_NotFound_def" errorRef="Error_NotFound" />
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="Flow_Caught" sourceRef="Catch_NotFound" targetRef="Task_Missing" />
    <bpmn:userTask id="Task_Missing" name="查明来访人" camunda:formRef="petition_reply"
      camunda:formRefBinding="deployment" camunda:candidateGroups="town_intake@${intake_town}"
      camunda:dueDate="${due_simple}">
      <bpmn:incoming>Flow_Caught</bpmn:incoming>
      <bpmn:outgoing>Flow_Missing_End</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="Flow_Missing_End" sourceRef="Task_Missing" targetRef="End_Missing" />
    <bpmn:endEvent id="End_Missing" name="已查明">
      <bpmn:incoming>Flow_Missing_End</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="Flow_Open_Try" sourceRef="Service_Open" targetRef="Service_Try" />
    """


def diagram() -> bytes:
    """Return the petition with one errand more, which may report that somebody was not found."""
    text = (FILES / "jincheng_petition.bpmn").read_text(encoding="utf-8")
    text = text.replace(
        "<bpmn:outgoing>Flow_Open_Reply</bpmn:outgoing>", "<bpmn:outgoing>Flow_Open_Try</bpmn:outgoing>"
    )
    flow = '<bpmn:sequenceFlow id="Flow_Open_Reply" sourceRef="Service_Open"'
    assert flow in text
    text = text.replace(flow, TRY + flow.replace("Service_Open", "Service_Try"))
    error = '<bpmn:error id="Error_NotFound" name="查无此人" errorCode="NOT_FOUND" />\n  <bpmn:process'
    return text.replace("<bpmn:process", error, 1).encode()


class Try:
    """An office with four cases before an errand, one for each thing a worker can do."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.brought: dict[str, Any] = {}
        contract = TopicContract(
            topic=TOPIC,
            label="请外部程序办理",
            kind="errand",
            doc="试验用。",
            inputs=(Name(name="programme", type="string", label="救助类别", required=False),),
            prefixes=("typed_",),
            errors=("NOT_FOUND",),
        )

        def book(call: Any, outputs: Any) -> dict[str, Any]:
            self.brought[call.case_no] = dict(outputs)
            return {}

        office.topics = {**office.topics, TOPIC: Topic(contract=contract, book=book)}
        files = {"jincheng_petition.bpmn": diagram()}
        files |= {name: (FILES / name).read_bytes() for name in ("petition_entry.form", "petition_reply.form")}
        designer = identity.actor_of(office, "jincheng-process_designer-1")
        deployment.deploy(office, designer, name="试验", resources=files, source="tests")
        self.clerk = identity.actor_of(office, CLERK)
        self.cases = {what: self._start() for what in ("complete", "fail", "retry", "error")}

    def _start(self) -> str:
        entry = {"programme": "dibao", "applicant_name": "来访人甲", "petition_text": "询问办理进度。"}
        return cases.start_case(self.office, self.clerk, "jincheng_petition", entry).case_no

    def open_at(self, what: str) -> set[str]:
        """Return the elements at which a case waits for people."""
        found = inbox.list_items(self.office, self.clerk, view="group", text=self.cases[what]).items
        return {one.element_id for one in found}

    @property
    def incidents(self) -> list[str]:
        """The messages of open incidents."""
        admin = identity.actor_of(self.office, "jincheng-county_admin-1")
        return [f"{one.case_no} {one.message}" for one in incidents.list_incidents(self.office, admin)]

    @property
    def done(self) -> bool:
        """True when a worker has done all four."""
        there = self.open_at("complete"), self.open_at("retry"), self.open_at("error")
        return there == ({"Task_Reply"}, {"Task_Reply"}, {"Task_Missing"}) and bool(self.incidents)


@contextmanager
def at_work(client: str, url: str, plan: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a foreign worker."""
    given = {"ENGINE_REST": url, "WORKER": WORKER, "PASSWORD": PASSWORD, "TOPIC": TOPIC, "PLAN": json.dumps(plan)}
    with log.open("wb") as out:
        worker = subprocess.Popen(
            COMMANDS[client], cwd=CLIENTS, env={**os.environ, **given}, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield worker
        finally:
            worker.terminate()
            worker.wait(20)


@pytest.mark.parametrize("client", list(COMMANDS))
def test_a_foreign_worker_does_all_that_workers_do(make_office: OfficeMaker, client: str, tmp_path: Path) -> None:
    office = make_office()
    attempt = Try(office)
    assert Runner(office).drain() == 0, "our own runner has no hands for this topic and leaves it alone"
    plan = {number: what for what, number in attempt.cases.items()}
    log = tmp_path / "worker.log"
    with (
        served(office, threads=4) as (host, port),
        at_work(client, f"http://{host}:{port}/engine-rest", plan, log) as worker,
    ):
        until = time.monotonic() + SECONDS
        while not attempt.done:
            said = log.read_text("utf-8", "replace")[-3000:]
            assert time.monotonic() < until, said
            assert worker.poll() is None, said
            time.sleep(0.2)
    mark = "没有应答"
    assert [mark in one and attempt.cases["fail"] in one for one in attempt.incidents] == [True]
    brought = attempt.brought[attempt.cases["complete"]]
    assert (brought["typed_whole"], brought["typed_yes"], brought["typed_json"]) == (42, True, {"a": [1, 2]})
    assert brought["typed_text"]
    assert set(attempt.brought) == {attempt.cases["complete"], attempt.cases["retry"]}
