"""The chain of a case: every act hashed over the one before it; verifying says where it was broken (NH-02, XT-35)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiuzhu.domain.audit import ChainedLine, verify_chain
from jiuzhu.service.office import Office
from jiuzhu.store import cases, history, listing
from jiuzhu.store.history import AuditRow

HASHED = ("record_no", "seq", "case_no", "at", "true_at", "actor", "actor_name", "act", "sentence", "facts")


@dataclass(frozen=True, kw_only=True)
class ChainCheck:
    """What verifying one process instance's chain found."""

    record_no: str
    lines: int
    holds: bool
    place: int | None
    """Number of the first line that does not hold."""
    reason: str


def verify(office: Office, case_no: str) -> Sequence[ChainCheck]:
    """Verify the chains of all process instances of a household, their ends included. Raises NotFound."""
    with office.store.reading() as tx:
        heads = listing.household(tx, case_no)
        found = []
        for head in heads:
            live = cases.read(tx, head.id)
            rows = history.chain(tx, head.record_no)
            broken = verify_chain([_line(row) for row in rows], last=live.audit_hash)
            found.append(
                ChainCheck(
                    record_no=head.record_no,
                    lines=len(rows),
                    holds=broken is None,
                    place=None if broken is None else broken.place + 1,
                    reason="" if broken is None else broken.reason,
                )
            )
    return found


def _line(row: AuditRow) -> ChainedLine:
    return ChainedLine(fields={name: getattr(row, name) for name in HASHED}, previous=row.previous, hash=row.hash)
