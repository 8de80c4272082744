"""Papers of a review: the household's sheet and the campaign's report."""

from __future__ import annotations

from tools.documents.findings import CASE_NUMBER
from tools.documents.letters import NUMBER
from tools.documents.paper import Band, Foot, Grid, Listing, Paper, Para, SignOff, Title, cell, column

REVIEWS: tuple[Paper, ...] = (
    Paper(
        key="review_form",
        form=True,
        blocks=(
            Title(text="{{ period }}{{ review_label }}表"),
            CASE_NUMBER,
            Grid(
                cells=(
                    cell("户主", "applicant_name"),
                    cell("身份证号", "applicant_id_masked"),
                    cell("救助类别", "programme"),
                    cell("救助对象编号", "recipient_no"),
                    cell("村（社区）", "village_name"),
                    cell("保障人数", "members"),
                    cell("村（社区）摸排", "village_opinion", wide=True),
                    cell("入户日期", "visited_on"),
                    cell("入户组长", "visitor"),
                    cell("入户核查", "visit_result", wide=True),
                    cell("信息核对", "verification", wide=True),
                    cell("复核前（每月）", "amount_before"),
                    cell("复核后（每月）", "new_amount"),
                    cell("复核结果", "review_result"),
                    cell("审核人", "reviewer"),
                    cell("理由", "reason_text", wide=True),
                    cell("确认人", "confirmer", wide=True),
                )
            ),
            Foot(text="复核结果与上期不同的，调整前另行书面告知本户，写明理由。本表归入一户一档。"),
            SignOff(lines=("{{ issuer }}（印章）", "{{ issued_on }}")),
        ),
    ),
    Paper(
        key="campaign_report",
        form=True,
        blocks=(
            Title(text="{{ town_name }}{{ period }}{{ review_label }}报告"),
            NUMBER,
            Grid(
                cells=(
                    cell("复核编号", "campaign_no"),
                    cell("名单截止日", "cut_off"),
                    cell("名单户数", "frozen"),
                    cell("已复核户数", "reviewed"),
                    cell("注销户数", "cancelled"),
                    cell("负责人", "head"),
                )
            ),
            Band(text="各村（社区）结果"),
            Listing(
                value="villages",
                columns=(
                    column("村（社区）", "village", 3),
                    column("户数", "households", figures=True),
                    column("维持", "keep", figures=True),
                    column("增发", "increase", figures=True),
                    column("减发", "decrease", figures=True),
                    column("渐退", "gradual_exit", figures=True),
                    column("停发", "stop", figures=True),
                    column("终止供养", "terminate_tekun", figures=True),
                    column("注销", "cancelled", figures=True),
                ),
            ),
            Band(text="调整明细", when="changes"),
            Listing(
                value="changes",
                columns=(
                    column("村（社区）", "village", 2),
                    column("档案编号", "household_no", 3),
                    column("结果", "result"),
                    column("原金额", "amount_before", 2, figures=True),
                    column("现金额", "new_amount", 2, figures=True),
                    column("理由", "reason", 3),
                ),
                when="changes",
            ),
            Band(text="复核情况"),
            Para(text="{{ report_text }}"),
            Band(text="问题和下一步", when="problems"),
            Para(text="{{ problems }}", when="problems"),
            Foot(text="名单户数等于已复核户数与注销户数之和，截止日在保对象没有遗漏。"),
            SignOff(lines=("{{ issuer }}（印章）", "{{ issued_on }}")),
        ),
    ),
)
