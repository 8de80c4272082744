"""What a handbook page needs to know of the whole house: roles, forms, tables, limits, clauses, who calls whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lxml import etree

from jiuzhu.domain.obligations import LABELS
from jiuzhu.domain.requirements import Requirement
from jiuzhu.engine.diagram import Node, Process
from jiuzhu.engine.reading import read_diagram
from jiuzhu.policy.loader import Policies, load_policies
from jiuzhu.service.roles import Roles, load_roles
from jiuzhu.service.trace import load_requirements
from workers import TOPICS

ROOT = Path(__file__).resolve().parent.parent
DMN = {"d": "https://www.omg.org/spec/DMN/20191111/MODEL/"}
UNITS = {"wd": "个工作日", "d": "日", "h": "小时", "m": "个月", "y": "年", "min": "分钟"}
SHARED = "shared"
WHO = {
    "confirm_group": "有确认权限的岗位",
    "owner_group": "承办单位负责人",
    "acceptor_group": "验收岗位",
    "referral_group": "责任部门",
}
"""Whose steps these are, where the district's authority or the schedule says it."""
FIXED = {"due_simple": "一般事项期限", "notice_end": "公示期满", "resubmit_by": "补正期满"}


@dataclass(frozen=True)
class Table:
    """A decision table in two words."""

    key: str
    name: str
    description: str
    path: Path


@dataclass(frozen=True)
class Limit:
    """One row of the table ``deadlines``: what starts when, under which condition."""

    description: str
    processes: str
    keys: tuple[str, ...]
    """Policy keys below ``deadlines.``"""


class House:
    """The project's files as a page reads them."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.files = sorted((root / "bpmn").rglob("*.bpmn"))
        self.processes: dict[str, Process] = {
            path.stem: read_diagram(path.read_bytes(), path.name) for path in self.files
        }
        self.roots = {path.stem: etree.parse(path).getroot() for path in self.files}
        self.requirements: dict[str, Requirement] = {one.id: one for one in load_requirements(root / "config")}
        self.roles: Roles = load_roles(root / "config")
        self.policies: Policies = load_policies(root / "config")

    def path(self, key: str) -> Path:
        """Return a diagram's file."""
        return next(path for path in self.files if path.stem == key)

    def folder(self, key: str) -> str:
        """Return the folder of a diagram: a district or ``shared``."""
        return self.path(key).parent.name

    def place(self, folder: str) -> str:
        """Return the Chinese name of a folder."""
        return "各区共用" if folder == SHARED else self.policies.of(folder).name

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Return all decision tables by key."""
        found = {}
        for path in sorted((self.root / "bpmn").rglob("*.dmn")):
            decision = etree.parse(path).getroot().find("d:decision", DMN)
            text = decision.findtext("d:description", default="", namespaces=DMN)
            found[decision.get("id")] = Table(decision.get("id"), decision.get("name", ""), text, path)
        return found

    @cached_property
    def limits(self) -> dict[str, list[Limit]]:
        """Return the rows of the table ``deadlines`` by the date that they set."""
        found: dict[str, list[Limit]] = {}
        for rule in etree.parse(self.tables["deadlines"].path).getroot().iterfind(".//d:rule", DMN):
            cells = [(each.findtext("d:text", namespaces=DMN) or "") for each in rule.iterfind("d:inputEntry", DMN)]
            due, amount = [
                (each.findtext("d:text", namespaces=DMN) or "") for each in rule.iterfind("d:outputEntry", DMN)
            ][:2]
            keys = tuple(dict.fromkeys(re.findall(r"limits\.(\w+)\.amount", amount)))
            words = rule.findtext("d:description", default="", namespaces=DMN)
            found.setdefault(due.strip('"'), []).append(Limit(words, cells[1], keys))
        return found

    def limits_of(self, keys: tuple[str, ...], folder: str) -> str:
        """Return how long limits are in a district today, one after the other; on a shared page for each district."""
        if folder != SHARED:
            return "＋".join(filter(None, (self.limit(key, folder) for key in keys)))
        places: dict[str, list[str]] = {}
        for district in self.policies.districts:
            if amount := self.limits_of(keys, district):
                places.setdefault(amount, []).append(self.place(district))
        if len(places) == 1:
            return next(iter(places))
        return "；".join(f"{amount}（{'、'.join(names)}）" for amount, names in places.items())

    def limit(self, key: str, folder: str) -> str:
        """Return how long a limit is in a district today, in words; '' when it has none."""
        dated = self.policies.of(folder).dated_values.get(f"deadlines.{key}", ())
        raw = dated[-1].value if dated else None
        if not isinstance(raw, dict) or raw.get("unit") in {None, "none"}:
            return ""
        return f"{raw['amount']}{UNITS.get(str(raw['unit']), str(raw['unit']))}"

    def due_words(self, variable: str, folder: str) -> str:
        """Return what a date is called that no row of the table ``deadlines`` sets."""
        if variable in FIXED:
            return FIXED[variable]
        tables = self.policies.of(folder).dated_rows.values() if folder != SHARED else ()
        for row in (one.columns for rows in tables for one in rows):
            if row.get("due_name") == variable and row.get("label"):
                day = str(row.get("due") or "")
                return f"{row['label']}：{day}" if day else str(row["label"])
        names = (each for topic in TOPICS.values() for each in (*topic.contract.outputs, *topic.contract.inputs))
        return LABELS.get(variable) or next((each.label for each in names if each.name == variable), f"`{variable}`")

    def who(self, group: str) -> str:
        """Return a role's label, or what a group is called that only the running process knows."""
        role = group.strip().partition("@")[0]
        variable = role.removeprefix("${").removesuffix("}")
        if variable == role:
            return self.roles.label(role)
        names = (each for topic in TOPICS.values() for each in (*topic.contract.outputs, *topic.contract.inputs))
        named = next((each.label for each in names if each.name == variable), f"`{variable}`")
        return WHO.get(variable) or "、".join(self._given(variable)) or named

    def _given(self, variable: str) -> Iterator[str]:
        """Yield the roles that callers hand over under a name."""
        seen: set[str] = set()
        for process in self.processes.values():
            for _, node in process.level.walk():
                lines = (*node.inputs, *(node.call.ins if node.call else ()))
                texts = [line.value.text for line in lines if line.target == variable and line.value]
                for role in [text.partition("@")[0] for text in texts if "@" in text]:
                    if role not in seen:
                        seen.add(role)
                        yield self.roles.label(role)

    def callers(self, key: str) -> Iterator[tuple[str, Node]]:
        """Yield who calls a process (call activity) or has it started (topic ``start_process``)."""
        for caller, process in self.processes.items():
            for _, node in process.level.walk():
                called = node.call.called.text if node.call else ""
                started = [line.value.text for line in node.inputs if line.target == "process_key" and line.value]
                if key == called or key in started:
                    yield caller, node
