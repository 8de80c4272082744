"""What supervision's forms may not say: a unit twice, a kind the plan has not, lenience where there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.records import Submission
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.domain.words import VIOLATION_KINDS
from jiuzhu.errors import Refused
from workers.records.units import own, planned_units, problem_units

LENIENT = ("mitigated", "exempted")


def require_planned(call: RecordCall, submission: Submission) -> Values:
    """Refuse a finding about a unit that is not in the plan or was inspected already. Raises Refused."""
    unit = str(submission.data.get("finding_unit") or "")
    if unit not in planned_units(call):
        raise Refused("这个单位不在检查方案里。")
    earlier = [one for one in own(call, "inspection_finding") if one.id != submission.id]
    if any(one.data.get("finding_unit") == unit for one in earlier):
        raise Refused("这个单位已经有检查记录，请选其他单位。")
    return {}


def require_unit(call: RecordCall, submission: Submission) -> Values:
    """Refuse a unit that has nothing to rectify here, or has its order already. Raises Refused."""
    unit = str(submission.data.get("rectify_unit") or "")
    earlier = [one for one in own(call, "rectify_order") if one.id != submission.id]
    if any(one.data.get("rectify_unit") == unit for one in earlier):
        raise Refused("这个单位已经下达过整改通知，请选其他有问题的单位。")
    units = problem_units(call)
    if units and unit not in units:
        raise Refused("这个单位没有发现问题，不用整改。")
    return {}


def require_lenience(call: RecordCall, submission: Submission) -> Values:
    """Refuse to mitigate or exempt where the district has no such rule, or for intent (QJ-39). Raises Refused."""
    chosen = submission.data.get("disposition")
    if chosen not in LENIENT:
        return {}
    if call.policy.value("violation.mitigation", call.today) is not True:
        raise Refused("本区没有减轻或者免于责任追究的规定。")
    if submission.data.get("subjective") is not False:
        raise Refused("只有改革探索中的非主观失误，才可以减轻或者免于责任追究。")
    return {}


def require_kind(call: RecordCall, submission: Submission) -> Values:
    """Refuse a kind that the district's plan does not name. Raises Refused."""
    kind = submission.data.get("violation_kind")
    if kind and kind not in call.policy.value("violation.kinds", call.today):
        raise Refused(f"本区的责任追究情形里没有“{VIOLATION_KINDS.get(str(kind), kind)}”。")
    return {}


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "inspection_finding": require_planned,
    "rectify_order": require_unit,
    "violation_lead": require_kind,
    "violation_check": require_kind,
    "violation_disposition": require_lenience,
}
