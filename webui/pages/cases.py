"""Cases: the list, the page of one household, its diagrams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from jiuzhu.service import (
    audit,
    authority_cases,
    case_trace,
    cases,
    dossiers,
    process_instances,
    signatures,
    trial_desk,
    walk_record,
)
from jiuzhu.service.cases import CaseView
from jiuzhu.service.inbox import InboxItem
from webui import parameters, timeline
from webui.case_panels import panels_of
from webui.case_status import STATUSES, badge_of
from webui.office import clock_of, current_actor, current_office, programmes, query_url
from webui.pages.start import offers
from webui.steps import strip_of

pages = Blueprint("cases", __name__)
PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the address asks for."""

    text: str
    programme: str
    status: str
    everything: bool
    """False: applications only; the district's own records and what belongs to a case are left out."""

    @property
    def narrowed(self) -> bool:
        """True when anything was asked for."""
        return bool(self.text or self.programme or self.status or self.everything)


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    """An open item of the case: who has it, and whether this person may open it."""

    name: str
    who: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that this person may report about the case."""

    label: str
    href: str
    icon: str


@pages.get("/cases")
def listing() -> str:
    """List the cases that this person may see, newest first."""
    filters = Filters(
        text=request.args.get("q", "").strip()[:60],
        programme=request.args.get("programme", "")[:40],
        status=request.args.get("status", "")[:40],
        everything=request.args.get("records") == "all",
    )
    page = cases.list_cases(
        current_office(),
        current_actor(),
        text=filters.text or None,
        programme=filters.programme or None,
        status=filters.status or None,
        everything=filters.everything or bool(filters.text),  # a number that is looked for may be any record's
        after=request.args.get("after") or None,
        limit=PAGE_SIZE,
    )
    following = {
        "q": filters.text,
        "programme": filters.programme,
        "status": filters.status,
        "records": "all" if filters.everything else "",
        "after": page.next or "",
    }
    return render_template(
        "cases.html",
        filters=filters,
        cases=[(case, badge_of(case.status, case.state)) for case in page.cases],
        programmes=list(programmes().items()),
        statuses=list(STATUSES.items()),
        startable=offers(),
        next_href=query_url("cases.listing", following) if page.next else "",
    )


@pages.get("/cases/<path:number>")
def show(number: str) -> str | AnyResponse:
    """Show a household's case: why it waits, diagram, timeline, papers, dates."""
    office, actor = current_office(), current_actor()
    if dossiers.without_case(office, number):
        # A household that was taken over has no case; its dossier holds what there is.
        return redirect(url_for("dossiers.show", number=number))
    case = cases.show_case(office, actor, number)
    return render_template(
        "case.html",
        case=case.head,
        number=number,
        badge=badge_of(case.head.status, case.head.state),
        breached=case.breach,
        referrals=case.referrals,
        waiting=case.waiting_sentence,
        stuck=case.incidents,
        ended=case.head.ended_at is not None,
        open_items=[(_open_item(item), clock_of(item)) for item in case.items],
        actions=actions_of(case),
        strip=strip_of(number, process=request.args.get("process")),
        timeline=timeline.events_of(case, everything="all" in request.args),
        everything="all" in request.args,
        chain_holds=all(one.holds for one in audit.verify(office, case.head.case_no)),
        signatures=signatures.of_case(office, actor, case.head.case_no),
        instances=[one for one in case.instances if one.record_no != case.head.record_no],
        parameters=parameters.lines_of(case),
        trial=trial_desk.show(office, actor, number) if case.head.is_trial else None,
        recordable=walk_record.may_record(office, actor, is_trial=case.head.is_trial),
        authority=authority_cases.explain_case(office, actor, case.head.case_no),
        **panels_of(case),
    )


@pages.get("/instances/<number>")
def by_instance(number: str) -> AnyResponse:
    """Go to the case of a process instance: Camunda Modeler knows it by its id only."""
    found = process_instances.one_instance(current_office(), current_actor(), number)
    return redirect(url_for("cases.show", number=found.record_no), 303)


@pages.get("/cases/<path:number>/trace")
def trace(number: str) -> str:
    """Show each step of a household: who, when, on what legal basis, for which requirement."""
    steps = case_trace.trace_case(current_office(), current_actor(), number)
    return render_template("trace.html", number=number, steps=steps)


@pages.get("/drawings/<path:number>")
def drawing(number: str) -> Response:
    """Return the diagram's file for the viewer."""
    found = cases.diagram(current_office(), current_actor(), number, request.args.get("process"))
    return Response(found.xml, mimetype="application/xml")


def actions_of(case: CaseView) -> Sequence[Action]:
    """Return what this person may report now: what the case waits for, then what may be reported at any time."""
    number = case.head.case_no
    waited_for = [
        Action(
            label=action.label,
            href=url_for("messages.form", message=action.message, number=action.record_no),
            icon="chat-left-text",
        )
        for action in case.actions
    ]
    if case.head.ended_at is not None:
        return waited_for
    reports = cases.startable(current_office(), current_actor(), about=True, number=number)
    return waited_for + [
        Action(label=one.name, href=url_for("start.form", key=one.key, about=number), icon="pencil-square")
        for one in reports
    ]


def _open_item(item: InboxItem) -> OpenItem:
    actor = current_actor()
    mine = item.assignee == actor.person_id or any(actor.holds(group) for group in item.groups)
    return OpenItem(
        name=item.name,
        who=item.assignee_name or f"{'、'.join(item.group_labels)}（待领取）",
        href=url_for("work.show", item_id=item.id) if mine else "",
    )
