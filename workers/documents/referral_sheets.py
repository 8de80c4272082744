"""The letter by which a window hands a matter on to a department (5.15 转办单)."""

from __future__ import annotations

from jiuzhu.domain.words import REFERRAL_ITEMS
from workers.documents.fields import Template, choice, day, instant, text
from workers.documents.heads import HEAD

REFERRAL_SHEETS: tuple[Template, ...] = (
    Template(
        key="referral",
        title="转办单",
        fields=(
            *HEAD,
            text("case_no", "办件编号", required=True),
            text("applicant_name", "群众姓名"),
            text("referral_no", "转办编号", required=True),
            choice("referral_item", "转办事项", REFERRAL_ITEMS, required=True),
            text("referral_content", "转办内容"),
            text("department_name", "责任部门", required=True),
            instant("sent_at", "转办时间", required=True),
            day("due_on", "办理期限", required=True),
            text("sender", "转办人"),
        ),
        sources=("NH-45", "XX-30", "XX-34"),
    ),
)
