"""From which month a household is entitled (57 art 21)."""

from __future__ import annotations

from jiuzhu.domain.instants import day_of, month_after
from jiuzhu.domain.rows import CaseDecision
from jiuzhu.domain.topics import RecordCall

AMENDING = frozenset({"redecision", "objection_decision"})
"""Forms that change a decision after an objection. They say how much, not since when."""


def first_month(call: RecordCall, decision: CaseDecision) -> str:
    """Return the month after the confirmation on which a decision rests (57 art 21).

    A decision that was only amended after an objection keeps the month of its confirmation: the household must not lose
    a month because somebody objected.
    """
    forms = {each.id: each.form for each in call.records.submissions()}
    rows = sorted(call.records.find(CaseDecision, case_no=call.case_no), key=lambda row: row.round, reverse=True)
    earlier = (row for row in rows if row.round <= decision.round)
    confirmed = next((row for row in earlier if forms.get(row.submission) not in AMENDING), decision)
    return month_after(day_of(confirmed.decided_at))
