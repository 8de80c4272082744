"""Cases as people start, find and follow them (decisions C3, C4).

``show_case`` and the diagram are in ``case_page``, messages in ``messages``; doors find all of them here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from jiuzhu.domain import words
from jiuzhu.domain.actor import Actor
from jiuzhu.engine.forms import Form, validate
from jiuzhu.errors import Failed, RolledBack
from jiuzhu.service import (
    agency,
    opening,
    seen,
    seen_dynamics,
    signatures,
    start_choice,
    starting_places,
    subjects,
    visibility,
)
from jiuzhu.service.case_diagram import Diagram, diagram
from jiuzhu.service.case_page import CaseView, show_case
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.forms import FormSheet, form_of, ports_of
from jiuzhu.service.messages import Receipt, message_form, send_message
from jiuzhu.service.office import Office
from jiuzhu.service.paging import read_cursor
from jiuzhu.service.refusals import logged
from jiuzhu.service.retry import repeated
from jiuzhu.service.steps import Stepping, TaskFailed
from jiuzhu.service.subjects import Subject
from jiuzhu.store import cases as case_rows
from jiuzhu.store import listing, papers
from jiuzhu.store.cases import Head
from jiuzhu.store.definitions import DefinitionRow

__all__ = [
    "CasePage", "CaseRef", "CaseRow", "CaseView", "Diagram", "Receipt", "StartPage", "Startable", "diagram",
    "list_cases", "message_form", "send_message", "show_case", "start_case", "start_form", "startable",
]  # fmt: skip

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class CaseRef:
    """A case that was started."""

    id: str
    case_no: str
    record_no: str
    already_done: bool = False


@dataclass(frozen=True, kw_only=True)
class Startable:
    """A process that a person may start."""

    key: str
    name: str
    district: str
    is_application: bool
    documentation: str
    form: str


@dataclass(frozen=True, kw_only=True)
class StartPage:
    """The page of a start form."""

    process: Startable
    about: str
    sheet: FormSheet
    draft_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One line of a list of cases."""

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
    """The status in Chinese."""
    opened_at: datetime
    ended_at: datetime | None
    is_trial: bool


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """A page of cases; ``next`` is the cursor of the following page."""

    cases: tuple[CaseRow, ...]
    next: str | None


def startable(office: Office, actor: Actor, *, about: bool = False, number: str | None = None) -> Sequence[Startable]:
    """Return what this person may start: applications, or (``about``) what is about a case or a recipient.

    With a ``number`` only what may be started about that household. Raises NotFound.
    """
    found: dict[tuple[str, str], Startable] = {}
    with reading_desk(office, actor) as desk:
        whose = subjects.subject_of(desk, actor, number) if number else None
        for district in [whose.district] if whose is not None else start_choice.districts_of(desk, actor):
            for (kind, key), row in desk.office.bundles.released(desk.tx, district).items():
                if (
                    kind != "process"
                    or opening.stands_alone(row) == about
                    or not start_choice.starts_here(row, actor, district)
                ):
                    continue
                if whose is not None and not subjects.fits(subjects.kind_of(row), whose):
                    continue
                found[district, key] = _startable(row, district)
    return sorted(found.values(), key=lambda one: one.name)


@logged("start", "process_key")
def start_form(
    office: Office, actor: Actor, process_key: str, about: str | None = None, *, definition: str = ""
) -> StartPage:
    """Return a start form with what this person may choose from. Raises NotFound, Forbidden."""
    with reading_desk(office, actor) as desk:
        head = start_choice.subject_or_none(desk, actor, about)
        actor, district, row = start_choice.chosen(desk, actor, process_key, head, definition, {})
        agency.require_letter(desk, actor, district, row)
        form = _start_form(desk, row, district)
        context = {**_head_context(head), **seen.start_facts(desk, actor, district), **_recipient_facts(desk, head)}
        draft = papers.draft_of(desk.tx, _subject(process_key, about), actor.person_id)
        sheet = FormSheet(
            form=form,
            values=dict(draft[0]) if draft else {},
            context=context,
            ports=ports_of(office, actor, about or "", now=desk.now),
        )
        return StartPage(
            process=_startable(row, district), about=about or "", sheet=sheet, draft_at=draft[1] if draft else None
        )


