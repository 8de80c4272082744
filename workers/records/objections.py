"""异议 against a notice: counted, examined, answered."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, latest_of
from workers.records.replies import answer, answer_rows, open_rows

OBJECTION_COUNT = TopicContract(
    topic="objection_count",
    label="清点异议",
    kind="record",
    doc="清点公示截止前收到、尚未答复的异议；本户先前的公示单收到而未答复的也算在内。",
    inputs=(names.NOTICE_NO,),
    outputs=(names.OPEN_OBJECTIONS, names.DUE_SIMPLE),
    sources=("XT-25",),
)

OBJECTION_RECORD = TopicContract(
    topic="objection_record",
    label="登记审查结果并答复",
    kind="record",
    doc="按审查表逐条登记：不受理的答复异议人，受理的转复查；审查期间新收到的异议保持未处理。",
    inputs=(names.NOTICE_NO,),
    outputs=(
        Name(name="objection_valid", type="boolean", label="是否有异议被受理"),
        names.OPEN_OBJECTIONS,
        names.DUE_SIMPLE,
    ),
    sources=("XT-25",),
)

OBJECTION_REPLY = TopicContract(
    topic="objection_reply",
    label="答复异议人",
    kind="record",
    doc="按复查结论逐条答复异议人，每条一份异议答复书，并办结这些异议。",
    inputs=(
        names.NOTICE_NO,
        Name(name="objection_outcome", type="string", label="复查结论", choices=("", "upheld", "changed", "revoked")),
    ),
    outputs=(names.OPEN_OBJECTIONS, names.DUE_SIMPLE),
    sources=("XT-25",),
)


def count_objections(call: RecordCall) -> Values:
    """Return how many objections came by the end of their notice and have no answer.

    Those of an earlier sheet count too: a decision posted anew does not answer what came against the one it replaced.
    """
    return {"open_objections": len(open_rows(call))}


def record_objections(call: RecordCall) -> Values:
    """Enter the examination line by line: not taken up is answered at once, taken up goes to the review.

    Only the lines that the form showed are touched; what came meanwhile stays open and is counted.
    """
    form = latest_of(call, ("objection_check",))
    lines = {str(line.get("objection_no", "")): line for line in form.data.get("objections") or ()} if form else {}
    taken_up = False
    for row in open_rows(call):
        line = lines.get(row.objection_no)
        if line is None:
            continue
        if line.get("taken_up") is True:
            call.records.change(row, state="taken_up", taken_up=True)
            taken_up = True
        else:
            answer(call, row, "not_taken_up", str(line.get("reply") or ""))
    left = [row for row in open_rows(call) if row.state == "open"]
    return {"objection_valid": taken_up, "open_objections": len(left)}


def reply_objections(call: RecordCall) -> Values:
    """Answer the rows that the conclusion showed; rows that came after it was opened stay open for the next round."""
    form = latest_of(call, ("objection_conclusion",))
    if form is not None:
        outcome = str(call.inputs.get("objection_outcome") or form.data.get("objection_outcome") or "upheld")
        answer_rows(call, outcome, form)
    return {"open_objections": len(open_rows(call))}


TOPICS: tuple[Topic, ...] = (
    at_desk(OBJECTION_COUNT, count_objections),
    at_desk(OBJECTION_RECORD, record_objections),
    at_desk(OBJECTION_REPLY, reply_objections),
)
