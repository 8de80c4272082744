"""What towns hand in: the table of a report, frozen when it was counted, and the district's roll-up of it."""

from __future__ import annotations

from workers.documents.fields import Template, table, text
from workers.documents.heads import HEAD

REPORT_SHEETS: tuple[Template, ...] = (
    Template(
        key="town_report",
        title="镇街报表",
        fields=(
            *HEAD,
            text("report_title", "报表", required=True),
            text("unit", "填报（汇总）单位", required=True),
            table("report_rows", "数据", text("what", "事项"), text("figures", "数据")),
            text("total", "合计"),
        ),
        sources=("NH-10", "JC-10", "JC-31", "XX-31"),
    ),
)
