"""A month's payment in the real office: built from the register, checked by others, paid once, posted, repaired."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiuzhu.domain.rows import CaseDecision, TakeoverLine
from jiuzhu.errors import Conflict, Forbidden, Invalid, Refused
from jiuzhu.service import documents, identity, payments, schedule_desk, takeover, takeover_release
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.conftest import OfficeMaker
from tests.forms_people import VILLAGE, bank_account, resident_id
from tests.payments import Batch, add_recipient, change_recipient, only
from tests.process.test_payment_single import give_role
from tests.takeover_lists import as_csv, household

pytestmark = pytest.mark.walks
OCTOBER, NOVEMBER = "2026-10-01", "2026-11-01"


@pytest.fixture
def paying(make_office: OfficeMaker) -> Office:
    return only(make_office(), "payment_batch", "payment_batch_town")


def begun(office: Office, *, day: str = OCTOBER, district: str = "jincheng", programme: str = "dibao") -> Batch:
    batch = Batch(office, district)
    batch.until(day)
    batch.take(day[:7], programme)
    return batch


@pytest.mark.req("NH-25", "NH-09", "QJ-11", "JC-12", "QJ-38")
def test_a_month_is_paid_and_the_paper_carries_its_totals(paying: Office) -> None:
    for number in (1, 2, 3):
        add_recipient(paying, number, amount_monthly=Decimal(number * 100))
    add_recipient(paying, 4, since="2026-11")  # confirmed in October: paid from November on
    add_recipient(paying, 5, programme="tekun")
    batch = begun(paying)
    assert {line.recipient_no for line in batch.lines().values()} == {f"jincheng-000{n}" for n in (1, 2, 3)}
    assert batch.open() == {"Task_MakeBatch"}
    with pytest.raises(Invalid):
        batch.make(control_total="599.99")
    batch.make()
    batch.check()
    assert batch.row.simulated
    assert batch.row.state == "sent"
    assert batch.answer().paid == 3
    assert batch.ends() == ["End_BatchPaid"]
    assert (batch.row.state, batch.row.paid_total, batch.row.failed_count) == ("posted", Decimal("600.00"), 0)
    (number,) = [
        row["document_no"] for row in batch.walker.rows("select document_no from document where case_no = :case_no")
    ]
    page = documents.document_html(paying, batch.actor("county_payment-1"), number)
    assert "合计3笔" in page.html
    assert "600.00" in page.html
    assert batch.documents() == ["payment_list"]
    people = {
        row["element_id"]: row["person"]
        for row in batch.walker.rows("select element_id, person from submission where case_no = :case_no")
    }
    assert people["Task_MakeBatch"] != people["Task_CheckBatch"]


@pytest.mark.req("QJ-38")
def test_maker_checker_and_confirmer_are_three_people(paying: Office) -> None:
    add_recipient(paying, 1)
    batch = begun(paying)
    confirmer = batch.actor("town_confirmer-1")
    with open_desk(paying, None) as desk:
        shelf_of(desk.tx).add(
            CaseDecision(
                decision_no="示例决1",
                case_no="jincheng-存量-0001",
                round=1,
                decision="granted",
                amount_monthly=Decimal("500.00"),
                submission="",
                person=confirmer.person_id,
                decided_at=desk.now,
                org=VILLAGE["jincheng"][:9],
                level="town",
            )
        )
    for login, role in (("town_confirmer-1", "county_payment"), ("town_confirmer-1", "county_payment_checker")):
        give_role(batch.walker, f"jincheng-{login}", role, "jincheng")
    give_role(batch.walker, "jincheng-county_payment-1", "county_payment_checker", "jincheng")
    with pytest.raises(Forbidden, match="审核确认") as refused:
        batch.do("Task_MakeBatch", "town_confirmer-1", control_total="500.00")
    assert refused.value.rule == "R-11"
    batch.make()
    for login, words in (("county_payment-1", "职责分离"), ("town_confirmer-1", "审核确认")):
        with pytest.raises(Forbidden, match=words) as refused:
            batch.do("Task_CheckBatch", login)
        assert refused.value.rule == "R-11"
    assert batch.row.state == "made"
    batch.check()
    assert batch.row.state == "sent"


@pytest.mark.req("XX-49", "XX-48")
def test_the_dead_and_who_did_not_pass_the_living_check_are_left_out(paying: Office) -> None:
    add_recipient(paying, 1, district="xixiu")
    dead = add_recipient(paying, 2, district="xixiu", name="示例子", id=resident_id("19400101", 501, prefix="660402"))
    unseen = add_recipient(paying, 3, district="xixiu", name="示例丑", id=resident_id("19420202", 502, prefix="660402"))
    batch = begun(paying, district="xixiu")
    started = "select record_no, ended_at from case_instance where process_key = 'shared_death'"
    (death,) = batch.walker.rows(started)
    assert death["record_no"].startswith(dead.case_no)
    assert {line.death_record for line in batch.lines().values()} == {"", death["record_no"]}
    states = {line.recipient_no: (line.state, line.reason) for line in batch.lines().values()}
    assert states["xixiu-0001"] == ("planned", "")
    assert states[dead.recipient_no] == ("excluded", "死亡登记信息：2026年9月20日死亡登记")
    assert states[unseen.recipient_no] == ("excluded", "人脸识别（生存认证）：连续两个月人脸认证未通过")
    assert (batch.row.count, batch.row.excluded_count, batch.row.total) == (1, 2, Decimal("500.00"))
    batch.make()
    batch.check()
    batch.answer()
    again = begun(paying, day=NOVEMBER, district="xixiu")
    assert len(batch.walker.rows(started)) == 1, "one death is found out about once"
    held = {line.state for line in again.lines().values() if line.recipient_no != "xixiu-0001"}
    assert held == {"excluded"}, "also next month, with October's arrears"
    assert again.row.total == Decimal("500.00")


@pytest.mark.req("JC-12")
def test_differences_block_the_batch_until_they_are_cleared(paying: Office) -> None:
    add_recipient(paying, 1)
    add_recipient(paying, 2, bank_account="", bank_name="")
    third = add_recipient(paying, 3)
    change_recipient(
        paying, third.recipient_no, "decrease", "2026-10", history_only=True, amount_monthly=Decimal("300")
    )
    batch = begun(paying)
    assert batch.open() == {"Task_ClearDifferences"}
    kinds = [(row["kind"], row["recipient_no"]) for row in batch.row.differences]
    assert kinds == [("account", "jincheng-0002"), ("register", "jincheng-0003")]
    change_recipient(paying, third.recipient_no, "keep", "2026-10", amount_monthly=Decimal("300.00"))
    account = {
        "difference_no": "1",
        "difference_action": "account",
        "new_bank_name": "示例农商行",
        "new_bank_account": bank_account(42),
    }
    put_right = {"difference_no": "2", "difference_action": "fixed", "difference_note": "台账已更正。"}
    batch.do("Task_ClearDifferences", "county_payment-1", batch_differences=[account, put_right])
    assert batch.open() == {"Task_MakeBatch"}
    assert batch.row.total == Decimal("1300.00")
    history = batch.walker.rows(
        "select kind, person from recipient_change where recipient_no = 'jincheng-0002' order by line"
    )
    assert [row["kind"] for row in history] == ["import", "account"]
    batch.make()
    give_role(batch.walker, "jincheng-county_payment-1", "county_payment_checker", "jincheng")
    with pytest.raises(Forbidden, match="职责分离"):
        batch.do("Task_CheckBatch", "county_payment-1")
    batch.check(batch_ok=False, check_reason="第三户本月暂缓发放。")
    assert batch.open() == {"Task_ClearDifferences"}
    batch.do("Task_ClearDifferences", "county_payment-1", batch_differences=None)
    batch.make()
    batch.check()
    assert batch.row.state == "sent"


@pytest.mark.req("JC-12")
def test_who_is_set_aside_by_hand_stays_aside_and_comes_next_month(paying: Office) -> None:
    add_recipient(paying, 1)
    add_recipient(paying, 2, bank_account="", bank_name="")
    batch = begun(paying)
    aside = {"difference_no": "1", "difference_action": "exclude", "difference_note": "账户正在办理。"}
    batch.do("Task_ClearDifferences", "county_payment-1", batch_differences=[aside])
    batch.make()
    batch.check()
    batch.answer()
    change_recipient(paying, "jincheng-0002", "account", "2026-11", bank_account=bank_account(2))
    again = begun(paying, day=NOVEMBER)
    owed = sorted(
        (line.month, line.round, line.state) for line in again.lines().values() if "0002" in line.recipient_no
    )
    assert owed == [("2026-10", 1, "planned"), ("2026-11", 0, "planned")]
    assert again.row.total == Decimal("1500.00")


@pytest.mark.req("JC-12", "NH-25")
def test_a_stop_between_making_and_checking_holds_the_list_back(paying: Office) -> None:
    add_recipient(paying, 1)
    add_recipient(paying, 2)
    batch = begun(paying)
    batch.make()
    change_recipient(paying, "jincheng-0002", "stop", "2026-10", state="ended", amount_monthly=Decimal("0.00"))
    with pytest.raises(Refused, match="不一致"):
        batch.check()
    assert batch.open() == {"Task_CheckBatch"}
    batch.check(batch_ok=False, check_reason="第二户已经停发。")
    batch.do("Task_ClearDifferences", "county_payment-1", batch_differences=None)
    assert {line.recipient_no: line.state for line in batch.lines().values()} == {
        "jincheng-0001": "planned",
        "jincheng-0002": "excluded",
    }
    batch.make()
    batch.check()
    assert batch.answer().paid == 1


@pytest.mark.req("NH-25", "QJ-38")
def test_what_the_bank_sends_back_is_repaired_by_two_people_and_sent_once_more(paying: Office) -> None:
    for number in (1, 2):
        add_recipient(paying, number)
    batch = begun(paying)
    batch.make()
    batch.check()
    lines = sorted(batch.lines())
    assert batch.answer(**{lines[0]: "账户已注销"}).failed == 1
    assert batch.open() == {"Task_FixFailures"}
    repair = {
        "line_no": lines[0],
        "failure_action": "repair",
        "new_bank_name": "示例农商行",
        "new_bank_account": bank_account(77),
    }
    batch.do("Task_FixFailures", "county_payment-1", batch_failures=[repair])
    give_role(batch.walker, "jincheng-county_payment-1", "county_payment_checker", "jincheng")
    with pytest.raises(Forbidden, match="职责分离"):
        batch.do("Task_CheckRepair", "county_payment-1")
    batch.do("Task_CheckRepair", "county_payment_checker-1", repair_ok=False, repair_note="请附账户证明。")
    batch.do("Task_FixFailures", "county_payment-1", batch_failures=[repair])
    batch.do("Task_CheckRepair", "county_payment_checker-1")
    _, *sent = payments.bank_file(paying, batch.actor("county_payment-1"), batch.number)
    assert [row[:4] for row in sent] == [[lines[0], "示例户1", "示例农商行", bank_account(77)]]
    batch.answer()
    assert batch.ends() == ["End_BatchPaid"]
    assert {line.state for line in batch.lines().values()} == {"paid"}
    assert [line.attempts for _, line in sorted(batch.lines().items())] == [2, 1]
    assert batch.row.paid_total == Decimal("1000.00")


def test_what_is_given_up_comes_with_the_next_month(paying: Office) -> None:
    add_recipient(paying, 1)
    batch = begun(paying)
    batch.make()
    batch.check()
    (line,) = batch.lines()
    batch.answer(**{line: "账户冻结"})
    left = {"line_no": line, "failure_action": "give_up", "failure_note": "本人外出，下月再发。"}
    batch.do("Task_FixFailures", "county_payment-1", batch_failures=[left])
    assert batch.ends() == ["End_LeftForNextMonth"]
    again = begun(paying, day=NOVEMBER)
    assert sorted((one.month, one.round) for one in again.lines().values()) == [("2026-10", 1), ("2026-11", 0)]


def test_a_second_list_of_the_month_pays_nobody_twice(paying: Office) -> None:
    add_recipient(paying, 1)
    first = begun(paying)
    first.make()
    add_recipient(paying, 2)  # taken over late
    schedule_desk.run_now(
        paying, first.actor("county_office-1"), "payment_batch", "补录存量对象", scope="jincheng/dibao"
    )
    second = Batch(paying)
    second.settle()
    second.take("2026-10")
    assert second.number != first.number
    assert {line.recipient_no for line in second.lines().values()} == {"jincheng-0002"}
    first.check()
    assert first.row.state == "sent"


def test_suspended_pays_nothing_and_resumed_with_back_pay_pays_both(paying: Office) -> None:
    add_recipient(paying, 1)
    change_recipient(paying, "jincheng-0001", "suspend", "2026-10", state="suspended")
    batch = begun(paying)
    assert batch.ends() == ["End_NothingToPay"]
    assert batch.row.state == "void"
    change_recipient(paying, "jincheng-0001", "resume", "2026-10", state="active")
    again = begun(paying, day=NOVEMBER)
    assert sorted(line.month for line in again.lines().values()) == ["2026-10", "2026-11"]


@pytest.mark.req("NH-25")
def test_late_is_told_to_the_leader_and_work_goes_on(paying: Office) -> None:
    add_recipient(paying, 1)
    batch = begun(paying)
    batch.make()
    batch.until("2026-10-10")
    batch.settle()
    alerts = "select alert_group from alert where case_no = :case_no and kind = 'due_batch'"
    assert batch.walker.rows(alerts) == []
    batch.until("2026-10-11")
    batch.settle()
    assert batch.walker.rows(alerts) == [{"alert_group": "county_leader@jincheng"}]
    batch.check()
    batch.answer()
    assert batch.ends() == ["End_BatchPaid"]
    (view,) = [
        one for one in payments.list_batches(paying, batch.actor("county_leader-1")) if one.row.programme == "dibao"
    ]
    assert view.row.posted_at is not None
    assert view.row.posted_at > view.row.due_at


@pytest.mark.req("QJ-11", "QJ-18")
def test_qijiang_the_district_pays_dibao_and_each_town_its_tekun(paying: Office) -> None:
    town = VILLAGE["qijiang"][:9]
    add_recipient(paying, 1, district="qijiang", payer="district")
    add_recipient(paying, 2, district="qijiang", programme="tekun", payer="town")
    add_recipient(paying, 3, district="qijiang", programme="tekun", payer="county")  # confirmed by the district
    batch = begun(paying, district="qijiang")
    assert {line.recipient_no for line in batch.lines().values()} == {"qijiang-0001"}
    batch.take("2026-10", "tekun")
    assert {line.recipient_no for line in batch.lines().values()} == {"qijiang-0003"}
    of_town = Batch(paying, "qijiang", town=town)
    of_town.take("2026-10", "tekun")
    assert {line.recipient_no for line in of_town.lines().values()} == {"qijiang-0002"}
    assert (of_town.row.payer, of_town.row.payer_org) == ("town", town)
    of_town.make()
    of_town.check()
    of_town.answer()
    assert of_town.ends() == ["End_BatchPaid"]


@pytest.mark.req("NH-25")
def test_a_bank_file_with_faults_is_refused_by_row_and_column(paying: Office) -> None:
    for number in (1, 2):
        add_recipient(paying, number)
    batch = begun(paying)
    batch.make()
    payer, stranger = batch.actor("county_payment-1"), batch.actor("county_leader-1")
    with pytest.raises(Conflict):
        payments.bank_file(paying, payer, batch.number)
    batch.check()
    first, second = sorted(batch.lines())

    def told(*rows: str) -> dict[str, str]:
        with pytest.raises(Invalid) as refused:
            payments.import_result(paying, payer, batch.number, "\n".join(("明细编号,金额,结果,原因", *rows)).encode())
        return refused.value.faults

    assert told(f"{first},500.00,成功,") == {"file": f"缺少1笔，例如{second}；请导入完整的回盘文件"}
    assert told("别处,500.00,成功,", f"{first},499.00,成,", f"{second},500.00,失败,") == {
        "第2行A列（明细编号）": "别处不在报送的清单里",
        "第3行B列（金额）": "应为500.00，文件为499.00",
        "第3行C列（结果）": "应为成功、到账、失败、退回之一",
        "第4行D列（原因）": "失败的须写明原因",
    }
    assert told(f"{first},500.00,成功,", f"{first},500.00,成功,", f"{second},500.00,成功,")
    with pytest.raises(Forbidden):
        payments.import_result(paying, stranger, batch.number, b"x,y\n1,2\n")
    assert batch.row.state == "sent"
    batch.answer()
    assert batch.answer().already_done
    assert batch.row.paid_count == 2


@pytest.mark.req("JC-12")
def test_the_first_batch_reconciles_what_was_taken_over(paying: Office) -> None:
    sent = as_csv([*household(1, amount_monthly="480.00", paid_through="2026-09"), *household(2, state="暂停")])
    maker, leader = (identity.actor_of(paying, f"jincheng-{role}-1") for role in ("county_office", "county_leader"))
    import_no = takeover.check(paying, maker, sent, "名单.csv").import_no
    takeover.submit(paying, maker, import_no)
    takeover.release(paying, leader, import_no)
    assert takeover_release.carry_on(paying, import_no) == "released"

    def opening(amount: str) -> None:
        with paying.store.transaction() as tx:
            (line,) = shelf_of(tx).find(TakeoverLine, {"import_no": import_no, "recipient_no": "城区000001"})
            shelf_of(tx).change(line, {"amount_monthly": Decimal(amount)})

    opening("500.00")
    batch = begun(paying)
    assert batch.open() == {"Task_ClearDifferences"}
    assert [(row["kind"], row["sentence"]) for row in batch.row.differences] == [
        ("opening", f"{import_no}第2行导入每月500.00元，台账应发480.00元")
    ]
    opening("480.00")
    put_right = {"difference_no": "1", "difference_action": "fixed", "difference_note": "与原台账核对，清单已更正。"}
    batch.do("Task_ClearDifferences", "county_payment-1", batch_differences=[put_right])
    assert batch.open() == {"Task_MakeBatch"}
    assert [(line.recipient_no, line.month, line.amount) for line in batch.lines().values()] == [
        ("城区000001", "2026-10", Decimal("480.00"))
    ]
    with pytest.raises(Refused, match="第2行"):
        takeover.undo(paying, leader, import_no, "已经进了发放清单")
