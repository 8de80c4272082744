"""Facts laid beside the variables when a form is opened: the names of ``jiuzhu.domain.facts``, made fresh from the
record.

Only what the form reads is looked up. A fact that has nothing to say is left out (the form then sees null).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from jiuzhu.domain import household, instants, words
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.identity import mask_resident_id
from jiuzhu.domain.reported import REPORT, as_reported
from jiuzhu.domain.rows import (
    BatchItem,
    CaseEvent,
    Document,
    EntrustmentLetter,
    Filing,
    Household,
    MeansQuery,
    MeansResult,
    Objection,
    RolloutTown,
)
from jiuzhu.engine import Bundle
from jiuzhu.engine.forms import Form, parse_form, read_form_file
from jiuzhu.service import visibility
from jiuzhu.service.desk import Desk
from jiuzhu.service.seen_assessments import ASSESSMENTS, offered
from jiuzhu.service.seen_authority import AUTHORITY
from jiuzhu.service.seen_dynamics import DYNAMICS
from jiuzhu.service.seen_entrusting import ENTRUSTING, agency_choices, seal_choices
from jiuzhu.service.seen_funds import FUNDS
from jiuzhu.service.seen_materials import MATERIALS
from jiuzhu.service.seen_office_year import OFFICE_YEAR
from jiuzhu.service.seen_payments import PAYMENTS
from jiuzhu.service.seen_pilot import PILOT
from jiuzhu.service.seen_referrals import REFERRALS, department_choices
from jiuzhu.service.seen_reports import REPORTING
from jiuzhu.service.seen_reviews import REVIEWS, review_kinds
from jiuzhu.service.seen_sittings import SITTINGS
from jiuzhu.service.seen_supervision import SUPERVISION, unit_choices, violation_kinds
from jiuzhu.service.seen_temp import TEMP, temp_cap
from jiuzhu.service.seen_window import WINDOW
from jiuzhu.store import waits
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

DISCOVERY_APPLIED = "discovery.applied"
"""Message by which an application tells the discovery that led to it."""

Context: TypeAlias = Mapping[str, Any]
Fact: TypeAlias = "Callable[[Desk, LiveCase, Context], Any]"


def facts(desk: Desk, live: LiveCase, form: Form, context: Context) -> dict[str, Any]:
    """Return the facts that a form of this case reads."""
    data = desk.bundle_of(live).forms.get(form.id)
    if data is None:
        return {}
    found: dict[str, Any] = {}
    for name in sorted(read_form_file(data, "form").reads & set(FACTS)):
        value = FACTS[name](desk, live, context)
        if value is not None:
            found[name] = value
    return found


def start_facts(desk: Desk, actor: Actor, district: str) -> dict[str, Any]:
    """Return the facts that a start form may read: there is no case yet."""
    choices = [
        {"value": row.id, "label": f"{desk.office.places.name(desk.tx, row.parent or '')}{row.name}"}
        for row in sorted(desk.office.places.all(desk.tx), key=lambda one: one.id)
        if row.kind == "village" and row.district == district
    ]
    in_village = any(role.startswith("village_") for role in actor.roles)
    return {
        "village_choices": choices,
        "programme_choices": _programme_choices(desk, district),
        **temp_cap(desk, district),
        **offered(desk, district),
        "town_choices": _town_choices(desk, district),
        "department_choices": department_choices(desk, district, actor.organisations),
        "review_kind_choices": review_kinds(desk, district),
        "seal_choices": seal_choices(desk, actor, district),
        "agency_choices": agency_choices(desk.office.policies.of(district), desk.today),
        "violation_kind_choices": violation_kinds(desk, district),
        "unit_choices": unit_choices(desk, district),
        "own_village_choices": _own_villages(desk, actor, choices),
        "discovery_choices": _waiting_discoveries(desk, actor, district),
        "default_channel": "discovery" if in_village else "window",
    }


def _own_villages(desk: Desk, actor: Actor, choices: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the villages of the starter's own organisations and below, the starter's village first."""
    own = set(actor.organisations)
    of = desk.office.places.of
    found = [one for one in choices if own & {one["value"], of(desk.tx, one["value"]).parent or ""}]
    return found or [one for one in choices if of(desk.tx, one["value"]).district in own]


def _waiting_discoveries(desk: Desk, actor: Actor, district: str) -> list[dict[str, str]]:
    """Return the discoveries that wait for an application, within the starter's reach (NH-33)."""
    scope = visibility.reach_of(desk, actor)
    return [
        {"value": row["case_no"], "label": f"{row['applicant_name']}（{row['case_no']}）"}
        for row in waits.waiting_for(desk.tx, DISCOVERY_APPLIED, district)
        if scope.covers(district=district, town=row["town"], village=row["village"])
    ]


def _programme_choices(desk: Desk, district: str) -> list[dict[str, str]]:
    """Return the programmes for which the district has a monthly standard, in the house's order."""
    rows = desk.office.policies.of(district).rows("standards", desk.today)
    offered = {str(row["programme"]) for row in rows}
    return [{"value": key, "label": label} for key, label in words.PROGRAMMES.items() if key in offered]


