"""Subjects of policy keys: under which heading a screen shows a key, by the key's first part or the table's name."""

from __future__ import annotations

from collections.abc import Mapping

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "标准和待遇": (
        "standards", "care_allowances", "support_fee", "household_aid", "urban_areas", "grant", "income_items",
        "asset_test", "low_income", "single_household", "self_care_level", "risk_level",
    ),
    "谁来决定": (
        "authority", "devolution", "delegated", "delegated_items", "approval", "agency", "seal", "staff", "readiness",
        "rollout", "pilot_tasks", "legal_basis", "rule_profile",
    ),
    "期限": ("deadlines", "periods", "clock", "temp_limit"),
    "受理、核对和调查": (
        "materials", "materials_checklist", "authorization", "verification", "visit", "visit_mode", "relatives_visit",
        "window", "tasks", "discovery", "referral_route",
    ),
    "评议、会商和表决": ("panel", "panel_composition", "appraisal_quorum", "conference", "case_conference"),
    "公示、备案和档案": ("notice", "publication", "filing", "filing_mode", "transfer", "dossier", "takeover"),
    "临时救助": ("temp_authority", "temp_cap", "reserve_fund", "reserve_fund_use"),
    "资金发放": ("payer", "payment_batch", "two_systems"),
    "复核和动态管理": (
        "reviews", "review", "review_period", "change_result", "gradual_exit", "job_refusal", "recovery", "blacklist",
        "home_service",
    ),
    "监督和考核": (
        "spot_check", "recheck", "recheck_circular", "rectification", "inspection", "violation", "remedy", "ranking",
        "award", "kpi",
    ),
}  # fmt: skip
OTHER = "其他"
_OF = {head: subject for subject, heads in SUBJECTS.items() for head in heads}


def subject_of(key: str) -> str:
    """Return the heading of a key ``<head>.<name>`` or of a table."""
    return _OF.get(key.partition(".")[0], OTHER)
