"""Errand ``external_sync``: keep another system's copy of a filing or a recipient up to date (JC-25, XT-12, XT-39)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jiuzhu.domain.instants import day_of, iso
from jiuzhu.domain.rows import Filing, MonthlyTransfer, PaymentOrder, Recipient, Row, Transmission
from jiuzhu.domain.topics import ErrandCall, ErrandHandler, Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.transfers import CLOSED, TransferDays
from jiuzhu.errors import BpmnError, Invalid, WorkerError
from workers.errands.adapters.systems import OtherSystem

TARGETS = ("filing", "recipient")
PROVINCE = "province"
SYSTEMS = (*TARGETS, PROVINCE)
"""What has an address in the settings: ``<system>_url``."""

CONTRACT = TopicContract(
    topic="external_sync",
    label="同步外部系统",
    kind="errand",
    doc="把备案（filing）或救助对象及发放指令（recipient）推送到相应系统，留存回执。没有配置地址的系统写入模拟发件夹。",
    inputs=(
        Name(name="target", type="string", label="目标系统", drawn=True, choices=TARGETS),
        Name(name="filing_no", type="string", label="备案编号", required=False),
        Name(name="recipient_no", type="string", label="对象编号", required=False),
    ),
    outputs=(Name(name="sync_status", type="string", label="同步状态", choices=("sent", "simulated", "empty")),),
    sources=("JC-12", "JC-25", "XT-12", "XT-39"),
)

MONTHLY = TopicContract(
    topic="monthly_send",
    label="传送动态电子信息",
    kind="errand",
    doc=(
        "把镇街当月动态电子信息传送到上级系统，留存回执；没有配置地址的写入模拟发件夹。"
        "发出之时不在传送时间内的不发，报 WINDOW_CLOSED。"
    ),
    outputs=(Name(name="sync_status", type="string", label="同步状态", choices=("sent", "simulated", "empty")),),
    errors=(CLOSED,),
    sources=("XX-39", "XX-48"),
)


def prepare(call: RecordCall) -> Values:
    """Freeze the record that is sent. With nothing to send the errand answers ``empty``.

    Raises:
        WorkerError: permanent; an unknown target.
    """
    target = str(call.inputs["target"])
    if target not in TARGETS:
        raise WorkerError(f"没有名为{target}的外部系统", permanent=True)
    record, ref, version = _filing(call) if target == "filing" else _recipient(call)
    return {"record": record, "record_ref": ref, "version": version}


def _filing(call: RecordCall) -> tuple[dict[str, Any], str, int]:
    number = call.inputs.get("filing_no")
    found = [row for row in call.records.find(Filing, case_no=call.case_no) if not number or row.filing_no == number]
    return ({}, "", 0) if not found else (plain(found[-1]), found[-1].filing_no, found[-1].corrected)


def _recipient(call: RecordCall) -> tuple[dict[str, Any], str, int]:
    found = call.records.find(Recipient, case_no=call.case_no)
    if not found:
        return {}, "", 0
    orders = [plain(order) for order in call.records.find(PaymentOrder, case_no=call.case_no)]
    return {**plain(found[-1]), "orders": orders}, found[-1].recipient_no, found[-1].version


def prepare_month(call: RecordCall) -> Values:
    """Freeze the month's data of the town that this matter is about."""
    found = call.records.find(MonthlyTransfer, case_no=call.case_no)
    ref = found[-1].transfer_no if found else ""
    return {"target": PROVINCE, "record": plain(found[-1]) if found else {}, "record_ref": ref, "version": 1}


def plain(row: Row) -> dict[str, Any]:
    """Return a row as JSON values: money as decimal string, dates and instants as ISO text."""
    return {field.name: _plain(getattr(row, field.name)) for field in fields(row)}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return f"{value:.2f}"
        case datetime():
            return iso(value)
        case date():
            return value.isoformat()
        case _:
            return value


def errand(systems: Mapping[str, OtherSystem]) -> ErrandHandler:
    """Return the errand that pushes to these systems, by target."""

    def push(call: ErrandCall) -> Values:
        target = str(call.inputs["target"])
        record = call.inputs["record"]
        outline = {"target": target, "record_ref": call.inputs["record_ref"], "version": call.inputs["version"]}
        text = json.dumps(record, ensure_ascii=False, sort_keys=True)
        done = {**outline, "sha256": hashlib.sha256(text.encode()).hexdigest(), "receipt": "", "state": "empty"}
        if not record:
            return done
        sent = systems[target].push(call.task_id, {**outline, "case_no": call.case_no, "record": record})
        return {**done, "state": "simulated" if sent.simulated else "sent", "receipt": sent.receipt}

    return push


def monthly(systems: Mapping[str, OtherSystem]) -> ErrandHandler:
    """Return the errand that sends a month's data, in their window only."""
    push = errand(systems)

    def send(call: ErrandCall) -> Values:
        if call.inputs["record"]:
            require_window(call.inputs["record"], day_of(call.now))
        return push(call)

    return send


def require_window(record: Mapping[str, Any], day: date) -> None:
    """Refuse to send a month's data on a day outside their window, however long the way out was barred.

    Raises BpmnError (WINDOW_CLOSED).
    """
    first, last, paper = (date.fromisoformat(record[name]) for name in ("window_from", "window_until", "paper_until"))
    days = TransferDays(first=first, last=last, paper=paper)
    if not days.is_open(day):
        raise BpmnError(CLOSED, days.sentence(day))


def book(call: RecordCall, result: Values) -> Values:
    """Keep the receipt.

    Raises:
        Invalid: the result is not one of this errand.
    """
    state = str(result.get("state", ""))
    if state not in ("sent", "simulated", "empty"):
        raise Invalid("同步没有带回结果。", {"state": "应为 sent、simulated 或 empty"})
    call.records.add(
        Transmission(
            transmission_no=call.task_id,
            case_no=call.case_no,
            record_no=call.record_no,
            target=str(result["target"]),
            record_ref=str(result["record_ref"]),
            version=int(result["version"]),
            state=state,
            receipt=str(result["receipt"]),
            sha256=str(result["sha256"]),
            sent_at=call.now,
        )
    )
    words = {"sent": "已推送", "simulated": "已写入模拟发件夹", "empty": "没有需要推送的记录"}
    target = {"filing": "备案", "recipient": "救助对象", "province": "动态电子信息"}[str(result["target"])]
    call.records.audit("synchronised", f"同步{target} {result['record_ref']}：{words[state]}。")
    return {"sync_status": state}


TOPIC = Topic(contract=CONTRACT, prepare=prepare, book=book)
MONTHLY_TOPIC = Topic(contract=MONTHLY, prepare=prepare_month, book=book)
"""Without systems; ``workers.errands.build_errands`` adds them."""
