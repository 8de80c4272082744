"""Decision tables tried with given inputs, apart from any case: nothing is written and nothing follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jiuzhu.decision import DecisionsRefused, read_decisions
from jiuzhu.domain.actor import Actor
from jiuzhu.errors import DecisionError, Invalid
from jiuzhu.service import deployed
from jiuzhu.service.office import Office


def evaluate(
    office: Office, actor: Actor, definition_id: str, inputs: Mapping[str, Any]
) -> Sequence[Mapping[str, Any]]:
    """Return the rows that a deployed decision gives for these inputs; none without a hit.

    Raises NotFound, Invalid (an input is missing or of another type; the table names it).
    """
    definition, data = deployed.read_resource(office, actor, definition_id)
    try:
        found = read_decisions(data).evaluate(definition.key, inputs, now=office.clock.now())
    except (DecisionError, DecisionsRefused) as error:
        raise Invalid(f"决策 {definition.key} 算不出来：{error}") from error
    if found is None:
        return []
    return found if isinstance(found, list) else [found]
