"""The catalogue of policy keys and tables: ``config/policy.toml`` declares what every district file must hold."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jiuzhu.errors import ConfigurationError
from jiuzhu.policy.kinds import KINDS


@dataclass(frozen=True, kw_only=True)
class KeyEntry:
    """A single value: ``notice.days`` of kind ``integer``."""

    key: str
    kind: str
    label: str
    """Chinese, shown beside the value."""
    choices: tuple[str, ...] = ()
    required: bool = True
    """Every district file has it; false for what only some procedures ask for."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Code → what a screen shows for it."""


@dataclass(frozen=True, kw_only=True)
class TableEntry:
    """A table of dated rows with its own columns."""

    table: str
    columns: Mapping[str, str]
    label: str
    required: bool = True
    """Every district file has at least one row."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Code, or ``<column>.<code>``, → what a screen shows for it."""


@dataclass(frozen=True, kw_only=True)
class PolicyCatalogue:
    """All keys and tables that exist."""

    keys: Mapping[str, KeyEntry]
    tables: Mapping[str, TableEntry]


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file's content; decimals stay exact text. Raises ConfigurationError naming the file."""
    try:
        return tomllib.loads(path.read_text("utf-8"), parse_float=str)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from error


def read_catalogue(path: Path) -> PolicyCatalogue:
    """Read ``config/policy.toml``.

    ::

        [[key]]
        key = "notice.days"
        kind = "integer"          # integer boolean text texts ratio money date limit
        label = "公示天数（日历日）"
        required = false          # only some districts have it; left out: true
        words = { up = "向上取整" }   # what screens show for a code; may be left out

        [[table]]
        table = "authority"
        label = "审核确认权限"
        columns = { programme = "text", town = "text?", legal_form = "text" }   # ? = may be left out

    Raises ConfigurationError naming file and key.
    """
    content = read_toml(path)
    unknown = set(content) - {"key", "table"}
    if unknown:
        raise ConfigurationError(f"{path}: unknown section {sorted(unknown)[0]!r}")
    keys: dict[str, KeyEntry] = {}
    for raw in content.get("key", []):
        entry = _entry(path, raw, {"key", "kind", "label"}, {"choices", "required", "words"})
        _check_kind(path, entry["key"], entry["kind"])
        if entry["key"] in keys:
            raise ConfigurationError(f"{path}: key {entry['key']!r} is declared twice")
        keys[entry["key"]] = KeyEntry(
            key=entry["key"],
            kind=entry["kind"],
            label=entry["label"],
            choices=tuple(entry.get("choices", ())),
            required=bool(entry.get("required", True)),
            words=_words(entry.get("words", {})),
        )
    tables: dict[str, TableEntry] = {}
    for raw in content.get("table", []):
        entry = _entry(path, raw, {"table", "columns", "label"}, {"required", "words"})
        for column, kind in entry["columns"].items():
            if column in ("table", "from", "until", "source"):
                raise ConfigurationError(f"{path}: table {entry['table']!r}: column name {column!r} is reserved")
            _check_kind(path, f"{entry['table']}.{column}", kind)
        if entry["table"] in tables:
            raise ConfigurationError(f"{path}: table {entry['table']!r} is declared twice")
        tables[entry["table"]] = TableEntry(
            table=entry["table"],
            columns=dict(entry["columns"]),
            label=entry["label"],
            required=bool(entry.get("required", True)),
            words=_words(entry.get("words", {})),
        )
    return PolicyCatalogue(keys=keys, tables=tables)


def _entry(path: Path, raw: Mapping[str, Any], needed: set[str], allowed: set[str]) -> Mapping[str, Any]:
    name = raw.get("key", raw.get("table", "?"))
    missing = needed - set(raw)
    if missing:
        raise ConfigurationError(f"{path}: {name!r}: {sorted(missing)[0]!r} is missing")
    unknown = set(raw) - needed - allowed
    if unknown:
        raise ConfigurationError(f"{path}: {name!r}: unknown item {sorted(unknown)[0]!r}")
    return raw


def _words(raw: Mapping[str, Any]) -> Mapping[str, str]:
    """Return words by code; a table in it holds those of one column."""
    found: dict[str, str] = {}
    for code, word in raw.items():
        inner = word.items() if isinstance(word, dict) else [("", word)]
        found |= {f"{code}.{each}" if each else code: str(said) for each, said in inner}
    return found


def _check_kind(path: Path, name: str, kind: str) -> None:
    if kind.rstrip("?") not in KINDS:
        raise ConfigurationError(f"{path}: {name!r}: unknown kind {kind!r} (known: {', '.join(KINDS)})")
