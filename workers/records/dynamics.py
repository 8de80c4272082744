"""变化核查: the recipient is found, his aid reckoned anew, the way it goes is named (JC-24, QJ-16, XT-33)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jiuzhu.domain.adjustments import refusals_reached, trend, without_one
from jiuzhu.domain.household import apply_changes, members_of
from jiuzhu.domain.instants import iso
from jiuzhu.domain.reported import has_joined
from jiuzhu.domain.rows import BenefitCalculation, Household, Recipient
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.benefits import reckon
from workers.records.booking import write_household
from workers.records.counted import stands_alone
from workers.records.desk import at_desk, text
from workers.records.papers import household_of
from workers.records.recipient_rows import adjustment_of, amount_before, change_rows, find_recipient, recipient_of

RECIPIENT_NO = Name(name="recipient_no", type="string", label="救助对象编号")
CHANGE_KINDS = ("", "people", "income", "assets", "self_care", "job_refusal", "death", "ineligible", "suspension")
CHANGE_RESULTS = ("", "keep", "increase", "decrease", "stop", "gradual_exit", "suspend", "terminate_tekun", "back")
CHANGE_KIND = Name(name="change_kind", type="string", label="变化类别", required=False, choices=CHANGE_KINDS)
CHANGE_MEMBER = Name(name="change_member", type="string", label="涉及的成员", required=False)
CHANGE_RESULT = Name(name="change_result", type="string", label="调整决定", required=False, choices=CHANGE_RESULTS)
CHANGE_REASON = Name(name="change_reason", type="string", label="调整的理由", required=False)
NEW_AMOUNT = Name(name="new_amount", type="money", label="调整后的月救助金额", required=False)

RECIPIENT_FIND = TopicContract(
    topic="recipient_find",
    label="查找在册救助对象",
    kind="record",
    doc="查找这一户的救助对象编号；不在救助对象台账里的，或者已经停发的，编号为空。",
    outputs=(RECIPIENT_NO, names.DUE_SIMPLE),
    sources=("JC-24", "XT-33"),
)

RECIPIENT_LOAD = TopicContract(
    topic="recipient_load",
    label="取救助对象",
    kind="record",
    doc="动态管理的第一步：取出救助对象的现行金额；收到变化报告的这一天就是适用规则和权限的日期。",
    inputs=(names.PROGRAMME, CHANGE_KIND),
    outputs=(
        RECIPIENT_NO,
        CHANGE_KIND,
        Name(name="amount_before", type="money", label="现行月救助金额"),
        Name(name="household_known", type="boolean", label="有无家庭成员登记"),
        Name(name="member_joined", type="boolean", label="是否新增成员"),
        names.CARE_LEVEL,
        Name(name="accepted_at", type="date", label="收到报告的时间"),
        Name(name="non_cooperation", type="boolean", label="是否不配合"),
        names.DUE_SIMPLE,
    ),
    sources=("JC-24", "QJ-01", "QJ-16"),
)

CHANGE_REFUSED = TopicContract(
    topic="change_refused",
    label="登记不配合核查",
    kind="record",
    doc="经审定，救助对象不配合变化核查：登记在案，建议暂停发放。",
    outputs=(Name(name="non_cooperation", type="boolean", label="是否不配合"), names.DUE_SIMPLE),
    sources=("JC-24",),
)

CHANGE_SETTLED = TopicContract(
    topic="change_settled",
    label="取调整决定",
    kind="record",
    doc="议事协商等机构对调整建议作出决定以后：同意的按建议，不同意的维持不变，退回的重新核查。",
    outputs=(CHANGE_RESULT, NEW_AMOUNT, CHANGE_REASON, names.DUE_SIMPLE),
    sources=("NH-20", "NH-22"),
)

CHANGE_RECKON = TopicContract(
    topic="change_reckon",
    label="重新核定救助金",
    kind="record",
    doc=(
        "按变化以后的家庭重新核定：死亡只减去本人，其余成员照旧；连续拒绝就业只减去本人的一份；没有家庭成员登记的"
        "（存量导入）保持现行金额，由审核人员填写。给出与现行金额相比的走向。"
    ),
    inputs=(
        names.PROGRAMME,
        names.VILLAGE,
        names.CARE_LEVEL,
        CHANGE_KIND,
        CHANGE_MEMBER,
    ),
    outputs=(
        NEW_AMOUNT,
        Name(name="change_trend", type="string", label="核定走向", choices=("none", "more", "less", "same")),
        Name(name="refusal_reached", type="boolean", label="拒绝就业是否达到次数"),
        Name(name="per_capita_income", type="money", label="家庭月人均收入"),
        names.DUE_SIMPLE,
    ),
    decisions=("income_items", "asset_test"),
    sources=("JC-24", "QJ-05", "XT-33", "XX-49"),
)


def find(call: RecordCall) -> Values:
    """Return the recipient's number, '' for a household that gets nothing (refused, never granted, already ended)."""
    found = find_recipient(call)
    return {"recipient_no": found.recipient_no if found is not None and found.state != "ended" else ""}


