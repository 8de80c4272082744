"""A walk on the other engine: the same people, the same forms, over its REST; our topics work beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.foreign.client import EngineClient
from jiuzhu.service.office import Office
from tests.walks import Walker, WalkFailed
from tools.portability.abroad import Abroad

MOST_ROUNDS = 20


class TheirWalker(Walker):
    """Drives a case on the other engine; the record is that of our office."""

    def __init__(
        self, office: Office, walk: Mapping[str, Any], engine: EngineClient, url: str, *, household: int = 1
    ) -> None:
        super().__init__(office, walk, household=household)
        self.engine = engine
        self.abroad = Abroad(office, engine, url)

    # acting

    def hand_in(self, actor: Actor, data: Mapping[str, Any]) -> str:
        """Start the procedure with its start form's answers; the number comes with its first task."""
        found = self.abroad.begin(actor, self.process, data)
        numbers = self.rows(
            "select c.case_no from case_instance c join foreign_instance f on f.case_id = c.id where f.id = :id",
            id=found,
        )
        if not numbers:
            raise WalkFailed(f"{self.walk['id']}: the case was not opened: {self.incidents()}")
        return str(numbers[0]["case_no"])

    def submit(self, actor: Actor, task: str, data: Mapping[str, Any]) -> None:
        """Claim and complete a user task."""
        self.abroad.complete(actor, next(one for one in self.open_items() if one["task_id"] == task), data)

    def settle(self) -> None:
        """Let our topics work, fire over there what is due by the office's clock, and again."""
        for _ in range(MOST_ROUNDS):
            self.abroad.runner.drain()
            if not self.abroad.fire_next(self.now, self.instances()):
                break
        stuck = self.incidents()
        if stuck:
            raise WalkFailed(f"{self.walk['id']}: {stuck}")
        for row in self.rows("select ends_at from notice where case_no = :case_no and ends_at is not null"):
            self.notice_ends.add(str(row["ends_at"]))

    def _timer(self, name: str) -> datetime:
        wanted = {
            "notice_end": "NoticeEnd",
            "resubmit_by": "Resubmit",
            "follow_up": "FollowUp",
            "views_late": "ViewsLate",
        }[name]
        timers = self.abroad.timers(self.instances())
        found = [moment for moment, element, _ in timers if wanted in element]
        if not found:
            raise WalkFailed(f"{self.walk['id']}: no timer waits for {name}: {timers}")
        return found[0]

    def command(self, line: str) -> None:
        """Start over there what somebody starts about the case; everything else is as at home."""
        word, *rest = line[1:].split()
        if word == "start":
            actor = self.actor(rest[1])
            answers = self.answers(rest[0].removeprefix("shared_"), actor)
            self.abroad.begin(actor, rest[0], answers, self.case_no)
            self.settle()
        else:
            super().command(line)

    def _report(self, kind: str, role: str) -> None:
        actor = self.actor(role)
        data = self.answers("case_event", actor, event_kind=kind)
        self.abroad.begin(actor, "shared_case_report", data, self.case_no)

    # reading

    def instances(self) -> dict[str, Mapping[str, Any]]:
        """Return the household's instances over there with their rows here."""
        return self.abroad.instances(self.case_no) if self.case_no else {}

    def open_items(self) -> list[dict[str, Any]]:
        """Return the open user tasks of the household."""
        return self.abroad.open_items(self.instances())

    def tasks_of(self, actor: Actor) -> set[str]:
        """Return the open tasks that lie in one of a person's groups."""
        return {item["task_id"] for item in self.open_items() if self.abroad.is_for(item, actor)}

    def incidents(self) -> list[str]:
        """Return what could not go on over there."""
        return self.abroad.incidents(self.instances())
