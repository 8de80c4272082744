"""Who signed a form, and how every paper and page says it (C5).

A form is completed by a login. Signed on paper, it is completed by the colleague who entered the sheet: both have then
had to do with that step, and only the signatory has signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jiuzhu.domain.records import Submission


def signature_of(submission: Submission) -> Mapping[str, Any]:
    """Return the signature of a form; {} when it has none."""
    found = submission.data.get("sign")
    return found if isinstance(found, Mapping) else {}


def on_paper(submission: Submission) -> bool:
    """True when a colleague entered the signature from paper."""
    return signature_of(submission).get("way") == "paper"


def signer_of(submission: Submission) -> str:
    """Return who answers for a form: the person who signed it, on paper too."""
    return str(signature_of(submission).get("person") or submission.person)


def hands_of(submission: Submission) -> frozenset[str]:
    """Return everybody who has had to do with a form: who completed it, and who signed it."""
    return frozenset({submission.person, signer_of(submission)})


def paper_sentence(signer: str, recorder: str) -> str:
    """Say how a signature on paper came into the record."""
    return f"{signer}纸质签字，由{recorder}录入"


def paper_words(submission: Submission) -> str:
    """Return ``纸质签字，由…录入`` for a signature entered from paper, '' for others."""
    recorder = str(signature_of(submission).get("recorder_name") or submission.person_name)
    return paper_sentence("", recorder) if on_paper(submission) else ""


def signed_by(submission: Submission | None) -> str:
    """Return the name that stands on a paper's line for whoever signed a form; '' without one."""
    if submission is None:
        return ""
    if not on_paper(submission):
        return submission.person_name
    return f"{signature_of(submission).get('name') or ''}（{paper_words(submission)}）"


def signed_among(submissions: Sequence[Submission], person: str, forms: Iterable[str]) -> Submission | None:
    """Return the latest of these forms that a person has signed; None when there is none."""
    wanted = frozenset(forms)
    return next((one for one in reversed(submissions) if one.form in wanted and signer_of(one) == person), None)
