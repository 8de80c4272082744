"""Paper signatures that their signatory denies: what does not count, and what must wait (NH-20, NH-21)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jiuzhu.domain.records import Records, Submission
from jiuzhu.domain.rows import SignatureContest
from jiuzhu.domain.signing import signer_of
from jiuzhu.domain.words import STOPPED_STATUSES

OPINION = "panel_opinion"
SEVERAL = {"signature": "home_visit", "conference_view": "conference_call"}
"""Form that several sign, each his own → form with which a new round of them begins: another's is not given again."""


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


def to_do_again(records: Records, case_no: str, done: Sequence[Submission]) -> SignatureContest | None:
    """Return a void signature of a form that nobody has signed again or filled in anew."""
    found = records.find(SignatureContest, case_no=case_no)
    return next((one for one in found if is_owed(one, done)), None)


def is_owed(denied: SignatureContest, done: Sequence[Submission]) -> bool:
    """True while a void signature stands on a form that no grant may rest on: neither signed again by its signatory nor
    filled in anew. A panel's opinions are called in anew by the panel; after a decision there is nothing to mend.
    """
    place = next((place for place, one in enumerate(done) if one.id == denied.submission), None)
    if denied.state != "void" or denied.stage != "before" or place is None or done[place].form == OPINION:
        return False
    return not any(_again(denied, done[place], later) for later in done[place + 1 :])


def is_over(status: str, ended_at: datetime | None) -> bool:
    """True for a case in which nothing will be decided any more."""
    return ended_at is not None or status in STOPPED_STATUSES


def _again(denied: SignatureContest, void: Submission, later: Submission) -> bool:
    if void.form not in SEVERAL:
        return later.element_id == void.element_id
    by_himself = later.element_id == void.element_id and signer_of(later) == denied.signer
    return by_himself or later.form == SEVERAL[void.form]


def what_to_do(denied: SignatureContest) -> str:
    """Say what is wrong and the two ways out of it."""
    return (
        f"“{denied.item_name}”上由{denied.recorder_name}录入的{denied.signer_name}签字经查不是本人所签，"
        f"重新办理以前不能作出同意的决定：{denied.signer_name}办理过这一步的，由其在“我的账号”补签；没有办理过的，退回重新办理。"
    )


def _submissions(records: Records, case_no: str, states: set[str]) -> frozenset[str]:
    found = records.find(SignatureContest, case_no=case_no)
    return frozenset(one.submission for one in found if one.state in states)
