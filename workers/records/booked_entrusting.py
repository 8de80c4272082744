"""申请委托书: whoever cannot apply has the village or others apply; the signed letter stands in the record (JC-06)."""

from __future__ import annotations

from jiuzhu.domain.records import Submission
from jiuzhu.domain.topics import RecordCall, Values
from workers.records.papers import make_document

ENTRUSTEES = {"village_committee": "村（居）民委员会", "relative": "亲属", "other": "其他人"}


def letter_paper(call: RecordCall, submission: Submission) -> Values:
    """申请委托书: whoever cannot apply entrusts the village or others; the signed letter is registered (JC-06)."""
    data = submission.data
    if data.get("entrusted") is not True:
        return {}
    paper = make_document(
        call,
        "application_letter",
        {
            "entrust_reason": data.get("entrust_reason"),
            "entrustee_kind": ENTRUSTEES.get(str(data.get("entrustee_kind")), ""),
            "entrustee_name": data.get("entrustee_name"),
            "entrustee_phone": data.get("entrustee_phone"),
            "letter_signed_on": str(data.get("letter_signed_on"))[:10],
            "scan_count": len(data.get("application_letter") or ()),
        },
    )
    call.records.audit("entrusted", f"申请人委托{data.get('entrustee_name')}提出申请", letter=paper.document_no)
    return {}
