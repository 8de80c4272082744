"""The demo's first rows of registers: from ``config/demo/registers``, entered by the demo's people, safe to repeat.

A file ``<register>.toml`` is a list of ``[[row]]``: ``by`` (a login that may write there), ``organisation`` and
``[row.values]``, the columns of the register; ``since`` is the first date of the demo at which it can be entered (left
out: any), because posts have dates. Each goes through the use case of the page, with its checks and its line
in the log. A row whose values stand already at that organisation is not entered twice.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.registers import Register
from jiuzhu.domain.rows import RegisterRow
from jiuzhu.errors import ConfigurationError, Forbidden, Invalid, JiuzhuError
from jiuzhu.service import identity
from jiuzhu.service.office import Office
from jiuzhu.service.registers import add_row
from jiuzhu.store.shelf import shelf_of

KEYS = {"by", "organisation", "values"}
SINCE = "since"


def load_rows(office: Office) -> int:
    """Enter the rows that are not there yet; returns how many were entered.

    Raises Forbidden outside the demo, ConfigurationError for a faulty file.
    """
    if not office.settings.is_demo:
        raise Forbidden("只有演示环境可以装入演示登记。")
    entered = 0
    for path in sorted((office.settings.root / "config" / "demo" / "registers").glob("*.toml")):
        register = office.registers.get(path.stem)
        if register is None:
            raise ConfigurationError(f"{path.name}: there is no register {path.stem!r}")
        for number, row in enumerate(_read(path), start=1):
            try:
                entered += _enter(office, register, row)
            except ConfigurationError:
                raise
            except JiuzhuError as error:
                raise ConfigurationError(f"{path.name}: row {number}: {_sentence(error)}") from error
    return entered


def _enter(office: Office, register: Register, row: Mapping[str, Any]) -> bool:
    if set(row) - {SINCE} != KEYS:
        wrong = sorted((set(row) - {SINCE}) ^ KEYS)[0]
        raise ConfigurationError(f"{register.name}.toml: a row has by, organisation and values, see {wrong}")
    since = row.get(SINCE, date.min)
    if type(since) is not date:
        raise ConfigurationError(f"{register.name}.toml: since is a date like 2019-02-01")
    if day_of(office.clock.now()) < since:
        return False
    values, place = dict(row["values"]), str(row["organisation"])
    strange = sorted(key for key in values if register.column(key) is None)
    if strange:
        raise ConfigurationError(f"{register.name}.toml: there is no column {strange[0]!r}")
    if _stands(office, register, place, values):
        return False
    add_row(office, identity.actor_of(office, str(row["by"])), register.name, values, organisation=place)
    return True


def _stands(office: Office, register: Register, place: str, values: Mapping[str, Any]) -> bool:
    """Return whether a row with these values was entered there, corrected since or not."""
    plain, sealed, _ = register.split(values)
    with office.store.reading() as tx:
        district = office.places.of(tx, place).district
        rows = shelf_of(tx).find(RegisterRow, {"register": register.name, "district": district})
    return any(row.organisation == place and row.values == plain and row.sealed == sealed for row in rows)


def _sentence(error: JiuzhuError) -> str:
    faults = error.faults if isinstance(error, Invalid) else {}
    return "；".join([str(error), *(f"{path} {fault}" for path, fault in faults.items())])


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path.name}: {error}") from error
    if set(content) != {"row"} or not isinstance(content["row"], list):
        raise ConfigurationError(f"{path.name}: a file of rows is a list of [[row]]")
    return content["row"]
