"""Signatures: set by their owner's login, or recorded from paper with a scan that the signatory can contradict (C5)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.instants import read
from jiuzhu.engine.forms import Form
from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound
from jiuzhu.service import visibility
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store import cases, papers
from jiuzhu.store.cases import LiveCase


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


def bind(desk: Desk, live: LiveCase, form: Form, values: Mapping[str, Any], submission: str) -> None:
    """Enter the signatures of a submitted form, and give its attachments to the case."""
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


def of_case(office: Office, actor: Actor, case_no: str) -> Sequence[Signature]:
    """Return the signatures of a household that this person may see."""
    with reading_desk(office, actor) as desk:
        visibility.require_visible(desk, actor, visibility.head_of(desk, case_no))
        return [_signature(row) for row in papers.signatures_of(desk.tx, case_no)]


def recorded_for(office: Office, actor: Actor) -> Sequence[Signature]:
    """Return the paper signatures that others entered for this person, latest first."""
    with reading_desk(office, actor) as desk:
        return [_signature(row) for row in papers.signatures_for(desk.tx, actor.person_id)]


def contest(office: Office, actor: Actor, signature_id: str, reason: str) -> None:
    """Contradict a paper signature entered in one's name. Raises Forbidden, Invalid, Conflict."""
    if not reason.strip():
        raise Invalid("请写明为什么不认可。", {"reason": "请写明原因。"})
    with open_desk(office, actor) as desk:
        row = papers.signature_by_id(desk.tx, signature_id)
        if row is None:
            raise NotFound("没有这个签字。")
        if row["signer"] != actor.person_id:
            raise Forbidden("只有签字人本人可以提出。")
        if row["contested_at"] is not None:
            raise Conflict("您已经提出过了。")
        papers.contest_signature(desk.tx, signature_id, reason.strip(), desk.now)
        live = cases.lock_record(desk.tx, row["case_no"])
        desk.audit(
            live,
            "contest",
            f"{actor.name}不认可以本人名义录入的纸质签字：{reason.strip()}",
            {"signature": signature_id},
        )


def _signature(row: Mapping[str, Any]) -> Signature:
    if row["mode"] == "login":
        sentence = f"{row['signer_name']}本人登录签字"
    else:
        sentence = f"{row['signer_name']}纸质签字，由{row['recorder_name']}录入"
    if row["contested_at"] is not None:
        sentence += "；签字人不认可"
    names = Signature.__dataclass_fields__
    return Signature(**{name: row[name] for name in names if name != "sentence"}, sentence=sentence)
