"""A process instance is opened: by a person's start form, or by another case's record task (decisions C3).

An application gets a new case number in the starting transaction; everything else belongs to a case and gets
``<case_no>/<label><n>``. The intake town is one of the starter's own.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.audit import GENESIS, sha256_of
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Recipient
from jiuzhu.domain.topics import Values
from jiuzhu.engine import StoredState
from jiuzhu.errors import Conflict, NotFound, ProcessError
from jiuzhu.service.desk import Desk
from jiuzhu.service.elsewhere import stepping_for
from jiuzhu.service.steps import Stepping
from jiuzhu.store import cases, definitions, listing, office, papers, trials
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.definitions import DefinitionRow

APPLICATION = "application"
"""Property ``kind`` of a process that opens a household's case."""

MATTER = "matter"
"""Property ``kind`` of a process that opens a record of the district's own, about no household (a rollout)."""

TOWN = "town"
"""Property ``place`` of a matter that belongs to a town and may name a person."""

INITIAL_STATUS = "open"

TRIAL_MARK = "试运行"
"""Beginning of the number of a trial: it says so wherever the number stands."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a case belongs when it is opened."""

    district: str
    intake_town: str
    town: str
    village: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A process instance that is numbered but not running yet."""

    definition: DefinitionRow
    case_no: str
    record_no: str


def is_application(definition: DefinitionRow) -> bool:
    """True for a process that opens a household's case."""
    properties: Mapping[str, str] = definition.facts.get("properties", {})
    return properties.get("kind") == APPLICATION


def is_matter(definition: DefinitionRow) -> bool:
    """True for a process that opens a record of the district's own."""
    properties: Mapping[str, str] = definition.facts.get("properties", {})
    return properties.get("kind") == MATTER


def is_of_town(definition: DefinitionRow) -> bool:
    """True for a matter that is opened at the starter's town, such as an arrival at its window."""
    properties: Mapping[str, str] = definition.facts.get("properties", {})
    return properties.get("place") == TOWN


def stands_alone(definition: DefinitionRow) -> bool:
    """True for a process that begins a record; the others are about one that exists."""
    return is_application(definition) or is_matter(definition)


def number_matter(desk: Desk, district: str, definition: DefinitionRow) -> str:
    """Allocate the number of a district's own record: ``<prefix>-<year>-<label of the process>-<serial>``."""
    properties: Mapping[str, str] = definition.facts.get("properties", {})
    return _next_number(desk, district, properties.get("recordLabel", "事项"))


def number_application(desk: Desk, district: str, programme: str) -> str:
    """Allocate a case number: ``<prefix>-<year>-<programme>-<serial>``, gap-free a year and programme."""
    words: Mapping[str, Any] = desk.office.settings.values["programmes"]
    return _next_number(desk, district, str(words.get(programme, programme)))


def _next_number(desk: Desk, district: str, label: str) -> str:
    """Allocate a number of a series; trials have series of their own, so that no real number is spent on them."""
    series = f"{desk.office.policies.of(district).case_prefix}-{desk.today.year}-{label}"
    if trials.owner_of(desk.tx):
        series = f"{TRIAL_MARK}-{series}"
    return f"{series}-{office.next_number(desk.tx, series):04d}"


def plan_beside(desk: Desk, live: LiveCase, process_key: str) -> Plan:
    """Number another process instance of a household. Raises ProcessError when the process is not deployed."""
    try:
        definition = _beside(desk, live, process_key)
    except NotFound as error:
        raise ProcessError(f"process {process_key} is not deployed", process_key=process_key) from error
    if has_own_number(definition):
        number = number_matter(desk, live.district, definition)
        return Plan(definition=definition, case_no=number, record_no=number)
    return _plan(desk, live.case_no, definition)


def _beside(desk: Desk, live: LiveCase, process_key: str) -> DefinitionRow:
    """Return what a running case starts under a key; a trial first what came with its own deployment."""
    if live.is_trial:
        own = definitions.one_definition(desk.tx, live.definition)
        for row in definitions.of_deployment(desk.tx, own.deployment):
            if (row.kind, row.key) == ("process", process_key):
                return row
    return desk.office.bundles.latest(desk.tx, process_key, live.district)


