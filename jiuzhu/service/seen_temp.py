"""Facts of temporary assistance: the highest amount, and whether it binds in this case (XT-06, XX-11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain.conferences import OVER_CAP_CONFERENCE, conference_supports
from jiuzhu.service.desk import Desk
from jiuzhu.store.cases import LiveCase


def temp_cap(desk: Desk, district: str) -> dict[str, str]:
    """Return the highest amount of temporary assistance in force and a sentence with its source (XT-06)."""
    policy = desk.office.policies.of(district)
    amount = policy.values("temp_authority", desk.today).get("cap_amount")
    if amount is None:
        return {}
    source = policy.source("temp_authority.cap_amount", desk.today)
    if policy.values("temp_cap", desk.today).get("over") == OVER_CAP_CONFERENCE:
        return {"temp_cap_note": f"超过{amount}元的，须经个案会商；依据：{source}"}
    return {"temp_cap_amount": str(amount), "temp_cap_note": f"不超过{amount}元，依据：{source}"}


def cap_amount(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the cap that binds in this case: none once a conference has supported going above it (XX-11)."""
    policy = desk.office.policies.of(live.district)
    cap = policy.values("temp_authority", desk.today).get("cap_amount")
    after_conference = policy.values("temp_cap", desk.today).get("over") == OVER_CAP_CONFERENCE
    if cap is None or (after_conference and conference_supports(desk.records(live).submissions())):
        return None
    return str(cap)


def cap_note(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return the cap and its source in a sentence."""
    return temp_cap(desk, live.district).get("temp_cap_note")


TEMP: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {
    "temp_cap_amount": cap_amount,
    "temp_cap_note": cap_note,
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
