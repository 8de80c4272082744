"""A matter opened by another record with its start form filled in: a letter of a box becomes a petition."""

from __future__ import annotations

from collections.abc import Callable

from jiuzhu.domain.rows import Recipient
from jiuzhu.domain.topics import Values
from jiuzhu.engine.forms import validate
from jiuzhu.errors import NotFound, ProcessError
from jiuzhu.service import opening, seen
from jiuzhu.service.desk import Desk
from jiuzhu.service.forms import form_of, ports_of
from jiuzhu.service.steps import Stepping
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of


def prepare(
    desk: Desk, stepping: Stepping, live: LiveCase, process_key: str, answers: Values, *, town: str, village: str
) -> tuple[opening.Plan, Callable[[], None]]:
    """Number a matter and return what opens it. Raises Invalid (the form's faults), ProcessError (not deployed, no
    matter, nobody who fills the form in).
    """
    try:
        definition = desk.office.bundles.latest(desk.tx, process_key, live.district)
    except NotFound as error:
        raise ProcessError(f"process {process_key} is not deployed", process_key=process_key) from error
    if desk.actor is None or not opening.is_matter(definition):
        raise ProcessError(f"{process_key} is no matter that somebody hands in", process_key=process_key)
    form = form_of(desk.office.bundles.peek(desk.tx, definition, live.district), str(definition.facts["start_form"]))
    context = seen.start_facts(desk, desk.actor, live.district)
    ports = ports_of(desk.office, desk.actor, "", now=desk.now, tx=desk.tx)
    values = validate(form, answers, context=context, ports=ports)
    number = opening.number_matter(desk, live.district, definition)
    plan = opening.Plan(definition=definition, case_no=number, record_no=number)
    place = opening.Place(district=live.district, intake_town=town, town=town, village=village)
    chosen = desk.office.variables.of_form(values)

    def open_it() -> None:
        name = str(chosen.get("applicant_name") or definition.name)
        fresh = opening.new_case(desk, plan, place, programme="", applicant_name=name, once=None)
        opening.submit(
            desk,
            fresh,
            task_id=fresh.id,
            element_id=str(definition.facts.get("start_id", "")),
            process_key=definition.key,
            item_name=str(definition.facts.get("start_name") or definition.name),
            form=form.id,
            data=values,
        )
        variables = {**chosen, **opening.head_variables(fresh)}
        opening.run(stepping, fresh, variables, f"由{live.process_name}{live.record_no}转入")

    return plan, open_it


def about_household(
    desk: Desk, stepping: Stepping, live: LiveCase, recipient_no: str, process_key: str, variables: Values
) -> tuple[str, Callable[[], object]]:
    """Number a process about a recipient's household and return what opens it. Raises ProcessError."""
    found = shelf_of(desk.tx).find(Recipient, {"recipient_no": recipient_no})
    if not found:
        raise ProcessError(f"there is no recipient {recipient_no}", process_key=process_key)
    plan, open_planned = opening.plan_household(
        stepping, found[0], process_key, variables, f"由{live.process_name}{live.record_no}启动"
    )
    return plan.record_no, open_planned
