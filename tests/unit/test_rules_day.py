"""A case keeps the rules of its acceptance date, also where the rule says how dates are counted (A17)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from jiuzhu.domain.rows import Obligation
from jiuzhu.policy import Policies
from jiuzhu.service import seen_temp
from tests.fakes import desk as fake
from tests.fakes.desk import Desk
from tests.fakes.household import confirmation
from tests.settings import with_change
from tests.unit.test_ambiguities import SHIPPED, opened

Change = Callable[[Policies], Policies]


def total(desk: Desk) -> str:
    desk.run("deadlines", milestone="accepted", inside="shared_acceptance")
    return str([row for row in desk.rows(Obligation) if row.due_name == "due_total"][-1].due_at.date())


def test_the_total_limit_starts_as_the_acceptance_dates_rule_says(monkeypatch: pytest.MonkeyPatch) -> None:
    before = opened("xintai")
    accepted = date.fromisoformat(str(before.variables["accepted_at"])[:10])
    shipped = total(before)
    seen = {}
    for name, first in (("later", date(2026, 12, 1)), ("on the day", accepted)):
        changed = with_change(SHIPPED, "xintai", "clock.start", first, "accepted")
        monkeypatch.setattr(fake, "policies", lambda changed=changed: changed)
        desk = opened("xintai")
        desk.wait(days=100)
        seen[name] = total(desk)
    assert seen["later"] == shipped, "the change came after the acceptance: this case does not know it"
    assert seen["on the day"] != shipped


def test_the_filing_counts_from_what_the_acceptance_dates_rule_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(change: Change) -> str:
        changed = change(SHIPPED)
        monkeypatch.setattr(fake, "policies", lambda: changed)
        desk = opened("jincheng")
        asked: list[str] = []
        desk.wait(days=40)
        desk.submit("confirmation", confirmation(), person="decider")
        desk.run("form_book")
        monkeypatch.setattr("workers.records.dues.current_notice", lambda call: asked.append("notice"))
        desk.run("deadlines", milestone="confirmed", inside="shared_acceptance")
        return "notice" if "notice" in asked else "decision"

    other = (
        "notice_end"
        if SHIPPED.of("jincheng").value("filing.counted_from", date(2026, 9, 16)) != "notice_end"
        else "decided"
    )
    shipped = start(lambda all_: all_)
    late = start(lambda all_: with_change(all_, "jincheng", "filing.counted_from", date(2026, 10, 1), other))
    at_once = start(lambda all_: with_change(all_, "jincheng", "filing.counted_from", date(2026, 9, 1), other))
    assert late == shipped
    assert at_once != shipped


@pytest.mark.req("XT-06")
def test_the_forms_hint_at_the_cap_of_the_acceptance_date() -> None:
    shipped = SHIPPED.of("xintai").values("temp_authority", date(2026, 9, 16))["cap_amount"]
    changed = with_change(SHIPPED, "xintai", "temp_authority.cap_amount", date(2026, 10, 1), "9.00")
    desk = cast(Any, SimpleNamespace(office=SimpleNamespace(policies=changed), today=date(2026, 11, 2)))
    live = cast(Any, SimpleNamespace(district="xintai"))
    old = {"accepted_at": "2026-09-18T10:00:00+08:00"}
    assert seen_temp.cap_amount(desk, live, old) == str(shipped)
    assert f"不超过{shipped}元" in seen_temp.cap_note(desk, live, old)
    for fresh in ({}, {"accepted_at": ""}, {"accepted_at": "2026-10-01T00:00:00+08:00"}):
        assert seen_temp.cap_amount(desk, live, fresh) == "9.00"
        assert "不超过9.00元" in seen_temp.cap_note(desk, live, fresh)
