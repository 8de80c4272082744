"""Moving running cases from one version of a procedure to another: the order, and a line for each case."""

# ruff: noqa: RUF009 (personal() returns a dataclass field)

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class CaseMove(Row):
    """One order to move a district's running cases of one version: tried, handed over, released, undone."""

    table: ClassVar[str] = "case_move"
    key: ClassVar[tuple[str, ...]] = ("move_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "process_key"), ("state",))

    move_no: str
    district: str
    process_key: str
    source: str
    """Definition that the cases run on."""
    source_version: int
    target: str
    target_version: int
    renames: dict[str, Any] = field(default_factory=dict)
    """Old element id → new one, where they differ."""
    state: str
    """trying, tried, submitted, moving, moved, returned, undoing or undone."""
    made_by: str
    made_at: datetime
    released_by: str = ""
    released_at: datetime | None = None
    undone_by: str = ""
    undone_at: datetime | None = None
    reason: str = ""
    """Why it was returned or undone."""
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class CaseMoveLine(Row):
    """One case of an order: what was found, when it was moved, and everything that is needed to put it back."""

    table: ClassVar[str] = "case_move_line"
    key: ClassVar[tuple[str, ...]] = ("move_no", "record_no")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("move_no", "state"), ("case_id",))

    move_no: str
    record_no: str
    case_id: str
    town: str
    state: str = "listed"
    """listed, can, cannot, moved, back, or kept (it had gone on and stays on the new version)."""
    reasons: list[Any] = field(default_factory=list)
    """{element, name, sentence} for each obstacle; for a kept one, why it could not be put back."""
    notes: list[Any] = field(default_factory=list)
    """{element, name, sentence} for what the move means for this case."""
    bundle_before: str = ""
    bundle_after: str = ""
    step_before: int = 0
    """Last step of the case that was taken on the old version."""
    step_after: int = 0
    """Last step that was taken on the new one, when it was put back."""
    before: dict[str, Any] = personal(default_factory=dict)
    """State, items and waits as they were: the way back."""
    after_sha256: str = ""
    """Of the state as it was moved: a case that still has it has not gone on."""
    moved_at: datetime | None = None
    """Machine time."""
    back_at: datetime | None = None
