"""A case that somebody worked through the pages becomes a walk file: in the demo, and of cases on trial.

Nothing of a real case ever goes into a file: outside the demo only a case on trial is recorded, and one in which a
number could belong to somebody is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.identity import SYNTHETIC_PROVINCE
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.records import Submission
from jiuzhu.domain.walk_files import CASE_NO, FILE, Step, WalkFile, write
from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.service import visibility
from jiuzhu.service.deployment_rules import require_designer
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store import papers, people, tryout
from jiuzhu.store.cases import Head
from jiuzhu.store.tryout import Passed

NAME = re.compile(r"[a-z0-9_-]{1,40}")
_RESIDENT = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def may_record(office: Office, actor: Actor, *, is_trial: bool) -> bool:
    """True for a designer and a case of which nothing is real."""
    return (office.settings.is_demo or is_trial) and office.roles.may(actor.groups, "deploy")


def record(office: Office, actor: Actor, number: str, name: str) -> tuple[str, str]:
    """Return file name and text of the walk that a case has gone so far.

    Raises Forbidden (no designer, a real case), NotFound, Invalid (a name, something that cannot be replayed).
    """
    require_designer(office, actor)
    if not NAME.fullmatch(name):
        raise Invalid("名称不合适。", {"name": "用小写字母、数字、短横线，最多 40 个。"})
    with reading_desk(office, actor) as desk:
        head = visibility.head_of(desk, number)
        visibility.require_visible(desk, actor, head)
        if not (office.settings.is_demo or head.is_trial):
            raise Forbidden("真实案件不能记录成测试；请在演示环境或用试运行的案件记录。")
        if head.record_no != head.case_no:
            raise Invalid("请从案件本身记录，不要从它的附属事项记录。")
        walk = _walk(desk, head)
    text = write(walk)
    if not office.settings.is_demo:
        require_made_up(text)
    return f"{head.process_key}.{name}.walk.toml", text


def _walk(desk: Desk, head: Head) -> WalkFile:
    done = list(papers.submissions(desk.tx, head.case_no))
    if not done or done[0].record_no != head.case_no:
        raise Invalid("这件案子不是由人填表发起的，不能记录。")
    told = {(row["message"], row["at"]) for row in papers.messages_of(desk.tx, head.case_no)}
    passed = tryout.passed_by(desk.tx, head.case_no)
    files = frozenset(row["id"] for row in papers.attachments_of(desk.tx, head.case_no))
    first = head.opened_at.astimezone(SHANGHAI).date()
    steps, begun = [], set[str]()
    for place, one in enumerate(done):
        local = one.submitted_at.astimezone(SHANGHAI)
        until = _begins(done[place + 1], passed) if place + 1 < len(done) else None
        kind = "message" if (one.element_id, one.submitted_at) in told else "item"
        if one.record_no not in begun and kind == "item" and _is_start(one, passed):
            kind = "start"
        begun.add(one.record_no)
        steps.append(
            Step(
                kind=kind,
                what=one.process_key if kind == "start" else one.element_id,
                name=one.item_name,
                by=_login(desk, one.person),
                days=(local.date() - first).days,
                hour=local.time().replace(microsecond=0),
                record="" if kind == "start" else one.record_no.removeprefix(head.case_no),
                data={key: _plain(value, head.case_no, files) for key, value in one.data.items()},
                expect=_open(passed, until),
            )
        )
    return WalkFile(
        title=f"{head.process_name}：{'办结' if head.ended_at else '办到一半'}",
        process=head.process_key,
        district=head.district,
        day=first,
        steps=steps,
        end=head.end_event,
    )


def _is_start(one: Submission, passed: Sequence[Passed]) -> bool:
    return any(
        line.element_type == "startEvent" and line.element_id == one.element_id and line.record_no == one.record_no
        for line in passed
    )


def _begins(one: Submission, passed: Sequence[Passed]) -> int | None:
    """Return the first line of the history that an act has written; None when it has written none.

    A timer that ran out before has written its lines at the same instant: what the act completes tells them apart.
    """
    own = [line.id for line in passed if line.at == one.submitted_at and line.element_id == one.element_id]
    later = [line.id for line in passed if line.at >= one.submitted_at]
    completed = [line.id for line in passed if line.id in own and line.what == "completed"]
    return next(iter(completed or later), None)


def _open(passed: Sequence[Passed], until: int | None) -> list[str]:
    """Return the user tasks that are open just before a line of the history, each as often as it is."""
    open_tasks: dict[str, str] = {}
    for line in passed:
        if line.element_type != "userTask" or (until is not None and line.id >= until):
            continue
        if line.what == "entered":
            open_tasks[line.task_id] = line.element_id
        else:
            open_tasks.pop(line.task_id, None)
    return sorted(open_tasks.values())


def _plain(value: Any, case_no: str, files: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        if value.get("way") == "login":
            return {"way": "login", "confirm": True}
        if value.get("way") == "paper":
            return {"way": "paper", "signer": value["person"], "scan": [FILE]}
        return {key: _plain(one, case_no, files) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one, case_no, files) for one in value]
    if isinstance(value, str):
        return FILE if value in files else value.replace(case_no, CASE_NO)
    return value


def _login(desk: Desk, person: str) -> str:
    known: dict[str, str] = desk.tx.cache.setdefault("logins", {})
    if person not in known:
        known[person] = people.by_id(desk.tx, person, desk.today).login
    return known[person]


def require_made_up(text: str) -> None:
    """Refuse a walk in which a number could belong to somebody. Raises Invalid."""
    for number in _numbers(text):
        sentence = f"里面有可能属于真人的号码（{number[:4]}…），没有记录。"
        raise Invalid(f"{sentence}请用虚构的证件号（{SYNTHETIC_PROVINCE}开头）和电话（100开头）。")


def _numbers(text: str) -> Iterator[str]:
    yield from (one for one in _RESIDENT.findall(text) if not one.startswith(SYNTHETIC_PROVINCE))
    yield from _PHONE.findall(text)
