"""What a many-sided assessment of a household found: needs beside the money (XX-10, XX-46, XX-85)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from jiuzhu.domain.rows.row import Row


@dataclass(frozen=True, kw_only=True)
class AssessmentNeed(Row):
    """One need that follows from a hard dimension: which aid may meet it, and in which form."""

    table: ClassVar[str] = "assessment_need"
    key: ClassVar[tuple[str, ...]] = ("case_no", "round", "line")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",),)

    case_no: str
    round: int
    """Counts the assessments of the case; only the latest one counts."""
    line: int
    dimension: str
    level: int
    """1 (good) to 5 (very hard), as the investigator put it."""
    referral_item: str
    """Matter of another department; '' when the application itself answers the need."""
    aid_form: str
    source: str
    """Where the level that counts as hard comes from."""
    noted_at: datetime
