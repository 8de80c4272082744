"""What only the deployer of a trial does: start it, answer for errands, let time pass, delete it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.topics import ErrandCall, Name, TopicContract
from jiuzhu.engine import FinishJob, FireTimers, RaiseError
from jiuzhu.engine.forms_example import CannotFill, Filler
from jiuzhu.errors import BpmnError, Conflict, Failed, Forbidden, Invalid, NotFound, RolledBack, WorkerError
from jiuzhu.service import cases as case_service
from jiuzhu.service import documents, office_acts, visibility, work
from jiuzhu.service.deployment_rules import RULE
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.forms import FormSheet
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.retry import repeated
from jiuzhu.service.steps import Stepping, run_handler
from jiuzhu.store import cases, definitions, trials, waits
from jiuzhu.store.cases import LiveCase

TURNS = 12
"""How often another set of made-up answers is tried."""
SAMPLE = b"%PDF-1.4\n% trial\n"
TYPES: Mapping[str, Any] = {
    "string": "试运行",
    "integer": 1,
    "boolean": True,
    "money": "0.00",
    "date": "",
    "json": [],
}


@dataclass(frozen=True, kw_only=True)
class HeldErrand:
    """An errand of a trial: it goes nowhere until its deployer says what came back."""

    id: str
    name: str
    topic: str
    label: str
    inputs: Mapping[str, Any]
    """What would have gone out."""
    answer: Mapping[str, Any]
    """What may be answered, with values that fit the topic's contract."""
    errors: Sequence[str]
    simulated: bool
    """True when the house can play it without going out."""


@dataclass(frozen=True, kw_only=True)
class TrialPage:
    """What stands on the page of a trial besides the case."""

    errands: Sequence[HeldErrand]
    has_timers: bool
    is_own: bool


@logged("trial", "definition_id")
def start(
    office: Office, actor: Actor, definition_id: str, data: Mapping[str, Any] | None = None
) -> case_service.CaseRef:
    """Start a version by its id: one that is not released as a trial. Without data a trial gets made-up answers.

    Raises what ``cases.start_case`` raises.
    """
    with office.store.reading() as tx:
        row = definitions.one_definition(tx, definition_id)
    given = data
    if not given and not row.released:
        page = case_service.start_form(office, actor, row.key, definition=row.id)
        given = _made_up_answers(office, actor, page.sheet, row.id)
    return case_service.start_case(office, actor, row.key, given or {}, definition=row.id)


def show(office: Office, actor: Actor, number: str) -> TrialPage:
    """Return what a trial waits for besides people. Raises NotFound, Forbidden."""
    with reading_desk(office, actor) as desk:
        head = visibility.head_of(desk, number)
        visibility.require_visible(desk, actor, head)
        rows = waits.of_household(desk.tx, head.case_no) if head.is_trial else []
        held = [_errand(desk, row) for row in rows if row["kind"] == "job"]
        timers = any(row["kind"] == "timer" for row in rows)
        return TrialPage(errands=held, has_timers=timers, is_own=head.is_trial and head.opened_by == actor.person_id)


@logged("trial", "job_id")
def answer(office: Office, actor: Actor, job_id: str, data: Mapping[str, Any], error: str = "") -> None:
    """Say what an errand brought back, or which business error it met: the case goes on as after a real one.

    Raises Forbidden (somebody else's trial), NotFound, Invalid (an error that the topic does not raise), RolledBack.
    """
    try:
        repeated(office, lambda: _answer(office, actor, job_id, data, error))
    except Failed as fault:
        raise RolledBack from fault


def _answer(office: Office, actor: Actor, job_id: str, data: Mapping[str, Any], error: str) -> None:
    with open_desk(office, actor) as desk:
        found = cases.lock_by_waiting(desk.tx, "job", job_id)
        if found is None:
            raise NotFound("没有这件任务：案件可能已经往前走了。")
        live, row = found
        _require_own(actor, live)
        topic = office.topics.get(row["topic"])
        if error and topic is not None and error not in topic.contract.errors:
            raise Invalid(f"“{topic.contract.label}”不会报 {error}。")
        stepping = Stepping(desk)
        variables = dict(data)
        if not error and topic is not None and topic.book is not None:
            call = desk.call(
                live,
                topic=topic,
                element_id=row["element_id"],
                process_key=row["process_key"],
                task_id=row["task_id"],
                seen=row["inputs"],
                properties=row["properties"],
                defaults={},
                switchboard=stepping.exchange.of(live),
            )
            try:
                variables = dict(run_handler(topic.book, call, variables))
            except BpmnError as raised:
                error = raised.code
        told = f"试运行：“{row['name']}”没有对外办理，由部署人填写结果" + (f"（{error}）" if error else "")
        desk.audit(live, "trial", told, {"element": row["element_id"], "task": job_id})
        event = (
            RaiseError(task_id=job_id, code=error, message="试运行", variables={})
            if error
            else FinishJob(task_id=job_id, variables=variables, local_variables={})
        )
        stepping.advance(live, event)
        stepping.finish()


