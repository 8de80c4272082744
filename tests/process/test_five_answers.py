"""One application, five answers: who decides, whether an appraisal is routine, the notices, who verifies, the filing,
who pays, the total limit. The same household (a couple with a child, 低保) is walked in every district on the same day,
and the answers are read from what the walk left in the record, not from configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from jiuzhu.service.office import Office
from tests.walks import Walker, load_walks

WALKS = load_walks()
PLAIN = {"jincheng": "J1", "xintai": "X1", "ninghe": "N1", "qijiang": "Q1", "xixiu": "S1"}
"""District → the walk on which nothing special happens."""
VERIFIED = ("verification_report", "verification_request")


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What one district answers."""

    decided_by: str
    """Form of the decision."""
    opinions: int
    """How many members of a panel gave theirs."""
    level: str
    in_the_name_of: str
    """town or district."""
    routine_appraisal: bool
    notices: tuple[str, ...]
    """Each notice: before or after the decision."""
    verified_by: str
    """Role."""
    filed: str
    """Before the notice, beside it, after it, or not at all."""
    channels: int
    paid_by: str
    total_limit: str
    runs_from: str
    """acceptance, or complete materials."""


def row(words: str) -> Answers:
    """Read a line of the table: the fields in their order."""
    form, opinions, level, name, appraisal, notices, verified, filed, channels, paid, total, start = words.split()
    return Answers(
        decided_by=form,
        opinions=int(opinions),
        level=level,
        in_the_name_of=name,
        routine_appraisal=appraisal == "appraisal",
        notices=tuple(notices.split("+")),
        verified_by=verified,
        filed=filed,
        channels=int(channels),
        paid_by=paid,
        total_limit=total,
        runs_from=start,
    )


EXPECTED: Mapping[str, Answers] = {
    "jincheng": row("confirmation 0 town town none after county_verifier beside 1 county 20wd acceptance"),
    "xintai": row("chief_rep_review 0 town district none after town_verifier after 1 city 15wd complete"),
    "ninghe": row("panel_minutes 5 town town none before town_verifier after 2 county 20wd acceptance"),
    "qijiang": row("confirmation 0 town district appraisal after county_verifier before 1 district 20wd acceptance"),
    "xixiu": row("confirmation 0 county district appraisal before town_verifier never 0 county 30wd acceptance"),
}
"""新泰's promise of 15 working days runs from complete materials (A18); 西秀's bureau has the national 30."""


def answers(walker: Walker) -> Answers:
    """Read the answers of a finished case out of its record."""
    (decision,) = walker.rows("select * from case_decision where case_no = :case_no")
    done = walker.rows("select id, form, person, at from submission where case_no = :case_no order by at")
    forms = [one["form"] for one in done]
    roles = walker.rows("select person, role from membership")
    verified = next(one["person"] for form in VERIFIED for one in done if one["form"] == form)
    (head,) = walker.rows("select town from case_instance where record_no = :case_no")
    notices = walker.rows("select prepared_at, ends_at from notice where case_no = :case_no order by prepared_at")
    filings = walker.rows("select sent_at from filing where case_no = :case_no and kind = 'new'")
    limits = walker.rows(
        "select due_name, count, unit, started_at from obligation where case_no = :case_no "
        "and due_name in ('due_total', 'due_investigation_start')"
    )
    total = next(one for one in limits if one["due_name"] == "due_total")
    accepted = next(one for one in limits if one["due_name"] == "due_investigation_start")
    (paid,) = walker.rows("select payer from payment_order where case_no = :case_no")
    return Answers(
        decided_by=next(one["form"] for one in done if one["id"] == decision["submission"]),
        opinions=forms.count("panel_opinion"),
        level=decision["level"],
        in_the_name_of="town" if decision["org"] == head["town"] else "district",
        routine_appraisal="appraisal" in forms,
        notices=tuple("before" if at(one, "prepared_at") < at(decision, "decided_at") else "after" for one in notices),
        verified_by=next(one["role"] for one in roles if one["person"] == verified),
        filed=_filed(filings, notices),
        channels=len({"filing_receipt", "electronic_receipt", "paper_receipt"} & set(forms)),
        paid_by=paid["payer"],
        total_limit=f"{total['count']}{total['unit']}",
        runs_from="acceptance" if at(total, "started_at") == at(accepted, "started_at") else "complete",
    )


def at(line: Mapping[str, Any], column: str) -> str:
    return str(line[column])


def _filed(filings: list[dict[str, Any]], notices: list[dict[str, Any]]) -> str:
    if not filings:
        return "never"
    sent = at(filings[0], "sent_at")
    if sent < at(notices[0], "prepared_at"):
        return "before"
    return "after" if sent >= at(notices[0], "ends_at") else "beside"


@pytest.mark.req("JC-02", "XT-02", "NH-20", "QJ-24", "JC-17", "XT-19", "NH-22", "QJ-09", "XT-12", "NH-09", "QJ-11")
@pytest.mark.parametrize("district", [district for district, walk in PLAIN.items() if walk in WALKS])
def test_one_application_five_answers(district: str, office: Office) -> None:
    walker = Walker(office, WALKS[PLAIN[district]])
    walker.arrange()
    walker.run()
    assert answers(walker) == EXPECTED[district]


def test_no_two_districts_answer_alike_and_every_district_has_its_row() -> None:
    assert set(PLAIN) == set(EXPECTED)
    assert len(set(EXPECTED.values())) == len(EXPECTED)
    ready = {walk["district"] for walk in WALKS.values() if walk["programme"] == "dibao"}
    assert ready <= set(EXPECTED)
    assert all(PLAIN[district] in WALKS for district in ready), "the plain walk of a district has another name"
