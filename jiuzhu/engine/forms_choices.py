"""The options of a field at one moment: written in the form, from a variable, by FEEL, or people of a group."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jiuzhu.engine.forms_ports import FieldPorts, Person
from jiuzhu.engine.forms_schema import Component, Option
from jiuzhu.engine.forms_sheet import Scope

_PLACE = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
MOST_OPTIONS = 1000


def options_of(component: Component, scope: Scope) -> tuple[Option, ...]:
    """Return the options of a radio, select, checklist or taglist."""
    choices = component.choices
    if choices is None:
        return ()
    if choices.fixed:
        return choices.fixed
    raw = choices.expression.value(scope) if choices.expression is not None else scope.get(choices.key)
    if not isinstance(raw, list | tuple):
        return ()
    found = (_option(item) for item in raw[:MOST_OPTIONS])
    return tuple(option for option in found if option is not None)


def group_of(component: Component, scope: Scope) -> str:
    """Return the group whose members a person field offers, ``${...}`` filled in from the scope."""
    return _PLACE.sub(lambda found: str(scope.get(found.group(1)) or ""), component.properties.get("group", ""))


def places(group: str) -> set[str]:
    """Return the variables that a group's text reads, such as ``town`` of ``town_intake@${town}``."""
    return set(_PLACE.findall(group))


def people_of(component: Component, scope: Scope, ports: FieldPorts) -> Sequence[Person]:
    """Return the people that a person field offers: of one group, or of several divided by commas."""
    found: dict[str, Person] = {}
    for group in group_of(component, scope).split(","):
        for person in ports.people(group.strip()):
            found.setdefault(person.id, person)
    return list(found.values())


def offered(component: Component, value: object, scope: Scope, ports: FieldPorts) -> bool:
    """Tell whether every chosen person is among those offered."""
    known = {person.id for person in people_of(component, scope, ports)}
    return all(item in known for item in (value if isinstance(value, list) else [value]))


def _option(item: object) -> Option | None:
    if isinstance(item, Mapping):
        value, label = item.get("value"), item.get("label", item.get("value"))
    else:
        value = label = item
    if not isinstance(value, str | int | bool) or value == "":
        return None
    return Option(value=value, label=str(label))
