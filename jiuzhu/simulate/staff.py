"""The staff of the simulation: whoever may do an open item opens it, fills in its form and completes it."""

from __future__ import annotations

import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Conflict, Failed, Forbidden, Invalid, NotFound, Refused
from jiuzhu.service import documents, simulating, work
from jiuzhu.service.office import Office
from jiuzhu.service.simulating import CannotFill, Open
from jiuzhu.service.simulating_people import Colleagues
from jiuzhu.service.written_answers import answers_of
from jiuzhu.simulate.memory import Memory

ODD = 0.08
"""How often an item is not answered as usual: then the draw decides among what the form offers."""
TRIES = 3
"""How often who was refused puts right what was wrong before giving up: staff at a form, a family at the window."""
OTHERWISE = "otherwise"
"""Key of a usual table: what is answered, one after the other, where the usual answer is not allowed."""
SERIAL = "serial"
"""What usual answers may name beside what the form shows: a number that each completed item has of its own."""
APPLICATION = "application"
"""Form whose usual answers serve every other application, too."""


class Staff:
    """Does open items. Answers come from the plan, then the demo's usual ones, then from the form's own rules."""

    def __init__(self, office: Office, draw: random.Random, memory: Memory, *, odd: float = ODD) -> None:
        self._office = office
        self._odd = odd
        self._draw = draw
        self._memory = memory
        self._usual = read_usual(office.settings.root / "config" / "demo")
        self._sheet = (office.settings.root / "config" / "demo" / "cases" / "sheet.png").read_bytes()
        self._files: dict[str, str] = {}
        self.colleagues = Colleagues(office)
        self.done: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()
        self._stuck: Counter[str] = Counter()
        self._doers: dict[tuple[str, str, str], str] = {}

    def do(self, item: Open) -> bool:
        """Do one item; False when nobody could. What stood in the way is counted."""
        said = "没有人可以办"
        if self._stuck[item.id] > 6 or self._memory.rests(item, self._office.clock.now()):
            return False
        found = list(self.colleagues.of(item))
        self._draw.shuffle(found)
        # What comes back goes to whom did it before.
        place = (item.record_no, item.process_key, item.element_id)
        found.sort(key=lambda one: one.person_id != self._doers.get(place))
        for actor in found:
            try:
                self._complete(actor, item)
            except (Conflict, NotFound):
                return False
            except (Refused, Failed) as error:
                said = words_of(error)
            else:
                self.done[item.element_id] += 1
                self._doers[place] = actor.person_id
                return True
        self._stuck[item.id] += 1
        self.troubles[f"{item.process_key}/{item.element_id}（{item.form}）：{said}"] += 1
        return False

    def answer(
        self,
        actor: Actor,
        form: Any,
        context: Mapping[str, Any],
        case_no: str,
        more: Mapping[str, Any],
        before: Mapping[str, frozenset[Any]] = MappingProxyType({}),
    ) -> dict[str, Any]:
        """Return answers for a form: ``more`` first, then the usual ones, then what the form's rules allow.

        Choices made here ``before`` have led back to the item: what is not usual is not said a second time.
        """
        like = form.id if form.id in self._usual or not form.id.endswith(APPLICATION) else APPLICATION
        table = dict(self._usual.get(like, {}))
        others = table.pop(OTHERWISE, [])
        more = self._written(actor, form, more, context)
        usual = {**self._written(actor, form, table, context), **more}
        tries = [usual, *({**usual, **self._written(actor, form, one, context), **more} for one in others), dict(more)]
        if self._draw.random() < self._odd:
            open_keys = [key for key in usual if key not in more and simulating.choices_of(form, key)]
            tries.insert(0, {key: value for key, value in usual.items() if key not in open_keys[:1]})
        refused: CannotFill | None = None
        for given in tries:
            try:
                return self.filled(actor, form, context, given, case_no, before)
            except CannotFill as error:
                refused = refused or error
        assert refused is not None
        raise refused

    def filled(
        self,
        actor: Actor,
        form: Any,
        context: Mapping[str, Any],
        given: Mapping[str, Any],
        case_no: str = "",
        before: Mapping[str, frozenset[Any]] = MappingProxyType({}),
    ) -> dict[str, Any]:
        """Return a form filled in by its own rules around what is ``given``. Raises CannotFill."""
        upload, shunned = (lambda: self.file(actor)), self.colleagues.unstaffed
        return simulating.answers(
            self._office, actor, form, context, given, self._draw, upload, case_no, shunned, before
        )

    def otherwise(self, form: Any) -> Sequence[Mapping[str, Any]]:
        """Return what is answered at a form, one after the other, where the usual answer is not allowed."""
        return list(self._usual.get(form.id, {}).get(OTHERWISE, []))

    def each_row(self, form: Any, key: str) -> Mapping[str, Any]:
        """Return what is usually answered in every row of a form's list."""
        table = self._usual.get(form.id, {}).get(key)
        return dict(table.get("each", {})) if isinstance(table, Mapping) else {}

    def usual(self, actor: Actor, form: Any, name: str) -> dict[str, Any]:
        """Return the usual answers that stand under a name of their own: those of a register."""
        return self._written(actor, form, self._usual.get(name, {}), {})

    def file(self, actor: Actor) -> str:
        """Store a sheet for a person, once, and return its id."""
        if actor.login not in self._files:
            stored = documents.store_attachment(self._office, actor, "示例材料.png", "image/png", self._sheet)
            self._files[actor.login] = stored
        return self._files[actor.login]

    def _complete(self, actor: Actor, item: Open) -> None:
        page = work.open_item(self._office, actor, item.id)
        today = self._office.clock.now().astimezone(self._office.settings.zone).date()
        refused: Refused | None = None
        wanted = self._memory.wanted(item, today)
        others = self._usual.get(page.form.id, {}).get(OTHERWISE, [])
        told = False
        for place, more in enumerate([wanted, *([{}] * TRIES), *others]):
            if told and place <= TRIES:
                continue
            data: Mapping[str, Any] = {}
            try:
                data = self.answer(actor, page.form, page.context, item.case_no, more, self._memory.before(item))
                work.complete(self._office, actor, item.id, data)
            except (Conflict, NotFound):
                raise
            except Refused as error:
                if isinstance(error, Forbidden) and not others:
                    raise
                # Who is told that a choice is not allowed answers as usual; if that is what is not allowed, otherwise.
                told = told or (not isinstance(error, Invalid) and not self._unusual(page.form, data))
                if told and not others:
                    raise
                refused = refused or error
                continue
            if more is wanted and wanted:
                self._memory.given(item, wanted)
            self._memory.remember(item, self._unusual(page.form, data), self._office.clock.now())
            return
        if refused is not None:
            raise refused

    def _unusual(self, form: Any, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the choices of an answer that are not the usual ones."""
        usual = self._usual.get(form.id, {})
        return {
            key: value
            for key, value in data.items()
            if usual.get(key) != value
            and (isinstance(value, bool) or (isinstance(value, str) and simulating.choices_of(form, key)))
        }

    def _written(self, actor: Actor, form: Any, table: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
        local = self._office.clock.now().astimezone(self._office.settings.zone)
        known = {"amount_monthly": "300.00", SERIAL: self.done.total() + 1}
        shown = defaultdict(lambda: None, {**known, **context})
        return answers_of(table, form, shown, local, lambda: self.file(actor))


def read_usual(folder: Path) -> dict[str, Any]:
    """Return the demo's usual answers, one table a form; the simulator's own go first."""
    files = (folder / "cases" / "answers.toml", folder / "year" / "usual.toml")
    return {form: one for path in files for form, one in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def words_of(error: Refused | Failed) -> str:
    """Return what stood in somebody's way: the faults of a form, a refusal's sentence, or the kind of a failure."""
    if isinstance(error, Invalid):
        return "；".join(f"{path} {fault}" for path, fault in list(error.faults.items())[:2]) or error.sentence
    return error.sentence if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
