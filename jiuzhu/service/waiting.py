"""What a case waits for, and the sentence that says so: nobody has to guess why nothing happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain import instants
from jiuzhu.service.desk import Desk
from jiuzhu.service.inbox import InboxItem


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A job, timer, message or signal that a case waits for."""

    kind: str
    name: str
    element_id: str
    process_key: str
    record_no: str
    since: datetime
    due: datetime | None
    topic: str
    message: str
    attempt: int
    error: str
    has_incident: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class MessageAction:
    """A message that people may enter while it is waited for."""

    message: str
    label: str
    form: str
    groups: tuple[str, ...]
    record_no: str
    correlation_key: str
    correlation_value: str


def wait_of(desk: Desk, row: Mapping[str, Any], incidents: Sequence[Mapping[str, Any]]) -> Wait:
    """Return one waiting row in words."""
    stuck = any(one["task_id"] == row["task_id"] for one in incidents)
    return Wait(
        kind=row["kind"],
        name=row["name"],
        element_id=row["element_id"],
        process_key=row["process_key"],
        record_no=row["record_no"],
        since=row["opened_at"],
        due=row["due"],
        topic=row["topic"],
        message=row["message"],
        attempt=row["attempt"],
        error=row["error"],
        has_incident=stuck,
        sentence=_sentence(desk, row, stuck=stuck),
    )


def _sentence(desk: Desk, row: Mapping[str, Any], *, stuck: bool) -> str:
    name = row["name"] or row["element_id"]
    if stuck:
        return f"“{name}”出了故障，等系统管理员处理"
    if row["kind"] == "job":
        topic = desk.office.topics.get(row["topic"])
        label = topic.contract.label if topic else row["topic"]
        if row["held"]:
            return f"“{label}”在试运行中不对外办理，等部署人填写结果"
        return f"正在“{label}”" + (f"（第 {row['attempt']} 次尝试没有成功，稍后自动再试）" if row["error"] else "")
    if row["kind"] == "timer":
        local = row["due"].astimezone(instants.SHANGHAI)
        return f"等到 {local.month}月{local.day}日 {local:%H:%M}（{name}）"
    return f"等“{row['properties'].get('entryLabel') or name}”"


def sentence_of(number: str, ended_at: datetime | None, items: Sequence[InboxItem], waiting: Sequence[Wait]) -> str:
    """Say in one sentence what the process instance ``number`` waits for.

    What other instances of the household wait for (a filing beside the case) is said after it, as holding nothing up.
    """
    own = _parts([one for one in items if one.record_no == number], [one for one in waiting if one.record_no == number])
    beside = [_item_sentence(item) for item in items if item.record_no != number]
    beside += [
        wait.sentence for wait in waiting if wait.record_no != number and (wait.kind == "job" or wait.has_incident)
    ]
    if not own:
        own = ["已办结，没有在等的事项"] if ended_at is not None else ["没有在等的事项"]
    text = "；".join(dict.fromkeys(own)) + "。"
    if beside:
        text += f"同时{'；'.join(dict.fromkeys(beside))}（不影响本件继续办理）。"
    return text


def _parts(items: Sequence[InboxItem], waiting: Sequence[Wait]) -> list[str]:
    """Return what one instance waits for: people and jobs first, else a date, else a message."""
    parts = [_item_sentence(item) for item in items]
    parts += [wait.sentence for wait in waiting if wait.kind == "job" or wait.has_incident]
    if parts:
        return parts
    timers = [wait.sentence for wait in waiting if wait.kind == "timer"]
    messages = [
        wait.sentence for wait in waiting if wait.kind in ("message", "signal") and not wait.message.startswith("case.")
    ]
    return [*timers, *(f"期间也可{one.removeprefix('等')}" for one in messages)] if timers else messages


def _item_sentence(item: InboxItem) -> str:
    who = item.assignee_name or "、".join(item.group_labels)
    return f"等{who}“{item.name}”"


def action_of(row: Mapping[str, Any]) -> MessageAction | None:
    """Return what people may enter for a waiting message; None when the diagram names no entry form."""
    properties: Mapping[str, str] = row["properties"]
    form = properties.get("entryForm", "")
    if not form:
        return None
    groups = tuple(group.strip() for group in properties.get("entryGroups", "").split(",") if group.strip())
    return MessageAction(
        message=row["message"],
        label=properties.get("entryLabel") or row["name"],
        form=form,
        groups=groups,
        record_no=row["record_no"],
        correlation_key=row["correlation_key"],
        correlation_value=row["correlation_value"],
    )
