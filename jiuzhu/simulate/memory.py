"""What the staff of the simulation know of a record: what the plan wants said of it, and what was said there before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from jiuzhu.service.simulating import Open
from jiuzhu.simulate.plans import Said

PATIENCE = 3
"""How often an item may come back before people leave it lying."""


class Memory:
    """Answers that a plan wants, each given once; and choices that have led back to the same item."""

    def __init__(self, said: Sequence[Said], year: int) -> None:
        self._said = [(one, date.fromisoformat(f"{year}-{one.after}")) for one in said]
        self._given: Counter[int] = Counter()
        self._told: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._late: dict[str, Sequence[str]] = {}
        self._chosen: dict[tuple[str, str, str], dict[str, set[Any]]] = {}
        self._returned: dict[tuple[str, str, str], tuple[int, datetime]] = {}
        self._opened: dict[tuple[str, str, str], datetime] = {}

    def tell(self, record_no: str, forms: Mapping[str, Mapping[str, Any]], late: Sequence[str] = ()) -> None:
        """Note what is to be said of a record and of those that come of it, and what of it only after its date."""
        if forms:
            self._told[record_no] = dict(forms)
        if late:
            self._late[record_no] = late

    def wanted(self, item: Open, today: date) -> Mapping[str, Any]:
        """Return what the plan wants answered at an item now."""
        for record_no, forms in self._told.items():
            if item.form in forms and _belongs(item, record_no):
                return forms[item.form]
        for place, (one, after) in enumerate(self._said):
            fits = one.form == item.form and one.process in ("", item.process_key)
            if fits and today >= after and self._given[place] < one.times:
                return one.answers
        return {}

    def given(self, item: Open, answers: Mapping[str, Any]) -> None:
        """Note that the plan's answers went in: the next who comes there answers as usual."""
        for record_no, forms in self._told.items():
            if forms.get(item.form) is answers and _belongs(item, record_no):
                del forms[item.form]
                return
        for place, (one, _) in enumerate(self._said):
            if one.answers is answers:
                self._given[place] += 1
                return

    def pending(self) -> Sequence[str]:
        """Return what the plan wanted said and nobody was asked."""
        told = [f"{record_no}：{form}" for record_no, forms in self._told.items() for form in forms]
        return told + [f"{one.form}" for place, (one, _) in enumerate(self._said) if not self._given[place]]

    def rests(self, item: Open, now: datetime) -> bool:
        """True while nobody looks at an item: the plan lets its date pass, or it has come back unchanged.

        Each time that it comes back it is left twice as long.
        """
        late = any(item.form in forms and _belongs(item, number) for number, forms in self._late.items())
        if late and now <= item.due:
            return True
        times, last = self._returned.get(_place(item), (0, now))
        return times > PATIENCE and item.opened_at >= last and now < last + timedelta(days=2 ** (times - PATIENCE))

    def remember(self, item: Open, choices: Mapping[str, Any], now: datetime) -> None:
        """Note which choices were made at an item; those that several people do at the same time do not come back."""
        times, last = self._returned.get(_place(item), (0, now))
        beside = item.opened_at == self._opened.get(_place(item))
        self._returned[_place(item)] = (times + (item.opened_at >= last and not beside), now)
        self._opened[_place(item)] = item.opened_at
        kept = self._chosen.setdefault(_place(item), {})
        for key, value in choices.items():
            kept.setdefault(key, set()).add(value)

    def before(self, item: Open) -> Mapping[str, frozenset[Any]]:
        """Return which choices were made at an item before: they have led back to it."""
        kept = self._chosen.get(_place(item), {})
        return {key: frozenset(values) for key, values in kept.items()}


def _place(item: Open) -> tuple[str, str, str]:
    return item.record_no, item.process_key, item.element_id


def _belongs(item: Open, record_no: str) -> bool:
    return record_no in (item.record_no, item.case_no) or item.record_no.startswith(f"{record_no}/")
