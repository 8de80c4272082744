"""What the simulated staff remember: what came back, and what several people did beside each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from jiuzhu.service.simulating import Open
from jiuzhu.simulate.memory import PATIENCE, Memory

NOW = datetime(2023, 3, 1, 1, tzinfo=UTC)


def item(opened: datetime, number: int = 1) -> Open:
    return Open(
        id=f"t{number}",
        element_id="Task_PanelOpinion",
        process_key="ninghe_panel",
        case_no="C1",
        record_no="C1",
        form="panel_opinion",
        due=opened + timedelta(days=3),
        opened_at=opened,
        assignee="",
        groups=(),
        users=(),
    )


def test_what_many_do_beside_each_other_has_not_come_back() -> None:
    memory = Memory([], 2023)
    for number in range(PATIENCE + 3):
        one = item(NOW, number)
        assert not memory.rests(one, NOW)
        memory.remember(one, {}, NOW)
    assert not memory.rests(item(NOW, 99), NOW)


def test_what_comes_back_again_and_again_is_left_alone_for_a_while() -> None:
    memory, now = Memory([], 2023), NOW
    for number in range(PATIENCE + 2):
        memory.remember(item(now, number), {}, now)
        now += timedelta(hours=6)
    memory.remember(item(now, 50), {}, now)
    later = now + timedelta(hours=1)
    assert memory.rests(item(later, 51), later)
