"""A signatory denies a signature that a colleague entered from paper, and somebody above settles it.

Denying is a row with a receipt. Before the decision it is an incident of the case: the signature does not count and no
decision may be taken (``work``) until the head of the town or the district's supervisor has settled it; then a panel
that waits for its minutes is counted anew. After the decision it is an alert to the district.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.contests import is_over, is_owed, what_to_do
from jiuzhu.domain.rows import Alert, CaseDecision, SignatureContest
from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound
from jiuzhu.service import visibility
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.incidents import INCIDENT_OF_SIGNATURE, note_incident
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.retry import repeated
from jiuzhu.service.steps import Stepping
from jiuzhu.store import cases, listing, papers, waits
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

RESOLVE = "resolve"
"""Permission of whoever settles a denied signature."""
ALERTED = "county_supervisor"
RECOUNT = "panel.recount"
"""Message that the panel's minutes catch (``ninghe_panel``)."""
VERDICTS = {True: ("upheld", "经查签字属实"), False: ("void", "经查不是本人所签")}


@dataclass(frozen=True, kw_only=True)
class Contest:
    """One denied signature as a page shows it."""

    receipt_no: str
    case_no: str
    item_name: str
    signer_name: str
    recorder_name: str
    reason: str
    raised_at: datetime
    stage: str
    state: str
    resolution: str
    resolved_by_name: str
    resolved_at: datetime | None
    scan: Sequence[str]
    why_not: str
    """Why this person may not settle it; '' when he may."""
    to_do: str
    """What is still to be done about a void signature; '' when nothing is."""


@logged("contest", "signature_id")
def contest(office: Office, actor: Actor, signature_id: str, reason: str) -> str:
    """Deny a paper signature entered in one's name; returns the receipt number. Raises Forbidden, Invalid, Conflict."""
    if not reason.strip():
        raise Invalid("请写明为什么不认可。", {"reason": "请写明原因。"})
    return repeated(office, lambda: _contest(office, actor, signature_id, reason.strip()))


def _contest(office: Office, actor: Actor, signature_id: str, reason: str) -> str:
    with open_desk(office, actor) as desk:
        row = papers.signature_by_id(desk.tx, signature_id)
        if row is None:
            raise NotFound("没有这个签字。")
        if row["signer"] != actor.person_id or row["mode"] != "paper":
            raise Forbidden("只有签字人本人可以提出，而且只对纸质签字。")
        live = cases.lock_record(desk.tx, row["case_no"])
        if not papers.contest_signature(desk.tx, signature_id, reason, desk.now):
            raise Conflict("您已经提出过了。")
        form = papers.submission_row(desk.tx, row["subject"])
        if form is None:
            raise NotFound("没有这个签字所在的表单。")
        decided = shelf_of(desk.tx).find(CaseDecision, {"case_no": live.case_no})
        denied = SignatureContest(
            receipt_no=f"{live.case_no}/签字异议{desk.records(live).number(f'{live.case_no}/签字异议')}",
            signature=signature_id,
            submission=row["subject"],
            case_no=live.case_no,
            record_no=form["record_no"],
            district=live.district,
            town=live.town or live.intake_town,
            item_name=form["item_name"],
            signer=row["signer"],
            signer_name=row["signer_name"],
            recorder=row["recorder"],
            recorder_name=row["recorder_name"],
            reason=reason,
            raised_at=desk.now,
            stage="after" if any(one.decided_at >= form["at"] for one in decided) else "before",
        )
        shelf_of(desk.tx).add(denied)
        desk.audit(
            live,
            "contest",
            f"{actor.name}不认可以本人名义录入的纸质签字：{reason}，回执 {denied.receipt_no}",
            {"signature": signature_id, "receipt": denied.receipt_no},
        )
        _tell(desk, live, denied, form)
        return denied.receipt_no


def _tell(desk: Desk, live: LiveCase, denied: SignatureContest, form: Mapping[str, Any]) -> None:
    sentence = f"{denied.signer_name}不认可“{denied.item_name}”上由{denied.recorder_name}录入的纸质签字"
    if denied.stage == "before":
        row = {
            "task_id": denied.receipt_no,
            "process_key": form["process_key"],
            "element_id": form["element_id"],
            "name": denied.item_name,
        }
        note_incident(desk, live, kind=INCIDENT_OF_SIGNATURE, row=row, message=f"{sentence}，处理之前不能作出决定。")
        return
    shelf_of(desk.tx).add(
        Alert(
            alert_no=denied.receipt_no,
            case_no=denied.case_no,
            record_no=live.record_no,
            district=denied.district,
            town=denied.town,
            kind="signature_contest",
            alert_group=f"{ALERTED}@{denied.district}",
            sentence=f"{sentence}，本案已经作出决定。",
            raised_at=desk.now,
        )
    )


