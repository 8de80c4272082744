"""A district's own record (discovery, alert, petition) walked in the real office by its people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import RegisterRow
from jiuzhu.errors import Invalid
from jiuzhu.runner import Runner
from jiuzhu.service import cases, due, identity, work
from jiuzhu.service import clock as office_clock
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.walks import Walker


class Matter:
    """One matter, with the people who handle it."""

    def __init__(self, office: Office, district: str = "jincheng") -> None:
        self.office, self.district = office, district
        self.walker = Walker(office, {"id": "M", "district": district, "given": "", "programme": ""})

    def start(self, key: str, form: str, login: str, **more: Any) -> str:
        """Start the matter and return its number."""
        actor = self.actor(login)
        made = cases.start_case(self.office, actor, key, self.walker.answers(form, actor) | more)
        self.walker.case_no = made.case_no
        self.settle()
        return made.case_no

    @property
    def number(self) -> str:
        return self.walker.case_no

    def actor(self, login: str) -> Actor:
        return identity.actor_of(self.office, f"{self.district}-{login}")

    def settle(self) -> None:
        """Let errands, timers and what they start run."""
        Runner(self.office).drain()
        due.fire_due(self.office)
        Runner(self.office).drain()

    def advance(self, days: int) -> None:
        office_clock.advance_clock(self.office, None, timedelta(days=days))
        self.settle()

    def open(self) -> set[str]:
        """Return the elements of the open items."""
        return {row["element_id"] for row in self._items()}

    def do(self, element: str, login: str, **more: Any) -> None:
        """Complete an open item as somebody; of several alike, one that lies with the person's groups."""
        actor = self.actor(login)
        alike = [row for row in self._items() if row["element_id"] == element]
        assert alike, f"{element} is not open, but {self.open()}"
        item = next((row for row in alike if row["group_name"] in actor.groups), alike[0])
        try:
            work.complete(self.office, actor, item["task_id"], self.walker.answers(item["form"], actor) | more)
        except Invalid as fault:
            fault.add_note(f"{element}: {dict(fault.faults)}")
            raise
        self.settle()

    def ends(self, record_no: str | None = None) -> list[str]:
        """Return the end events that were reached, in order."""
        found = self.walker.rows(
            "select c.end_event, c.record_no from case_instance c where c.case_no = :case_no and c.ended_at is not null"
        )
        return [row["end_event"] for row in found if record_no in (None, row["record_no"])]

    def register(self, name: str) -> list[RegisterRow]:
        """Return the rows of a register in the district."""
        with self.office.store.reading() as tx:
            return list(shelf_of(tx).find(RegisterRow, {"register": name, "district": self.district}))

    def documents(self) -> list[str]:
        """Return the templates of the papers made."""
        return [row["template"] for row in self.walker.rows("select template from document where case_no = :case_no")]

    def _items(self) -> list[dict[str, Any]]:
        return self.walker.rows(
            "select distinct w.task_id, w.element_id, w.form, w.group_name from work_item w where w.case_no = :case_no"
        )
