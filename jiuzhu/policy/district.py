"""One district's dated parameters: the ``PolicyReader`` that record tasks get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jiuzhu.domain.topics import Value
from jiuzhu.errors import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class DatedValue:
    """A value from its first day to its last day (inclusive; None = until replaced), with its source."""

    value: Value
    first: date
    last: date | None
    source: str

    def covers(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(frozen=True, kw_only=True)
class DatedRow:
    """A table row from its first day to its last day (inclusive)."""

    columns: Mapping[str, Value]
    first: date
    last: date | None
    source: str

    def covers(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(frozen=True, kw_only=True)
class DistrictPolicy:
    """What ``config/districts/<district>.toml`` says. Implements ``jiuzhu.domain.topics.PolicyReader``."""

    district: str
    name: str
    case_prefix: str
    short: str
    bureau: str
    hotline: str
    dated_values: Mapping[str, Sequence[DatedValue]]
    """By key, latest first day last."""
    dated_rows: Mapping[str, Sequence[DatedRow]]
    labels: Mapping[str, str]
    """Chinese label of each key and table."""

    def value(self, key: str, on: date) -> Value:
        """Return the value in force on a day (of two that cover it, the one that began later).

        Raises ConfigurationError when the key is unknown or has no value on that day.
        """
        return self._in_force(key, on).value

    def values(self, prefix: str, on: date) -> dict[str, Value]:
        """Return every value in force under ``prefix.``, by the rest of its key: the parameters of a decision table.

        Keys that have no value on that day are left out.
        """
        found: dict[str, Value] = {}
        for key, dated in self.dated_values.items():
            if key.startswith(f"{prefix}."):
                in_force = [entry for entry in dated if entry.covers(on)]
                if in_force:
                    found[key[len(prefix) + 1 :]] = in_force[-1].value
        return found

    def rows(self, key: str, on: date) -> list[dict[str, Value]]:
        """Return the table's rows in force on a day, in the file's order, each with ``from``, ``until``, ``source``.

        Raises ConfigurationError for an unknown table; no row is an empty list.
        """
        if key not in self.dated_rows:
            raise ConfigurationError(f"district {self.district!r}: there is no policy table {key!r}")
        return [
            {
                **row.columns,
                "from": row.first.isoformat(),
                "until": row.last.isoformat() if row.last else None,
                "source": row.source,
            }
            for row in self.dated_rows[key]
            if row.covers(on)
        ]

    def source(self, key: str, on: date) -> str:
        """Return where the value (or, for a table, its rows) in force comes from: ids joined by ``、``."""
        if key in self.dated_rows:
            found = dict.fromkeys(row.source for row in self.dated_rows[key] if row.covers(on))
            return "、".join(found)
        return self._in_force(key, on).source

    def _in_force(self, key: str, on: date) -> DatedValue:
        if key not in self.dated_values:
            raise ConfigurationError(f"district {self.district!r}: there is no policy key {key!r}")
        in_force = [entry for entry in self.dated_values[key] if entry.covers(on)]
        if not in_force:
            raise ConfigurationError(f"district {self.district!r}: policy key {key!r} has no value on {on.isoformat()}")
        return in_force[-1]
