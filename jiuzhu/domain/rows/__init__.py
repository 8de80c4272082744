"""Rows of the record: one frozen dataclass per table that record tasks read and write.

``store`` has a table for each (same name, same columns); every row class is listed in ``KINDS``.
Personal data stand in fields marked with ``personal()``: their columns are encrypted. Residents are looked up by
``resident_ref`` (see ``jiuzhu.domain.household``), never by name or number.

Modules: ``agency`` (letters to agents), ``assessment`` (needs beside the money), ``authority`` (letters, posts, seals),
``campaign`` (the frozen list of a review),
``dossiers`` (一户一档), ``takeover`` (存量),
``rollout`` (authority handed over), ``household`` (the family and what was checked), ``procedure`` (dues, notices,
documents …), ``outward`` (messages and data sent), ``single`` (money paid once), ``settlement`` (decision, filing,
recipient, payment), ``registers`` (lines of the registers that are data), ``reporting`` (towns' reports, public lists),
``sampling`` (draws and what they drew), ``schedule`` (what falls due by the calendar), ``sitting`` (one sitting over
many cases, denied signatures).
Modules: ``agency`` (letters to agents), ``assessment`` (needs beside the money), ``authority`` (letters, posts,
seals), ``office_year`` (an office's months and year), ``rollout`` (authority handed over), ``household`` (the family
and what was checked), ``procedure`` (dues, notices, documents …), ``outward`` (messages and data sent), ``single``
(money paid once), ``settlement`` (decision, filing, recipient, payment), ``registers`` (lines of the registers that
are data), ``sampling`` (draws and what they drew), ``schedule`` (what falls due by the calendar), ``sitting`` (one
sitting over many cases, denied signatures).
documents …), ``outward`` (messages and data sent), ``single`` (money paid once), ``payment`` (money paid each month),
``settlement`` (decision, filing, recipient, payment), ``registers`` (lines of the registers that are data),
``reporting`` (towns' reports, public lists), ``sampling`` (draws and what they drew), ``schedule`` (what falls due by
the calendar), ``sitting`` (one sitting over many cases, denied signatures).
"""

from __future__ import annotations

from jiuzhu.domain.rows.agency import AgencyLetter
from jiuzhu.domain.rows.assessment import AssessmentNeed
from jiuzhu.domain.rows.authority import (
    Appointment,
    BlacklistEntry,
    ConfidentialityAgreement,
    EntrustmentLetter,
    Seal,
    SealCustody,
    SealUse,
    StaffRelation,
)
from jiuzhu.domain.rows.batch import BatchItem
from jiuzhu.domain.rows.campaign import Campaign, CampaignItem, ReviewLine, ReviewSheet
from jiuzhu.domain.rows.dossiers import Dossier, DossierCase, DossierExport, DossierMove
from jiuzhu.domain.rows.dynamics import Adjustment, Recovery, Repayment
from jiuzhu.domain.rows.household import (
    BenefitCalculation,
    CaseEvent,
    Household,
    HouseholdPerson,
    MaterialsChecklist,
    MeansQuery,
    MeansResult,
    PolicyUse,
    RelativesEntry,
)
from jiuzhu.domain.rows.moving import CaseMove, CaseMoveLine
from jiuzhu.domain.rows.office_year import (
    AwardLine,
    BedRequest,
    KpiScore,
    ListDifference,
    MonthlyTransfer,
    PovertyEntry,
    UnitScore,
)
from jiuzhu.domain.rows.outward import Notification, Transmission
from jiuzhu.domain.rows.payment import FundEstimate, PaymentBatch, PaymentLine, ReserveStatement
from jiuzhu.domain.rows.procedure import (
    Alert,
    Delivery,
    Document,
    DossierItem,
    Notice,
    NoticeSheet,
    Objection,
    Obligation,
)
from jiuzhu.domain.rows.referral import Referral
from jiuzhu.domain.rows.registers import RegisterRow
from jiuzhu.domain.rows.reporting import Publication, PublishedRecipient, TownReport
from jiuzhu.domain.rows.rollout import AuthorityGrant, RolloutTown
from jiuzhu.domain.rows.row import Row, personal, personal_fields
from jiuzhu.domain.rows.sampling import Draw, SampleItem
from jiuzhu.domain.rows.schedule import Occurrence, ScheduleStand
from jiuzhu.domain.rows.settlement import (
    CaseDecision,
    Filing,
    FilingReceipt,
    PaymentOrder,
    Recipient,
    RecipientChange,
)
from jiuzhu.domain.rows.single import ReserveEntry, SinglePayment
from jiuzhu.domain.rows.sitting import SignatureContest, Sitting, SittingCase
from jiuzhu.domain.rows.takeover import Takeover, TakeoverLine
from jiuzhu.domain.rows.window import WindowVisit

