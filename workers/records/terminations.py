"""终止特困供养: who decides it, whether the public notice is over, and the way back where the ground does not hold."""

from __future__ import annotations

from jiuzhu.domain.instants import iso
from jiuzhu.domain.rows import Notice
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import TERMINATION_GROUNDS
from workers.records import names
from workers.records.desk import at_desk, latest_of, rows_of, text
from workers.records.dynamics import CHANGE_KIND, CHANGE_REASON, CHANGE_RESULT, NEW_AMOUNT, RECIPIENT_NO
from workers.records.notice_sheets import TERMINATION
from workers.records.permits import authority_level
from workers.records.recipient_rows import adjustment_of, amount_before, recipient_of
from workers.records.reviews import CONFIRM_GROUP, confirm_group

GROUND = Name(
    name="termination_ground",
    type="string",
    label="终止供养的情形",
    required=False,
    choices=("", *TERMINATION_GROUNDS, "none"),
)

TERMINATION_LOAD = TopicContract(
    topic="termination_load",
    label="取拟终止的供养对象",
    kind="record",
    doc="终止特困供养的第一步：取出供养对象的现行金额和有权决定的岗位；由死亡带来的，情形已经明确。",
    inputs=(names.PROGRAMME, names.TOWN, CHANGE_KIND, CHANGE_REASON, GROUND),
    outputs=(
        RECIPIENT_NO,
        CHANGE_KIND,
        CHANGE_REASON,
        GROUND,
        Name(name="amount_before", type="money", label="现行月救助金额"),
        CONFIRM_GROUP,
        names.AUTHORITY_LEVEL,
        Name(name="accepted_at", type="date", label="开始办理的时间"),
        names.DUE_SIMPLE,
    ),
    decisions=("authority",),
    sources=("QJ-16", "QJ-30", "XT-33"),
)

TERMINATION_KEEP = TopicContract(
    topic="termination_keep",
    label="继续供养",
    kind="record",
    doc="终止的情形不成立、异议属实或者决定不终止：供养照旧。",
    inputs=(CHANGE_KIND, CHANGE_REASON),
    outputs=(CHANGE_RESULT, NEW_AMOUNT, CHANGE_REASON, names.DUE_SIMPLE),
    sources=("XT-33",),
)

TERMINATION_AID = TopicContract(
    topic="termination_aid",
    label="转协助申请其他救助",
    kind="record",
    doc="终止供养以后可能符合低保、临时救助条件的，登记为主动发现，由村（社区）走访并协助申请。",
    inputs=(
        Name(name="other_aid", type="string", label="可以转入的救助", choices=("none", "dibao", "temp")),
        names.TOWN,
        names.VILLAGE,
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("XT-33",),
)
AID = {"dibao": "可能符合最低生活保障条件", "temp": "生活有急难，可能需要临时救助"}


def load(call: RecordCall) -> Values:
    """Return what the termination reads: whom it is about, what he gets, who decides (as for a review's results)."""
    recipient = recipient_of(call)
    group = _deciding_group(call, text(call, "town", recipient.town), recipient.programme)
    kind = text(call, "change_kind")
    return {
        "recipient_no": recipient.recipient_no,
        "change_kind": kind,
        "change_reason": text(call, "change_reason"),
        "termination_ground": text(call, "termination_ground") or ("death" if kind == "death" else ""),
        "amount_before": f"{amount_before(call, recipient):.2f}",
        "confirm_group": group,
        "authority_level": "county" if group.endswith(f"@{call.district}") else "town",
        "accepted_at": iso(call.now),
    }


def _deciding_group(call: RecordCall, town: str, programme: str) -> str:
    """Return who decides: as for a review's results, but the district's post where the town may not grant (QJ-30)."""
    above = call.policy.values("review", call.today).get("confirmer_undevolved")
    if above is None or authority_level(call, programme) == "town":
        return confirm_group(call, town)
    return str(above).replace("@district", f"@{call.district}")


def keep(call: RecordCall) -> Values:
    """Decide that the support goes on: a proposed end becomes a decision to keep, which then takes effect."""
    before = amount_before(call, recipient_of(call))
    row = adjustment_of(call)
    reason = text(call, "change_reason")
    if row is not None and row.state in ("proposed", "back"):
        reason = "终止供养的情形不成立，继续供养"
        call.records.change(
            row,
            result="keep",
            amount_after=before,
            reason=reason,
            state="decided",
            person=call.actor or "",
            decided_at=call.now,
        )
    call.records.audit("termination_dropped", "不终止，继续供养")
    return {"change_result": "keep", "new_amount": f"{before:.2f}", "change_reason": reason}


def lead_to_aid(call: RecordCall) -> Values:
    """Hand the person in as found: a discovery of its own helps to apply for what he may have."""
    recipient, form = recipient_of(call), latest_of(call, ("termination_followup",))
    wanted = text(call, "other_aid")
    note = str(form.data.get("aid_note") or "") if form else ""
    number = call.switchboard.hand_in(
        "shared_discovery",
        {
            "applicant_name": recipient.name,
            "village": recipient.village,
            "found_address": call.records.organisation_name(recipient.village),
            "found_phone": "",
            "household_marker": "none",
            "discovery_source": "visit",
            "found_on": call.today.isoformat(),
            "found_situation": f"特困供养终止（{call.record_no}），{AID[wanted]}。{note}"[:200],
            "found_urgent": wanted == "temp",
            "found_photos": [],
        },
        town=recipient.town,
        village=recipient.village,
    )
    call.records.audit("started", f"转主动发现{number}", other_aid=wanted)
    return {}


def notice_is_over(call: RecordCall) -> bool:
    """True when the public notice that this process names has run its days without an objection left (43号)."""
    number = text(call, "notice_no")
    found = [row for row in rows_of(call, Notice) if number and row.notice_no == number and row.stage == TERMINATION]
    return any(row.state == "closed" and row.result == "undisputed" for row in found)


TOPICS: tuple[Topic, ...] = (
    at_desk(TERMINATION_LOAD, load),
    at_desk(TERMINATION_KEEP, keep),
    at_desk(TERMINATION_AID, lead_to_aid),
)
