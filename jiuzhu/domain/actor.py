"""Who acts: a person with the groups they hold at this moment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A member of staff at the door. ``groups`` are ``role@organisation``, resolved at this request."""

    person_id: str
    login: str
    name: str
    groups: tuple[str, ...]

    def holds(self, group: str) -> bool:
        """True when the person holds ``role@organisation`` now."""
        return group in self.groups

    @property
    def roles(self) -> frozenset[str]:
        """Role ids, whatever the organisation."""
        return frozenset(group.partition("@")[0] for group in self.groups)

    @property
    def organisations(self) -> tuple[str, ...]:
        """Organisations in which the person holds a role, in the order of the groups."""
        return tuple(dict.fromkeys(group.partition("@")[2] for group in self.groups))

    def organisations_of(self, role: str) -> tuple[str, ...]:
        """Organisations in which the person holds this role."""
        return tuple(group.partition("@")[2] for group in self.groups if group.partition("@")[0] == role)
