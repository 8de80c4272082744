"""床位: who waits for a bed in a care home, in which order (XX-55)."""

from __future__ import annotations

from jiuzhu.domain.rows import BedRequest
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, text

BED_QUEUE = TopicContract(
    topic="bed_queue",
    label="列入床位轮候",
    kind="record",
    doc="按决策表 bed_priority 的顺序列入轮候：特困人员在先，其次低保、低收入、建档立卡家庭的老年人和残疾人。",
    inputs=(
        Name(name="bed_kind", type="string", label="对象类别"),
        Name(name="bed_priority", type="integer", label="轮候顺序"),
        names.TOWN,
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("XX-55",),
)


def queue(call: RecordCall) -> Values:
    """Enter somebody into the queue."""
    call.records.add(
        BedRequest(
            request_no=call.record_no,
            case_no=call.case_no,
            district=call.district,
            town=text(call, "town"),
            kind=text(call, "bed_kind"),
            priority=int(call.inputs["bed_priority"]),
            requested_at=call.now,
        )
    )
    call.records.audit("bed_queue", f"列入床位轮候，第{call.inputs['bed_priority']}顺序", kind=text(call, "bed_kind"))
    return {}


TOPICS: tuple[Topic, ...] = (at_desk(BED_QUEUE, queue),)
