"""What people report about a running case is a row first, a message second (architecture, way 7; decisions C4).

1. the report gets its row, its submission and its receipt in a transaction of its own;
2. it is then correlated with the subscription that waits for it; with none, the row stays and is read later.

The case page offers a message while its subscription is open. Who holds one of its entry groups may also send it
when no subscription is open: the latest bundle's diagram says who they are.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from jiuzhu.domain.actor import Actor
from jiuzhu.engine import DeliverMessage, FireTimers
from jiuzhu.engine.forms import Form, validate
from jiuzhu.errors import Failed, Forbidden, NotFound
from jiuzhu.service import opening, seen, signatures, visibility
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.forms import FormSheet, form_of, ports_of
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.retry import repeated
from jiuzhu.service.standing import standing_actions
from jiuzhu.service.steps import Stepping
from jiuzhu.service.waiting import MessageAction, action_of
from jiuzhu.service.work import book_form
from jiuzhu.store import cases, papers, waits
from jiuzhu.store.cases import LiveCase

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the reporter gets: the number under which the report stands."""

    number: str
    case_no: str
    message: str
    received_at: datetime
    delivered: bool
    """False: nobody waits for it at this moment; it is kept and will be seen."""
    already_done: bool = False


@dataclass(frozen=True, kw_only=True)
class MessagePage:
    """The page on which a person enters a message."""

    case_no: str
    message: str
    label: str
    sheet: FormSheet


@logged("message", "case_no")
def message_form(office: Office, actor: Actor, case_no: str, message: str) -> MessagePage:
    """Return the entry form of a message. Raises NotFound, Forbidden."""
    with reading_desk(office, actor) as desk:
        live, action, form = _entry(desk, actor, case_no, message)
        return MessagePage(
            case_no=live.case_no,
            message=message,
            label=action.label,
            sheet=FormSheet(
                form=form,
                values={},
                context=_context(desk, live, form, action),
                ports=ports_of(office, actor, live.case_no, now=desk.now),
            ),
        )


@logged("message", "case_no")
def send_message(
    office: Office, actor: Actor, case_no: str, message: str, data: Mapping[str, Any], once: str | None = None
) -> Receipt:
    """Enter a message and correlate it. The same ``once`` again returns the first receipt.

    Raises Invalid, Forbidden, NotFound. A case that cannot go on with it keeps the row and gets an incident.
    """
    receipt = repeated(office, lambda: _enter(office, actor, case_no, message, data, once))
    if receipt.already_done:
        return receipt
    delivered = correlate(office, actor, receipt.number)
    return Receipt(
        number=receipt.number,
        case_no=receipt.case_no,
        message=message,
        received_at=receipt.received_at,
        delivered=delivered,
    )


def correlate(office: Office, actor: Actor | None, receipt_no: str) -> bool:
    """Hand a message row to the case that waits for it; True when one took it. Safe to repeat."""
    try:
        return repeated(office, lambda: _correlate(office, actor, receipt_no))
    except Failed as error:
        log.exception("message was kept, but the case could not go on", receipt=receipt_no)
        _note_incident(office, receipt_no, error)
        return False


def _enter(
    office: Office, actor: Actor, case_no: str, message: str, data: Mapping[str, Any], once: str | None
) -> Receipt:
    with open_desk(office, actor) as desk:
        known = papers.message_by_once(desk.tx, once) if once else None
        if known is not None:
            return Receipt(
                number=known["receipt_no"],
                case_no=known["case_no"],
                message=message,
                received_at=known["at"],
                delivered=known["delivered_at"] is not None,
                already_done=True,
            )
        seen_case, action, form = _entry(desk, actor, case_no, message)
        live = cases.lock(desk.tx, seen_case.id)
        desk.take_up(live)
        context = _context(desk, live, form, action)
        ports = ports_of(office, actor, live.case_no, now=desk.now, tx=desk.tx)
        values = validate(form, data, context=context, ports=ports)
        number = f"{live.case_no}/回执{desk.records(live).number(f'{live.case_no}/回执')}"
        submission = opening.submit(
            desk,
            live,
            task_id=number,
            element_id=message,
            process_key=live.process_key,
            item_name=action.label,
            form=form.id,
            data=values,
        )
        signatures.bind(desk, live, form, values, submission.id)
        papers.add_message(
            desk.tx,
            {
                "id": str(uuid.uuid4()),
                "receipt_no": number,
                "message": message,
                "correlation_key": action.correlation_key,
                "correlation_value": action.correlation_value,
                "case_no": live.case_no,
                "form": form.id,
                "data": values,
                "person": desk.person_id,
                "person_name": desk.person_name,
                "at": desk.now,
                "true_at": desk.true_now,
                "tried_at": None,
                "delivered_at": None,
                "once": once,
            },
        )
        row = {"element_id": message, "process_key": live.process_key, "task_id": submission.id, "properties": {}}
        stepping = Stepping(desk)
        book_form(stepping, live, row, context)
        desk.audit(live, "report", f"{desk.person_name}{action.label}，回执 {number}", {"submission": submission.id})
        stepping.finish()
        return Receipt(number=number, case_no=live.case_no, message=message, received_at=desk.now, delivered=False)


