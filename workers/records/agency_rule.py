"""R-08: whoever enters an application for somebody else has a letter of that person, in force and for this matter."""

from __future__ import annotations

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.rows import AgencyLetter
from jiuzhu.domain.topics import RecordCall
from jiuzhu.domain.words import PROGRAMMES
from jiuzhu.errors import Refused
from workers.records.papers import household_of

CHANNEL = "agent"
APPLIED = "agency.applied"
"""Message to the matter in which the letter was signed."""


def require_letter(call: RecordCall) -> None:
    """Refuse an application by an agent without a registered letter that fits; note in the letter what it led to.

    Only where the district registers its letters (``agency.letter_registered``). Raises Refused with the rule's name.
    """
    if not call.policy.values("agency", call.today).get("letter_registered"):
        return
    is_agent = bool(call.actor) and any(group.startswith("agent@") for group in _groups(call))
    by_agent = call.inputs.get("channel") == CHANNEL
    if not is_agent and not by_agent:
        return
    number = str(call.inputs.get("agency_letter_no") or "")
    letter = next(iter(call.records.find(AgencyLetter, letter_no=number)), None) if number else None
    sentence = _lack(call, letter, number, is_agent=is_agent, by_agent=by_agent)
    if sentence or letter is None:
        raise Refused(f"R-08 先签代办委托书再代办：{sentence}。")
    call.records.change(letter, used_for=call.case_no)
    call.records.audit("agency", f"凭代办委托书{number}代为申请", letter=number)
    call.switchboard.send(APPLIED, {"case_no": letter.case_no}, {"applied_case_no": call.case_no})


def _groups(call: RecordCall) -> tuple[str, ...]:
    return call.records.person(call.actor).groups if call.actor else ()


def _lack(call: RecordCall, letter: AgencyLetter | None, number: str, *, is_agent: bool, by_agent: bool) -> str:
    if not by_agent:
        return "代办员提交的申请，申请渠道应选“代办”"
    if letter is None or letter.district != call.district:
        return f"没有登记编号为{number or '（空）'}的代办委托书"
    if letter.status != "in_force":
        return f"代办委托书{number}已撤销"
    if not letter.signed_on <= call.today <= letter.valid_to:
        return f"代办委托书{number}不在有效期内（至{letter.valid_to.isoformat()}）"
    if letter.used_for:
        return f"代办委托书{number}已用于{letter.used_for}"
    if letter.resident_ref != resident_ref(str(household_of(call)["applicant"].get("applicant_id") or "")):
        return f"代办委托书{number}不是这位申请人签的"
    programme = call.records.case().programme
    if programme not in letter.programmes:
        return f"代办委托书{number}没有委托办理{PROGRAMMES.get(programme, programme)}"
    if is_agent and letter.agent != call.actor:
        return f"代办委托书{number}委托的是其他代办员"
    return ""
