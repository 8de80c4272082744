"""Fill in any form with answers that its rules accept: for the simulator, and for trying a procedure before anybody
is hurt by it.

What is given goes first; every other required field gets a value of its kind, and a field that the rules refuse gets
the next one, until the form is complete or nothing is left to try. The same ``draw`` makes the same answers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from jiuzhu.domain.identity import synthetic_account, synthetic_id
from jiuzhu.domain.topics import Values
from jiuzhu.engine.forms_check import validate
from jiuzhu.engine.forms_choices import options_of, people_of
from jiuzhu.engine.forms_feel import Expression
from jiuzhu.engine.forms_ports import FieldPorts
from jiuzhu.engine.forms_schema import MANY_TYPES, Bound, Component, Form, keyed
from jiuzhu.engine.forms_sheet import Node, Scope, Sheet, on
from jiuzhu.engine.forms_values import ZONE, is_unset
from jiuzhu.errors import Invalid

ROUNDS = 40
DAYS = (0, 1, 3, 7, 15, 30, -1, -7, -30, 365, 1000, -365, -9000)
"""Days from today at which a date is tried."""
SENTENCE = "经核实情况属实，材料齐全，办理过程符合规定。"
WORDS = ("示例", "1", "2026", "A1", "示例-1", "130", "12345678", "2026-001")
SURNAMES, GIVEN = "常连桂梁贺栾滕邢", "有福桂香玉兰秋生春梅志远"
TEXTS = frozenset({"textfield", "textarea", "number"})
_STEP = re.compile(r"([a-z0-9_]+)(?:\[(\d+)\])?")


class CannotFill(Invalid):
    """No answers were found that the form accepts; ``faults`` are those of the last try."""


@dataclass(kw_only=True)
class Filler:
    """Fills in forms for one person at one moment."""

    ports: FieldPorts
    draw: random.Random
    upload: Callable[[], str]
    """Stores a sheet for the person and returns its id."""
    shunned: frozenset[str] = frozenset()
    """Options that are tried last: places where nobody would go on."""
    avoided: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    """Field → options that are tried last."""
    tried: dict[str, int] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)

    def fill(self, form: Form, context: Values, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return answers that ``validate`` accepts. Raises CannotFill."""
        answers: dict[str, Any] = {key: value for key, value in given.items() if key in form.keys}
        self.tried, self.answers = {}, answers
        faults: Mapping[str, str] = {}
        for _ in range(ROUNDS):
            self._complete(form, context, answers)
            try:
                validate(form, answers, context=context, ports=self.ports)
                return answers
            except Invalid as refused:
                faults = refused.faults
            if not self._mend(form, context, answers, faults):
                break
        raise CannotFill(f"填不出表单{form.id}。", dict(faults))

    def _complete(self, form: Form, context: Values, answers: dict[str, Any]) -> None:
        """Give every visible required field without a value its first one; again while that shows more fields."""
        for _ in range(8):
            sheet = Sheet(form, answers, context, self.ports, keep_blank_rows=True)
            changed = False
            for node in list(sheet.nodes()):
                if node.hidden:
                    continue
                if node.component.is_list:
                    changed |= self._complete_list(node, context, answers)
                elif self._wants(node):
                    changed |= self._put(answers, node.path, self._value(node, 0))
            if not changed:
                return

    def _wants(self, node: Node) -> bool:
        component = node.component
        if not component.is_input or component.disabled or on(component.readonly, node.scope):
            return False
        return is_unset(component, node.value) and on(component.required, node.scope)

    def _complete_list(self, node: Node, context: Values, answers: dict[str, Any]) -> bool:
        component = node.component
        if component.rows_from:
            offered = context.get(component.rows_from)
            rows = [row for row in offered if isinstance(row, Mapping)] if isinstance(offered, list | tuple) else []
            wanted = [{component.row_key: row.get(component.row_key)} for row in rows]
        else:
            least = max(int(component.properties.get("minRows", "0")), self.tried.get(node.path, 0))
            wanted = [{} for _ in range(least)]
        present = _at(answers, node.path)
        if isinstance(present, list) and len(present) >= len(wanted):
            return False
        return self._put(answers, node.path, [*(present or []), *wanted[len(present or []) :]])

    def _mend(self, form: Form, context: Values, answers: dict[str, Any], faults: Mapping[str, str]) -> bool:
        """Give each refused field its next value; False when no field has one left."""
        sheet = Sheet(form, answers, context, self.ports, keep_blank_rows=True)
        nodes = {node.path: node for node in sheet.nodes() if not node.hidden}
        moved = False
        for path in faults:
            node = nodes.get(path)
            if node is None:
                moved |= self._drop(answers, path)
                continue
            if node.component.key:
                moved |= self._next(node, context, answers)
                continue
            # A rule of a whole group: one of its fields is to blame, so the next one gets another value.
            inner = [nodes[one.key] for one in keyed(node.component.children) if one.key in nodes]
            moved |= bool(inner) and self._next(self.draw.choice(inner), context, answers)
        return moved

    def _next(self, node: Node, context: Values, answers: dict[str, Any]) -> bool:
        self.tried[node.path] = self.tried.get(node.path, 0) + 1
        if node.component.is_list:
            return self.tried[node.path] < 8 and self._complete_list(node, context, answers)
        return self._put(answers, node.path, self._value(node, self.tried[node.path]))

    def _value(self, node: Node, number: int) -> Any:
        """Return the ``number``-th value to try at a field; None when there is none."""
        taken = self._named(node) if node.component.widget == "person" else frozenset()
        found = (one for one in self._values(node.component, node.scope) if not taken or one not in taken)
        return next(islice(found, number, None), None)

    def _named(self, node: Node) -> frozenset[Any]:
        """Return who stands in the list's other rows: nobody is a member twice."""
        listed = self.answers.get(node.container.key) if node.container is not None else None
        rows = [row for row in listed if isinstance(row, Mapping)] if isinstance(listed, list) else []
        return frozenset(row[node.component.key] for row in rows if row.get(node.component.key))

    def _values(self, component: Component, scope: Scope) -> Iterator[Any]:
        if component.type in TEXTS:
            yield from self._looked_up(component, scope)
        match component.widget:
            case "signature":
                yield {"way": "login", "confirm": True}
                return
            case "attachments":
                least = max(1, int(component.properties.get("min", "1") or 1))
                yield [self.upload() for _ in range(least)]
                return
            case "person":
                yield from (one.id for one in self._shuffled(people_of(component, scope, self.ports)))
                return
            case "people":
                found = [one.id for one in people_of(component, scope, self.ports)]
                for count in (2, 1, 3, 5, 6, 7, len(found)):
                    if 0 < count <= len(found):
                        yield found[:count]
                return
            case "id18":
                yield from (self._resident_id(age) for age in (46, 61, 33, 72, 19, 8))
                return
            case "phone":
                yield f"100{self.draw.randrange(10**8):08d}"
                return
            case "bank":
                yield synthetic_account(self.draw.randrange(10**12))
                return
            case "money":
                yield from (f"{value:.2f}" for value in self._numbers(component, scope, (300, 100, 0, 800, 1200)))
                return
        yield from self._plain(component, scope)

    def _looked_up(self, component: Component, scope: Scope) -> Iterator[Any]:
        """Yield what the form shows and its rule compares a field with: a control total is copied from the list."""
        names = sorted(component.check.names) if component.check is not None else []
        for name in names:
            value = scope.get(name)
            if name != component.key and isinstance(value, str | int | Decimal) and not isinstance(value, bool):
                if component.type != "number" and component.widget != "money":
                    yield str(value)
                elif (number := _number_of(value)) is not None:
                    yield f"{number:.2f}" if component.widget == "money" else str(number)

    def _plain(self, component: Component, scope: Scope) -> Iterator[Any]:
        match component.type:
            case "checkbox":
                yield from sorted((True, False), key=lambda one: one in self.avoided.get(component.key, ()))
            case "number":
                whole = component.digits in (None, 0)
                for value in self._numbers(component, scope, (1, 2, 3, 5, 10, 0, 60)):
                    yield int(value) if whole and value == int(value) else str(value)
            case "datetime":
                yield from (self._moment(component.subtype, days) for days in DAYS)
            case "radio" | "select":
                yield from self._options(component, scope)
            case kind if kind in MANY_TYPES:
                found = self._options(component, scope)
                names = component.check.names if component.check is not None else frozenset()
                sizes = [scope[name] for name in sorted(names) if type(scope.get(name)) is int]
                yield from (part for part in (*(found[:size] for size in sizes), found[:1], found, found[:2]) if part)
                yield from (part for part in (found[:3], found[1:], found[1:2]) if part)
            case _:
                yield from self._texts(component, scope)

    def _options(self, component: Component, scope: Scope) -> list[Any]:
        many = component.type in MANY_TYPES
        found = list(options_of(component, scope)) if many else self._shuffled(options_of(component, scope))
        last = self.shunned | self.avoided.get(component.key, frozenset())
        return sorted((option.value for option in found), key=lambda value: value in last)

    def _texts(self, component: Component, scope: Scope) -> Iterator[str]:
        least, most = _whole(component.min_length, scope) or 0, _whole(component.max_length, scope) or 200
        if component.key.endswith("name"):
            yield self.draw.choice(SURNAMES) + "".join(self.draw.sample(GIVEN, 2))
        sentence = SENTENCE * (least // len(SENTENCE) + 1)
        yield sentence[: max(least, min(most, len(sentence)))]
        yield from WORDS
        today = self.ports.now.astimezone(ZONE).date()
        yield from (f"{today.year}Q{(today.month + 2) // 3}", f"{today:%Y-%m}", f"{today:%Y}")

    def _numbers(self, component: Component, scope: Scope, usual: tuple[int, ...]) -> Iterator[Decimal]:
        least, most = _decimal(component.minimum, scope), _decimal(component.maximum, scope)
        for value in (*map(Decimal, usual), least, most):
            if value is None or (least is not None and value < least) or (most is not None and value > most):
                continue
            yield value

    def _moment(self, subtype: str, days: int) -> str:
        local = self.ports.now.astimezone(ZONE) + timedelta(days=days)
        if subtype == "date":
            return local.date().isoformat()
        if subtype == "time":
            return local.strftime("%H:%M")
        return local.isoformat(timespec="minutes")

    def _resident_id(self, age: int) -> str:
        today = self.ports.now.astimezone(ZONE).date()
        born = date(today.year - age, self.draw.randint(1, 12), self.draw.randint(1, 28))
        return synthetic_id("660502", born, self.draw.randrange(1000))

    def _shuffled(self, found: Any) -> list[Any]:
        items = list(found)
        self.draw.shuffle(items)
        return items

    def _put(self, answers: dict[str, Any], path: str, value: Any) -> bool:
        if value is None:
            return False
        *way, last = _steps(path)
        place: Any = answers
        for key, index in way:
            place = place.setdefault(key, [])
            if index is not None:
                while len(place) <= index:
                    place.append({})
                place = place[index]
        if place.get(last[0]) == value:
            return False
        place[last[0]] = value
        return True

    def _drop(self, answers: dict[str, Any], path: str) -> bool:
        """Take away what stands at a path that the form does not have."""
        return answers.pop(path.partition("[")[0].partition(".")[0], None) is not None


def _steps(path: str) -> list[tuple[str, int | None]]:
    found = []
    for part in path.split("."):
        match = _STEP.fullmatch(part)
        if match is None:
            raise ValueError(f"{path!r} is no path of a form")
        found.append((match[1], int(match[2]) if match[2] else None))
    return found


def _at(answers: Mapping[str, Any], path: str) -> Any:
    place: Any = answers
    for key, index in _steps(path):
        place = place.get(key) if isinstance(place, Mapping) else None
        if index is not None and isinstance(place, list) and index < len(place):
            place = place[index]
    return place


def _number_of(value: str | int | Decimal) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _decimal(bound: Bound, scope: Scope) -> Decimal | None:
    value = bound.value(scope) if isinstance(bound, Expression) else bound
    return None if isinstance(value, bool) or not isinstance(value, int | Decimal) else Decimal(value)


def _whole(bound: Bound, scope: Scope) -> int | None:
    number = _decimal(bound, scope)
    return None if number is None else int(number)
