"""Cursors of listings: where the following page begins, as it travels through an address."""

from __future__ import annotations

from datetime import UTC, datetime

from jiuzhu.domain import instants
from jiuzhu.errors import Invalid


def read_cursor(text: str | None) -> tuple[datetime, str] | None:
    """Return (instant, id) of the last line seen, None for the first page. Raises Invalid for anything else."""
    if not text:
        return None
    moment, _, one = text.partition("|")
    try:
        return instants.read(moment).astimezone(UTC), one
    except (ValueError, OverflowError) as error:
        raise Invalid("翻页标记不对，请从第一页开始。") from error
