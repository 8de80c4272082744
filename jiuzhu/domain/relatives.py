"""近亲属备案: which registered relations of a household still wait for the county's visit (NH-13, NH-49)."""

from __future__ import annotations

from jiuzhu.domain.records import Records
from jiuzhu.domain.rows import RelativesEntry

VISITED = "visited"
"""Status of an entry whose household the county has visited."""


def awaiting_visit(records: Records, case_no: str) -> bool:
    """Return whether a registered relation of the household has not had the county's visit."""
    return any(row.status != VISITED for row in records.find(RelativesEntry, case_no=case_no))
