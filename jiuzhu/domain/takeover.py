"""存量: what a list of households must hold before it is taken over; every fault by row and column, in words.

Pure: the file's rows and what the district knows go in, households and faults come out. What only the record can tell
(who is helped already) is checked by the service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from jiuzhu.domain import takeover_cells as cells_of
from jiuzhu.domain import takeover_columns as columns
from jiuzhu.domain.identity import read_account, read_phone, read_resident_id
from jiuzhu.domain.takeover_columns import COLUMNS, SELF
from jiuzhu.domain.takeover_list import Checked, Ground, Kept, Person
from jiuzhu.errors import Invalid


def check_list(rows: Sequence[Sequence[str]], ground: Ground) -> Checked:
    """Check every row. Raises Invalid when the heading is not that of the template, or nothing stands under it."""
    found = Checked()
    found.places = read_heading(rows[0] if rows else ())
    places = [(one.key, found.places.get(one.key, -1)) for one in COLUMNS]
    lines = [(number, _cells(row, places)) for number, row in enumerate(rows[1:], start=2) if any(row)]
    if not lines:
        raise Invalid("名单是空的。", {"file": "表头下面没有一行内容。"})
    found.persons = len(lines)
    grouped: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for number, cells in lines:
        if not cells["household_key"]:
            found.blame(number, "household_key", "必填")
            continue
        grouped.setdefault(cells["household_key"], []).append((number, cells))
    found.groups = len(grouped)
    for group in grouped.values():
        kept = _household(found, group, ground)
        if kept is not None:
            found.households.append(kept)
    _compare(found, "resident_id", ((row, re.sub(r"\s", "", cells["resident_id"]).upper()) for row, cells in lines))
    heads = [(row, cells) for row, cells in lines if columns.RELATIONS.get(cells["relation"]) == SELF]
    for key in ("bank_account", "dossier_no"):
        _compare(found, key, ((row, re.sub(r"[\s-]", "", cells[key])) for row, cells in heads))
    found.faults.sort(key=lambda one: (one.row, found.places.get(one.column, 0)))
    return found


def read_heading(row: Sequence[str]) -> dict[str, int]:
    """Return column → place. Raises Invalid naming what is missing or stands twice."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        key = columns.NAMES.get(cell)
        if key in found:
            raise Invalid("名单的表头不对。", {"file": f"列“{cell}”出现了两次。"})
        if key is not None:
            found[key] = place
    missing = [one.label for one in COLUMNS if one.required and one.key not in found]
    if missing:
        raise Invalid("名单的表头不对。", {"file": f"缺少列：{'、'.join(missing)}。请用下载的模板填写。"})
    return found


def _cells(row: Sequence[str], places: Sequence[tuple[str, int]]) -> dict[str, str]:
    width = len(row)
    return {key: row[place] if 0 <= place < width else "" for key, place in places}


def _household(found: Checked, group: Sequence[tuple[int, dict[str, str]]], ground: Ground) -> Kept | None:
    people = [_person(found, row, cells, ground) for row, cells in group]
    heads = [(row, cells) for row, cells in group if columns.RELATIONS.get(cells["relation"]) == SELF]
    if not heads and any(cells["relation"] not in columns.RELATIONS for _, cells in group):
        return None
    if len(heads) != 1:
        row = heads[1][0] if heads else group[0][0]
        more = f"这一户已有一行“本人”（第{heads[0][0]}行）" if heads else "这一户没有“本人”一行"
        found.blame(row, "relation", more)
        return None
    head_row, head = heads[0]
    for row, cells in group:
        for one in COLUMNS:
            if row != head_row and not one.of_person and cells[one.key] not in ("", head[one.key]):
                found.blame(row, one.key, f"整户的内容只填在“本人”一行（第{head_row}行），这里与它不同")
    facts = _facts(found, head_row, head, ground)
    if any(one is None for one in people) or facts is None:
        return None
    kept = Kept(row=head_row, facts=facts, people=[one for one in people if one is not None])
    if not kept.head.counted:
        found.blame(head_row, "counted", "本人应当享受；只给家庭成员的，请把享受的人作为“本人”")
    programme, area = str(facts["programme"]), str(facts["area"])
    most = ground.standards.get((programme, ""), ground.standards.get((programme, area), Decimal(0))) * kept.members
    if facts["amount_monthly"] > most:
        found.blame(head_row, "amount_monthly", f"高于{kept.members}人的全额标准 {most:.2f} 元，请核对")
    return kept


