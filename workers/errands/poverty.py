"""Errand ``poverty_list``: the poverty-alleviation list of the quarter, where its system has an address (XX-52)."""

from __future__ import annotations

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.rows import PovertyEntry
from jiuzhu.domain.topics import ErrandCall, ErrandHandler, Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Invalid
from workers.errands.adapters.poverty import PovertyRegister

CONTRACT = TopicContract(
    topic="poverty_list",
    label="取得扶贫名单",
    kind="errand",
    doc=("向扶贫系统取本季度名单（fetched）；没有配置地址的，本季度已经上传名单的为 uploaded，没有上传的为 missing。"),
    inputs=(Name(name="period", type="string", label="季度", required=False),),
    outputs=(Name(name="list_state", type="string", label="名单", choices=("fetched", "uploaded", "missing")),),
    sources=("XX-52",),
)


def prepare(call: RecordCall) -> Values:
    """Freeze the quarter."""
    return {"period": str(call.inputs.get("period") or "")}


def errand(register: PovertyRegister | None) -> ErrandHandler:
    """Return the errand; without a register it brings nothing."""

    def fetch(call: ErrandCall) -> Values:
        if register is None:
            return {"asked": False, "entries": []}
        listed = register.fetch(call.task_id, call.district, str(call.inputs["period"]))
        return {
            "asked": True,
            "entries": [{"name": one.name, "resident_id": one.resident_id, "village": one.village} for one in listed],
        }

    return fetch


def book(call: RecordCall, result: Values) -> Values:
    """Keep the list, each person once. Raises Invalid when the result is none of this errand."""
    if not isinstance(result.get("entries"), list):
        raise Invalid("没有带回名单。", {"entries": "应为名单"})
    period = str(call.inputs.get("period") or "")
    known = {row.person_ref for row in call.records.find(PovertyEntry, district=call.district, period=period)}
    if not result.get("asked"):
        return {"list_state": "uploaded" if known else "missing"}
    for one in result["entries"]:
        ref = resident_ref(str(one["resident_id"]))
        if ref not in known:
            known.add(ref)
            call.records.add(
                PovertyEntry(
                    entry_no=f"{call.district}/{period}/{ref}",
                    district=call.district,
                    period=period,
                    person_ref=ref,
                    name=str(one["name"]),
                    village=str(one["village"]),
                    source="exchange",
                    listed_at=call.now,
                )
            )
    call.records.audit("poverty_list", f"取得{period}扶贫名单{len(result['entries'])}人", period=period)
    return {"list_state": "fetched"}


TOPIC = Topic(contract=CONTRACT, prepare=prepare, book=book)
"""Without the register; ``workers.errands.build_errands`` adds it."""
