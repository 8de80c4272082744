"""A person works on an item: open its page, keep a draft, complete it.

``complete`` is one transaction: submission, signatures, what the form leaves in the record (topic ``form_book``),
the step of the case, what record tasks ask of other cases, audit. A second identical click is a success that
changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.contests import open_contest
from jiuzhu.domain.events import DECISION_FORMS, blocking_event
from jiuzhu.domain.topics import Values
from jiuzhu.engine import LOOP_LIMIT, MAX_LOOPS, CompleteItem
from jiuzhu.engine.forms import Form, validate
from jiuzhu.errors import (
    AlreadyTaken,
    Conflict,
    Failed,
    Forbidden,
    NotFound,
    OutOfReach,
    ProcessError,
    RolledBack,
)
from jiuzhu.service import opening, recusals, seen, separation, signatures, trials
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.forms import FormSheet, form_of, ports_of
from jiuzhu.service.inbox import InboxItem, item_from
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.retry import repeated
from jiuzhu.service.steps import Stepping, TaskFailed, run_handler
from jiuzhu.store import cases, papers
from jiuzhu.store.cases import LiveCase

log = structlog.get_logger(__name__)

FORM_BOOK = "form_book"
TOO_OFTEN = (
    f"这个环节已经重办{MAX_LOOPS}次，到了上限，不能再选会回到前面的结论；本次没有办理，什么都没有改变。"
    "请作出不再退回、能够办结的结论；不能作出的，登记情况报告，终止办理。"
)
"""What people are told who would send a case round once more than the engine lets it go round."""


@dataclass(frozen=True, kw_only=True)
class WorkPage:
    """What the page of an open item shows."""

    item: InboxItem
    sheet: FormSheet
    draft_at: datetime | None
    may_complete: bool
    why_not: str
    documentation: str

    @property
    def form(self) -> Form:
        """The item's form."""
        return self.sheet.form

    @property
    def values(self) -> Mapping[str, Any]:
        """The draft, or nothing."""
        return self.sheet.values

    @property
    def context(self) -> Mapping[str, Any]:
        """Variables and facts that the form reads."""
        return self.sheet.context


@dataclass(frozen=True, kw_only=True)
class Completed:
    """What a completed item leads to."""

    case_no: str
    record_no: str
    next_items: tuple[str, ...]
    """Open items of the same process instance that this person may take now."""
    already_done: bool = False


@logged("open", "item_id")
def open_item(office: Office, actor: Actor, item_id: str) -> WorkPage:
    """Return the page of an open item. Raises NotFound, Forbidden (not this person's work, or recused)."""
    with reading_desk(office, actor) as desk:
        live, rows = _find(desk, item_id, actor, lock_it=False)
        sentence = separation.recusal_sentence(bool(rows[0]["keeps_out"]), bool(rows[0]["is_kin"]))
        if sentence:
            raise Forbidden(sentence, rule="R-05")
        if not _is_candidate(actor, rows):
            raise OutOfReach("没有这件工作，或者它不由您的岗位办理。")
        actor = trials.acting(desk, actor, live, rows[0])
        item = item_from(desk, rows)
        form, context = _form_and_context(desk, live, rows[0])
        draft = papers.draft_of(desk.tx, item_id, actor.person_id)
        why_not = _why_not(desk, live, rows, actor)
        return WorkPage(
            item=item,
            sheet=FormSheet(
                form=form,
                values=dict(draft[0]) if draft else {},
                context=context,
                ports=ports_of(office, actor, live.case_no, now=desk.now),
            ),
            draft_at=draft[1] if draft else None,
            may_complete=not why_not,
            why_not=why_not,
            documentation=rows[0]["documentation"],
        )


@logged("draft", "item_id")
def save_draft(office: Office, actor: Actor, item_id: str, data: Mapping[str, Any]) -> datetime:
    """Keep what was filled in so far, unchecked; only this person sees it. Returns the office time."""
    with open_desk(office, actor) as desk:
        _, rows = _find(desk, item_id, actor, lock_it=False)
        separation.require_candidate(actor, rows)
        papers.save_draft(desk.tx, item_id, actor.person_id, data, desk.now)
        return desk.now


