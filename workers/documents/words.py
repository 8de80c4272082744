"""Chinese words for the codes that stand in documents: one table per kind of code.

A form or a variable holds a code (``granted``); a paper shows its word (同意). Codes are those of the case variables
and of the forms; what is missing here is refused when the document is made, never printed raw.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from jiuzhu.domain.words import (
    CHANGE_KINDS,
    CHANGE_RESULTS,
    FILING_KINDS,
    HARDSHIPS,
    MEANS_RESULTS,
    MEANS_SOURCES,
    NEAR_RELATIONS,
    PANEL_KINDS,
    PANEL_VOTES,
    PAYERS,
    RECOVERY_CAUSES,
    STAFF_POSTS,
    VISIT_OUTCOMES,
)

Words: TypeAlias = Mapping[str, str]


def _words(**pairs: str) -> Words:
    return MappingProxyType(pairs)


PROGRAMME = _words(
    dibao="最低生活保障",
    tekun="特困人员救助供养",
    low_income="低收入家庭救助",
    temp_urgent="临时救助（急难型）",
    temp_expenditure="临时救助（支出型）",
)
CHANNEL = _words(
    window="窗口",
    online="网上",
    home="上门",
    agent="代办",
    discovery="主动发现",
    phone="电话",
)
HUKOU_TYPE = _words(
    urban="城市",
    rural="农村",
)
HEALTH = _words(
    healthy="健康",
    chronic="多病（慢性病）",
    severe="重病",
    disabled="残疾",
)
EMPLOYMENT = _words(
    preschool="学龄前儿童",
    student="在校学生",
    employed="在职人员",
    flexible="灵活就业",
    farming="务农",
    unemployed_registered="登记失业",
    unemployed="未登记失业",
    retired="单位退休",
    unable="无劳动能力",
)
SUPPORT_ABILITY = _words(
    able="有",
    unable="没有",
)
INCOME_PERIOD = _words(
    month="每月",
    year="每年",
)
NEED_CAUSE = _words(
    disability="残疾",
    illness="重病",
    lonely_elder="孤寡老人",
    single_parent="单亲家庭",
    disaster="受灾",
    orphan="孤儿",
    other="其他",
)
CHECK_RESULT = _words(clean="无异常", doubt="有疑点", failed="未完成")
SOURCE_RESULT = MEANS_RESULTS
SOURCE = MEANS_SOURCES
VISIT_PURPOSE = _words(
    initial="初次调查", relatives="近亲属必访", spot_check="抽查", review="年度复核", objection="异议复查"
)
VISIT_MODE = _words(onsite="现场", phone="电话", video="视频")
VISIT_OUTCOME = VISIT_OUTCOMES
HOUSE_TYPE = _words(commercial="商品房", self_built="自建", resettled="还建", rented="租住", with_children="子女同住")
DECORATION = _words(none="未装饰", medium="中等", luxury="豪华")
INCOME_TYPE = _words(
    wage="工资性收入", business="经营净收入", property="财产净收入", transfer="转移净收入", other="其他收入"
)
ASSET_TYPE = _words(
    deposit="存款",
    securities="证券",
    fund="基金",
    insurance="商业保险",
    claim="债权",
    internet_finance="互联网金融",
    vehicle="车辆",
    house="房产",
    other="其他",
)
EXPENSE_TYPE = _words(medical="医疗", education="教育", disability="残疾康复", living="生活", other="其他")
RELATION = _words(
    self="本人",
    spouse="配偶",
    father_son="父子",
    mother_son="母子",
    sibling="兄弟姐妹",
    daughter_in_law="儿媳",
    son_in_law="女婿",
    grandchild="祖孙",
    child="子女",
    parent="父母",
    other="其他",
)
APPRAISAL_REASON = _words(required="程序要求", objection="公示异议", dispute="调查结果有争议")
APPRAISAL_CONCLUSION = _words(valid="真实有效", disputed="有争议", invalid="不真实")
PARTICIPANT = _words(
    town_staff="镇（街道）人员",
    party_member="村（居）党组织成员",
    village_committee="村（居）委会成员",
    party_representative="党员代表",
    villager_representative="村（居）民代表",
)
NOTICE_STAGE = _words(
    review="审核公示", county="审批公示", result="审批结果公示", permanent="长期公示", termination="终止公示"
)
REVIEW_RESULT = _words(agree="拟同意", disagree="拟不同意", reinvestigate="重新调查")
DECISION = _words(granted="同意", refused="不同意", back="退回补充调查", disputed="有争议", revoked="撤销")
OBJECTION_OUTCOME = _words(
    upheld="维持原决定",
    changed="变更原决定",
    revoked="撤销原决定",
    not_taken_up="异议不予受理",
    refused="异议不成立",
    ended="申请已终止办理",
)
STOP_KIND = _words(withdrawn="申请人撤回申请", died="申请人死亡", non_cooperation="申请人拒不配合调查")
EXTENSION_REASON = _words(
    objection="公示有异议", separated="人户分离", elsewhere="异地申办", difficult="家庭经济状况调查难度较大"
)
FILING_TYPE = FILING_KINDS
PANEL_KIND = PANEL_KINDS
PANEL_VOTE = PANEL_VOTES
STAFF_POST = STAFF_POSTS
RELATIVE = NEAR_RELATIONS
HARDSHIP = HARDSHIPS
DELIVERY_METHOD = _words(
    in_person="当面送达", left="留置送达", post="邮寄送达", sms="短信送达", online="网上送达", notice="公告送达"
)
CARE_LEVEL = _words(full="具备生活自理能力", partial="部分丧失生活自理能力", none="完全丧失生活自理能力")
SUPPORT_MODE = _words(institution="集中供养", home="分散供养")
PAYER = PAYERS
CHANGE_KIND = CHANGE_KINDS
CHANGE_RESULT = {**CHANGE_RESULTS, "reinvestigate": "补充入户调查"}
RECOVERY_CAUSE = RECOVERY_CAUSES
