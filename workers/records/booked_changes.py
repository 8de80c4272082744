"""Forms of a change: the reviewer proposes, whoever may decide on an application that day decides (JC-24, NH-20)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from jiuzhu.domain.adjustments import ENDING
from jiuzhu.domain.money import yuan
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Adjustment, Recipient
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import Refused
from workers.records.booked_panels import require_entitled
from workers.records.ceilings import require_within
from workers.records.recipient_rows import adjustment_of, amount_before, change_rows, given, recipient_of
from workers.records.standing import deciding_org, letter_of_town

ZERO = Decimal("0.00")
PANEL = {"granted": "agreed", "refused": "keep", "back": "back"}
"""Decision of a panel or its committee on a proposal → what becomes of it."""


def book_proposal(call: RecordCall, submission: Submission) -> Values:
    """Write what the reviewer proposes; a proposal that came back is replaced."""
    return propose(call, submission, str(submission.data["change_proposal"]))


def propose(call: RecordCall, submission: Submission, result: str) -> Values:
    """Write a proposed result. Raises Refused where a tekun person's support would end without its own procedure,
    Invalid for an amount that nobody could confirm.
    """
    recipient, data = recipient_of(call), submission.data
    require_fitting(recipient, result)
    before, said = amount_before(call, recipient), str(data.get("new_amount") or "")
    # Kept as it was: also what a report of a death has held back since.
    amount = before if result == "keep" and not said else amount_after(recipient, result, said)
    if result in ("increase", "decrease"):
        require_within(call, amount, {}, "new_amount")
    values: dict[str, Any] = {
        "kind": given(call, "change_kind"),
        "member": given(call, "change_member"),
        "changes": change_rows(call),
        "result": result,
        "amount_before": before,
        "amount_after": amount,
        "reason": str(data.get("change_reason") or ""),
        "care_level": given(call, "care_level", recipient.care_level),
        "state": "proposed",
        "decided_at": submission.submitted_at,
    }
    row = adjustment_of(call)
    if row is None:
        call.records.add(new_adjustment(call, recipient, **values))
    else:
        call.records.change(row, **values)
    return {"new_amount": f"{amount:.2f}"}


def book_change_decision(call: RecordCall, submission: Submission) -> Values:
    """Write the decision on a proposed change: agreed, kept as it was, or sent back; who, at which level, by what."""
    row = adjustment_of(call)
    data = submission.data
    if row is None or row.state not in ("proposed", "back", "decided"):
        return {}
    said = str(data.get("change_decision") or PANEL.get(str(data.get("decision")), ""))
    if said not in ("agreed", "keep", "back"):
        return {}
    if submission.form != "change_confirmation":
        require_entitled(call, submission, change=True)
    if said == "back":
        call.records.change(row, state="back")
        return {"change_result": "back"}
    recipient = recipient_of(call)
    result = row.result if said == "agreed" else "keep"
    require_fitting(recipient, result)
    amount = row.amount_after if said == "agreed" else row.amount_before
    # Who gets nothing and goes on getting nothing (suspended, ended) is granted nothing.
    nothing = result == "keep" and amount == row.amount_before == ZERO
    if said == "agreed" and result in ("increase", "decrease", "keep") and not nothing:
        require_within(call, amount, {"amount_monthly": f"{amount:.2f}"})
    level = given(call, "authority_level", "town")
    letter = letter_of_town(call)
    reason = str(data.get("decision_opinion") or "") if said == "keep" else row.reason
    call.records.change(
        row,
        result=result,
        amount_after=amount,
        reason=reason or row.reason,
        changes=row.changes if said == "agreed" else [],
        state="decided",
        person=submission.person,
        decided_at=submission.submitted_at,
        level=level,
        org=call.district if level == "county" else deciding_org(call),
        letter_no=letter.letter_no if letter and level != "county" else "",
    )
    facts = {"result": result, "amount": str(amount), "recipient": recipient.recipient_no}
    call.records.audit("change_decided", f"调整决定{row.decision_no}", **facts)
    return {
        "change_result": result,
        "new_amount": f"{amount:.2f}",
        "change_reason": (reason or row.reason)[:200],
    }


def require_fitting(recipient: Recipient, result: str) -> None:
    """Raise Refused for an end that the recipient's programme does not know (tekun support is terminated, publicly),
    and for a gradual exit of who is leaving already.
    """
    if result == recipient.state == "gradual_exit":
        raise Refused("已在渐退期内，期满时复核；不重复渐退。")
    if recipient.programme == "tekun" and result in ("stop", "gradual_exit"):
        raise Refused("特困人员不再符合条件的，提出终止供养；停发、渐退不适用。")
    if recipient.programme != "tekun" and result == "terminate_tekun":
        raise Refused("只有特困人员可以终止供养；其他救助对象提出停发。")


def is_change(call: RecordCall) -> bool:
    """True while this process instance decides a proposed change, not an application."""
    row = adjustment_of(call)
    return row is not None and row.record_no == call.record_no and row.state in ("proposed", "back", "decided")


def amount_after(recipient: Recipient, result: str, given: str) -> Decimal:
    """Return the monthly amount after a result: nothing after a stop or while suspended, the old one when kept."""
    if result in ENDING or result == "suspend":
        return ZERO
    if given:
        return yuan(given)
    return recipient.amount_monthly


def new_adjustment(call: RecordCall, recipient: Recipient, **values: Any) -> Adjustment:
    """Return a numbered adjustment of this process instance."""
    year = call.today.year
    serial = call.records.number(f"adjustment:{call.district}:{year}")
    return Adjustment(
        decision_no=f"{call.policy.short}救变〔{year}〕{serial}号",
        case_no=call.case_no,
        record_no=call.record_no,
        recipient_no=recipient.recipient_no,
        district=call.district,
        **values,
    )


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "change_check": book_proposal,
    "change_confirmation": book_change_decision,
}
