"""Messages that may be entered although nobody waits for them at this moment: they must not fall between two waits.

A second objection while the first is being checked, for example. Whoever may enter it is read from the diagram's
catching event, provided that the case has come to the process that holds it.
"""

from __future__ import annotations

from jiuzhu.engine import Bundle
from jiuzhu.engine.catalogue import read_process
from jiuzhu.engine.expressions import parse
from jiuzhu.errors import ExpressionError
from jiuzhu.service import opening
from jiuzhu.service.desk import Desk
from jiuzhu.service.waiting import MessageAction
from jiuzhu.store import cases, history, listing
from jiuzhu.store.cases import LiveCase


def standing_actions(desk: Desk, case_no: str, message: str) -> list[tuple[MessageAction, LiveCase]]:
    """Return what running instances of a household would let people enter for this message."""
    found: list[tuple[MessageAction, LiveCase]] = []
    for head in listing.household(desk.tx, case_no):
        if head.ended_at is not None:
            continue
        live = cases.read(desk.tx, head.id)
        entered = {one.process_key for one in history.passages(desk.tx, head.id)}
        found += [(action, live) for action in _actions(desk, live, message, entered)]
    return found


def _actions(desk: Desk, live: LiveCase, message: str, entered: set[str]) -> list[MessageAction]:
    bundle = desk.bundle_of(live)
    variables = dict(desk.office.engine.read_variables(bundle, opening.state_of(live)))
    found = []
    for key, properties, name in catching(bundle, message):
        if key not in entered or not properties.get("entryForm"):
            continue
        groups = []
        for text in properties.get("entryGroups", "").split(","):
            try:
                groups.append(str(parse(text.strip()).evaluate_text(variables) or ""))
            except ExpressionError:
                continue
        correlation = properties.get("correlation", "case_no")
        found.append(
            MessageAction(
                message=message,
                label=properties.get("entryLabel") or name,
                form=properties["entryForm"],
                groups=tuple(group for group in groups if group),
                record_no=live.record_no,
                correlation_key=correlation,
                correlation_value=str(variables.get(correlation) or ""),
            )
        )
    return found


def catching(bundle: Bundle, message: str) -> list[tuple[str, dict[str, str], str]]:
    """Return (process key, properties, name) of the events of a bundle that catch a message."""
    found = []
    for key, xml in bundle.processes.items():
        process = read_process(xml, f"{key}.bpmn")
        if message not in process.messages:
            continue
        for _, node in process.diagram.level.walk():
            if node.event is not None and node.event.message == message and node.properties.get("entryForm"):
                found.append((key, dict(node.properties), node.name))
    return found
