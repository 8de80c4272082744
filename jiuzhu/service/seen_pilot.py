"""Facts of a reform in the towns: what a town planned and found, what a pilot town's list of tasks looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import RolloutTown
from jiuzhu.service.desk import Desk
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

REPORT = (("work_done", "工作情况"), ("lessons", "经验做法"), ("problems", "困难问题"), ("next_steps", "下步打算"))
SELF_CHECK = (("check_text", "自查情况"), ("check_problems", "问题和整改"))


def pilot_task_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the filed tasks of the first accepted town, for the towns that follow its example (XX-88)."""
    towns = shelf_of(desk.tx).find(RolloutTown, {"case_no": live.case_no})
    own = next((row for row in towns if row.record_no == live.record_no), None)
    accepted = [row.record_no for row in towns if row.state == "active" and own and row.phase < own.phase]
    plans = [one for one in desk.records(live).submissions("pilot_plan") if one.record_no in accepted]
    if not plans:
        return None
    return [{"task": row.get("task", "")} for row in plans[-1].data.get("pilot_tasks") or ()]


def pilot_plan_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the tasks of this town's latest plan."""
    plan = _own(desk, live, "pilot_plan")
    return [dict(row) for row in plan.data.get("pilot_tasks") or ()] if plan else None


def self_check_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what this town found when it checked itself."""
    return _lines(_own(desk, live, "pilot_self_check"), SELF_CHECK)


def milestone_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the report of the task that is to be accepted (XX-77)."""
    return _lines(_own(desk, live, "milestone_report"), REPORT)


def _own(desk: Desk, live: LiveCase, form: str) -> Submission | None:
    found = [one for one in desk.records(live).submissions(form) if one.record_no == live.record_no]
    return found[-1] if found else None


def _lines(submission: Submission | None, labels: Sequence[tuple[str, str]]) -> list[dict[str, str]] | None:
    if submission is None:
        return None
    head = [{"label": "填报人", "value": submission.person_name}]
    return head + [{"label": label, "value": str(submission.data.get(key, ""))} for key, label in labels]


PILOT: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {
    "pilot_task_rows": pilot_task_rows,
    "pilot_plan_rows": pilot_plan_rows,
    "self_check_rows": self_check_rows,
    "milestone_rows": milestone_rows,
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
