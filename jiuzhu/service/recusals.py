"""Keeping out of a case: a member of staff states it and is removed from every item and list of it (R-05)."""

from __future__ import annotations

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.panels import RECUSED, member_of, vote_of
from jiuzhu.domain.records import Submission
from jiuzhu.errors import Conflict, Invalid
from jiuzhu.service import standing_in, visibility
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.retry import repeated
from jiuzhu.store import cases, items, people
from jiuzhu.store.cases import LiveCase


@logged("recuse", "case_no")
def recuse(office: Office, actor: Actor, case_no: str, reason: str) -> None:
    """Keep out of a household's case from now on; items that the person holds go back to their groups.

    Cannot be taken back by the person. Raises NotFound, Forbidden (kept out already), Invalid without a reason.
    """
    if not reason.strip():
        raise Invalid("请写明回避的原因。", {"reason": "请写明原因。"})
    repeated(office, lambda: _recuse(office, actor, case_no, reason.strip()))


def note_stated(desk: Desk, live: LiveCase, submission: Submission) -> None:
    """Keep a member out of the rest of a case that he left at the panel's table (R-05); what waits for nobody else
    falls to the post above.
    """
    if vote_of(submission) != RECUSED:
        return
    member = member_of(submission)
    if member not in people.recusals(desk.tx, live.case_no):
        people.recuse(desk.tx, member, live.case_no, str(submission.data.get("panel_reason") or ""), desk.now)
        _let_fall(desk, live, live.case_no)


def _recuse(office: Office, actor: Actor, case_no: str, reason: str) -> None:
    with open_desk(office, actor) as desk:
        head = visibility.head_of(desk, case_no)
        visibility.require_visible(desk, actor, head)
        live = cases.lock_record(desk.tx, head.case_no)
        if actor.person_id in people.recusals(desk.tx, head.case_no):
            raise Conflict("您已在本案回避。")
        held = items.ItemFilter(case_no=head.case_no, assignee=actor.person_id)
        for item in items.page(desk.tx, held, after=None, limit=100):
            items.assign(desk.tx, item["task_id"], None, "", None)
        people.recuse(desk.tx, actor.person_id, head.case_no, reason, desk.now)
        desk.audit(live, "recuse", f"{actor.name}申请回避：{reason}", {"person": actor.person_id})
        _let_fall(desk, live, head.case_no)


def _let_fall(desk: Desk, live: LiveCase, case_no: str) -> None:
    """Give the items that now wait for nobody to the post above."""
    for item in items.page(desk.tx, items.ItemFilter(case_no=case_no), after=None, limit=100):
        if item["assignee"] is not None or item["users"]:
            continue
        groups = standing_in.stand_ins(desk, live, item["groups"], item["properties"])
        standing_in.note(desk, live, item["name"], groups)
        for group in groups:
            items.add_group(desk.tx, item["task_id"], group)
