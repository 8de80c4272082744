"""交办事项: what is asked from above goes to a unit with a date (NH-17, NH-32, JC-16, JC-20)."""

from __future__ import annotations

from datetime import date

from jiuzhu.domain.instants import end_of, iso
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, latest_of
from workers.records.units import head_group

ADHOC_ASSIGN = TopicContract(
    topic="adhoc_assign",
    label="交承办单位",
    kind="record",
    doc="按交办单给出承办岗位和办结期限：镇街由负责人承办，区（市）自办的由社会救助科承办。",
    outputs=(
        Name(name="adhoc_group", type="string", label="承办岗位"),
        Name(name="due_adhoc", type="date", label="办结期限"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-17", "NH-32", "JC-16", "JC-20"),
)


def assign(call: RecordCall) -> Values:
    """Say who does it and until when. Raises Refused without the form."""
    form = latest_of(call, ("adhoc_task",))
    if form is None or form.record_no != call.record_no:
        raise Refused("还没有填写交办单。")
    due = end_of(date.fromisoformat(str(form.data["adhoc_by"])))
    group = head_group(call, str(form.data["adhoc_unit"]))
    call.records.audit("assigned", f"交办“{form.data['adhoc_title']}”", group=group)
    return {"adhoc_group": group, "due_adhoc": iso(due)}


TOPICS: tuple[Topic, ...] = (at_desk(ADHOC_ASSIGN, assign),)
