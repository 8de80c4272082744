"""What the forms ask of whoever uses them: people, files and the office's day. ``service`` implements these ports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of staff as a form stores and shows one."""

    id: str
    name: str
    post: str = ""
    """Chinese label of role and organisation, shown beside the name in a choice."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A stored file as a form shows it."""

    id: str
    name: str
    mime: str
    size: int


class FieldPorts(Protocol):
    """The surroundings of one form for one person at one moment."""

    @property
    def now(self) -> datetime:
        """Office time, aware."""
        ...

    @property
    def actor(self) -> Person:
        """Who fills in the form."""
        ...

    @property
    def allow_synthetic(self) -> bool:
        """True in demo and test: ids with prefix 66 and phones with prefix 100 are accepted."""
        ...

    def person(self, text: str) -> Person | None:
        """Return the person with this id or login; None when there is none in the actor's district."""
        ...

    def people(self, group: str) -> Sequence[Person]:
        """Return who holds ``role@organisation`` now."""
        ...

    def signers(self) -> Sequence[Person]:
        """Return those for whom the actor may record a signature made on paper ([] = nobody)."""
        ...

    def attachment(self, attachment_id: str) -> Attachment | None:
        """Return the stored file if the actor uploaded it or may see it in this case, else None."""
        ...
