"""Payment batches for people: lists by payer and month, the bank's file out, the bank's answer in (NH-25, QJ-38)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from jiuzhu.domain import payments, words
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.money import money_text, yuan
from jiuzhu.domain.rows import PaymentBatch, PaymentLine
from jiuzhu.errors import Conflict, Forbidden, Invalid, OutOfReach
from jiuzhu.service import messages, seen_payments, spreadsheets
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office, is_system
from jiuzhu.service.refusals import logged
from jiuzhu.service.retry import repeated
from jiuzhu.store import payments as rows
from jiuzhu.store.payments import BatchFilter
from jiuzhu.store.shelf import shelf_of

DISTRICT_READERS = frozenset(
    {"county_payment", "county_payment_checker", "county_leader", "county_office", "county_supervisor", "auditor"}
)
"""Who sees every batch of a district; the auditor and the finance department only read (QJ-38, R-16)."""
TOWN_READERS = frozenset({"town_finance", "town_finance_checker", "town_head"})
FINANCE = ".dept.finance"
"""End of the id of a district's finance department: its people oversee the money (QJ-38)."""
MESSAGE = "bank.result"
RESULTS: Mapping[str, str] = {"成功": "paid", "到账": "paid", "失败": "failed", "退回": "failed"}
HEADING = ("明细编号", "金额", "结果", "原因")


@dataclass(frozen=True, kw_only=True)
class BatchView:
    """One batch as lists show it."""

    row: PaymentBatch
    payer_name: str
    programme: str
    state: str
    late: bool
    """The day has passed and the money has not arrived."""


@dataclass(frozen=True, kw_only=True)
class BatchPage:
    """One batch with everything on it."""

    batch: BatchView
    lines: Sequence[Mapping[str, str]]
    differences: Sequence[Mapping[str, str]]
    may_export: bool
    may_import: bool


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an imported file led to."""

    paid: int
    failed: int
    already_done: bool = False


def list_batches(office: Office, actor: Actor, *, month: str = "", payer_org: str = "") -> Sequence[BatchView]:
    """Return the batches that this person may see, the latest month first. Raises Forbidden for other posts."""
    with reading_desk(office, actor) as desk:
        wanted = _reach(desk, actor, month=month, payer_org=payer_org)
        return [_view(desk, one) for one in rows.page(desk.tx, wanted)]


@logged("open", "batch_no")
def show_batch(office: Office, actor: Actor, batch_no: str) -> BatchPage:
    """Return one batch with its lines. Raises OutOfReach."""
    with reading_desk(office, actor) as desk:
        batch = _batch(desk, actor, batch_no)
        pays = _pays(actor, batch)
        return BatchPage(
            batch=_view(desk, batch),
            lines=[seen_payments.shown(desk, line) for line in rows.lines(desk.tx, batch_no)],
            differences=[
                {**{key: str(value) for key, value in row.items()}, "kind": payments.DIFFERENCES[str(row["kind"])]}
                for row in batch.differences
            ],
            may_export=pays and bool(batch.sent_at),
            may_import=pays and batch.state == "sent",
        )


@logged("open", "batch_no")
def bank_file(office: Office, actor: Actor, batch_no: str) -> Sequence[Sequence[str]]:
    """Return the rows of the file that went to the bank, heading first, with an empty result for each.

    Raises Forbidden for whoever neither makes nor checks the list, Conflict before it was sent.
    """
    with reading_desk(office, actor) as desk:
        batch = _batch(desk, actor, batch_no)
        _require_payer(actor, batch)
        if batch.sent_at is None:
            raise Conflict("清单还没有复核通过并报送银行，不能导出代发文件。")
        sent = [line for line in rows.lines(desk.tx, batch_no) if line.file_no == batch.file_no]
        heading = ["明细编号", "收款人", "开户银行", "账号", "金额", "所属月份", "结果", "原因"]
        return [heading, *[_file_row(line) for line in sent]]


@logged("message", "batch_no")
def import_result(office: Office, actor: Actor, batch_no: str, data: bytes) -> Imported:
    """Enter the bank's answer: checked row by row, noted on the lines, then told to the batch that waits for it.

    The same file again changes nothing. Raises Invalid (faults by row and column), Forbidden, Conflict.
    """
    found = spreadsheets.read_rows(data)
    noted = repeated(office, lambda: _note_result(office, actor, batch_no, found))
    if noted.already_done:
        return noted
    answer = {"result_paid": noted.paid, "result_failed": noted.failed}
    with reading_desk(office, actor) as desk:
        file_no = _batch(desk, actor, batch_no).file_no
    once = f"bank:{file_no}:{sha256(data).hexdigest()[:16]}"
    messages.send_message(office, actor, batch_no, MESSAGE, {**answer, "result_file_no": file_no}, once=once)
    return noted


def _note_result(office: Office, actor: Actor, batch_no: str, found: Sequence[Sequence[str]]) -> Imported:
    with open_desk(office, actor) as desk:
        batch = _batch(desk, actor, batch_no)
        _require_payer(actor, batch)
        shelf = shelf_of(desk.tx)
        lines = {line.line_no: line for line in shelf.find(PaymentLine, {"batch_no": batch_no})}
        sent = {number: line for number, line in lines.items() if line.file_no and line.file_no == batch.file_no}
        answers = _read(found, sent)
        settled = [line for line in sent.values() if line.state in ("paid", "failed")]
        if batch.state != "sent" and len(settled) == len(sent):
            if all(answers[line.line_no][0] == line.state for line in settled):
                paid = sum(1 for line in settled if line.state == "paid")
                return Imported(paid=paid, failed=len(settled) - paid, already_done=True)
            raise Conflict("这一批的回盘已经登记过，结果与这份文件不同。")
        for number, (result, reason) in answers.items():
            shelf.change(sent[number], {"bank_result": result, "bank_reason": reason})
        paid = sum(1 for result, _ in answers.values() if result == "paid")
        return Imported(paid=paid, failed=len(answers) - paid)


def _read(found: Sequence[Sequence[str]], sent: Mapping[str, PaymentLine]) -> dict[str, tuple[str, str]]:
    """Return line number → result and reason. Raises Invalid that names each fault by row and column."""
    heading = [cell.strip() for cell in found[0]] if found else []
    missing = [name for name in HEADING if name not in heading]
    if missing:
        raise Invalid("回盘文件读不了。", {"file": f"第1行缺少列：{'、'.join(missing)}"})
    place = {name: heading.index(name) for name in HEADING}
    answers: dict[str, tuple[str, str]] = {}
    faults: dict[str, str] = {}
    for at, row in enumerate(found[1:], start=2):
        if not any(row):
            continue
        cell = {name: row[index].strip() if index < len(row) else "" for name, index in place.items()}
        line = sent.get(cell["明细编号"])
        where = {name: f"第{at}行{spreadsheets.letter_of(place[name])}列（{name}）" for name in HEADING}
        if line is None:
            faults[where["明细编号"]] = f"{cell['明细编号'] or '空'}不在报送的清单里"
            continue
        if line.line_no in answers:
            faults[where["明细编号"]] = f"{line.line_no}重复"
        if _amount(cell["金额"]) != line.amount:
            faults[where["金额"]] = f"应为{line.amount:.2f}，文件为{cell['金额'] or '空'}"
        if cell["结果"] not in RESULTS:
            faults[where["结果"]] = f"应为{'、'.join(RESULTS)}之一"
        result = RESULTS.get(cell["结果"], "")
        if result == "failed" and not cell["原因"]:
            faults[where["原因"]] = "失败的须写明原因"
        answers[line.line_no] = (result, cell["原因"][:200] if result == "failed" else "")
    lacking = [number for number in sent if number not in answers]
    if lacking and not faults:
        faults["file"] = f"缺少{len(lacking)}笔，例如{lacking[0]}；请导入完整的回盘文件"
    if faults:
        raise Invalid(f"回盘文件有{len(faults)}处错误，没有导入。", dict(list(faults.items())[:50]))
    return answers


def _amount(text: str) -> Decimal | None:
    try:
        return yuan(text)
    except Invalid:
        return None


def _file_row(line: PaymentLine) -> list[str]:
    return [
        line.line_no, line.name, line.bank_name, line.bank_account, money_text(line.amount), line.month, "", ""
    ]  # fmt: skip


def as_csv(table: Sequence[Sequence[str]]) -> str:
    """Return rows as CSV with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + text.getvalue()


