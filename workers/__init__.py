"""The automatic tasks of the diagrams: a visible table topic -> contract, kind, hands.

``records`` are record tasks (our own tables, inside the transaction), ``errands`` leave the house (parked as jobs).
Workers import only ``jiuzhu.domain``, ``jiuzhu.decision`` and ``jiuzhu.errors``; ``jiuzhu.bootstrap`` is given this
table.
"""

from __future__ import annotations

from collections.abc import Mapping

from jiuzhu.domain.topics import Topic
from workers import errands, records

TOPICS: Mapping[str, Topic] = {**records.TOPICS, **errands.TOPICS}
"""Every topic that a diagram may name, and ``form_book``, which the service runs by itself."""

__all__ = ["TOPICS"]
