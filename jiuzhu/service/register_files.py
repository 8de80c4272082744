"""Reads ``config/registers/*.toml``: one file a register, its name is the register's.

Example::

    label = "主动发现登记"
    note = "村（社区）和网格员发现困难家庭后的处置结果"
    requirements = ["NH-33", "QJ-19"]
    districts = []                       # empty: all
    write = ["village_officer"]          # who may add rows by hand, each at the own organisation; empty: diagrams only
    read = ["town_reviewer", "county_office"]

    [[columns]]
    key = "person"
    label = "困难人员"
    type = "text"                        # text, note, date, integer, choice, yesno, files
    required = true
    personal = true                      # kept encrypted
    fill = ["discovery.found_name"]      # where a diagram's row has it from (topic register_append)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jiuzhu.domain.by_name import ByName
from jiuzhu.domain.registers import TYPES, Column, Register
from jiuzhu.errors import ConfigurationError
from jiuzhu.service.roles import Roles

HEAD = {"label", "note", "requirements", "districts", "write", "read", "columns"}
COLUMN = {"key", "label", "type", "required", "personal", "choices", "check", "check_text", "fill"}
_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")


class Registers(ByName[Register]):
    """All registers by name."""


def load_registers(config: Path, roles: Roles) -> Registers:
    """Read all registers. Raises ConfigurationError that names file and key."""
    found = {}
    for path in sorted((config / "registers").glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"registers/{path.name}: {error}") from error
        found[path.stem] = _register(path.stem, content, roles)
    return Registers(found)


def _register(name: str, content: Mapping[str, Any], roles: Roles) -> Register:
    where = f"registers/{name}.toml"
    if set(content) != HEAD or _KEY.match(name) is None:
        raise ConfigurationError(f"{where}: needs exactly {', '.join(sorted(HEAD))}")
    unknown = {*content["write"], *content["read"]} - set(roles.by_id)
    if unknown:
        raise ConfigurationError(f"{where}: unknown role {', '.join(sorted(unknown))}")
    columns = tuple(_column(where, one) for one in content["columns"])
    if not columns or len({one.key for one in columns}) < len(columns):
        raise ConfigurationError(f"{where}: columns are missing or a key is there twice")
    return Register(
        name=name,
        label=str(content["label"]),
        note=str(content["note"]),
        requirements=tuple(str(one) for one in content["requirements"]),
        districts=frozenset(content["districts"]),
        write=frozenset(content["write"]),
        read=frozenset(content["read"]),
        columns=columns,
    )


def _column(where: str, content: Mapping[str, Any]) -> Column:
    key = str(content.get("key", ""))
    unknown = set(content) - COLUMN
    if unknown or _KEY.match(key) is None or not content.get("label"):
        raise ConfigurationError(f"{where}: column {key!r} has unknown or missing entries {', '.join(sorted(unknown))}")
    kind = str(content.get("type", "text"))
    if kind not in TYPES or (kind == "choice") != ("choices" in content):
        raise ConfigurationError(f"{where}: column {key} has an unknown type, or choices do not fit it")
    return Column(**{**content, "fill": tuple(content.get("fill", ()))})
