"""A filing becomes void before it was sent: nothing was ever granted that the district would have to know (JC-25)."""

from __future__ import annotations

from jiuzhu.domain.obligations import release
from jiuzhu.domain.rows import Document, Filing
from jiuzhu.domain.topics import RecordCall
from workers.records.desk import rows_of

VOID_MESSAGE = "filing.void"
"""Takes the process instance that would have sent the filing out of its diagram, and nothing else."""


def void_filing(call: RecordCall, filing: Filing) -> Filing:
    """Void a filing that nobody has sent: its sheet, its date and the item by which the town would send it (ADR 0134).

    The instance is told by its record number: what the case has sent, or sends beside it, goes on.
    """
    row = call.records.change(filing, state="void", lines=[], corrected=filing.corrected + 1)
    for paper in filing_papers(call, filing):
        call.records.change(paper, state="void")
    release(call.records, call.case_no, record_no=filing.record_no, only=("due_filing",))
    call.records.audit("filing_void", f"备案{filing.filing_no}还没有报送，决定已经不再有效，不再报送")
    call.switchboard.send(VOID_MESSAGE, {"record_no": filing.record_no}, {})
    return row


def filing_papers(call: RecordCall, filing: Filing) -> list[Document]:
    """Return the valid sheets of a filing."""
    return [
        paper
        for paper in rows_of(call, Document)
        if paper.template == "filing" and paper.state == "valid" and paper.values.get("filing_no") == filing.filing_no
    ]
