"""Organisations, and the demo's people and papers: read from ``config/organisations`` and ``config/demo``, safe to
repeat.

A section of a demo file is a kind of row (``[[appointment]]``, ``[[seal]]`` …) with its columns; people stand in
it by login, residents by number. Everything in it is made up.
"""

from __future__ import annotations

import csv
import dataclasses
import tomllib
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from argon2 import PasswordHasher

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.rows import KINDS, Row
from jiuzhu.errors import ConfigurationError, Forbidden
from jiuzhu.service.office import Office
from jiuzhu.store import Transaction, people
from jiuzhu.store.shelf import shelf_of

BY_TABLE: Mapping[str, type[Row]] = {kind.table: kind for kind in KINDS}
SECTIONS: Mapping[str, str] = {"relation": "staff_relation", "letter": "entrustment_letter", "custody": "seal_custody"}
"""Short names of sections → table."""


def load_organisations(office: Office) -> int:
    """Load what ``config/organisations`` names and the database does not have yet; returns how many."""
    with office.store.transaction() as tx:
        return _load_organisations(office, tx, sorted((_config(office) / "organisations").glob("*.csv")))


def load_demo(office: Office, *, password: str) -> int:
    """Load the demo's villages, people, roles and papers; returns how many people were added.

    What is there already stays. Raises Forbidden outside the demo, ConfigurationError for a faulty file.
    """
    if not office.settings.is_demo:
        raise Forbidden("只有演示环境可以装入演示数据。")
    folder = _config(office) / "demo"
    hashed = PasswordHasher().hash(password)
    load_organisations(office)
    with office.store.transaction() as tx:
        _load_organisations(office, tx, sorted(folder.glob("*.csv")))
        known = {row.login for row in people.logins(tx)}
        added = 0
        for path in sorted(folder.glob("*.toml")):
            content = _read(path)
            added += _load_people(tx, path, content.pop("person", []), known, hashed)
            for section, entries in content.items():
                for entry in entries:
                    _load_row(tx, path, section, entry)
    return added


def _load_organisations(office: Office, tx: Transaction, files: Sequence[Path]) -> int:
    known = {row.id: row for row in people.organisations(tx)}
    districts = {row.id: row.district for row in known.values()}
    added = 0
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line in csv.DictReader(file):
                parent = line["parent"] or None
                if parent is not None and parent not in districts:
                    raise ConfigurationError(f"{path.name}: {line['id']} lies in unknown {parent}")
                districts[line["id"]] = districts[parent] if parent else line["id"]
                if line["id"] in known:
                    continue
                people.add_organisation(
                    tx,
                    {
                        "id": line["id"],
                        "parent": parent,
                        "kind": line["kind"],
                        "name": line["name"],
                        "district": districts[line["id"]],
                        "from_day": date.fromisoformat(line["from"]),
                    },
                )
                added += 1
    tx.after_commit(office.places.forget)
    return added


def _load_people(
    tx: Transaction, path: Path, entries: Sequence[Mapping[str, Any]], known: set[str], hashed: str
) -> int:
    added = 0
    fresh: set[str] = set()
    for entry in entries:
        unknown = set(entry) - {"login", "name", "role", "organisation", "from", "until"}
        if unknown:
            raise ConfigurationError(f"{path.name}: person {entry.get('login')}: unknown key {sorted(unknown)[0]}")
        login = str(entry["login"])
        if login in known and login not in fresh:
            continue
        if login not in fresh:
            people.add_person(tx, person_id=login, login=login, name=str(entry["name"]), password_hash=hashed)
            fresh.add(login)
            known.add(login)
            added += 1
        people.add_membership(
            tx,
            person_id=login,
            role=str(entry["role"]),
            place=str(entry["organisation"]),
            from_day=entry["from"],
            to_day=entry.get("until"),
        )
    return added


def _load_row(tx: Transaction, path: Path, section: str, entry: Mapping[str, Any]) -> None:
    kind = BY_TABLE.get(SECTIONS.get(section, section))
    if kind is None:
        raise ConfigurationError(f"{path.name}: there is no kind of row {section!r}")
    names = {field.name for field in dataclasses.fields(kind)}
    values = dict(entry)
    if "resident_id" in values and "resident_id" not in names:
        values["resident_ref"] = resident_ref(str(values.pop("resident_id")))
    if "district" in names:
        values.setdefault("district", path.stem)
    unknown = set(values) - names
    if unknown:
        raise ConfigurationError(f"{path.name}: {section}: unknown column {sorted(unknown)[0]}")
    hints = get_type_hints(kind)
    try:
        row = kind(**{name: _value(hints[name], value) for name, value in values.items()})
    except TypeError as error:
        raise ConfigurationError(f"{path.name}: {section}: {error}") from error
    shelf = shelf_of(tx)
    if not shelf.find(kind, {name: getattr(row, name) for name in kind.key}):
        shelf.add(row)


def _value(hint: Any, value: Any) -> Any:
    """Return a TOML value as the column has it: money from text, a date at its first second where an instant is due."""
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
    if hint is Decimal:
        return Decimal(str(value))
    if hint is datetime and isinstance(value, datetime) and value.tzinfo is None:
        raise TypeError(f"{value} has no zone")
    return value


def _config(office: Office) -> Path:
    return office.settings.root / "config"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path.name}: {error}") from error