def _person(found: Checked, row: int, cells: Mapping[str, str], ground: Ground) -> Person | None:
    before = len(found.faults)
    for one in COLUMNS:
        if one.of_person:
            cells_of.plain(found, row, one, cells[one.key])
    number = cells["resident_id"]
    if number and not cells_of.lost(found, row, "resident_id", number):
        read = cells_of.read(
            found,
            row,
            "resident_id",
            lambda: read_resident_id(number, today=ground.today, allow_synthetic=ground.allow_synthetic).number,
        )
        number = str(read or number)
    authorized = cells_of.authorized_on(found, row, cells["authorized_on"], ground)
    staff = {key: cells[f"staff_{key}"] for key in ("name", "post", "relation")}
    if any(staff.values()) and not all(staff.values()):
        lacking = next(key for key, value in staff.items() if not value)
        found.blame(row, f"staff_{lacking}", "近亲属的姓名、职务和关系要一起填写")
    if len(found.faults) > before:
        return None
    return Person(
        row=row,
        name=cells["name"],
        resident_id=number,
        relation=columns.RELATIONS[cells["relation"]],
        counted=columns.COUNTED.get(cells["counted"], "yes") == "yes",
        authorized_on=authorized,
        staff={
            "name": staff["name"],
            "post": columns.POSTS[staff["post"]],
            "relation": columns.STAFF_RELATIONS[staff["relation"]],
        }
        if all(staff.values())
        else None,
    )


def _facts(found: Checked, row: int, cells: Mapping[str, str], ground: Ground) -> dict[str, Any] | None:
    """Return what the head's row says of the household; None when something of it is wrong."""
    before = len(found.faults)
    for one in COLUMNS:
        if not one.of_person:
            cells_of.plain(found, row, one, cells[one.key])
    town = cells_of.known(found, row, "town", cells["town"], ground.towns, "本区没有这个镇（街道）")
    village = ""
    if town:
        inside = {name: place for (of, name), place in ground.villages.items() if of == town}
        village = cells_of.known(found, row, "village", cells["village"], inside, "这个镇（街道）没有这个村（社区）")
    programme = cells_of.programme(found, row, cells["programme"], ground)
    if programme and not cells["area"] and (programme, "") not in ground.standards:
        found.blame(row, "area", "这个项目城乡标准不同，请填“城镇”或“农村”")
    amount = cells_of.amount(found, row, cells["amount_monthly"], programme)
    state = columns.STATES.get(cells["state"], "active")
    since, paid = (cells_of.month(found, row, key, cells[key]) for key in ("since", "paid_through"))
    if since and paid:
        cells_of.months(found, row, since, paid, state, ground)
    account = cells["bank_account"]
    if account and not cells_of.lost(found, row, "bank_account", account):
        number = account
        account = str(
            cells_of.read(
                found, row, "bank_account", lambda: read_account(number, allow_synthetic=ground.allow_synthetic)
            )
        )
    if bool(cells["bank_name"]) != bool(cells["bank_account"]):
        found.blame(row, "bank_name" if account else "bank_account", "开户银行和账号要一起填写")
    phone = cells["phone"]
    if phone:
        cells_of.read(found, row, "phone", lambda: read_phone(phone, allow_synthetic=ground.allow_synthetic))
    months = cells_of.review_months(found, row, cells["review_months"], ground)
    review = cells_of.next_review(found, row, cells["next_review"], since, ground)
    cells_of.dossier(found, row, cells["dossier_no"], ground)
    if programme == "tekun":
        for key in ("care_level", "support_mode"):
            if not cells[key]:
                found.blame(row, key, "特困人员必填")
    if len(found.faults) > before or programme == "" or paid == "":
        return None
    return {
        **{key: cells[key] for key in ("bank_name", "dossier_no", "electronic_place", "paper_place", "decision_no")},
        **{key: cells[key] for key in ("phone", "hukou_address", "living_address")},
        "bank_account": account,
        "town": town,
        "village": village,
        "programme": programme,
        "payer": ground.payers[programme],
        "area": columns.AREAS.get(cells["area"], ""),
        "amount_monthly": amount,
        "state": state,
        "since": since,
        "paid_through": paid,
        "first_month": cells_of.following(paid),
        "review_months": months,
        "next_review": review,
        "care_level": columns.CARE_LEVELS.get(cells["care_level"], ""),
        "support_mode": columns.SUPPORT_MODES.get(cells["support_mode"], ""),
    }


def _compare(found: Checked, key: str, values: Iterable[tuple[int, str]]) -> None:
    """Name every row whose value stands in an earlier one, too."""
    first: dict[str, int] = {}
    for row, value in values:
        if value and value in first:
            found.blame(row, key, f"与第{first[value]}行重复")
        first.setdefault(value, row)