def _correlate(office: Office, actor: Actor | None, receipt_no: str) -> bool:
    with open_desk(office, actor) as desk:
        row = papers.message_by_receipt(desk.tx, receipt_no)
        if row is None or row["delivered_at"] is not None:
            return row is not None
        found = _subscription(desk, row)
        if found is None:
            papers.message_tried(desk.tx, row["id"], desk.true_now, delivered=False)
            return False
        live, task_id = found
        stepping = Stepping(desk)
        if fire_earlier(desk, stepping, live, row["at"]) and f"message:{task_id}" not in live.open_waiting:
            stepping.finish()
            papers.message_tried(desk.tx, row["id"], desk.true_now, delivered=False)
            return False
        chosen = office.variables.of_form(row["data"])
        desk.audit(live, "message", f"收到“{row['message']}”，回执 {receipt_no}", {"receipt": receipt_no})
        stepping.advance(live, DeliverMessage(task_id=task_id, message=row["message"], variables=chosen))
        stepping.finish()
        papers.message_tried(desk.tx, row["id"], desk.true_now, delivered=True)
        return True


def fire_earlier(desk: Desk, stepping: Stepping, live: LiveCase, at: datetime) -> bool:
    """Fire the case's timers that ran out before a message or signal came, and say whether there was one.

    What happened first counts first: an objection one second after the end of the notice finds the notice ended, also
    when nobody has woken the timer yet (A15).
    """
    due = [
        row
        for row in waits.of_household(desk.tx, live.case_no)
        if row["kind"] == "timer" and row["case_id"] == live.id and row["due"] <= at
    ]
    if due:
        names = {"tasks": [row["task_id"] for row in due], "element": due[0]["element_id"]}
        desk.audit(live, "timer", f"到期：{due[0]['name'] or '定时'}", names)
        stepping.advance(live, FireTimers())
    return bool(due)


def _subscription(desk: Desk, row: Mapping[str, Any]) -> tuple[LiveCase, str] | None:
    correlation = {row["correlation_key"]: row["correlation_value"]}
    for found in waits.subscriptions(desk.tx, row["message"], correlation):
        locked = cases.lock_by_waiting(desk.tx, "message", found["task_id"])
        if locked is not None:
            return locked[0], found["task_id"]
    return None


def _entry(desk: Desk, actor: Actor, case_no: str, message: str) -> tuple[LiveCase, MessageAction, Form]:
    """Return the instance, action and form for a message that this person may enter. Raises NotFound, Forbidden."""
    head = visibility.find_head(desk, case_no) or _of_dossier(desk, case_no)
    visibility.require_visible(desk, actor, head)
    for action, live in _actions(desk, head.case_no, message):
        if any(actor.holds(group) for group in action.groups) or (live.is_trial and live.opened_by == actor.person_id):
            return live, action, form_of(desk.bundle_of(live), action.form)
        raise Forbidden("您的岗位不能登记这件事。")
    raise NotFound("这件案子现在没有在等这件事；请用“情况报告”登记。")


def _of_dossier(desk: Desk, case_no: str) -> cases.Head:
    """Return a running instance about an imported household: its number is a dossier's, no process bears it."""
    running = next((cases.read(desk.tx, row["case_id"]) for row in waits.of_household(desk.tx, case_no)), None)
    return visibility.head_of(desk, running.record_no if running else case_no)


def _actions(desk: Desk, case_no: str, message: str) -> Sequence[tuple[MessageAction, LiveCase]]:
    """Open subscriptions first; else what a diagram of the running instances lets people enter."""
    found: list[tuple[MessageAction, LiveCase]] = []
    for row in waits.of_household(desk.tx, case_no):
        action = action_of(row) if row["kind"] == "message" and row["message"] == message else None
        if action is not None:
            found.append((action, cases.read(desk.tx, row["case_id"])))
    return found or standing_actions(desk, case_no, message)


def _context(desk: Desk, live: LiveCase, form: Form, action: MessageAction) -> dict[str, Any]:
    variables = dict(desk.office.engine.read_variables(desk.bundle_of(live), opening.state_of(live)))
    variables.setdefault(action.correlation_key, action.correlation_value)
    return {**variables, **seen.facts(desk, live, form, variables)}


def _note_incident(office: Office, receipt_no: str, error: Failed) -> None:
    with open_desk(office, None) as desk:
        row = papers.message_by_receipt(desk.tx, receipt_no)
        if row is None:
            return
        waits_for_it = _subscription(desk, row)
        live = waits_for_it[0] if waits_for_it else cases.lock_record(desk.tx, row["case_no"])
        papers.message_tried(desk.tx, row["id"], desk.true_now, delivered=False)
        waits.open_incident(
            desk.tx,
            {
                "id": str(uuid.uuid4()),
                "kind": "message",
                "task_id": receipt_no,
                "case_id": live.id,
                "case_no": live.case_no,
                "record_no": live.record_no,
                "district": live.district,
                "process_key": live.process_key,
                "element_id": row["message"],
                "name": row["message"],
                "message": str(error),
                "opened_at": desk.now,
                "closed_at": None,
                "closed_by": "",
            },
        )
        desk.audit(
            live, "incident", f"消息“{row['message']}”（回执 {receipt_no}）办理出错，已登记故障", {"error": str(error)}
        )