def has_own_number(definition: DefinitionRow) -> bool:
    """True for a matter that never stands among a household's papers, whatever started it (process property
    ``ownNumber``: a lead against staff, a proposal for the list of dishonesty).
    """
    properties: Mapping[str, str] = definition.facts.get("properties", {})
    return is_matter(definition) and properties.get("ownNumber") == "true"


def _plan(desk: Desk, case_no: str, definition: DefinitionRow) -> Plan:
    if trials.owner_of(desk.tx) and not case_no.startswith(TRIAL_MARK):
        case_no = f"{TRIAL_MARK}-{case_no}"  # what a trial starts about a household never stands among its papers
    properties: Mapping[str, str] = definition.facts.get("properties", {})
    stem = f"{case_no}/{properties.get('recordLabel', '事项')}"
    taken = sum(1 for number in listing.record_numbers(desk.tx, case_no) if _is_numbered(number, stem))
    promised: set[str] = desk.tx.cache.setdefault("promised_numbers", set())
    number = f"{stem}{taken + sum(1 for one in promised if _is_numbered(one, stem)) + 1}"
    promised.add(number)
    return Plan(definition=definition, case_no=case_no, record_no=number)


def _is_numbered(number: str, stem: str) -> bool:
    return number.startswith(stem) and number[len(stem) :].isdigit()


def open_beside(stepping: Stepping, live: LiveCase, plan: Plan, variables: Values) -> LiveCase:
    """Run a numbered process instance of the same household up to its first wait.

    What belongs to a district's own record takes its town from the variables: each town's part has a row of its own.
    """
    town = live.town or str(variables.get("town") or "")
    place = Place(district=live.district, intake_town=live.intake_town or town, town=town, village=live.village)
    sentence = f"由{live.process_name}启动{plan.definition.name}"
    if has_own_number(plan.definition):
        named = str(variables.get("applicant_name") or "") if is_of_town(plan.definition) else ""
        return open_for(stepping, plan, place, variables, sentence, name=named or plan.definition.name)
    return open_for(stepping, plan, place, variables, sentence, programme=live.programme, name=live.applicant_name)


def open_for(
    stepping: Stepping,
    plan: Plan,
    place: Place,
    variables: Values,
    sentence: str,
    *,
    programme: str = "",
    name: str = "",
    once: str | None = None,
) -> LiveCase:
    """Run a numbered process instance at a place, without a person's form, up to its first wait."""
    fresh = new_case(stepping.desk, plan, place, programme=programme, applicant_name=name, once=once)
    given = {key: value for key, value in variables.items() if value is not None}
    run(stepping, fresh, {**given, **head_variables(fresh)}, sentence)
    return fresh


def open_matter(
    desk: Desk, definition: DefinitionRow, place: Place, variables: Values, sentence: str, *, once: str | None = None
) -> LiveCase:
    """Open a record of the district's own that the calendar, an import or another record asks for.

    Raises ProcessError when the process is no matter: a household's case is never made out of nothing.
    """
    if not is_matter(definition):
        raise ProcessError(f"process {definition.key} is no matter", process_key=definition.key)
    number = number_matter(desk, place.district, definition)
    stepping = stepping_for(desk)
    plan = Plan(definition=definition, case_no=number, record_no=number)
    programme = str(variables.get("programme") or "")
    live = open_for(stepping, plan, place, variables, sentence, programme=programme, name=definition.name, once=once)
    stepping.finish()
    return live


def open_about_household(
    stepping: Stepping,
    household: Recipient,
    process_key: str,
    variables: Values,
    sentence: str,
    *,
    once: str | None = None,
) -> LiveCase:
    """Open a process about a recipient's household: beside its case, or, for one that was imported, beside its file.

    The caller finishes the stepping. Raises ProcessError when the process is not deployed.
    """
    return plan_household(stepping, household, process_key, variables, sentence, once=once)[1]()


def plan_household(
    stepping: Stepping,
    household: Recipient,
    process_key: str,
    variables: Values,
    sentence: str,
    *,
    once: str | None = None,
) -> tuple[Plan, Callable[[], LiveCase]]:
    """Number a process about a recipient's household and return what opens it. Raises as ``open_about_household``."""
    desk = stepping.desk
    try:
        definition = desk.office.bundles.latest(desk.tx, process_key, household.district)
    except NotFound as error:
        raise ProcessError(f"process {process_key} is not deployed", process_key=process_key) from error
    place = Place(
        district=household.district,
        intake_town=household.town,
        town=household.town,
        village=household.village,
    )
    given = {"recipient_no": household.recipient_no, **variables}
    plan = _plan(desk, household.case_no, definition)
    return plan, lambda: open_for(
        stepping,
        plan,
        place,
        given,
        sentence,
        programme=household.programme,
        name=household.name,
        once=once,
    )


