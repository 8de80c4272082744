"""What an applicant signs."""

from __future__ import annotations

from tools.documents.findings import CASE_NUMBER
from tools.documents.paper import (
    Addressee,
    Band,
    Blanks,
    Cell,
    Foot,
    Grid,
    Listing,
    Paper,
    Para,
    Title,
    cell,
    column,
    listed,
)

APPLICATIONS: tuple[Paper, ...] = (
    Paper(
        key="application_form",
        form=True,
        blocks=(
            Title(text="社会救助申请书"),
            CASE_NUMBER,
            Addressee(text="{{ issuer }}："),
            Grid(
                cells=(
                    cell("申请人", "applicant_name"),
                    cell("身份证号", "applicant_id_masked"),
                    cell("申请类别", "programme"),
                    cell("联系电话", "phone"),
                    cell("民族", "nation"),
                    cell("户籍性质", "hukou_type"),
                    cell("申请渠道", "channel"),
                    cell("申请日期", "apply_date"),
                    cell("户籍地址", "hukou_address", wide=True),
                    cell("现居住地址", "living_address", wide=True),
                    Cell(
                        label="代办人",
                        text="{{ agent_name }}{% if agent_relation %}（{{ agent_relation }}）{% endif %}",
                        wide=True,
                        when="agent_name",
                    ),
                )
            ),
            Band(text="共同生活家庭成员"),
            Listing(
                value="members",
                columns=(
                    column("姓名", "name", 2),
                    column("关系", "relation", 2),
                    column("身份证号", "id_masked", 4),
                    column("健康状况", "health", 2),
                    column("就业情况", "employment", 3),
                    column("月收入", "monthly_income", 2, figures=True),
                ),
            ),
            Band(text="赡养、抚养、扶养义务人", when="supporters"),
            Listing(
                value="supporters",
                columns=(
                    column("姓名", "name", 2),
                    column("关系", "relation", 2),
                    column("家庭月收入", "family_income", 2, figures=True),
                    column("履行义务能力", "ability", 2),
                ),
                when="supporters",
            ),
            Band(text="收入、财产和支出", when="income_items or assets or rigid_expenses"),
            Listing(
                value="income_items",
                columns=(
                    column("收入：成员", "member", 2),
                    column("类型", "type", 3),
                    column("金额", "amount", 2, figures=True),
                    column("周期", "period", 1),
                ),
                when="income_items",
            ),
            Listing(
                value="assets",
                columns=(
                    column("财产：类型", "type", 2),
                    column("所有人", "owner", 2),
                    column("价值", "value", 2, figures=True),
                    column("说明", "detail", 3),
                ),
                when="assets",
            ),
            Listing(
                value="rigid_expenses",
                columns=(
                    column("支出：类型", "type", 2),
                    column("每月金额", "amount", 2, figures=True),
                    column("说明", "note", 3),
                ),
                when="rigid_expenses",
            ),
            Band(text="申请理由和申报"),
            Grid(
                cells=(
                    cell("申请理由", "reason", wide=True),
                    listed("困难原因", "poverty_cause"),
                    cell("近亲属申报", "relatives", wide=True),
                    cell("发放账户", "bank_holder"),
                    Cell(label="开户行、账号", text="{{ bank_name }} {{ bank_account_masked }}"),
                )
            ),
            Para(text="以上情况属实。本人同意依法核对家庭经济状况，如有变化及时报告。"),
            Blanks(lines=("申请人签名：", "日期：")),
            Foot(text="录入：{{ entered_by }}。签字页的扫描件附在案件材料中。"),
        ),
    ),
    Paper(
        key="integrity_pledge",
        form=True,
        blocks=(
            Title(text="诚信承诺及家庭经济状况核对授权书"),
            CASE_NUMBER,
            Para(text="申请人{{ applicant_name }}及共同生活的家庭成员申请{{ programme }}，现承诺并授权如下："),
            Para(text="一、申报的家庭成员、收入、财产和支出真实、完整；家庭情况发生变化的，及时如实报告。"),
            Para(
                text="二、隐瞒、虚报或者伪造材料的，同意停止救助、退回已领取的救助金，"
                "承担相应的法律责任，并依照规定记入信用记录。"
            ),
            Para(
                text="三、授权民政部门和{{ issuer }}在申请和享受救助期间查询、核对家庭经济状况，"
                "范围包括：{{ scope | join('、') }}。"
            ),
            Para(text="四、核对结果只用于社会救助的审核和管理，经办人员负有保密义务。"),
            Listing(
                value="authorizers",
                columns=(
                    column("承诺和授权人", "member", 2),
                    column("身份证号", "id_masked", 4),
                    column("签署日期", "signed_on", 3),
                    column("代签监护人", "guardian", 2),
                    column("授权有效期至", "valid_to", 3),
                ),
            ),
            Blanks(lines=("签名（捺印）：", "日期：")),
            Foot(text="录入：{{ recorder }}。签字页的扫描件附在案件材料中。"),
        ),
    ),
)
