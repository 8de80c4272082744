"""Recipients with a history, as they stand in the register, and a month's batch of them in the real office."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.recipients import note_change
from jiuzhu.domain.rows import PaymentBatch, PaymentLine, Recipient
from jiuzhu.runner import Runner
from jiuzhu.service import clock, payments, schedules
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office, system_actor
from jiuzhu.service.schedule_files import Schedules
from jiuzhu.store.shelf import shelf_of
from tests.forms_people import PREFIX, VILLAGE, bank_account, resident_id
from tests.matters import Matter


def only(office: Office, *names: str) -> Office:
    """Leave these schedules only: what others bring is their tests' affair."""
    office.schedules = Schedules({name: office.schedules[name] for name in names})
    return office


class _Histories:
    """The part of a record that ``note_change`` asks for."""

    def __init__(self, desk: Any) -> None:
        self.shelf = shelf_of(desk.tx)

    def find(self, kind: Any, **equals: Any) -> Any:
        return self.shelf.find(kind, equals)

    def add(self, row: Any) -> None:
        self.shelf.add(row)


def add_recipient(office: Office, number: int, *, district: str = "jincheng", **more: Any) -> Recipient:
    """Enter a recipient with the line that begins the history."""
    whose = str(more.pop("id", "") or resident_id("19500101", number, prefix=PREFIX[district]))
    given: dict[str, Any] = {
        "recipient_no": f"{district}-{number:04d}",
        "case_no": f"{district}-存量-{number:04d}",
        "district": district,
        "town": VILLAGE[district][:9],
        "village": VILLAGE[district],
        "programme": "dibao",
        "name": f"示例户{number}",
        "resident_id": whose,
        "resident_ref": resident_ref(whose),
        "members": 1,
        "amount_monthly": Decimal("500.00"),
        "payer": "county",
        "bank_name": "示例农商行",
        "bank_account": bank_account(number),
        "decision_no": f"示例决{number}",
        "since": "2026-10",
        "review_months": 12,
        "next_review": date(2027, 10, 1),
    }
    row = Recipient(**{**given, **more})
    with open_desk(office, None) as desk:
        shelf_of(desk.tx).add(row)
        _note(desk, row, "import", row.since)
    return row


def change_recipient(
    office: Office, number: str, kind: str, month: str, *, history_only: bool = False, **values: Any
) -> None:
    """Add a line to a history and bring the recipient's row along, as whatever decides a change does."""
    with open_desk(office, None) as desk:
        row = shelf_of(desk.tx).find(Recipient, {"recipient_no": number})[0]
        changed = row if history_only else shelf_of(desk.tx).change(row, values)
        amount, state = values.get("amount_monthly", changed.amount_monthly), values.get("state", changed.state)
        _note(desk, changed, kind, month, amount=amount, state=state)


def _note(desk: Any, row: Recipient, kind: str, month: str, **values: Any) -> None:
    note_change(_Histories(desk), row, kind, effective_month=month, now=desk.now, record_no="test", **values)  # type: ignore[arg-type]


class Batch(Matter):
    """The batch that a month brings, worked by the people of its payer."""

    def __init__(self, office: Office, district: str = "jincheng", *, town: str = "") -> None:
        super().__init__(office, district)
        here = {name: one for name, one in office.schedules.items() if one.applies(district)}
        office.schedules = Schedules(
            {name: dataclasses.replace(one, districts=frozenset({district})) for name, one in here.items()}
        )
        self.payer = town or district
        self.role = "town_finance" if town else "county_payment"

    def until(self, day: str) -> None:
        """Move the office's date, and let the calendar and the errands do what is due."""
        zone = self.office.settings.zone
        now = clock.office_now(self.office).astimezone(zone)
        clock.advance_clock(self.office, None, timedelta(days=(date.fromisoformat(day) - now.date()).days))
        schedules.keep_schedules(self.office)
        Runner(self.office).drain()

    def take(self, month: str, programme: str = "dibao") -> str:
        """Take up the latest batch of a month."""
        found = [
            one
            for one in payments.list_batches(self.office, system_actor(), month=month, payer_org=self.payer)
            if one.row.programme == programme
        ]
        self.walker.case_no = found[0].row.batch_no
        return self.walker.case_no

    @property
    def row(self) -> PaymentBatch:
        with self.office.store.reading() as tx:
            return shelf_of(tx).find(PaymentBatch, {"batch_no": self.number})[0]

    def lines(self) -> dict[str, PaymentLine]:
        with self.office.store.reading() as tx:
            return {one.line_no: one for one in shelf_of(tx).find(PaymentLine, {"batch_no": self.number})}

    def make(self, **more: Any) -> None:
        self.do("Task_MakeBatch", f"{self.role}-1", **{"control_total": f"{self.row.total:.2f}", **more})

    def check(self, **more: Any) -> None:
        self.do("Task_CheckBatch", f"{self.role}_checker-1", **more)

    def answer(self, **failed: str) -> payments.Imported:
        """Import the bank's answer: all arrived but those that are named with their reasons."""
        login = self.actor(f"{self.role}-1")
        heading, *rows = payments.bank_file(self.office, login, self.number)
        told = [[*row[:6], "失败" if row[0] in failed else "成功", failed.get(row[0], "")] for row in rows]
        done = payments.import_result(self.office, login, self.number, payments.as_csv([heading, *told]).encode())
        self.settle()
        return done