def place_of(desk: Desk, organisation: str) -> Place:
    """Return where a record of an organisation belongs. Raises NotFound."""
    row = desk.office.places.of(desk.tx, organisation)
    town = desk.office.places.town_of(desk.tx, organisation)
    village = organisation if row.kind == "village" else ""
    return Place(district=row.district, intake_town=town, town=town, village=village)


def plan_about(desk: Desk, case_no: str, definition: DefinitionRow) -> Plan:
    """Number a process instance that a person starts about a running case."""
    return _plan(desk, case_no, definition)


def new_case(
    desk: Desk, plan: Plan, place: Place, *, programme: str, applicant_name: str, once: str | None
) -> LiveCase:
    """Make the row of a process instance; it is written with the step."""
    definition = plan.definition
    owner = trials.owner_of(desk.tx)
    if not definition.released and not owner:
        raise ProcessError(f"{definition.id} is not released", process_key=definition.key)
    bundle = desk.office.bundles.freeze(desk.tx, definition, place.district)
    live = LiveCase(
        id=str(uuid.uuid4()),
        record_no=plan.record_no,
        case_no=plan.case_no,
        process_key=definition.key,
        process_name=definition.name,
        definition=definition.id,
        bundle=bundle.id,
        is_application=is_application(definition),
        is_trial=bool(owner),
        district=place.district,
        town=place.town,
        intake_town=place.intake_town,
        village=place.village,
        programme=programme,
        status=INITIAL_STATUS,
        applicant_name=applicant_name,
        state_codec=0,
        state=b"",
        version=0,
        open_items=[],
        open_waiting=[],
        audit_seq=0,
        audit_hash=GENESIS,
        opened_at=desk.now,
        opened_by=owner or desk.person_id,
        once=once,
        is_new=True,
    )
    cases.keep(desk.tx, live)
    return live


def head_variables(live: LiveCase) -> dict[str, Any]:
    """Return the variables that are given at every start (processes-first: given at start)."""
    return {
        "case_no": live.case_no,
        "record_no": live.record_no,
        "district": live.district,
        "programme": live.programme,
        "intake_town": live.intake_town,
        "town": live.town,
        "village": live.village,
        "applicant_name": live.applicant_name,
    }


def run(stepping: Stepping, live: LiveCase, variables: Values, sentence: str) -> None:
    """Start the engine on a new row and note it in the chain."""
    stepping.desk.audit(live, "start", sentence, {"definition": live.definition, "bundle": live.bundle})
    stepping.start(live, variables)


def submit(
    desk: Desk,
    live: LiveCase,
    *,
    task_id: str,
    element_id: str,
    process_key: str,
    item_name: str,
    form: str,
    data: Mapping[str, Any],
    due: Any = None,
    instance: int | None = None,
) -> Submission:
    """Write the immutable answer to a form; its hash is over form, case and canonical answers."""
    digest = sha256_of({"form": form, "case_no": live.case_no, "data": dict(data)})
    return papers.add_submission(
        desk.tx,
        {
            "id": str(uuid.uuid4()),
            "task_id": task_id,
            "case_id": live.id,
            "case_no": live.case_no,
            "record_no": live.record_no,
            "process_key": process_key,
            "element_id": element_id,
            "item_name": item_name,
            "form": form,
            "definition": live.definition,
            "instance": instance,
            "person": desk.person_id,
            "person_name": desk.person_name,
            "at": desk.now,
            "true_at": desk.true_now,
            "due": due,
            "data": dict(data),
            "sha256": digest,
            "sequence": time.time_ns(),
        },
    )


def state_of(live: LiveCase) -> StoredState:
    """Return the engine's state of an instance."""
    return StoredState(codec=live.state_codec, blob=live.state)


def require_running(live: LiveCase) -> None:
    """Refuse an act on an ended process instance. Raises Conflict."""
    if live.ended_at is not None:
        raise Conflict("这件案子已经办结。")