def _batch_items(desk: Desk, live: LiveCase, context: Context) -> Any:
    reviews = desk.records(live).submissions("temp_batch")
    proposed = {row["item_no"]: row for row in reviews[-1].data.get("batch_rows", ())} if reviews else {}
    labels = {"granted": "拟同意", "refused": "拟不同意", "back": "退回补查"}
    return [
        {
            "item_no": row.item_no,
            "applicant_name": row.applicant_name,
            "town_name": desk.office.places.name(desk.tx, row.town),
            "reviewed_amount": f"{row.amount:.2f}",
            "proposal_text": labels.get(str(proposed.get(row.item_no, {}).get("proposal")), ""),
            "proposal_reason": str(proposed.get(row.item_no, {}).get("proposal_note", "")),
        }
        for row in shelf_of(desk.tx).find(BatchItem, {"batch_no": live.case_no})
    ] or None


def _household(desk: Desk, live: LiveCase, context: Context) -> Any:
    rows = shelf_of(desk.tx).find(Household, {"case_no": live.case_no})
    if not rows:
        return None
    labels = option_labels(desk.bundle_of(live))
    return [
        {
            "name": member.get("name", ""),
            "relation": labels.get("relation", {}).get(member.get("relation"), member.get("relation", "")),
            "id_masked": mask_resident_id(str(member.get("id", ""))) if member.get("id") else "",
            "age": household.age_on(str(member.get("id", "")), desk.today),
            "health": labels.get("health", {}).get(member.get("health"), member.get("health", "")),
            "monthly_income": member.get("monthly_income", ""),
        }
        for member in household.members_of(rows[0].record)
    ]


def _verification(desk: Desk, live: LiveCase, context: Context) -> Any:
    shelf = shelf_of(desk.tx)
    queries = shelf.find(MeansQuery, {"case_no": live.case_no})
    if not queries:
        return []
    latest = max(queries, key=lambda one: (one.requested_at, one.round))
    return [
        {
            "member": row.member,
            "source": words.MEANS_SOURCES.get(row.source, row.source),
            "result": words.MEANS_RESULTS.get(row.result, row.result),
            "amount": "" if row.amount is None else f"{row.amount:.2f}",
            "note": row.note,
        }
        for row in shelf.find(MeansResult, {"case_no": live.case_no})
        if row.query_no == latest.query_no
    ]


def _objections(desk: Desk, live: LiveCase, context: Context) -> Any:
    rows = shelf_of(desk.tx).find(Objection, {"case_no": live.case_no})
    return [
        {
            "objection_no": row.objection_no,
            "received_at": instants.iso(row.received_at),
            "objector": row.objector if row.real_name else "（匿名）",
            "content": row.content,
        }
        for row in rows
        if row.state != "answered" and row.in_time
    ]


def _filing(desk: Desk, live: LiveCase, context: Context) -> Any:
    rows = shelf_of(desk.tx).find(Filing, {"case_no": live.case_no})
    wanted = [row for row in rows if row.filing_no == context.get("filing_no")] or rows[-1:]
    programmes: Mapping[str, Any] = desk.office.settings.values["programmes"]
    return [
        {
            "case_no": row.case_no,
            "applicant_name": line.get("applicant_name", line.get("name", live.applicant_name)),
            "programme": programmes.get(row.programme, row.programme),
            "kind": words.FILING_KINDS.get(row.kind, row.kind),
            "amount_after": line.get("amount_after", ""),
        }
        for row in wanted
        for line in row.lines
    ] or None


def _participants(desk: Desk, live: LiveCase, context: Context) -> Any:
    calls = desk.records(live).submissions("appraisal_call")
    if not calls:
        return None
    data = calls[-1].data
    return data.get("participants") or data.get("appraisal_participants")


def _letter_title(desk: Desk, live: LiveCase, context: Context) -> Any:
    made = [
        row
        for row in shelf_of(desk.tx).find(Document, {"case_no": live.case_no})
        if row.template == context.get("letter_kind")
    ]
    return made[-1].title if made else None


def _visit(desk: Desk, live: LiveCase, context: Context) -> Any:
    visits = desk.records(live).submissions("home_visit")
    if not visits:
        return None
    data = visits[-1].data
    lines = [
        {"label": "入户时间", "value": str(data.get("visit_at", ""))[:16].replace("T", " ")},
        {"label": "入户结果", "value": words.VISIT_OUTCOMES.get(str(data.get("visit_outcome")), "")},
        {"label": "填表人", "value": visits[-1].person_name},
    ]
    for key, label in (
        ("refusal_facts", "拒绝配合的情况"),
        ("visit_facts", "情况"),
        ("facts", "情况"),
        ("witnesses", "见证人"),
    ):
        if data.get(key):
            lines.append({"label": label, "value": str(data[key])})
    return lines


