"""The letter by which an organ entrusts decisions to a town (5.14 b)."""

from __future__ import annotations

from workers.documents.fields import Template, day, lines, text
from workers.documents.heads import HEAD

ENTRUSTMENT_SHEETS: tuple[Template, ...] = (
    Template(
        key="entrustment_letter",
        title="行政审批事项委托书",
        fields=(
            *HEAD,
            text("case_no", "办件编号", required=True),
            text("entrustment_no", "委托书编号", required=True),
            text("entrusting_org", "委托机关", required=True),
            lines("entrusted_items", "委托事项", required=True),
            day("valid_from", "生效日期", required=True),
            day("valid_to", "失效日期（空为长期）"),
            text("liability", "责任条款", required=True),
            text("signed_by_district", "委托机关签署人", required=True),
            text("signed_by_town", "受托镇街签署人", required=True),
            lines("legal_basis", "依据", required=True),
        ),
        sources=("QJ-01", "QJ-30", "QJ-41"),
    ),
)
