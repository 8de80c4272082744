"""Papers of temporary assistance."""

from __future__ import annotations

from tools.documents.findings import CASE_NUMBER, HOUSEHOLD
from tools.documents.paper import Band, Cell, Grid, Paper, SignOff, Title, cell, listed

TEMPORARY: tuple[Paper, ...] = (
    Paper(
        key="temp_approval",
        form=True,
        blocks=(
            Title(text="临时救助审批表"),
            CASE_NUMBER,
            Grid(
                cells=(
                    *HOUSEHOLD,
                    cell("救助类别", "programme"),
                    cell("困难类型", "hardship_type"),
                    cell("困难情形", "hardship_facts", wide=True),
                    cell("申请金额", "amount_requested"),
                    cell("审核人", "reviewer"),
                    cell("街镇审核意见", "review_opinion", wide=True),
                )
            ),
            Band(text="审核确认"),
            Grid(
                cells=(
                    cell("决定", "decision"),
                    cell("救助金额", "amount"),
                    cell("决定编号", "decision_no"),
                    cell("街镇确认限额", "limit_amount"),
                    cell("确认机关", "decision_org"),
                    cell("发放单位", "payer"),
                    cell("意见", "decision_opinion", wide=True),
                    Cell(label="依据", text="{{ legal_basis | join('；') or '—' }}", wide=True),
                    cell("确认人", "decider"),
                    cell("确认时间", "decided_at"),
                )
            ),
            SignOff(lines=("{{ issuer }}（印章）", "{{ issued_on }}")),
        ),
    ),
    Paper(
        key="urgent_record",
        form=True,
        blocks=(
            Title(text="急难情形先行救助记录"),
            CASE_NUMBER,
            Grid(
                cells=(
                    *HOUSEHOLD,
                    cell("救助类别", "programme"),
                    cell("先行救助金额", "amount"),
                    cell("急难情形", "urgent_situation", wide=True),
                    listed("现场核实人", "verifiers"),
                    cell("批准人", "approver"),
                    cell("发放时间", "paid_at"),
                    cell("补齐手续情况", "makeup_note", wide=True),
                    cell("补齐人", "officer", wide=True),
                )
            ),
            SignOff(lines=("{{ issuer }}（印章）", "{{ issued_on }}")),
        ),
    ),
)
