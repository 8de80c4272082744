"""A reason that somebody must state for an act: not empty, not longer than a line."""

from __future__ import annotations

from jiuzhu.errors import Invalid

LONGEST = 200


def stated_reason(text: str) -> str:
    """Return a reason without the spaces around it. Raises Invalid (field ``reason``)."""
    given = text.strip()
    if not given:
        raise Invalid("请写明理由。", {"reason": "请写明理由。"})
    if len(given) > LONGEST:
        raise Invalid("理由太长。", {"reason": f"最多{LONGEST}字。"})
    return given
