"""No step for form's sake: what each human step of 晋城's procedure leaves behind, and that none is done without it.

The table stands for the clause: a step that somebody adds to a diagram is missing in it, and a form that no longer asks
for its photo or signature lets the careless clerk of the walks through.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Invalid
from jiuzhu.service.office import Office
from tests.process.diagram_files import BPMN, CAMUNDA, Diagram, load
from tests.walks import Walker, load_walks

PROCEDURE = "jincheng_application"
EVIDENCE: Mapping[str, frozenset[str]] = {
    "Start_Application": frozenset({"authorization_scan"}),
    "Task_CheckMaterials": frozenset({"sign"}),
    "Task_ObtainAuthorization": frozenset({"authorization_scan"}),
    "Task_IssueReport": frozenset({"sign"}),
    "Task_HearApplicant": frozenset({"sign"}),
    "Task_HomeVisit": frozenset({"photos", "member_signature", "witnesses", "sign"}),
    "Task_CoSign": frozenset({"sign"}),
    "Task_JudgeRefusal": frozenset({"sign"}),
    "Task_HoldAppraisal": frozenset({"appraisal_photos", "appraisal_minutes", "sign"}),
    "Task_Review": frozenset({"sign"}),
    "Task_Confirm": frozenset({"sign"}),
    "Task_PostNotice": frozenset({"posted_photo"}),
    "Task_RemoveNotice": frozenset({"removed_photo"}),
    "Task_CheckObjection": frozenset({"sign"}),
    "Task_ConcludeObjection": frozenset({"sign"}),
    "Task_Redecide": frozenset({"sign"}),
    "Task_AssessSelfCare": frozenset({"care_photos", "sign"}),
    "Task_ChooseSupport": frozenset({"support_agreement_scan", "sign"}),
    "Task_DeliverLetter": frozenset({"delivery_proof"}),
    "Task_AlternativeDelivery": frozenset({"delivery_proof"}),
}
ARRANGED: Mapping[str, frozenset[str]] = {
    "Task_PlanVisit": frozenset({"Task_HomeVisit"}),
    "Task_ConveneAppraisal": frozenset({"Task_HoldAppraisal"}),
    "Task_PlanObjection": frozenset({"Task_HomeVisit", "Task_HoldAppraisal"}),
}
"""Steps that only arrange another one, which leaves the evidence."""
WHEN: Mapping[str, frozenset[str]] = {
    "photos": frozenset({"met", "absent"}),
    "member_signature": frozenset({"met"}),
    "witnesses": frozenset({"refused"}),
}
"""Outcomes of a visit with which a piece can be had: who lets nobody in is not photographed, witnesses stand for it."""
WALKS = ("J10", "J2", "J17", "J8", "J5b", "J8b")
"""Together they come past every step of the table."""


class Careless(Walker):
    """Tries every step without each piece of its evidence before doing it properly."""

    def __init__(self, office: Office, walk: Mapping[str, Any]) -> None:
        super().__init__(office, walk)
        self.refused: set[tuple[str, str]] = set()

    def submit(self, actor: Actor, task: str, data: Mapping[str, Any]) -> None:
        element = next(row["element_id"] for row in self.open_items() if row["task_id"] == task)
        outcome = data.get("visit_outcome")
        for key in sorted(EVIDENCE.get(element, frozenset()) & set(data)):
            if outcome and outcome not in WHEN.get(key, {outcome}):
                continue
            self.without(element, key, data, lambda less: super(Careless, self).submit(actor, task, less))
            assert task in {row["task_id"] for row in self.open_items()}, "still to be done"
        super().submit(actor, task, data)

    def hand_in(self, actor: Actor, data: Mapping[str, Any]) -> str:
        before = self.rows("select id from case_instance")
        for key in EVIDENCE["Start_Application"]:
            self.without("Start_Application", key, data, lambda less: super(Careless, self).hand_in(actor, less))
        assert self.rows("select id from case_instance") == before, "nothing was begun"
        return super().hand_in(actor, data)

    def without(self, element: str, key: str, data: Mapping[str, Any], act: Any) -> None:
        empty: Any = [] if isinstance(data[key], list) else {"way": "login", "confirm": False}
        rest = {name: value for name, value in data.items() if name != key}
        for less in (rest, {**rest, key: empty}):
            with pytest.raises(Invalid) as refused:
                act(less)
            assert {name.split(".")[0] for name in refused.value.faults} == {key}, element
        self.refused.add((element, key))


def human_steps() -> set[str]:
    """The steps with a form in the procedure and in every procedure that it calls."""
    files = load()
    found: set[str] = set()
    waiting, seen = [PROCEDURE], set[str]()
    while waiting:
        diagram: Diagram = files[waiting.pop()]
        seen.add(diagram.key)
        calls = {call.get("calledElement", "") for call in diagram.elements("callActivity")}
        waiting += sorted(calls - seen - set(waiting))
        for step in diagram.elements("userTask", "startEvent"):
            if step.tag == f"{BPMN}userTask" or step.get(f"{CAMUNDA}formRef"):
                found.add(step.get("id", ""))
    return found


@pytest.mark.req("JC-41")
def test_every_step_leaves_evidence_or_only_arranges_the_one_that_does() -> None:
    assert human_steps() == set(EVIDENCE) | set(ARRANGED)
    assert all(proof and proof <= set(EVIDENCE) for proof in ARRANGED.values())


@pytest.mark.req("JC-41")
def test_no_step_is_done_without_its_evidence(office: Office) -> None:
    refused: set[tuple[str, str]] = set()
    for number, walk in enumerate(WALKS):
        walker = Careless(office, load_walks()[walk])
        walker.household = number + 1
        walker.run()
        refused |= walker.refused
    assert refused == {(step, key) for step, keys in EVIDENCE.items() for key in keys}
