"""存量: households come in from a list, with every fault named, a second person's release, and a way back."""

from __future__ import annotations

from typing import Any

import pytest

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.recipients import payable
from jiuzhu.domain.rows import (
    Dossier,
    DossierCase,
    DossierItem,
    Household,
    HouseholdPerson,
    Recipient,
    RecipientChange,
    RelativesEntry,
    Row,
)
from jiuzhu.domain.takeover_columns import COLUMNS
from jiuzhu.errors import Forbidden, Invalid, OutOfReach, Refused, StoreUnreachable
from jiuzhu.service import spreadsheets, takeover, takeover_release, transfers
from jiuzhu.service.office import Office
from jiuzhu.store import takeover as stored
from jiuzhu.store.shelf import shelf_of
from tests.conftest import OfficeMaker
from tests.forms_people import resident_id
from tests.integration.people import person
from tests.takeover_lists import account, as_csv, as_xlsx, household

MAKER, LEADER = "jincheng-county_office-1", "jincheng-county_leader-1"


def rows(office: Office, kind: type[Row], **equals: Any) -> list[Any]:
    with office.store.reading() as tx:
        return list(shelf_of(tx).find(kind, equals))


def checked(office: Office, data: bytes, name: str = "名单.csv") -> takeover.ImportView:
    return takeover.check(office, person(office, MAKER), data, name)


def taken_over(office: Office, data: bytes) -> str:
    made = checked(office, data)
    assert made.state == "checked", made.faults
    takeover.submit(office, person(office, MAKER), made.import_no)
    takeover.release(office, person(office, LEADER), made.import_no)
    assert takeover_release.carry_on(office, made.import_no) == "released"
    return made.import_no


def faults_of(view: takeover.ImportView) -> dict[tuple[int, str], str]:
    return {(one["row"], one["place"].split("“")[1].rstrip("”")): one["sentence"] for one in view.faults}


@pytest.mark.req("JC-13")
def test_a_list_becomes_recipients_without_any_case(office: Office) -> None:
    listed = [
        *household(1, 3, dossier_no="北石店-2021-007"),
        *household(2, 1, programme="特困", care_level="部分丧失生活自理能力", support_mode="分散供养", state="暂停"),
    ]
    listed[1] |= {"staff_name": "王某", "staff_post": "村（居）委会成员", "staff_relation": "父母"}
    listed[2] |= {"counted": "否"}
    import_no = taken_over(office, as_xlsx(listed))
    one, other = rows(office, Recipient)
    assert (one.case_no, one.recipient_no, one.state, one.members) == ("北石店-2021-007", "城区000001", "active", 2)
    assert (one.since, one.next_review.isoformat(), one.payer) == ("2021-03", "2027-03-31", "county")
    assert one.area == "rural"  # the first review reckons by it
    assert (one.resident_id, one.bank_account) == (resident_id("19600101", 1), account(1))
    assert (other.case_no, other.state, other.care_level, other.support_mode) == (
        "城区-档-000001",
        "suspended",
        "partial",
        "home",
    )
    history = rows(office, RecipientChange, recipient_no=one.recipient_no)
    assert [(line.kind, line.reason, line.effective_month, line.record_no) for line in history] == [
        ("import", "导入", "2026-09", import_no)
    ]
    assert [payable(history, month) for month in ("2026-08", "2026-09")] == [0, one.amount_monthly]
    assert payable(rows(office, RecipientChange, recipient_no=other.recipient_no), "2026-10") == 0
    gaps = transfers.show_transfers(office, person(office, MAKER)).gaps
    assert gaps[0].sentence == "存量导入，还没有推送过：复核或者变更时随之推送，下次复核2027-03-31"
    record = rows(office, Household, case_no=one.case_no)[0].record
    assert [member["name"] for member in record["members"]] == ["存量1", "存量1之1"]
    assert [member["name"] for member in record["excluded_members"]] == ["存量1之2"]
    assert rows(office, RelativesEntry, case_no=one.case_no)[0].staff_name == "王某"
    index = rows(office, HouseholdPerson, case_no=one.case_no)
    assert {(line.part, line.resident_ref) for line in index} == {
        ("applicant", one.resident_ref),
        ("member", resident_ref(resident_id("19910101", 1))),
    }
    file = rows(office, Dossier, dossier_no=one.case_no)[0]
    assert (file.paper_place, file.electronic_place) == ("镇档案室3柜5盒", "本系统")
    assert [item.title for item in rows(office, DossierItem, case_no=one.case_no)] == [
        f"导入（{import_no}第2行）",
        "导入：2026-09起每月480.00元",
    ]
    with office.store.reading() as tx:
        assert not tx.connection.exec_driver_sql("select count(*) from case_instance").scalar_one()
    opening = takeover.opening_lines(office, person(office, LEADER), import_no)
    assert [(line.line, line.recipient_no, line.paid_through, line.first_month) for line in opening] == [
        (2, one.recipient_no, "2026-08", "2026-09"),
        (5, other.recipient_no, "2026-08", "2026-09"),
    ]


