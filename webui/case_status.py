"""The badge of a case: its status as words, shape and colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jiuzhu.domain.words import CASE_STATUSES

STATUSES = CASE_STATUSES
"""Status code → Chinese, in the order of a case's life: the filter of the list."""


@dataclass(frozen=True, kw_only=True)
class Badge:
    """What a tag shows."""

    text: str
    state: Literal["now", "ok", "soon", "late", ""]
    icon: str


OK = frozenset({"granted", "paid"})
ENDED_WITHOUT = frozenset(
    {"not_accepted", "lapsed", "refused", "revoked", "stopped", "withdrawn", "died", "non_cooperation"}
)


def badge_of(status: str, words: str) -> Badge:
    """Return the badge of a status; one that is not known yet is shown as going on."""
    if status in OK:
        return Badge(text=words, state="ok", icon="check-circle-fill")
    if status in ENDED_WITHOUT:
        return Badge(text=words, state="", icon="x-circle-fill")
    if status == "noticed":
        return Badge(text=words, state="now", icon="megaphone")
    return Badge(text=words, state="now", icon="hourglass-split")
