"""The minutes of a sitting: what goes into each case's own minutes, the extract of a disputed case, the one paper."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiuzhu.domain.panels import Panel, vote_of
from jiuzhu.domain.rows import BenefitCalculation, Sitting
from jiuzhu.domain.signing import paper_sentence
from jiuzhu.domain.words import PANEL_VOTES
from jiuzhu.errors import Invalid, NotFound, Refused
from jiuzhu.service.desk import Desk
from jiuzhu.service.sitting_cases import Standing
from jiuzhu.service.steps import Stepping, run_handler
from jiuzhu.store import cases
from jiuzhu.store.shelf import shelf_of
from jiuzhu.store.types import dumps

EXTRACT = "sitting_extract"
"""Topic that files an extract in a case without minutes of its own."""
TEMPLATE = "sitting_minutes"
MOST_WORDS = 2000
"""As in the minutes form of one case."""


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """What the head writes and signs."""

    text: str
    opinion: str
    confirmed: bool
    lines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Case → what is said of it alone: amount and its reason, reasons of a refusal, what to investigate."""


def check(minutes: Minutes) -> None:
    """Refuse minutes that say nothing or are not signed. Raises Invalid."""
    faults = {}
    if len(minutes.text.strip()) < 5:
        faults["minutes_text"] = "请写会议记录（至少5个字）。"
    if len(minutes.opinion.strip()) < 5:
        faults["decision_opinion"] = "请写议事协商意见（至少5个字）。"
    for name, written in (("minutes_text", minutes.text), ("decision_opinion", minutes.opinion)):
        if len(written.strip()) > MOST_WORDS:
            faults[name] = f"最多{MOST_WORDS}个字。"
    if not minutes.confirmed:
        faults["sign"] = "请签字。"
    if faults:
        raise Invalid("纪要还不能签发，请先改正。", faults)


def proposed_amount(desk: Desk, case_no: str) -> str:
    """Return the amount that was reckoned, '' without one."""
    found = shelf_of(desk.tx).find(BenefitCalculation, {"case_no": case_no})
    latest = max(found, key=lambda row: row.round, default=None)
    return f"{latest.amount_monthly:.2f}" if latest else ""


def answers(desk: Desk, standing: Standing, minutes: Minutes) -> dict[str, Any]:
    """Return the answers of one case's own minutes."""
    own = {key: value.strip() for key, value in minutes.lines.get(standing.row.case_no, {}).items() if value.strip()}
    return {
        "amount_monthly": proposed_amount(desk, standing.row.case_no),
        "decision_opinion": minutes.opinion.strip(),
        "minutes_text": minutes.text.strip(),
        **own,
        "sign": {"way": "login", "confirm": True},
    }


def file_extracts(desk: Desk, standings: Sequence[Standing], minutes: Minutes) -> None:
    """File an extract of the sitting in each disputed case: these get no minutes of their own."""
    topic = desk.office.topics[EXTRACT]
    if topic.record is None:
        raise TypeError(EXTRACT)
    for one in standings:
        live = cases.lock_record(desk.tx, one.row.case_no)
        stepping = Stepping(desk)
        seen = {"sitting_no": one.row.sitting_no, "minutes_text": minutes.text.strip(), "chair": desk.person_name}
        call = desk.call(
            live,
            topic=topic,
            element_id="",
            process_key=live.process_key,
            task_id="",
            seen=seen,
            properties={},
            defaults={},
            switchboard=stepping.exchange.of(live),
        )
        run_handler(topic.record, call)
        stepping.finish()


def freeze(desk: Desk, sitting: Sitting, standings: Sequence[Standing], minutes: Minutes) -> None:
    """Write the sitting's paper with everything as it stands, and close the sitting."""
    values = {
        **_head(desk, sitting),
        "sitting_no": sitting.sitting_no,
        "meeting_on": sitting.meeting_on.isoformat(),
        "meeting_place": sitting.meeting_place,
        "panel_size": len(sitting.members),
        "size_reason": sitting.size_reason or None,
        "members": [_member(one, standings) for one in sitting.members],
        "rows": [_line(one, {each["person"]: each["name"] for each in sitting.members}) for one in standings],
        "case_count": len(standings),
        "minutes_text": minutes.text.strip(),
        "decision_opinion": minutes.opinion.strip(),
        "chair": desk.person_name,
        "signed_at": desk.now.isoformat(),
    }
    frozen = {name: value for name, value in values.items() if value not in (None, "", [])}
    shelf_of(desk.tx).change(
        sitting,
        {
            "state": "closed",
            "closed_by": desk.person_id,
            "closed_at": desk.now,
            "minutes": frozen,
            "minutes_sha256": hashlib.sha256(dumps(frozen).encode()).hexdigest(),
        },
    )


def paper_of(desk: Desk, sitting: Sitting) -> tuple[str, str]:
    """Return title and HTML of the sitting's minutes. Raises NotFound before they are signed."""
    if not sitting.minutes:
        raise NotFound("这次会议还没有签发纪要。")
    if hashlib.sha256(dumps(sitting.minutes).encode()).hexdigest() != sitting.minutes_sha256:
        raise Refused("会议纪要与签发时的校验值不符，可能被改动过，请报告系统管理员。各案的摘录在案卷里。")
    documents = desk.office.documents
    return documents.title(TEMPLATE), documents.twin(TEMPLATE, sitting.minutes)


def signed_words(panel: Panel | None, person: str) -> str:
    """Say how a member signed: by login, or on paper and entered by whom."""
    opinion = panel.opinions.get(person) if panel else None
    if opinion is None:
        return ""
    signature: Mapping[str, Any] = opinion.data.get("sign") or {}
    if signature.get("way") == "paper":
        return paper_sentence(str(signature.get("name", "")), str(signature.get("recorder_name", "")))
    return f"{opinion.person_name}本人登录签字"


def counted(panel: Panel | None) -> str:
    """Return the votes in words: 同意5、回避1."""
    if panel is None:
        return ""
    counts = Counter(vote_of(one) for one in panel.opinions.values())
    return "、".join(f"{PANEL_VOTES[vote].partition('，')[0]}{counts[vote]}" for vote in PANEL_VOTES if counts[vote])


def _member(one: Mapping[str, Any], standings: Sequence[Standing]) -> dict[str, Any]:
    ways = dict.fromkeys(signed_words(each.panel, one["person"]) for each in standings)
    return {
        "name": one["name"],
        "kind": one["kind"],
        "post": one["post"],
        "signed": "；".join(way for way in ways if way) or "未签",
    }


def _line(one: Standing, names: Mapping[str, str]) -> dict[str, Any]:
    out = [str(each["name"]) for each in one.row.kept_out]
    out += [names.get(person, "") for person in sorted(one.panel.recused)] if one.panel else []
    return {
        "case_no": one.row.case_no,
        "applicant_name": one.head.applicant_name,
        "programme": one.head.programme,
        "votes": counted(one.panel) or "—",
        "kept_out": "、".join(out) or "无",
        "result": one.words if one.stage != "decided" else one.result,
        "amount_monthly": one.amount or None,
    }


def _head(desk: Desk, sitting: Sitting) -> dict[str, Any]:
    policy = desk.office.policies.of(sitting.district)
    name = desk.office.places.name(desk.tx, sitting.town)
    return {
        "issuer": name,
        "issued_on": desk.today.isoformat(),
        "district_name": policy.name,
        "town_name": name,
        "hotline": policy.hotline,
        "legal_basis": [row["basis"] for row in policy.rows("legal_basis", desk.today) if not row.get("programme")],
        "synthetic": desk.office.settings.is_demo,
    }
