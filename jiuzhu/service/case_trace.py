"""步步留痕、环环能查: each step of a household with who, when, legal basis and requirement (XX-06, XX-18, QJ-03, R-21).

The basis is read from the diagrams of the case's own bundle: what was in force for it, whatever was deployed since.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from jiuzhu.domain.actor import Actor
from jiuzhu.engine.reading import read_diagram
from jiuzhu.service import visibility
from jiuzhu.service.case_bundles import CaseBundles
from jiuzhu.service.desk import reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.store import history, listing, papers, people

TRACED = frozenset({"startEvent", "userTask", "serviceTask", "businessRuleTask", "callActivity", "endEvent"})
SYSTEM = "系统"
_LAW = re.compile(r"依据：(.+)")
_REQUIREMENTS = re.compile(r"需求：(.+)")


@dataclass(frozen=True, kw_only=True)
class TracedStep:
    """One step that was done."""

    record_no: str
    at: datetime
    process_name: str
    element_id: str
    name: str
    person: str
    """Who did it; 系统 for an automatic step."""
    basis: str
    requirements: str
    submission: str
    """Id of the completed form, '' when there was none."""
    sha256: str


@logged("case", "number")
def trace_case(office: Office, actor: Actor, number: str) -> Sequence[TracedStep]:
    """Return the steps of all process instances of a household, oldest first. Raises NotFound, Forbidden."""
    with reading_desk(office, actor) as desk:
        head = visibility.head_of(desk, number)
        visibility.require_visible(desk, actor, head)
        forms = {one.element_id + one.record_no: one for one in papers.submissions(desk.tx, head.case_no)}
        passed = [
            (instance, line)
            for instance in listing.household(desk.tx, head.case_no)
            for line in history.passages(desk.tx, instance.id)
            if line.what == "completed" and line.element_type in TRACED
        ]
        bundles = {one.id: CaseBundles(desk, one.id, one.bundle) for one, _ in passed}
        who = people.names(desk.tx, sorted({line.person for _, line in passed if line.person}))
        found = []
        for instance, line in passed:
            bundle = bundles[instance.id].of_step(line.step)
            texts = _texts(bundle.processes.get(line.process_key, b""))
            process_name, _, _ = texts.get("", ("", "", ""))
            _, basis, requirements = texts.get(line.element_id, ("", "", ""))
            _, of_process, needs = texts.get("", ("", "", ""))
            form = forms.get(line.element_id + instance.record_no)
            person = who.get(line.person, "") or (
                form.person_name if form and line.element_type != "serviceTask" else ""
            )
            found.append(
                TracedStep(
                    record_no=instance.record_no,
                    at=line.at,
                    process_name=process_name or line.process_key,
                    element_id=line.element_id,
                    name=line.name,
                    person=person or SYSTEM,
                    basis=basis or of_process,
                    requirements=requirements or needs,
                    submission=form.id if form else "",
                    sha256=form.sha256 if form else "",
                )
            )
        return sorted(found, key=lambda one: one.at)


@lru_cache(maxsize=128)
def _texts(xml: bytes) -> Mapping[str, tuple[str, str, str]]:
    """Return element → (name, basis, requirements) of a diagram; '' is the process itself."""
    if not xml:
        return {}
    process = read_diagram(xml, "bundle")
    found = {"": (process.name, *_cited(process.documentation))}
    for _, node in process.level.walk():
        found[node.id] = (node.name, *_cited(node.documentation))
    return found


def _cited(documentation: str) -> tuple[str, str]:
    law, needs = _LAW.search(documentation), _REQUIREMENTS.search(documentation)
    return law.group(1).strip() if law else "", needs.group(1).strip() if needs else ""
