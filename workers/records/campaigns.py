"""A review campaign: freeze its list, launch it, check that nobody was left out, close it (JC-33, QJ-16, XX-37)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from jiuzhu.domain.campaigns import (
    CLOSED_STATES,
    OPEN_STATES,
    RESULTS,
    ReviewRule,
    portions,
    rules_of,
)
from jiuzhu.domain.instants import day_of, iso
from jiuzhu.domain.recipients import PAID_STATES
from jiuzhu.domain.rows import Campaign, CampaignItem, Recipient, ReviewLine, ReviewSheet
from jiuzhu.domain.schedules import Period, spoken
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import BpmnError, Refused
from workers.records import names
from workers.records.desk import at_desk, latest_of, text
from workers.records.papers import make_document
from workers.records.standing import town_of

CAMPAIGN_NO = Name(name="campaign_no", type="string", label="复核编号")
REVIEW_KIND = Name(name="review_kind", type="string", label="复核类别（本区参数 reviews 的 kind）", required=False)
DUE_CAMPAIGN = Name(name="due_campaign", type="date", label="本期复核截止")
COUNTS = (
    Name(name="household_count", type="integer", label="名单户数"),
    Name(name="missing_count", type="integer", label="遗漏户数"),
)

CAMPAIGN_FREEZE = TopicContract(
    topic="campaign_freeze",
    label="锁定复核名单",
    kind="record",
    doc=(
        "按本区参数 reviews 锁定本镇街的复核名单：截止日全部在保对象，或本期到复核时间的对象；按村（社区）分名单。"
        "不在办理时间内，或本期已经办过而没有写明理由的，报 CAMPAIGN_REFUSED；一户也没有时报 EMPTY。"
    ),
    inputs=(
        names.TOWN,
        REVIEW_KIND,
        Name(name="start_reason", type="string", label="启动理由", required=False),
    ),
    outputs=(
        CAMPAIGN_NO,
        COUNTS[0],
        Name(name="village_count", type="integer", label="名单份数"),
        DUE_CAMPAIGN,
        Name(name="remind_campaign", type="date", label="提醒时间"),
        names.DUE_SIMPLE,
    ),
    errors=("CAMPAIGN_REFUSED", "EMPTY"),
    sources=("JC-33", "JC-34", "QJ-16", "XX-37"),
)
CAMPAIGN_LAUNCH = TopicContract(
    topic="campaign_launch",
    label="启动逐户复核",
    kind="record",
    doc="按安排的每次户数开始逐户启动复核；各户是独立的办件，由调度程序启动。",
    inputs=(CAMPAIGN_NO,),
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-33", "JC-34"),
)
CAMPAIGN_CHECK = TopicContract(
    topic="campaign_check",
    label="核对复核覆盖情况",
    kind="record",
    doc="核对名单户数等于已复核和已注销的户数，并查找截止日在保而不在名单上的对象。",
    inputs=(CAMPAIGN_NO,),
    outputs=(*COUNTS, names.DUE_SIMPLE),
    sources=("JC-34", "JC-45"),
)
CAMPAIGN_ADD = TopicContract(
    topic="campaign_add",
    label="补入遗漏对象",
    kind="record",
    doc="把截止日在保而不在名单上的对象补入名单，继续复核。",
    inputs=(CAMPAIGN_NO,),
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-45",),
)
CAMPAIGN_CLOSE = TopicContract(
    topic="campaign_close",
    label="出具复核报告",
    kind="record",
    doc="汇总各村（社区）的户数和结果，出具复核报告，复核完成。",
    inputs=(CAMPAIGN_NO,),
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-34", "JC-39"),
)


def freeze(call: RecordCall) -> Values:
    """Write the frozen list. Raises CAMPAIGN_REFUSED, EMPTY (both say why in the audit chain)."""
    rule, town = _rule(call), town_of(call)
    period = rule.window(call.now)
    if period is None:
        following = rule.next_window(call.now)
        when = f"，下次{day_of(following.opens_at):%Y-%m-%d}起" if following else ""
        raise _refused(call, f"{rule.label}现在不在办理时间内{when}")
    reason = text(call, "start_reason")
    found = call.records.find(Campaign, town=town, period=period.name)
    earlier = [one for one in found if one.kind == rule.kind]
    if earlier and not reason:
        raise _refused(
            call, f"{spoken(period.name)}的{rule.label}已经办过（{earlier[-1].campaign_no}），再办要写明理由"
        )
    chosen = _chosen(call, rule, period, town, ())
    if not chosen:
        call.records.audit("campaign_empty", f"{rule.label}：本期没有复核对象")
        raise BpmnError("EMPTY", f"{rule.label}：本期没有复核对象")
    campaign = Campaign(
        campaign_no=call.case_no,
        district=call.district,
        town=town,
        kind=rule.kind,
        label=rule.label,
        period=period.name,
        round=len(earlier),
        cut_off=call.today,
        opens_at=period.opens_at,
        closes_at=period.due_at,
        throttle=int(call.policy.value("review.throttle", call.today)),
        frozen=len(chosen),
        reason=reason,
        started_at=call.now,
        started_by=call.actor or "",
    )
    call.records.add(campaign)
    sheets = _list(call, campaign, chosen, {})
    call.records.audit(
        "campaign_frozen", f"锁定{rule.label}名单{len(chosen)}户，{sheets}份", households=len(chosen), rule=rule.source
    )
    limit = call.policy.value("review.remind", call.today)
    return {
        "campaign_no": campaign.campaign_no,
        "household_count": len(chosen),
        "village_count": sheets,
        "due_campaign": iso(period.due_at),
        "remind_campaign": iso(max(call.now, period.due_at - timedelta(days=int(limit["amount"])))),
    }


def launch(call: RecordCall) -> Values:
    """Let households be started, as many at a time as the plan says."""
    campaign = campaign_of(call)
    plan = latest_of(call, ("campaign_plan",))
    throttle = int(plan.data.get("throttle") or campaign.throttle) if plan else campaign.throttle
    call.records.change(campaign, state="running", throttle=throttle)
    call.records.audit("campaign_running", f"开始逐户复核，每次启动{throttle}户", throttle=throttle)
    return {}


def check(call: RecordCall) -> Values:
    """Compare list, work done and recipients: frozen = reviewed + cancelled, and nobody outside the list."""
    campaign = campaign_of(call)
    items = call.records.find(CampaignItem, campaign_no=campaign.campaign_no)
    done = [one for one in items if one.state == "done"]
    cancelled = [one for one in items if one.state == "cancelled"]
    missing = missing_of(call, campaign, items)
    left = len(items) - len(done) - len(cancelled) + len(missing)
    call.records.change(
        campaign,
        frozen=len(items),
        reviewed=len(done),
        cancelled=len(cancelled),
        state="running" if left else "closing",
    )
    call.records.audit(
        "campaign_checked",
        f"名单{len(items)}户：已复核{len(done)}户，注销{len(cancelled)}户，遗漏{left}户",
        frozen=len(items),
        reviewed=len(done),
        cancelled=len(cancelled),
        missing=left,
    )
    return {"household_count": len(items), "missing_count": left}


def add_missing(call: RecordCall) -> Values:
    """Put whom the check found on a list of their own; the campaign goes on. Raises Refused when nobody is missing."""
    campaign = campaign_of(call)
    items = call.records.find(CampaignItem, campaign_no=campaign.campaign_no)
    missing = missing_of(call, campaign, items)
    if not missing and not any(one.state in OPEN_STATES for one in items):
        raise Refused("没有遗漏的对象，请刷新页面。")
    taken: dict[str, int] = {}
    for sheet in call.records.find(ReviewSheet, campaign_no=campaign.campaign_no):
        taken[sheet.village] = max(taken.get(sheet.village, 0), sheet.portion)
    _list(call, campaign, missing, taken)
    call.records.change(campaign, frozen=len(items) + len(missing), state="running")
    call.records.audit("campaign_added", f"补入遗漏对象{len(missing)}户", households=len(missing))
    return {}


def close(call: RecordCall) -> Values:
    """Make the report and close. Raises Refused while a household is open: a second lock behind the diagram."""
    campaign = campaign_of(call)
    items = call.records.find(CampaignItem, campaign_no=campaign.campaign_no)
    if any(one.state not in CLOSED_STATES for one in items):
        raise Refused("还有没有复核完的家庭，不能出具复核报告。")
    form = latest_of(call, ("campaign_close",))
    make_document(
        call,
        "campaign_report",
        {
            "paper_title": f"{spoken(campaign.period)}{campaign.label}报告",
            "campaign_no": campaign.campaign_no,
            "review_label": campaign.label,
            "period": spoken(campaign.period),
            "cut_off": campaign.cut_off.isoformat(),
            "frozen": len(items),
            "reviewed": sum(1 for one in items if one.state == "done"),
            "cancelled": sum(1 for one in items if one.state == "cancelled"),
            "villages": [_village_line(call, village, items) for village in sorted({one.village for one in items})],
            "changes": [_change_line(call, one) for one in items if one.result not in ("", "keep")],
            "report_text": form.data.get("report_text") if form else "",
            "problems": form.data.get("report_problems") if form else "",
            "head": form.person_name if form else "",
        },
    )
    call.records.change(campaign, state="closed", closed_at=call.now)
    return {}


def campaign_of(call: RecordCall) -> Campaign:
    """Return the campaign that this process instance is, or that input ``campaign_no`` names."""
    number = text(call, "campaign_no") or call.case_no
    return call.records.find(Campaign, campaign_no=number)[0]


def missing_of(call: RecordCall, campaign: Campaign, items: Sequence[CampaignItem]) -> Sequence[Recipient]:
    """Return the recipients of the cut-off day who are not on the list."""
    rule = next(one for one in _rules(call) if one.kind == campaign.kind)
    period = Period(name=campaign.period, opens_at=campaign.opens_at, due_at=campaign.closes_at)
    listed = [one.recipient_no for one in items]
    return _chosen(call, rule, period, campaign.town, listed, campaign)


def _chosen(
    call: RecordCall,
    rule: ReviewRule,
    period: Period,
    town: str,
    listed: Sequence[str],
    campaign: Campaign | None = None,
) -> Sequence[Recipient]:
    cut_off, known = (campaign.cut_off if campaign else call.today), frozenset(listed)
    found = call.records.find(Recipient, town=town, state=tuple(sorted(PAID_STATES)))
    return [one for one in found if one.recipient_no not in known and rule.takes(one, cut_off, period)]


def _list(call: RecordCall, campaign: Campaign, chosen: Sequence[Recipient], taken: dict[str, int]) -> int:
    size = int(call.policy.value("review.portion", call.today))
    sheets = portions(chosen, size)
    for village, number, households in sheets:
        portion = taken.get(village, 0) + number
        sheet_no = f"{campaign.campaign_no}/{village}/{portion}"
        call.records.add(
            ReviewSheet(
                sheet_no=sheet_no,
                campaign_no=campaign.campaign_no,
                district=campaign.district,
                town=campaign.town,
                village=village,
                portion=portion,
                households=len(households),
            )
        )
        for one in households:
            item_no = f"{campaign.campaign_no}/{one.recipient_no}"
            call.records.add(
                CampaignItem(
                    item_no=item_no,
                    campaign_no=campaign.campaign_no,
                    recipient_no=one.recipient_no,
                    district=campaign.district,
                    town=campaign.town,
                    village=village,
                    sheet_no=sheet_no,
                    programme=one.programme,
                    household_no=one.case_no,
                    amount_before=one.amount_monthly,
                )
            )
            call.records.add(ReviewLine(item_no=item_no, sheet_no=sheet_no))
    return len(sheets)


def _rules(call: RecordCall) -> Sequence[ReviewRule]:
    return rules_of(call.policy.rows("reviews", call.today))


def _rule(call: RecordCall) -> ReviewRule:
    rules, wanted = _rules(call), text(call, "review_kind")
    found = [one for one in rules if one.kind == wanted or (not wanted and len(rules) == 1)]
    if not found:
        raise _refused(call, "本区没有这一类复核")
    return found[0]


def _refused(call: RecordCall, sentence: str) -> BpmnError:
    call.records.audit("campaign_refused", sentence, rule="R-13")
    return BpmnError("CAMPAIGN_REFUSED", sentence)


def _village_line(call: RecordCall, village: str, items: Sequence[CampaignItem]) -> dict[str, Any]:
    own = [one for one in items if one.village == village]
    return {
        "village": call.records.organisation_name(village),
        "households": len(own),
        **{key: sum(1 for one in own if one.result == key) for key in RESULTS},
        "cancelled": sum(1 for one in own if one.state == "cancelled"),
    }


def _change_line(call: RecordCall, one: CampaignItem) -> dict[str, Any]:
    return {
        "village": call.records.organisation_name(one.village),
        "household_no": one.household_no,
        "result": RESULTS[one.result],
        "amount_before": str(one.amount_before),
        "new_amount": str(one.new_amount) if one.new_amount is not None else None,
        "reason": one.reason,
    }


TOPICS: tuple[Topic, ...] = (
    at_desk(CAMPAIGN_FREEZE, freeze),
    at_desk(CAMPAIGN_LAUNCH, launch),
    at_desk(CAMPAIGN_CHECK, check),
    at_desk(CAMPAIGN_ADD, add_missing),
    at_desk(CAMPAIGN_CLOSE, close),
)
