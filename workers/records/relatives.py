"""近亲属备案: the register of applications by near relatives of staff, and the county's visit that must precede the
decision (NH-13, NH-49, R-06).
"""

from __future__ import annotations

from jiuzhu.domain.relatives import VISITED, awaiting_visit
from jiuzhu.domain.rows import RelativesEntry
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, latest_of, rows_of

RELATIVES_REGISTER = TopicContract(
    topic="relatives_register",
    label="登记近亲属备案",
    kind="record",
    doc="把申报的和比对发现的近亲属关系登记为待区级核查。",
    outputs=(names.DUE_SIMPLE,),
    sources=("NH-13",),
)

RELATIVES_RECORD = TopicContract(
    topic="relatives_record",
    label="记入近亲属登记",
    kind="record",
    doc="按区级核查意见登记这一户的近亲属申请已经入户核查；没有这项登记，议事协商不能召开，也不能审批。",
    outputs=(
        Name(name="relatives_visited", type="boolean", label="区级核查已登记"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-13", "NH-49"),
)


def register_relatives(call: RecordCall) -> Values:
    """Mark the household's entries as awaiting the county's visit."""
    entries = rows_of(call, RelativesEntry)
    for row in entries:
        if row.status == "registered":
            call.records.change(row, status="awaiting_visit")
    call.records.audit("relatives", "登记近亲属备案", entries=len(entries))
    return {}


def record_visit(call: RecordCall) -> Values:
    """Mark the entries as visited. Raises Refused unless a county visit and its opinion are on record."""
    opinion = latest_of(call, ("relatives_entry",))
    visits = [one for one in call.records.submissions("home_visit") if opinion and one.record_no == opinion.record_no]
    if opinion is None or not visits:
        raise Refused("没有区级入户核查记录和意见，不能登记。")
    for row in rows_of(call, RelativesEntry):
        call.records.change(row, status=VISITED)
    call.records.audit("relatives", "区级入户核查已登记", passed=opinion.data.get("visit_passed") is True)
    return {"relatives_visited": True}


def require_visited(call: RecordCall) -> None:
    """Raise Refused while a registered relation of the household waits for the county's visit (R-06)."""
    if awaiting_visit(call.records, call.case_no):
        raise Refused("近亲属申请还没有区级入户核查登记，不能进入审批确认。")


TOPICS: tuple[Topic, ...] = (
    at_desk(RELATIVES_REGISTER, register_relatives),
    at_desk(RELATIVES_RECORD, record_visit),
)
