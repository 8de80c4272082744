"""Reads and checks ``config/policy.toml`` and ``config/districts/*.toml`` at start.

A district file (its name is the district's id)::

    name = "晋城市城区"
    case_prefix = "晋城城区"
    short = "城区"
    bureau = "晋城市城区民政局"
    hotline = "12345"

    [[value]]                       # one key, one value, from its first day on
    key = "notice.days"
    value = 7
    from = 2000-01-01
    source = "57号令第19条"          # requirement id, national rule, or "assumption"

    [[value]]                       # a limit: "10wd" working days, "7d" days, "24h" hours, "3m" months, "none"
    key = "deadlines.filing"
    value = "7d"
    from = 2000-01-01
    until = 2030-12-31              # last day in force; normally left out: the next value replaces it
    source = "JC-25"

    [[row]]                         # a row of a table: its own columns as declared in config/policy.toml
    table = "authority"
    from = 2023-08-16
    source = "JC-02"
    programme = "dibao"
    legal_form = "devolution"

Everything that is wrong is a ConfigurationError at start that names file and key: an unknown item, key or column, a
value of the wrong kind, a missing key (every district file has all keys but those declared ``required = false``), two
values that begin on one day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jiuzhu.domain.topics import Value
from jiuzhu.errors import ConfigurationError
from jiuzhu.policy.ambiguities import Ambiguity, read_ambiguities
from jiuzhu.policy.catalogue import PolicyCatalogue, read_catalogue, read_toml
from jiuzhu.policy.district import DatedRow, DatedValue, DistrictPolicy
from jiuzhu.policy.kinds import read_kind

HEAD = ("name", "case_prefix", "short", "bureau", "hotline")


@dataclass(frozen=True, kw_only=True)
class Policies:
    """All districts' policies, by district id."""

    districts: Mapping[str, DistrictPolicy]
    catalogue: PolicyCatalogue
    ambiguities: tuple[Ambiguity, ...] = ()
    """What the seeds leave open, with the settings that answer it."""

    def of(self, district: str) -> DistrictPolicy:
        """Return a district's policy; raises ConfigurationError for a district without a file."""
        if district not in self.districts:
            raise ConfigurationError(f"there is no config/districts/{district}.toml")
        return self.districts[district]


def load_policies(config: Path) -> Policies:
    """Read ``<config>/policy.toml``, every ``<config>/districts/*.toml`` and, when it is there, ``ambiguities.csv``;
    raises ConfigurationError.
    """
    catalogue = read_catalogue(config / "policy.toml")
    files = sorted((config / "districts").glob("*.toml"))
    if not files:
        raise ConfigurationError(f"{config / 'districts'}: no district file")
    districts = {path.stem: _read_district(path, catalogue) for path in files}
    questions = config / "ambiguities.csv"
    ambiguities = read_ambiguities(questions, catalogue, districts) if questions.exists() else ()
    return Policies(districts=districts, catalogue=catalogue, ambiguities=ambiguities)


def _read_district(path: Path, catalogue: PolicyCatalogue) -> DistrictPolicy:
    content = read_toml(path)
    for item in HEAD:
        if not isinstance(content.get(item), str) or not content[item]:
            raise ConfigurationError(f"{path}: {item!r} is missing or is not a text")
    unknown = set(content) - set(HEAD) - {"value", "row"}
    if unknown:
        raise ConfigurationError(f"{path}: unknown key {sorted(unknown)[0]!r}")
    values: dict[str, list[DatedValue]] = {}
    for raw in content.get("value", []):
        key, dated = _read_value(path, raw, catalogue)
        values.setdefault(key, []).append(dated)
    rows: dict[str, list[DatedRow]] = {name: [] for name in catalogue.tables}
    for raw in content.get("row", []):
        table, row = _read_row(path, raw, catalogue)
        rows[table].append(row)
    for key, declared in catalogue.keys.items():
        if key not in values and not declared.required:
            continue
        if key not in values:
            raise ConfigurationError(f"{path}: key {key!r} is missing (every district file has the same keys)")
        values[key].sort(key=lambda dated: dated.first)
        _check_begins(path, key, values[key])
    for name, entry in catalogue.tables.items():
        if entry.required and not rows[name]:
            raise ConfigurationError(f"{path}: table {name!r} has no row")
    labels = {key: entry.label for key, entry in catalogue.keys.items()}
    labels |= {name: table.label for name, table in catalogue.tables.items()}
    return DistrictPolicy(
        district=path.stem,
        name=content["name"],
        case_prefix=content["case_prefix"],
        short=content["short"],
        bureau=content["bureau"],
        hotline=content["hotline"],
        dated_values=values,
        dated_rows=rows,
        labels=labels,
    )


