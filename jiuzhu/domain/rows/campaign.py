"""A review campaign: the frozen list, the village sheets by which people work it, what the sheets say of a household.

None of these kinds has a ``case_no``: a household's file must not bring the whole campaign's rows into memory. Each
kind has one writer, because an update writes the whole row: ``CampaignItem`` belongs to the household's process,
``ReviewLine`` to the village's, ``ReviewSheet`` to whoever starts sheets, ``Campaign`` to the campaign's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from jiuzhu.domain.rows.row import Row, personal


@dataclass(frozen=True, kw_only=True)
class Campaign(Row):
    """One review of a town's recipients in one period (JC-33, QJ-16, XX-37). A second one in the period is round 1."""

    table: ClassVar[str] = "campaign"
    key: ClassVar[tuple[str, ...]] = ("campaign_no",)
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("town", "kind", "period", "round"),)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("state",), ("district", "period"))

    campaign_no: str
    """Number of the matter that is the campaign's process."""
    district: str
    town: str
    kind: str
    """Row of the policy table ``reviews``."""
    label: str
    period: str
    round: int
    cut_off: date
    """The list holds who was a recipient on this day."""
    opens_at: datetime
    closes_at: datetime
    state: str = "planned"
    """planned, running, paused, closing or closed."""
    throttle: int = 0
    """Households that one look may start."""
    frozen: int = 0
    reviewed: int = 0
    cancelled: int = 0
    """What the coverage check counted at the end."""
    reason: str = ""
    started_at: datetime
    started_by: str = ""
    paused_by: str = ""
    pause_reason: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CampaignItem(Row):
    """One household of a frozen list: once a campaign, whatever happens to processes and schedulers."""

    table: ClassVar[str] = "campaign_item"
    key: ClassVar[tuple[str, ...]] = ("item_no",)
    unique: ClassVar[tuple[tuple[str, ...], ...]] = (("campaign_no", "recipient_no"),)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("campaign_no", "state"), ("sheet_no",), ("recipient_no",))

    item_no: str
    """<campaign>/<recipient>: the word by which messages find the household's process."""
    campaign_no: str
    recipient_no: str
    district: str
    town: str
    village: str
    sheet_no: str
    programme: str
    household_no: str
    """The recipient's case or dossier number."""
    amount_before: Decimal
    state: str = "frozen"
    """frozen, started, visited, confirmed, done or cancelled."""
    record_no: str = ""
    started_at: datetime | None = None
    way: str = ""
    """'' until it is known, sheet (unchanged, confirmed with others) or single."""
    changes: str = personal(default="")
    """Why it goes the single way, in words."""
    result: str = ""
    """keep, increase, decrease, stop or gradual_exit."""
    new_amount: Decimal | None = None
    reason: str = personal(default="")
    done_at: datetime | None = None
    fault: str = ""
    """Why its process could not be started at the last try."""
    tried_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewSheet(Row):
    """The part of a village that is worked in one piece: one list, visit rounds, one sheet to confirm."""

    table: ClassVar[str] = "review_sheet"
    key: ClassVar[tuple[str, ...]] = ("sheet_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("campaign_no",), ("record_no",))

    sheet_no: str
    """<campaign>/<village>/<portion>."""
    campaign_no: str
    district: str
    town: str
    village: str
    portion: int
    households: int
    state: str = "frozen"
    """frozen or started; its process knows the rest."""
    record_no: str = ""
    fault: str = ""
    tried_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewLine(Row):
    """What the village's list, its visit rounds and its sheet say of one household."""

    table: ClassVar[str] = "review_line"
    key: ClassVar[tuple[str, ...]] = ("item_no",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("sheet_no",),)

    item_no: str
    sheet_no: str
    listed_at: datetime | None = None
    village_changed: bool = False
    village_note: str = personal(default="")
    visited_on: date | None = None
    visited_by: str = ""
    """Leader of the round."""
    visit_rounds: int = 0
    visit_outcome: str = ""
    """met, absent or refused."""
    visit_changed: bool = False
    visit_note: str = personal(default="")
    sheet_decision: str = ""
    """confirmed, refused (by the confirmer, goes the single way) or ''."""
    sheet_reason: str = personal(default="")
    decided_by: str = ""
    submission: str = ""
    """Form in which the sheet was decided."""
