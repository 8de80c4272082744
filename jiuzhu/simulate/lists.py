"""What another department sends each quarter: the list of people whom it helps, which a district's office takes in."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date

from jiuzhu.domain.identity import SYNTHETIC_PROVINCE, synthetic_id
from jiuzhu.errors import Refused
from jiuzhu.service import identity, poverty_lists, simulating_inflow
from jiuzhu.service.office import Office
from jiuzhu.simulate.staff import words_of

KNOWN = 0.9
"""Which part of the people whom the district helps the department has on its list, too."""
ONLY_THERE = ("示例只在名单甲", 1962, 800), ("示例只在名单乙", 1957, 801)
"""Name, year of birth and serial of people whom only the department knows."""


class Lists:
    """Brings the running quarter's list, where a district compares two."""

    def __init__(self, office: Office, district: str, logins: Sequence[str], draw: random.Random) -> None:
        self._office = office
        self._district = district
        actors = [identity.actor_of(office, login) for login in logins]
        self._actors = [actor for actor in actors if poverty_lists.may_import(office, actor)]
        self._draw = draw
        self.troubles: Counter[str] = Counter()

    def bring(self) -> None:
        """Upload the quarter's list, once somebody is helped who could be on it."""
        for actor in self._actors[:1]:
            period = poverty_lists.this_quarter(self._office)
            helped = simulating_inflow.helped(self._office, self._district)
            if not helped or period in {one.period for one in poverty_lists.stocks(self._office, actor)}:
                continue
            rows = [one for one in helped if self._draw.random() < KNOWN]
            for name, year, serial in ONLY_THERE:
                number = synthetic_id(f"{SYNTHETIC_PROVINCE}9999", date(year, 6, 1), serial)
                rows.append((name, number, helped[0][2]))
            lines = [",".join(poverty_lists.COLUMNS), *(",".join(row) for row in rows)]
            try:
                taken = poverty_lists.import_list(self._office, actor, period, "\n".join(lines).encode())
            except Refused as error:
                self.troubles[f"上传扶贫名单：{words_of(error)}"] += 1
                continue
            for fault in taken.faults:
                self.troubles[f"扶贫名单第{fault.line}行：{fault.sentence}"] += 1
