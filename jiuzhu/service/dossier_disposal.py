"""A dossier is disposed of: asked for with a reason after its years, confirmed by another person (JC-32).

Before the first day after its retention nobody can even ask. Confirming empties what is personal in its forms, papers
and files; the list of what was in it, with every hash, and the register of recipients stay.
"""

from __future__ import annotations

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.dossiers import earliest_disposal
from jiuzhu.domain.rows import Dossier, DossierCase
from jiuzhu.errors import Forbidden, Refused
from jiuzhu.service import dossiers, office_acts
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.stated_reason import stated_reason
from jiuzhu.store import dossiers as stored
from jiuzhu.store.shelf import shelf_of


@logged("dossier", "number")
def ask(office: Office, actor: Actor, number: str, reason: str) -> None:
    """Ask for disposal. Raises Forbidden, Invalid, Refused (its household is helped, its years are not over)."""
    given = stated_reason(reason)
    with open_desk(office, actor) as desk:
        row = dossiers.lock_dossier(desk, actor, number, "archive")
        if row.state != "kept":
            raise Refused(f"这份档案现在是“{dossiers.STATES[row.state]}”。")
        _require_expired(desk, row)
        changes = {"state": "disposal_asked", "asked_by": actor.person_id, "asked_at": desk.now}
        shelf_of(desk.tx).change(row, {**changes, "disposal_reason": given, "version": row.version + 1})
        office_acts.note(office, desk.tx, actor, "dossier", f"提请销毁档案{row.dossier_no}：{given}")


@logged("dossier", "number")
def decline(office: Office, actor: Actor, number: str, reason: str) -> None:
    """Do not agree to a disposal: the dossier stays. Raises Forbidden, Invalid, Refused."""
    given = stated_reason(reason)
    with open_desk(office, actor) as desk:
        row = _asked(desk, actor, number)
        changes = {"state": "kept", "asked_by": "", "asked_at": None, "disposal_reason": ""}
        shelf_of(desk.tx).change(row, {**changes, "version": row.version + 1})
        office_acts.note(office, desk.tx, actor, "dossier", f"不同意销毁档案{row.dossier_no}：{given}")


@logged("dossier", "number")
def confirm(office: Office, actor: Actor, number: str) -> None:
    """Dispose of a dossier that another person has asked for. Raises Forbidden, Refused."""
    with open_desk(office, actor) as desk:
        row = _asked(desk, actor, number)
        _require_expired(desk, row)
        shelf = shelf_of(desk.tx)
        numbers = [one.case_no for one in shelf.find(DossierCase, {"dossier_no": row.dossier_no})]
        changes = {"state": "disposed", "disposed_by": actor.person_id, "disposed_at": desk.now, "paper_place": ""}
        shelf.change(row, {**changes, "version": row.version + 1})
        gone = stored.erase(desk.tx, numbers)
        said = f"销毁档案{row.dossier_no}（{'、'.join(numbers)}）：{row.disposal_reason}"
        office_acts.note(office, desk.tx, actor, "dossier", said)

        def forget() -> None:
            for digest in gone:
                office.files.forget(digest)

        desk.tx.after_commit(forget)


def _asked(desk: Desk, actor: Actor, number: str) -> Dossier:
    row = dossiers.lock_dossier(desk, actor, number, "dispose")
    if row.state != "disposal_asked":
        raise Refused("这份档案没有提请销毁。")
    if row.asked_by == actor.person_id:
        raise Forbidden("销毁由您提请，须由另一个人确认。", rule="R-11")
    return row


def _require_expired(desk: Desk, row: Dossier) -> None:
    """Refuse while the household is helped, a case of it runs, or the years after its cancellation are not over."""
    closed = dossiers.closed_on(stored.standings(desk.tx, [row.dossier_no]).get(row.dossier_no))
    if closed is None:
        raise Refused("这户仍在享受救助或有事项在办，档案不能销毁。")
    years = dossiers.years_of(desk, row.district)
    first = earliest_disposal(closed, years)
    if desk.today < first:
        raise Refused(f"{closed.isoformat()}注销，档案至少保存{years}年，{first.isoformat()}起方可提请销毁。")
