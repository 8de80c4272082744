"""The pages of monthly payment and of transfers, and the command that says the same."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from jiuzhu.cli import payment as command
from jiuzhu.cli import show
from jiuzhu.errors import Forbidden
from jiuzhu.service import identity, payments, reports, transfers
from jiuzhu.service.office import Office
from tests.conftest import OfficeMaker
from tests.fakes.receivers import http_receiver
from tests.payments import Batch, add_recipient, only
from tests.walks import Walker, load_walks
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]
PAYER, LEADER = "jincheng-county_payment-1", "jincheng-county_leader-1"


@pytest.fixture
def sent(office: Office) -> Batch:
    only(office, "payment_batch")
    for number in (1, 2):
        add_recipient(office, number)
    batch = Batch(office)
    batch.until("2026-10-01")
    batch.take("2026-10")
    batch.make()
    batch.check()
    return batch


@pytest.mark.req("NH-25", "QJ-38")
def test_the_payer_exports_the_list_and_imports_the_answer(sent: Batch, browser: Open) -> None:
    payer = browser(PAYER)
    assert "等待银行回盘" in text_of(payer.get("/payments?month=2026-10"))
    page = text_of(payer.get(f"/payments/{sent.number}"))
    assert "模拟报送，没有真正发出" in page
    assert "尾号" in page
    file = payer.get(f"/payments/file?batch={sent.number}&as=csv").data.decode("utf-8-sig")
    assert file.count("500.00") == 2
    assert payer.get(f"/payments/file?batch={sent.number}&as=xlsx").data.startswith(b"PK")
    bad = file.replace("500.00,2026-10,,", "500.00,2026-10,好,")
    answer = payer.post(f"/payments/{sent.number}", {"file": (io.BytesIO(bad.encode()), "回盘.csv")})
    assert answer.status_code == 422
    assert "第2行G列（结果）" in text_of(answer)
    good = file.replace("500.00,2026-10,,", "500.00,2026-10,成功,")
    answer = payer.post(f"/payments/{sent.number}", {"file": (io.BytesIO(good.encode()), "回盘.csv")})
    assert answer.status_code == 303
    assert "已到账" in text_of(payer.get(f"/payments/{sent.number}"))
    assert "应发 2 笔，按期到账 2 笔（100.0%）" in text_of(payer.get("/payments?month=2026-10"))


@pytest.mark.req("QJ-38")
def test_who_oversees_reads_and_touches_nothing(sent: Batch, browser: Open) -> None:
    leader = browser(LEADER)
    page = text_of(leader.get(f"/payments/{sent.number}"))
    assert "代发 CSV" not in page
    assert "导入银行回盘" not in page
    leader.get(f"/payments/file?batch={sent.number}", 403)
    browser("qijiang-county_payment-1").get(f"/payments/{sent.number}", 404)
    browser("jincheng-town_reviewer-1").get("/payments", 403)


def test_the_command_says_the_same(sent: Batch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(show, "open_office", lambda: sent.office)

    def said(*arguments: str) -> str:
        answer = CliRunner().invoke(command.payment, [*arguments, "--as", PAYER])
        assert answer.exit_code == 0, answer.output
        return answer.output

    assert json.loads(said("list", "--json"))[0]["row"]["count"] in (0, 2)
    assert sent.number in said("list", "--month", "2026-10")
    assert "示例户1" in said("show", sent.number)
    path = tmp_path / "answer.csv"
    path.write_text(said("file", sent.number).replace("2026-10,,", "2026-10,成功,"), encoding="utf-8")
    assert "到账 2 笔，失败 0 笔" in said("import-result", sent.number, str(path))
    assert sent.ends() == ["End_BatchPaid"]
    assert payments.on_time(sent.office, identity.actor_of(sent.office, PAYER), "2026-10") == (2, 2)


@pytest.mark.req("NH-24")
def test_transfers_are_logged_retried_and_held_against_the_register(make_office: OfficeMaker) -> None:
    with http_receiver() as ministry:
        office = make_office(sync={"recipient_url": ministry.url, "timeout_seconds": 1.0})
        walker = Walker(office, load_walks()["N1"])
        ministry.script = [503, 503, 503]
        walker.arrange()
        walker.run()
        walker.settle()
        reader, admin = walker.actor("county_office"), walker.actor("county_admin")
        page = transfers.show_transfers(office, reader)
        (stuck,) = [one for one in page.pending if one.stuck]
        assert [gap.sentence for gap in page.gaps] == ["从未推送"]
        with pytest.raises(Forbidden):
            transfers.show_transfers(office, walker.actor("town_investigator"))
        transfers.retry(office, admin, stuck.task_id)
        walker.settle()
        page = transfers.show_transfers(office, reader, target="recipient")
        assert page.pending == []
        assert page.gaps == []
        assert [(one.target, one.state) for one in page.sent] == [("救助资金平台", "已推送")]
        assert len([body for body in ministry.effects.values() if body["target"] == "recipient"]) == 1
        with office.store.engine.begin() as connection:
            connection.execute(text("update recipient set version = version + 1"))
        (gap,) = transfers.show_transfers(office, reader).gaps
        assert gap.sentence == "推送的是第1版，台账已是第2版"


def test_the_transfers_page(office: Office, browser: Open) -> None:
    add_recipient(office, 1)
    reader = browser("jincheng-county_office-1")
    assert "从未推送" in text_of(reader.get("/transfers"))
    assert reader.post("/transfers", {"task": "nothing"}).status_code == 404
    browser("jincheng-village_officer-1").get("/transfers", 403)


@pytest.mark.req("NH-25", "JC-12", "NH-24", "JC-17", "QJ-12", "NH-07")
def test_reports_of_money_count_what_the_batch_left(sent: Batch) -> None:
    def rows(name: str, period: str) -> list[list[str]]:
        page = reports.show_report(sent.office, sent.actor("county_office-1"), name, period=period)
        return [list(row) for row in page.rows]

    first, second = sorted(sent.lines())
    sent.answer(**{first: "账户已注销"})
    assert [row[2:] for row in rows("on_time_payment", "2026-10")] == [["2", "1", "1", "50.0%", "500.00", "1"]]
    found = {row[1]: row[4:] for row in rows("data_consistency", "2026-10")}
    assert found["jincheng-0001"] == ["500.00", "0.00", "500.00", "应发500.00元，到账0.00元；没有推送"]
    assert found["jincheng-0002"] == ["500.00", "500.00", "0.00", "没有推送"]
    (need,) = rows("fund_estimate", "2026Q4")
    assert need[1:] == ["2", "1000.00", "1.0000", "12000.00", "500.00"]
    assert second
