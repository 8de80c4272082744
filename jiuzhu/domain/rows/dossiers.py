"""一户一档: the household's dossier over all its cases, where its paper lies, what became of it (JC-28, JC-32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from jiuzhu.domain.rows.row import Row


@dataclass(frozen=True, kw_only=True)
class Dossier(Row):
    """One dossier of one household. When it was closed is no column: its recipients say so, whenever one asks."""

    table: ClassVar[str] = "dossier"
    key: ClassVar[tuple[str, ...]] = ("dossier_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "town", "state"),)

    dossier_no: str
    district: str
    town: str
    village: str
    opened_at: datetime
    electronic_place: str
    """Where the electronic file is kept: this installation, or what a list said that was taken over."""
    paper_place: str = ""
    """Room, cupboard and box of the paper file; '' while there is none."""
    state: str = "kept"
    """kept, disposal_asked or disposed."""
    asked_by: str = ""
    asked_at: datetime | None = None
    disposal_reason: str = ""
    disposed_by: str = ""
    disposed_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class DossierCase(Row):
    """Which dossier a case belongs to: later cases of the same people go into the one that there is."""

    table: ClassVar[str] = "dossier_case"
    key: ClassVar[tuple[str, ...]] = ("case_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("dossier_no",),)

    case_no: str
    dossier_no: str
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierMove(Row):
    """交接: the paper file went from one place or person to another; a move is never changed."""

    table: ClassVar[str] = "dossier_move"
    key: ClassVar[tuple[str, ...]] = ("dossier_no", "line")
    append_only: ClassVar[bool] = True

    dossier_no: str
    line: int
    from_place: str
    to_place: str
    given_by: str
    received_by: str
    """Name of who took it, as it stands on the slip."""
    note: str
    entered_by: str
    moved_at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierExport(Row):
    """A package that was handed out: whoever verifies one later can see whether it came from here."""

    table: ClassVar[str] = "dossier_export"
    key: ClassVar[tuple[str, ...]] = ("dossier_no", "line")
    append_only: ClassVar[bool] = True
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("manifest_sha256",),)

    dossier_no: str
    line: int
    manifest_sha256: str
    files: int
    exported_by: str
    exported_at: datetime
