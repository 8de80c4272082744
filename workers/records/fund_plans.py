"""A year's money: estimated from the register, planned, approved (NH-07, QJ-12, JC-17)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from jiuzhu.domain.fund_needs import YEAR, Need, need_of
from jiuzhu.domain.reserve_check import ALLOWED
from jiuzhu.domain.rows import FundEstimate, Recipient, RecipientChange, SinglePayment
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, text

FUND_ESTIMATE = TopicContract(
    topic="fund_estimate",
    label="测算资金需求",
    kind="record",
    doc="按在保对象本月应发和一年来的变化测算下一年度各类别的资金需求；临时救助按最近一年的支出。",
    inputs=(Name(name="period", type="string", label="编制年份", required=False),),
    outputs=(
        Name(name="plan_year", type="integer", label="计划年度"),
        Name(name="need_total", type="money", label="全年测算合计"),
        names.DUE_SIMPLE,
    ),
    sources=("JC-17", "NH-07", "QJ-12"),
)


def estimate(call: RecordCall) -> Values:
    """Write one row a programme; a second estimate of the same plan replaces the first."""
    year = int(text(call, "period") or call.today.year) + 1
    month = f"{call.today:%Y-%m}"
    histories: dict[str, dict[str, list[RecipientChange]]] = {}
    programme_of: dict[str, str] = {}
    for who in call.records.find(Recipient, district=call.district):
        programme_of[who.recipient_no] = who.programme
        histories.setdefault(who.programme, {})[who.recipient_no] = []
    for change in call.records.find(RecipientChange, district=call.district):
        if change.recipient_no in programme_of:
            histories[programme_of[change.recipient_no]][change.recipient_no].append(change)
    needs = {programme: need_of(found, month) for programme, found in sorted(histories.items())}
    needs |= _of_temporary_aid(call)
    if not needs:
        needs = {"dibao": need_of({}, month)}
    for programme, need in needs.items():
        _write(call, year, programme, need)
    total = sum((need.need for need in needs.values()), Decimal("0.00"))
    call.records.audit("fund_estimate", f"测算{year}年资金需求{total:.2f}元", programmes=len(needs))
    return {"plan_year": year, "need_total": f"{total:.2f}"}


def _of_temporary_aid(call: RecordCall) -> dict[str, Need]:
    since = call.now - timedelta(days=365)
    found: dict[str, list[Decimal]] = {}
    for row in call.records.find(SinglePayment, district=call.district):
        if row.paid_at >= since and row.programme in ALLOWED:
            found.setdefault(row.programme, []).append(row.amount)
    return {
        programme: Need(
            recipients=len(amounts),
            monthly=(sum(amounts, Decimal(0)) / YEAR).quantize(Decimal("0.01")),
            trend=Decimal("1.0000"),
            need=sum(amounts, Decimal("0.00")),
        )
        for programme, amounts in sorted(found.items())
    }


def _write(call: RecordCall, year: int, programme: str, need: Need) -> None:
    values = {
        "recipients": need.recipients,
        "monthly": need.monthly,
        "trend": f"{need.trend}",
        "need": need.need,
        "estimated_at": call.now,
    }
    found = call.records.find(FundEstimate, plan_no=call.case_no, programme=programme)
    if found:
        call.records.change(found[0], **values)
        return
    call.records.add(
        FundEstimate(plan_no=call.case_no, district=call.district, year=year, programme=programme, **values)  # type: ignore[arg-type]
    )


TOPICS: tuple[Topic, ...] = (at_desk(FUND_ESTIMATE, estimate),)
