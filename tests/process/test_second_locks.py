"""Ways of the diagrams that other rules close beforehand: the lock behind the lock.

No case comes there today, because the item itself refuses first. The topic is made to refuse once, as it would if the
first lock were gone; the case must come back to the person who decided, and from there to its proper end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import BpmnError
from jiuzhu.service.office import Office
from tests.walks import Outcome, Walker, load_walks

WALKS = load_walks()


def refuse(office: Office, topic: str, code: str, *, calls: frozenset[int]) -> list[int]:
    """Let a topic raise a business error at these calls of it (counted from 1); returns the calls made so far."""
    made: list[int] = []
    real = office.topics[topic]
    assert real.record is not None
    hands = real.record

    def record(call: RecordCall) -> Values:
        made.append(len(made) + 1)
        if made[-1] in calls:
            raise BpmnError(code, "第一道锁不在了")
        return hands(call)

    office.topics = {**office.topics, topic: replace(real, record=record)}
    return made


def twice(order: list[str], element: str, *, last: bool = False) -> list[str]:
    """Return an order in which the item of one element comes two times running."""
    places = [place for place, line in enumerate(order) if line.split()[0] == element]
    at = places[-1 if last else 0]
    return [*order[: at + 1], *order[at:]]


def walk(office: Office, number: str, order: list[str]) -> tuple[Walker, Outcome]:
    walker = Walker(office, {**WALKS[number], "order": order})
    walker.arrange()
    return walker, walker.run()


@pytest.mark.req("JC-02")
def test_who_may_not_confirm_is_asked_again(office: Office) -> None:
    made = refuse(office, "authority_check", "NO_AUTHORITY", calls=frozenset({1}))
    walker, outcome = walk(office, "J1", order=twice(WALKS["J1"]["order"], "Task_Confirm"))
    assert made == [1, 2]
    assert "End_Granted" in outcome.end_events
    assert outcome.documents["approval_form"] == 1
    assert outcome.filings == ["new"]
    assert len(outcome.orders) == 1
    people = walker.rows("select count(*) as n from submission where case_no = :case_no and form = 'confirmation'")
    assert people == [{"n": 2}]


@pytest.mark.req("JC-02", "JC-21")
def test_who_may_not_decide_anew_is_asked_again(office: Office) -> None:
    made = refuse(office, "authority_check", "NO_AUTHORITY", calls=frozenset({2}))
    _, outcome = walk(office, "J10", order=twice(WALKS["J10"]["order"], "Task_Redecide"))
    assert made == [1, 2, 3]
    assert "End_Granted" in outcome.end_events
    assert outcome.documents["approval_form"] == 2
    assert len(outcome.orders) == 1


@pytest.mark.req("NH-01")
def test_a_county_decision_without_authority_is_taken_again(office_on: Callable[[str], Office]) -> None:
    office = office_on(WALKS["N14"]["now"])
    made = refuse(office, "authority_check", "NO_AUTHORITY", calls=frozenset({1}))
    _, outcome = walk(office, "N14", order=twice(WALKS["N14"]["order"], "Task_CountyDecide"))
    assert made == [1, 2]
    assert "End_Granted" in outcome.end_events
    assert outcome.documents["approval_form"] == 1
    assert len(outcome.orders) == 1
