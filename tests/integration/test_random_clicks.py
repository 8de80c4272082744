"""Whatever people click in whatever order: no act without its line, nothing done twice, nobody paid twice.

Random people of a town and its district take random open items, with answers drawn from what the walks know,
report things, move the date, complete what is not theirs; after every act the household's books must hold.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from jiuzhu.errors import Refused
from jiuzhu.service import audit, cases, clock, identity, inbox, work
from jiuzhu.service.office import Office
from tests.conftest import OfficeMaker
from tests.walks import Line, Walker, load_walks

WALKS = load_walks()
ACTS = 45


def lines_by_element(district: str) -> dict[str, list[Line]]:
    """Return what walks of a district enter at each element."""
    found: dict[str, list[Line]] = {}
    for walk in WALKS.values():
        if walk["district"] == district:
            for text in [*walk["order"], *walk.get("beside", [])]:
                if not text.startswith("@"):
                    line = Line.parse(text)
                    found.setdefault(line.element, []).append(line)
    return found


def check_books(walker: Walker) -> None:
    """What must hold after every act."""
    assert all(check.holds for check in audit.verify(walker.office, walker.case_no))
    done = Counter(row["task_id"] for row in walker.rows("select task_id from submission where case_no = :case_no"))
    assert max(done.values()) == 1, "an item is completed once"
    acts = walker.rows(
        "select act, facts from audit where case_no = :case_no and act in ('complete', 'start', 'report')"
    )
    assert len(acts) >= len(done), "every submission has its line"
    orders = walker.rows("select month from payment_order where case_no = :case_no and state = 'ordered'")
    assert max(Counter(row["month"] for row in orders).values(), default=0) <= 1, "one month is paid once"
    decided = walker.rows("select decision from case_decision where case_no = :case_no order by round")
    if orders:
        assert decided[-1]["decision"] == "granted", "nobody is paid without a decision that stands"
    open_now = walker.open_items()
    assert not {row["task_id"] for row in open_now} & set(done), "what is done is not open"


def act(walker: Walker, chance: random.Random, lines: dict[str, list[Line]]) -> str:
    """Do one random thing; what is refused changes nothing and is fine."""
    items = walker.open_items()
    if not items:
        return "nothing open"
    kind = chance.choices(["item", "stranger", "clock", "report", "message"], [76, 8, 8, 2, 6])[0]
    if kind == "item":
        row = chance.choice(items)
        line = chance.choice(lines.get(row["element_id"]) or [Line.parse(f"{row['element_id']} town_reviewer")])
        actor = walker.actor(line.role, line.number)
        data = walker.answer(line, row["form"], actor)
        if chance.random() < 0.3:
            inbox.claim(walker.office, actor, row["task_id"])
        work.complete(walker.office, actor, row["task_id"], data)
        if chance.random() < 0.3:
            assert work.complete(walker.office, actor, row["task_id"], data).already_done
    elif kind == "stranger":
        login = chance.choice([person.login for person in identity.list_people(walker.office)])
        work.complete(walker.office, identity.actor_of(walker.office, login), chance.choice(items)["task_id"], {})
    elif kind == "clock":
        clock.advance_clock(walker.office, None, timedelta(days=chance.choice([1, 3, 8])))
    elif kind == "report":
        actor = walker.actor("town_intake")
        event = walker.answers("case_event", actor, event_kind=chance.choice(["withdrawal", "change"]))
        cases.start_case(walker.office, actor, "shared_case_report", event, about=walker.case_no)
    elif kind == "message":
        actor = walker.actor("town_intake")
        entry: dict[str, Any] = walker.answers("objection_entry", actor)
        cases.send_message(walker.office, actor, walker.case_no, "notice.objection", entry)
    return kind


def play(office: Office, district: str, programme: str, seed: int) -> Counter[str]:
    """Play one household's case with a fixed chance; return what was done."""
    chance = random.Random(seed)
    walk = {**next(one for one in WALKS.values() if one["district"] == district), "programme": programme}
    walker = Walker(office, walk, household=seed % 90 + 1)
    walker.start()
    lines = lines_by_element(district)
    done: Counter[str] = Counter()
    for _ in range(ACTS):
        try:
            done[act(walker, chance, lines)] += 1
        except Refused:
            done["refused"] += 1
        walker.settle()
        check_books(walker)
    return done


@pytest.mark.parametrize("seed", [3, 14, 159])
@pytest.mark.parametrize(("district", "programme"), [("jincheng", "dibao"), ("xintai", "tekun")])
def test_random_clicks_leave_the_books_in_order(
    make_office: OfficeMaker, district: str, programme: str, seed: int
) -> None:
    done = play(make_office(), district, programme, seed)
    assert done["item"] >= 1
    assert done["stranger"] == 0, "an empty form by anybody is never taken"
