"""The seal of delegated matters: whether it may be used, and that it changes hands (XT-04, XT-14, XT-38)."""

from __future__ import annotations

from jiuzhu.domain.rows import Seal
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import BpmnError, Refused
from workers.records import names
from workers.records.chief_reps import hand_seal_to, leave_seal, name_chief_rep
from workers.records.desk import at_desk, latest_of, text
from workers.records.seal_scope import seal_lack
from workers.records.standing import item_code, town_of

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

SEAL_CUSTODY = TopicContract(
    topic="seal_custody",
    label="停用或启用印章",
    kind="record",
    doc="freeze：印章停用，原保管到此为止；release：由核验过的接任首席代表保管并启用，原首席代表任职终止。",
    inputs=(
        Name(name="mode", type="string", label="方式", drawn=True, choices=("freeze", "release")),
        Name(name="seal_no", type="string", label="印章编号"),
        names.TOWN,
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("XT-04", "XT-14"),
)


def check_seal(call: RecordCall) -> Values:
    """Raise SEAL_NOT_ALLOWED with what is missing; else return the item for which the seal will be used (R-14)."""
    code = text(call, "item_code") or item_code(call)
    lack = seal_lack(call, code)
    if lack:
        call.records.audit("seal_refused", lack, item=code)
        raise BpmnError("SEAL_NOT_ALLOWED", lack)
    return {"item_code": code}


def change_custody(call: RecordCall) -> Values:
    """Freeze a seal that was handed back, or release it to the chief representative who took it over (XT-14).

    Raises Refused when the seal is not the town's, or nobody has taken it over.
    """
    number = text(call, "seal_no")
    seal = next(iter(call.records.find(Seal, seal_no=number)), None)
    if seal is None or seal.town != town_of(call):
        raise Refused(f"本镇街没有编号为{number}的印章。")
    if text(call, "mode") == "freeze":
        call.records.change(seal, status="frozen")
        leave_seal(call, seal)
        call.records.audit("seal_frozen", f"{seal.name}（{number}）停用", seal=number)
        return {}
    named, taken = latest_of(call, ("seal_receive",)), latest_of(call, ("seal_receipt",))
    if named is None or taken is None or taken.person != named.data.get("next_holder"):
        raise Refused("接任的首席代表还没有接收印章，不能启用。")
    name_chief_rep(call, taken.person, str(named.data["document_no"]))
    hand_seal_to(call, seal, taken.person, handed_by=named.person)
    call.records.change(seal, status="in_use")
    call.records.audit("seal_released", f"{seal.name}（{number}）由{taken.person_name}保管并启用", seal=number)
    return {}


TOPICS: tuple[Topic, ...] = (at_desk(SEAL_CHECK, check_seal), at_desk(SEAL_CUSTODY, change_custody))
