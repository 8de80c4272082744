"""Chinese words of codes that screens show beside a form; what a form's own options say is read from the form."""

from __future__ import annotations

from collections.abc import Mapping

MEANS_SOURCES: Mapping[str, str] = {
    "household_register": "户籍",
    "tax": "纳税",
    "social_insurance": "社会保险",
    "real_estate": "不动产",
    "market_entity": "市场主体",
    "housing_fund": "住房公积金",
    "vehicle": "车船",
    "bank_deposit": "银行存款",
    "commercial_insurance": "商业保险",
    "securities": "证券",
    "internet_finance": "互联网金融",
}
MEANS_RESULTS: Mapping[str, str] = {"clean": "无异常", "doubt": "疑点", "mismatch": "不符合", "timeout": "超时未反馈"}
PROGRAMMES: Mapping[str, str] = {
    "dibao": "最低生活保障",
    "tekun": "特困人员救助供养",
    "low_income": "低收入家庭救助",
    "temp_urgent": "临时救助（急难型）",
    "temp_expenditure": "临时救助（支出型）",
}
"""In full, as citizens read them; the short words of case numbers are a setting."""
PANEL_KINDS: Mapping[str, str] = {
    "head": "主要领导",
    "deputy": "分管领导",
    "civil": "民政部门工作人员",
    "village": "村（居）委会工作人员",
}
PANEL_VOTES: Mapping[str, str] = {
    "agree": "同意",
    "refuse": "不同意",
    "back": "退回补充调查",
    "disputed": "有争议",
    "report": "汇报调查情况，不表决",
    "recused": "回避",
}
FIVE_HAVES: Mapping[str, str] = {
    "has_organisation": "经办机构",
    "has_handlers": "经办人员",
    "has_funds": "工作经费",
    "has_premises": "办公场所",
    "has_rules": "完善的规章制度",
}
"""Key of the readiness checklist → what a town must have (五有, NH-46); ``<key>_evidence`` holds the proof."""
SIGNING_WAYS: Mapping[str, str] = {"login": "本人签名", "paper": "纸质签字"}
STAFF_POSTS: Mapping[str, str] = {
    "county_handler": "区级经办人员",
    "county_leader": "区级领导",
    "town_handler": "镇（街道）经办人员",
    "town_leader": "镇（街道）领导",
    "village_cadre": "村（居）干部",
}
NEAR_RELATIONS: Mapping[str, str] = {
    "spouse": "配偶",
    "parent": "父母",
    "child": "子女",
    "sibling": "兄弟姐妹",
    "grandparent": "祖父母",
    "maternal_grandparent": "外祖父母",
    "grandchild": "孙子女",
    "maternal_grandchild": "外孙子女",
}
HARDSHIPS: Mapping[str, str] = {
    "illness": "突发重病",
    "accident": "意外伤害",
    "disaster": "火灾等灾害",
    "education": "就学支出",
    "other": "其他",
}
REFERRAL_ITEMS: Mapping[str, str] = {
    "employment": "就业救助",
    "education": "教育救助",
    "housing": "住房救助",
    "medical": "医疗救助（疾病应急救助）",
    "health": "卫生健康服务",
    "disability": "残疾人救助和保障",
    "disaster": "受灾人员救助",
    "poverty": "扶贫开发",
    "family_planning": "计划生育扶助",
    "land": "国土规划事项",
    "social_affairs": "社会事务",
    "income_standard": "收入测算标准",
    "funds": "资金保障",
    "social_force": "社会力量参与帮扶",
    "measure": "会商确定的帮扶措施",
    "other": "其他事项",
}
"""What may be handed on to another department; which department answers is a dated table of the district (XX-09)."""
REFERRAL_RESULTS: Mapping[str, str] = {"done": "已办理", "not_eligible": "不符合条件", "explained": "已解答政策"}
REFERRAL_STATES: Mapping[str, str] = {
    "sent": "部门办理中",
    "rejected": "部门退回，待改派",
    "handled": "已办理，待答复群众",
    "replied": "已答复",
    "stopped": "办件已终止",
}
WINDOW_ITEMS: Mapping[str, str] = {
    "dibao": "最低生活保障",
    "tekun": "特困人员供养",
    "disaster": "受灾人员救助",
    "medical": "医疗救助",
    "education": "教育救助",
    "housing": "住房救助",
    "employment": "就业救助",
    "temporary": "临时救助",
    "social_force": "社会力量参与",
    "low_income": "低收入家庭认定",
    "other": "其他咨询",
}
"""The window's catalogue: eight kinds of aid and one (XX-81), and what else people ask for."""
WINDOW_CHANNELS: Mapping[str, str] = {"window": "坐诊", "phone": "电话", "home": "出诊"}
WINDOW_RESULTS: Mapping[str, str] = {"answer": "当场答复", "handle": "当场受理", "refer": "转办", "home": "预约上门"}
WINDOW_OUTCOMES: Mapping[str, str] = {
    "answered": "已答复",
    "started": "已受理申请",
    "dropped": "群众决定不申请",
    "done": "部门已办理",
    "not_eligible": "部门答复不符合条件",
    "explained": "部门已解答",
    "served": "已上门办理",
    "apply": "上门受理申请",
}
HOME_REASONS: Mapping[str, str] = {"old": "老", "weak": "弱", "ill": "病", "disabled": "残", "pregnant": "孕"}
HOME_RESULTS: Mapping[str, str] = {"served": "已答复、已办理", "apply": "提出救助申请", "absent": "没有见到，另约时间"}
REPLY_WAYS: Mapping[str, str] = {"face": "当面", "phone": "电话", "letter": "书面"}
DIMENSIONS: Mapping[str, str] = {
    "economy": "经济状况",
    "health": "健康状况",
    "education": "教育状况",
    "housing": "居住状况",
    "employment": "就业状况",
    "social": "社会参与",
}
"""六维 (XX-47)."""
DIMENSION_LEVELS: Mapping[str, str] = {"1": "良好", "2": "较好", "3": "一般", "4": "较困难", "5": "很困难"}
AID_FORMS: Mapping[str, str] = {
    "material": "物质保障",
    "care": "生活照料",
    "comfort": "精神慰藉",
    "counselling": "心理疏导",
    "ability": "能力提升",
    "inclusion": "社会融入",
}
"""Six forms of aid (XX-04)."""
CONFERENCE_REASONS: Mapping[str, str] = {
    "urgent": "情形急难",
    "over_cap": "救助额度超出封顶线",
    "several": "涉及同时实施两种以上救助",
    "complex": "情况复杂、难以甄别和界定",
}
"""What makes the bureau convene a case conference (XX-11)."""
CONFERENCE_RESULTS: Mapping[str, str] = {
    "support": "建议给予救助",
    "not_support": "不建议给予救助",
    "clarify": "情况不清，先补充核查",
}
FILING_KINDS: Mapping[str, str] = {"new": "新增", "change": "变更", "cancel": "注销"}
EVENT_KINDS: Mapping[str, str] = {
    "withdrawal": "撤回申请",
    "withdrawn": "撤回申请",
    "death": "死亡报告",
    "died": "死亡报告",
    "change": "家庭情况变化",
}
LIFE_SOURCES: Mapping[str, str] = {"death_register": "死亡登记信息", "living_check": "人脸识别（生存认证）"}
"""Who is asked before money is paid whether a person is alive (XX-48, XX-49)."""
BATCH_STATES: Mapping[str, str] = {
    "built": "编制中",
    "made": "待复核",
    "checked": "待报送银行",
    "sent": "等待银行回盘",
    "posted": "已发放",
    "void": "本月无发放",
}
LINE_STATES: Mapping[str, str] = {
    "planned": "待发放",
    "excluded": "不予发放",
    "sent": "已报送银行",
    "paid": "已到账",
    "failed": "发放失败",
    "repaired": "已更正，待补发",
}
PAYERS: Mapping[str, str] = {
    "district": "区（市）民政局",
    "county": "区（市）民政局",
    "city": "市民政局",
    "town": "镇（街道）",
}
VISIT_OUTCOMES: Mapping[str, str] = {"met": "见到住户", "absent": "未见到住户", "refused": "住户拒绝配合"}
CASE_STATUSES: Mapping[str, str] = {
    "open": "办理中",
    "awaiting_materials": "等待补正",
    "checked": "材料齐全",
    "accepted": "已受理",
    "not_accepted": "不予受理",
    "lapsed": "逾期未补正",
    "granted": "已确认",
    "refused": "不予确认",
    "revoked": "已撤销",
    "noticed": "公示中",
    "notice_over": "公示期满",
    "paid": "已列入发放",
    "queued": "等待月度审批",
    "stopped": "已终止",
    "withdrawn": "申请人撤回",
    "died": "申请人死亡",
    "non_cooperation": "不配合终止",
}
ENDED_STATUSES = frozenset(
    {"not_accepted", "lapsed", "refused", "revoked", "stopped", "withdrawn", "died", "non_cooperation"}
)
"""Statuses of a case that has ended without aid."""
STOPPED_STATUSES = frozenset({"stopped", "withdrawn", "died", "non_cooperation"})
"""Statuses of a case whose handling was stopped before or after a decision."""

