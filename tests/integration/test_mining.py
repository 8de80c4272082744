"""The event log of finished cases replays on the diagrams in an independent tool (pm4py), without a deviation."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from jiuzhu.domain.event_log import Trace, write_xes
from jiuzhu.engine.reading import read_diagram
from jiuzhu.service import event_logs
from jiuzhu.service.office import Office, system_actor
from tests.conftest import ROOT, OfficeMaker, diagrams
from tests.foreign import FILES
from tests.mining.nets import net_of
from tests.moving import Moving
from tests.process.test_filing_void import RETURN, go, until
from tests.walks import Walker, load_walks

PYTHON = ROOT / ".venv" / "mining" / "bin" / "python"
SCRIPT = ROOT / "tests" / "mining" / "replay.py"
DISTRICTS = ("jincheng", "xintai")


def finished(office: Office) -> list[Trace]:
    """Return the traces of all cases that have ended."""
    return [
        one for district in DISTRICTS for one in event_logs.traces(office, system_actor(), district, finished_only=True)
    ]


def replayed(traces: Iterable[Trace], path: Path, other: Path) -> Any:
    """Write a log and let pm4py read and replay it."""
    log = path / "log.xes"
    with log.open("w", encoding="utf-8") as out:
        assert write_xes(traces, out, title="finished cases") > 0
    done = subprocess.run(
        [str(PYTHON), str(SCRIPT), str(log), str(other)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def nets(path: Path) -> Path:
    """Write the nets of all diagrams."""
    read = [read_diagram(data, name) for name, data in diagrams().items() if name.endswith(".bpmn")]
    path.write_text(json.dumps({process.key: vars(net_of(process)) for process in read}), encoding="utf-8")
    return path


def spoiled(trace: Trace) -> list[Trace]:
    """Return logs that no case can have: a line is missing, two are exchanged, a step was done twice."""
    events = [one for one in trace.events if not one.level]
    at = next(place for place, one in enumerate(events) if one.element_type == "userTask")
    lists = {
        "missing": events[:at] + events[at + 1 :],
        "exchanged": [*events[:at], events[at + 1], events[at], *events[at + 2 :]],
        "twice": events[: at + 2] + events[at:],
    }
    return [replace(trace, number=name, events=tuple(given)) for name, given in lists.items()]


def test_what_finished_cases_went_through_is_what_the_diagrams_say(make_office: OfficeMaker, tmp_path: Path) -> None:
    """A withdrawal that stops everything half-way, a grant in another district with all that is called on the way."""
    office = make_office()
    walks = load_walks()
    for number, walk in enumerate(("J14", "X1"), start=1):
        Walker(office, walks[walk], household=number).run()
    traces = finished(office)
    bad = spoiled(next(one for one in traces if one.attributes["process"] == "xintai_application"))
    answers = replayed([*traces, *bad], tmp_path, nets(tmp_path / "nets.json"))
    wrong = {one["case"]: one for one in answers if one["cost"] or not one["reached"]}
    assert {case: one for case, one in wrong.items() if case not in ("missing", "exchanged", "twice")} == {}
    assert set(wrong) == {"missing", "exchanged", "twice"}
    assert {"jincheng_application", "xintai_application", "shared_filing"} <= {one["process"] for one in answers}
    assert sum(one["events"] for one in answers) > 300


def test_a_plain_diagram_is_read_by_pm4py_itself(make_office: OfficeMaker, tmp_path: Path) -> None:
    office = make_office()
    moving = Moving(office)
    diagram = FILES / "jincheng_petition.bpmn"
    moving.deploy(diagram.read_bytes())
    for number in moving.start(3):
        moving.complete(number)
    traces = [one for one in finished(office) if one.attributes["process"] == "jincheng_petition"]
    found = replayed(traces, tmp_path, diagram)
    assert set(found["tasks"]) == {"答复来访", "立案编号"}
    assert found["traces"] == [{"events": 2, "fitness": 1.0}] * 3


def test_a_filing_that_became_void_replays(make_office: OfficeMaker, tmp_path: Path) -> None:
    """The event sub-process that takes the two channels away has its place in the net, and only once."""
    office = make_office()
    able = [name for name, topic in office.topics.items() if topic.errand is not None and name != "external_sync"]
    go(until(office, "N2", "Task_PreparePackage", topics=able), "@report withdrawal village_officer", RETURN)
    (void,) = [
        one
        for one in event_logs.traces(office, system_actor(), "ninghe", finished_only=True)
        if one.attributes["process"] == "shared_filing_two_channels"
    ]
    at = next(place for place, one in enumerate(void.events) if one.element_type == "startEvent" and place > 2)
    twice = replace(void, number="twice", events=(*void.events, *void.events[at:]))
    answers = replayed([void, twice], tmp_path, nets(tmp_path / "nets.json"))
    assert {one["case"]: one["cost"] > 0 for one in answers} == {void.number: False, "twice": True}
