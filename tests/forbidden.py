"""Tries acts as the wrong people and holds what happens against three questions: refused, logged, nothing changed.

Who is wrong is read from ``config/roles.toml`` and from the items that the diagrams opened (groups, ``notBy``,
``notTeam``, ``teamOnly``, ``panelOnly``, ``authority``), never listed by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect, text

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Forbidden, OutOfReach
from jiuzhu.service.office import Office
from tests.walks import Walker

Attempt = Callable[[Actor], object]
OTHER = {"jincheng": "xintai"}
"""Another district than the case's; for all others jincheng."""
LOG = "refusal"


@dataclass
class Watch:
    """One office under attack: what was tried, and that nothing came of it."""

    office: Office
    tried: dict[tuple[str, str], int] = field(default_factory=dict)
    """(act, rule) → how often it was refused."""

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        with self.office.store.engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(text(sql), values)]

    def write(self, sql: str, **values: Any) -> None:
        with self.office.store.engine.begin() as connection:
            connection.execute(text(sql), values)

    def counts(self) -> dict[str, int]:
        """Return how many rows every table has, and how far every case is; the log of refusals left out."""
        tables = [name for name in inspect(self.office.store.engine).get_table_names() if name != LOG]
        with self.office.store.engine.connect() as connection:
            found = {
                name: int(connection.execute(text(f'select count(*) from "{name}"')).scalar_one()) for name in tables
            }
            steps = connection.execute(text("select coalesce(sum(version), 0) from case_instance")).scalar_one()
            held = connection.execute(text("select count(assignee) from work_item")).scalar_one()
        return {**found, "steps": int(steps), "held": int(held)}

    @contextmanager
    def nothing_changes(self) -> Iterator[None]:
        before = self.counts()
        yield
        after = self.counts()
        assert after == before, {name: (before[name], after[name]) for name in before if before[name] != after[name]}

    def refused(self, actor: Actor, act: str, attempt: Attempt, *, rule: str = "", about: str = "") -> None:
        """Try an act; it must be refused with a sentence, and one line of the log must say who, what and which rule."""
        last = self._last()
        try:
            attempt(actor)
        except (Forbidden, OutOfReach) as error:
            sentence = error.sentence
        else:
            raise AssertionError(f"{actor.login} {actor.groups} was let to {act} {about}")
        lines = self.rows(f"select * from {LOG} where id > :last order by id", last=last)
        assert len(lines) == 1, (act, about, lines)
        line = lines[0]
        assert (line["actor"], line["act"], line["sentence"]) == (actor.person_id, act, sentence), about
        assert line["rule"].startswith("R-"), line
        assert not rule or line["rule"] == rule, (about, line)
        self.tried[act, line["rule"]] = self.tried.get((act, line["rule"]), 0) + 1

    def refusals(self) -> list[dict[str, Any]]:
        """Return the whole log, in its order."""
        return self.rows(f"select * from {LOG} order by id")

    def _last(self) -> int:
        return int(self.rows(f"select coalesce(max(id), 0) as last from {LOG}")[0]["last"])


def everybody(office: Office, walker: Walker) -> list[Actor]:
    """Return one made-up person for every role at every organisation that matters: the case's own, another one of the
    same kind in the district, and one of another district.
    """
    head = walker.rows("select town, village from case_instance where record_no = :case_no")[0]
    own = {"village": head["village"], "town": head["town"], "district": walker.district}
    other = OTHER.get(walker.district, "jincheng")
    organisations = walker.rows("select id, kind, district from organisation order by id")
    found = []
    for role in office.roles.by_id.values():
        kinds = [one for one in organisations if one["kind"] == role.level]
        here = [one["id"] for one in kinds if one["district"] == walker.district]
        places = [own.get(role.level, here[0] if here else "")]
        places += [next((one for one in here if one not in places), "")]
        places += [next((one["id"] for one in kinds if one["district"] == other), "")]
        for place in dict.fromkeys(place for place in places if place):
            name = f"{role.id}@{place}"
            found.append(Actor(person_id=name, login=name, name=f"外人{len(found)}", groups=(name,)))
    nobody = Actor(person_id="ended", login="ended", name="任期已满", groups=())
    return [*found, nobody]


def groups_of(watch: Watch, task: str) -> set[str]:
    """Return the groups that the diagram gave an open item."""
    return {
        row["group_name"] for row in watch.rows("select group_name from work_item where task_id = :task", task=task)
    }


def joined(actor: Actor, groups: set[str]) -> Actor:
    """Return the person with the post that the item asks for: only a rule of the diagram can still keep them out."""
    return Actor(
        person_id=actor.person_id,
        login=actor.login,
        name=actor.name,
        groups=tuple(dict.fromkeys((*actor.groups, *sorted(groups)))),
    )


def names(properties: Mapping[str, str], key: str) -> list[str]:
    return [one.strip() for one in properties.get(key, "").split(",") if one.strip()]
