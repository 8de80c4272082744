"""What people hand in and are shown in a case that another engine runs (ADR 0129).

A completed user task is entered here as a submission, once, before the next task of the case is worked: checked against
the form, the separation of duties and the posts in office, as on our own pages. What does not hold stops the case over
there with the sentence that people here would have read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain.topics import Values
from jiuzhu.engine.catalogue import read_process
from jiuzhu.engine.diagram import Node
from jiuzhu.engine.forms import validate
from jiuzhu.errors import NotFound
from jiuzhu.service import identity, opening, recusals, seen, separation, signatures
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.foreign_steps import ForeignEngine, ForeignStepping, read_mirror, write_mirror
from jiuzhu.service.forms import form_of, ports_of
from jiuzhu.service.office import Office
from jiuzhu.service.retry import repeated
from jiuzhu.service.work import book_form
from jiuzhu.store import cases, history, papers
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.history import PassageRow


@dataclass(frozen=True, kw_only=True)
class ForeignForm:
    """A user task that somebody completed over there."""

    task_id: str
    process_key: str
    element_id: str
    login: str
    answers: Values
    opened_at: datetime
    due: datetime | None = None
    instance: int | None = None
    """Of several alike: which one."""


def enter_form(office: Office, engine: ForeignEngine, case_id: str, done: ForeignForm, variables: Values) -> Values:
    """Enter a completed user task into the record, once; ``variables`` are those that the case holds over there.

    Returns the variables that follow from the form; the case over there lacks them until it is told.

    Raises Invalid (the form), Forbidden (the separation of duties), NotFound (nobody of that login).
    """

    def enter() -> Values:
        actor = identity.actor_of(office, done.login)
        with open_desk(office, actor) as desk:
            live = cases.lock(desk.tx, case_id)
            if papers.submission_of_task(desk.tx, done.task_id) is not None:
                return {}
            desk.take_up(live)
            return _enter(desk, engine, live, done, variables)

    return repeated(office, enter)


def booked_sent(office: Office, case_id: str, names: Values) -> None:
    """Note that the case over there was told these variables."""
    with open_desk(office, None) as desk:
        live = cases.lock(desk.tx, case_id)
        mirror = read_mirror(live)
        left = {name: value for name, value in mirror["unsent"].items() if name not in names}
        write_mirror(desk, live, mirror["variables"], left)


def _enter(desk: Desk, engine: ForeignEngine, live: LiveCase, done: ForeignForm, variables: Values) -> Values:
    actor = desk.actor
    if actor is None:
        raise NotFound("完成任务的人没有登录名。")
    node = node_of(desk, live, done.process_key, done.element_id)
    form = form_of(desk.bundle_of(live), node.work.form if node.work is not None else "")
    stated, kin = cases.recusal_of(desk.tx, live.case_no, actor.person_id)
    row: dict[str, Any] = {
        "task_id": done.task_id,
        "element_id": done.element_id,
        "process_key": done.process_key,
        "record_no": live.record_no,
        "town": live.town,
        "properties": node.properties,
        "opened_at": done.opened_at,
        "keeps_out": stated,
        "is_kin": kin,
    }
    separation.require_separate(desk, live, [row], actor)
    context = {**variables, **seen.facts(desk, live, form, variables)}
    ports = ports_of(desk.office, actor, live.case_no, now=desk.now, tx=desk.tx)
    values = validate(form, done.answers, context=context, ports=ports)
    for person, name in signatures.paper_signers(form, values):
        separation.require_signer(desk, live, row, person, name)
    chosen = desk.office.variables.of_form(values)
    submission = opening.submit(
        desk,
        live,
        task_id=done.task_id,
        element_id=done.element_id,
        process_key=done.process_key,
        item_name=node.name,
        form=form.id if node.work is not None and node.work.form else "",
        data=values,
        due=done.due,
        instance=done.instance,
    )
    on_paper = signatures.bind(desk, live, form, values, submission.id)
    stepping = ForeignStepping(desk, engine)
    booked = book_form(stepping, live, row, {**context, **chosen})
    desk.audit(
        live,
        "complete",
        f"{desk.person_name}完成“{node.name}”{on_paper}",
        {"element": node.id, "task": done.task_id, "submission": submission.id, "sha256": submission.sha256},
    )
    recusals.note_stated(desk, live, submission)
    mirror = read_mirror(live)
    write_mirror(desk, live, {**mirror["variables"], **variables, **chosen, **booked}, {**mirror["unsent"], **booked})
    note_passage(desk, live, done.process_key, node, done.task_id)
    stepping.finish()
    return booked


def note_passage(desk: Desk, live: LiveCase, process_key: str, node: Node, task_id: str) -> None:
    """Write into the case's timeline what was done over there."""
    history.add_passage(
        desk.tx,
        live.id,
        PassageRow(
            step=live.loaded_version + 1,
            what="completed",
            process_key=process_key,
            element_id=node.id,
            element_type=node.type,
            name=node.name,
            task_id=task_id[:36],
            parent_task_id=None,
            flow="",
            person=desk.person_id if node.type == "userTask" else "",
            at=desk.now,
        ),
    )


def node_of(desk: Desk, live: LiveCase, process_key: str, element_id: str) -> Node:
    """Return an element as our own diagram has it. Raises NotFound."""
    xml = desk.bundle_of(live).processes.get(process_key)
    if xml is not None:
        for _, node in read_process(xml, f"{process_key}.bpmn").diagram.level.walk():
            if node.id == element_id:
                return node
    raise NotFound(f"本系统部署的流程里没有 {process_key} 的 {element_id}。")


def facts_of(office: Office, case_id: str, process_key: str, element_id: str, variables: Values) -> Values:
    """Return what the form of an open user task shows of the record: people there have their engine's pages."""
    with reading_desk(office, None) as desk:
        live = cases.read(desk.tx, case_id)
        node = node_of(desk, live, process_key, element_id)
        if node.work is None or not node.work.form:
            return {}
        form = form_of(desk.bundle_of(live), node.work.form)
        context = {**read_mirror(live)["variables"], **variables}
        return {name: value for name, value in seen.facts(desk, live, form, context).items() if value is not None}
