"""The papers of an office's year: the month's ranking, the award, the list of dishonesty, two lists compared."""

from __future__ import annotations

from workers.documents.fields import Template, day, lines, table, text, whole
from workers.documents.heads import HEAD, LAW

SCORE = (
    text("rank", "名次", required=True),
    text("unit", "单位", required=True),
    text("score", "得分", required=True),
    text("deductions", "扣分", required=True),
)

YEAR_SHEETS: tuple[Template, ...] = (
    Template(
        key="ranking_sheet",
        title="社会救助工作月度排序表",
        fields=(
            *HEAD,
            text("period", "月份", required=True),
            table("ranking_rows", "镇街排序", *SCORE, required=True),
            table("department_rows", "部门量化指标", *SCORE),
            text("opinion", "核定意见", required=True),
            text("checked_by", "核定人", required=True),
            lines("legal_basis", "依据", required=True),
        ),
        sources=("XX-16", "XX-36", "XX-59", "XX-63"),
    ),
    Template(
        key="award_plan",
        title="以奖代补方案",
        fields=(
            *HEAD,
            text("award_year", "年度", required=True),
            text("weight", "平时考评权重", required=True),
            table(
                "award_rows",
                "奖补",
                text("rank", "名次"),
                text("unit", "单位"),
                text("mean", "平时得分"),
                text("work", "工作情况"),
                text("total", "综合得分"),
                text("amount", "金额（元）"),
                required=True,
            ),
            table(
                "fund_rows",
                "资金来源",
                text("source", "来源"),
                text("amount", "金额（元）"),
                text("basis", "文号或者依据"),
                required=True,
            ),
            text("total_amount", "合计（元）", required=True),
            text("award_text", "说明", required=True),
            text("proposed_by", "提出人", required=True),
            text("funds_by", "资金落实人", required=True),
            lines("legal_basis", "依据", required=True),
        ),
        sources=("XX-60", "XX-64"),
    ),
    Template(
        key="blacklist_notice",
        title="拟列入失信名单告知书",
        fields=(
            *HEAD,
            text("case_no", "编号", required=True),
            text("addressee", "当事人", required=True),
            text("id_masked", "身份证号（部分隐去）"),
            text("blacklist_facts", "失信事实", required=True),
            text("blacklist_effect", "列入后的影响", required=True),
            whole("appeal_days", "申辩期限（日）", required=True),
            text("collected_by", "核实人", required=True),
            lines("legal_basis", "依据", required=True),
        ),
        sources=("XX-25",),
    ),
    Template(
        key="blacklist_decision",
        title="失信名单决定书",
        fields=(
            *HEAD,
            text("case_no", "编号", required=True),
            text("addressee", "当事人", required=True),
            text("blacklist_facts", "失信事实", required=True),
            text("appeal_text", "当事人申辩", required=True),
            text("decision_words", "决定", required=True),
            day("valid_from", "起"),
            day("valid_to", "止"),
            text("decision_reason", "理由", required=True),
            text("blacklist_effect", "影响", required=True),
            text("decided_by", "决定人", required=True),
            *LAW,
        ),
        sources=("XX-25",),
    ),
    Template(
        key="two_systems_sheet",
        title="农村低保与扶贫两项制度双清差异表",
        fields=(
            *HEAD,
            text("period", "季度", required=True),
            whole("only_dibao", "仅在低保", required=True),
            whole("only_poverty", "仅在扶贫", required=True),
            whole("both", "两项都在", required=True),
            table(
                "difference_rows",
                "差异",
                text("side", "所在系统"),
                text("name", "姓名"),
                text("village", "村（社区）"),
                text("conclusion", "核查结论"),
                text("note", "说明"),
            ),
            text("checked_by", "核查人", required=True),
        ),
        sources=("XX-52", "XX-53"),
    ),
)