@logged("contest", "")
def list_contests(office: Office, actor: Actor, *, is_open: bool = True) -> Sequence[Contest]:
    """Return the denied signatures of the places that this person may read and settle, oldest first."""
    if not office.roles.may(actor.groups, RESOLVE):
        raise Forbidden("您的岗位不处理签字异议。")
    states = ("open",) if is_open else ("upheld", "void")
    with reading_desk(office, actor) as desk:
        reach = visibility.reach_of(desk, actor)
        found = shelf_of(desk.tx).find(SignatureContest, {"state": states})
        near = [one for one in found if reach.covers(district=one.district, town=one.town, village="")]
        return [_view(desk, actor, one) for one in near]


@logged("contest", "receipt_no")
def resolve(office: Office, actor: Actor, receipt_no: str, *, genuine: bool, note: str) -> None:
    """Settle a denied signature. Raises Invalid without a reason, Forbidden, NotFound, Conflict (settled already)."""
    if len(note.strip()) < 5:
        raise Invalid("请写明查明的情况。", {"note": "请写明查明的情况（至少5个字）。"})
    repeated(office, lambda: _resolve(office, actor, receipt_no, genuine=genuine, note=note.strip()))


def _resolve(office: Office, actor: Actor, receipt_no: str, *, genuine: bool, note: str) -> None:
    with open_desk(office, actor) as desk:
        live = cases.lock_record(desk.tx, receipt_no.rpartition("/")[0])
        desk.take_up(live)
        found = shelf_of(desk.tx).find(SignatureContest, {"case_no": live.case_no})
        denied = next((one for one in found if one.receipt_no == receipt_no), None)
        if denied is None:
            raise NotFound("没有这件签字异议。")
        why_not = _why_not(desk, actor, denied)
        if why_not:
            raise Forbidden(why_not)
        if denied.state != "open":
            raise Conflict(f"这件签字异议已由{denied.resolved_by_name}处理。")
        state, words = VERDICTS[genuine]
        changes = {"resolved_by": actor.person_id, "resolved_by_name": actor.name, "resolved_at": desk.now}
        shelf_of(desk.tx).change(denied, {"state": state, "resolution": note, **changes})
        waits.close_incidents(desk.tx, [receipt_no], desk.now, actor.person_id)
        for alert in shelf_of(desk.tx).find(Alert, {"case_no": live.case_no}):
            if alert.alert_no == receipt_no:
                shelf_of(desk.tx).change(alert, {"state": "seen", "seen_by": actor.person_id, "seen_at": desk.now})
        desk.audit(
            live, "contest_resolved", f"{actor.name}处理签字异议 {receipt_no}：{words}，{note}", {"receipt": receipt_no}
        )
        if denied.stage == "before":
            stepping = Stepping(desk)
            stepping.exchange.of(live).send(RECOUNT, {"case_no": live.case_no}, {})
            stepping.finish()


def _why_not(desk: Desk, actor: Actor, denied: SignatureContest) -> str:
    if actor.person_id in {denied.signer, denied.recorder}:
        return "签字人和录入人不能处理自己的签字异议。"
    places = {denied.district} if denied.stage == "after" else {denied.district, denied.town}
    settles = {
        place
        for role, _, place in (group.partition("@") for group in actor.groups)
        if (known := desk.office.roles.by_id.get(role)) is not None and known.may(RESOLVE)
    }
    if settles & places:
        return ""
    return "决定作出以后的签字异议由区级处理。" if denied.stage == "after" else "这件签字异议不由您的岗位处理。"


def _view(desk: Desk, actor: Actor, denied: SignatureContest) -> Contest:
    row = papers.signature_by_id(desk.tx, denied.signature)
    names = set(Contest.__dataclass_fields__) - {"scan", "why_not", "to_do"}
    head = listing.by_record(desk.tx, denied.case_no) if denied.state == "void" else None
    running = head is not None and not is_over(head.status, head.ended_at)
    owed = running and is_owed(denied, papers.submissions(desk.tx, denied.case_no))
    return Contest(
        **{name: getattr(denied, name) for name in names},
        scan=row["scan"] if row else (),
        why_not=_why_not(desk, actor, denied),
        to_do=what_to_do(denied) if owed else "",
    )