@logged("complete", "item_id")
def complete(
    office: Office, actor: Actor, item_id: str, data: Mapping[str, Any], *, once: str | None = None
) -> Completed:
    """Complete an item with its form's answers; claims it first when nobody holds it.

    ``once`` is taken for the sake of other forms: an item has an identity of its own and is done once whatever
    comes twice. Raises Invalid (faults by field path), Forbidden (separation of duties), AlreadyTaken, Conflict (gone),
    RolledBack (a record task failed: nothing was changed). A repeated click of the same person is a success
    (``already_done``).
    """
    return repeated(office, lambda: _complete(office, actor, item_id, data))


def _complete(office: Office, actor: Actor, item_id: str, data: Mapping[str, Any]) -> Completed:
    try:
        with open_desk(office, actor) as desk:
            return complete_on(desk, actor, item_id, data)
    except TaskFailed as error:
        raise rolled_back(office, error) from error
    except Failed as error:
        if isinstance(error, ProcessError) and error.code == LOOP_LIMIT:
            raise Conflict(TOO_OFTEN) from error
        log.exception("completing failed", item=item_id)
        raise RolledBack from error


def complete_on(desk: Desk, actor: Actor, item_id: str, data: Mapping[str, Any]) -> Completed:
    """Complete an item on a desk that is open already: one act over many cases completes each of them here.

    Raises as ``complete``, and TaskFailed, which the caller tells as ``rolled_back``.
    """
    found = cases.lock_by_item(desk.tx, item_id, actor.person_id)
    if found is None:
        return _done_before(desk, actor, item_id)
    live, rows = found
    desk.take_up(live)
    separation.require_candidate(actor, rows)
    _require_free(rows, actor)
    separation.require_separate(desk, live, rows, actor)
    trials.appoint(desk, live, rows[0])
    return _finish(desk, live, rows, data, trials.acting(desk, actor, live, rows[0]))


def rolled_back(office: Office, error: TaskFailed) -> RolledBack:
    """Return what people are told of a record task that failed."""
    return RolledBack(_name_of(office, error))


def _finish(
    desk: Desk,
    live: LiveCase,
    rows: Sequence[Mapping[str, Any]],
    data: Mapping[str, Any],
    actor: Actor,
) -> Completed:
    row = rows[0]
    form, context = _form_and_context(desk, live, row)
    _require_nothing_pending(desk, live, form)
    ports = ports_of(desk.office, actor, live.case_no, now=desk.now, tx=desk.tx)
    values = validate(form, data, context=context, ports=ports)
    on_sheet = signatures.paper_signers(form, values)
    for person, name in on_sheet:
        separation.require_signer(desk, live, row, person, name)
    chosen = desk.office.variables.of_form(values)
    deciders = [person for person, _ in on_sheet] or [actor.person_id]
    if not live.is_trial:
        separation.require_authority(desk, rows, chosen.get("decision"), deciders)
    submission = opening.submit(
        desk,
        live,
        task_id=row["task_id"],
        element_id=row["element_id"],
        process_key=row["process_key"],
        item_name=row["name"],
        form=form.id if row["form"] else "",
        data=values,
        due=row["due"],
        instance=row["instance"],
    )
    on_paper = signatures.bind(desk, live, form, values, submission.id)
    stepping = Stepping(desk)
    booked = book_form(stepping, live, row, {**context, **chosen})
    desk.audit(
        live,
        "complete",
        f"{desk.person_name}完成“{row['name']}”{on_paper}",
        {
            "element": row["element_id"],
            "task": row["task_id"],
            "submission": submission.id,
            "sha256": submission.sha256,
        },
    )
    # Before the step: what it opens for nobody else but whom keeps out now falls to the post above.
    recusals.note_stated(desk, live, submission)
    stepping.advance(live, CompleteItem(task_id=row["task_id"], variables={**chosen, **booked}))
    stepping.finish()
    if row["has_draft"]:
        papers.drop_drafts(desk.tx, [row["task_id"]])
    next_items = tuple(task for task in live.open_items if task not in {row["task_id"]})
    return Completed(case_no=live.case_no, record_no=live.record_no, next_items=next_items)


