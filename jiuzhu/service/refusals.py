"""What was refused: who tried which act on what, and by which rule it was not allowed.

A refused use case is rolled back as a whole, so its line is written afterwards in a transaction of its own. Faults of
a form, a second click and things that are not there are no refusals of this kind.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import structlog

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Failed, Forbidden, OutOfReach
from jiuzhu.service import visibility
from jiuzhu.service.desk import reading_desk
from jiuzhu.service.office import Office, is_system
from jiuzhu.store import history, listing, people

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger(__name__)

LONGEST_SUBJECT = 160
CONFIDENTIAL = "保密事项"
ACTS: Mapping[str, str] = {
    "start": "启动流程",
    "claim": "领取工作",
    "release": "退回工作",
    "open": "打开工作",
    "draft": "保存草稿",
    "complete": "办理工作",
    "message": "登记情况",
    "case": "查看案件",
    "document": "查看文书",
    "register": "查看登记簿",
    "register_entry": "登记",
    "report": "查看报表",
    "deploy": "部署流程",
    "deploy_release": "放行部署",
    "trial": "试运行",
    "clock": "改动日期",
    "person": "管理人员",
    "incident": "处理故障",
    "sheet": "查看汇总单",
    "recuse": "申请回避",
    "contest": "处理签字异议",
    "alert": "阅提醒",
    "sitting": "议事协商会议",
    "log": "查看日志",
    "schedule": "启动或暂停日程",
    "import": "导入存量",
    "dossier": "一户一档",
    "sample": "抽样检查",
    "move": "迁移案件",
    "signal": "发出信号",
    "poverty_list": "扶贫（防返贫）名单",
}
"""Act → its name on the page."""


def logged(act: str, subject: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a use case ``(office, actor, …)``: what it refuses is logged under ``act``, then refused as before.

    ``subject`` names the parameter that says what the act was about.
    """

    def decorate(use_case: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(use_case)

        @wraps(use_case)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return use_case(*args, **kwargs)
            except (Forbidden, OutOfReach) as error:
                given = signature.bind(*args, **kwargs).arguments
                note(given["office"], given.get("actor"), act, str(given.get(subject) or ""), error)
                raise

        return run

    return decorate


def note(office: Office, actor: Actor | None, act: str, subject: str, error: Forbidden | OutOfReach) -> None:
    """Write one refusal; a log that cannot be written does not change the answer."""
    row = {
        "at": office.clock.now(),
        "true_at": office.clock.machine(),
        "actor": "" if actor is None or is_system(actor) else actor.person_id,
        "actor_name": "系统" if actor is None else actor.name,
        "act": act,
        "subject": subject[:LONGEST_SUBJECT],
        "rule": error.rule,
        "sentence": error.sentence,
    }
    try:
        with office.store.transaction() as tx:
            history.note_refusal(tx, row)
    except Failed:
        log.exception("a refusal could not be written", act=act, rule=error.rule)


def list_refusals(office: Office, actor: Actor, limit: int = 200) -> Sequence[Mapping[str, Any]]:
    """Return the latest refusals; a person sees those of people of the own district. Raises Forbidden.

    What nobody who was logged in tried belongs to no district: only the command line lists it.
    """
    if not concerns(office, actor):
        raise Forbidden("您的岗位不能查看被拒绝的操作。", rule="R-25")
    with office.store.reading() as tx:
        if is_system(actor):
            return history.refusals(tx, limit)
        own = {office.places.of(tx, place).district for place in actor.organisations}
        found = history.refusals(tx, limit, people.ever_in(sorted(own)))
    return _covered(office, actor, found)


def _covered(office: Office, actor: Actor, found: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return the lines without the number of a confidential record that this person does not handle.

    A lead or a petition is known to who handles it; that somebody tried to open it must not tell others of it.
    """
    with reading_desk(office, actor) as desk:
        numbers = {number for row in found for number in _numbers_in(str(row["subject"]))}
        heads = listing.by_records(desk.tx, sorted(numbers))
        hidden = {head.record_no for head in heads.values() if not visibility.may_list(desk, actor, head)}
    covered = []
    for row in found:
        secret = hidden & set(_numbers_in(str(row["subject"])))
        sentence = str(row["sentence"])
        for number in secret:
            sentence = sentence.replace(number, CONFIDENTIAL)
        covered.append({**row, "subject": CONFIDENTIAL, "sentence": sentence} if secret else row)
    return covered


def _numbers_in(subject: str) -> Sequence[str]:
    """Return what may be the number of a record: the subject itself, and what stands before its last marks.

    A document's number is its record's with more behind it.
    """
    places = [place for place, letter in enumerate(subject) if letter in "-/"]
    return [subject, *(subject[:place] for place in places[-3:])]


def concerns(office: Office, actor: Actor) -> bool:
    """True for whoever oversees a district, and for the system."""
    return is_system(actor) or office.roles.may(actor.groups, "oversee")
