"""Check of what a form brings about: a choice directly behind it would read the old value on Camunda 7.

Our engine books a completed form in the transaction of the click. Another engine goes on at once and learns what was
booked when our side looks, which is certain only at the next external task (ADR 129).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jiuzhu.engine.diagram import Assignment
from jiuzhu.engine.lint_graph import Graph, Point
from jiuzhu.engine.lint_scene import Scene

RESTING = frozenset({"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"})
REMEDY = (
    "请在表单和这里之间加一个登记任务（外部任务，例如起算期限、制作文书），或者把它做成表单自己的（计算）字段；"
    "只在本系统办理的可以不改。"
)
Place = tuple[str, str]
"""Process and point."""


@dataclass(frozen=True)
class Token:
    """A token on its way from a completed form, with the names that another engine does not have yet."""

    key: str
    point: str
    names: frozenset[str]
    calls: tuple[Place, ...] = ()
    """Call activities that it is in."""


def check_booked(scene: Scene) -> None:
    """Report conditions and tables that read what the form before them only brings about."""
    forms = scene.booked
    if not forms:
        return
    graphs = {key: Graph(scene, file) for key, file in scene.processes.items()}
    walks = _Walks(scene, graphs)
    for key, graph in graphs.items():
        for point_id, point in graph.points.items():
            form = point.node.work.form if point.node.work is not None and point_id == point.node.id else ""
            if point_id == graph.first:
                form = scene.processes[key].start_form
            known = scene.form_keys(form) | {line.target for line in point.node.outputs}
            names = forms.get(form, frozenset()) - known
            if names:
                walks.follow(f"“{point.node.name or point.node.id}”", Token(key, point_id, names))


class _Walks:
    def __init__(self, scene: Scene, graphs: Mapping[str, Graph]) -> None:
        self._scene = scene
        self._graphs = graphs
        self._callers: dict[str, list[Place]] = {}
        for key, graph in graphs.items():
            for point_id, point in graph.points.items():
                if point.node.call is not None:
                    self._callers.setdefault(point.node.call.called.text, []).append((key, point_id))

    def follow(self, origin: str, begin: Token) -> None:
        """Go from a form to everything that is reached before our side has a turn."""
        self._read(origin, begin, conditions_only=True)
        seen: set[Token] = set()
        pending = list(self._behind(begin))
        while pending:
            token = pending.pop()
            if token in seen or not token.names:
                continue
            seen.add(token)
            pending += self._arrive(origin, token)

    def _arrive(self, origin: str, token: Token) -> Iterator[Token]:
        node = self._point(token).node
        if node.topic or node.type in RESTING:
            return
        if node.call is not None:
            called = self._graphs.get(node.call.called.text)
            if called is not None and len(token.calls) < len(self._graphs):
                names = token.names if node.call.all_in else frozenset()
                calls = (*token.calls, (token.key, token.point))
                inside = names | _renamed(node.call.ins, token.names)
                yield from self._behind(Token(node.call.called.text, called.first, inside, calls))
            return
        self._read(origin, token)
        kept = token.names - self._point(token).sets
        yield from self._behind(Token(token.key, token.point, kept, token.calls))

    def _behind(self, token: Token) -> Iterator[Token]:
        graph = self._graphs[token.key]
        for after in self._point(token).after:
            yield Token(token.key, after, token.names, token.calls)
        if token.point not in graph.ends:
            return
        # With a caller on the way it goes back there; a form inside may belong to any caller.
        back = [token.calls[-1]] if token.calls else self._callers.get(token.key, [])
        for key, point_id in back:
            node = self._graphs[key].points[point_id].node
            if node.call is None:
                continue
            names = token.names if node.call.all_out else _renamed(node.call.outs, token.names)
            names -= {line.target for line in node.outputs}
            yield from self._behind(Token(key, point_id, frozenset(names), token.calls[:-1]))

    def _read(self, origin: str, token: Token, *, conditions_only: bool = False) -> None:
        point = self._point(token)
        read = {name for _, condition in point.ways.values() if condition is not None for name in condition.names}
        if point.node.rule is not None and not conditions_only:
            read |= {each.name for each in point.reads}
        for name in sorted(read & token.names):
            message = (
                f"这里读的“{name}”要等{origin}的表单登记后才有；"
                "在 Camunda 7、Operaton 上，表单一提交就走到这里，读到的是旧值。"
            )
            process = self._scene.processes[token.key].diagram
            self._scene.note(process, point.node, "gateway.booked", message, REMEDY, severity="warning")

    def _point(self, token: Token) -> Point:
        return self._graphs[token.key].points[token.point]


def _renamed(lines: tuple[Assignment, ...], names: frozenset[str]) -> frozenset[str]:
    return frozenset(line.target for line in lines if line.reads & names)
