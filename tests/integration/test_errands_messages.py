"""Notifications and synchronisation against real SMTP and HTTP servers; effects are counted at the receiver by key."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.domain.household import fold
from jiuzhu.domain.records import PersonHead
from jiuzhu.domain.rows import Alert, Filing, Household, Notification, PaymentOrder, Recipient, Transmission
from jiuzhu.domain.topics import ErrandCall, Topic, Values
from jiuzhu.errors import ConfigurationError, Invalid, WorkerError
from tests.fakes.receivers import http_receiver, mail_receiver
from tests.fakes.records import CASE, NOW, MemoryRecords, record_call, submission
from tests.forms_data import answers
from workers.errands import TOPICS, build_errands

GROUP = "village_officer@140502100001"


def settings(**tables: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {
        "exchange": {"url": "http://127.0.0.1:9", "timeout_seconds": 0.4},
        "mail": {
            "host": "", "port": 25, "sender": "jiuzhu@office.test", "user": "", "starttls": False, "staff_domain": "",
        },
        "sms": {"url": "", "timeout_seconds": 0.4},
        "sync": {"filing_url": "", "recipient_url": "", "province_url": "", "poverty_url": "", "timeout_seconds": 0.4},
        "bank": {"url": "", "refused_endings": ["0000"], "timeout_seconds": 0.4},
    }  # fmt: skip
    for name, table in tables.items():
        made[name] |= table
    return made


def case() -> MemoryRecords:
    application = submission("application", answers("application"))
    records = MemoryRecords(
        answers=[application],
        staff=[
            PersonHead(id="v1", login="jincheng-village_officer-1", name="王晓梅", groups=(GROUP,)),
            PersonHead(id="v2", login="jincheng-village_officer-9", name="赵一", groups=(GROUP,)),
        ],
    )
    household = fold(records.answers)
    records.rows.append(
        Household(case_no=CASE.case_no, record=household, member_count=3, version=1, folded=[], updated_at=NOW)
    )
    return records


def park(topic: Topic, records: MemoryRecords, inputs: Values) -> ErrandCall:
    assert topic.prepare is not None
    call = record_call(records, topic.contract.topic, inputs)
    return ErrandCall(
        topic=call.topic,
        case_no=call.case_no,
        record_no=call.record_no,
        process_key=call.process_key,
        district=call.district,
        element_id=call.element_id,
        task_id=call.task_id,
        inputs=json.loads(json.dumps({**call.inputs, **topic.prepare(call)})),
        attempt=1,
        now=NOW,
    )


def act(topic: Topic, call: ErrandCall) -> Values:
    assert topic.errand is not None
    return topic.errand(call)


def book(topic: Topic, records: MemoryRecords, inputs: Values, result: Values) -> Values:
    assert topic.book is not None
    return topic.book(record_call(records, topic.contract.topic, inputs), json.loads(json.dumps(dict(result))))


VISIT = {"template": "visit_notice", "to": f"{GROUP}, applicant", "due_home_visit": "2026-09-30T23:59:59+08:00"}


@pytest.mark.req("JC-06")
def test_staff_get_letters_and_the_household_a_short_message(tmp_path: Path) -> None:
    with mail_receiver() as mailbox, http_receiver() as gateway:
        topic = build_errands(
            settings(
                mail={"host": "127.0.0.1", "port": mailbox.port, "staff_domain": "office.test"},
                sms={"url": gateway.url},
            ),
            outbox=tmp_path,
        )["notify"]
        records = case()
        plan = answers("visit_plan", visit_planned_at="2026-09-18T09:30:00+08:00")
        records.answers.append(submission("visit_plan", plan))
        call = park(topic, records, VISIT)
        result = act(topic, call)
        assert act(topic, call) == {**result}  # a second run: the same keys, the same receipts
    assert [letter["To"] for letter in mailbox.letters[:2]] == [
        "jincheng-village_officer-1@office.test",
        "jincheng-village_officer-9@office.test",
    ]
    assert set(mailbox.by_key.values()) == {2}
    assert len(mailbox.by_key) == 2
    letter = mailbox.letters[0]
    assert letter["Subject"] == "入户调查通知"
    assert "周永安户（晋城城区-2026-低保-0001）的入户调查已安排（9月18日9时30分），请协助。" in letter.get_content()
    assert gateway.came == {"task-1/3": 2}
    (message,) = gateway.effects.values()
    assert message["phone"] == answers("application")["phone"]
    assert "660502" not in message["text"] + letter.get_content()
    assert gateway.paths == ["/messages", "/messages"]

    outputs = book(topic, records, VISIT, result)
    assert outputs["notified_at"].startswith("2026-09-16T09:30")
    kept = records.find(Notification)
    assert [(row.channel, row.state) for row in kept] == [("mail", "sent"), ("mail", "sent"), ("sms", "sent")]
    (alert,) = records.find(Alert)
    assert (alert.alert_group, alert.kind) == (GROUP, "visit_notice")


def test_without_servers_messages_go_to_the_outbox_labelled(tmp_path: Path) -> None:
    topic = build_errands(settings(mail={"staff_domain": "office.test"}), outbox=tmp_path)["notify"]
    records = case()
    call = park(topic, records, VISIT)
    first = act(topic, call)
    assert act(topic, call) == first
    files = sorted(tmp_path.rglob("*"))
    assert [file.parent.name for file in files if file.is_file()] == ["mail", "mail", "sms"]
    content = json.loads(next(iter((tmp_path / "sms").iterdir())).read_text(encoding="utf-8"))
    assert content["label"].startswith("模拟")
    assert content["to"] == answers("application")["phone"]
    book(topic, records, VISIT, first)
    assert {row.state for row in records.find(Notification)} == {"simulated"}
    assert all(row.receipt.startswith("模拟-") for row in records.find(Notification))


def test_whoever_cannot_be_reached_holds_up_no_case(tmp_path: Path) -> None:
    with mail_receiver() as mailbox:
        mailbox.refuse["jincheng-village_officer-1@office.test"] = "550 no such user"
        topic = build_errands(
            settings(mail={"host": "127.0.0.1", "port": mailbox.port, "staff_domain": "office.test"}), outbox=tmp_path
        )["notify"]
        records = case()
        household = records.find(Household)[0]
        del household.record["applicant"]["phone"]
        result = act(topic, park(topic, records, VISIT))
    book(topic, records, VISIT, result)
    states = [(row.recipient, row.channel, row.state) for row in records.find(Notification)]
    assert states == [
        ("王晓梅", "mail", "unreachable"),
        ("赵一", "mail", "sent"),
        ("周永安", "none", "unreachable"),
    ]
    assert "550" in records.find(Notification)[0].receipt
    assert records.lines[-1] == ("notified", "已通知2人，1人没有联系方式或无法送达。")


def test_a_number_that_is_none_is_noted_and_a_gateway_that_refuses_us_is_not(tmp_path: Path) -> None:
    with http_receiver() as gateway:
        topic = build_errands(settings(sms={"url": gateway.url}), outbox=tmp_path)["notify"]
        gateway.script = [422, 401]
        inputs = {"template": "payment_notice", "to": "applicant"}
        result = act(topic, park(topic, case(), inputs))
        assert [line["state"] for line in result["messages"]] == ["unreachable"]
        with pytest.raises(WorkerError, match="401") as failed:
            act(topic, park(topic, case(), inputs))
    assert failed.value.permanent


def test_a_mail_server_in_trouble_is_tried_again(tmp_path: Path) -> None:
    with mail_receiver() as mailbox:
        mailbox.refuse["jincheng-village_officer-9@office.test"] = "451 try later"
        topic = build_errands(
            settings(mail={"host": "127.0.0.1", "port": mailbox.port, "staff_domain": "office.test"}), outbox=tmp_path
        )["notify"]
        with pytest.raises(WorkerError, match="451") as failed:
            act(topic, park(topic, case(), VISIT))
    assert not failed.value.permanent
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    gone = build_errands(settings(mail={"host": "127.0.0.1", "port": port, "staff_domain": "o.test"}), outbox=tmp_path)
    with pytest.raises(WorkerError, match="没有应答") as failed:
        act(gone["notify"], park(gone["notify"], case(), VISIT))
    assert not failed.value.permanent


def test_login_is_used_where_configured_and_starttls_is_never_skipped(tmp_path: Path) -> None:
    with mail_receiver() as mailbox:
        mail = {"host": "127.0.0.1", "port": mailbox.port, "staff_domain": "o.test", "user": "jiuzhu"}
        topic = build_errands(settings(mail=mail), outbox=tmp_path, mail_password="geheim")["notify"]
        act(topic, park(topic, case(), VISIT))
        assert mailbox.logins
        secure = build_errands(settings(mail={**mail, "starttls": True}), outbox=tmp_path)["notify"]
        with pytest.raises(WorkerError, match="不支持"):
            act(secure, park(secure, case(), VISIT))
        assert len(mailbox.letters) == 2


def test_a_group_with_nobody_in_it_still_has_a_list(tmp_path: Path) -> None:
    topic = build_errands(settings(), outbox=tmp_path)["notify"]
    records = case()
    records.staff.clear()
    inputs = {"template": "visit_notice", "to": GROUP}
    book(topic, records, inputs, act(topic, park(topic, records, inputs)))
    assert [row.alert_group for row in records.find(Alert)] == [GROUP]


@pytest.mark.req("JC-24")
def test_the_payment_notice_says_what_and_from_when(tmp_path: Path) -> None:
    topic = build_errands(settings(), outbox=tmp_path)["notify"]
    inputs = {
        "template": "payment_notice", "to": "applicant", "amount_monthly": "1196.00", "effective_month": "2026-10",
    }  # fmt: skip
    call = park(topic, case(), inputs)
    assert "已确认，自2026-10起每月1196.00元。" in call.inputs["recipients"][0]["text"]


def test_an_unknown_template_is_refused_by_name() -> None:
    topic = TOPICS["notify"]
    with pytest.raises(WorkerError, match="spam"):
        park(topic, case(), {"template": "spam", "to": "applicant"})


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (404, True), (429, False), (500, False), (503, False), (0, False)],
)
def test_a_status_says_whether_trying_again_helps(status: int, permanent: bool, tmp_path: Path) -> None:
    with http_receiver() as platform:
        platform.script = [status]
        topic = build_errands(settings(sync={"filing_url": platform.url}), outbox=tmp_path)["external_sync"]
        call = park(topic, with_filing(), {"target": "filing"})
        with pytest.raises(WorkerError) as failed:
            act(topic, call)
        assert failed.value.permanent is permanent
        if not permanent:
            assert act(topic, replace(call, attempt=2))["state"] == "sent"
            assert platform.came == {"task-1": 2}
            assert len(platform.effects) == 1


def test_a_time_out_is_tried_again_and_counts_once(tmp_path: Path) -> None:
    """The platform took the record but its answer came too late: the retry must not file it twice."""
    with http_receiver() as platform:
        platform.delay_seconds = 1.0
        topic = build_errands(settings(sync={"filing_url": platform.url}), outbox=tmp_path)["external_sync"]
        call = park(topic, with_filing(), {"target": "filing"})
        with pytest.raises(WorkerError, match="没有应答") as failed:
            act(topic, call)
        assert not failed.value.permanent
        platform.delay_seconds = 0.0
        assert act(topic, replace(call, attempt=2))["state"] == "sent"
        assert platform.came == {"task-1": 2}
        assert list(platform.effects) == ["task-1"]


@pytest.mark.req("JC-12", "JC-25")
def test_by_a_folder_each_record_is_one_file(tmp_path: Path) -> None:
    place = tmp_path / "filing"
    topic = build_errands(settings(sync={"filing_folder": str(place)}), outbox=tmp_path / "outbox")["external_sync"]
    records = with_filing()
    call = park(topic, records, {"target": "filing", "filing_no": "备-1"})
    result = act(topic, call)
    assert act(topic, replace(call, attempt=2)) == result
    (path,) = place.iterdir()
    assert path.name == result["receipt"]
    told = json.loads(path.read_text(encoding="utf-8"))
    assert (told["key"], told["record_ref"]) == ("task-1", "备-1")
    assert told["record"]["lines"] == [{"name": "周永安", "amount_after": "1196.00"}]
    assert book(topic, records, {"target": "filing"}, result) == {"sync_status": "sent"}, "not simulated"
    (place / "taken").mkdir()
    path.rename(place / "taken" / path.name)
    act(topic, replace(call, attempt=3))
    assert list(place.glob("*.json")) == [], "taken once is not laid there again"


def test_a_folder_that_cannot_be_written_is_tried_again_and_two_ways_out_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    way = settings(sync={"filing_folder": str(tmp_path / "file" / "below")})
    topic = build_errands(way, outbox=tmp_path / "outbox")["external_sync"]
    with pytest.raises(WorkerError, match="备案平台文件夹") as failed:
        act(topic, park(topic, with_filing(), {"target": "filing"}))
    assert not failed.value.permanent
    for table, names in (("sync", ("filing_url", "filing_folder")), ("bank", ("batch_url", "batch_folder"))):
        both = settings(**{table: dict(zip(names, ("http://127.0.0.1:9", "folder"), strict=True))})
        with pytest.raises(ConfigurationError, match=names[1]):
            build_errands(both, outbox=tmp_path)


def with_filing() -> MemoryRecords:
    records = case()
    for number, corrected in (("备-1", 0), ("备-2", 1)):
        records.rows.append(
            Filing(
                filing_no=number,
                case_no=CASE.case_no,
                record_no=CASE.record_no,
                district=CASE.district,
                town=CASE.town,
                programme="dibao",
                kind="new",
                state="sent",
                decision_no="决-1",
                lines=[{"name": "周永安", "amount_after": "1196.00"}],
                built_at=NOW,
                corrected=corrected,
                sent_at=NOW + timedelta(minutes=1),
            )
        )
    return records


@pytest.mark.req("JC-25", "XT-12", "XT-39")
def test_a_filing_reaches_the_platform_whole(tmp_path: Path) -> None:
    with http_receiver() as platform:
        topic = build_errands(settings(sync={"filing_url": platform.url}), outbox=tmp_path)["external_sync"]
        records = with_filing()
        inputs = {"target": "filing", "filing_no": "备-1"}
        result = act(topic, park(topic, records, inputs))
        (record,) = platform.effects.values()
    assert record["record_ref"] == "备-1"
    assert record["record"]["lines"] == [{"name": "周永安", "amount_after": "1196.00"}]
    assert record["record"]["sent_at"] == "2026-09-16T09:31:00+08:00"
    assert book(topic, records, inputs, result) == {"sync_status": "sent"}
    (kept,) = records.find(Transmission)
    assert (kept.target, kept.record_ref, kept.version, kept.receipt) == ("filing", "备-1", 0, "回执-1")
    assert len(kept.sha256) == 64


def test_a_recipient_goes_with_its_orders_to_the_outbox_by_default(tmp_path: Path) -> None:
    topic = build_errands(settings(), outbox=tmp_path)["external_sync"]
    records = case()
    records.rows.append(recipient())
    records.rows.append(
        PaymentOrder(
            order_no="令-1",
            recipient_no="象-1",
            case_no=CASE.case_no,
            district=CASE.district,
            town=CASE.town,
            programme="dibao",
            month="2026-10",
            amount=Decimal("1196.00"),
            payer="county",
            decision_no="决-1",
            ordered_at=NOW,
        )
    )
    inputs = {"target": "recipient"}
    result = act(topic, park(topic, records, inputs))
    (file,) = (tmp_path / "recipient").iterdir()
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["label"].startswith("模拟")
    assert content["record"]["orders"][0]["amount"] == "1196.00"
    assert book(topic, records, inputs, result) == {"sync_status": "simulated"}


def recipient() -> Recipient:
    return Recipient(
        recipient_no="象-1", case_no=CASE.case_no, district=CASE.district, town=CASE.town, village=CASE.village,
        programme="dibao", name="周永安", resident_id="660502196805120111", resident_ref="r", members=3,
        amount_monthly=Decimal("1196.00"), payer="county", decision_no="决-1", since="2026-10", review_months=12,
        next_review=NOW.date(),
    )  # fmt: skip


def test_nothing_to_send_is_said_and_not_sent(tmp_path: Path) -> None:
    with http_receiver() as platform:
        topic = build_errands(settings(sync={"filing_url": platform.url}), outbox=tmp_path)["external_sync"]
        records = case()
        result = act(topic, park(topic, records, {"target": "filing"}))
        assert not platform.came
    assert book(topic, records, {"target": "filing"}, result) == {"sync_status": "empty"}


def test_an_unknown_target_and_a_foreign_result_are_refused() -> None:
    with pytest.raises(WorkerError, match="jinmin"):
        park(TOPICS["external_sync"], case(), {"target": "jinmin"})
    with pytest.raises(Invalid):
        book(TOPICS["external_sync"], case(), {}, {"state": "done"})
    with pytest.raises(Invalid):
        book(TOPICS["notify"], case(), {}, {})


def test_an_unwritable_outbox_is_a_failure_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "sms").write_text("not a folder", encoding="utf-8")
    topic = build_errands(settings(), outbox=tmp_path)["notify"]
    with pytest.raises(WorkerError, match="不能写入发件夹"):
        act(topic, park(topic, case(), VISIT))


def test_a_missing_table_is_named_at_start(tmp_path: Path) -> None:
    config = settings()
    del config["sms"]
    with pytest.raises(ConfigurationError, match=r"\[sms\]"):
        build_errands(config, outbox=tmp_path)


@pytest.mark.parametrize("name", sorted(TOPICS))
def test_contracts_are_errands_with_chinese_labels(name: str) -> None:
    contract = TOPICS[name].contract
    assert contract.kind == "errand"
    assert not contract.label.isascii()
    assert all(not each.label.isascii() for each in (*contract.inputs, *contract.outputs))
    assert contract.sources
