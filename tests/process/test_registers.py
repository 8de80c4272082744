"""Registers that are data: who adds, who reads, corrections, evidence; staff of towns; what a diagram writes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import RegisterRow
from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound
from jiuzhu.service import documents, identity, office_acts, register_export, registers, spreadsheets, staffing
from jiuzhu.service.office import Office, system_actor
from jiuzhu.store.shelf import shelf_of
from tests.walks import PNG

VILLAGE, TOWN, OTHER_TOWN = "140502100001", "140502100", "140502001"
FOUND = {
    "person": "周永安",
    "situation": "独居老人摔伤，三天没有生火。",
    "source": "visit",
    "finder": "周晓梅",
    "outcome": "declined",
}
MEMBER = {
    "person": "冯小燕",
    "login": "jincheng-town_intake-1",
    "post": "窗口经办",
    "kind": "civil_servant",
    "window_person": True,
    "from_day": "2026-01-01",
    "decision_right": False,
}
People = Callable[[str], Actor]


def staff(**changes: Any) -> dict[str, Any]:
    return {**MEMBER, **changes}


@pytest.mark.req("QJ-03", "XX-18")
def test_a_row_is_added_at_the_own_organisation_and_read_within_reach(office: Office, actor_of: People) -> None:
    village = actor_of("jincheng-village_officer-1")
    number = registers.add_row(office, village, "discovery", FOUND)
    assert number.startswith("城区-主动发现登记-2026-")
    with office.store.reading() as tx:
        (row,) = shelf_of(tx).find(RegisterRow, {"row_no": number})
    assert (row.organisation, row.entered_by, row.district) == (VILLAGE, village.person_id, "jincheng")
    assert set(row.sealed) == {"person", "situation"}
    assert not set(row.sealed) & set(row.values)
    for login in ("jincheng-town_reviewer-1", "jincheng-county_office-1", "jincheng-auditor-1"):
        (seen,) = registers.show_register(office, actor_of(login), "discovery").rows
        assert seen.row_no == number
        assert "本人不愿申请" in seen.cells
    assert registers.show_register(office, actor_of("jincheng-town_reviewer-2"), "discovery").rows == []
    with pytest.raises(NotFound):
        registers.show_register(office, actor_of("jincheng-town_finance-1"), "discovery")
    assert any(number in str(act["sentence"]) for act in office_acts.list_acts(office, system_actor()))


@pytest.mark.req("XX-18")
def test_only_the_registers_roles_add_and_only_where_they_hold_them(office: Office, actor_of: People) -> None:
    with pytest.raises(Forbidden, match="村（社区）干部"):
        registers.add_row(office, actor_of("jincheng-county_office-1"), "discovery", FOUND)
    with pytest.raises(Forbidden, match="不能在"):
        registers.add_row(office, actor_of("jincheng-village_officer-1"), "discovery", FOUND, organisation=OTHER_TOWN)
    with pytest.raises(Forbidden, match="只由流程登记"):
        registers.add_row(office, actor_of("jincheng-town_reviewer-1"), "petitions", {})
    with pytest.raises(NotFound):
        registers.add_row(office, actor_of("jincheng-town_head-1"), "town_plans", {})
    with pytest.raises(Invalid) as wrong:
        registers.add_row(office, actor_of("jincheng-village_officer-1"), "discovery", {**FOUND, "source": "gossip"})
    assert set(wrong.value.faults) == {"source"}


@pytest.mark.req("XX-18")
def test_nothing_is_changed_a_correction_is_a_new_row(office: Office, actor_of: People) -> None:
    village = actor_of("jincheng-village_officer-1")
    old = registers.add_row(office, village, "discovery", FOUND)
    stranger = actor_of("jincheng-village_officer-2")
    better = {**FOUND, "outcome": "applied"}
    with pytest.raises(Invalid, match="更正原因"):
        registers.add_row(office, village, "discovery", better, corrects=old)
    new = registers.add_row(office, village, "discovery", better, corrects=old, reason="老人改变主意，已代为申请")
    with pytest.raises(Conflict, match="已经更正过"):
        registers.add_row(office, village, "discovery", better, corrects=old, reason="再改一次")
    with pytest.raises(NotFound):
        registers.add_row(office, stranger, "discovery", better, corrects=new, reason="他村")
    latest, first = registers.show_register(office, village, "discovery").rows
    assert (latest.corrects, first.corrected_by) == (old, new)
    with office.store.transaction() as tx:
        (row,) = shelf_of(tx).find(RegisterRow, {"row_no": old})
        with pytest.raises(TypeError, match="only added"):
            shelf_of(tx).change(row, {"values": {}})


@pytest.mark.req("XX-18")
def test_filters_csv_and_evidence(office: Office, actor_of: People) -> None:
    village, town = actor_of("jincheng-village_officer-1"), actor_of("jincheng-town_reviewer-1")
    photo = documents.store_attachment(office, village, "现场.png", "image/png", PNG)
    registers.add_row(office, village, "discovery", {**FOUND, "finder": "=1+1", "files": [photo]})
    registers.add_row(office, town, "discovery", FOUND)
    page = registers.show_register(office, town, "discovery")
    assert dict(page.organisations).keys() == {"jincheng", TOWN, VILLAGE}
    assert len(page.rows) == 2
    (row,) = registers.show_register(office, town, "discovery", organisation=VILLAGE, month="2026-09").rows
    assert row.attachments == [(photo, "现场.png")]
    assert registers.show_register(office, town, "discovery", month="2026-08").rows == []
    lines = list(csv.reader(io.StringIO(register_export.register_csv(office, town, "discovery"))))
    assert lines[0][:3] == ["登记号", "单位", "困难人员"]
    assert "'=1+1" in lines[2]
    found = registers.show_register(office, town, "discovery", words="周永安 =1+1").rows
    assert [one.attachments for one in found] == [[(photo, "现场.png")]]
    assert registers.show_register(office, town, "discovery", words="周永安 没有的字").rows == []
    sheet = spreadsheets.read_rows(register_export.register_xlsx(office, town, "discovery", words="=1+1"))
    assert [row[2] for row in sheet] == ["困难人员", "周永安"]
    assert "=1+1" in sheet[1], "a text in the workbook, and no formula"
    assert documents.read_attachment(office, town, photo)[1] == PNG
    with pytest.raises(NotFound):
        documents.read_attachment(office, actor_of("jincheng-town_reviewer-2"), photo)


@pytest.mark.req("NH-44", "XX-41", "XX-29", "XX-69")
def test_a_town_needs_two_people_and_exactly_one_window_person(office: Office, actor_of: People) -> None:
    head = actor_of("jincheng-town_head-1")

    def check() -> staffing.TownStaff:
        (line,) = staffing.towns_staffed(office, head)
        return line

    assert check().staffing.faults == ("社会救助工作人员 0 人，应不少于 2 人", "没有明确一名窗口专人")
    first = registers.add_row(office, head, "staff", staff())
    registers.add_row(office, head, "staff", staff(person="已离任", login="", to_day="2026-09-15", window_person=False))
    registers.add_row(office, head, "staff", staff(person="村协理员", login="", kind="village", window_person=False))
    assert check().staffing.faults == ("社会救助工作人员 1 人，应不少于 2 人",)
    registers.add_row(office, head, "staff", staff(person="许勇", login="", post="兼职", kind="part_time"))
    assert "只有一名" in check().staffing.faults[0]
    registers.add_row(office, head, "staff", staff(window_person=False), corrects=first, reason="窗口改由许勇负责")
    line = check()
    assert line.staffing.complete
    assert (line.staffing.count, line.staffing.window_persons) == (2, ("许勇",))


@pytest.mark.req("QJ-35")
def test_purchased_staff_never_decide(office: Office, actor_of: People) -> None:
    head = actor_of("jincheng-town_head-1")
    purchased = staff(kind="purchased", window_person=False)
    with pytest.raises(Invalid) as wrong:
        registers.add_row(office, head, "staff", {**purchased, "decision_right": True})
    assert wrong.value.faults == {"decision_right": "政府购买服务人员不能有审核确认权"}
    with pytest.raises(Conflict, match="审核确认岗位"):
        registers.add_row(office, head, "staff", {**purchased, "login": "jincheng-town_confirmer-1"})
    registers.add_row(office, head, "staff", purchased)
    with pytest.raises(Conflict, match="政府购买服务人员"):
        identity.add_membership(office, None, login=MEMBER["login"], group=f"town_confirmer@{TOWN}")
    identity.add_membership(office, None, login=MEMBER["login"], group=f"town_investigator@{TOWN}")


def test_every_register_has_a_form_and_known_roles(office: Office) -> None:
    for register in office.registers.values():
        form = registers.form_of(register)
        assert {one.key for one in form.top()} == {column.key for column in register.columns}
        assert register.label
        assert register.requirements


@pytest.mark.req("XX-17", "XX-42", "XX-63", "XX-75", "XX-76", "XX-90")
def test_groups_duties_and_officers_of_xixiu(office: Office, actor_of: People) -> None:
    county, head = actor_of("xixiu-county_office-1"), actor_of("xixiu-town_head-1")
    group = {
        "group_name": "区社会救助综合改革试点工作领导小组",
        "unit": "区政府",
        "role": "head",
        "person": "示例",
        "post": "副区长",
        "in_charge": False,
        "from_day": "2019-01-01",
    }
    with pytest.raises(Invalid) as wrong:
        registers.add_row(office, county, "working_groups", group)
    assert wrong.value.faults == {"in_charge": "组长由政府分管领导担任"}
    registers.add_row(office, county, "working_groups", {**group, "in_charge": True})
    bureau = {**group, "role": "office", "unit": "区民政局", "post": "局长"}
    registers.add_row(office, county, "working_groups", bureau)
    duty = {
        "unit": "区财政局",
        "duty": "保障资金",
        "head": "甲",
        "handler": "乙",
        "target": "每季度拨付",
        "from_day": "2019-01-01",
    }
    with pytest.raises(Invalid) as missing:
        registers.add_row(office, county, "responsibility_breakdown", {**duty, "handler": ""})
    assert set(missing.value.faults) == {"handler"}
    registers.add_row(office, county, "responsibility_breakdown", duty)
    officer = {"person": "丙", "village_name": "示例村", "phone": "13800000000", "from_day": "2019-01-01"}
    registers.add_row(office, head, "info_officers", officer)
    shown = registers.show_register(office, county, "working_groups").rows
    assert [row.cells[1] for row in shown] == ["区民政局", "区政府"]
    assert len(registers.show_register(office, county, "info_officers").rows) == 1
    with pytest.raises(NotFound):
        registers.show_register(office, actor_of("jincheng-county_office-1"), "working_groups")
    districts = set(office.policies.districts)
    assert all(set(one.districts) <= districts for one in office.registers.values())


@pytest.mark.req("QJ-17")
def test_towns_and_district_enter_their_training_and_villages_do_not(office: Office, actor_of: People) -> None:
    held = {"held_on": "2026-09-15", "audience": "village", "topic": "低保审核确认操作流程", "persons": 23, "hours": 4}
    number = registers.add_row(office, actor_of("qijiang-town_reviewer-1"), "training", held)
    (seen,) = registers.show_register(office, actor_of("qijiang-county_office-1"), "training").rows
    assert seen.row_no == number
    assert "村（社区）工作人员" in seen.cells
    with pytest.raises((Forbidden, NotFound)):
        registers.add_row(office, actor_of("qijiang-village_officer-1"), "training", held)
    with pytest.raises(Invalid) as wrong:
        registers.add_row(office, actor_of("qijiang-town_reviewer-1"), "training", {**held, "held_on": "2026-12-01"})
    assert set(wrong.value.faults) == {"held_on"}


@pytest.mark.req("QJ-42")
def test_duties_are_broken_down_by_level_with_names(office: Office, actor_of: People) -> None:
    duty = {"duty": "审核确认和公示", "head": "镇长", "handler": "审核员", "from_day": "2021-03-25"}
    of_district = registers.add_row(
        office, actor_of("qijiang-county_office-1"), "responsibility_breakdown", {**duty, "unit": "区民政局"}
    )
    of_town = registers.add_row(
        office, actor_of("qijiang-town_head-1"), "responsibility_breakdown", {**duty, "unit": "打通镇"}
    )
    seen = registers.show_register(office, actor_of("qijiang-county_leader-1"), "responsibility_breakdown").rows
    assert {one.row_no for one in seen} == {of_district, of_town}
    with pytest.raises(Invalid) as wrong:
        registers.add_row(office, actor_of("qijiang-town_head-1"), "responsibility_breakdown", {"unit": "打通镇"})
    assert {"duty", "head", "handler"} <= set(wrong.value.faults)


@pytest.mark.req("XX-82")
def test_violations_are_kept_under_the_province_s_measures(office: Office, actor_of: People) -> None:
    lead = {
        "unit": "旧州镇",
        "person": "示例干部",
        "kind": "favouritism",
        "facts": "为亲属虚报人口。",
        "disposition": "移送",
    }
    registers.add_row(office, actor_of("xixiu-county_office-1"), "violations", lead)
    assert registers.show_register(office, actor_of("xixiu-county_leader-1"), "violations").rows
    with pytest.raises((Forbidden, NotFound)):
        registers.show_register(office, actor_of("xixiu-town_reviewer-1"), "violations")
    basis = office.policies.of("xixiu").rows("legal_basis", date(2019, 3, 14))
    assert any("黔委厅字〔2012〕71号" in row["basis"] for row in basis if row.get("programme") == "dibao")