def _view(desk: Desk, batch: PaymentBatch) -> BatchView:
    return BatchView(
        row=batch,
        payer_name=desk.office.places.name(desk.tx, batch.payer_org),
        programme=words.PROGRAMMES.get(batch.programme, batch.programme),
        state=words.BATCH_STATES.get(batch.state, batch.state),
        late=batch.state not in ("posted", "void") and desk.now > batch.due_at,
    )


def _reach(desk: Desk, actor: Actor, *, month: str = "", payer_org: str = "") -> BatchFilter:
    if is_system(actor):
        return BatchFilter(districts=list(desk.office.policies.districts), month=month, payer_org=payer_org)
    districts, payers = set(), set()
    for group in actor.groups:
        role, _, place = group.partition("@")
        if role in DISTRICT_READERS:
            districts.add(place)
        elif role in TOWN_READERS:
            payers.add(place)
        elif place.endswith(FINANCE):
            districts.add(place.removesuffix(FINANCE))
    if not districts and not payers:
        raise Forbidden("您的岗位不能查看资金发放。")
    return BatchFilter(districts=sorted(districts), payers=sorted(payers), month=month, payer_org=payer_org)


def _batch(desk: Desk, actor: Actor, batch_no: str) -> PaymentBatch:
    batch = rows.one(desk.tx, batch_no)
    if batch is not None:
        reach = _reach(desk, actor)
        if batch.district in reach.districts or batch.payer_org in reach.payers:
            return batch
    raise OutOfReach("没有这一批，或者它不在您的管辖范围内。")


def _pays(actor: Actor, batch: PaymentBatch) -> bool:
    kind = "county" if batch.payer_org == batch.district else "town"
    return any(actor.holds(f"{role}@{batch.payer_org}") for role in payments.PAYERS[kind])


def _require_payer(actor: Actor, batch: PaymentBatch) -> None:
    if not _pays(actor, batch):
        raise Forbidden("只有本批的制单和复核岗位可以导出代发文件、导入回盘。")


def concerns(actor: Actor) -> bool:
    """True for whoever pays, checks or oversees payments."""
    return bool((DISTRICT_READERS | TOWN_READERS) & actor.roles) or any(
        place.endswith(FINANCE) for place in actor.organisations
    )


def on_time(office: Office, actor: Actor, month: str) -> tuple[int, int]:
    """Return how many payments of a month arrived by the day, and how many were due (NH-25)."""
    with reading_desk(office, actor) as desk:
        batches = rows.page(desk.tx, _reach(desk, actor, month=month))
        due = in_time = 0
        for batch in batches:
            for line in rows.lines(desk.tx, batch.batch_no):
                if line.state == "excluded":
                    continue
                due += 1
                in_time += line.state == "paid" and line.settled_at is not None and line.settled_at <= batch.due_at
        return in_time, due
