"""Trying a diagram that is not deployed: what is wrong with it is walked into and named, a good one is silent."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.errors import DeploymentRefused, Invalid
from jiuzhu.service import identity, simulating, tryout_office
from jiuzhu.simulate.tryout.hands import Hands
from jiuzhu.simulate.tryout.place import throw_away
from jiuzhu.simulate.tryout.trying import Wanted, try_out
from tests.conftest import DAY, ROOT

FILE = ROOT / "bpmn" / "shared" / "shared_adhoc_task.bpmn"
SOURCE = FILE.read_text(encoding="utf-8")
KEY = "shared_adhoc_task"


def changed(*pairs: tuple[str, str]) -> dict[str, bytes]:
    text = SOURCE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return {FILE.name: text.encode()}


def without_flow(name: str) -> dict[str, bytes]:
    text = re.sub(rf'\s*<bpmn:sequenceFlow id="{name}"[^>]*/>', "", SOURCE)
    text = re.sub(rf"\s*<bpmn:(incoming|outgoing)>{name}</bpmn:\1>", "", text)
    text = re.sub(rf'\s*<bpmndi:BPMNEdge id="[^"]*" bpmnElement="{name}">.*?</bpmndi:BPMNEdge>', "", text, flags=re.S)
    assert name not in text
    return {FILE.name: text.encode()}


def tried(
    prepared: Path, files: Mapping[str, bytes], *, cases: int = 0, steps: int = 60, district: str = "jincheng"
) -> dict[str, Any]:
    wanted = Wanted(district=district, day=date.fromisoformat(DAY), cases=cases, steps=steps)
    return try_out(prepared, files, ROOT, wanted)


def faults(report: Mapping[str, Any], kind: str) -> list[tuple[str, str]]:
    return [(one["element_id"], one["message"]) for one in report["faults"] if one["kind"] == kind]


def test_a_good_diagram_is_silent_and_walked_along_every_flow(prepared_database: Path) -> None:
    report = tried(prepared_database, changed(), cases=2)
    assert report["faults"] == []
    assert report["stopped"] == ""
    assert {one["id"] for one in report["flows"] if not one["count"] or one["assumed"]} == set()
    assert report["ends"] == {"已办结": 2}
    assert [one["trail"] for one in report["ways"]] == [(), ("“验收办理结果”是否认可：退回重办",)]
    month = report["month"]
    assert (month["begun"], month["ended"], month["missed"], month["troubles"]) == (2, 2, [], {})
    assert month["limits"] >= 4


def test_a_dead_end_is_named_where_the_case_vanishes(prepared_database: Path) -> None:
    report = tried(prepared_database, without_flow("Flow_AcceptAdhoc_AdhocAccepted"))
    ((element, message),) = faults(report, "dead-end")
    assert element == "Task_AcceptAdhoc"
    assert "没有到结束事件" in message
    assert {"Flow_AdhocAccepted_AdhocDone", "Flow_AdhocAccepted_Do"} == {one for one, _ in faults(report, "unreached")}


def test_a_join_that_waits_for_ever_is_a_deadlock(prepared_database: Path) -> None:
    gateway = '<bpmn:exclusiveGateway id="Merge_Do">'
    end = "<bpmn:outgoing>Flow_MergeDo_DoAdhoc</bpmn:outgoing>\n    </bpmn:exclusiveGateway>"
    files = changed((gateway, gateway.replace("exclusive", "parallel")), (end, end.replace("exclusive", "parallel")))
    report = tried(prepared_database, files)
    assert [one for one, _ in faults(report, "deadlock")] == ["Merge_Do"]
    assert report["ways"] == []


def test_a_loop_that_nobody_can_leave_is_named_with_its_steps(prepared_database: Path) -> None:
    report = tried(
        prepared_database,
        changed(("${adhoc_accepted == false}", "${adhoc_accepted == false || adhoc_accepted == true}")),
    )
    ((element, message),) = faults(report, "loop")
    assert element == "Task_DoAdhoc"
    assert "“办理交办事项”、“验收办理结果”" in message
    assert [one for one, _ in faults(report, "unreached")] == ["Flow_AdhocAccepted_AdhocDone"]


def test_a_condition_that_is_never_true_is_told_with_the_values_that_there_were(prepared_database: Path) -> None:
    report = tried(prepared_database, changed(("${adhoc_accepted == false}", "${district == 'nowhere'}")))
    ((element, message),) = faults(report, "unreached")
    assert element == "Flow_AdhocAccepted_Do"
    assert "district == 'nowhere'" in message
    assert '"jincheng"' in message


def test_a_limit_that_the_usual_pace_misses_is_told_with_days(prepared_database: Path) -> None:
    report = tried(
        prepared_database, changed(('camunda:dueDate="${due_simple}"', 'camunda:dueDate="2026-09-16T10:00:00+08:00"')),
        cases=2,
    )  # fmt: skip
    ((element, message),) = faults(report, "limit")
    assert element == "Task_AcceptAdhoc"
    assert "2 次中有 2 次会超过期限" in message
    (missed,) = report["month"]["missed"]
    assert missed["most_days"] >= missed["median_days"] > 0


def test_nobody_waits_for_a_timer_on_the_day_that_means_no_limit(prepared_database: Path) -> None:
    late = "${due_adhoc}</bpmn:timeDate>"
    report = tried(prepared_database, changed((late, "9999-12-31T00:00:00+08:00</bpmn:timeDate>")))
    assert {one["kind"] for one in report["faults"]} == {"unreached"}
    ((flow, message),) = faults(report, "unreached")
    assert flow == "Flow_AdhocLate_ServiceAdhocLate"
    assert "没有等到它到期" in message
    assert {way["end_name"] for way in report["ways"]} == {"已办结"}


def test_what_ends_on_a_way_that_was_not_taken_again_is_no_loop(prepared_database: Path) -> None:
    """綦江: 22 towns run beside the roll-out, and the search stops when all its own flows are walked."""
    file = ROOT / "bpmn" / "qijiang" / "qijiang_rollout.bpmn"
    report = tried(prepared_database, {file.name: file.read_bytes()}, district="qijiang")
    assert (report["faults"], report["stopped"]) == ([], "")
    assert {one["id"] for one in report["flows"] if not one["count"]} == set()
    assert {way["end_id"] for way in report["ways"]} == {"End_Stopped", "End_FullyDevolved"}


def test_nobody_applies_where_nobody_lives(prepared_database: Path) -> None:
    """綦江 has towns of which the demo knows no village."""
    file = ROOT / "bpmn" / "qijiang" / "qijiang_application.bpmn"
    files, day = {file.name: file.read_bytes()}, date.fromisoformat(DAY)
    with throw_away(prepared_database, files, root=ROOT, district="qijiang", day=day) as place:
        root = tryout_office.root_of(place.office, place.key, place.district)
        assert root is not None
        actors = {one: identity.actor_of(place.office, one) for one in place.logins if "-town_intake-" in one}
        empty = [one for one, actor in actors.items() if not simulating.villages_of(place.office, actor)]
        assert empty
        hands = Hands(place, random.Random("1"))
        assert hands.places(root)
        assert not set(hands.places(root)) & set(empty)
        deed = hands.begin(root, None, empty[0])
        assert not deed.done
        assert "没有村（居）" in deed.said


def test_a_trial_that_never_began_says_why(prepared_database: Path) -> None:
    """宁河's readiness ends with the authority that its towns have already."""
    file = ROOT / "bpmn" / "ninghe" / "ninghe_readiness.bpmn"
    report = tried(prepared_database, {file.name: file.read_bytes()}, district="ninghe")
    ((flow, message),) = faults(report, "unreached")
    assert flow == "Flow_Readiness_Open"
    assert message.startswith("试走没有开始：")
    assert "已经生效，不用再办" in message


def test_what_cannot_run_at_all_is_refused_with_findings(prepared_database: Path) -> None:
    with pytest.raises(DeploymentRefused):
        tried(prepared_database, changed(('camunda:topic="case_open"', 'camunda:topic="case_opne"')))
    with pytest.raises(Invalid, match="没有流程图"):
        tried(prepared_database, {"a.form": b"{}"})


def test_the_same_seed_gives_the_same_report_in_another_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from jiuzhu.cli import main; main()", "simulate", str(FILE), "--json"]
    command += ["--cases", "2", "--seed", "7"]
    said = []
    for number in ("1", "20240131"):
        environment = {**os.environ, "PYTHONHASHSEED": number, "JIUZHU_HOME": str(tmp_path / number)}
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        said.append(json.loads(done.stdout))
    assert said[0] == said[1]
    assert not (tmp_path / "1").exists(), "the office's own folder is not touched"
