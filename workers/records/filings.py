"""备案: built from the decision, sent by the town, received by the district. It is never an approval."""

from __future__ import annotations

from typing import Any

from jiuzhu.domain.instants import iso
from jiuzhu.domain.rows import CaseDecision, Filing, FilingReceipt, Notice, Obligation, RelativesEntry
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import STOPPED_STATUSES
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.change_filings import build_change_filing
from workers.records.desk import at_desk, current_decision, rows_of, text
from workers.records.entitlement import first_month
from workers.records.filing_void import filing_papers, void_filing
from workers.records.papers import household_of, law, make_document, members_counted
from workers.records.recipient_rows import decided_change
from workers.records.switchboard import passed_on

FILING_BUILD = TopicContract(
    topic="filing_build",
    label="生成备案表",
    kind="record",
    doc="按最近的决定生成备案表（新增、变更或注销）；同一户前一份尚未报送的，更正前一份并入，状态为 merged。",
    inputs=(names.PROGRAMME, names.TOWN, names.STOP_KIND, names.DECISION_NO),
    outputs=(names.FILING_NO, names.FILING_STATE, names.DUE_SIMPLE),
    sources=("JC-25", "XT-12"),
)

FILING_LOAD = TopicContract(
    topic="filing_load",
    label="取备案表",
    kind="record",
    doc="备案接收流程的第一步：按编号取出备案表，登记为已报送。",
    inputs=(Name(name="filing_no", type="string", label="备案编号"),),
    outputs=(names.FILING_NO, names.FILING_STATE, names.TOWN, names.PROGRAMME, names.DUE_SIMPLE),
    sources=("JC-25",),
)

FILING_SENT = TopicContract(
    topic="filing_sent",
    label="登记电子备案已报送",
    kind="record",
    doc="电子表格上传之后登记备案已报送；纸质审批表另行报送，两种渠道都收到才算完成。",
    inputs=(names.FILING_NO,),
    outputs=(names.DUE_SIMPLE,),
    sources=("NH-23",),
)

FILING_RECORD = TopicContract(
    topic="filing_record",
    label="登记备案",
    kind="record",
    doc="登记收到备案并列入抽查范围；不影响办件。",
    inputs=(Name(name="filing_no", type="string", label="备案编号"),),
    outputs=(names.FILING_STATE, names.DUE_SIMPLE),
    sources=("JC-25", "JC-26"),
)

FILING_AMEND = TopicContract(
    topic="filing_amend",
    label="更正备案",
    kind="record",
    doc="决定变更或撤销、办理终止后更正备案：未报送的直接更正，不再给予救助的作废、不再报送；已报送的另行启动变更或注销备案；"
    "没有备案时不做任何事。",
    inputs=(names.PROGRAMME, names.TOWN, names.VILLAGE, names.DECISION, names.DECISION_NO, names.STOP_KIND),
    outputs=(names.DUE_SIMPLE,),
    decisions=("filing_mode",),
    sources=("JC-25", "NH-23"),
)


SENT = ("sent", "returned", "filed")
CARRIED = "district,programme,intake_town,town,village,applicant_name,decision_no"


def build_filing(call: RecordCall) -> Values:
    """Write the filing of the latest decision, or correct the one that is not sent yet and be merged into it (A6).

    A change of a recipient's aid is filed by itself.
    The kind follows from what has been sent: nothing is 新增; a later grant 变更; a decision that is gone 注销.
    """
    change = decided_change(call)
    if change is not None:
        return build_change_filing(call, change)
    filings = [row for row in rows_of(call, Filing) if row.state != "void"]
    unsent = next((row for row in filings if row.state == "built"), None)
    if unsent is not None:
        correct(call, unsent)
        own = unsent.record_no == call.record_no
        return {"filing_no": unsent.filing_no, "filing_state": "build" if own else "merged"}
    kind = _kind(call, filings)
    town = text(call, "town", call.records.case().town)
    year = call.today.year
    decision = current_decision(call)
    row = Filing(
        filing_no=f"{call.records.organisation_name(town)}备〔{year}〕{call.records.number(f'filing:{town}:{year}')}号",
        case_no=call.case_no,
        record_no=call.record_no,
        district=call.district,
        town=town,
        programme=text(call, "programme", call.records.case().programme),
        kind=kind,
        state="built",
        decision_no=decision.decision_no if decision else "",
        lines=[_line(call, kind, filings)],
        built_at=call.now,
    )
    call.records.add(row)
    _paper(call, row)
    return {"filing_no": row.filing_no, "filing_state": "build"}


def load_filing(call: RecordCall) -> Values:
    """Return the filing that the district receives; from now on it counts as sent."""
    number = text(call, "filing_no")
    row = next((each for each in rows_of(call, Filing) if not number or each.filing_no == number), None)
    if row is None:
        raise Refused(f"没有编号为{number}的备案表。")
    if row.state == "built":
        row = call.records.change(row, state="sent", sent_at=call.now, sent_by=call.actor or "")
    return {"filing_no": row.filing_no, "filing_state": "sent", "town": row.town, "programme": row.programme}


