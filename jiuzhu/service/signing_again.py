"""A signature found not to be genuine is given by its signatory, by login: the form is the same, the signature is his.

Nothing of the old form is changed. What was signed again is a submission of its own, with the papers that print the
signature made anew; what the form brought about the first time is not brought about twice (ADR 0079).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.contests import OPINION, is_over, is_owed
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.rows import SignatureContest
from jiuzhu.errors import Conflict, Forbidden, NotFound, Refused
from jiuzhu.service import opening
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.retry import repeated
from jiuzhu.service.steps import Stepping, run_handler
from jiuzhu.store import cases, papers
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

REMAKE = "signed_again"
"""Topic that takes the form up and makes its papers anew."""


@logged("contest", "receipt_no")
def sign_again(office: Office, actor: Actor, receipt_no: str) -> None:
    """Sign by login the form whose paper signature was not one's own. Raises NotFound, Forbidden, Conflict, Refused."""
    repeated(office, lambda: _sign_again(office, actor, receipt_no))


def _sign_again(office: Office, actor: Actor, receipt_no: str) -> None:
    with open_desk(office, actor) as desk:
        live = cases.lock_record(desk.tx, receipt_no.rpartition("/")[0])
        desk.take_up(live)
        found = shelf_of(desk.tx).find(SignatureContest, {"case_no": live.case_no})
        denied = next((one for one in found if one.receipt_no == receipt_no), None)
        if denied is None:
            raise NotFound("没有这件签字异议。")
        _require_owed(desk, live, actor, denied)
        form = papers.submission_row(desk.tx, denied.submission)
        if form is None:
            raise NotFound("没有这个签字所在的表单。")
        _enter(desk, live, actor, receipt_no, form)


def _require_owed(desk: Desk, live: LiveCase, actor: Actor, denied: SignatureContest) -> None:
    if denied.signer != actor.person_id:
        raise Forbidden("只有签字人本人可以补签。", rule="R-02")
    if denied.state != "void":
        raise Conflict("这个签字没有被认定为不是本人所签，不用补签。")
    if denied.stage == "after":
        raise Refused("本案的决定已经作出，不再补签，由区级查明处理。")
    if is_over(live.status, live.ended_at):
        raise Refused("本案已经终止，不用补签。")
    if live.case_no in cases.recused_from(desk.tx, actor.person_id):
        raise Forbidden("您已在本案回避，不能补签；这一步须退回重新办理。", rule="R-05")
    done = papers.submissions(desk.tx, live.case_no)
    if any(one.id == denied.submission and one.form == OPINION for one in done):
        raise Refused("议事协商的意见由重新召集的会议重新表决，不用补签。")
    if not is_owed(denied, done):
        raise Conflict("这一步已经补签或者重新办理。")


def _enter(desk: Desk, live: LiveCase, actor: Actor, receipt_no: str, form: Mapping[str, Any]) -> None:
    at = desk.now.astimezone(SHANGHAI).isoformat(timespec="seconds")
    own = {"way": "login", "person": actor.person_id, "name": actor.name, "at": at}
    submission = opening.submit(
        desk,
        live,
        task_id=receipt_no,
        element_id=form["element_id"],
        process_key=form["process_key"],
        item_name=form["item_name"],
        form=form["form"],
        data={**form["data"], "sign": own},
    )
    papers.add_signature(
        desk.tx,
        {
            "id": str(uuid.uuid4()),
            "signer": actor.person_id,
            "signer_name": actor.name,
            "recorder": actor.person_id,
            "recorder_name": actor.name,
            "mode": "login",
            "scan": [],
            "subject": submission.id,
            "case_no": live.case_no,
            "at": desk.now,
            "contested_at": None,
            "contest_reason": "",
        },
    )
    desk.audit(
        live,
        "signed_again",
        f"{actor.name}登录补签“{form['item_name']}”（{receipt_no}）",
        {"receipt": receipt_no, "submission": submission.id, "sha256": submission.sha256},
    )
    topic = desk.office.topics[REMAKE]
    if topic.record is None:
        raise TypeError(REMAKE)
    stepping = Stepping(desk)
    call = desk.call(
        live,
        topic=topic,
        element_id=form["element_id"],
        process_key=form["process_key"],
        task_id="",
        seen={"submission": submission.id},
        properties={},
        defaults={},
        switchboard=stepping.exchange.of(live),
    )
    run_handler(topic.record, call)
    stepping.finish()
