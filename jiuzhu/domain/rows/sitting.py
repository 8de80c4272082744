"""议事协商 over many cases: one sitting, its cases; and paper signatures that their signatory denies (NH-20)."""

# ruff: noqa: RUF009 (personal() returns a dataclass field)

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class Sitting(Row):
    """One sitting of a town's panel. What members said stands in the cases; the sitting says who sat over which."""

    table: ClassVar[str] = "sitting"
    key: ClassVar[tuple[str, ...]] = ("sitting_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("town", "meeting_on"),)

    sitting_no: str
    district: str
    town: str
    meeting_on: date
    meeting_place: str
    members: list[Any]
    """{person, name, kind, post} of each member, in the order of the page."""
    size_reason: str = ""
    state: str = "open"
    """open or closed."""
    conveners: list[Any]
    """Groups that the diagrams let convene and close."""
    opened_by: str
    opened_at: datetime
    closed_by: str = ""
    closed_at: datetime | None = None
    minutes: dict[str, Any] = personal(default_factory=dict)
    """Frozen values of the sitting's minutes."""
    minutes_sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class SittingCase(Row):
    """One case of a sitting. ``convened`` is the submission by which its panel was convened there."""

    table: ClassVar[str] = "sitting_case"
    key: ClassVar[tuple[str, ...]] = ("sitting_no", "case_no")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("sitting_no",))

    sitting_no: str
    case_no: str
    convened: str
    kept_out: list[Any] = field(default_factory=list)
    """{person, name, reason} of members who were left out of this case when it was convened."""
    size_reason: str = ""
    added_at: datetime
    state: str = "in"
    """in, or out: taken out of the sitting, it goes on by itself."""
    out_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class SignatureContest(Row):
    """A signatory denies a signature that somebody entered from paper; settled by the head or the supervisor.

    ``before``: no decision rests on it yet, none may be taken until it is settled. ``after``: one was taken already.
    """

    table: ClassVar[str] = "signature_contest"
    key: ClassVar[tuple[str, ...]] = ("receipt_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("state", "district"), ("signature",))

    receipt_no: str
    signature: str
    submission: str
    case_no: str
    record_no: str
    district: str
    town: str
    item_name: str
    signer: str
    signer_name: str
    recorder: str
    recorder_name: str
    reason: str = personal()
    raised_at: datetime
    stage: str
    """before or after the decision."""
    state: str = "open"
    """open, upheld (the signature is genuine) or void (it is not)."""
    resolved_by: str = ""
    resolved_by_name: str = ""
    resolved_at: datetime | None = None
    resolution: str = personal(default="")