WRONG: list[tuple[str, str, str]] = [
    ("resident_id", "660502196001010019", "身份证号校验码不符，请核对"),
    ("resident_id", "6.60502E+17", "号码是按数字保存的，末几位已经丢失；请把这一列设成文本格式，重新填写"),
    ("town", "不存在镇", "本区没有这个镇（街道）：不存在镇"),
    ("village", "不存在村", "这个镇（街道）没有这个村（社区）：不存在村"),
    ("programme", "临时救助（急难型）", "本区不按月办理“临时救助（急难型）”，不能导入"),
    ("programme", "低收入", "本区不按月办理“低收入”，不能导入"),
    ("amount_monthly", "四百", "金额应为数字，最多两位小数"),
    ("amount_monthly", "480.005", "金额应为数字，最多两位小数"),
    ("amount_monthly", "0", "金额应大于零"),
    ("area", "", "这个项目城乡标准不同，请填“城镇”或“农村”"),
    ("amount_monthly", "9999", "高于2人的全额标准 2960.00 元，请核对"),
    ("bank_account", "9999660000000001", "银行账号校验位不符，请核对"),
    ("since", "2021年13月", "不是月份，应如 2021-03"),
    ("paid_through", "2026-10", "晚于本月；还没有发放的月份不能填"),
    ("paid_through", "2026-05", "在享的家庭应已发放到 2026-06 以后，请先核实中间月份"),
    ("paid_through", "2020-01", "早于起始月份"),
    ("next_review", "2027-02-30", "不是日期，应如 2026-12-31"),
    ("next_review", "2029-09-17", "晚于今后36个月"),
    ("authorized_on", "去年三月", "不是日期，应如 2026-03-01"),
    ("authorized_on", "2027-01-01", "晚于今天；还没有签署的授权书不能填"),
    ("review_months", "半年", "应为1至36的整数"),
    ("dossier_no", "晋城城区-2021-低保-0001", "与案件编号的形式相同，会混淆；请按档案的编号填写"),
    ("dossier_no", "档/7", "只能有汉字、字母、数字、括号和短横"),
    ("relation", "邻居", "应为本人、户主、配偶、子女、父母、兄弟姐妹、儿媳、女婿、祖孙、其他之一"),
    ("state", "渐退", "应为在享、暂停之一"),
    ("bank_name", "", "开户银行和账号要一起填写"),
    ("phone", "12345", "电话号码应为11位手机号，或带区号的固定电话"),
    ("staff_name", "王某", "近亲属的姓名、职务和关系要一起填写"),
    ("name", "", "必填"),
]


