"""失信名单: told in writing, heard, decided, kept for a time; a hint for reviewers, never a refusal (XX-25, R-19)."""

from __future__ import annotations

from datetime import timedelta

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.identity import mask_resident_id
from jiuzhu.domain.instants import day_of, end_of, iso, read
from jiuzhu.domain.rows import BlacklistEntry
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.blacklist_papers import latest, listed_from, listed_until
from workers.records.desk import at_desk, text
from workers.records.registers import append_row

BLACKLIST_NOTE = TopicContract(
    topic="blacklist_note",
    label="失信名单登记",
    kind="record",
    doc="step=clock：从告知书送达之日起算申辩期限，期满以后才作决定；list：按决定列入失信名单（起止、理由），登记台账。只作提示，不自动拒绝。",
    inputs=(
        Name(name="step", type="string", label="环节", drawn=True, choices=("clock", "list")),
        Name(name="delivered_at", type="date", label="送达时间", required=False),
        names.TOWN,
    ),
    outputs=(
        Name(name="appeal_end", type="date", label="申辩期满", required=False),
        Name(name="due_listing", type="date", label="决定期限", required=False),
        names.DUE_SIMPLE,
    ),
    sources=("XX-25",),
)


def note(call: RecordCall) -> Values:
    """Do one step."""
    return _clock(call) if text(call, "step") == "clock" else _list(call)


def _clock(call: RecordCall) -> Values:
    given = text(call, "delivered_at")
    day = day_of(read(given)) if given else call.today
    days = int(call.policy.value("blacklist.appeal_days", call.today))
    last = day + timedelta(days=days)
    decided, _ = call.calendar.add_working_days(last, int(call.policy.value("tasks.wd", call.today)))
    return {"appeal_end": iso(end_of(last)), "due_listing": iso(end_of(decided))}


def _list(call: RecordCall) -> Values:
    evidence, decision = latest(call, "blacklist_evidence"), latest(call, "blacklist_decision")
    number = str(evidence.data["blacklist_resident_id"])
    call.records.add(
        BlacklistEntry(
            entry_no=call.record_no,
            district=call.district,
            resident_ref=resident_ref(number),
            reason=str(evidence.data["blacklist_kind"]),
            valid_from=listed_from(decision),
            valid_to=listed_until(decision),
        )
    )
    append_row(
        call,
        "blacklist",
        {
            "person": str(evidence.data["applicant_name"]),
            "id_masked": mask_resident_id(number),
            "kind": str(evidence.data["blacklist_kind"]),
            "facts": str(evidence.data["blacklist_facts"]),
            "from_day": listed_from(decision).isoformat(),
            "to_day": listed_until(decision).isoformat(),
            "reason": str(decision.data["decision_reason"]),
            "decided_by": signed_by(decision),
            "files": list(evidence.data.get("blacklist_files") or ()),
        },
    )
    call.records.audit("blacklisted", f"列入失信名单，{listed_until(decision).isoformat()}到期", entry=call.record_no)
    return {}


TOPICS: tuple[Topic, ...] = (at_desk(BLACKLIST_NOTE, note),)
