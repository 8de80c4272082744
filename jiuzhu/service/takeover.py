"""存量: a district's households are taken over from a list: checked, handed over, released by another person, undone.

The list is written in batches that nobody counts; its recipients come in one transaction at the end, so an import is
there as a whole or not at all. What a kill leaves half written is carried on by whoever looks next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Takeover, TakeoverLine
from jiuzhu.domain.takeover_list import Checked
from jiuzhu.errors import Forbidden, NotFound, OutOfReach, Refused
from jiuzhu.service import office_acts, takeover_check
from jiuzhu.service.desk import Desk, open_desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.stated_reason import stated_reason
from jiuzhu.store import office as numbers
from jiuzhu.store import people
from jiuzhu.store import takeover as stored
from jiuzhu.store.shelf import shelf_of

STATES: Mapping[str, str] = {
    "faulty": "有不符合",
    "checked": "试导入通过",
    "submitted": "待放行",
    "releasing": "正在写入",
    "released": "已导入",
    "returned": "已退回",
    "undone": "已撤销",
}
SHOWN_FAULTS = 1000
"""How many faults are kept with a list; their number is kept in any case."""
MOST = 100
GONE = "没有这次导入，或者它不在您的管辖范围内。"


@dataclass(frozen=True, kw_only=True)
class ImportView:
    """One list as pages and the command line show it."""

    import_no: str
    district: str
    state: str
    state_label: str
    file_name: str
    households: int
    persons: int
    amount_monthly: Decimal
    fault_count: int
    faults: Sequence[Mapping[str, Any]]
    """{row, place, sentence}, in the order of the file."""
    checked_by: str
    checked_at: datetime
    released_by: str
    released_at: datetime | None
    undone_at: datetime | None
    reason: str
    written: int
    """Households written so far, while it is being released."""
    acts: Sequence[str]
    """What this person may do now: submit, release, return, undo."""


def concerns(office: Office, actor: Actor) -> bool:
    """True for whoever takes lists over or releases them."""
    return office.roles.may(actor.groups, "take_over") or office.roles.may(actor.groups, "release")


@logged("import", "")
def template(office: Office, actor: Actor) -> bytes:
    """Return the XLSX to fill in. Raises Forbidden."""
    with reading_desk(office, actor) as desk:
        district = _district(desk, actor, ("take_over", "release"))
        return takeover_check.template(takeover_check.ground_of(desk, district), office.policies.of(district).short)


@logged("import", "file_name")
def check(office: Office, actor: Actor, data: bytes, file_name: str) -> ImportView:
    """Check a list without taking anything over; what was found is kept. Raises Forbidden, Invalid (no such list)."""
    with reading_desk(office, actor) as desk:
        district = _district(desk, actor, ("take_over",))
        found = takeover_check.check(desk, district, data)
    digest = office.files.put(data)
    with open_desk(office, actor) as desk:
        serial = numbers.next_number(desk.tx, f"takeover:{district}")
        row = Takeover(
            import_no=f"{office.policies.of(district).short}-导入-{serial:04d}",
            district=district,
            state="faulty" if found.faults else "checked",
            file_name=file_name.replace("\\", "/").rpartition("/")[2].strip()[:100] or "名单",
            sha256=digest,
            households=found.groups,
            persons=found.persons,
            amount_monthly=sum((one.facts["amount_monthly"] for one in found.households), Decimal("0.00")),
            fault_count=len(found.faults),
            faults=_faults(found),
            checked_by=actor.person_id,
            checked_at=desk.now,
        )
        shelf_of(desk.tx).add(row)
        said = f"发现{row.fault_count}处不符合" if found.faults else "没有不符合"
        office_acts.note(office, desk.tx, actor, "import", f"试导入{row.import_no}：{row.households}户，{said}")
    return show(office, actor, row.import_no)


@logged("import", "import_no")
def submit(office: Office, actor: Actor, import_no: str) -> None:
    """Hand a list without faults over for release. Raises Forbidden, Refused."""
    with open_desk(office, actor) as desk:
        row = _locked(desk, actor, import_no, "take_over")
        if row.state == "faulty":
            raise Refused(f"这份名单有{row.fault_count}处不符合，改好后请重新上传。")
        _require_state(row, "checked")
        _change(desk, row, state="submitted", submitted_at=desk.now, checked_by=actor.person_id)
        office_acts.note(office, desk.tx, actor, "import", f"提交{import_no}（{row.households}户），等待放行")


@logged("import", "import_no")
def give_back(office: Office, actor: Actor, import_no: str, reason: str) -> None:
    """Return a list that was handed over, with a reason. Raises Forbidden, Invalid, Refused."""
    given = stated_reason(reason)
    with open_desk(office, actor) as desk:
        row = _locked(desk, actor, import_no, "release")
        _require_state(row, "submitted")
        _change(desk, row, state="returned", reason=given)
        office_acts.note(office, desk.tx, actor, "import", f"退回{import_no}：{given}")


@logged("import", "import_no")
def release(office: Office, actor: Actor, import_no: str) -> None:
    """Release a list that another person has handed over; ``carry_on`` then writes it. Raises Forbidden, Refused."""
    with open_desk(office, actor) as desk:
        row = _locked(desk, actor, import_no, "release")
        if row.state == "releasing":
            return
        _require_state(row, "submitted")
        if row.checked_by == actor.person_id:
            raise Forbidden("名单由您提交，须由另一个人放行。", rule="R-11")
        _change(desk, row, state="releasing", released_by=actor.person_id, released_at=desk.now)
        office_acts.note(office, desk.tx, actor, "import", f"放行{import_no}（{row.households}户）")


@logged("import", "import_no")
def undo(office: Office, actor: Actor, import_no: str, reason: str) -> int:
    """Take a whole list back while nothing was done about its households; returns how many there were.

    Raises Forbidden, Invalid, Refused (naming the rows on which something was done).
    """
    given = stated_reason(reason)
    with open_desk(office, actor) as desk:
        row = _locked(desk, actor, import_no, "release")
        _require_state(row, "released")
        done = stored.touched(desk.tx, import_no)
        if done:
            lines = [one for one in stored.lines(desk.tx, import_no) if one.dossier_no in done]
            named = "、".join(f"第{one.line}行（{one.dossier_no}）" for one in lines[:20])
            more = f"等{len(lines)}户" if len(lines) > 20 else ""
            raise Refused(f"这些家庭导入后已经办理过事项，不能整份撤销：{named}{more}。")
        count = stored.take_back(desk.tx, import_no)
        _change(desk, row, state="undone", undone_by=actor.person_id, undone_at=desk.now, reason=given)
        office_acts.note(office, desk.tx, actor, "import", f"撤销{import_no}（{count}户）：{given}")
    return count


def list_imports(office: Office, actor: Actor) -> Sequence[ImportView]:
    """Return the lists of a person's districts, newest first; empty for who has nothing to do with them."""
    with reading_desk(office, actor) as desk:
        districts = [_place(desk, group) for group in actor.groups if _has(office, group, ("take_over", "release"))]
        return [_view(desk, actor, row) for row in stored.page(desk.tx, list(dict.fromkeys(districts)), MOST)]


