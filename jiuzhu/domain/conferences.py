"""What a case conference has said: some things may be done only after it supported them (XX-11)."""

from __future__ import annotations

from collections.abc import Iterable

from jiuzhu.domain.records import Submission

OVER_CAP_CONFERENCE = "conference"
"""Way of a district with amounts above its cap: they are asked for, and granted after a conference only."""


def conference_supports(submissions: Iterable[Submission]) -> bool:
    """True when the minutes of the latest conference support what was asked."""
    minutes = [one for one in submissions if one.form == "conference_minutes"]
    return bool(minutes) and minutes[-1].data.get("conference_result") == "support"
