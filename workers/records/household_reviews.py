"""The review of one household: what has changed, its result, its row of the campaign (JC-30, JC-34, QJ-16, XT-32)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from jiuzhu.domain.adjustments import ENDING
from jiuzhu.domain.campaigns import RESULTS
from jiuzhu.domain.instants import add_months, iso
from jiuzhu.domain.money import yuan
from jiuzhu.domain.rows import Campaign, CampaignItem, MeansQuery, MeansResult, Recipient, ReviewLine
from jiuzhu.domain.schedules import spoken
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import BpmnError, Refused
from workers.records import names
from workers.records.booked_papers import care_allowance
from workers.records.campaigns import DUE_CAMPAIGN
from workers.records.desk import at_desk, rows_of, text
from workers.records.papers import make_document, staff_name
from workers.records.reviews import CONFIRM_GROUP, confirm_group

REVIEW_ITEM = Name(name="review_item", type="string", label="复核名单中的户")
RECIPIENT_NO = Name(name="recipient_no", type="string", label="救助对象编号")
CHANGE_RESULT = Name(
    name="change_result", type="string", label="复核结果", required=False, choices=("", *RESULTS, "reinvestigate")
)
NEW_AMOUNT = Name(name="new_amount", type="money", label="复核后的月救助金额", required=False)
CHANGE_REASON = Name(name="change_reason", type="string", label="调整理由", required=False)

REVIEW_LOAD = TopicContract(
    topic="review_load",
    label="载入复核家庭",
    kind="record",
    doc="载入名单中的一户；对象已经终止救助的报 CANCELLED。",
    inputs=(REVIEW_ITEM, names.TOWN),
    outputs=(
        RECIPIENT_NO,
        CONFIRM_GROUP,
        Name(name="visit_group", type="string", label="由谁入户"),
        DUE_CAMPAIGN,
        Name(name="accepted_at", type="date", label="受理时间（复核开始）"),
        names.DUE_SIMPLE,
    ),
    errors=("CANCELLED",),
    sources=("JC-34",),
)
REVIEW_COMPARE = TopicContract(
    topic="review_compare",
    label="比较有无变化",
    kind="record",
    doc="摸排、入户、核对和重新核定的金额与现在的救助比较：都没有变化的列入确认表，其余单独办理，并写明原因。",
    inputs=(
        REVIEW_ITEM,
        names.AMOUNT_MONTHLY,
        Name(name="authorization_refused", type="boolean", label="是否拒绝授权"),
    ),
    outputs=(
        Name(name="review_changed", type="boolean", label="是否有变化"),
        NEW_AMOUNT,
        names.DUE_SIMPLE,
    ),
    sources=("JC-34", "XT-32"),
)
REVIEW_SETTLE = TopicContract(
    topic="review_settle",
    label="记入复核结果",
    kind="record",
    doc="把确认的结果（维持、增发、减发、停发、渐退、终止供养）记入名单；mode=keep 是确认表一并确认的维持。",
    inputs=(
        REVIEW_ITEM,
        Name(name="mode", type="string", label="方式", drawn=True, required=False, choices=("", "keep")),
        CHANGE_RESULT,
        NEW_AMOUNT,
        CHANGE_REASON,
    ),
    outputs=(CHANGE_RESULT, NEW_AMOUNT, CHANGE_REASON, names.DUE_SIMPLE),
    sources=("JC-34",),
)
REVIEW_REPORT = TopicContract(
    topic="review_report",
    label="登记复核完成",
    kind="record",
    doc="出具复核表，把结果报回名单，并推算下次复核时间。",
    inputs=(REVIEW_ITEM,),
    outputs=(names.DUE_SIMPLE,),
    decisions=("review_period",),
    sources=("JC-30", "JC-34", "QJ-05"),
)
REVIEW_CANCEL = TopicContract(
    topic="review_cancel",
    label="登记不再复核",
    kind="record",
    doc="对象在复核期间终止救助的，把名单中的这一户登记为已注销，并写明原因。",
    inputs=(REVIEW_ITEM,),
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-34",),
)


def load_item(call: RecordCall) -> Values:
    """Return what the household's review reads. Raises CANCELLED when the aid has ended meanwhile."""
    item, recipient = item_of(call), recipient_of(call)
    if recipient.state == "ended":
        raise BpmnError("CANCELLED", "对象已经终止救助")
    campaign = call.records.find(Campaign, campaign_no=item.campaign_no)[0]
    return {
        "recipient_no": recipient.recipient_no,
        "confirm_group": confirm_group(call, item.town),
        "visit_group": f"town_investigator@{item.town}",
        "due_campaign": iso(campaign.closes_at),
        "accepted_at": iso(call.now),
    }