@logged("import", "import_no")
def show(office: Office, actor: Actor, import_no: str) -> ImportView:
    """Return one list with its faults. Raises NotFound."""
    with reading_desk(office, actor) as desk:
        return _view(desk, actor, _found(desk, actor, import_no))


@logged("import", "import_no")
def opening_lines(office: Office, actor: Actor, import_no: str) -> Sequence[TakeoverLine]:
    """Return the opening balance of a released list, one line a household. Raises NotFound, Refused."""
    with reading_desk(office, actor) as desk:
        row = _found(desk, actor, import_no)
        _require_state(row, "released")
        return stored.lines(desk.tx, import_no)


def _faults(found: Checked) -> list[dict[str, Any]]:
    return [
        {"row": one.row, "place": takeover_check.place_of(found.places, one.column), "sentence": one.sentence}
        for one in found.faults[:SHOWN_FAULTS]
    ]


def _has(office: Office, group: str, permissions: Sequence[str]) -> bool:
    role = office.roles.by_id.get(group.partition("@")[0])
    return role is not None and any(role.may(one) for one in permissions)


def _place(desk: Desk, group: str) -> str:
    return desk.office.places.of(desk.tx, group.partition("@")[2]).district


def _district(desk: Desk, actor: Actor, permissions: Sequence[str]) -> str:
    """Return the district for which a person takes lists over. Raises Forbidden."""
    for group in actor.groups:
        if _has(desk.office, group, permissions):
            return _place(desk, group)
    raise Forbidden("您的岗位不能导入存量。")


def _found(desk: Desk, actor: Actor, import_no: str) -> Takeover:
    rows = shelf_of(desk.tx).find(Takeover, {"import_no": import_no})
    if not rows:
        raise NotFound(GONE)
    wanted = ("take_over", "release")
    if not any(_has(desk.office, one, wanted) and _place(desk, one) == rows[0].district for one in actor.groups):
        raise OutOfReach(GONE)
    return rows[0]


def _locked(desk: Desk, actor: Actor, import_no: str, permission: str) -> Takeover:
    row = stored.locked(desk.tx, import_no)
    if row is None:
        raise NotFound(GONE)
    if not any(_place(desk, one) == row.district for one in actor.groups):
        raise OutOfReach(GONE)
    if not any(_has(desk.office, one, (permission,)) and _place(desk, one) == row.district for one in actor.groups):
        raise Forbidden("您的岗位不能" + ("导入存量。" if permission == "take_over" else "放行或撤销导入。"))
    return row


def _change(desk: Desk, row: Takeover, **values: Any) -> None:
    shelf_of(desk.tx).change(row, {**values, "version": row.version + 1})


def _require_state(row: Takeover, state: str) -> None:
    if row.state != state:
        raise Refused(f"这次导入现在是“{STATES[row.state]}”，不能这样办。")


def _view(desk: Desk, actor: Actor, row: Takeover) -> ImportView:
    mine = [one for one in actor.groups if _place(desk, one) == row.district]
    makes = any(_has(desk.office, one, ("take_over",)) for one in mine)
    releases = any(_has(desk.office, one, ("release",)) for one in mine)
    acts = {"checked": ["submit"] if makes else [], "released": ["undo"] if releases else []}
    acts["submitted"] = ["release", "return"] if releases and row.checked_by != actor.person_id else []
    names = people.names(desk.tx, [one for one in (row.checked_by, row.released_by) if one])
    return ImportView(
        **{
            name: getattr(row, name)
            for name in ("import_no", "district", "state", "file_name", "households", "persons", "amount_monthly")
        },
        state_label=STATES[row.state],
        fault_count=row.fault_count,
        faults=row.faults,
        checked_by=names.get(row.checked_by, ""),
        checked_at=row.checked_at,
        released_by=names.get(row.released_by, ""),
        released_at=row.released_at,
        undone_at=row.undone_at,
        reason=row.reason,
        written=len(stored.lines(desk.tx, row.import_no)) if row.state == "releasing" else 0,
        acts=acts.get(row.state, []),
    )
