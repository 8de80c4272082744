"""A released list goes into the record: households in batches, their recipients in one transaction at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.rows import Row, Takeover
from jiuzhu.domain.takeover_list import Checked, Kept
from jiuzhu.errors import JiuzhuError
from jiuzhu.service import office_acts, takeover_check, takeover_rows
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.retry import repeated
from jiuzhu.store import office as numbers
from jiuzhu.store import takeover as stored
from jiuzhu.store.shelf import shelf_of

BATCH = 500
LONGEST_REASON = 200
log = structlog.get_logger(__name__)


def carry_on_all(office: Office) -> int:
    """Finish every list that was released and is not written yet; what fails is logged and tried at the next look."""
    with office.store.reading() as tx:
        waiting = stored.in_state(tx, "releasing")
    done = 0
    for import_no in waiting:
        try:
            carry_on(office, import_no)
            done += 1
        except JiuzhuError as error:
            log.exception("a released list could not be written", import_no=import_no)
            said = str(getattr(error, "sentence", "")) or "系统故障，运维人员在日志里能看到"
            repeated(office, lambda no=import_no, why=said: _note_fault(office, no, why))  # type: ignore[misc]
    return done


def carry_on(office: Office, import_no: str, *, progress: Callable[[int, int], None] | None = None) -> str:
    """Write a released list, from where an earlier try stopped. Returns its state: released, or returned with faults.

    Checked once more first: what has come into the record since the list was handed over would be there twice.
    """
    with reading_desk(office, None) as desk:
        rows = shelf_of(desk.tx).find(Takeover, {"import_no": import_no})
        if not rows or rows[0].state != "releasing":
            return rows[0].state if rows else ""
        row = rows[0]
        found = takeover_check.check(desk, row.district, office.files.read(row.sha256), import_no)
    if found.faults:
        repeated(office, lambda: _give_up(office, import_no, found))
        return "returned"
    given = frozenset(str(one.facts["dossier_no"]) for one in found.households)
    for start in range(0, len(found.households), BATCH):
        part = found.households[start : start + BATCH]
        repeated(office, lambda part=part: _write_batch(office, row, part, given))  # type: ignore[misc]
        if progress is not None:
            progress(start + len(part), len(found.households))
    repeated(office, lambda: _finish(office, row, found))
    return "released"


def _note_fault(office: Office, import_no: str, why: str) -> None:
    """Say on the list why it does not go on; the next look tries again."""
    reason = f"写入没有完成：{why.rstrip('。')}。系统会自动再试"[:LONGEST_REASON]
    with open_desk(office, None) as desk:
        row = stored.locked(desk.tx, import_no)
        if row is not None and row.state == "releasing" and row.reason != reason:
            shelf_of(desk.tx).change(row, {"reason": reason, "version": row.version + 1})


def _in_hand(desk: Desk, import_no: str) -> bool:
    """Lock the list; False when somebody else has finished it meanwhile."""
    row = stored.locked(desk.tx, import_no)
    return row is not None and row.state == "releasing"


def _give_up(office: Office, import_no: str, found: Checked) -> None:
    """Take back what is written and return the list with its new faults."""
    with open_desk(office, None) as desk:
        row = stored.locked(desk.tx, import_no)
        if row is None or row.state != "releasing":
            return
        stored.take_back(desk.tx, import_no)
        stored.drop_lines(desk.tx, import_no)
        faults = [
            {"row": one.row, "place": takeover_check.place_of(found.places, one.column), "sentence": one.sentence}
            for one in found.faults[:1000]
        ]
        reason = f"放行时复查发现{len(found.faults)}处不符合，没有导入"
        changes = {"state": "returned", "faults": faults, "fault_count": len(found.faults), "reason": reason}
        shelf_of(desk.tx).change(row, {**changes, "version": row.version + 1})
        office_acts.note(office, desk.tx, None, "import", f"{import_no}：{reason}")


def _write_batch(office: Office, row: Takeover, part: Sequence[Kept], given: frozenset[str]) -> None:
    with open_desk(office, None) as desk:
        if not _in_hand(desk, row.import_no):
            return
        written = stored.written(desk.tx, row.import_no, [one.row for one in part])
        wanted = [one for one in part if one.row not in written]
        if not wanted:
            return
        short = office.policies.of(row.district).short
        serials = numbers.next_numbers(desk.tx, f"recipient:{row.district}", len(wanted))
        unnumbered = sum(1 for one in wanted if not one.facts["dossier_no"])
        papers = iter(_dossier_numbers(desk, row.district, short, unnumbered, given))
        known = stored.dossiers_of(desk.tx, [resident_ref(one.resident_id) for kept in wanted for one in kept.people])
        rows: list[Row] = []
        for kept, serial in zip(wanted, serials, strict=True):
            number = str(kept.facts["dossier_no"]) or next(papers)
            line = takeover_rows.line_of(kept, row.import_no, f"{short}{serial:06d}", number)
            refs = [resident_ref(one.resident_id) for one in kept.people]
            dossier = next((known[ref] for ref in refs if ref in known), number)
            rows += takeover_rows.household_rows(kept, line, dossier, row.district, desk.now)
        stored.add_rows(desk.tx, rows)


def _dossier_numbers(desk: Desk, district: str, short: str, many: int, given: frozenset[str]) -> list[str]:
    """Allocate numbers of dossiers, past those that lists have brought along or this one is about to."""
    found: list[str] = []
    while len(found) < many:
        serials = numbers.next_numbers(desk.tx, f"dossier:{district}", many - len(found))
        fresh = [f"{short}-档-{serial:06d}" for serial in serials]
        taken = given | stored.numbers_taken(desk.tx, fresh, "")
        found += [one for one in fresh if one not in taken]
    return found


def _finish(office: Office, row: Takeover, found: Checked) -> None:
    """Write the recipients of all lines at once: from here on the list counts."""
    with open_desk(office, None) as desk:
        if not _in_hand(desk, row.import_no):
            return
        lines = {one.line: one for one in stored.lines(desk.tx, row.import_no)}
        rows: list[Row] = []
        for kept in found.households:
            rows += takeover_rows.recipient_rows(kept, lines[kept.row], row.district, row.released_by, desk.now)
        stored.add_rows(desk.tx, rows)
        shelf_of(desk.tx).change(row, {"state": "released", "reason": "", "version": row.version + 1})
        said = f"{row.import_no}已导入：{len(lines)}户，每月{row.amount_monthly:.2f}元"
        office_acts.note(office, desk.tx, None, "import", said)
