"""Answers of one synthetic household for record tasks, as the forms hold them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.rows import Recipient

SOURCES = [
    "household_register",
    "tax",
    "social_insurance",
    "real_estate",
    "market_entity",
    "housing_fund",
    "vehicle",
    "bank_deposit",
    "commercial_insurance",
    "securities",
    "internet_finance",
]

FATHER, MOTHER, CHILD = "660502197805120019", "660502198007310022", "660502201503150015"


def application(**changes: Any) -> dict[str, Any]:
    """A couple with a child: 620 yuan of income, 150 of medical spending, 3,200 in the bank."""
    return {
        "programme": "dibao",
        "applicant_name": "周永安",
        "applicant_id": FATHER,
        "hukou_type": "rural",
        "hukou_address": "示例一村12号",
        "living_address": "示例一村12号",
        "members": [
            {"name": "周永安", "id": FATHER, "relation": "self", "monthly_income": "620.00", "employment": "farming"},
            {"name": "吴秀兰", "id": MOTHER, "relation": "spouse", "monthly_income": "0.00", "employment": "unable"},
            {"name": "周小雨", "id": CHILD, "relation": "child", "monthly_income": "0.00", "employment": "student"},
        ],
        "income_items": [{"member": "周永安", "type": "business", "amount": "7440.00", "period": "year"}],
        "assets": [{"type": "deposit", "owner": "周永安", "value": "3200.00"}],
        "rigid_expenses": [{"type": "medical", "amount": "150.00"}],
        "reason": "务农收入低，妻子长期患病。",
        "related_to_staff": False,
        "authorizers": [
            {"name": "周永安", "id": FATHER, "signed_on": "2026-09-16"},
            {"name": "吴秀兰", "id": MOTHER, "signed_on": "2026-09-16"},
        ],
        "authorization_scope": list(SOURCES),
        "authorization_from": "2026-09-16",
        "authorization_to": "2028-09-15",
        "bank_name": "示例银行",
        "bank_account": "9999660000000000013",
        **changes,
    }


def acceptance_check(**changes: Any) -> dict[str, Any]:
    return {
        "materials_state": "complete",
        "authorization_complete": True,
        "first_officer": "王晓梅",
        "missing_items": [],
        **changes,
    }


def confirmation(**changes: Any) -> dict[str, Any]:
    return {"decision": "granted", "amount_monthly": "1330.00", "decision_opinion": "同意给予救助。", **changes}


def home_visit(**changes: Any) -> dict[str, Any]:
    return {
        "visit_outcome": "met",
        "visit_at": "2026-09-16T09:30",
        "visit_way": "onsite",
        "present_member": "吴秀兰",
        "house_type": "self_built",
        "visit_consistent": True,
        "visit_conclusion": "与申报一致。",
        "income_found": [],
        "photos": ["file-1"],
        **changes,
    }


def recipient(**changes: Any) -> Recipient:
    """Somebody who receives already."""
    values: dict[str, Any] = {
        "recipient_no": "城区000009",
        "case_no": "旧案",
        "district": "jincheng",
        "town": "140502100",
        "village": "140502100001",
        "programme": "dibao",
        "name": "周永安",
        "resident_id": FATHER,
        "resident_ref": resident_ref(FATHER),
        "members": 3,
        "amount_monthly": Decimal("900.00"),
        "payer": "county",
        "decision_no": "旧决定",
        "since": "2025-01",
        "review_months": 12,
        "next_review": date(2026, 1, 1),
    }
    return Recipient(**{**values, **changes})
