"""Papers of a review: the household's sheet, the campaign's report (JC-30, JC-34)."""

from __future__ import annotations

from workers.documents.fields import Template, day, money, table, text, whole
from workers.documents.heads import CASE, HEAD

REVIEW_SHEETS: tuple[Template, ...] = (
    Template(
        key="review_form",
        title="复核表",
        fields=(
            *HEAD,
            *CASE,
            text("recipient_no", "救助对象编号", required=True),
            text("review_label", "复核类别", required=True),
            text("period", "复核期", required=True),
            whole("members", "保障人数", required=True),
            text("village_opinion", "村（社区）摸排", required=True),
            day("visited_on", "入户日期"),
            text("visitor", "入户组长"),
            text("visit_result", "入户核查"),
            text("verification", "信息核对", required=True),
            money("amount_before", "复核前月救助金额", required=True),
            money("new_amount", "复核后月救助金额", required=True),
            text("review_result", "复核结果", required=True),
            text("reason_text", "理由", required=True),
            text("reviewer", "审核人"),
            text("confirmer", "确认人", required=True),
        ),
        sources=("JC-30", "JC-34"),
    ),
    Template(
        key="campaign_report",
        title="复核报告",
        fields=(
            *HEAD,
            text("campaign_no", "复核编号", required=True),
            text("review_label", "复核类别", required=True),
            text("period", "复核期", required=True),
            day("cut_off", "名单截止日", required=True),
            whole("frozen", "名单户数", required=True),
            whole("reviewed", "已复核户数", required=True),
            whole("cancelled", "注销户数", required=True),
            table(
                "villages",
                "各村（社区）结果",
                text("village", "村（社区）", required=True),
                whole("households", "户数", required=True),
                whole("keep", "维持"),
                whole("increase", "增发"),
                whole("decrease", "减发"),
                whole("gradual_exit", "渐退"),
                whole("stop", "停发"),
                whole("terminate_tekun", "终止供养"),
                whole("cancelled", "注销"),
                required=True,
            ),
            table(
                "changes",
                "调整明细",
                text("village", "村（社区）"),
                text("household_no", "档案编号", required=True),
                text("result", "结果", required=True),
                money("amount_before", "原金额"),
                money("new_amount", "现金额"),
                text("reason", "理由"),
            ),
            text("report_text", "复核情况", required=True),
            text("problems", "问题和下一步"),
            text("head", "负责人", required=True),
        ),
        sources=("JC-34", "JC-39"),
    ),
)
