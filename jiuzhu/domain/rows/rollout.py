"""Handing authority over to towns: what was switched on, and how far each town is (QJ-27 … QJ-33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from jiuzhu.domain.rows.row import Row


@dataclass(frozen=True, kw_only=True)
class AuthorityGrant(Row):
    """A town may decide a programme from a day on: written by a rollout, read beside the config rows (QJ-01, QJ-28).

    It says from which acceptance date on; whether the town may decide today also asks its letter and its staff.
    """

    table: ClassVar[str] = "authority_grant"
    key: ClassVar[tuple[str, ...]] = ("grant_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("district", "town"),)

    grant_no: str
    """Letter and programme: a letter grants a programme once."""
    district: str
    town: str
    programme: str
    devolution_from: date
    """First acceptance date that the town decides."""
    devolution_until: date | None = None
    """Last acceptance date; None = until taken back."""
    legal_form: str
    legal_basis: str
    letter_no: str
    phase: int
    switched_at: datetime
    record_no: str = ""
    """Process instance that switched it on; '' for what was there before."""
    source: str


@dataclass(frozen=True, kw_only=True)
class RolloutTown(Row):
    """One town in one rollout: in which phase it stands and how far it is (QJ-28, QJ-30, QJ-33)."""

    table: ClassVar[str] = "rollout_town"
    key: ClassVar[tuple[str, ...]] = ("case_no", "town")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("case_no",), ("district", "town"))

    case_no: str
    """Number of the rollout."""
    district: str
    town: str
    phase: int
    """Phase in which the town's activation was started; a deferred town is started again in a later one."""
    state: str
    """preparing, active or deferred."""
    record_no: str
    """Process instance of the activation."""
    first_day: date
    """First day on which the phase lets authority begin."""
    letter_no: str = ""
    reason: str = ""
    changed_at: datetime