def compare(call: RecordCall) -> Values:
    """Say whether anything has changed, and why; write the way that the household goes."""
    item, recipient, line = item_of(call), recipient_of(call), line_of(call)
    amount = _new_amount(call, recipient)
    found = list(_changes(call, line, recipient, amount))
    call.records.change(item, state="visited", way="single" if found else "sheet", changes="；".join(found))
    call.records.audit("review_compared", "；".join(found) or "没有变化", new_amount=str(amount))
    return {"review_changed": bool(found), "new_amount": f"{amount:.2f}"}


def _changes(call: RecordCall, line: ReviewLine, recipient: Recipient, amount: Decimal) -> Sequence[str]:
    found: list[str] = []
    if call.inputs.get("authorization_refused") is True:
        found.append("拒绝核对授权")
    if line.village_changed:
        found.append(f"村（社区）报告有变化：{line.village_note}")
    if line.visit_outcome == "absent":
        found.append("三次入户没有见到")
    if line.visit_outcome == "refused":
        found.append(f"拒绝入户调查：{line.visit_note}")
    if line.visit_changed:
        found.append(f"入户发现变化：{line.visit_note}")
    found += _doubts(call)
    if amount != recipient.amount_monthly:
        found.append(f"重新核定为每月{amount:.2f}元，现为{recipient.amount_monthly:.2f}元")
    return found


def _doubts(call: RecordCall) -> list[str]:
    queries = rows_of(call, MeansQuery)
    if not queries:
        return ["没有核对结果"]
    results = [one for one in rows_of(call, MeansResult) if one.query_no == queries[-1].query_no]
    doubts = sum(1 for one in results if one.result in ("doubt", "mismatch"))
    silent = sum(1 for one in results if one.result == "timeout")
    said = [f"核对有{doubts}条疑点"] if doubts else []
    return said + ([f"{silent}个来源没有反馈"] if silent else [])


def _new_amount(call: RecordCall, recipient: Recipient) -> Decimal:
    reckoned = yuan(text(call, "amount_monthly", "0.00"))
    return reckoned + (care_allowance(call, recipient.care_level) if recipient.programme == "tekun" else Decimal(0))


def settle(call: RecordCall) -> Values:
    """Write the confirmed result. Raises Refused for a result that does not fit its amount."""
    item, recipient = item_of(call), recipient_of(call)
    if text(call, "mode") == "keep":
        result, amount, reason = "keep", recipient.amount_monthly, "复核没有变化"
    else:
        result, reason = text(call, "change_result"), text(call, "change_reason")
        kept = result in ("keep", "gradual_exit")  # 渐退: paid on until its period ends
        amount = recipient.amount_monthly if kept else yuan(text(call, "new_amount", "0.00"))
        if result in ENDING:
            amount = Decimal("0.00")
        _check_amount(result, amount, recipient.amount_monthly)
    call.records.change(item, state="confirmed", result=result, new_amount=amount, reason=reason)
    call.records.audit("review_settled", f"复核结果：{RESULTS[result]}", new_amount=str(amount))
    return {"change_result": result, "new_amount": f"{amount:.2f}", "change_reason": reason}


