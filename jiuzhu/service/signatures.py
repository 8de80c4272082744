"""Signatures: set by their owner's login, or recorded from paper with a scan that the signatory can contradict (C5)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.contests import is_over, is_owed
from jiuzhu.domain.instants import read
from jiuzhu.domain.rows import SignatureContest
from jiuzhu.domain.signing import paper_sentence
from jiuzhu.engine.forms import Form
from jiuzhu.service import visibility
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.store import listing, papers
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One signature as pages show it; ``sentence`` says how it came about."""

    id: str
    signer: str
    signer_name: str
    recorder_name: str
    mode: str
    """login or paper."""
    scan: Sequence[str]
    """Attachment ids of the signed paper."""
    case_no: str
    subject: str
    at: datetime
    contested_at: datetime | None
    contest_reason: str
    sentence: str
    receipt_no: str = ""
    """Number of the contradiction."""
    state: str = ""
    """'' , open, upheld or void."""
    resolution: str = ""
    to_sign_again: bool = False
    """Found not to be genuine, and the signatory may still sign by login."""


def bind(desk: Desk, live: LiveCase, form: Form, values: Mapping[str, Any], submission: str) -> str:
    """Enter the signatures of a submitted form, and give its attachments to the case.

    Returns what the timeline adds to the act for those made on paper, '' when there is none.
    """
    signatures = [value for widget, value in _marked(form, values) if widget == "signature" and value]
    for one in signatures:
        on_paper = one["way"] == "paper"
        papers.add_signature(
            desk.tx,
            {
                "id": str(uuid.uuid4()),
                "signer": one["person"],
                "signer_name": one["name"],
                "recorder": one["recorder"] if on_paper else one["person"],
                "recorder_name": one["recorder_name"] if on_paper else one["name"],
                "mode": one["way"],
                "scan": list(one.get("scan", ())),
                "subject": submission,
                "case_no": live.case_no,
                "at": read(str(one["at"])),
                "contested_at": None,
                "contest_reason": "",
            },
        )
    files = [one for widget, value in _marked(form, values) if widget == "attachments" for one in value or ()]
    files += [scan for one in signatures for scan in one.get("scan", ())]
    if files:
        papers.bind_attachments(desk.tx, files, live.case_no)
    on_paper = [paper_sentence(one["name"], one["recorder_name"]) for one in signatures if one["way"] == "paper"]
    return f"（{'；'.join(on_paper)}）" if on_paper else ""


def paper_signers(form: Form, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (person, name) of those whose signature on paper a form brings in."""
    signed = [value for widget, value in _marked(form, values) if widget == "signature" and value]
    return [(one["person"], one["name"]) for one in signed if one["way"] == "paper"]


def _marked(form: Form, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (widget, value) of signature and attachment fields, those in rows of lists too."""
    for component in form.top():
        value = values.get(component.key)
        if component.is_list:
            for row in value or ():
                for child in component.children:
                    if child.widget in {"signature", "attachments"}:
                        yield child.widget, row.get(child.key)
        elif component.widget in {"signature", "attachments"}:
            yield component.widget, value


@logged("document", "case_no")
def of_case(office: Office, actor: Actor, case_no: str) -> Sequence[Signature]:
    """Return the signatures of a household that this person may see."""
    with reading_desk(office, actor) as desk:
        visibility.require_visible(desk, actor, visibility.head_of(desk, case_no))
        return _with_contests(desk, papers.signatures_of(desk.tx, case_no))


def recorded_for(office: Office, actor: Actor) -> Sequence[Signature]:
    """Return the paper signatures that others entered for this person, latest first."""
    with reading_desk(office, actor) as desk:
        return _with_contests(desk, papers.signatures_for(desk.tx, actor.person_id))


def _with_contests(desk: Desk, rows: Sequence[Mapping[str, Any]]) -> list[Signature]:
    denied = tuple(row["id"] for row in rows if row["contested_at"] is not None)
    found = shelf_of(desk.tx).find(SignatureContest, {"signature": denied}) if denied else ()
    by_signature = {one.signature: one for one in found}
    return [_signature(row, by_signature.get(row["id"]), owed=_owed(desk, by_signature.get(row["id"]))) for row in rows]


def _owed(desk: Desk, denied: SignatureContest | None) -> bool:
    if denied is None or denied.state != "void":
        return False
    head = listing.by_record(desk.tx, denied.case_no)
    running = head is not None and not is_over(head.status, head.ended_at)
    return running and is_owed(denied, papers.submissions(desk.tx, denied.case_no))


SETTLED = {"open": "处理中", "upheld": "经查签字属实", "void": "经查不是本人所签"}


def _signature(row: Mapping[str, Any], contest: SignatureContest | None, *, owed: bool) -> Signature:
    if row["mode"] == "login":
        sentence = f"{row['signer_name']}本人登录签字"
    else:
        sentence = paper_sentence(row["signer_name"], row["recorder_name"])
    if row["contested_at"] is not None:
        sentence += f"；签字人不认可（{SETTLED[contest.state]}）" if contest else "；签字人不认可"
    names = Signature.__dataclass_fields__
    own = {name: row[name] for name in names if name in row}
    if contest is not None:
        own |= {"receipt_no": contest.receipt_no, "state": contest.state, "resolution": contest.resolution}
        own |= {"to_sign_again": owed}
    return Signature(**own, sentence=sentence)
