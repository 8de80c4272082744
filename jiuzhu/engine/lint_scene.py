"""What the checks look at: the files being checked, everything around them, and where findings are collected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jiuzhu.domain.facts import FACTS
from jiuzhu.domain.topics import TopicContract
from jiuzhu.engine.catalogue import DecisionFile, ProcessFile, Resources
from jiuzhu.engine.diagram import Level, Node, Process
from jiuzhu.engine.findings import Finding
from jiuzhu.engine.forms import FormFile

GIVEN = frozenset(
    {"case_no", "record_no", "district", "programme", "intake_town", "town", "village", "channel", "applicant_name"}
)
"""Variables that every case has from its start, set by whoever opens it."""


STARTED_WITH = "startedWith"
"""Property of a process that the office starts from rows: the names of the variables that it brings."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is deployed already and what the house offers: names that a new file may use.

    An empty ``topics`` or ``roles`` means that nothing is known of them, and they are not checked.
    """

    topics: Mapping[str, TopicContract] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    processes: Mapping[str, ProcessFile] = field(default_factory=dict)
    decisions: Mapping[str, DecisionFile] = field(default_factory=dict)
    forms: Mapping[str, FormFile] = field(default_factory=dict)
    variables: frozenset[str] | None = None
    """Keys of forms that become variables when a form is completed; None = all of them."""
    messages: frozenset[str] | None = None
    """Messages that the house sends by itself; None = not known, and no message is checked."""
    given: frozenset[str] = GIVEN
    facts: frozenset[str] = frozenset(FACTS)
    """Names that the house lays beside a form when it is opened: forms may read them."""


class Scene:
    """The files under check seen together with their surroundings."""

    def __init__(self, read: Resources, surroundings: Surroundings) -> None:
        self.checked: Mapping[str, ProcessFile] = read.processes
        self.checked_forms: Mapping[str, FormFile] = read.forms
        self.around = surroundings
        self.processes = {**surroundings.processes, **read.processes}
        self.decisions = {**surroundings.decisions, **read.decisions}
        self.forms = {**surroundings.forms, **read.forms}
        self.called = {key for file in self.processes.values() for key in file.calls}
        self.findings: list[Finding] = []
        self._noted: set[tuple[str, ...]] = set()

    def note(
        self, process: Process, node: Node | None, rule: str, message: str, remedy: str, *, severity: str = "error",
        line: int = 0,
    ) -> None:  # fmt: skip
        """Collect a finding about a process under check; the same one is said once."""
        if process.key not in self.checked:
            return
        mark = (process.key, node.id if node is not None else "", rule, message)
        if mark in self._noted:
            return
        self._noted.add(mark)
        place = line or (node.line if node is not None else process.line)
        self.findings.append(
            Finding(
                severity="error" if severity == "error" else "warning", resource=process.resource,
                process_key=process.key, element_id=node.id if node is not None else process.key,
                element_name=node.name if node is not None else process.name, line=place, column=1 if place else 0,
                rule=rule, message=message, remedy=remedy,
            )
        )  # fmt: skip

    def nodes(self) -> Iterator[tuple[Process, Level, Node]]:
        """Yield every node of the processes under check."""
        for file in self.checked.values():
            for level, node in file.diagram.level.walk():
                yield file.diagram, level, node

    def contract(self, node: Node) -> TopicContract | None:
        """Return the contract of a service task's topic."""
        return self.around.topics.get(node.topic) if node.topic else None

    def form_keys(self, form_id: str) -> frozenset[str]:
        """Return the variables that completing a form may set."""
        form = self.forms.get(form_id)
        if form is None:
            return frozenset()
        keys = frozenset(form.keys)
        return keys if self.around.variables is None else keys & self.around.variables

    @property
    def booked(self) -> Mapping[str, frozenset[str]]:
        """Return by form which variables our side sets when it enters the completed form into the record."""
        found: dict[str, frozenset[str]] = {}
        for contract in self.around.topics.values():
            found |= {form: frozenset(names) for form, names in contract.by_form.items()}
        return found

    def is_startable(self, file: ProcessFile) -> bool:
        """Return whether people may start a process themselves, or the office starts it from rows."""
        return bool(file.starter_groups or file.start_form or STARTED_WITH in file.properties)
