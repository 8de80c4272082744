"""The dated parameters that a case used, in words, each beside its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiuzhu.policy.ambiguities import of_key
from jiuzhu.policy.spoken import spoken, spoken_source
from jiuzhu.service.cases import CaseView
from webui.office import current_office


@dataclass(frozen=True, kw_only=True)
class Line:
    """One parameter."""

    label: str
    value: str
    source: str


def lines_of(case: CaseView) -> Sequence[Line]:
    """Return the parameters that have a value."""
    # A topic's own word for the value goes before the catalogue's word for the setting.
    labels = {entry.key.rpartition(".")[2]: entry.label for entry in current_office().policies.catalogue.keys.values()}
    labels |= {name.name: name.label for topic in current_office().topics.values() for name in topic.contract.outputs}
    return [
        Line(
            label=labels.get(one.name, one.label),
            value=spoken(one.value),
            source=spoken_source(one.source, _questions(case.head.district, one.decision, one.name)),
        )
        for one in case.parameters
        if one.value not in (None, "", [])
    ]


def _questions(district: str, decisions: str, name: str) -> tuple[str, ...]:
    """Return the open questions on whose answer a decision table's parameter rests (key ``<decision>.<name>``)."""
    ambiguities = current_office().policies.ambiguities
    keys = [key for decision in decisions.split(",") for key in (f"{decision}.{name}", decision)]
    return tuple(dict.fromkeys(one for key in keys for one in of_key(ambiguities, district, key)))