@logged("start", "process_key")
def save_start_draft(
    office: Office, actor: Actor, process_key: str, data: Mapping[str, Any], about: str | None = None
) -> datetime:
    """Keep a half-filled start form for this person. Raises NotFound, Forbidden."""
    with open_desk(office, actor) as desk:
        district, row = start_choice.definition_for(
            desk, actor, process_key, start_choice.subject_or_none(desk, actor, about)
        )
        agency.require_letter(desk, actor, district, row)
        papers.save_draft(desk.tx, _subject(process_key, about), actor.person_id, data, desk.now)
        return desk.now


@logged("start", "process_key")
def start_case(
    office: Office,
    actor: Actor,
    process_key: str,
    data: Mapping[str, Any],
    *,
    about: str | None = None,
    once: str | None = None,
    definition: str = "",
) -> CaseRef:
    """Start a process with its start form's answers; ``about`` names the case that it belongs to.

    An application gets its case number here. The same ``once`` again returns the first case and changes nothing.
    ``definition`` names a version: the one in use, or one that waits for release, which its deployer starts as a trial.
    Raises Invalid, Forbidden, NotFound, RolledBack.
    """
    return repeated(office, lambda: _start(office, actor, process_key, data, about, once, definition))


def _start(
    office: Office,
    actor: Actor,
    process_key: str,
    data: Mapping[str, Any],
    about: str | None,
    once: str | None,
    definition: str,
) -> CaseRef:
    try:
        with open_desk(office, actor) as desk:
            earlier = listing.by_once(desk.tx, once) if once else None
            if earlier is not None:
                return CaseRef(id=earlier.id, case_no=earlier.case_no, record_no=earlier.record_no, already_done=True)
            return open_on(desk, actor, process_key, data, about, once, Stepping(desk), definition)
    except TaskFailed as error:
        raise RolledBack from error
    except Failed as error:
        log.exception("starting failed", process=process_key)
        raise RolledBack from error


def open_on(
    desk: Desk,
    actor: Actor,
    process_key: str,
    data: Mapping[str, Any],
    about: str | None,
    once: str | None,
    stepping: Stepping,
    definition: str = "",
) -> CaseRef:
    """Open a case on a desk that is open already; ``stepping`` runs it here or knows that another engine does.

    Raises as ``start_case``, and TaskFailed.
    """
    head = start_choice.subject_or_none(desk, actor, about)
    actor, district, row = start_choice.chosen(desk, actor, process_key, head, definition, data)
    agency.require_letter(desk, actor, district, row)
    form = _start_form(desk, row, district)
    context = {**_head_context(head), **seen.start_facts(desk, actor, district), **_recipient_facts(desk, head)}
    ports = ports_of(desk.office, actor, about or "", now=desk.now, tx=desk.tx)
    values = validate(form, data, context=context, ports=ports)
    chosen = desk.office.variables.of_form(values)
    if head is None and opening.is_matter(row):
        own_town = opening.is_of_town(row)
        place = (starting_places.town_matter_place if own_town else starting_places.matter_place)(
            desk, actor, district, row, chosen
        )
        programme, name = "", str(chosen.get("applicant_name") or row.name)
        number = opening.number_matter(desk, district, row)
        plan = opening.Plan(definition=row, case_no=number, record_no=number)
    elif head is None:
        place = starting_places.intake_place(desk, actor, district, row, chosen)
        programme = str(chosen.get("programme", ""))
        number = opening.number_application(desk, district, programme)
        plan = opening.Plan(definition=row, case_no=number, record_no=number)
        name = str(chosen.get("applicant_name", ""))
    else:
        place = opening.Place(
            district=head.district, intake_town=head.intake_town, town=head.town, village=head.village
        )
        programme, name = head.programme, head.applicant_name
        if head.has_case:
            case_rows.lock_record(desk.tx, head.case_no)
        plan = opening.plan_about(desk, head.case_no, row)
    live = opening.new_case(desk, plan, place, programme=programme, applicant_name=name, once=once)
    facts = row.facts
    submission = opening.submit(
        desk,
        live,
        task_id=live.id,
        element_id=str(facts.get("start_id", "")),
        process_key=row.key,
        item_name=str(facts.get("start_name") or row.name),
        form=form.id,
        data=values,
    )
    signatures.bind(desk, live, form, values, submission.id)
    variables = {**chosen, **_recipient_no(head), **opening.head_variables(live)}
    opening.run(stepping, live, variables, f"{actor.name}提交“{facts.get('start_name') or row.name}”")
    stepping.finish()
    papers.drop_drafts(desk.tx, [_subject(process_key, about)])
    return CaseRef(id=live.id, case_no=live.case_no, record_no=live.record_no)


