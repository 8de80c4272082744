"""A diagram as a labelled Petri net that pm4py can replay a log on; plain values, no pm4py here.

pm4py reads our ``.bpmn`` (that is tested, too), but turns only tasks, events and gateways into a net: boundary events,
several instances and cancellation are lost. So the net is made here, straight from what the reader says of a diagram:

* every element has a transition for each line that the log may have of it: ``element|type|start``, ``…|complete``,
  ``…|ate_abort`` (embedded sub-processes are part of the net, called processes have a net of their own);
* what a node may choose is what the linter says (``ways_out``); conditions are not asked;
* an interrupting event takes the running token of its host; what is open inside a sub-process that is interrupted, or
  beside an end that terminates, can only be aborted then, line by line;
* an event sub-process waits as long as its level is open; an interrupting one leaves to what is open there only to be
  aborted;
* an event behind an event-based gateway that did not happen, and one at a border, have no line: nothing to replay;
* an inclusive join and the end of a level take the tokens that came: who had to be awaited is not asked.

The net allows no less than the engine does, and little more: a log that fits has every line where the diagram has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from jiuzhu.engine.diagram import Level, Node, Process
from jiuzhu.engine.lint_choices import ways_out

SILENT = ""


@dataclass
class Net:
    """Transitions as (label, places taken, places filled)."""

    transitions: list[tuple[str, list[str], list[str]]] = field(default_factory=list)
    start: str = "start"
    end: str = "end"
    killable: str = "killable"
    """Marked at the start for a visit that its caller aborted."""

    def add(self, label: str, taken: list[str], filled: list[str]) -> None:
        self.transitions.append((label, taken, filled))


def net_of(process: Process) -> Net:
    """Return the net of one process."""
    net = Net()
    level = process.level
    _draw(net, level, "process")
    net.add(SILENT, [net.start], _entered(level))
    net.add(SILENT, ["ended:process"], [net.end])
    net.add(SILENT, [net.killable], ["dying:process"])
    net.add(SILENT, [net.killable, net.end], [net.end])
    net.add(SILENT, ["dying:process"], [net.end])
    net.add(SILENT, [net.end, net.end], [net.end])
    return net


def _draw(net: Net, level: Level, scope: str) -> None:
    ended, dying = f"ended:{scope}", f"dying:{scope}"
    net.add(SILENT, [ended, ended], [ended])
    net.add(SILENT, [ended, dying], [ended])
    for node in level.nodes.values():
        _node(net, level, node, ended, dying)
    for flow in level.flows.values():
        # A parallel join has a place for each of its flows.
        if not _joins(level.nodes[flow.target]):
            net.add(SILENT, [f"flow:{flow.id}"], [f"in:{flow.target}"])
    for sub in level.event_subs():
        _watch(net, sub, ended, dying)


def _entered(level: Level) -> list[str]:
    """What a level begins with: its start event, and its event sub-processes wait."""
    return [f"in:{level.start}", *(f"watch:{sub.id}" for sub in level.event_subs())]


def _watch(net: Net, sub: Node, ended: str, dying: str) -> None:
    """An event sub-process begins when it is told to, or goes with its level."""
    watch = f"watch:{sub.id}"
    if sub.trigger is not None and sub.trigger.interrupting:
        net.add(SILENT, [watch], [dying, f"in:{sub.id}"])
    else:
        net.add(SILENT, [watch], [watch, f"in:{sub.id}"])
    net.add(SILENT, [ended, watch], [ended])


def _node(net: Net, level: Level, node: Node, ended: str, dying: str) -> None:
    run, multi = f"run:{node.id}", node.multi is not None
    label = f"{node.id}|{'multiInstanceBody' if multi else node.type}"
    leaves = [[f"flow:{one}" for one in out] for out in ways_out(level, node)] if node.outgoing else []
    if node.type == "eventBasedGateway":
        leaves = [[f"flow:{one}" for one in node.outgoing]]  # every event behind it is waited for
    elif node.type == "endEvent":
        stops = node.event is not None and node.event.kind == "terminate"
        leaves = [[ended, dying] if stops else [ended]]
    elif not node.outgoing:
        leaves = [[ended]]
    if _joins(node):
        _join(net, node, label, dying, leaves)
        return
    _begin(net, level, node, label, run)
    net.add(f"{label}|ate_abort", [run, dying], [dying])
    if _is_raced(level, node):
        net.add(SILENT, [run], [])
    stop = run
    if multi:
        stop = f"dying:{node.id}"
        item = f"{node.id}|{node.type}"
        begun, done = [f"item:{node.id}"], [f"item:{node.id}"]
        if node.level is not None:
            begun, done = [*begun, *_entered(node.level)], [*done, f"ended:{node.id}"]
            _draw(net, node.level, node.id)
        net.add(f"{item}|start", [run], [run, *begun])
        net.add(f"{item}|complete", done, [])
        net.add(f"{item}|ate_abort", [f"item:{node.id}", stop], [stop])
        # Enough were done: the rest is aborted before the body completes.
        net.add(SILENT, [run], [stop])
        for out in leaves:
            net.add(f"{label}|complete", [stop], out)
        net.add(f"{label}|ate_abort", [stop, dying], [dying])
    elif node.level is not None:
        stop = f"dying:{node.id}"
        inside = f"{node.id}"
        net.add(SILENT, [run], [*_entered(node.level), f"open:{node.id}"])
        for out in leaves:
            net.add(f"{label}|complete", [f"open:{node.id}", f"ended:{inside}"], out)
        net.add(SILENT, [f"open:{node.id}"], [stop])
        net.add(SILENT, [stop, f"ended:{inside}"], [stop])
        net.add(f"{label}|ate_abort", [stop, dying], [dying])
        _draw(net, node.level, inside)
    else:
        for out in leaves:
            net.add(f"{label}|complete", [run], out)
    if any(one.interrupting or _is_error(one) for one in level.boundaries(node.id)):
        net.add(f"{label}|ate_abort", [stop], [f"aborted:{node.id}"])


def _begin(net: Net, level: Level, node: Node, label: str, run: str) -> None:
    """A node is entered from its flows; a boundary event from its host."""
    if not node.attached_to:
        net.add(f"{label}|start", [f"in:{node.id}"], [run])
        return
    host = level.nodes[node.attached_to]
    if node.interrupting or _is_error(node):
        net.add(f"{label}|start", [f"aborted:{host.id}"], [run])
    else:
        alive = f"open:{host.id}" if host.level is not None and host.multi is None else f"run:{host.id}"
        net.add(f"{label}|start", [alive], [alive, run])


def _join(net: Net, node: Node, label: str, dying: str, leaves: list[list[str]]) -> None:
    """A join has a line for each token that comes and one when it lets them go on."""
    parallel = node.type == "parallelGateway"
    for one in node.incoming:
        place = f"wait:{one}" if parallel else f"wait:{node.id}"
        net.add(f"{label}|start", [f"flow:{one}"], [place])
        net.add(f"{label}|ate_abort", [place, dying], [dying])
    if not parallel:
        net.add(SILENT, [f"wait:{node.id}"] * 2, [f"wait:{node.id}"])
    taken = [f"wait:{one}" for one in node.incoming] if parallel else [f"wait:{node.id}"]
    for out in leaves:
        net.add(f"{label}|complete", taken, out)


def _joins(node: Node) -> bool:
    return node.type in ("parallelGateway", "inclusiveGateway") and len(node.incoming) > 1


def _is_error(node: Node) -> bool:
    return node.event is not None and node.event.kind == "error"


def _is_raced(level: Level, node: Node) -> bool:
    sources = [level.nodes[level.flows[flow].source] for flow in node.incoming]
    return any(one.type == "eventBasedGateway" for one in sources)
