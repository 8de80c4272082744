"""Variable names that several topics share, so that one name has one type and one Chinese label everywhere."""

from __future__ import annotations

from jiuzhu.domain.topics import Name

DUE_SIMPLE = Name(name="due_simple", type="date", label="一般事项办理期限")

PROGRAMMES = ("dibao", "tekun", "low_income", "temp_urgent", "temp_expenditure")
DECISIONS = ("", "granted", "refused", "back", "revoked")

PROGRAMME = Name(name="programme", type="string", label="救助项目", choices=PROGRAMMES)
TOWN = Name(name="town", type="string", label="管辖镇（街道）")
INTAKE_TOWN = Name(name="intake_town", type="string", label="受理镇（街道）")
VILLAGE = Name(name="village", type="string", label="村（社区）")
RULE_PROFILE = Name(name="rule_profile", type="string", label="适用规则", required=False)
ACCEPTED_AT = Name(name="accepted_at", type="date", label="受理时间", required=False)
AUTHORITY_LEVEL = Name(name="authority_level", type="string", label="确认层级", required=False)
DECISION = Name(name="decision", type="string", label="决定", required=False, choices=DECISIONS)
DECISION_NO = Name(name="decision_no", type="string", label="决定文号", required=False)
DECISION_ORG = Name(name="decision_org", type="string", label="作出决定的机关")
AMOUNT_MONTHLY = Name(name="amount_monthly", type="money", label="月救助金额", required=False)
CARE_LEVEL = Name(
    name="care_level", type="string", label="生活自理能力", required=False, choices=("", "full", "partial", "none")
)
NOTICE_NO = Name(name="notice_no", type="string", label="公示编号", required=False)
NOTICE_END = Name(name="notice_end", type="date", label="公示截止时间", required=False)
OPEN_OBJECTIONS = Name(name="open_objections", type="integer", label="未处理异议数")
FILING_NO = Name(name="filing_no", type="string", label="备案编号", required=False)
FILING_STATE = Name(name="filing_state", type="string", label="备案状态", choices=("build", "merged", "sent", "filed"))
VERIFICATION_RESULT = Name(
    name="verification_result",
    type="string",
    label="核对结果",
    required=False,
    choices=("", "clean", "doubt", "failed"),
)
PAYER = Name(name="payer", type="string", label="发放单位", required=False)
EFFECTIVE_MONTH = Name(name="effective_month", type="string", label="起发月份")
LETTER_KIND = Name(name="letter_kind", type="string", label="告知文书", required=False)
STOP_KIND = Name(
    name="stop_kind",
    type="string",
    label="终止原因",
    required=False,
    choices=("", "withdrawn", "died", "non_cooperation"),
)
STOP_FACTS = Name(name="stop_facts", type="string", label="终止事实", required=False)
POLICY_REF = Name(name="policy_ref", type="string", label="所用政策参数")
VIOLATION_KIND = Name(name="violation_kind", type="string", label="违规情形", required=False)
VIOLATION_UNIT = Name(name="violation_unit", type="string", label="责任单位", required=False)
VIOLATION_FACTS = Name(name="violation_facts", type="string", label="线索事实", required=False)
SOURCE_RECORD_NO = Name(name="source_record_no", type="string", label="来源编号", required=False)
