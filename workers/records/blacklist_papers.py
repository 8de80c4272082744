"""The letters about a list of dishonesty, and what its decision means in days (XX-25)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from jiuzhu.domain.identity import mask_resident_id
from jiuzhu.domain.instants import add_months, day_of
from jiuzhu.domain.records import Submission
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import Refused
from workers.records.papers import law, organ_name

EFFECT = (
    "列入期间，再次申请救助时会提示审核人员重点核实；本机关不会仅因列入名单而不受理申请或者不予救助，到期自行失效。"
)
SILENT = "期限内没有申辩。"


def latest(call: RecordCall, form: str) -> Submission:
    """Return this record's latest answer to a form; a household may have several such records. Raises Refused."""
    found = [one for one in call.records.submissions(form) if one.record_no == call.record_no]
    if not found:
        raise Refused("还没有填写这项任务的表单。")
    return found[-1]


def listed_from(decision: Submission) -> date:
    """Return the first day: that of the decision."""
    return day_of(decision.submitted_at)


def listed_until(decision: Submission) -> date:
    """Return the last day of so many months."""
    return add_months(listed_from(decision), int(decision.data["blacklist_months"])) - timedelta(days=1)


def notice_values(call: RecordCall) -> dict[str, Any]:
    """拟列入失信名单告知书: facts, effect, and how long one may answer."""
    evidence = latest(call, "blacklist_evidence")
    return {
        **_head(call, evidence),
        "id_masked": mask_resident_id(str(evidence.data["blacklist_resident_id"])),
        "appeal_days": int(call.policy.value("blacklist.appeal_days", call.today)),
        "collected_by": signed_by(evidence),
        "legal_basis": law(call)["legal_basis"],
    }


def decision_values(call: RecordCall) -> dict[str, Any]:
    """失信名单决定书: what was answered, what was decided and why, where to turn."""
    evidence, decision = latest(call, "blacklist_evidence"), latest(call, "blacklist_decision")
    appeals = [one for one in call.records.submissions("blacklist_appeal") if one.record_no == call.record_no]
    listed = decision.data.get("blacklisted") is True
    return {
        **_head(call, evidence),
        "appeal_text": str(appeals[-1].data["appeal_text"]) if appeals else SILENT,
        "decision_words": "列入失信名单" if listed else "不列入失信名单",
        "valid_from": listed_from(decision).isoformat() if listed else None,
        "valid_to": listed_until(decision).isoformat() if listed else None,
        "decision_reason": str(decision.data["decision_reason"]),
        "decided_by": signed_by(decision),
        **law(call),
    }


def _head(call: RecordCall, evidence: Submission) -> dict[str, Any]:
    return {
        "issuer": organ_name(call, call.district),
        "addressee": str(evidence.data["applicant_name"]),
        "blacklist_facts": str(evidence.data["blacklist_facts"]),
        "blacklist_effect": EFFECT,
    }


def book_decision(call: RecordCall, submission: Submission) -> Values:
    """A listing ends, and not later than the district allows. Raises Refused."""
    months = int(submission.data.get("blacklist_months") or 0)
    most = int(call.policy.value("blacklist.max_months", call.today))
    if submission.data.get("blacklisted") is True and months > most:
        raise Refused(f"列入失信名单最长{most}个月。")
    return {}


BUILDERS: Mapping[str, Callable[[RecordCall], dict[str, Any]]] = {
    "blacklist_notice": notice_values,
    "blacklist_decision": decision_values,
}
EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {"blacklist_decision": book_decision}
