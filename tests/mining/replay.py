"""Run by the interpreter that has pm4py (``.venv/mining``): replays a log on nets, prints what fits as JSON.

``replay.py LOG.xes NETS.json``: one answer a visit of a process: case, process, level, events, cost of the alignment
(0 = every line of the log has its place, in this order, from the net's beginning to its end).
``replay.py LOG.xes DIAGRAM.bpmn``: pm4py's own reading of a diagram and its own net, replayed with the task names.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pm4py
from pm4py.algo.conformance.alignments.petri_net import algorithm as alignments
from pm4py.objects.log.obj import Event, Trace
from pm4py.objects.petri_net.obj import Marking, PetriNet
from pm4py.objects.petri_net.utils import petri_utils

STEP = 10_000
"""What a move of an alignment costs that is not in both, the log and the net; silent ones cost 1."""


def build(drawn: dict[str, Any], *, killed: bool) -> tuple[PetriNet, Marking, Marking]:
    """Return a net with its first and last marking."""
    net = PetriNet("net")
    places: dict[str, PetriNet.Place] = {}

    def place(name: str) -> PetriNet.Place:
        if name not in places:
            places[name] = PetriNet.Place(name)
            net.places.add(places[name])
        return places[name]

    for number, (label, taken, filled) in enumerate(drawn["transitions"]):
        transition = PetriNet.Transition(f"t{number}", label or None)
        net.transitions.add(transition)
        for name in sorted(set(taken)):
            petri_utils.add_arc_from_to(place(name), transition, net, weight=taken.count(name))
        for name in sorted(set(filled)):
            petri_utils.add_arc_from_to(transition, place(name), net, weight=filled.count(name))
    start = Marking({place(drawn["start"]): 1})
    if killed:
        start[place(drawn["killable"])] = 1
    return net, start, Marking({place(drawn["end"]): 1})


def visits(log: Any) -> list[tuple[str, str, str, list[dict[str, str]]]]:
    """Return (case, process, level, events): a called process is a trace of its own."""
    found: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for trace in log:
        for event in trace:
            key = (str(trace.attributes["concept:name"]), str(event["process"]), str(event.get("level", "")))
            found.setdefault(key, []).append(dict(event))
    return [(*key, events) for key, events in found.items()]


def replay(log: Any, nets: dict[str, Any]) -> list[dict[str, Any]]:
    """Align every visit with the net of its process."""
    aborted = {
        str(event["concept:instance"])
        for trace in log
        for event in trace
        if event["lifecycle:transition"] == "ate_abort"
    }
    answers = []
    for case, process, level, events in visits(log):
        net, first, last = build(nets[process], killed=level in aborted)
        trace = Trace()
        for event in events:
            label = f"{event['element']}|{event['element_type']}|{event['lifecycle:transition']}"
            trace.append(Event({"concept:name": label}))
        found = alignments.apply(trace, net, first, last, variant=alignments.Variants.VERSION_DIJKSTRA_LESS_MEMORY)
        cost = 0 if found is None else int(found["cost"]) // STEP
        wrong = [] if found is None else [move for move in found["alignment"] if ">>" in move and None not in move]
        answers.append(
            {"case": case, "process": process, "level": level, "events": len(events), "reached": found is not None,
             "cost": cost, "wrong": [str(one) for one in wrong[:5]]}
        )  # fmt: skip
    return answers


def replay_read(log: Any, path: str) -> dict[str, Any]:
    """Read a diagram with pm4py, make its own net, and replay the completed tasks on it."""
    drawn = pm4py.read_bpmn(path)
    net, first, last = pm4py.convert_to_petri_net(drawn)
    names = {node.get_name() for node in drawn.get_nodes() if isinstance(node, pm4py.BPMN.Task)}
    costs = []
    for case in log:
        trace = Trace()
        for event in case:
            if event["lifecycle:transition"] == "complete" and event["concept:name"] in names:
                trace.append(Event({"concept:name": event["concept:name"]}))
        found = alignments.apply(trace, net, first, last)
        costs.append({"events": len(trace), "fitness": found["fitness"]})
    return {"nodes": len(drawn.get_nodes()), "tasks": sorted(names), "traces": costs}


def main(log_path: str, other: str) -> None:
    """Print what was found."""
    log = pm4py.convert_to_event_log(pm4py.read_xes(log_path))
    if other.endswith(".bpmn"):
        found: Any = replay_read(log, other)
    else:
        with open(other, encoding="utf-8") as file:
            found = replay(log, json.load(file))
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
