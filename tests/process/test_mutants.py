"""Spoilt diagrams deployed in the real office: a walk on each of them fails where a person would see it.

``test_orders`` tries every mutation on the engine; here stand those that would injure somebody, through all layers.
"""

from __future__ import annotations

import pytest

from jiuzhu.errors import JiuzhuError
from jiuzhu.service import deployment
from jiuzhu.service.office import Office, system_actor
from tests.conftest import diagrams
from tests.process.diagram_files import load
from tests.process.mutations import Mutation
from tests.process.test_walks import check
from tests.walks import Walker, load_walks

WALKS = load_walks()


def _without(key: str, element: str) -> Mutation:
    return Mutation(key=key, what="without", elements=(element,))


def _swapped(key: str, first: str, second: str) -> Mutation:
    return Mutation(key=key, what="swapped", elements=(first, second))


SPOILT = [
    ("J1", _without("jincheng_application", "Call_Verification")),
    ("J1", _without("jincheng_application", "Call_HomeVisit")),
    ("J1", _without("jincheng_application", "Call_ResultNotice")),
    ("J1", _without("jincheng_application", "Service_StartFiling")),
    ("J1", _swapped("jincheng_application", "Call_Verification", "Call_HomeVisit")),
    ("J1", _swapped("jincheng_application", "Task_Review", "Task_Confirm")),
    ("J1", _swapped("jincheng_application", "Task_Confirm", "Call_ResultNotice")),
    ("J1", _swapped("shared_notice", "Task_PostNotice", "Service_StartNotice")),
    ("X1", _without("xintai_application", "Call_Verification")),
    ("X1", _without("xintai_application", "Call_Notice")),
    ("X1", _without("xintai_application", "Call_Filing")),
    ("X1", _without("xintai_application", "Task_ApplySeal")),
    ("X1", _swapped("xintai_application", "Call_Verification", "Call_Acceptance")),
    ("X1", _swapped("xintai_application", "Task_ChiefRepReview", "Task_ApplySeal")),
    ("X1", _swapped("xintai_application", "Call_Notice", "Call_Filing")),
    ("X6", _swapped("xintai_application", "Call_Appraisal", "Task_DecideObjection")),
]


@pytest.mark.parametrize(("number", "mutation"), SPOILT, ids=[f"{walk} {mutation}" for walk, mutation in SPOILT])
def test_a_spoilt_diagram_fails_its_walk(number: str, mutation: Mutation, office: Office) -> None:
    diagram = load()[mutation.key]
    with pytest.raises((AssertionError, JiuzhuError)):
        _walk_on(office, number, mutation.key, mutation.apply(diagram))


def _walk_on(office: Office, number: str, key: str, data: bytes) -> None:
    (resource,) = [name for name in diagrams() if name.endswith(f"/{key}.bpmn")]
    deployment.deploy(office, system_actor(), "bpmn", diagrams() | {resource: data}, "spoilt")
    walker = Walker(office, WALKS[number])
    check(walker, walker.run())


def test_the_diagrams_themselves_pass(office: Office) -> None:
    """What fails above fails for the mutation, not for the deployment."""
    key = "jincheng_application"
    _walk_on(office, "J1", key, diagrams()[f"jincheng/{key}.bpmn"] + b"<!-- the same -->")
