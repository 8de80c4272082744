"""Registers as data: what a register is called, its columns, who writes and who reads it (``config/registers``).

The columns are the form, the list, the print and the CSV at once; nothing of a register is written twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ALWAYS_READ = frozenset({"auditor", "county_supervisor"})
"""Who reads every register of the district (R-15, R-16)."""
TYPES = frozenset({"text", "note", "date", "integer", "choice", "yesno", "files"})
LONGEST = {"text": 100, "note": 200}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a register."""

    key: str
    label: str
    type: str = "text"
    required: bool = False
    personal: bool = False
    """Real names and numbers of citizens: kept encrypted, never part of a search."""
    choices: Mapping[str, str] | None = None
    check: str = ""
    check_text: str = ""
    fill: Sequence[str] = ()
    """Where a diagram has it from: ``<form>.<key>``, ``<form>.submitter``, ``case.<name>``, ``input.<name>``;
    ``<form>.=<choice>``: this choice, because that form was answered.
    """

    def shown(self, value: Any) -> str:
        """Return a value in words."""
        if value is None or value == "" or value == []:
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return f"{len(value)} 个文件" if self.type == "files" else "、".join(str(one) for one in value)
        return (self.choices or {}).get(str(value), str(value))


@dataclass(frozen=True, kw_only=True)
class Register:
    """One register."""

    name: str
    label: str
    note: str
    requirements: tuple[str, ...]
    districts: frozenset[str]
    """Empty: every district."""
    write: frozenset[str]
    """Roles that may add a row at their own organisation; empty: only diagrams do."""
    read: frozenset[str]
    """Roles that may read, each within its own reach."""
    columns: tuple[Column, ...]

    def applies(self, district: str) -> bool:
        """True when a district keeps this register."""
        return not self.districts or district in self.districts

    @property
    def readers(self) -> frozenset[str]:
        """Roles that may read it: whoever writes reads, too."""
        return self.read | self.write | ALWAYS_READ

    def column(self, key: str) -> Column | None:
        """Return a column by key."""
        return next((one for one in self.columns if one.key == key), None)

    def split(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
        """Return (open values, personal values, attachment ids) of a row's values."""
        plain: dict[str, Any] = {}
        sealed: dict[str, Any] = {}
        files: list[str] = []
        for column in self.columns:
            value = values.get(column.key)
            if value is None or value == "":
                continue
            if column.type == "files":
                files += [str(one) for one in value]
            else:
                (sealed if column.personal else plain)[column.key] = value
        return plain, sealed, files


def form_of_register(register: Register) -> dict[str, Any]:
    """Return the register's entry form as a Camunda form: its columns, one field each."""
    return {
        "type": "default",
        "id": f"register_{register.name}",
        "schemaVersion": 18,
        "components": [_field(column, number) for number, column in enumerate(register.columns, start=1)],
    }


def _field(column: Column, number: int) -> dict[str, Any]:
    field: dict[str, Any] = {"id": f"Field_{column.key}", "key": column.key, "label": column.label}
    validate: dict[str, Any] = {"required": True} if column.required else {}
    properties: dict[str, Any] = {}
    if column.check:
        properties = {"check": column.check, "checkText": column.check_text}
    if column.type == "date":
        field |= {"type": "datetime", "subtype": "date", "dateLabel": column.label}
        del field["label"]
    elif column.type == "integer":
        field |= {"type": "number", "decimalDigits": 0}
        validate |= {"min": 0}
    elif column.type in {"choice", "yesno"}:
        options = column.choices or {}
        values: list[dict[str, Any]] = [{"value": key, "label": label} for key, label in options.items()]
        if column.type == "yesno":
            values = [{"value": True, "label": "是"}, {"value": False, "label": "否"}]
        field |= {"type": "radio" if len(values) < 6 else "select", "values": values}
    else:
        field |= {"type": "textarea" if column.type == "note" else "textfield"}
        if column.type == "files":
            properties |= {"widget": "attachments", "accept": "image/*,application/pdf"}
        else:
            validate |= {"maxLength": LONGEST[column.type]}
    if validate:
        field["validate"] = validate
    if properties:
        field["properties"] = properties
    return field | {"layout": {"row": f"Row_{number}", "columns": None}}
