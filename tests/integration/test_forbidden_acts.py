"""Forbidden acts, role × act × organisation: at every step of a case of each district everybody else tries to take,
open and complete the item; whoever did a step that the diagram sets apart tries the next one with the right post; the
relative, the person in recusal, the ended membership, the ended appointment. Refused, logged, nothing changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.rows import StaffRelation
from jiuzhu.domain.visits import latest_team
from jiuzhu.service import cases, documents, identity, inbox, work
from jiuzhu.service.office import Office
from jiuzhu.store import papers
from jiuzhu.store.shelf import shelf_of
from tests.forbidden import Watch, everybody, groups_of, joined, names
from tests.walks import Line, Walker, load_walks

WALKS = load_walks()
RELATIVE = "示例关系1"
DECISIONS = {"confirmation", "chief_rep_review", "temp_decision", "temp_confirm", "party_opinion", "panel_minutes"}
CHOSEN = {
    "jincheng": ("J1",),
    "xintai": ("X1", "XL1"),
    "ninghe": ("N1", "NT1"),
    "qijiang": ("Q1", "Q3"),
    "xixiu": ("S1",),
}
"""District → walks whose every step is attacked: town and county, notice, panel, seal, payment, filing."""


class Siege:
    """A case under attack at each of its steps."""

    def __init__(self, office: Office, walk: dict[str, Any], household: int) -> None:
        self.watch = Watch(office)
        self.office = office
        self.walker = Walker(office, walk, household=household)
        self.walker.arrange()
        self.walker.start()
        self.people = everybody(office, self.walker)
        self.attacked: set[str] = set()
        self.forms: set[str] = set()

    def run(self) -> None:
        beside = [Line.parse(line) for line in self.walker.walk.get("beside", [])]
        for text in self.walker.walk["order"]:
            if text.startswith("@"):
                self.walker.command(text)
            else:
                line = Line.parse(text)
                self.attack(line)
                self.walker.complete(line)
            for done in self.ready(beside):
                self.attack(done)
                self.walker.complete(done)
                beside.remove(done)

    def ready(self, beside: list[Line]) -> Iterator[Line]:
        for line in list(beside):
            now = {(row["top"], row["element_id"]) for row in self.walker.open_items()}
            if (line.process, line.element) in now:
                yield line

    def attack(self, line: Line) -> None:
        item = self.walker.find(line)
        task, form = item["task_id"], item["form"]
        row = self.watch.rows("select * from work_item where task_id = :task", task=task)[0]
        properties = json.loads(row["properties"]) if isinstance(row["properties"], str) else row["properties"]
        groups, right = groups_of(self.watch, task), self.walker.actor(line.role, line.number)
        about = f"{row['process_key']}:{row['element_id']}"
        with self.watch.nothing_changes():
            if about not in self.attacked:
                self.outsiders(task, groups, about)
            self.set_apart(task, groups, properties, about)
        if about not in self.attacked:
            self.kept_out(task, right, about)
            if properties.get("authority") == "true" and form in DECISIONS:
                self.without_appointment(line, task, form, right, about)
        self.attacked.add(about)
        self.forms.add(form)

    def outsiders(self, task: str, groups: set[str], about: str) -> None:
        """Whoever holds none of the item's groups, and whose membership has ended: every role at every place
        at the first step; later the item's own roles at every place, the others at the case's.
        """
        roles = {group.partition("@")[0] for group in groups}
        seen: set[frozenset[str]] = set()
        for actor in self.people:
            again = actor.roles in seen and self.attacked and not actor.roles & roles
            seen.add(actor.roles)
            if again or groups & set(actor.groups):
                continue
            self.watch.refused(
                actor, "claim", lambda one: inbox.claim(self.office, one, task), rule="R-25", about=about
            )
            self.watch.refused(actor, "complete", lambda one: work.complete(self.office, one, task, {}), about=about)
            self.watch.refused(actor, "open", lambda one: work.open_item(self.office, one, task), about=about)

    def set_apart(self, task: str, groups: set[str], properties: dict[str, str], about: str) -> None:
        """Whoever the diagram keeps from this item, given the post that it asks for."""
        done = self.watch.rows(
            "select element_id, person from submission where case_no = :case_no order by at",
            case_no=self.walker.case_no,
        )
        latest = properties.get("distinct") == "true"
        for element in names(properties, "notBy"):
            made = [row["person"] for row in done if row["element_id"] == element]
            for person in set(made[-1:] if latest else made):
                rule = properties.get("notByRule", "")
                self.try_both(self.known(person), task, groups, f"{about} notBy {element}", rule=rule)
        team = self.team()
        if properties.get("notTeam") == "true":
            for person in team:
                self.try_both(self.known(person), task, groups, f"{about} notTeam")
        fresh = Actor(person_id="fresh", login="fresh", name="新来的", groups=())
        if "true" in {properties.get("teamOnly"), properties.get("teamLeaderOnly")} and team:
            self.try_both(fresh, task, groups, f"{about} teamOnly", rule="R-01")
        if properties.get("panelOnly") == "true":
            self.try_both(fresh, task, groups, f"{about} panelOnly", rule="R-03")

    def try_both(self, actor: Actor, task: str, groups: set[str], about: str, rule: str = "") -> None:
        person = joined(actor, groups)
        self.watch.refused(person, "claim", lambda one: inbox.claim(self.office, one, task), rule=rule, about=about)
        self.watch.refused(person, "complete", lambda one: work.complete(self.office, one, task, {}), about=about)

    def kept_out(self, task: str, right: Actor, about: str) -> None:
        """The right person, when a relative of the household or in recusal: no item, no case."""
        case_no = self.walker.case_no
        self.relate(right)
        with self.watch.nothing_changes():
            self.forbid_case(right, task, f"{about} relative")
        self.watch.write("delete from staff_relation where relation_no = :no", no=RELATIVE)
        self.watch.write(
            "insert into recusal (person, case_no, reason, at) values (:person, :case_no, '', '2026-09-16 00:00:00')",
            person=right.person_id,
            case_no=case_no,
        )
        with self.watch.nothing_changes():
            self.forbid_case(right, task, f"{about} recusal")
        self.watch.write("delete from recusal where person = :p and case_no = :c", p=right.person_id, c=case_no)

    def forbid_case(self, actor: Actor, task: str, about: str) -> None:
        case_no = self.walker.case_no
        self.watch.refused(actor, "claim", lambda one: inbox.claim(self.office, one, task), rule="R-05", about=about)
        self.watch.refused(
            actor, "complete", lambda one: work.complete(self.office, one, task, {}), rule="R-05", about=about
        )
        self.watch.refused(actor, "open", lambda one: work.open_item(self.office, one, task), rule="R-05", about=about)
        self.watch.refused(actor, "case", lambda one: cases.show_case(self.office, one, case_no), rule="R-05")
        self.watch.refused(actor, "document", lambda one: documents.list_documents(self.office, one, case_no))
        page = inbox.list_items(self.office, actor, view="group", limit=200)
        assert task not in {one.id for one in page.items}, about
        assert case_no not in {
            one.case_no for one in cases.list_cases(self.office, actor, everything=True, limit=500).cases
        }

    def without_appointment(self, line: Line, task: str, form: str, right: Actor, about: str) -> None:
        """The right post, but the appointment ended yesterday: no grant (R-09)."""
        data = self.walker.answer(line, form, right)
        if data.get("decision") != "granted":
            return
        yesterday = (date.fromisoformat(self.walker.today) - timedelta(days=1)).isoformat()
        kept = self.watch.rows(
            "select appointment_no, valid_to from appointment where person = :person", person=right.person_id
        )
        self.watch.write(
            "update appointment set valid_to = :day where person = :person", day=yesterday, person=right.person_id
        )
        with self.watch.nothing_changes():
            self.watch.refused(
                right, "complete", lambda one: work.complete(self.office, one, task, data), rule="R-09", about=about
            )
        for row in kept:
            self.watch.write(
                "update appointment set valid_to = :day where appointment_no = :no",
                day=row["valid_to"],
                no=row["appointment_no"],
            )

    def relate(self, actor: Actor) -> None:
        applicant = self.walker.answers("application", actor)["applicant_id"]
        if self.walker.walk["programme"] == "tekun":
            raise AssertionError("choose walks whose applicant is that of the plain answers")
        with self.office.store.transaction() as tx:
            shelf_of(tx).add(
                StaffRelation(
                    relation_no=RELATIVE,
                    district=self.walker.district,
                    person=actor.person_id,
                    staff_name=actor.name,
                    resident_ref=resident_ref(applicant),
                    resident_name="申请人",
                    relation="sibling",
                    declared_on=date(2026, 1, 1),
                )
            )

    def team(self) -> tuple[str, ...]:
        with self.office.store.reading() as tx:
            team = latest_team(list(papers.submissions(tx, self.walker.case_no)))
        return tuple(team.people) if team else ()

    def known(self, person: str) -> Actor:
        return identity.actor_of(self.office, person)


@pytest.mark.req("NH-20", "XT-14", "QJ-02", "JC-01", "JC-45", "XT-03", "NH-13")
@pytest.mark.parametrize("district", CHOSEN)
def test_nobody_else_at_any_step(district: str, office: Office) -> None:
    forms: set[str] = set()
    rules: set[str] = set()
    for household, name in enumerate(CHOSEN[district], start=1):
        siege = Siege(office, WALKS[name], household)
        siege.run()
        forms |= siege.forms
        rules |= {rule for _, rule in siege.watch.tried}
        assert len(siege.attacked) >= 5
        assert sum(siege.watch.tried.values()) > 500
    assert forms & DECISIONS
    assert {"R-01", "R-05", "R-09", "R-16", "R-25"} <= rules
