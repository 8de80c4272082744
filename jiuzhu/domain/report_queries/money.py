"""Reports about money: paid by the day, register against list and against what was sent, what a year needs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jiuzhu.domain import words
from jiuzhu.domain.fund_needs import need_of
from jiuzhu.domain.payments import NOTHING
from jiuzhu.domain.recipients import payable
from jiuzhu.domain.report_queries.recipients import changes_of
from jiuzhu.domain.report_source import ReportSource
from jiuzhu.domain.reports import Asked, Line
from jiuzhu.domain.rows import PaymentBatch, PaymentLine, Recipient, Transmission


def on_time_payment(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Count by town and programme what was due and what arrived by the day (NH-25)."""
    batches = {one.batch_no: one for one in source.find(PaymentBatch, district=asked.district, month=asked.months)}
    found = source.find(PaymentLine, batch_no=tuple(batches)) if batches else ()
    lines: list[Line] = []
    for town in asked.towns:
        for programme in words.PROGRAMMES:
            own = [one for one in found if one.town == town and one.programme == programme and one.state != "excluded"]
            if not own:
                continue
            paid = [one for one in own if one.state == "paid"]
            in_time = sum(
                1 for one in paid if one.settled_at is not None and one.settled_at <= batches[one.batch_no].due_at
            )
            lines.append(
                {
                    "town": source.name(town),
                    "programme": words.PROGRAMMES[programme],
                    "due": len(own),
                    "paid": len(paid),
                    "in_time": in_time,
                    "in_time_share": Decimal(in_time) / len(own),
                    "amount": sum((one.amount for one in paid), NOTHING),
                    "failed": sum(1 for one in own if one.state == "failed"),
                }
            )
    return lines


def data_consistency(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """List recipients for whom register, payment and the other system do not say the same (JC-12, NH-24).

    For each month of the period: what the history says is due, what arrived for that month; and whether the other
    system was told of the row as it stands.
    """
    lines: list[Line] = []
    for town in asked.towns:
        recipients = source.find(Recipient, district=asked.district, town=town)
        histories = changes_of(source, recipients)
        found = source.find(PaymentLine, district=asked.district, month=asked.months)
        numbers = tuple(one.recipient_no for one in recipients)
        told: dict[str, int] = {}
        for sent in source.find(Transmission, target="recipient", record_ref=numbers) if numbers else ():
            if sent.state != "empty":
                told[sent.record_ref] = max(told.get(sent.record_ref, 0), sent.version)
        arrived: dict[tuple[str, str], Decimal] = {}
        for one in found:
            if one.state == "paid":
                key = (one.recipient_no, one.month)
                arrived[key] = arrived.get(key, NOTHING) + one.amount
        for who in recipients:
            version = told.get(who.recipient_no)
            for month in asked.months:
                due = payable(histories[who.recipient_no], month)
                paid = arrived.get((who.recipient_no, month), NOTHING)
                said = [f"应发{due:.2f}元，到账{paid:.2f}元"] if due != paid else []
                if version is None or version < who.version:
                    said.append("没有推送" if version is None else "推送后又有变化")
                if said:
                    lines.append(
                        {
                            "town": source.name(town),
                            "recipient_no": who.recipient_no,
                            "programme": words.PROGRAMMES.get(who.programme, who.programme),
                            "month": month,
                            "due": due,
                            "paid": paid,
                            "difference": due - paid,
                            "said": "；".join(said),
                        }
                    )
    return lines


def fund_estimate(source: ReportSource, asked: Asked) -> Sequence[Line]:
    """Reckon by programme what twelve months need, beside what was paid in the period (JC-17, NH-07, QJ-12)."""
    recipients = source.find(Recipient, district=asked.district)
    histories = changes_of(source, recipients)
    paid = source.find(PaymentLine, district=asked.district, month=asked.months)
    lines: list[Line] = []
    for programme in words.PROGRAMMES:
        own = {one.recipient_no for one in recipients if one.programme == programme and one.town in asked.towns}
        if not own:
            continue
        need = need_of({number: histories[number] for number in own}, asked.months[-1])
        lines.append(
            {
                "programme": words.PROGRAMMES[programme],
                "recipients": need.recipients,
                "monthly": need.monthly,
                "trend": need.trend,
                "need": need.need,
                "paid": sum((one.amount for one in paid if one.recipient_no in own and one.state == "paid"), NOTHING),
            }
        )
    return lines
