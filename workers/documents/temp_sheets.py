"""Papers of temporary assistance."""

from __future__ import annotations

from workers.documents.fields import Template, choice, instant, lines, money, text
from workers.documents.heads import CASE, HEAD
from workers.documents.words import DECISION, HARDSHIP, PAYER

TEMP_SHEETS: tuple[Template, ...] = (
    Template(
        key="temp_approval",
        title="临时救助审批表",
        fields=(
            *HEAD,
            *CASE,
            choice("hardship_type", "困难类型", HARDSHIP, required=True),
            text("hardship_facts", "困难情形", required=True),
            money("amount_requested", "申请金额"),
            text("review_opinion", "街镇审核意见"),
            text("reviewer", "审核人"),
            choice("decision", "决定", DECISION, required=True),
            text("decision_no", "决定编号", required=True),
            money("amount", "救助金额", required=True),
            money("limit_amount", "街镇确认限额"),
            text("decision_org", "确认机关", required=True),
            text("decider", "确认人", required=True),
            instant("decided_at", "确认时间", required=True),
            text("decision_opinion", "确认意见"),
            choice("payer", "发放单位", PAYER),
            lines("legal_basis", "依据"),
        ),
        sources=("NH-03", "NH-15", "NH-27"),
    ),
    Template(
        key="urgent_record",
        title="急难情形先行救助记录",
        fields=(
            *HEAD,
            *CASE,
            text("urgent_situation", "急难情形", required=True),
            lines("verifiers", "现场核实人", required=True),
            text("approver", "批准人", required=True),
            money("amount", "先行救助金额", required=True),
            instant("paid_at", "发放时间"),
            text("makeup_note", "补齐手续情况", required=True),
            text("officer", "补齐人", required=True),
        ),
        sources=("NH-14", "NH-15"),
    ),
)
