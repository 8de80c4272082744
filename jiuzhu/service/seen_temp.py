"""Facts of temporary assistance: the highest amount, and whether it binds in this case (XT-06, XX-11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from jiuzhu.domain import instants
from jiuzhu.domain.conferences import OVER_CAP_CONFERENCE, conference_supports
from jiuzhu.policy.spoken import spoken_source
from jiuzhu.service.desk import Desk
from jiuzhu.store.cases import LiveCase


def temp_cap(desk: Desk, district: str, day: date | None = None) -> dict[str, str]:
    """Return the highest amount of temporary assistance in force and a sentence with its source (XT-06): of a day, or
    of today where there is no case yet.
    """
    policy, day = desk.office.policies.of(district), day or desk.today
    amount = policy.values("temp_authority", day).get("cap_amount")
    if amount is None:
        return {}
    source = spoken_source(policy.source("temp_authority.cap_amount", day))
    if policy.values("temp_cap", day).get("over") == OVER_CAP_CONFERENCE:
        return {"temp_cap_note": f"超过{amount}元的，须经个案会商；依据：{source}"}
    return {"temp_cap_amount": str(amount), "temp_cap_note": f"不超过{amount}元，依据：{source}"}


def cap_amount(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the cap that binds in this case: none once a conference has supported going above it (XX-11)."""
    policy, day = desk.office.policies.of(live.district), rules_day(desk, context)
    cap = policy.values("temp_authority", day).get("cap_amount")
    after_conference = policy.values("temp_cap", day).get("over") == OVER_CAP_CONFERENCE
    if cap is None or (after_conference and conference_supports(desk.records(live).submissions())):
        return None
    return str(cap)


def cap_note(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the cap and its source in a sentence."""
    return temp_cap(desk, live.district, rules_day(desk, context)).get("temp_cap_note")


def rules_day(desk: Desk, context: Mapping[str, Any]) -> date:
    """Return the day whose rules apply to a case: of its acceptance, before that today (A17)."""
    accepted = str(context.get("accepted_at") or "")
    return instants.day_of(instants.read(accepted)) if accepted else desk.today


TEMP: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {
    "temp_cap_amount": cap_amount,
    "temp_cap_note": cap_note,
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
