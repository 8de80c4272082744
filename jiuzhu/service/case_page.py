"""The page of a case: head, instances, timeline, what it waits for and why, papers, dates, actions, diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from jiuzhu.domain import instants, words
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Document, Obligation, PaymentOrder, PolicyUse
from jiuzhu.service import visibility
from jiuzhu.service.case_diagram import tokens_of
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.inbox import InboxItem, items_of_household
from jiuzhu.service.office import Office
from jiuzhu.service.referrals import ReferralLine, of_household
from jiuzhu.service.refusals import logged
from jiuzhu.service.waiting import Wait, action_of, sentence_of, wait_of
from jiuzhu.service.window_marks import breach_sentence
from jiuzhu.store import history, listing, papers, people, waits
from jiuzhu.store.cases import Head
from jiuzhu.store.shelf import shelf_of


@dataclass(frozen=True, kw_only=True)
class CaseHeadView:
    """What stands at the top of the page."""

    id: str
    case_no: str
    record_no: str
    process_key: str
    process_name: str
    applicant_name: str
    programme: str
    programme_label: str
    district: str
    town: str
    town_name: str
    village: str
    village_name: str
    status: str
    state: str
    opened_at: datetime
    opened_by_name: str
    ended_at: datetime | None
    is_trial: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the timeline."""

    at: datetime
    true_at: datetime
    act: str
    sentence: str
    person: str
    record_no: str
    element_id: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document, an attachment or a completed form."""

    id: str
    title: str
    kind: str
    """document, attachment or submission."""
    at: datetime
    person: str
    sha256: str
    state: str = ""
    template: str = ""
    record_no: str = ""


@dataclass(frozen=True, kw_only=True)
class Duty:
    """A date that must be kept."""

    name: str
    label: str
    due_at: datetime
    state: str
    late: bool
    provisional: bool
    days_left: int | None
    met_at: datetime | None
    source: str
    record_no: str
    off_day: bool = False
    """A period of calendar days that ends on a day off: it is not moved, the page says so (A15)."""


@dataclass(frozen=True, kw_only=True)
class Payment:
    """An order to pay the household in one month."""

    order_no: str
    recipient_no: str
    month: str
    """YYYY-MM."""
    amount: Decimal
    payer: str
    """Who pays, in Chinese."""
    ordered_at: datetime
    cancelled: bool


@dataclass(frozen=True, kw_only=True)
class Action:
    """A message that this person may report while the case waits for it (decisions C4)."""

    message: str
    label: str
    form: str
    record_no: str


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A dated parameter that the case used, with its source."""

    name: str
    label: str
    value: Any
    source: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One process instance of the household."""

    id: str
    record_no: str
    process_key: str
    process_name: str
    opened_at: datetime
    ended_at: datetime | None
    end_event: str
    status: str


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """Everything that the page shows."""

    head: CaseHeadView
    instances: tuple[Instance, ...]
    timeline: tuple[Line, ...]
    items: tuple[InboxItem, ...]
    waiting: tuple[Wait, ...]
    waiting_sentence: str
    documents: tuple[Paper, ...]
    attachments: tuple[Paper, ...]
    submissions: tuple[Paper, ...]
    obligations: tuple[Duty, ...]
    payments: tuple[Payment, ...]
    actions: tuple[Action, ...]
    parameters: tuple[Parameter, ...]
    incidents: tuple[Mapping[str, Any], ...]
    referrals: tuple[ReferralLine, ...]
    """Matters handed on to departments, by whatever procedure (XX-84)."""
    breach: str
    """What to say of a visit that the window did not answer in time, '' for everything else (XX-33)."""
    tokens: Mapping[str, tuple[str, ...]]
    """Process key → ids of elements that are open now."""


@logged("case", "number")
def show_case(office: Office, actor: Actor, number: str) -> CaseView:
    """Return a household's case by case number or record number. Raises NotFound, Forbidden (recused)."""
    with reading_desk(office, actor) as desk:
        head = visibility.head_of(desk, number)
        visibility.require_visible(desk, actor, head)
        main = listing.by_record(desk.tx, head.case_no) or head
        heads = listing.household(desk.tx, head.case_no)
        open_items = tuple(items_of_household(desk, head.case_no))
        rows = waits.of_household(desk.tx, head.case_no)
        incidents = tuple(waits.incidents_of(desk.tx, head.case_no))
        waiting = tuple(wait_of(desk, row, incidents) for row in rows)
        return CaseView(
            head=_head(desk, main),
            instances=tuple(_instance(one) for one in heads),
            timeline=_timeline(desk, head.case_no),
            items=open_items,
            waiting=waiting,
            waiting_sentence=sentence_of(main.record_no, main.ended_at, open_items, waiting),
            documents=_documents(desk, head.case_no),
            attachments=_attachments(desk, head.case_no),
            submissions=_submissions(desk, head.case_no),
            obligations=_obligations(desk, head.case_no),
            payments=_payments(desk, head.case_no),
            actions=_actions(desk, rows, actor, trial=main.is_trial),
            parameters=_parameters(desk, head.case_no),
            incidents=incidents,
            referrals=tuple(of_household(desk, head.case_no)),
            breach=breach_sentence(desk, head.case_no),
            tokens=tokens_of(open_items, rows),
        )