def _read_value(path: Path, raw: Mapping[str, Any], catalogue: PolicyCatalogue) -> tuple[str, DatedValue]:
    key = raw.get("key")
    if not isinstance(key, str) or key not in catalogue.keys:
        raise ConfigurationError(f"{path}: unknown key {key!r} in a [[value]]")
    _check_items(path, key, raw, {"key", "value", "from", "until", "source"})
    entry = catalogue.keys[key]
    value = _read(path, key, entry.kind, raw.get("value"))
    if entry.choices and value not in entry.choices:
        raise ConfigurationError(f"{path}: key {key!r}: {value!r} is none of {', '.join(entry.choices)}")
    first, last, source = _read_frame(path, key, raw)
    return key, DatedValue(value=value, first=first, last=last, source=source)


def _read_row(path: Path, raw: Mapping[str, Any], catalogue: PolicyCatalogue) -> tuple[str, DatedRow]:
    table = raw.get("table")
    if not isinstance(table, str) or table not in catalogue.tables:
        raise ConfigurationError(f"{path}: unknown table {table!r} in a [[row]]")
    kinds = catalogue.tables[table].columns
    _check_items(path, table, raw, {"table", "from", "until", "source", *kinds})
    columns = {name: _read(path, f"{table}.{name}", kind, raw.get(name)) for name, kind in kinds.items()}
    first, last, source = _read_frame(path, table, raw)
    return table, DatedRow(columns=columns, first=first, last=last, source=source)


def _read(path: Path, name: str, kind: str, raw: Any) -> Value:
    if raw is None and not kind.endswith("?"):
        raise ConfigurationError(f"{path}: key {name!r} has no value")
    try:
        return read_kind(kind, raw)
    except ValueError as error:
        raise ConfigurationError(f"{path}: key {name!r}: {raw!r}: {error}") from None


def _check_items(path: Path, name: str, raw: Mapping[str, Any], allowed: set[str]) -> None:
    unknown = set(raw) - allowed
    if unknown:
        raise ConfigurationError(f"{path}: {name!r}: unknown item {sorted(unknown)[0]!r}")


def _read_frame(path: Path, name: str, raw: Mapping[str, Any]) -> tuple[date, date | None, str]:
    first, last, source = raw.get("from"), raw.get("until"), raw.get("source")
    for day in (first, last):
        if day is not None and (isinstance(day, datetime) or not isinstance(day, date)):
            raise ConfigurationError(f"{path}: {name!r}: {day!r} is no date such as 2021-07-01 (without quotes)")
    if first is None:
        raise ConfigurationError(f"{path}: {name!r}: 'from' (the first day in force) is missing")
    if last is not None and last < first:
        raise ConfigurationError(f"{path}: {name!r}: 'until' {last} is before 'from' {first}")
    if not isinstance(source, str) or not source.strip():
        raise ConfigurationError(f"{path}: {name!r}: 'source' is missing (requirement id, rule, or assumption)")
    return first, last, source.strip()


def _check_begins(path: Path, key: str, dated: Iterable[DatedValue]) -> None:
    begins = [entry.first for entry in dated]
    if len(set(begins)) != len(begins):
        raise ConfigurationError(f"{path}: key {key!r} has two values from the same day")
