"""What people bring in while a case waits: supplements, objections, appeals — a share of the cases, or as planned."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from jiuzhu.errors import Failed, Refused
from jiuzhu.service import cases, identity, simulating_inflow
from jiuzhu.service.office import Office
from jiuzhu.simulate.plans import Hear
from jiuzhu.simulate.staff import Staff, words_of


class Hearing:
    """Enters messages for which cases of a district wait."""

    def __init__(self, office: Office, district: str, hear: Sequence[Hear], staff: Staff, draw: random.Random) -> None:
        self._office = office
        self._district = district
        self._shares = {one.message: one.share for one in hear}
        self._staff = staff
        self._draw = draw
        self._seen: set[str] = set()
        self._wanted: dict[tuple[str, str], bool] = {}
        self.made: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()

    def expect(self, record_no: str, messages: Sequence[str]) -> None:
        """Bring in these messages as soon as the record, or another of its case or household, waits for them."""
        self._wanted |= {(record_no, one): True for one in messages}

    def listen(self) -> None:
        """Enter what somebody comes with today."""
        for one in simulating_inflow.messages(self._office, self._district):
            planned = [
                known
                for known in self._wanted
                if known[1] == one.message and _same(known[0], one.record_no, one.case_no)
            ]
            if not planned:
                if one.task_id in self._seen:
                    continue
                self._seen.add(one.task_id)
                if self._draw.random() >= self._shares.get(one.message, 0.0):
                    continue
            if self._bring(one):
                for known in planned[:1]:
                    del self._wanted[known]

    def pending(self) -> Sequence[str]:
        """Return what the plan wanted brought in and no record came to wait for."""
        return [f"{record_no}：{message}" for record_no, message in self._wanted]

    def _bring(self, wait: simulating_inflow.Waiting) -> bool:
        said = "没有人可以登记"
        for actor in (identity.actor_of(self._office, login) for login in wait.logins):
            try:
                page = cases.message_form(self._office, actor, wait.case_no, wait.message)
                data = self._staff.answer(actor, page.sheet.form, page.sheet.context, wait.case_no, {})
                cases.send_message(self._office, actor, wait.case_no, wait.message, data)
            except (Refused, Failed) as error:
                said = words_of(error)
            else:
                self.made[wait.message] += 1
                return True
        self.troubles[f"来件{wait.message}：{said}"] += 1
        return False


def _same(known: str, record_no: str, case_no: str) -> bool:
    """True for the record itself, its case, and another record about the same household."""
    return known in (record_no, case_no) or ("/" in known and known.partition("/")[0] == case_no)
