"""The dry run of a list: the file is read, held against the district's rules and against what is on record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from jiuzhu.domain import takeover as rules
from jiuzhu.domain import words
from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.takeover_columns import COLUMNS, DAYS, MONTHS, label_of
from jiuzhu.domain.takeover_list import Checked, Ground
from jiuzhu.service.desk import Desk
from jiuzhu.service.spreadsheets import Limits, day_text, letter_of, read_rows
from jiuzhu.service.workbooks import Sheet, write_sheets
from jiuzhu.store import takeover as stored

LIMITS = Limits(packed=20 * 1024 * 1024, unpacked=160 * 1024 * 1024, rows=100_000)
"""A district's whole stock: 20 000 households with their people."""


def template(ground: Ground, short: str) -> bytes:
    """Return the list to fill in: the headings, and a second sheet that explains each column."""
    lines = []
    for one in COLUMNS:
        choices = list(dict.fromkeys(one.words))
        if one.key == "programme":
            choices = [words.PROGRAMMES[code] for code in dict.fromkeys(ground.programmes.values())]
        place = "每一行" if one.of_person else "“本人”一行"
        lines.append([one.label, "是" if one.required else "", place, one.says, "、".join(choices)])
    notes = (
        "一行一个人，第一张表的表头不要改动；也可以另存为 CSV 上传。",
        f"在享的家庭，“已发放至”不早于{ground.arrears_months}个月前；下一个月起由{short}在本系统发放。",
        "先试导入：有一处不符合，整份都不导入，逐行逐列指出；改好后再上传。",
    )
    lines += [[note, "", "", "", ""] for note in notes]
    labels = [one.label for one in COLUMNS]
    explained = ["列", "必填", "填在哪一行", "说明", "可填内容"]
    return write_sheets(
        [
            Sheet(title="存量名单", headings=labels, kinds=["text"] * len(labels), rows=[], typed=True),
            Sheet(title="填表说明", headings=explained, kinds=["text"] * len(explained), rows=lines),
        ]
    )


def ground_of(desk: Desk, district: str) -> Ground:
    """Return what a list of a district is checked against today."""
    office, today = desk.office, desk.today
    policy = office.policies.of(district)
    towns: dict[str, str] = {}
    villages: dict[tuple[str, str], str] = {}
    for place in office.places.all(desk.tx):
        if place.district == district and place.kind == "town":
            towns |= {place.name: place.id, place.id: place.id}
        elif place.district == district and place.kind == "village" and place.parent:
            villages |= {(place.parent, place.name): place.id, (place.parent, place.id): place.id}
    payers = {str(row["programme"]): str(row["payer_kind"]) for row in policy.rows("payer", today)}
    care = [Decimal(str(row["amount"])) for row in policy.rows("care_allowances", today)]
    standards: dict[tuple[str, str], Decimal] = {}
    for row in policy.rows("standards", today):
        programme, most = str(row["programme"]), Decimal(str(row["amount"])) + max(care, default=Decimal(0))
        paid = (programme, str(row.get("area") or ""))
        standards[paid] = max(standards.get(paid, Decimal(0)), most)
    short: Mapping[str, object] = office.settings.values["programmes"]
    said = {code: (code, words.PROGRAMMES[code], str(short.get(code, code))) for code in words.PROGRAMMES}
    kept = {code for code in said if code in payers and any(code == programme for programme, _ in standards)}
    return Ground(
        today=today,
        allow_synthetic=office.settings.is_demo,
        towns=towns,
        villages=villages,
        programmes={word: code for code in said if code in kept for word in said[code]},
        elsewhere=frozenset(word for code in said if code not in kept for word in said[code]),
        payers=payers,
        standards=standards,
        review_months=int(str(policy.value("review_period.months_default", today))),
        arrears_months=int(str(policy.value("takeover.arrears_months", today))),
        number_form=rf"{re.escape(policy.case_prefix)}-\d{{4}}-",
    )


def read_list(data: bytes) -> Sequence[Sequence[str]]:
    """Return the file's rows with days and months as text. Raises Invalid for a file or heading that is none."""
    rows = read_rows(data, LIMITS)
    places = rules.read_heading(rows[0] if rows else ())
    dated = [place for key, place in places.items() if key in DAYS | MONTHS]
    found = [list(row) for row in rows]
    for row in found[1:]:
        for place in dated:
            if place < len(row):
                row[place] = day_text(row[place])
    return found


def check(desk: Desk, district: str, data: bytes, import_no: str = "") -> Checked:
    """Return what a file comes to: every fault of it, also what the record says against it. Raises Invalid."""
    found = rules.check_list(read_list(data), ground_of(desk, district))
    counted = [one for kept in found.households for one in kept.people if one.counted]
    people = {resident_ref(one.resident_id): one.row for one in counted}
    for ref, number in stored.helped(desk.tx, list(people), import_no).items():
        found.blame(people[ref], "resident_id", f"已在享受或正在申请救助（{number}），不能重复导入")
    numbers = {str(kept.facts["dossier_no"]): kept.row for kept in found.households if kept.facts["dossier_no"]}
    for number in stored.numbers_taken(desk.tx, list(numbers), import_no):
        found.blame(numbers[number], "dossier_no", "这个档案号已经使用")
    found.faults.sort(key=lambda one: (one.row, found.places.get(one.column, 0)))
    return found


def place_of(places: Mapping[str, int], column: str) -> str:
    """Return a column as people find it: its letter and its heading."""
    label = label_of(column)
    return f"{letter_of(places[column])}列“{label}”" if column in places else label
