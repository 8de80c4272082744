"""What the files of ``config`` describe, by name: registers, reports, schedules. Read once, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")


class ByName(Mapping[str, T]):
    """Things by name, in the order of their files. Offices of one process share it."""

    def __init__(self, things: Mapping[str, T]) -> None:
        self._things = MappingProxyType(dict(things))

    def __getitem__(self, name: str) -> T:
        return self._things[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)