def list_cases(
    office: Office,
    actor: Actor,
    *,
    text: str | None = None,
    status: str | None = None,
    programme: str | None = None,
    process_key: str | None = None,
    running: bool | None = None,
    everything: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> CasePage:
    """Return the cases that this person may see, newest first; ``everything`` lists reports and filings, too."""
    with reading_desk(office, actor) as desk:
        wanted = listing.CaseFilter(
            scope=visibility.reach_of(desk, actor).scope,
            text=text or None,
            status=status or None,
            programme=programme or None,
            process_key=process_key or None,
            running=running,
            applications_only=not everything,
            not_cases=case_rows.recused_from(desk.tx, actor.person_id),
            trials_of=actor.person_id,
        )
        heads = listing.page(desk.tx, wanted, before=read_cursor(after), limit=limit + 1)
        rows = tuple(row_of(desk, head) for head in heads[:limit] if visibility.may_list(desk, actor, head))
        last = heads[limit - 1] if len(heads) > limit else None
        return CasePage(cases=rows, next=f"{last.opened_at.isoformat()}|{last.id}" if last else None)


def row_of(desk: Desk, head: Head) -> CaseRow:
    """Return the line of a process instance."""
    programmes: Mapping[str, Any] = desk.office.settings.values["programmes"]
    return CaseRow(
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
        ended_at=head.ended_at,
        is_trial=head.is_trial,
    )


def _startable(row: DefinitionRow, district: str) -> Startable:
    return Startable(
        key=row.key,
        name=row.name,
        district=district,
        is_application=opening.is_application(row),
        documentation=str(row.facts.get("documentation", "")),
        form=str(row.facts.get("start_form", "")),
    )


def _start_form(desk: Desk, row: DefinitionRow, district: str) -> Form:
    bundle = desk.office.bundles.peek(desk.tx, row, district)
    return form_of(bundle, str(row.facts.get("start_form", "")))


def _recipient_no(head: Subject | None) -> dict[str, str]:
    return {"recipient_no": head.recipient.recipient_no} if head is not None and head.recipient is not None else {}


def _recipient_facts(desk: Desk, head: Subject | None) -> dict[str, Any]:
    return seen_dynamics.about_facts(desk, head.recipient) if head is not None and head.recipient is not None else {}


def _subject(process_key: str, about: str | None) -> str:
    return f"start:{process_key}:{about or ''}"


def _head_context(head: Subject | None) -> dict[str, Any]:
    if head is None:
        return {}
    return {
        "case_no": head.case_no,
        "district": head.district,
        "programme": head.programme,
        "intake_town": head.intake_town,
        "town": head.town,
        "village": head.village,
        "applicant_name": head.applicant_name,
    }
