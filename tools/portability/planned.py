"""The made-up people of a trial, who answer some forms as the plan of a procedure says."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Refused
from jiuzhu.service import cases, recipient_book
from jiuzhu.service.tryout_choices import Variant
from jiuzhu.service.tryout_office import Root
from jiuzhu.simulate.tryout.hands import Hands
from jiuzhu.simulate.tryout.place import Place


class PlannedHands(Hands):
    """Answers what is planned before what is usual."""

    def __init__(
        self, place: Place, draw: random.Random, answers: Mapping[str, Mapping[str, Any]], programme: str
    ) -> None:
        super().__init__(place, draw)
        self._planned = answers
        self._programme = programme

    def _tries(self, form: Any, variant: Variant | None) -> Iterator[Mapping[str, Any]]:
        for given in super()._tries(form, variant):
            yield {**self._planned.get(form.id, {}), **given}

    def _about(self, actor: Actor, root: Root) -> str | None:
        if root.about and self._programme:
            for row in recipient_book.list_recipients(self._office, actor, programme=self._programme):
                number = row.recipient_no
                if any(one.key == root.key for one in cases.startable(self._office, actor, about=True, number=number)):
                    return number
            # Another person may have one.
            raise Refused("没有这一类救助的在享家庭")
        return super()._about(actor, root)