KINDS: tuple[type[Row], ...] = (
    Adjustment,
    Recovery,
    Repayment,
    AgencyLetter,
    Alert,
    Appointment,
    AssessmentNeed,
    AuthorityGrant,
    AwardLine,
    BatchItem,
    BedRequest,
    BenefitCalculation,
    BlacklistEntry,
    Campaign,
    CampaignItem,
    CaseDecision,
    CaseEvent,
    CaseMove,
    CaseMoveLine,
    ConfidentialityAgreement,
    Delivery,
    Document,
    Dossier,
    DossierCase,
    DossierExport,
    DossierItem,
    DossierMove,
    Draw,
    EntrustmentLetter,
    Filing,
    FilingReceipt,
    FundEstimate,
    Household,
    HouseholdPerson,
    KpiScore,
    ListDifference,
    MaterialsChecklist,
    MeansQuery,
    MeansResult,
    MonthlyTransfer,
    Notice,
    NoticeSheet,
    Notification,
    Objection,
    Obligation,
    Occurrence,
    PaymentBatch,
    PaymentLine,
    PaymentOrder,
    PolicyUse,
    PovertyEntry,
    Publication,
    PublishedRecipient,
    Recipient,
    RecipientChange,
    RegisterRow,
    Referral,
    RelativesEntry,
    ReserveEntry,
    ReviewLine,
    ReviewSheet,
    ReserveStatement,
    RolloutTown,
    SampleItem,
    ScheduleStand,
    Seal,
    SealCustody,
    SealUse,
    SignatureContest,
    SinglePayment,
    Sitting,
    SittingCase,
    StaffRelation,
    TownReport,
    Takeover,
    TakeoverLine,
    Transmission,
    UnitScore,
    WindowVisit,
)
"""Every table of the record, for ``store`` to build from."""

__all__ = [
    "KINDS",
    "Adjustment",
    "AgencyLetter",
    "Alert",
    "Appointment",
    "AssessmentNeed",
    "AuthorityGrant",
    "AwardLine",
    "BatchItem",
    "BedRequest",
    "BenefitCalculation",
    "BlacklistEntry",
    "Campaign",
    "CampaignItem",
    "CaseDecision",
    "CaseEvent",
    "CaseMove",
    "CaseMoveLine",
    "ConfidentialityAgreement",
    "Delivery",
    "Document",
    "Dossier",
    "DossierCase",
    "DossierExport",
    "DossierItem",
    "DossierMove",
    "Draw",
    "EntrustmentLetter",
    "Filing",
    "FilingReceipt",
    "FundEstimate",
    "Household",
    "HouseholdPerson",
    "KpiScore",
    "ListDifference",
    "MaterialsChecklist",
    "MeansQuery",
    "MeansResult",
    "MonthlyTransfer",
    "Notice",
    "NoticeSheet",
    "Notification",
    "Objection",
    "Obligation",
    "Occurrence",
    "PaymentBatch",
    "PaymentLine",
    "PaymentOrder",
    "PolicyUse",
    "PovertyEntry",
    "Publication",
    "PublishedRecipient",
    "Recipient",
    "RecipientChange",
    "Recovery",
    "Referral",
    "RegisterRow",
    "RelativesEntry",
    "Repayment",
    "ReserveEntry",
    "ReserveStatement",
    "ReviewLine",
    "ReviewSheet",
    "RolloutTown",
    "Row",
    "SampleItem",
    "ScheduleStand",
    "Seal",
    "SealCustody",
    "SealUse",
    "SignatureContest",
    "SinglePayment",
    "Sitting",
    "SittingCase",
    "StaffRelation",
    "Takeover",
    "TakeoverLine",
    "TownReport",
    "Transmission",
    "UnitScore",
    "WindowVisit",
    "personal",
    "personal_fields",
]
