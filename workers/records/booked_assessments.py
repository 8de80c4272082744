"""Papers of completed forms: the service plan and the evaluation of a low-income family (XX-04, XX-56)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.records import Submission
from jiuzhu.domain.topics import RecordCall, Values
from workers.records.assessment_papers import followup_values, plan_values
from workers.records.papers import make_document


def plan_paper(call: RecordCall, submission: Submission) -> Values:
    """综合救助服务计划, as soon as the plan is signed."""
    make_document(call, "service_plan", plan_values(call, submission))
    return {}


def evaluation_paper(call: RecordCall, submission: Submission) -> Values:
    """后续保障综合评估表."""
    make_document(call, "followup_eval", followup_values(call, submission))
    return {}


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "service_plan": plan_paper,
    "followup_eval": evaluation_paper,
}
