"""What opening the inbox costs: the officer of a large village, a page of whose sheets waits."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median
from typing import TypeAlias

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Failed
from jiuzhu.service import inbox
from jiuzhu.service.office import Office

Page: TypeAlias = tuple[float, float]
"""Seconds, and those of them in which the thread had a processor.

On a machine that does more than this, the first also count how long others were let go before.
"""


def page(office: Office, clerk: Actor) -> Page:
    """Open what waits for a clerk's groups, timed."""
    began, busy = time.perf_counter(), time.thread_time()
    inbox.list_items(office, clerk, "group")
    return time.perf_counter() - began, time.thread_time() - busy


def middle(pages: Sequence[Page]) -> Page:
    """Return the medians. Raises Failed when nobody looked."""
    if not pages:
        raise Failed("the households were started before anybody looked at an inbox")
    return median(one[0] for one in pages), median(one[1] for one in pages)
