"""What designers look up: topics with their contracts and uses, forms and tables as they are deployed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.topics import TopicContract
from jiuzhu.engine.catalogue import ProcessFile
from jiuzhu.errors import NotFound
from jiuzhu.service import deployed, deployment
from jiuzhu.service.deployed import Definition
from jiuzhu.service.office import Office


@dataclass(frozen=True, kw_only=True)
class Use:
    """An element of a deployed diagram that names something."""

    process: str
    process_name: str
    element: str
    element_name: str


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Everything that a diagram may name."""

    topics: Sequence[TopicContract]
    """Those that diagrams draw, records first."""
    forms: Sequence[Definition]
    tables: Sequence[Definition]


@dataclass(frozen=True, kw_only=True)
class TopicSheet:
    """One topic with where it is drawn."""

    contract: TopicContract
    uses: Sequence[Use]


@dataclass(frozen=True, kw_only=True)
class FileSheet:
    """A deployed form or table, its file, and where it is named."""

    definition: Definition
    data: bytes
    uses: Sequence[Use]
    topics: Sequence[TopicContract]
    """Topics that evaluate the table by themselves."""


def contents(office: Office, actor: Actor, text: str = "") -> Contents:
    """Return topics, forms and tables whose key, name or description holds a text. Raises NotFound for no reader."""
    forms, tables = (
        [
            one
            for one in deployed.latest_of(deployed.list_definitions(office, actor, kind))
            if text in f"{one.key} {one.name}"
        ]
        for kind in ("form", "decision")
    )
    drawn = [topic.contract for topic in office.topics.values() if topic.contract.drawn]
    drawn = [one for one in drawn if text in f"{one.topic} {one.label} {one.doc}"]
    drawn.sort(key=lambda one: (one.kind != "record", one.topic))
    return Contents(topics=drawn, forms=forms, tables=tables)


def topic_sheet(office: Office, actor: Actor, topic: str) -> TopicSheet:
    """Return one topic. Raises NotFound."""
    deployed.list_definitions(office, actor, "process")
    known = office.topics.get(topic)
    if known is None or not known.contract.drawn:
        raise NotFound(f"没有主题 {topic}。")
    return TopicSheet(contract=known.contract, uses=_uses(office, "topic", topic))


def file_sheet(office: Office, actor: Actor, kind: str, key: str) -> FileSheet:
    """Return the latest form or decision of a key. Raises NotFound."""
    found = [one for one in deployed.list_definitions(office, actor, kind) if one.key == key]
    if not found:
        raise NotFound(f"没有部署过 {key}。")
    definition, data = deployed.read_resource(office, actor, found[0].id)
    asking = [one.contract for one in office.topics.values() if key in one.contract.decisions and one.contract.drawn]
    return FileSheet(
        definition=definition,
        data=data,
        uses=_uses(office, kind, key),
        topics=asking if kind == "decision" else (),
    )


def _uses(office: Office, kind: str, key: str) -> Sequence[Use]:
    processes: Mapping[str, ProcessFile] = deployment.surroundings(office).processes
    return [
        Use(process=file.key, process_name=file.name, element=element, element_name=name)
        for file in sorted(processes.values(), key=lambda one: one.key)
        for element, name, named in _names(file, kind)
        if key in named
    ]


def _names(file: ProcessFile, kind: str) -> Sequence[tuple[str, str, tuple[str, ...]]]:
    """Return (element, name, what it names of a kind) of every node."""
    found = []
    for _, node in file.diagram.level.walk():
        if kind == "topic":
            named: tuple[str, ...] = (node.topic,)
        elif kind == "form":
            named = (node.form, node.work.form if node.work else "", node.properties.get("entryForm", ""))
        else:
            named = (node.rule.decision if node.rule else "",)
        found.append((node.id, node.name, named))
    return found
