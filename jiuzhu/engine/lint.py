"""What ``jiuzhu lint`` and every deployment check, said in the designer's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jiuzhu.domain.topics import TopicContract
from jiuzhu.engine.catalogue import DecisionFile, ProcessFile, inspect_resources
from jiuzhu.engine.findings import Finding
from jiuzhu.engine.forms import FormFile


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is deployed already and what the house offers: names that a new file may use."""

    topics: Mapping[str, TopicContract] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    processes: Mapping[str, ProcessFile] = field(default_factory=dict)
    decisions: Mapping[str, DecisionFile] = field(default_factory=dict)
    forms: Mapping[str, FormFile] = field(default_factory=dict)


def lint(resources: Mapping[str, bytes], surroundings: Surroundings) -> list[Finding]:
    """Return every finding about a set of files, in order of file and line; never raises for a bad file."""
    _, findings = inspect_resources(resources)
    return sorted(findings, key=lambda f: (f.resource, f.line, f.severity, f.rule, f.element_id))


__all__ = ["Finding", "Surroundings", "lint"]
