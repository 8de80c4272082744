"""The letter by which somebody has others apply (JC-06), and the papers of petitions (NH-26, QJ-13)."""

from __future__ import annotations

from workers.documents.fields import Template, day, lines, text, whole
from workers.documents.heads import CASE, HEAD

PETITION_SHEETS: tuple[Template, ...] = (
    Template(
        key="application_letter",
        title="申请委托书",
        fields=(
            *HEAD,
            *CASE,
            text("entrust_reason", "不能亲自申请的原因", required=True),
            text("entrustee_kind", "受委托人类别", required=True),
            text("entrustee_name", "受委托人", required=True),
            text("entrustee_phone", "受委托人电话", required=True),
            day("letter_signed_on", "签署日期", required=True),
            whole("scan_count", "签字页份数", required=True),
        ),
        sources=("JC-06", "NH-33"),
    ),
    Template(
        key="petition_transfer",
        title="信访转办单",
        fields=(
            *HEAD,
            text("petition_no", "登记号", required=True),
            text("transfer_to", "承办单位", required=True),
            text("petition_kind", "类别", required=True),
            text("petition_content", "反映的问题", required=True),
            text("transfer_note", "转办意见", required=True),
            day("due_petition", "办结期限", required=True),
            text("transferred_by", "转办人", required=True),
        ),
        sources=("NH-11", "QJ-13", "JC-19"),
    ),
    Template(
        key="petition_reply",
        title="信访答复书",
        fields=(
            *HEAD,
            text("petition_no", "登记号", required=True),
            text("addressee", "来信来访人", required=True),
            day("received_on", "收到日期", required=True),
            text("petition_content", "反映的问题", required=True),
            text("petition_findings", "查明的情况", required=True),
            text("petition_result", "查实结果", required=True),
            text("reply_text", "答复意见", required=True),
            lines("legal_basis", "依据"),
            text("petition_remedy", "救济途径", required=True),
        ),
        sources=("NH-26", "QJ-13", "JC-11", "XX-32"),
    ),
)
