"""议事协商 and 近亲属 papers: minutes of panel and party committee, relatives register, recognition of low income."""

from __future__ import annotations

from workers.documents.fields import Template, choice, day, instant, lines, money, table, text, whole, yes_no
from workers.documents.heads import CASE, HEAD
from workers.documents.words import DECISION, PANEL_KIND, PANEL_VOTE, RELATIVE, REVIEW_RESULT, STAFF_POST

OPINIONS = table(
    "members",
    "成员意见",
    text("name", "姓名", required=True),
    choice("kind", "类别", PANEL_KIND, required=True),
    text("post", "职务"),
    choice("vote", "意见", PANEL_VOTE, required=True),
    text("opinion", "理由"),
    text("signed", "签名方式"),
    required=True,
)

PANEL_SHEETS: tuple[Template, ...] = (
    Template(
        key="panel_minutes",
        title="社会救助审批确认议事协商会议纪要",
        fields=(
            *HEAD,
            *CASE,
            day("meeting_on", "会议日期", required=True),
            text("meeting_place", "会议地点"),
            whole("panel_size", "成员人数", required=True),
            text("size_reason", "人数不在一般范围内的理由"),
            choice("review_result", "审核意见", REVIEW_RESULT),
            OPINIONS,
            choice("decision", "议事协商结果", DECISION, required=True),
            money("amount_monthly", "月救助金额"),
            text("amount_reason", "调整金额的理由"),
            text("reason_text", "不同意的理由"),
            text("back_reason", "需要补充调查的事项"),
            text("decision_opinion", "议事协商意见"),
            text("minutes_text", "会议记录", required=True),
            text("chair", "签发人", required=True),
            instant("signed_at", "签发时间"),
            lines("legal_basis", "依据"),
        ),
        sources=("NH-20",),
    ),
    Template(
        key="party_minutes",
        title="党（工）委会关于社会救助审批的纪要",
        fields=(
            *HEAD,
            *CASE,
            day("committee_on", "会议日期", required=True),
            text("committee_no", "会议编号", required=True),
            text("committee_chair", "主持人", required=True),
            OPINIONS,
            text("reexaminer", "重新审查人", required=True),
            text("reexamination_findings", "重新审查情况", required=True),
            text("reexamination_changes", "与原审核不同之处"),
            choice("decision", "最终审批意见", DECISION, required=True),
            money("amount_monthly", "月救助金额"),
            text("amount_reason", "调整金额的理由"),
            text("decision_opinion", "意见", required=True),
            text("reason_text", "不同意的理由"),
            text("recorder", "录入人", required=True),
            lines("legal_basis", "依据"),
        ),
        sources=("NH-21",),
    ),
    Template(
        key="relatives",
        title="社会救助经办人员和村（居）干部近亲属备案表",
        fields=(
            *HEAD,
            *CASE,
            table(
                "relations",
                "近亲属关系",
                text("staff_name", "经办人员或干部", required=True),
                choice("post", "职务", STAFF_POST),
                choice("relation", "关系", RELATIVE),
                yes_no("declared", "本人申报"),
                required=True,
            ),
            instant("visited_at", "区级入户时间", required=True),
            lines("investigators", "区级入户人员", required=True),
            yes_no("visit_passed", "情况属实", required=True),
            text("visit_opinion", "核查意见", required=True),
            text("officer", "核查意见出具人", required=True),
        ),
        sources=("NH-13", "NH-49"),
    ),
    Template(
        key="low_income_certificate",
        title="低收入家庭认定书",
        fields=(
            *HEAD,
            *CASE,
            text("decision_no", "决定编号", required=True),
            day("decided_on", "认定日期", required=True),
            whole("members_covered", "家庭人口", required=True),
            money("per_capita_income", "家庭月人均收入"),
            money("amount_monthly", "月救助金额"),
            day("valid_to", "有效期至", required=True),
            lines("legal_basis", "依据"),
        ),
        sources=("NH-01", "NH-51", "XX-56"),
    ),
)
