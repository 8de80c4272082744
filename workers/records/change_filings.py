"""变更、注销备案: the filing of a decided change (JC-25, NH-23)."""

from __future__ import annotations

from jiuzhu.domain.adjustments import ENDING
from jiuzhu.domain.rows import Adjustment, Filing
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.domain.words import CHANGE_RESULTS
from workers.records.desk import rows_of, text
from workers.records.papers import household_of, law, make_document
from workers.records.recipient_rows import recipient_of


def build_change_filing(call: RecordCall, change: Adjustment) -> Values:
    """Write the filing of a change, once for each: 注销 when nothing is paid any more, else 变更."""
    built = next((row for row in rows_of(call, Filing) if row.decision_no == change.decision_no), None)
    if built is not None:
        return {"filing_no": built.filing_no, "filing_state": "build"}
    recipient = recipient_of(call)
    town = text(call, "town", recipient.town)
    year = call.today.year
    kind = "cancel" if change.result in ENDING else "change"
    row = Filing(
        filing_no=f"{call.records.organisation_name(town)}备〔{year}〕{call.records.number(f'filing:{town}:{year}')}号",
        case_no=call.case_no,
        record_no=call.record_no,
        district=call.district,
        town=town,
        programme=recipient.programme,
        kind=kind,
        state="built",
        decision_no=change.decision_no,
        lines=[
            {
                "case_no": call.case_no,
                "applicant_name": recipient.name,
                "applicant_id": household_of(call)["applicant"].get("applicant_id", recipient.resident_id),
                "member_count": recipient.members,
                "programme": recipient.programme,
                "amount_before": str(change.amount_before),
                "amount_after": str(change.amount_after),
                "reason": CHANGE_RESULTS.get(change.result, ""),
                "effective_month": change.effective_month,
                "relatives_flag": False,
            }
        ],
        built_at=call.now,
    )
    call.records.add(row)
    make_document(
        call,
        "filing",
        {
            "filing_no": row.filing_no,
            "filing_type": kind,
            "member_count": recipient.members,
            "amount_before": str(change.amount_before),
            "amount_after": str(change.amount_after),
            "reason": CHANGE_RESULTS.get(change.result, ""),
            "decision_no": change.decision_no,
            "decided_on": change.decided_at.isoformat(),
            "effective_month": change.effective_month or None,
            "relatives_flag": False,
            "legal_basis": law(call)["legal_basis"],
        },
    )
    return {"filing_no": row.filing_no, "filing_state": "build"}
