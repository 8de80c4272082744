"""The banks' side of the year: each list that was sent comes back a working day later, and whoever pays imports it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.payments import PAYERS
from jiuzhu.domain.rows import PaymentBatch
from jiuzhu.errors import Failed, Refused
from jiuzhu.service import identity, payments
from jiuzhu.service.office import Office, system_actor
from jiuzhu.simulate.staff import words_of

FAILING = 0.01
"""In which part of the transfers the account is wrong."""
REASON = "户名与账号不符"


class Bank:
    """Answers the lists of a district."""

    def __init__(self, office: Office, district: str, logins: Sequence[str], draw: random.Random) -> None:
        self._office = office
        self._district = district
        self._logins = logins
        self._draw = draw
        self.answered = 0
        self.troubles: Counter[str] = Counter()

    def answer(self, today: date) -> None:
        """Bring back what was sent before today."""
        found = payments.list_batches(self._office, system_actor())
        for batch in sorted((one.row for one in found), key=lambda row: row.batch_no):
            sent = batch.state == "sent" and batch.sent_at is not None and day_of(batch.sent_at) < today
            if sent and batch.district == self._district:
                self._import(batch)

    def _import(self, batch: PaymentBatch) -> None:
        said = "没有人可以导入"
        maker = PAYERS["county" if batch.payer_org == self._district else "town"][0]
        for actor in (identity.actor_of(self._office, login) for login in self._logins):
            if not actor.holds(f"{maker}@{batch.payer_org}"):
                continue
            try:
                heading, *rows = payments.bank_file(self._office, actor, batch.batch_no)
                told = [[*row[:6], *self._result()] for row in rows]
                payments.import_result(self._office, actor, batch.batch_no, payments.as_csv([heading, *told]).encode())
            except (Refused, Failed) as error:
                said = words_of(error)
            else:
                self.answered += 1
                return
        self.troubles[f"银行回盘：{said}"] += 1

    def _result(self) -> tuple[str, str]:
        return ("失败", REASON) if self._draw.random() < FAILING else ("成功", "")
