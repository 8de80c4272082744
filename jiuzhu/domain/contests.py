"""Paper signatures that their signatory denies: what does not count, and what must wait (NH-20, NH-21)."""

from __future__ import annotations

from collections.abc import Sequence

from jiuzhu.domain.records import Records, Submission
from jiuzhu.domain.rows import SignatureContest

OPINION = "panel_opinion"


def struck(records: Records, case_no: str) -> frozenset[str]:
    """Return the submissions whose signature does not count: denied and not settled yet, or found not to be genuine."""
    return _submissions(records, case_no, {"open", "void"})


def voided(records: Records, case_no: str) -> frozenset[str]:
    """Return the submissions whose signature was found not to be genuine."""
    return _submissions(records, case_no, {"void"})


def open_contest(records: Records, case_no: str) -> SignatureContest | None:
    """Return a denied signature that nobody has settled yet: no decision may rest on it."""
    found = records.find(SignatureContest, case_no=case_no)
    return next((one for one in found if one.state == "open" and one.stage == "before"), None)


def to_do_again(records: Records, case_no: str, done: Sequence[Submission]) -> Submission | None:
    """Return a form whose signature is void and which nobody has filled in again; a panel's opinions are called in
    anew by the panel itself.
    """
    gone = voided(records, case_no)
    for place, one in enumerate(done):
        if one.id in gone and one.form != OPINION:
            again = any(later.element_id == one.element_id for later in done[place + 1 :])
            if not again:
                return one
    return None


def _submissions(records: Records, case_no: str, states: set[str]) -> frozenset[str]:
    found = records.find(SignatureContest, case_no=case_no)
    return frozenset(one.submission for one in found if one.state in states)