def test_every_fault_is_named_by_row_and_column(office: Office) -> None:
    listed: list[dict[str, str]] = []
    wanted: dict[tuple[int, str], str] = {}
    labels = {one.key: one.label for one in COLUMNS}
    for serial, (column, value, sentence) in enumerate(WRONG, start=1):
        row = len(listed) + 2
        listed += household(serial, 2, **{column: value})
        place = {"bank_name": "bank_name", "staff_name": "staff_post"}.get(column, column)
        wanted[row, labels[place]] = sentence
    view = checked(office, as_csv(listed))
    assert faults_of(view) == wanted
    assert view.state == "faulty"
    assert view.faults[0]["place"] == "D列“身份证号”"
    with pytest.raises(Refused, match=f"有{view.fault_count}处不符合"):
        takeover.submit(office, person(office, MAKER), view.import_no)
    assert not rows(office, Recipient)


def test_duplicates_in_the_file_and_against_the_record(office: Office) -> None:
    taken_over(office, as_csv(household(1, 2, dossier_no="旧档-1")))
    again = household(1)[0]["resident_id"]
    listed = [
        *household(2, 2, dossier_no="旧档-2"),
        *household(3, 1, dossier_no="旧档-2", bank_account=account(2)),
        *household(4, 1, resident_id=household(2, 2)[1]["resident_id"]),
        *household(5, 1, resident_id=again),
        *household(6, 1, dossier_no="旧档-1"),
        {**household(7, 1)[0], "household_key": "2"},
    ]
    found = faults_of(checked(office, as_csv(listed)))
    assert found[4, "档案号"] == "与第2行重复"
    assert found[4, "银行账号"] == "与第2行重复"
    assert found[5, "身份证号"] == "与第3行重复"
    assert found[6, "身份证号"] == "已在享受或正在申请救助（城区000001），不能重复导入"
    assert found[7, "档案号"] == "这个档案号已经使用"
    assert found[8, "与户主关系"] == "这一户已有一行“本人”（第2行）"


def test_maker_and_releaser_are_two_people_with_two_permissions(office: Office) -> None:
    made = checked(office, as_csv(household(1)))
    town, leader, maker = (person(office, one) for one in ("jincheng-town_head-1", LEADER, MAKER))
    for who, act, error in (
        (leader, takeover.submit, Forbidden),
        (town, takeover.submit, Forbidden),
        (person(office, "ninghe-county_office-1"), takeover.show, OutOfReach),
        (leader, takeover.release, Refused),
    ):
        with pytest.raises(error):
            act(office, who, made.import_no)
    takeover.submit(office, maker, made.import_no)
    with pytest.raises(Forbidden, match="不能放行"):
        takeover.release(office, maker, made.import_no)
    both = person(office, MAKER)
    both = type(both)(
        person_id=both.person_id, login=both.login, name=both.name, groups=(*both.groups, "county_leader@jincheng")
    )
    with pytest.raises(Forbidden, match="须由另一个人放行") as refused:
        takeover.release(office, both, made.import_no)
    assert refused.value.rule == "R-11"
    takeover.give_back(office, leader, made.import_no, "金额请再核对")
    assert takeover.show(office, maker, made.import_no).state_label == "已退回"
    assert not rows(office, Recipient)


def test_a_whole_list_is_undone_while_nothing_was_done_about_it(office: Office) -> None:
    listed = as_csv([*household(1, dossier_no="旧档-1"), *household(2, dossier_no="旧档-2")])
    import_no = taken_over(office, listed)
    leader = person(office, LEADER)
    with pytest.raises(Invalid, match="理由"):
        takeover.undo(office, leader, import_no, " ")
    assert takeover.undo(office, leader, import_no, "名单错用了去年的") == 2
    for kind in (Recipient, RecipientChange, Household, HouseholdPerson, Dossier, DossierCase, DossierItem):
        assert not rows(office, kind), kind
    second = taken_over(office, listed)
    assert [one.recipient_no for one in rows(office, Recipient)] == ["城区000003", "城区000004"]
    with office.store.transaction() as tx:
        shelf = shelf_of(tx)
        touched = shelf.find(Recipient, {"recipient_no": "城区000004"})[0]
        shelf.change(touched, {"bank_name": "别的银行", "version": 2})
    with pytest.raises(Refused, match=r"第4行（旧档-2）") as refused:
        takeover.undo(office, leader, second, "再撤一次")
    assert "旧档-1" not in refused.value.sentence
    assert len(rows(office, Recipient)) == 2


