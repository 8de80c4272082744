"""Repeat a use case that was overtaken: two clicks on one case are put one after the other, people do not notice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from jiuzhu.errors import Overtaken
from jiuzhu.service.office import Office

T = TypeVar("T")
PAUSE_SECONDS = 0.02


def repeated(office: Office, use_case: Callable[[], T]) -> T:
    """Run a use case; repeat it when another one changed the same case meanwhile. Raises Overtaken in the end."""
    tries = int(office.settings.get("jobs", "conflict_retries"))
    for attempt in range(tries):
        try:
            return use_case()
        except Overtaken:
            if attempt == tries - 1:
                raise
            time.sleep(PAUSE_SECONDS * (attempt + 1) * (0.5 + random.random()))
    raise Overtaken