def book_form(stepping: Stepping, live: LiveCase, row: Mapping[str, Any], visible: Values) -> dict[str, Any]:
    """Let topic ``form_book`` enter into the record what the submitted form leaves there; returns its variables."""
    topic = stepping.desk.office.topics.get(FORM_BOOK)
    if topic is None or topic.record is None:
        return {}
    call = stepping.desk.call(
        live,
        topic=topic,
        element_id=row["element_id"],
        process_key=row["process_key"],
        task_id=row["task_id"],
        seen=visible,
        properties=row["properties"],
        defaults={},
        switchboard=stepping.exchange.of(live),
    )
    return dict(run_handler(topic.record, call))


def _find(desk: Desk, item_id: str, actor: Actor, *, lock_it: bool) -> tuple[LiveCase, Sequence[Mapping[str, Any]]]:
    found = cases.lock_by_item(desk.tx, item_id, actor.person_id, lock_it=lock_it)
    if found is None:
        done = papers.submission_of_task(desk.tx, item_id)
        if done is not None:
            raise Conflict(f"这件工作已由{done['person_name']}办完。")
        raise NotFound("没有这件工作：可能已经办完，或案件已经终止。")
    return found


def _done_before(desk: Desk, actor: Actor, item_id: str) -> Completed:
    done = papers.submission_of_task(desk.tx, item_id)
    if done is None:
        raise NotFound("没有这件工作：可能已经办完，或案件已经终止。")
    if done["person"] != actor.person_id:
        raise Conflict(f"这件工作已由{done['person_name']}办完。")
    return Completed(case_no=done["case_no"], record_no=done["record_no"], next_items=(), already_done=True)


def _is_candidate(actor: Actor, rows: Sequence[Mapping[str, Any]]) -> bool:
    try:
        separation.require_candidate(actor, rows)
    except Forbidden:
        return False
    return True


def _require_free(rows: Sequence[Mapping[str, Any]], actor: Actor) -> None:
    holder = rows[0]["assignee"]
    if holder is not None and holder != actor.person_id:
        raise AlreadyTaken(rows[0]["assignee_name"] or holder)


def _why_not(desk: Desk, live: LiveCase, rows: Sequence[Mapping[str, Any]], actor: Actor) -> str:
    holder = rows[0]["assignee"]
    if holder is not None and holder != actor.person_id:
        return AlreadyTaken(rows[0]["assignee_name"] or holder).sentence
    return separation.objection(desk, live, rows[0], actor)


def _form_and_context(desk: Desk, live: LiveCase, row: Mapping[str, Any]) -> tuple[Form, dict[str, Any]]:
    bundle = desk.bundle_of(live)
    form = form_of(bundle, row["form"])
    state = opening.state_of(live)
    variables = dict(desk.office.engine.read_variables(bundle, state, row["task_id"]))
    context = {**variables, **row["local"]}
    return form, {**context, **seen.facts(desk, live, form, context)}


def _require_nothing_pending(desk: Desk, live: LiveCase, form: Form) -> None:
    """No decision while a reported death is not verified (processes-first, shared_case_report), or while somebody
    denies a signature that was entered from paper.
    """
    if form.id not in DECISION_FORMS:
        return
    records = desk.records(live)
    if blocking_event(records, live.case_no) is not None:
        raise Conflict("本案有未核实的死亡报告，核实之前不能作出决定。")
    denied = open_contest(records, live.case_no)
    if denied is not None:
        raise Conflict(
            f"{denied.signer_name}不认可以其名义录入的纸质签字（{denied.receipt_no}），处理之前不能作出决定。"
        )


def _name_of(office: Office, error: TaskFailed) -> str:
    topic = error.args[0].partition(":")[0]
    known = office.topics.get(topic)
    return known.contract.label if known else error.element_id
