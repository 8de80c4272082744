"""One page of the handbook: a procedure with its picture, its steps and the clause behind each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiuzhu.engine.diagram import Level, Node
from tools import paper_trail
from tools.house_words import SHARED, House

DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
NOTE = "<!-- 由 python -m tools.handbook 从流程图和需求清单生成，请勿手工修改。 -->"
ID = re.compile(r"\b[A-Z]{2}-\d{2,3}\b")
STEPS = frozenset({"userTask", "serviceTask", "sendTask", "businessRuleTask", "callActivity"})
EVENTS = {"message": "收到消息", "timer": "到时间", "error": "出现情况", "escalation": "上报"}


class Page:
    """The text of one procedure's page."""

    def __init__(self, house: House, key: str) -> None:
        self.house = house
        self.key = key
        self.folder = house.folder(key)
        self.process = house.processes[key]
        self.cited: dict[str, None] = {}
        self.grounds: dict[str, None] = {}

    def text(self) -> str:
        """Return the page."""
        process = self.process
        what = self._said(process.documentation)
        own = self._ids(process.documentation)
        rows = [self._row(level, node) for level, node in self._in_order()]
        parts = [
            f"# {_line(process.name)}",
            NOTE,
            f"[![{_line(process.name)}]({self.key}.svg)]({self.key}.svg)",
            what,
            "\n".join(self._facts(own)),
            "## 环节",
            "从左到右按图上的顺序。",
            "\n".join(["| 环节 | 谁办 | 期限 | 表单、文书、系统动作 | 条款 |", "|---|---|---|---|---|", *rows]),
            *self._tables(),
            *self._papers(),
            *self._clauses(),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    # facts

    def _facts(self, own: list[str]) -> Iterator[str]:
        path = self.house.path(self.key)
        yield f"- 地区：{self.house.place(self.folder)}"
        yield f"- 流程图：[`{self.key}`](../../../bpmn/{self.folder}/{path.name})"
        yield f"- 谁发起：{self._starters()}"
        whole = self.process.level
        levels = [whole, *(each.level for each in whole.event_subs() if each.level is not None)]
        nodes = [node for level in levels for node in level.nodes.values()]
        ends = [_line(node.name) for node in nodes if node.type == "endEvent" and node.name]
        yield f"- 怎样结束：{'；'.join(dict.fromkeys(ends))}"
        if own:
            yield f"- 整个流程的条款：{self._links(own)}"

    def _starters(self) -> str:
        people = [self.house.roles.label(role) for role in self.process.starter_groups]
        found = [f"{'、'.join(people)}在收件箱发起"] if people else []
        calls = [(caller, node) for caller, node in self.house.callers(self.key) if caller != self.key]
        by_key: dict[str, list[str]] = {}
        for caller, node in calls:
            by_key.setdefault(caller, []).append(_line(node.name))
        for caller, names in by_key.items():
            name = _line(self.house.processes[caller].name)
            found.append(f"[{name}]({caller}.md)的“{'”“'.join(dict.fromkeys(names))}”")
        return "；".join(found) or "系统"

    # steps

    def _in_order(self) -> list[tuple[Level, Node]]:
        root = self.house.roots[self.key]
        place = {
            shape.get("bpmnElement"): (float(bounds.get("x")), float(bounds.get("y")))
            for shape in root.iter(f"{DI}BPMNShape")
            if (bounds := shape.find(f"{DC}Bounds")) is not None
        }
        found = [(level, node) for level, node in self.process.level.walk() if self._is_shown(node)]
        return sorted(found, key=lambda pair: place.get(pair[1].id, (0.0, 0.0)))

    @staticmethod
    def _is_shown(node: Node) -> bool:
        if node.type == "exclusiveGateway":
            return bool(node.name) and len(node.outgoing) > 1
        event = node.type in {"boundaryEvent", "intermediateCatchEvent"} and node.event is not None
        return node.type in STEPS or event or node.triggered

    def _row(self, level: Level, node: Node) -> str:
        said = self._said(node.documentation)
        name = f"**{_line(node.name)}**" + (f"<br>{said}" if said else "")
        if node.attached_to:
            host = next(each for _, each in self.process.level.walk() if each.id == node.attached_to)
            name = f"〔{_line(host.name)}〕{name}"
        if node.triggered:
            name = f"〔随时〕{name}"
        cells = [
            name,
            self._who(node),
            self._due(node),
            self._work(level, node),
            self._links(self._ids(node.documentation)),
        ]
        return f"| {' | '.join(cell or '—' for cell in cells)} |"

    def _who(self, node: Node) -> str:
        if node.type == "userTask" and node.work is not None:
            groups = node.work.groups.text if node.work.groups else ""
            people = "、".join(self.house.who(group) for group in groups.split(",") if group.strip())
            return people + self._kept_out(node)
        groups = node.properties.get("entryGroups", "")
        if groups:
            return "、".join(self.house.who(each) for each in groups.split(","))
        return "系统" if node.type in STEPS and node.type != "callActivity" else ""

    def _kept_out(self, node: Node) -> str:
        named = [each.strip() for each in node.properties.get("notBy", "").split(",") if each.strip()]
        names = [_line(each.name) for _, each in self.process.level.walk() if each.id in named]
        return f"<br>（不能是办“{'”“'.join(names)}”的人）" if names else ""

    def _due(self, node: Node) -> str:
        text = node.work.due.text if node.work is not None and node.work.due else ""
        if node.event is not None and node.event.kind == "timer" and node.event.timer_text:
            text = node.event.timer_text.text
        variable = text.removeprefix("${").removesuffix("}")
        rows = [one for one in self.house.limits.get(variable, ()) if self._applies(one.processes)]
        found = {}
        for row in rows:
            amount = self.house.limits_of(row.keys, self.folder)
            if amount or self.folder == SHARED:
                found[f"{row.description}{f'：{amount}' if amount else ''}"] = None
        if not found and text:
            return self.house.due_words(variable, self.folder)
        return "<br>".join(found)

    def _applies(self, processes: str) -> bool:
        if processes.startswith("not("):
            return f'"{self.key}"' not in processes
        return not processes or f'"{self.key}"' in processes

    def _work(self, level: Level, node: Node) -> str:
        if node.type == "exclusiveGateway":
            flows = [level.flows[each] for each in node.outgoing]
            return "<br>".join(f"{_line(flow.name)} → {self._next(level, flow.target)}" for flow in flows if flow.name)
        if node.trigger is not None and node.level is not None:
            begin = node.trigger
            kind = EVENTS.get(begin.event.kind, "") if begin.event is not None else ""
            then = [self._next(node.level, node.level.flows[each].target) for each in begin.outgoing]
            return f"{kind}“{_line(begin.name)}”" + "".join(f" → {each}" for each in then)
        if node.call is not None:
            called = node.call.called.text
            known = self.house.processes.get(called)
            return f"见[{_line(known.name)}]({called}.md)" if known else f"`{called}`"
        if node.rule is not None:
            return f"决策表“{self.house.tables[node.rule.decision].name}”"
        if node.event is not None:
            form = node.properties.get("entryForm", "")
            then = [self._next(level, level.flows[each].target) for each in node.outgoing if node.attached_to]
            words = [EVENTS.get(node.event.kind, ""), f"表单 {self._form(form)}" if form else ""]
            return "，".join(filter(None, words)) + "".join(f" → {each}" for each in then)
        form = node.work.form if node.work is not None else ""
        papers = self._papers_of(node)
        shown = [f"表单 {self._form(form)}"] if form else []
        return "；".join([*shown, *(f"文书《{title}》" for title in papers)])

    def _form(self, form: str) -> str:
        found = next((self.house.root / "bpmn").rglob(f"{form}.form"), None)
        return f"[`{form}`](../../../bpmn/{found.parent.name}/{form}.form)" if found else f"`{form}`"

    def _papers_of(self, node: Node) -> list[str]:
        if node.work is not None and node.work.form:
            return paper_trail.of_form(node.work.form)
        template = next((one.value.text for one in node.inputs if one.target == "template" and one.value), "")
        return paper_trail.of_topic(node.topic, template) if node.topic else []

    def _next(self, level: Level, target: str) -> str:
        """Return the first named node behind a flow."""
        seen: set[str] = set()
        while target not in seen:
            seen.add(target)
            node = level.nodes[target]
            if node.name or len(node.outgoing) != 1:
                return _line(node.name) or "…"
            target = level.flows[node.outgoing[0]].target
        return "…"

    # below the table

    def _tables(self) -> list[str]:
        used = dict.fromkeys(node.rule.decision for _, node in self._in_order() if node.rule is not None)
        topics = {node.topic for _, node in self._in_order()}
        used |= dict.fromkeys(["deadlines"] if "deadlines" in topics else [])
        lines = []
        for key in used:
            table = self.house.tables[key]
            link = f"../../../{table.path.relative_to(self.house.root)}"
            lines.append(f"- [{table.name}]({link})：{_line(table.description)}")
        return ["## 决策表", "\n".join(lines)] if lines else []

    def _papers(self) -> list[str]:
        made = dict.fromkeys(title for _, node in self._in_order() for title in self._papers_of(node))
        return ["## 本流程制作的文书", "\n".join(f"- 《{title}》" for title in made)] if made else []

    def _clauses(self) -> list[str]:
        lines = []
        for identity in sorted(self.cited):
            one = self.house.requirements[identity]
            place = self.house.place(one.district) if one.district in self.house.policies.districts else one.district
            lines.append(f'- <a id="{identity.lower()}"></a>**{identity}**（{place}）{_line(one.clause)}')
        grounds = [f"- {each}" for each in self.grounds]
        found = ["## 条款原文", "\n".join(lines)] if lines else []
        return [*found, *(["## 依据", "\n".join(grounds)] if grounds else [])]

    # texts

    def _said(self, documentation: str) -> str:
        """Return what a documentation says besides its grounds and requirement ids."""
        lines = [line.strip() for line in documentation.splitlines()]
        for line in lines:
            if line.startswith("依据："):
                self.grounds |= dict.fromkeys(
                    each.strip() for each in line.removeprefix("依据：").split("；") if each.strip()
                )
        return _line(" ".join(line for line in lines if line and not line.startswith(("依据：", "需求："))))

    def _ids(self, documentation: str) -> list[str]:
        said = next((line for line in documentation.splitlines() if line.strip().startswith("需求：")), "")
        found = [each for each in dict.fromkeys(ID.findall(said)) if each in self.house.requirements]
        self.cited |= dict.fromkeys(found)
        return found

    @staticmethod
    def _links(ids: list[str]) -> str:
        return "、".join(f"[{each}](#{each.lower()})" for each in ids)


def _line(text: str) -> str:
    """Return a text in one line that a table cell can hold."""
    return re.sub(r"\s+", " ", text).strip().replace("|", "｜")