def _head(desk: Desk, head: Head) -> CaseHeadView:
    programmes: Mapping[str, Any] = desk.office.settings.values["programmes"]
    return CaseHeadView(
        id=head.id,
        case_no=head.case_no,
        record_no=head.record_no,
        process_key=head.process_key,
        process_name=head.process_name,
        applicant_name=head.applicant_name,
        programme=head.programme,
        programme_label=str(programmes.get(head.programme, head.programme)),
        district=head.district,
        town=head.town,
        town_name=desk.office.places.name(desk.tx, head.town),
        village=head.village,
        village_name=desk.office.places.name(desk.tx, head.village),
        status=head.status,
        state=words.CASE_STATUSES.get(head.status, head.status),
        opened_at=head.opened_at,
        opened_by_name=people.names(desk.tx, [head.opened_by]).get(head.opened_by, "系统"),
        ended_at=head.ended_at,
        is_trial=head.is_trial,
    )


def _instance(head: Head) -> Instance:
    return Instance(
        id=head.id,
        record_no=head.record_no,
        process_key=head.process_key,
        process_name=head.process_name,
        opened_at=head.opened_at,
        ended_at=head.ended_at,
        end_event=head.end_event,
        status=head.status,
    )


def _timeline(desk: Desk, case_no: str) -> tuple[Line, ...]:
    return tuple(
        Line(
            at=row.at,
            true_at=row.true_at,
            act=row.act,
            sentence=row.sentence,
            person=row.actor_name,
            record_no=row.record_no,
            element_id=str(orjson.loads(row.facts).get("element", "")),
        )
        for row in history.lines_of_household(desk.tx, case_no)
    )


def _documents(desk: Desk, case_no: str) -> tuple[Paper, ...]:
    rows = shelf_of(desk.tx).find(Document, {"case_no": case_no})
    names = people.names(desk.tx, sorted({row.made_by for row in rows if row.made_by}))
    return tuple(
        Paper(
            id=row.document_no,
            title=row.title,
            kind="document",
            at=row.made_at,
            person=names.get(row.made_by, "系统"),
            sha256=row.sha256,
            state=row.state,
            template=row.template,
            record_no=row.record_no,
        )
        for row in rows
    )


def _attachments(desk: Desk, case_no: str) -> tuple[Paper, ...]:
    rows = papers.attachments_of(desk.tx, case_no)
    names = people.names(desk.tx, sorted({row["person"] for row in rows}))
    return tuple(
        Paper(
            id=row["id"],
            title=row["name"],
            kind="attachment",
            at=row["at"],
            person=names.get(row["person"], ""),
            sha256=row["sha256"],
        )
        for row in rows
    )


def _submissions(desk: Desk, case_no: str) -> tuple[Paper, ...]:
    return tuple(
        Paper(
            id=one.id,
            title=one.form,
            kind="submission",
            at=one.submitted_at,
            person=one.person_name,
            sha256=one.sha256,
            template=one.element_id,
            record_no=one.record_no,
        )
        for one in papers.submissions(desk.tx, case_no)
    )


def _obligations(desk: Desk, case_no: str) -> tuple[Duty, ...]:
    rows = shelf_of(desk.tx).find(Obligation, {"case_no": case_no})
    return tuple(_duty(desk, row) for row in sorted(rows, key=lambda one: one.due_at) if row.state != "void")


def _duty(desk: Desk, row: Obligation) -> Duty:
    owed = row.state in {"open", "late"}
    day = instants.day_of(row.due_at)
    left: int | None = None
    if owed and day.year < instants.read(instants.NO_LIMIT).year:
        ahead = day >= desk.today
        first, last = (desk.today, day) if ahead else (day, desk.today)
        left = desk.office.calendar.working_days_between(first, last) * (1 if ahead else -1)
    return Duty(
        name=row.due_name,
        label=row.label,
        due_at=row.due_at,
        state=row.state,
        late=row.state in {"late", "met_late"} or (owed and row.due_at < desk.now),
        provisional=row.provisional,
        days_left=left,
        met_at=row.met_at,
        source=row.source,
        record_no=row.record_no,
        off_day=row.unit in {"d", "m"} and left is not None and not desk.office.calendar.is_working_day(day),
    )


def _payments(desk: Desk, case_no: str) -> tuple[Payment, ...]:
    orders = shelf_of(desk.tx).find(PaymentOrder, {"case_no": case_no})
    return tuple(
        Payment(
            order_no=row.order_no,
            recipient_no=row.recipient_no,
            month=row.month,
            amount=row.amount,
            payer=words.PAYERS.get(row.payer, row.payer),
            ordered_at=row.ordered_at,
            cancelled=row.state == "cancelled",
        )
        for row in sorted(orders, key=lambda one: (one.month, one.order_no))
    )


def _actions(desk: Desk, rows: Sequence[Mapping[str, Any]], actor: Actor, *, trial: bool) -> tuple[Action, ...]:
    found = [action_of(row) for row in rows if row["kind"] == "message"]
    return tuple(
        Action(message=one.message, label=one.label, form=one.form, record_no=one.record_no)
        for one in found
        if one is not None and (trial or any(actor.holds(group) for group in one.groups))
    )


def _parameters(desk: Desk, case_no: str) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    for use in shelf_of(desk.tx).find(PolicyUse, {"case_no": case_no}):
        for name, entry in use.parameters.items():
            told: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {"value": entry}
            found[name] = Parameter(
                name=name,
                label=str(told.get("label", name)),
                value=told.get("value"),
                source=str(told.get("source", "")),
                decision=use.decision,
            )
    return tuple(found.values())
