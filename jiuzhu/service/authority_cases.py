"""Who may decide a case and on what that rests; what happens to running cases of a town that lost its authority (A8).

What will happen is read from the case's own diagram: where the boundary event leads that catches a failed check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.domain import instants
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import CaseDecision
from jiuzhu.engine import Bundle
from jiuzhu.service import authority, opening, visibility
from jiuzhu.service.authority import Authority
from jiuzhu.service.check_paths import CheckPath, check_path, checks_of
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.inbox import items_of_household
from jiuzhu.service.office import Office
from jiuzhu.store import cases, history, listing
from jiuzhu.store.cases import Head
from jiuzhu.store.shelf import shelf_of

MOST = 200
FINAL = frozenset({"granted", "refused", "revoked"})


@dataclass(frozen=True, kw_only=True)
class CaseAuthority:
    """Who decides a case, after which clause, and what becomes of it."""

    case_no: str
    applicant_name: str
    programme_label: str
    town: str
    town_name: str
    where: str
    """Where it stands, in words."""
    accepted_on: str
    level: str
    """Level settled at acceptance; '' before."""
    now: Authority
    fate: str
    """decided, ended, stays, district, waits or open (not accepted yet)."""
    sentence: str
    check: str
    """Name of the step at which authority is asked again; '' when the diagram has none ahead."""
    decision_no: str
    letter_no: str
    """Letter on which the decision rests."""


def explain_case(office: Office, actor: Actor, number: str) -> CaseAuthority | None:
    """Return who may decide a case and why; None for what is no application. Raises NotFound, Forbidden."""
    with reading_desk(office, actor) as desk:
        head = visibility.head_of(desk, number)
        visibility.require_visible(desk, actor, head)
        main = listing.by_record(desk.tx, head.case_no) or head
        return explain(desk, main)


def lost_cases(office: Office, actor: Actor, *, town: str | None = None) -> Sequence[CaseAuthority]:
    """Return the running cases of towns that lost authority for their programme, newest first."""
    with reading_desk(office, actor) as desk:
        towns = [town] if town is not None else authority.towns_of(desk, actor)
        lost = {
            (line.town, line.programme) for one in towns for line in authority.authority_of_town(desk, one) if line.lost
        }
        if not lost:
            return ()
        wanted = listing.CaseFilter(
            scope=listing.Scope(districts=(), towns=tuple(sorted({one for one, _ in lost})), villages=()),
            running=True,
            not_cases=cases.recused_from(desk.tx, actor.person_id),
        )
        reach = visibility.reach_of(desk, actor)
        found = []
        for head in listing.page(desk.tx, wanted, before=None, limit=MOST):
            seen = reach.covers(district=head.district, town=head.town, village=head.village)
            if seen and (head.town, head.programme) in lost and (told := explain(desk, head)) is not None:
                found.append(told)
        return found


def explain(desk: Desk, head: Head) -> CaseAuthority | None:
    """Say who may decide a case, where it stands and what will happen to it."""
    live = cases.read(desk.tx, head.id)
    bundle = desk.bundle_of(live)
    if authority.DECISION not in bundle.decisions or not head.programme:
        return None
    variables = dict(desk.office.engine.read_variables(bundle, opening.state_of(live))) if not head.ended_at else {}
    accepted = str(variables.get("accepted_at") or "")
    accepted_at = instants.read(accepted) if accepted else desk.now
    town = head.town or head.intake_town
    now = authority.authority_for(desk, bundle, head.district, town, head.programme, accepted_at)
    decision = _decision(desk, head.case_no)
    level = str(variables.get("authority_level") or (decision.level if decision else ""))
    passed = _passed(desk, head.id)
    path = check_path(bundle, head.process_key, level or "town", desk.office.roles)
    fate, sentence = _fate(head, now, level, accepted, decision, _holds(bundle, decision, passed), path)
    return CaseAuthority(
        case_no=head.case_no,
        applicant_name=head.applicant_name,
        programme_label=now.programme_label,
        town=town,
        town_name=now.town_name,
        where=_where(desk, head),
        accepted_on=instants.day_of(instants.read(accepted)).isoformat() if accepted else "",
        level=level,
        now=now,
        fate=fate,
        sentence=sentence,
        check=path.name if path is not None and fate not in {"decided", "ended"} else "",
        decision_no=decision.decision_no if decision else "",
        letter_no=decision.letter_no if decision else "",
    )


def _decision(desk: Desk, case_no: str) -> CaseDecision | None:
    found = shelf_of(desk.tx).find(CaseDecision, {"case_no": case_no})
    return max(found, key=lambda row: row.round, default=None)


def _passed(desk: Desk, case_id: str) -> Mapping[str, datetime]:
    """Return when each element was completed last."""
    return {one.element_id: one.at for one in history.passages(desk.tx, case_id) if one.what == "completed"}


def _holds(bundle: Bundle, decision: CaseDecision | None, passed: Mapping[str, datetime]) -> bool:
    """True when the latest decision was made and its authority checked (and sealed, where a seal is used)."""
    if decision is None or decision.decision not in FINAL:
        return False
    if decision.decision != "granted" or decision.level == "county" or decision.seal_use_id:
        return True
    checks = checks_of(bundle)
    if any(topic == "seal_check" for topic in checks.values()):
        return False
    return any(passed[element] >= decision.decided_at for element in checks if element in passed)


def _fate(
    head: Head,
    now: Authority,
    level: str,
    accepted: str,
    decision: CaseDecision | None,
    holds: bool,
    path: CheckPath | None,
) -> tuple[str, str]:
    if holds and decision is not None:
        letter = f"，依据委托书{decision.letter_no}" if decision.letter_no else ""
        return "decided", f"已经作出决定（{decision.decision_no}{letter}），继续有效，不受权限变化影响。"
    if head.ended_at is not None:
        return "ended", "已办结，没有作出审批决定。"
    if not accepted:
        return "open", f"还没有受理；按受理当天的权限确定由谁决定。今天受理的：{now.by}。"
    if level == "county":
        return "stays", "受理时已确定由区（市）级决定，按原办法办理。"
    if now.level == "town":
        return "stays", f"在原来的路上办理：由{now.by}决定，作出决定时再核对一次。"
    if path is None:
        return "waits", f"{now.lack}；本镇（街道）补齐之前不能作出同意的决定。"
    return path.fate, f"{now.lack}：{path.sentence}"


def _where(desk: Desk, head: Head) -> str:
    if head.ended_at is not None:
        return "已办结"
    items: list[Any] = [item for item in items_of_household(desk, head.case_no) if item.record_no == head.record_no]
    names = list(dict.fromkeys(item.name for item in items))
    return f"等“{'”“'.join(names)}”" if names else "等期限届满或自动环节"
