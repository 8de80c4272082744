"""Papers of dynamic management: notice of a change, record of a change, decision to recover."""

from __future__ import annotations

from workers.documents.fields import Template, choice, day, lines, money, month, text, whole
from workers.documents.heads import CASE, HEAD, LAW
from workers.documents.words import CHANGE_KIND, CHANGE_RESULT, RECOVERY_CAUSE

CHANGES: tuple[Template, ...] = (
    Template(
        key="adjustment_notice",
        title="调整（停发）告知书",
        fields=(
            *HEAD,
            *CASE,
            text("decision_no", "调整文号", required=True),
            choice("change_result", "决定", CHANGE_RESULT, required=True),
            choice("what_changed", "变化类别", CHANGE_KIND),
            money("amount_before", "原月救助金额", required=True),
            money("amount_after", "现月救助金额", required=True),
            month("effective_month", "生效月份", required=True),
            text("change_reason", "理由", required=True),
            day("decided_on", "决定日期", required=True),
            *LAW,
        ),
        sources=("JC-24", "XT-33"),
    ),
    Template(
        key="change_record",
        title="动态管理记录",
        fields=(
            *HEAD,
            *CASE,
            text("decision_no", "调整文号", required=True),
            text("recipient_no", "救助对象编号", required=True),
            choice("what_changed", "变化类别", CHANGE_KIND),
            text("reporter", "报告人"),
            day("reported_on", "报告日期"),
            text("change_facts", "变化情况"),
            text("reviewer", "核查人"),
            day("reviewed_at", "核查日期"),
            text("check_findings", "核查情况"),
            text("change_reason", "调整的理由"),
            choice("change_result", "决定", CHANGE_RESULT, required=True),
            money("amount_before", "原月救助金额", required=True),
            money("amount_after", "现月救助金额", required=True),
            text("decider", "确认人"),
            text("decision_org", "决定机关"),
            text("decision_opinion", "确认意见"),
            day("decided_at", "决定日期", required=True),
            text("seal_use_id", "用印登记"),
            month("effective_month", "生效月份"),
            lines("legal_basis", "依据"),
        ),
        sources=("JC-29", "JC-24"),
    ),
    Template(
        key="recovery_decision",
        title="追缴决定书",
        fields=(
            *HEAD,
            *CASE,
            text("recovery_no", "追缴编号", required=True),
            choice("recovery_cause", "追缴原因", RECOVERY_CAUSE, required=True),
            money("overpaid_amount", "应退金额", required=True),
            whole("instalment_count", "分期", required=True),
            day("due_recovery", "退款期限", required=True),
            text("recovery_reason", "事实和理由", required=True),
            text("statement", "当事人陈述"),
            day("decided_on", "决定日期", required=True),
            text("decider", "决定人"),
            *LAW,
        ),
        sources=("JC-14",),
    ),
)