def load(call: RecordCall) -> Values:
    """Return what the recipient gets now. Raises Refused for a household that receives nothing."""
    recipient = recipient_of(call)
    known = bool(members_of(household_of(call)))
    return {
        "recipient_no": recipient.recipient_no,
        "change_kind": text(call, "change_kind"),
        "amount_before": f"{amount_before(call, recipient):.2f}",
        "household_known": known,
        "member_joined": has_joined(change_rows(call)),
        "care_level": recipient.care_level,
        "accepted_at": iso(call.now),
        "non_cooperation": False,
    }


def settled(call: RecordCall) -> Values:
    """Return what became of the proposed change. Raises Refused while nobody has decided it."""
    row = adjustment_of(call)
    if row is None or row.state == "proposed":
        raise Refused("调整建议还没有决定。")
    result = "back" if row.state == "back" else row.result
    return {"change_result": result, "new_amount": f"{row.amount_after:.2f}", "change_reason": row.reason[:200]}


def refuse(call: RecordCall) -> Values:
    """Note that the household did not let itself be looked into."""
    call.records.audit("change_refused", "不配合变化核查，建议暂停发放")
    return {"non_cooperation": True}


def reckon_change(call: RecordCall) -> Values:
    """Return the amount after the change and which way it goes."""
    recipient = recipient_of(call)
    kind = text(call, "change_kind")
    count = refusal_count(call)
    limit = int(call.policy.value("job_refusal.times", call.today))
    reached = kind == "job_refusal" and refusals_reached(count, limit)
    before = amount_before(call, recipient)
    if kind == "job_refusal":
        after, entitled = (without_one(before, recipient.members) if reached else before), True
    elif kind == "suspension":
        after, entitled = before, True
    else:
        after, entitled = _anew(call, recipient, before)
    return {
        "new_amount": f"{after:.2f}",
        "change_trend": trend(before, after, entitled=entitled),
        "refusal_reached": reached,
        "per_capita_income": _per_capita(call),
    }


def _per_capita(call: RecordCall) -> str:
    """Return the latest reckoned income per head of this household."""
    rows = call.records.find(BenefitCalculation, case_no=call.case_no)
    return str(max(rows, key=lambda row: row.round).per_capita_income) if rows else "0.00"


def _anew(call: RecordCall, recipient: Recipient, before: Decimal) -> tuple[Decimal, bool]:
    """Reckon the changed household; one that is not on record keeps its amount, less the part of somebody dead."""
    household = changed_household(call)
    dead = text(call, "change_kind") == "death"
    if not members_of(household):
        if dead:
            left = without_one(before, recipient.members)
            return left, recipient.members > 1
        return before, True
    if dead and recipient.members <= 1:
        return Decimal("0.00"), False
    alone = stands_alone(recipient, household_of(call))
    row = reckon(call, household, mode="change", alone=alone, care_level=text(call, "care_level", recipient.care_level))
    return row.amount_monthly, row.asset_ok and row.amount_monthly > 0


def changed_household(call: RecordCall) -> dict[str, Any]:
    """Return the household as it is after the reported changes, without somebody who died; nothing is written."""
    record, _ = apply_changes(household_of(call), change_rows(call), call.record_no)
    return record


def refusal_count(call: RecordCall) -> int:
    """Return how often this person has refused suitable work, in all reports about the household (57 art 33)."""
    member = text(call, "change_member")
    reports = call.records.submissions("change_report")
    rows = [
        row
        for one in reports
        if one.data.get("change_kind") == "job_refusal" and one.data.get("change_member") == member
        for row in one.data.get("refusal_rows") or ()
    ]
    return len({str(row.get("refused_on")) + str(row.get("job")) for row in rows})


def write_changes(call: RecordCall, changes: list[dict[str, Any]], reference: str) -> None:
    """Enter a decided change of the family into the household's record, once."""
    rows = call.records.find(Household, case_no=call.case_no)
    if rows and changes:
        record, _ = apply_changes(rows[0].record, changes, reference)
        write_household(call, rows[0], record, [])


TOPICS: tuple[Topic, ...] = (
    at_desk(RECIPIENT_FIND, find),
    at_desk(RECIPIENT_LOAD, load),
    at_desk(CHANGE_SETTLED, settled),
    at_desk(CHANGE_REFUSED, refuse),
    at_desk(CHANGE_RECKON, reckon_change),
)
