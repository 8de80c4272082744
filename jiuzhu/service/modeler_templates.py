"""Element templates for Camunda Modeler: topics, posts, called processes and decision tables, from what is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiuzhu.domain.call_templates import call_template, decision_template
from jiuzhu.domain.element_templates import all_templates
from jiuzhu.domain.topics import Topic
from jiuzhu.engine.call_use import call_uses
from jiuzhu.engine.catalogue import DecisionFile, ProcessFile, inspect_resources
from jiuzhu.service.roles import Roles

PLACES = {"village": "village", "town": "town", "district": "district"}
MANY = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")
Files = dict[str, list[dict[str, Any]]]


def templates_of_files(topics: Mapping[str, Topic], roles: Roles, resources: Mapping[str, bytes]) -> Files:
    """Return file name → templates, for the diagrams and tables of a folder."""
    read, _ = inspect_resources(resources)
    return element_templates(topics, roles, read.processes, read.decisions)


def element_templates(
    topics: Mapping[str, Topic],
    roles: Roles,
    processes: Mapping[str, ProcessFile],
    decisions: Mapping[str, DecisionFile],
) -> Files:
    """Return file name → templates: drawn topics, posts that work items, processes that are called, tables."""
    people = [
        (role.id, role.label, f"{role.id}@${{{PLACES[role.level]}}}")
        for role in roles.by_id.values()
        if role.level in PLACES and role.may("claim")
    ]
    made = all_templates([topic.contract for topic in topics.values() if topic.contract.drawn], people)
    uses = call_uses(processes)
    calls = [
        call_template(
            key, processes[key].name, use.ins, list(use.outs), processes[key].documentation, all_in=use.all_in
        )
        for key, use in sorted(uses.items())
        if key in processes
    ]
    drawn = sorted({key for file in processes.values() for key in file.decisions if key in decisions})
    tables = [_decision(key, decisions[key]) for key in drawn]
    return {**made, "calls.json": calls, "decisions.json": tables}


def _decision(key: str, file: DecisionFile) -> dict[str, Any]:
    outputs = file.outputs[key]
    many = file.decisions.hit_policy(key) in MANY
    shape = "resultList" if many else "singleEntry" if len(outputs) == 1 else "singleResult"
    return decision_template(key, file.names[key] or key, shape, file.inputs[key], outputs)
