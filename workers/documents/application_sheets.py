"""What an applicant signs: the application (5.1), and the pledge with the authorisation to check (5.2)."""

from __future__ import annotations

from workers.documents.fields import Template, choice, day, lines, money, table, text
from workers.documents.heads import CASE, HEAD
from workers.documents.words import (
    ASSET_TYPE,
    CHANNEL,
    EMPLOYMENT,
    EXPENSE_TYPE,
    HEALTH,
    HUKOU_TYPE,
    INCOME_PERIOD,
    INCOME_TYPE,
    RELATION,
    SUPPORT_ABILITY,
)

APPLICATION_SHEETS: tuple[Template, ...] = (
    Template(
        key="application_form",
        title="社会救助申请书",
        fields=(
            *HEAD,
            *CASE,
            choice("channel", "申请渠道", CHANNEL),
            text("phone", "联系电话"),
            text("nation", "民族"),
            choice("hukou_type", "户籍性质", HUKOU_TYPE),
            text("hukou_address", "户籍地址"),
            text("living_address", "现居住地址"),
            text("agent_name", "代办人（受托人）"),
            text("agent_relation", "代办人与申请人关系或所在单位"),
            table(
                "members",
                "共同生活家庭成员",
                text("name", "姓名", required=True),
                choice("relation", "与申请人关系", RELATION),
                text("id_masked", "身份证号（部分隐去）"),
                choice("health", "健康状况", HEALTH),
                choice("employment", "就业情况", EMPLOYMENT),
                money("monthly_income", "月收入"),
                required=True,
            ),
            table(
                "supporters",
                "赡养、抚养、扶养义务人",
                text("name", "姓名", required=True),
                choice("relation", "与申请人关系", RELATION),
                money("family_income", "家庭月收入"),
                choice("ability", "履行义务能力", SUPPORT_ABILITY),
            ),
            table(
                "income_items",
                "家庭收入",
                text("member", "成员"),
                choice("type", "类型", INCOME_TYPE),
                money("amount", "金额"),
                choice("period", "周期", INCOME_PERIOD),
            ),
            table(
                "assets",
                "家庭财产",
                choice("type", "类型", ASSET_TYPE),
                text("owner", "所有人"),
                money("value", "价值"),
                text("detail", "说明"),
            ),
            table(
                "rigid_expenses",
                "每月刚性支出",
                choice("type", "类型", EXPENSE_TYPE),
                money("amount", "每月金额"),
                text("note", "说明"),
            ),
            text("reason", "申请理由"),
            lines("poverty_cause", "困难原因"),
            text("relatives", "与经办人员、村（居）干部的近亲属关系"),
            text("bank_holder", "发放账户户名"),
            text("bank_name", "开户行"),
            text("bank_account_masked", "账号（部分隐去）"),
            day("apply_date", "申请日期"),
            text("entered_by", "录入人", required=True),
        ),
        sources=("NH-22", "JC-09", "XT-30"),
    ),
    Template(
        key="integrity_pledge",
        title="诚信承诺及家庭经济状况核对授权书",
        fields=(
            *HEAD,
            *CASE,
            table(
                "authorizers",
                "承诺和授权的人",
                text("member", "姓名", required=True),
                text("id_masked", "身份证号（部分隐去）"),
                day("signed_on", "签署日期", required=True),
                text("guardian", "代签监护人"),
                day("valid_to", "授权有效期至"),
                required=True,
            ),
            lines("scope", "授权核对的范围", required=True),
            text("recorder", "录入人", required=True),
        ),
        sources=("XX-25", "XT-20", "XT-30"),
    ),
)
