"""How much may be granted a month: what was reckoned, or another amount with a reason, up to the district's ceiling."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jiuzhu.domain.benefit import ZERO, round_fen
from jiuzhu.domain.rows import BenefitCalculation
from jiuzhu.domain.topics import RecordCall
from jiuzhu.errors import Invalid
from workers.records.papers import acceptance_day


def require_within(call: RecordCall, amount: Decimal, data: dict[str, Any], field: str = "amount_monthly") -> None:
    """Refuse a monthly amount that nobody may grant, whoever types it and at whatever door (into which field).

    1. Nothing is no grant, unless the programme pays nothing itself; 2. the ceiling is the whole standard of the
    household (a fixed aid where the programme has one) with the care allowance, times parameter ``grant.max_share`` of
    the acceptance day; 3. an amount that differs from the reckoned one needs a reason. Without a calculation there is
    nothing to compare with.
    Raises Invalid naming the field.
    """
    if amount < ZERO or (amount == ZERO and not pays_nothing(call)):
        raise Invalid("救助金额不对。", {field: "给予救助的金额应大于 0 元。"})
    rows = call.records.find(BenefitCalculation, case_no=call.case_no)
    if not rows:
        return
    reckoned = max(rows, key=lambda row: row.round)
    most, source = ceiling(call, reckoned)
    if amount > most:
        words = f"最多 {most} 元（家庭全额标准的上限，依据：{source}）；确需提高的，先按规定调整标准。"
        raise Invalid("救助金额超过上限，不能作出这个决定。", {field: words})
    if amount != reckoned.amount_monthly and "amount_reason" in data and not str(data["amount_reason"] or "").strip():
        raise Invalid("调整金额须写明理由。", {"amount_reason": "与测算金额不同，请写明理由。"})


def pays_nothing(call: RecordCall) -> bool:
    """True for a programme whose recognition opens other departments' aid and no payment of its own (XX-56)."""
    programme = call.records.case().programme
    rows = call.policy.rows("household_aid", acceptance_day(call))
    return any(row["programme"] == programme and Decimal(row["amount"]) == ZERO for row in rows)


def ceiling(call: RecordCall, reckoned: BenefitCalculation) -> tuple[Decimal, str]:
    """Return the highest monthly amount of a household and where the share comes from."""
    day = acceptance_day(call)
    programme = call.records.case().programme
    fixed = [Decimal(row["amount"]) for row in call.policy.rows("household_aid", day) if row["programme"] == programme]
    whole = fixed[0] if fixed else reckoned.standard * reckoned.members
    share = Decimal(str(call.policy.value("grant.max_share", day)))
    source = call.policy.source("grant.max_share", day)
    return round_fen((whole + reckoned.care_allowance) * share), source
