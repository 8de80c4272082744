"""Roles and what they allow: ``config/roles.toml`` (decisions C2, R-15, R-16, R-25)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jiuzhu.errors import ConfigurationError

PERMISSIONS = frozenset(
    {
        "start", "claim", "read", "confirm", "resolve", "deploy", "operate", "administer", "schedule", "take_over",
        "release", "archive", "dispose", "oversee", "work",
    }
)  # fmt: skip
SCOPES = frozenset({"own", "below"})
KINDS_OF_PLACE = ("村（社区）", "镇（街道）", "镇街", "区（市）")
"""How a label names the kind of its organisation."""


@dataclass(frozen=True, kw_only=True)
class Role:
    """One role of the user directory."""

    id: str
    label: str
    """Chinese, as lanes and pages show it."""
    level: str
    """Kind of organisation at which it exists: district, town, village or department."""
    scope: str
    """``own``: cases of the organisation itself; ``below``: of everything under it."""
    permissions: frozenset[str]
    excludes: frozenset[str] = frozenset()
    """Roles that nobody may hold together with this one (JC-01, XT-03)."""
    falls_to: str = ""
    """Role that stands in when everybody of this one keeps out of a case (R-05)."""

    def may(self, permission: str) -> bool:
        """True when the role has a permission."""
        return permission in self.permissions


class Roles:
    """All roles by id."""

    def __init__(self, roles: Mapping[str, Role]) -> None:
        self.by_id = dict(roles)

    def of(self, role_id: str) -> Role:
        """Return a role. Raises ConfigurationError for one that is not listed."""
        if role_id not in self.by_id:
            raise ConfigurationError(f"config/roles.toml has no role {role_id!r}")
        return self.by_id[role_id]

    def label(self, role_id: str) -> str:
        """Return the Chinese label, the id itself when there is none."""
        return self.by_id[role_id].label if role_id in self.by_id else role_id

    def post(self, place_name: str, role_id: str) -> str:
        """Return a post in words, such as 北石店镇审核人员: the label's kind of place gives way to the place."""
        label = self.label(role_id)
        kind = next((kind for kind in KINDS_OF_PLACE if label.startswith(kind)), "")
        return place_name + label.removeprefix(kind)

    def conflicting(self, role_id: str, held: Iterable[str]) -> str:
        """Return the first of the held roles that does not go together with a role, '' when all do."""
        excluded = self.of(role_id).excludes
        fits_not = (one for one in held if one in excluded or role_id in self._excluded_by(one))
        return next(fits_not, "")

    def _excluded_by(self, role_id: str) -> frozenset[str]:
        return self.by_id[role_id].excludes if role_id in self.by_id else frozenset()

    def may(self, groups: tuple[str, ...], permission: str) -> bool:
        """True when one of these ``role@organisation`` has a permission."""
        return any(
            self.by_id[role].may(permission) for group in groups if (role := group.partition("@")[0]) in self.by_id
        )


def load_roles(config: Path) -> Roles:
    """Read ``roles.toml``: one table ``[<role id>]`` with label, level, scope, permissions and, if need be,
    excludes and falls_to.

    Raises ConfigurationError.
    """
    path = config / "roles.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path.name}: {error}") from error
    roles = {role_id: _role(path.name, role_id, entry) for role_id, entry in content.items()}
    unknown = {other for role in roles.values() for other in role.excludes} - set(roles)
    strange = {role.falls_to for role in roles.values() if role.falls_to} - set(roles)
    if strange:
        raise ConfigurationError(f"{path.name}: falls_to names unknown roles: {', '.join(sorted(strange))}")
    if unknown:
        raise ConfigurationError(f"{path.name}: excludes names unknown roles: {', '.join(sorted(unknown))}")
    return Roles(roles)


def _role(file: str, role_id: str, entry: Any) -> Role:
    if not isinstance(entry, dict) or set(entry) - {"excludes", "falls_to"} != {
        "label",
        "level",
        "scope",
        "permissions",
    }:
        raise ConfigurationError(f"{file}: [{role_id}] needs exactly label, level, scope, permissions")
    permissions = frozenset(entry["permissions"])
    if entry["scope"] not in SCOPES or permissions - PERMISSIONS:
        raise ConfigurationError(f"{file}: [{role_id}] has an unknown scope or permission")
    return Role(
        id=role_id,
        label=str(entry["label"]),
        level=str(entry["level"]),
        scope=str(entry["scope"]),
        permissions=permissions,
        excludes=frozenset(str(one) for one in entry.get("excludes", ())),
        falls_to=str(entry.get("falls_to", "")),
    )