def mark_sent(call: RecordCall) -> Values:
    """Mark the filing as sent when its electronic sheet went up (A6); again after a return changes nothing."""
    number = text(call, "filing_no")
    row = next((each for each in rows_of(call, Filing) if each.filing_no == number), None)
    if row is not None and row.state == "built":
        decision = current_decision(call)
        call.records.change(row, state="sent", sent_at=call.now, sent_by=decision.person if decision else "")
    return {}


def record_filing(call: RecordCall) -> Values:
    """Mark the filing as received; a 新增 enters the spot-check population (JC-26). No effect on the case."""
    number = text(call, "filing_no")
    row = next((each for each in rows_of(call, Filing) if each.filing_no == number), None)
    if row is None:
        return {"filing_state": "filed"}
    call.records.change(row, state="filed")
    receipts = call.records.find(FilingReceipt, filing_no=row.filing_no)
    if receipts and row.kind == "new":
        call.records.change(receipts[-1], spot_check=True)
    call.records.audit("filed", f"备案{row.filing_no}已接收", kind=row.kind)
    return {"filing_state": "filed"}


def amend_filing(call: RecordCall) -> Values:
    """Bring the filing in line with a changed, revoked or ended decision; nothing filed: no effect (JC-25).

    One that is not sent is corrected on the spot, a sent one is followed by a filing of its own.
    """
    filings = [row for row in rows_of(call, Filing) if row.state != "void"]
    unsent = next((row for row in filings if row.state == "built"), None)
    if unsent is not None:
        correct(call, unsent)
    elif filings:
        mode = call.decide("filing_mode", {"channels": call.policy.values("filing_mode", call.today).get("channels")})
        if isinstance(mode, dict):
            call.switchboard.start(str(mode["filing_process"]), passed_on(call, CARRIED))
    return {}


def correct(call: RecordCall, filing: Filing) -> None:
    """Write the latest decision into a filing that is not sent; without a grant there is nothing left to send."""
    earlier = [row for row in rows_of(call, Filing) if row.state in SENT]
    kind = _kind(call, earlier)
    if kind == "cancel" and not earlier:
        void_filing(call, filing)
        return
    decision = current_decision(call)
    row = call.records.change(
        filing,
        kind=kind,
        decision_no=decision.decision_no if decision else "",
        lines=[_line(call, kind, earlier)],
        corrected=filing.corrected + 1,
    )
    for paper in filing_papers(call, filing):
        call.records.change(paper, state="replaced")
    _paper(call, row)


def _kind(call: RecordCall, earlier: list[Filing]) -> str:
    decision = current_decision(call)
    ended = call.records.case().status in STOPPED_STATUSES or decision is None or decision.decision != "granted"
    if ended:
        return "cancel"
    return "change" if any(row.state in SENT for row in earlier) else "new"


def _line(call: RecordCall, kind: str, earlier: list[Filing]) -> dict[str, Any]:
    case = call.records.case()
    applicant = household_of(call)["applicant"]
    decision = current_decision(call)
    sent = [line for row in earlier if row.state in SENT for line in row.lines]
    return {
        "case_no": call.case_no,
        "applicant_name": case.applicant_name,
        "applicant_id": applicant.get("applicant_id", ""),
        "member_count": members_counted(call),
        "programme": case.programme,
        "amount_before": sent[-1]["amount_after"] if sent else "",
        "amount_after": "0.00" if kind == "cancel" or decision is None else str(decision.amount_monthly),
        "reason": text(call, "stop_kind") or (decision.decision if decision else ""),
        "effective_month": first_month(call, decision) if decision else "",
        "relatives_flag": bool(rows_of(call, RelativesEntry)),
    }


def _paper(call: RecordCall, filing: Filing) -> None:
    line = filing.lines[0]
    decision = max(rows_of(call, CaseDecision), key=lambda row: row.round, default=None)
    notices = rows_of(call, Notice)
    owed = [row for row in rows_of(call, Obligation) if row.due_name == "due_filing" and row.state == "open"]
    make_document(
        call,
        "filing",
        {
            "filing_no": filing.filing_no,
            "filing_type": filing.kind,
            "member_count": line["member_count"],
            "amount_before": line["amount_before"] or None,
            "amount_after": line["amount_after"],
            "reason": REASONS.get(str(line["reason"]), ""),
            "decision_no": filing.decision_no,
            "decided_on": iso(decision.decided_at) if decision else None,
            "notice_end": notices[-1].ends_on.isoformat() if notices and notices[-1].ends_on else None,
            "effective_month": line["effective_month"] or None,
            "relatives_flag": line["relatives_flag"],
            "due_on": iso(owed[-1].due_at) if owed else None,
            "legal_basis": law(call)["legal_basis"],
        },
    )


REASONS = {
    "granted": "给予救助",
    "refused": "不予救助",
    "revoked": "撤销原决定",
    "withdrawn": "申请人撤回申请",
    "died": "申请人死亡",
    "non_cooperation": "申请人拒不配合调查",
}


TOPICS: tuple[Topic, ...] = (
    at_desk(FILING_BUILD, build_filing),
    at_desk(FILING_LOAD, load_filing),
    at_desk(FILING_SENT, mark_sent),
    at_desk(FILING_RECORD, record_filing),
    at_desk(FILING_AMEND, amend_filing),
)