def test_a_release_that_was_cut_off_goes_on_and_counts_only_as_a_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeover_release, "BATCH", 2)
    made = checked(office, as_csv([row for serial in range(1, 6) for row in household(serial)]))
    takeover.submit(office, person(office, MAKER), made.import_no)
    takeover.release(office, person(office, LEADER), made.import_no)

    def cut(done: int, _: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        takeover_release.carry_on(office, made.import_no, progress=cut)
    assert takeover.show(office, person(office, LEADER), made.import_no).written == 4
    assert not rows(office, Recipient)
    assert takeover_release.carry_on_all(office) == 1
    assert takeover_release.carry_on_all(office) == 0
    assert [one.recipient_no for one in rows(office, Recipient)] == [f"城区{serial:06d}" for serial in range(1, 6)]
    assert len(rows(office, Household)) == 5


def test_what_came_meanwhile_returns_the_list_and_leaves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeover_release, "BATCH", 1)
    first = checked(office, as_csv([*household(1), *household(2)]))
    takeover.submit(office, person(office, MAKER), first.import_no)
    second = taken_over(office, as_csv(household(2)))
    takeover.release(office, person(office, LEADER), first.import_no)
    assert takeover_release.carry_on(office, first.import_no) == "returned"
    view = takeover.show(office, person(office, MAKER), first.import_no)
    assert faults_of(view)[4, "身份证号"].startswith("已在享受")
    assert [one.case_no for one in rows(office, Household)] == ["城区-档-000001"]
    with office.store.reading() as tx:
        assert not stored.lines(tx, first.import_no)
        assert len(stored.lines(tx, second)) == 1


def test_the_template_is_a_list_that_can_be_read_again(office: Office) -> None:
    data = takeover.template(office, person(office, MAKER))
    assert spreadsheets.read_rows(data)[0] == [one.label for one in COLUMNS]
    with pytest.raises(Invalid, match="空的"):
        checked(office, data)
    with pytest.raises(Invalid, match="表头") as refused:
        checked(office, "姓名,身份证号\n张,1\n".encode())
    assert refused.value.faults["file"].startswith("缺少列：户序号、与户主关系、镇（街道）")
    with pytest.raises(Forbidden):
        takeover.template(office, person(office, "jincheng-town_intake-1"))


def test_the_same_on_postgresql(make_postgres_office: OfficeMaker) -> None:
    office = make_postgres_office()
    import_no = taken_over(office, as_xlsx([*household(1, 3), *household(2)]))
    assert takeover.undo(office, person(office, LEADER), import_no, "试一试") == 2
    assert not rows(office, Recipient)


def test_a_release_that_cannot_go_on_says_why_and_is_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = checked(office, as_csv(household(1)))
    takeover.submit(office, person(office, MAKER), made.import_no)
    takeover.release(office, person(office, LEADER), made.import_no)

    def broken(*_: object) -> str:
        raise StoreUnreachable("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(takeover_release, "carry_on", broken)
        for _ in range(2):
            assert takeover_release.carry_on_all(office) == 0
    view = takeover.show(office, person(office, MAKER), made.import_no)
    assert (view.state, view.reason) == (
        "releasing",
        "写入没有完成：系统故障，运维人员在日志里能看到。系统会自动再试",
    )
    assert takeover_release.carry_on_all(office) == 1
    view = takeover.show(office, person(office, MAKER), made.import_no)
    assert (view.state, view.reason) == ("released", "")