SEAL_STATES: Mapping[str, str] = {"in_use": "在用", "frozen": "停用", "destroyed": "已销毁"}
LETTER_STATES: Mapping[str, str] = {"in_force": "有效", "suspended": "已中止", "revoked": "已收回"}
AGENCY_GROUPS: Mapping[str, str] = {
    "old": "老年人",
    "weak": "体弱",
    "ill": "患病",
    "disabled": "残疾人",
    "pregnant": "孕产妇",
}
"""Whom agents serve first; others may ask, too (XT-23)."""
LEGAL_FORMS: Mapping[str, str] = {"devolution": "下放", "entrustment": "委托"}
LETTER_KINDS: Mapping[str, str] = {"entrustment": "委托书", "responsibility": "责任书"}

CHECK_METHODS: Mapping[str, str] = {"visit": "入户抽查", "file": "查阅案卷"}
CHECK_CONCLUSIONS: Mapping[str, str] = {
    "ok": "合格",
    "inaccurate": "对象不精准",
    "irregular": "程序不规范",
    "both": "对象不精准且程序不规范",
}
PROBLEM_KINDS: Mapping[str, str] = {
    "income": "收入、财产漏报少报",
    "members": "家庭成员不实",
    "amount": "金额计算有误",
    "visit": "入户调查不实或者缺签字",
    "notice": "公示不规范",
    "materials": "材料不齐",
    "deadline": "超过期限",
    "other": "其他",
}
INSPECTION_KINDS: Mapping[str, str] = {
    "special": "专项检查",
    "periodic": "定期检查",
    "comprehensive": "综合检查",
    "unscheduled": "不定期检查",
    "self": "自我监督检查",
}
VIOLATION_KINDS: Mapping[str, str] = {
    "fraud": "弄虚作假",
    "inaction": "不作为",
    "misconduct": "乱作为",
    "delay": "慢作为、推诿拖延",
    "abuse": "滥用职权",
    "favouritism": "优亲厚友",
    "dereliction": "失职渎职",
    "negligence": "玩忽职守",
    "malpractice": "徇私舞弊",
    "insubordination": "有令不行、有禁不止",
    "poor_organisation": "组织不力",
    "perfunctory": "敷衍了事",
    "misuse": "挤占挪用资金",
    "other": "其他",
}
"""Union of what the districts' plans name; each offers its own (``violation.kinds``)."""
DISPOSITIONS: Mapping[str, str] = {
    "handled": "批评教育、责令检查",
    "transferred": "移送纪检监察（组织人事）部门",
    "mitigated": "酌情减轻责任",
    "exempted": "免于责任追究",
}
CHANGE_KINDS: Mapping[str, str] = {
    "people": "家庭人口变化",
    "income": "收入变化",
    "assets": "财产变化",
    "self_care": "生活自理能力变化",
    "job_refusal": "无正当理由拒绝就业",
    "death": "成员死亡",
    "ineligible": "整户不再符合条件",
    "suspension": "暂停发放",
}
CHANGE_RESULTS: Mapping[str, str] = {
    "keep": "维持不变",
    "increase": "增发",
    "decrease": "减发",
    "stop": "停发",
    "gradual_exit": "渐退",
    "suspend": "暂停发放",
    "terminate_tekun": "终止供养",
}
TERMINATION_GROUNDS: Mapping[str, str] = {
    "death": "死亡，或者被宣告死亡、被宣告失踪",
    "capacity": "具备或者恢复劳动能力",
    "prison": "依法被判处刑罚，且在监狱服刑",
    "means": "收入和财产状况不再符合规定",
    "support": "法定义务人具有了履行义务能力，或者新增有履行义务能力的法定义务人",
    "withdrawn": "自愿申请退出救助供养",
}
RECIPIENT_STATES: Mapping[str, str] = {
    "active": "在保",
    "suspended": "暂停发放",
    "gradual_exit": "渐退期",
    "ended": "已停发",
}
RECIPIENT_CHANGES: Mapping[str, str] = {
    "grant": "纳入救助",
    "import": "存量导入",
    "resume": "恢复发放",
    "restore": "恢复保障",
    "members": "成员变化",
    "account": "账户变更",
    **CHANGE_RESULTS,
}
RECOVERY_CAUSES: Mapping[str, str] = {"review_error": "审核失误", "illegal_claim": "违规领取"}
RECOVERY_STATES: Mapping[str, str] = {"open": "追缴中", "recovered": "已缴清", "enforcement": "已移送强制执行"}
