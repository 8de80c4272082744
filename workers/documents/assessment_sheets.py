"""Papers of the many-sided assessment, the service plan, the case conference and the look-back at a recognition."""

from __future__ import annotations

from jiuzhu.domain.words import AID_FORMS, CONFERENCE_RESULTS, DIMENSION_LEVELS, DIMENSIONS, REFERRAL_ITEMS
from workers.documents.fields import Template, choice, day, instant, lines, money, table, text
from workers.documents.heads import CASE, HEAD

BALANCE = {"surplus": "收大于支", "even": "收支基本持平", "deficit": "入不敷出"}
WORK = {
    "working": "有劳动能力并稳定就业",
    "unstable": "有劳动能力，就业不稳定",
    "limited": "劳动能力受限",
    "unable": "无劳动能力",
}
LIVING = {"good": "较好", "fair": "一般", "poor": "较差"}
VENUE = {"joint": "区社会救助联席会议", "departments": "相关部门会商"}
EFFECT = {"improved": "困难缓解", "stable": "基本稳定", "worse": "困难加重"}
NEXT = {"keep": "继续现有措施", "apply": "指导申请低保、特困或临时救助", "end": "不再需要帮扶"}
ITEM = {**REFERRAL_ITEMS, "self": "本次申请"}

MEETING = (
    lines("reasons", "会商情形", required=True),
    choice("venue", "会商方式", VENUE, required=True),
    day("meeting_on", "会商日期", required=True),
    text("meeting_place", "会商地点", required=True),
    lines("departments", "参加部门", required=True),
)

ASSESSMENT_SHEETS: tuple[Template, ...] = (
    Template(
        key="six_dim",
        title="社会救助六维三类评估表",
        fields=(
            *HEAD,
            *CASE,
            day("assessed_on", "评估日期", required=True),
            table(
                "dimensions",
                "六个维度",
                choice("dimension", "维度", DIMENSIONS, required=True),
                choice("level", "程度", DIMENSION_LEVELS, required=True),
                text("note", "说明"),
                required=True,
            ),
            choice("balance_class", "收支状况", BALANCE, required=True),
            text("balance_note", "收支说明"),
            choice("work_class", "健康及就业状况", WORK, required=True),
            text("work_note", "健康及就业说明"),
            choice("living_class", "生活环境", LIVING, required=True),
            text("living_note", "生活环境说明"),
            text("main_cause", "致贫主要原因", required=True),
            money("per_capita_income", "家庭月人均收入"),
            table(
                "needs",
                "列出的需求",
                choice("dimension", "维度", DIMENSIONS, required=True),
                choice("referral_item", "救助事项", ITEM, required=True),
                choice("aid_form", "救助形式", AID_FORMS, required=True),
            ),
            text("assessor", "评估人", required=True),
        ),
        sources=("XX-46", "XX-47", "XX-85"),
    ),
    Template(
        key="service_plan",
        title="综合救助服务计划",
        fields=(
            *HEAD,
            *CASE,
            lines("aid_forms", "救助形式", required=True),
            text("plan_text", "服务计划", required=True),
            table(
                "referrals",
                "转办相关部门",
                choice("referral_item", "事项", ITEM, required=True),
                text("content", "内容", required=True),
                text("department", "部门"),
            ),
            text("planner", "制定人", required=True),
        ),
        sources=("XX-04", "XX-10"),
    ),
    Template(
        key="conference_notice",
        title="个案会商通知",
        fields=(
            *HEAD,
            *CASE,
            *MEETING,
            text("question", "需要会商的问题", required=True),
            text("convener", "召集人", required=True),
        ),
        sources=("XX-11", "XX-12"),
    ),
    Template(
        key="conference_minutes",
        title="个案会商纪要",
        fields=(
            *HEAD,
            *CASE,
            *MEETING,
            text("attendees", "参加人员", required=True),
            table(
                "views",
                "部门意见",
                text("department", "部门", required=True),
                text("person", "承办人"),
                text("view", "意见", required=True),
                text("measure", "可落实的措施"),
                required=True,
            ),
            choice("conference_result", "会商结论", CONFERENCE_RESULTS, required=True),
            text("conference_opinion", "会商意见", required=True),
            table(
                "measures",
                "综合帮扶措施",
                text("measure", "措施", required=True),
                text("department", "责任部门", required=True),
                day("due_on", "完成期限", required=True),
            ),
            text("recorder", "记录人", required=True),
            instant("signed_at", "签字时间"),
            lines("legal_basis", "依据"),
        ),
        sources=("XX-12", "XX-13"),
    ),
    Template(
        key="followup_eval",
        title="低收入家庭后续保障综合评估表",
        fields=(
            *HEAD,
            *CASE,
            day("evaluated_on", "评估日期", required=True),
            choice("effect", "措施效果", EFFECT, required=True),
            text("effect_facts", "事实", required=True),
            text("continuing_needs", "仍有的需求"),
            choice("next_measure", "下一步", NEXT, required=True),
            text("evaluation", "综合评估意见", required=True),
            text("evaluator", "评估人", required=True),
        ),
        sources=("XX-56",),
    ),
)
