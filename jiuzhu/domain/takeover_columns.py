"""The columns of a list that is taken over: headings, words for codes, and what the explanation sheet says of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SELF = "self"
RELATIONS: Mapping[str, str] = {
    "本人": SELF,
    "户主": SELF,
    "配偶": "spouse",
    "子女": "child",
    "父母": "parent",
    "兄弟姐妹": "sibling",
    "儿媳": "daughter_in_law",
    "女婿": "son_in_law",
    "祖孙": "grandchild",
    "其他": "other",
}
COUNTED: Mapping[str, str] = {"是": "yes", "否": "no"}
STATES: Mapping[str, str] = {"在享": "active", "暂停": "suspended"}
AREAS: Mapping[str, str] = {"城镇": "urban", "农村": "rural"}
CARE_LEVELS: Mapping[str, str] = {
    "具备生活自理能力": "full",
    "部分丧失生活自理能力": "partial",
    "完全丧失生活自理能力": "none",
}
SUPPORT_MODES: Mapping[str, str] = {"集中供养": "institution", "分散供养": "home"}
POSTS: Mapping[str, str] = {
    "区（市）经办人员": "county_handler",
    "区（市）分管领导": "county_leader",
    "镇（街道）经办人员": "town_handler",
    "镇（街道）分管领导": "town_leader",
    "村（居）委会成员": "village_cadre",
}
STAFF_RELATIONS: Mapping[str, str] = {
    "配偶": "spouse",
    "父母": "parent",
    "子女": "child",
    "兄弟姐妹": "sibling",
    "祖父母": "grandparent",
    "外祖父母": "maternal_grandparent",
    "孙子女": "grandchild",
    "外孙子女": "maternal_grandchild",
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the list."""

    key: str
    label: str
    says: str
    """What goes in, for the explanation sheet."""
    required: bool = False
    of_person: bool = False
    """True: filled in every row; False: a fact of the household, filled in the row of its head."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Word → code, where only these words may stand."""
    longest: int = 60


COLUMNS: tuple[Column, ...] = (
    Column(
        key="household_key",
        label="户序号",
        says="同一户的各行填同一个序号，本表内不重复使用",
        required=True,
        of_person=True,
        longest=20,
    ),
    Column(
        key="relation",
        label="与户主关系",
        says="每户一行“本人”，其余行填与他的关系",
        required=True,
        of_person=True,
        words=RELATIONS,
    ),
    Column(key="name", label="姓名", says="与身份证一致", required=True, of_person=True, longest=40),
    Column(
        key="resident_id",
        label="身份证号",
        says="18位，单元格设成文本格式",
        required=True,
        of_person=True,
        longest=24,
    ),
    Column(key="counted", label="是否享受", says="不享受的家庭成员填“否”，空着按“是”", of_person=True, words=COUNTED),
    Column(
        key="authorized_on",
        label="授权书签署日期",
        says="存档的核对授权书写明授权全部来源时，填签署的日期；空着或已过期的，首次复核时补取",
        of_person=True,
    ),
    Column(key="town", label="镇（街道）", says="名称或代码", required=True),
    Column(key="village", label="村（社区）", says="名称或代码", required=True),
    Column(key="programme", label="救助项目", says="本区按月发放的项目", required=True),
    Column(key="area", label="城乡类别", says="按城镇还是农村标准享受；本区城乡标准不同的项目必填", words=AREAS),
    Column(key="amount_monthly", label="月救助金额", says="整户每月金额（元），最多两位小数", required=True),
    Column(key="since", label="起始月份", says="最初享受的月份，如 2021-03", required=True),
    Column(key="paid_through", label="已发放至", says="最后一次已经发放的月份；下一个月起由本系统发放", required=True),
    Column(key="state", label="状态", says="空着按“在享”；渐退期和已停发的不导入", words=STATES),
    Column(key="bank_name", label="开户银行", says="与账号一起填写"),
    Column(key="bank_account", label="银行账号", says="12至19位，单元格设成文本格式"),
    Column(key="dossier_no", label="档案号", says="一户一档编号；空着由系统编号", longest=40),
    Column(key="electronic_place", label="电子档案位置", says="原有电子档案在哪里，空着按本系统", longest=100),
    Column(key="paper_place", label="纸质档案位置", says="档案室、柜、盒", longest=100),
    Column(key="decision_no", label="原确认文号", says="原来确认（审批）的文号", longest=60),
    Column(key="next_review", label="下次复核日期", says="如 2026-12-31", required=True),
    Column(key="review_months", label="复核周期（月）", says="1至36；空着按本区规定"),
    Column(key="care_level", label="自理能力", says="特困人员必填", words=CARE_LEVELS),
    Column(key="support_mode", label="供养方式", says="特困人员必填", words=SUPPORT_MODES),
    Column(key="phone", label="联系电话", says="手机或带区号的固定电话"),
    Column(key="hukou_address", label="户籍地址", says="", longest=200),
    Column(key="living_address", label="居住地址", says="", longest=200),
    Column(
        key="staff_name",
        label="近亲属工作人员姓名",
        says="这个人是哪位经办人员或村干部的近亲属；没有就空着",
        of_person=True,
        longest=40,
    ),
    Column(key="staff_post", label="工作人员职务", says="与姓名一起填写", of_person=True, words=POSTS),
    Column(
        key="staff_relation",
        label="是他的什么人",
        says="工作人员是这个人的什么人",
        of_person=True,
        words=STAFF_RELATIONS,
    ),
)
BY_KEY: Mapping[str, Column] = {one.key: one for one in COLUMNS}
NAMES: Mapping[str, str] = {**{one.label: one.key for one in COLUMNS}, **{one.key: one.key for one in COLUMNS}}
MONTHS = frozenset({"since", "paid_through"})
DAYS = frozenset({"next_review", "authorized_on"})
NUMBERS = frozenset({"resident_id", "bank_account"})
"""Kept as text: a spreadsheet that takes them for a number loses their last digits."""


def label_of(column: str) -> str:
    """Return a column's heading."""
    return BY_KEY[column].label if column in BY_KEY else column
