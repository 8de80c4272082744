"""Until when a reform's phase is summed up and the next one decided: what was reckoned when it opened is long over."""

from __future__ import annotations

from datetime import date, timedelta

from jiuzhu.domain.instants import end_of, iso, read
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records.desk import at_desk, due_simple

ROLLOUT_SUMMARY_LIMIT = TopicContract(
    topic="rollout_summary_limit",
    label="定下总结和决定的期限",
    kind="record",
    doc=(
        "试点期满或者延长期满时，总结、决定和选定下一批的期限：第二阶段起始的前一天；已经不足准备天数的（延长试点），"
        "从当天起算准备天数。没有准备天数的，和全部完成后的总结评估一样，按一般工作的期限。"
    ),
    outputs=(Name(name="due_phase", type="date", label="本阶段办理期限"),),
    sources=("QJ-28", "QJ-29", "QJ-30", "XX-74"),
)


def limit_summary(call: RecordCall) -> Values:
    """Return until when the pilot is summed up and its expansion decided: before the next phase, while there is time
    to prepare it, else the plan's days of preparation from today, and never less than any piece of work has.
    """
    plan = call.policy.values("rollout", call.today)
    lead = timedelta(days=int(plan["lead_days"]))
    begins = max(date.fromisoformat(str(plan["phase2_from"])), call.today + lead)
    return {"due_phase": iso(max(end_of(begins - timedelta(days=1)), read(due_simple(call))))}


TOPICS: tuple[Topic, ...] = (at_desk(ROLLOUT_SUMMARY_LIMIT, limit_summary),)