def _event(desk: Desk, live: LiveCase, context: Context) -> Any:
    rows = shelf_of(desk.tx).find(CaseEvent, {"case_no": live.case_no})
    own = [row for row in rows if row.event_no == live.record_no] or rows[-1:]
    return [
        line
        for row in own
        for line in (
            {"label": "事项", "value": words.EVENT_KINDS.get(row.kind, row.kind)},
            {"label": "情况", "value": row.facts},
            {"label": "报告人", "value": row.reporter},
        )
    ] or None


def _reason(desk: Desk, live: LiveCase, context: Context) -> Any:
    programmes: Mapping[str, Any] = desk.office.settings.values["programmes"]
    return f"申请{programmes.get(live.programme, live.programme)}"


def _missing_authorizers(desk: Desk, live: LiveCase, context: Context) -> Any:
    rows = shelf_of(desk.tx).find(Household, {"case_no": live.case_no})
    if not rows:
        return None
    record = as_reported(rows[0].record, desk.records(live).submissions(REPORT), live.record_no)
    authorized = {str(each.get("member", "")) for each in record.get("authorizations", ())}
    missing = [
        one["name"]
        for one in household.people_to_verify(record, live.programme)
        if one["name"] not in authorized
        and (household.age_on(one["id"], desk.today) or household.ADULT) >= household.ADULT
    ]
    return "、".join(missing) or None


def _entrustment(desk: Desk, live: LiveCase, context: Context) -> Any:
    letters = shelf_of(desk.tx).find(EntrustmentLetter, {"town": live.town})
    in_force = [
        row
        for row in letters
        if row.status == "in_force"
        and row.valid_from <= desk.today
        and (row.valid_to is None or desk.today <= row.valid_to)
    ]
    if not in_force:
        return "本镇（街道）没有在有效期内的委托书。"
    return "委托书在有效期内；请检查委托事项目录、印章保管人和首席代表任职。"


def _villages(desk: Desk, live: LiveCase, context: Context) -> Any:
    return [
        {"value": row.id, "label": f"{desk.office.places.name(desk.tx, row.parent or '')}{row.name}"}
        for row in sorted(desk.office.places.all(desk.tx), key=lambda one: one.id)
        if row.kind == "village" and row.district == live.district
    ]


def _programmes(desk: Desk, live: LiveCase, context: Context) -> Any:
    return _programme_choices(desk, live.district)


def _town_choices(desk: Desk, district: str) -> list[dict[str, str]]:
    places = sorted(desk.office.places.all(desk.tx), key=lambda one: one.id)
    return [{"value": row.id, "label": row.name} for row in places if row.kind == "town" and row.district == district]


def _case_towns(desk: Desk, live: LiveCase, context: Context) -> Any:
    return _town_choices(desk, live.district)


def _rollout_towns(desk: Desk, live: LiveCase, context: Context) -> Any:
    rows = shelf_of(desk.tx).find(RolloutTown, {"case_no": live.case_no})
    settled = {row.town for row in rows if row.state != "deferred"}
    return [
        {"value": row.id, "label": row.name}
        for row in sorted(desk.office.places.all(desk.tx), key=lambda one: one.id)
        if row.kind == "town" and row.district == live.district and row.id not in settled
    ]


def _rollout_limit(desk: Desk, live: LiveCase, context: Context) -> Any:
    return desk.office.policies.of(live.district).value("rollout.phase2_count", desk.today)


FACTS: Mapping[str, Fact] = {
    **ENTRUSTING,
    **OFFICE_YEAR,
    **PILOT,
    **ASSESSMENTS,
    **SITTINGS,
    **AUTHORITY,
    **FUNDS,
    **PAYMENTS,
    **SUPERVISION,
    **TEMP,
    **REFERRALS,
    **REPORTING,
    **MATERIALS,
    **REVIEWS,
    **WINDOW,
    **DYNAMICS,
    "programme_choices": _programmes,
    "batch_items": _batch_items,
    "village_choices": _villages,
    "household_rows": _household,
    "verification_rows": _verification,
    "objection_rows": _objections,
    "filing_rows": _filing,
    "appraisal_participants": _participants,
    "letter_title": _letter_title,
    "visit_facts": _visit,
    "event_rows": _event,
    "query_reason_default": _reason,
    "missing_authorizers": _missing_authorizers,
    "entrustment_fault": _entrustment,
    "town_choices": _case_towns,
    "rollout_town_choices": _rollout_towns,
    "rollout_town_limit": _rollout_limit,
}
"""Name → how it is found. ``default_channel`` belongs to start forms only."""


def option_labels(bundle: Bundle) -> Mapping[str, Mapping[Any, str]]:
    """Return key → code → Chinese label of all fixed options in a bundle's forms."""
    return _labels(tuple(sorted(bundle.forms.items())))


@lru_cache(maxsize=64)
def _labels(forms: tuple[tuple[str, bytes], ...]) -> Mapping[str, Mapping[Any, str]]:
    found: dict[str, dict[Any, str]] = {}
    for _, data in forms:
        for component in parse_form(data).walk():
            if component.key and component.choices is not None:
                for option in component.choices.fixed:
                    found.setdefault(component.key, {}).setdefault(option.value, option.label)
    return found
