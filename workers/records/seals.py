"""The seal of delegated matters: whether it may be used, and that it was used."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import BpmnError
from workers.records import names
from workers.records.desk import at_desk, text
from workers.records.standing import custodian_of, item_code, letter_of_town, seals_of_town, staff_of_town

SEAL_CHECK = TopicContract(
    topic="seal_check",
    label="检查委托事项与用印权限",
    kind="record",
    doc="事项在委托目录内、委托书有效、印章在用并覆盖该事项、首席代表在任并保管印章；否则报 SEAL_NOT_ALLOWED。",
    inputs=(Name(name="item_code", type="string", label="委托事项", required=False), names.PROGRAMME, names.TOWN),
    outputs=(Name(name="item_code", type="string", label="委托事项"), names.DUE_SIMPLE),
    errors=("SEAL_NOT_ALLOWED",),
    sources=("XT-04", "XT-14", "XT-38"),
)


def check_seal(call: RecordCall) -> Values:
    """Raise SEAL_NOT_ALLOWED with what is missing; else return the item for which the seal will be used (R-14)."""
    code = text(call, "item_code") or item_code(call)
    lack = _lack(call, code)
    if lack:
        call.records.audit("seal_refused", lack, item=code)
        raise BpmnError("SEAL_NOT_ALLOWED", lack)
    return {"item_code": code}


def _lack(call: RecordCall, code: str) -> str:
    if not code or code not in {row["item_code"] for row in call.policy.rows("delegated_items", call.today)}:
        return "事项不在委托目录内"
    letter = letter_of_town(call)
    if letter is None:
        return "没有有效的放权委托书"
    if code not in letter.items:
        return f"放权委托书{letter.letter_no}没有委托这一事项"
    seal = next((each for each in seals_of_town(call) if code in each.items), None)
    if seal is None:
        return "没有在用的、可用于这一事项的委托事项专用章"
    custodian = custodian_of(call, seal)
    if not custodian:
        return f"印章{seal.seal_no}没有登记保管人"
    if all(post.person != custodian or post.post != "chief_rep" for post in staff_of_town(call)):
        return f"印章{seal.seal_no}的保管人不是在任的首席代表"
    return ""


TOPICS: tuple[Topic, ...] = (at_desk(SEAL_CHECK, check_seal),)
