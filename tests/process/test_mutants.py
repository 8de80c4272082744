"""Diagrams with swapped neighbours or without a notice, a filing, a verification: every one of them fails its walk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jiuzhu.errors import JiuzhuError
from jiuzhu.service import deployment
from jiuzhu.service.office import Office, system_actor
from tests.conftest import diagrams
from tests.mutants import Mutant, neighbours, removed, swapped
from tests.process.test_walks import check
from tests.walks import Walker, load_walks

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
WALKS = load_walks()

REMOVED = {
    "jincheng/jincheng_application.bpmn": [
        "Call_Verification",
        "Service_StartFiling",
        "Call_ResultNotice",
        "Call_HomeVisit",
    ],
    "xintai/xintai_application.bpmn": ["Call_Verification", "Call_Notice", "Call_Filing", "Task_ApplySeal"],
}
APART = {
    "jincheng/jincheng_application.bpmn": [
        ("Call_Verification", "Call_HomeVisit"),
        ("Call_Acceptance", "Call_Verification"),
        ("Task_Review", "Task_Confirm"),
        ("Service_StartFiling", "Call_ResultNotice"),
    ],
    "xintai/xintai_application.bpmn": [
        ("Call_Verification", "Call_Acceptance"),
        ("Task_ChiefRepReview", "Task_ApplySeal"),
        ("Call_Notice", "Call_Filing"),
    ],
}
"""Neighbours in the seed's order that have a gateway between them."""
SHARED = [
    "shared/shared_materials.bpmn",
    "shared/shared_home_visit.bpmn",
    "shared/shared_notice.bpmn",
    "shared/shared_filing.bpmn",
    "shared/shared_payment_start.bpmn",
    "shared/shared_acceptance.bpmn",
]


def _mutants() -> Iterator[tuple[str, Mutant]]:
    for resource, activities in REMOVED.items():
        data = (BPMN / resource).read_bytes()
        walk = "J1" if resource.startswith("jincheng") else "X1"
        pairs = dict.fromkeys([*APART[resource], *neighbours(data)])
        for first, second in pairs:
            number = "X6" if {first, second} & {"Call_Appraisal", "Task_DecideObjection"} else walk
            yield number, swapped(resource, data, first, second)
        for activity in activities:
            yield walk, removed(resource, data, activity)
    for resource in SHARED:
        data = (BPMN / resource).read_bytes()
        chain = {
            "Task_CheckObjection",
            "Service_RecordObjections",
            "Service_DeadlinesObjected",
            "Service_SuspendNotice",
        }
        for first, second in neighbours(data):
            if not {first, second} & chain:
                yield "J1", swapped(resource, data, first, second)


ALL = list(_mutants())


@pytest.mark.parametrize(
    ("number", "mutant"),
    ALL,
    ids=[f"{number}-{mutant.resource.split('/')[1][:-5]}-{mutant.name}" for number, mutant in ALL],
)
def test_a_mutated_diagram_fails(number: str, mutant: Mutant, office: Office) -> None:
    with pytest.raises((AssertionError, JiuzhuError)):
        _walk_on(office, number, mutant)


def _walk_on(office: Office, number: str, mutant: Mutant) -> None:
    deployment.deploy(office, system_actor(), "bpmn", diagrams() | {mutant.resource: mutant.data}, "mutant")
    walker = Walker(office, WALKS[number])
    check(walker, walker.run())


def test_the_diagrams_themselves_pass(office: Office) -> None:
    """What fails above fails for the mutation, not for the deployment."""
    resource = "jincheng/jincheng_application.bpmn"
    _walk_on(office, "J1", Mutant("unchanged", resource, diagrams()[resource] + b"<!-- changed -->"))


def test_there_are_enough_mutants() -> None:
    assert len(ALL) >= 40
