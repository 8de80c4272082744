"""A form made visible: plain values from which the web door draws a page, on screen, on paper or to read.

Everything is decided here beforehand (what is shown, in which words, which box is ticked); a template only draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

FieldKind: TypeAlias = Literal[
    "text", "lines", "number", "date", "time", "datetime", "check", "radio", "checks", "select", "files", "signature",
    "computed",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class OptionView:
    """One choice."""

    value: str
    label: str
    chosen: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FileView:
    """One stored file."""

    id: str
    name: str
    size: str
    """Size in words, such as 240 kB."""
    picture: bool


@dataclass(frozen=True, kw_only=True)
class SignatureView:
    """The block 谁签字谁负责: signed by login, or on paper and recorded by the actor."""

    title: str
    statement: str
    actor: str
    way: str
    """login or paper."""
    confirmed: bool
    signers: tuple[OptionView, ...]
    """For whom a paper signature may be recorded; () = nobody."""
    scan: tuple[FileView, ...]
    signed: str = ""
    """Read mode: who signed when and how, in one sentence."""


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """One field at one place."""

    kind: FieldKind
    name: str
    """HTML name, which is the path of the value."""
    anchor: str
    label: str
    hint: str = ""
    required: bool = False
    readonly: bool = False
    fault: str = ""
    value: str = ""
    """What stands in the control, as typed."""
    shown: str = ""
    """The value in words, for reading and print."""
    options: tuple[OptionView, ...] = ()
    files: tuple[FileView, ...] = ()
    signature: SignatureView | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    """HTML attributes of the control: maxlength, min, max, step, inputmode, accept …"""
    width: str = ""
    """num, date, datetime or name: expected length of the answer."""
    span: int = 16
    """Columns out of 16 in its line."""
    refreshes: bool = False
    """Other fields appear or vanish with this one."""
    counter: int = 0
    """Longest text, shown beside a text area."""


@dataclass(frozen=True, kw_only=True)
class TextView:
    """Words between the fields."""

    text: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class TableView:
    """Facts as a table."""

    label: str
    anchor: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class KeptView:
    """A value of a field that is hidden now: it travels along so that nothing typed is lost."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class LineView:
    """Fields side by side."""

    fields: tuple[FieldView, ...]


@dataclass(frozen=True, kw_only=True)
class RowView:
    """One row of a dynamic list."""

    path: str
    title: str
    items: tuple[Item, ...]
    fault: str = ""
    anchor: str = ""


@dataclass(frozen=True, kw_only=True)
class ListView:
    """A dynamic list."""

    name: str
    anchor: str
    label: str
    hint: str
    fault: str
    rows: tuple[RowView, ...]
    add: str
    """Words of the add button; '' = rows cannot be added or removed."""


@dataclass(frozen=True, kw_only=True)
class GroupView:
    """A headed part of the form."""

    label: str
    anchor: str
    fault: str
    items: tuple[Item, ...]
    level: int


Item: TypeAlias = "FieldView | TextView | TableView | KeptView | LineView | ListView | GroupView"


@dataclass(frozen=True, kw_only=True)
class FaultLine:
    """One line of the error summary."""

    anchor: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class FormView:
    """A whole form as it is drawn."""

    form_id: str
    mode: Literal["edit", "read"]
    items: tuple[Item, ...]
    faults: tuple[FaultLine, ...]
    drawn: tuple[str, ...]
    """Names of boxes that send nothing when not ticked."""
    has_files: bool