@logged("trial", "job_id")
def rehearse(office: Office, actor: Actor, job_id: str) -> None:
    """Play an errand with simulated ways out and go on with what they bring. Raises as ``answer``."""
    with office.store.reading() as tx:
        row = waits.job(tx, job_id)
        if row is None:
            raise NotFound("没有这件任务：案件可能已经往前走了。")
        _require_own(actor, cases.read(tx, row["case_id"]))
    topic = office.trial_topics.get(row["topic"])
    if topic is None or topic.errand is None:
        raise Conflict("这项任务由外部处理程序办理，请填写结果。")
    call = ErrandCall(
        topic=row["topic"],
        case_no=row["case_no"],
        record_no=row["record_no"],
        process_key=row["process_key"],
        district=row["district"],
        element_id=row["element_id"],
        task_id=row["task_id"],
        inputs=row["inputs"],
        attempt=1,
        now=office.clock.now(),
    )
    try:
        outputs = topic.errand(call)
    except BpmnError as error:
        answer(office, actor, job_id, {}, error.code)
    except WorkerError as error:
        raise Conflict(f"没有办成：{error}") from error
    else:
        answer(office, actor, job_id, outputs)


@logged("trial", "number")
def pass_time(office: Office, actor: Actor, number: str) -> int:
    """Let the next timer of a trial fire now; returns how many were waiting. Raises Forbidden, NotFound, Conflict."""
    try:
        return repeated(office, lambda: _pass_time(office, actor, number))
    except Failed as fault:
        raise RolledBack from fault


def _pass_time(office: Office, actor: Actor, number: str) -> int:
    with open_desk(office, actor) as desk:
        head = visibility.head_of(desk, number)
        rows = [row for row in waits.of_household(desk.tx, head.case_no) if row["kind"] == "timer"]
        if not rows:
            raise Conflict("这件案子现在没有在等时间。")
        first = min(rows, key=lambda row: row["due"])
        live = cases.lock(desk.tx, first["case_id"])
        _require_own(actor, live)
        desk.now = max(desk.now, first["due"])
        desk.audit(live, "trial", f"试运行：不等时间，提前到期“{first['name']}”", {"element": first["element_id"]})
        stepping = Stepping(desk)
        stepping.advance(live, FireTimers())
        stepping.finish()
        return len(rows)


@logged("trial", "number")
def delete(office: Office, actor: Actor, number: str) -> None:
    """Delete a trial with all that it left; the office's log keeps that there was one. Raises Forbidden, NotFound."""
    with open_desk(office, actor) as desk:
        head = visibility.head_of(desk, number)
        visibility.require_visible(desk, actor, head)
        if not head.is_trial:
            raise Forbidden("只有试运行的案件可以删除。", rule=RULE)
        _require_own(actor, cases.lock(desk.tx, head.id))
        trials.remove(desk.tx, actor.person_id, head.case_no)
        office_acts.note(office, desk.tx, actor, "trial_delete", f"删除试运行 {head.case_no}（{head.process_name}）")


def answer_for(contract: TopicContract) -> dict[str, Any]:
    """Return made-up outputs of an errand that fit its contract."""
    return {name.name: _made_up(name) for name in contract.outputs if name.required}


def _made_up(name: Name) -> Any:
    return name.choices[0] if name.choices else TYPES[name.type]


def _errand(desk: Desk, row: Mapping[str, Any]) -> HeldErrand:
    topic = desk.office.topics.get(row["topic"])
    contract = None if topic is None else topic.contract
    return HeldErrand(
        id=row["task_id"],
        name=row["name"],
        topic=row["topic"],
        label=contract.label if contract else row["topic"],
        inputs=row["inputs"],
        answer=answer_for(contract) if contract else {},
        errors=contract.errors if contract else (),
        simulated=row["topic"] in desk.office.trial_topics,
    )


def _require_own(actor: Actor, live: LiveCase) -> None:
    if not live.is_trial or live.opened_by != actor.person_id:
        raise Forbidden("试运行的案件只由它的部署人办理。", rule=RULE)


def _sample(office: Office, actor: Actor) -> str:
    return documents.store_attachment(office, actor, "示例.pdf", "application/pdf", SAMPLE)


def example(office: Office, actor: Actor, item_id: str, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return made-up answers that an item's form of one's own trial accepts, ``given`` first.

    Raises Forbidden, NotFound, Invalid.
    """
    with reading_desk(office, actor) as desk:
        found = cases.lock_by_item(desk.tx, item_id, actor.person_id, lock_it=False)
        if found is None:
            raise NotFound("没有这件工作：可能已经办完，或案件已经终止。")
        _require_own(actor, found[0])
    page = work.open_item(office, actor, item_id)
    return _made_up_answers(office, actor, page.sheet, item_id, given)


def _made_up_answers(
    office: Office, actor: Actor, sheet: FormSheet, seed: str, wanted: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return answers that a form accepts. Raises Invalid naming the fields for which none were found."""
    given: dict[str, Any] = dict(wanted or {})
    faults: Mapping[str, str] = {}
    for turn in range(TURNS):
        draw = random.Random(f"{seed}:{turn}")
        filler = Filler(ports=sheet.ports, draw=draw, upload=lambda: _sample(office, actor))
        try:
            return filler.fill(sheet.form, sheet.context, given)
        except CannotFill as error:
            faults, given = error.faults, {**household_of_one(filler.answers), **(wanted or {})}
    raise Invalid("没有找到这张表单会接受的示例内容，请自己填写。", faults)


def household_of_one(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers about a household of the applicant alone: what fields ask of each other is beyond a guess."""
    name, number = answers.get("applicant_name"), answers.get("applicant_id")
    members = answers.get("members")
    if not name or not number or not isinstance(members, list) or not members:
        return {}
    alone = {"name": name, "id": number, "relation": "self", "health": "healthy", "employment": "employed"}
    kept = {
        key: answers[key]
        for key in ("programme", "channel", "village", "applicant_name", "applicant_id")
        if key in answers
    }
    return {**kept, "members": [alone], "bank_holder": name}
