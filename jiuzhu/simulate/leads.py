"""What a missed limit brings: whoever supervises opens a lead against the unit, and its people are heard (JC-38)."""

from __future__ import annotations

from datetime import date

from jiuzhu.service.office import Office
from jiuzhu.service.simulating_limits import unexplained
from jiuzhu.simulate.beginnings import Beginnings
from jiuzhu.simulate.plans import Begin

VIOLATION = "shared_violation"
KIND = "delay"


class Leads:
    """Opens one lead for each record or turn whose limit passed unkept."""

    def __init__(self, office: Office, district: str, beginnings: Beginnings) -> None:
        self._office = office
        self._district = district
        self._beginnings = beginnings
        self._seen: set[str] = set()

    def open(self, day: date) -> None:
        """Look through the limits that were missed since the last look."""
        for missed in unexplained(self._office, self._district):
            if missed.number in self._seen:
                continue
            self._seen.add(missed.number)
            answers = {
                "violation_unit": missed.place,
                "violation_kind": KIND,
                "violation_facts": f"{missed.number}的“{missed.subject}”超过期限。",
                "source_record_no": missed.number,
            }
            self._beginnings.begin_now(Begin(day=day.isoformat(), process=VIOLATION, answers=answers), day)
