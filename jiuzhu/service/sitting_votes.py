"""A member signs once for a whole sitting: an opinion on each case, keeping out case by case (NH-20, R-03, R-05)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.panels import OPINION, RECUSED, vote_of
from jiuzhu.errors import Conflict, Forbidden, Invalid
from jiuzhu.service.desk import Desk
from jiuzhu.service.forms import ports_of
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.sitting_cases import Standing, rows_of, standing_of
from jiuzhu.service.sitting_desk import about, acting, complete, locked, open_sitting_of
from jiuzhu.store import cases, papers


@dataclass(frozen=True, kw_only=True)
class Vote:
    """A member's word on one case."""

    vote: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What became of a signature."""

    case_nos: Sequence[str]
    already_done: bool = False


@logged("sitting", "number")
def sign(office: Office, actor: Actor, number: str, votes: Mapping[str, Vote], signature: Mapping[str, Any]) -> Signed:
    """Give a member's opinions on all cases that wait for him, with one signature: his own, or on paper by a recorder.

    A second identical click changes nothing (``already_done``). Raises Invalid (an opinion is missing, by case),
    Conflict naming the case in the way: what was typed must then be kept by the caller.
    """

    def act(desk: Desk) -> Signed:
        sitting = locked(desk, number)
        member = _signer(desk, actor, signature)
        if all(one["person"] != member for one in sitting.members):
            raise Forbidden("只有本次会议的成员可以发表意见。", rule="R-03")
        standings = {row.case_no: standing_of(desk, row) for row in rows_of(desk, number)}
        pending = {case_no for case_no, one in standings.items() if one.awaits(member)}
        new = {case_no: vote for case_no, vote in votes.items() if not _same(standings.get(case_no), member, vote)}
        if not pending and not new:
            return Signed(case_nos=(), already_done=True)
        _require_standing(standings, member, sorted(set(new) - pending))
        missing = sorted(pending - set(new))
        if missing:
            raise Invalid(
                f"还有{len(missing)}件没有写意见，一次签名要覆盖全部案件。",
                {f"vote-{case_no}": "请选择意见。" for case_no in missing},
            )
        for case_no in sorted(pending):
            vote = new[case_no]
            data = {"panel_vote": vote.vote, "panel_reason": vote.reason, "sign": _own(desk, signature, case_no)}
            with about(standings[case_no].name, case_no):
                complete(desk, actor, standings[case_no], OPINION, data)
        return Signed(case_nos=sorted(pending))

    return acting(office, actor, act)


@logged("sitting", "number")
def enter_recusal(office: Office, actor: Actor, number: str, case_no: str, member: str, reason: str) -> None:
    """Let a member enter that another one keeps out of a case, who may not open it any more (R-05)."""

    def act(desk: Desk) -> None:
        open_sitting_of(desk, number)
        cases.lock_record(desk.tx, case_no)
        row = next((one for one in rows_of(desk, number) if one.case_no == case_no), None)
        standing = standing_of(desk, row) if row else None
        if standing is None or not standing.awaits(member):
            raise Conflict("这名成员在这件案件上不用再登记回避。")
        sign = {"way": "login", "confirm": True}
        data = {"panel_vote": RECUSED, "panel_reason": reason, "recused_member": member, "sign": sign}
        with about(standing.name, case_no):
            complete(desk, actor, standing, OPINION, data)

    acting(office, actor, act)


def _signer(desk: Desk, actor: Actor, signature: Mapping[str, Any]) -> str:
    if signature.get("way") != "paper":
        return actor.person_id
    given = str(signature.get("signer") or "")
    person = ports_of(desk.office, actor, now=desk.now, tx=desk.tx).person(given)
    if person is None:
        raise Invalid("请选择在纸上签字的成员。", {"signer": "请选择在纸上签字的成员。"})
    if person.id == actor.person_id:
        raise Invalid("本人的意见请登录签字；录入的是别人在纸上签的字。", {"signer": "请选择别的成员。"})
    if not signature.get("scan"):
        raise Invalid("录入纸质签字要附上签字页的扫描件。", {"scan": "请附上签字页的扫描件。"})
    return person.id


def _own(desk: Desk, signature: Mapping[str, Any], case_no: str) -> dict[str, Any]:
    """Return the signature for one case: each case gets the sheet's scan as an attachment of its own."""
    if signature.get("way") != "paper":
        return {"way": "login", "confirm": signature.get("confirm") in (True, "on", "true")}
    copies = []
    for row in papers.attachments(desk.tx, [str(one) for one in signature["scan"]]):
        if row["person"] != desk.person_id:
            continue
        copy = {**row, "id": str(uuid.uuid4()), "case_no": ""}
        papers.add_attachment(desk.tx, copy)
        copies.append(copy["id"])
    return {"way": "paper", "signer": signature["signer"], "scan": copies}


def _same(standing: Standing | None, member: str, vote: Vote) -> bool:
    """True when a member has said exactly this before."""
    given = standing.panel.opinions.get(member) if standing and standing.panel else None
    return given is not None and vote_of(given) == vote.vote and given.data.get("panel_reason") == vote.reason.strip()


def _require_standing(standings: Mapping[str, Standing], member: str, strange: Sequence[str]) -> None:
    for case_no in strange:
        standing = standings.get(case_no)
        if standing is None:
            raise Conflict(f"本次会议没有案件{case_no}，一件都没有签。")
        said = standing.panel is not None and member in standing.panel.opinions
        why = "已经签过另一个意见，每人一次" if said else standing.words
        raise Conflict(f"{standing.name}{why}，一件都没有签。请核对以后再签。")
