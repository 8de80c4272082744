"""Papers of dynamic management: notice, record, recovery."""

# ruff: noqa: E501 (a sentence of a letter stands on one line)

from __future__ import annotations

from tools.documents.letters import BASIS, HOTLINE, NUMBER, RECEIPT, SIGN_OFF, TO_APPLICANT, _law
from tools.documents.paper import Letterhead, Paper, Para, Title

CHANGES: tuple[Paper, ...] = (
    Paper(
        key="adjustment_notice",
        blocks=(
            Letterhead(),
            Title(text="调整（停发）告知书"),
            NUMBER,
            TO_APPLICANT,
            Para(
                text="你（户）享受的{{ programme }}（案号：{{ case_no }}），经核查，现决定：{{ change_result }}（{{ decision_no }}，{{ decided_on }}）。"
                "原月救助金额{{ amount_before }}元，自{{ effective_month }}起每月{{ amount_after }}元。"
            ),
            Para(text="一、理由", strong=True),
            Para(text="{% if what_changed %}{{ what_changed }}。{% endif %}{{ change_reason }}"),
            *_law("二", BASIS),
            HOTLINE,
            SIGN_OFF,
            RECEIPT,
        ),
    ),
    Paper(
        key="change_record",
        blocks=(
            Letterhead(),
            Title(text="动态管理记录"),
            NUMBER,
            Para(
                text="救助对象：{{ applicant_name }}（{{ applicant_id_masked }}），{{ programme }}，编号{{ recipient_no }}，案号{{ case_no }}。"
            ),
            Para(text="一、变化情况", strong=True),
            Para(
                text="{% if what_changed %}{{ what_changed }}。{% endif %}{% if reporter %}报告人：{{ reporter }}{% if reported_on %}（{{ reported_on }}）{% endif %}。{% endif %}{{ change_facts }}"
            ),
            Para(text="二、核查", strong=True),
            Para(
                text="{{ check_findings }}{% if reviewer %}核查人：{{ reviewer }}{% if reviewed_at %}（{{ reviewed_at }}）{% endif %}。{% endif %}"
            ),
            Para(text="三、决定", strong=True),
            Para(
                text="{{ change_result }}：原月救助金额{{ amount_before }}元，"
                "{% if effective_month %}自{{ effective_month }}起每月{{ amount_after }}元"
                "{% else %}先公示，期满以后另行决定，决定以前照发{% endif %}（{{ decision_no }}，{{ decided_at }}）。"
            ),
            Para(text="理由：{{ change_reason }}", when="change_reason"),
            Para(text="确认意见：{{ decision_opinion }}", when="decision_opinion"),
            Para(
                text="确认人：{{ decider }}{% if decision_org %}，决定机关：{{ decision_org }}{% endif %}。",
                when="decider",
            ),
            Para(text="用印登记：{{ seal_use_id }}。", when="seal_use_id"),
            Para(text="依据：{{ legal_basis | join('；') }}。", when="legal_basis"),
            SIGN_OFF,
        ),
    ),
    Paper(
        key="recovery_decision",
        blocks=(
            Letterhead(),
            Title(text="追缴决定书"),
            NUMBER,
            TO_APPLICANT,
            Para(
                text="经查，你（户）多领取{{ programme }}救助资金，案号{{ case_no }}，追缴原因：{{ recovery_cause }}（{{ recovery_no }}）。"
            ),
            Para(text="一、事实和理由", strong=True),
            Para(text="{{ recovery_reason }}"),
            Para(text="你（户）的陈述：{{ statement }}", when="statement"),
            Para(text="二、决定", strong=True),
            Para(
                text="应退回{{ overpaid_amount }}元，分{{ instalment_count }}期，于{{ due_recovery }}前退清；逾期不退的，依法申请强制执行。{% if decider %}决定人：{{ decider }}（{{ decided_on }}）。{% endif %}"
            ),
            Para(text="三、依据和救济途径", strong=True),
            Para(text=BASIS),
            Para(text="{{ remedy_text }}"),
            HOTLINE,
            SIGN_OFF,
            RECEIPT,
        ),
    ),
)