def _check_amount(result: str, amount: Decimal, before: Decimal) -> None:
    if result == "increase" and amount <= before:
        raise Refused("增发后的金额应高于现在的金额。")
    if result == "decrease" and not Decimal(0) < amount < before:
        raise Refused("减发后的金额应大于零、低于现在的金额；不再给予的选停发。")


def report(call: RecordCall) -> Values:
    """Make the review paper, report back through the row, and set the next review by table ``review_period``."""
    item, recipient, line = item_of(call), recipient_of(call), line_of(call)
    campaign = call.records.find(Campaign, campaign_no=item.campaign_no)[0]
    opinion = _own(call, "review_household")
    confirmed = _own(call, "review_confirm")
    make_document(
        call,
        "review_form",
        {
            "paper_title": f"{spoken(campaign.period)}{campaign.label}表",
            "recipient_no": recipient.recipient_no,
            "review_label": campaign.label,
            "period": spoken(campaign.period),
            "members": recipient.members,
            "village_opinion": line.village_note or ("有变化" if line.village_changed else "没有变化"),
            "visited_on": line.visited_on.isoformat() if line.visited_on else None,
            "visitor": staff_name(call, line.visited_by),
            "visit_result": line.visit_note or ("有变化" if line.visit_changed else "没有变化"),
            "verification": "；".join(_doubts(call)) or "核对没有发现变化",
            "amount_before": str(item.amount_before),
            "new_amount": str(item.new_amount),
            "review_result": RESULTS[item.result],
            "reason_text": item.reason,
            "reviewer": opinion.person_name if opinion else "",
            "confirmer": confirmed.person_name if confirmed else staff_name(call, line.decided_by),
        },
    )
    months = _months(call, recipient)
    call.records.change(item, state="done", done_at=call.now)
    call.records.change(
        recipient_of(call),
        review_months=months,
        next_review=add_months(call.today, months),
        version=recipient.version + 1,
    )
    call.records.audit("review_done", f"复核完成：{RESULTS[item.result]}", campaign=item.campaign_no)
    return {}


def _own(call: RecordCall, form: str) -> Any:
    found = [one for one in call.records.submissions(form) if one.record_no == call.record_no]
    return found[-1] if found else None


def _months(call: RecordCall, recipient: Recipient) -> int:
    """Return the months until the next review by class (QJ-05); the class of the household is in its last months."""
    parameters = call.policy.values("review_period", call.today)
    row = call.decide("review_period", {"programme": recipient.programme, "household_class": "", **parameters})
    by_table = int(row["months"]) if isinstance(row, dict) and row.get("months") else recipient.review_months
    classes = {int(value) for name, value in parameters.items() if name.startswith("months_")}
    return recipient.review_months if recipient.review_months in classes else by_table


def cancel(call: RecordCall) -> Values:
    """Write that the household left the list because its aid has ended."""
    item, recipient = item_of(call), recipient_of(call)
    ended = f"（{recipient.ended_on:%Y-%m-%d}）" if recipient.ended_on else ""
    call.records.change(item, state="cancelled", reason=f"已终止救助{ended}", done_at=call.now)
    call.records.audit("review_cancelled", f"已终止救助{ended}，不再复核")
    return {}


def item_of(call: RecordCall) -> CampaignItem:
    """Return the household's row of the campaign."""
    return call.records.find(CampaignItem, item_no=text(call, "review_item"))[0]


def line_of(call: RecordCall) -> ReviewLine:
    """Return what the village's sheet says of the household."""
    return call.records.find(ReviewLine, item_no=text(call, "review_item"))[0]


def recipient_of(call: RecordCall) -> Recipient:
    """Return the recipient: rows of the household's own file."""
    number = item_of(call).recipient_no
    return next(one for one in rows_of(call, Recipient) if one.recipient_no == number)


TOPICS: tuple[Topic, ...] = (
    at_desk(REVIEW_LOAD, load_item),
    at_desk(REVIEW_COMPARE, compare),
    at_desk(REVIEW_SETTLE, settle),
    at_desk(REVIEW_REPORT, report),
    at_desk(REVIEW_CANCEL, cancel),
)
