"""Errands: what leaves the house. They get their inputs as values and never read our tables."""

from __future__ import annotations

from collections.abc import Mapping

from jiuzhu.domain.topics import Topic

TOPICS: Mapping[str, Topic] = {}
"""Errand topics by name."""
