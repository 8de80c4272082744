"""Letters: an organ entrusts decisions to a town (5.14 b), an applicant an agent (5.14 a); a filed plan (XX-67)."""

from __future__ import annotations

from workers.documents.fields import Template, day, lines, table, text
from workers.documents.heads import HEAD

LETTER = (
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
)

ENTRUSTMENT_SHEETS: tuple[Template, ...] = (
    Template(
        key="entrustment_letter",
        title="行政审批事项委托书",
        fields=(*HEAD, *LETTER),
        sources=("QJ-01", "QJ-30", "QJ-41"),
    ),
    Template(
        key="delegation_letter",
        title="放权委托书",
        fields=(*HEAD, *LETTER),
        sources=("XT-03", "XT-11"),
    ),
    Template(
        key="responsibility_letter",
        title="放权责任书",
        fields=(*HEAD, text("responsibility_no", "责任书编号", required=True), *LETTER),
        sources=("XT-12", "XT-18"),
    ),
    Template(
        key="agency_letter",
        title="代办委托书",
        fields=(
            *HEAD,
            text("case_no", "办件编号", required=True),
            text("agency_letter_no", "委托书编号", required=True),
            text("principal_name", "委托人", required=True),
            text("principal_id_masked", "委托人身份证号（部分隐去）", required=True),
            text("agent_name", "代办员", required=True),
            text("agent_unit", "代办员所在单位", required=True),
            lines("agency_items", "代办事项", required=True),
            lines("agency_groups", "重点服务对象"),
            lines("papers_needed", "须由委托人本人填写的材料", required=True),
            day("valid_from", "生效日期", required=True),
            day("valid_to", "失效日期", required=True),
            lines("legal_basis", "依据", required=True),
        ),
        sources=("XT-01", "XT-23"),
    ),
    Template(
        key="pilot_plan",
        title="综合改革试点工作方案备案表",
        fields=(
            *HEAD,
            text("case_no", "办件编号", required=True),
            text("town_name", "乡镇（办事处、新型社区）", required=True),
            text("plan_title", "方案名称", required=True),
            text("plan_text", "具体方案", required=True),
            table(
                "tasks",
                "任务清单",
                text("task", "任务", required=True),
                text("task_person", "责任人", required=True),
                day("task_due", "时限", required=True),
                required=True,
            ),
            text("made_by", "制定人", required=True),
            text("filed_by", "备案人", required=True),
            day("filed_on", "备案日期", required=True),
            lines("legal_basis", "依据", required=True),
        ),
        sources=("XX-67",),
    ),
)
