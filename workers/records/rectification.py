"""限期整改: the order with its date, the next one after a rectification that was not enough (JC-27, JC-37, QJ-10)."""

from __future__ import annotations

from datetime import date

from jiuzhu.domain.instants import end_of, iso
from jiuzhu.domain.records import Submission
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, text
from workers.records.papers import make_document, organ_name
from workers.records.units import head_group, own

RECTIFICATION = TopicContract(
    topic="rectification",
    label="限期整改",
    kind="record",
    doc=(
        "rectify_mode=order：按整改通知单制作限期整改通知书，给出整改期限和由谁整改；again：按验收意见再次限期，次数加一。"
        "同时备好逾期或者不到位时的责任线索。"
    ),
    inputs=(
        Name(name="rectify_mode", type="string", label="方式", drawn=True, choices=("order", "again")),
        Name(name="rectify_round", type="integer", label="第几次整改", required=False),
        names.VIOLATION_UNIT,
    ),
    outputs=(
        Name(name="rectify_group", type="string", label="整改单位负责人"),
        Name(name="due_rectify", type="date", label="整改期限"),
        Name(name="rectify_round", type="integer", label="第几次整改"),
        Name(name="rectify_max", type="integer", label="最多几次"),
        names.VIOLATION_UNIT,
        names.VIOLATION_FACTS,
        names.SOURCE_RECORD_NO,
        names.DUE_SIMPLE,
    ),
    sources=("JC-27", "JC-37", "QJ-10"),
)


def rectify(call: RecordCall) -> Values:
    """Write the order, or set the next date after one that was not kept."""
    again = text(call, "rectify_mode") == "again"
    form = _latest(call, "rectify_close" if again else "rectify_order")
    unit = text(call, "violation_unit") if again else str(form.data["rectify_unit"])
    number = int(call.inputs.get("rectify_round") or 0) + 1 if again else 1
    due = date.fromisoformat(str(form.data["rectify_again_by" if again else "rectify_by"]))
    order = form if not again else _order_of(call, unit)
    name = call.records.organisation_name(unit)
    make_document(
        call,
        "rectify_order",
        {
            "issuer": organ_name(call, call.district),
            "town_name": name,
            "paper_title": f"限期整改通知书（第{number}次）" if again else "限期整改通知书",
            "source_no": call.record_no,
            "addressee": organ_name(call, unit),
            "rectify_items": [str(one["item"]) for one in order.data["rectify_items"]],
            "rectify_basis": order.data["rectify_basis"],
            "due_rectify": due.isoformat(),
            "ordered_by": form.person_name,
        },
    )
    call.records.audit("rectify", f"{name}限期{due.isoformat()}前整改（第{number}次）", unit=unit, round=number)
    return {
        "rectify_group": head_group(call, unit),
        "due_rectify": iso(end_of(due)),
        "rectify_round": number,
        "rectify_max": int(call.policy.value("rectification.max_rounds", call.today)),
        "violation_unit": unit,
        "violation_facts": f"{name}对{call.record_no}的限期整改（第{number}次，{due.isoformat()}前）没有按期整改到位。",
        "source_record_no": call.record_no,
    }


def _order_of(call: RecordCall, unit: str) -> Submission:
    return next(one for one in reversed(own(call, "rectify_order")) if one.data.get("rectify_unit") == unit)


def _latest(call: RecordCall, form: str) -> Submission:
    return own(call, form)[-1]


TOPICS: tuple[Topic, ...] = (at_desk(RECTIFICATION, rectify),)
