"""一户一档: everything about a household in one place, handed over, exported with hashes, kept for its years."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.domain import packages
from jiuzhu.domain.dossiers import earliest_disposal
from jiuzhu.domain.rows import Dossier, Household, Recipient, StaffRelation
from jiuzhu.errors import Forbidden, Invalid, NotFound, OutOfReach, Refused
from jiuzhu.service import audit, documents, dossier_disposal, dossier_package, dossiers
from jiuzhu.service.clock import advance_clock
from jiuzhu.service.office import Office, system_actor
from jiuzhu.store import papers
from jiuzhu.store.shelf import shelf_of
from tests.conftest import OfficeMaker
from tests.integration.people import person
from tests.integration.test_takeover import rows, taken_over
from tests.takeover_lists import as_csv, household
from tests.walks import Walker, load_walks

KEEPER, HEAD, LEADER = "jincheng-town_reviewer-1", "jincheng-town_head-1", "jincheng-county_leader-1"


def end(office: Office, case_no: str, day: date) -> None:
    """Cancel a household as dynamic management does."""
    with office.store.transaction() as tx:
        shelf = shelf_of(tx)
        (row,) = shelf.find(Recipient, {"case_no": case_no})
        shelf.change(row, {"state": "ended", "ended_on": day, "version": row.version + 1})


def files_of(package: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as parcel:
        return {name: parcel.read(name) for name in parcel.namelist()}


def repacked(package: bytes, **changes: bytes | None) -> bytes:
    found: dict[str, Any] = {**files_of(package), **changes}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parcel:
        for name, content in found.items():
            if content is not None:
                parcel.writestr(name, content)
    return out.getvalue()


@pytest.mark.req("JC-13", "JC-28", "NH-31", "QJ-18")
def test_a_granted_household_s_dossier_from_the_shelf_to_its_end(office: Office) -> None:
    walker = Walker(office, load_walks()["J1"])
    walker.run()
    keeper = person(office, KEEPER)
    proof = documents.store_attachment(office, keeper, "收入证明.txt", "text/plain", "每月三百元".encode())
    with office.store.transaction() as tx:
        papers.bind_attachments(tx, [proof], walker.case_no)
    view = dossiers.show(office, keeper, walker.case_no)
    number = view.line.dossier_no
    assert (number, view.cases[0].case_no, view.hidden) == ("城区-档-000001", walker.case_no, 0)
    assert all(one.ended for one in view.cases)
    kinds = {one.kind_label for one in view.entries}
    assert {"表单", "文书", "附件", "决定", "备案", "公示", "信息核对", "变动", "发放指令"} <= kinds
    assert all(len(one.sha256) == 64 for one in view.entries)
    assert {one.kind for one in view.entries if one.filed} >= {"submission", "document", "change"}
    printed = walker.rows("select document_no from document where case_no = :case_no")
    assert {one["document_no"] for one in printed} == {one.ref for one in view.entries if one.kind == "document"}
    forms = walker.rows("select id from submission where case_no = :case_no")
    assert {one["id"] for one in forms} == {one.ref for one in view.entries if one.kind == "submission"}
    assert [one.dossier_no for one in dossiers.list_dossiers(office, keeper)] == [number]
    for stranger in ("ninghe-town_reviewer-1", "jincheng-town_reviewer-2"):
        with pytest.raises(OutOfReach):
            dossiers.show(office, person(office, stranger), number)
        with pytest.raises(OutOfReach):
            dossier_package.export(office, person(office, stranger), number)
        assert not dossiers.list_dossiers(office, person(office, stranger))

    # The paper file is handed over; every move is kept.
    dossiers.move_paper(office, keeper, number, "镇档案室2柜3盒", "档案员王某")
    dossiers.move_paper(office, keeper, number, "区民政局档案室", "区局李某", "按季上报")
    with pytest.raises(Invalid, match="交接没有登记"):
        dossiers.move_paper(office, keeper, number, "", "")
    with pytest.raises(Forbidden, match="不能管理档案"):
        dossiers.move_paper(office, person(office, "jincheng-county_supervisor-1"), number, "别处", "某人")
    view = dossiers.show(office, keeper, number)
    assert [(one.from_place, one.to_place, one.received_by) for one, _ in view.moves] == [
        ("", "镇档案室2柜3盒", "档案员王某"),
        ("镇档案室2柜3盒", "区民政局档案室", "区局李某"),
    ]
    assert view.line.paper_place == "区民政局档案室"

    # The package holds what the page lists, and says itself whether it is whole.
    name, package = dossier_package.export(office, keeper, number)
    files = files_of(package)
    assert name == f"{number}.zip"
    assert sum("/表单/" in one for one in files) == len(forms)
    assert "每月三百元".encode() in files.values()
    assert sum(one.endswith(".docx") for one in files) == len(printed)
    found = packages.verify(package)
    assert (found.holds, found.files) == (True, len(files) - 1)
    assert dossier_package.handed_out(office, found).startswith(f"{number}第1次导出，{keeper.name}")
    some = next(one for one in files if "/表单/" in one)
    for changed, said in (
        ({some: files[some] + b" "}, "内容与校验值不符"),
        ({some: None}, "缺少文件"),
        ({"附加.txt": b"x"}, "多出的文件"),
        ({"MANIFEST": None}, "缺少 MANIFEST"),
    ):
        broken = packages.verify(repacked(package, **changed))
        assert not broken.holds
        assert broken.faults[0].startswith(said)
    assert packages.verify(b"nothing").faults == ["这不是档案包，或者文件已经损坏"]

    # Still helped: it cannot go. Cancelled and its years over: asked, confirmed by another, and emptied.
    with pytest.raises(Refused, match="仍在享受救助"):
        dossier_disposal.ask(office, keeper, number, "保存期满")
    end(office, walker.case_no, date(2026, 10, 31))
    advance_clock(office, system_actor(), timedelta(days=1400))
    dossier_disposal.ask(office, keeper, number, "保存期满")
    dossier_disposal.confirm(office, person(office, HEAD), number)
    view = dossiers.show(office, keeper, number)
    assert (view.state, view.line.paper_place, len(view.entries) >= len(forms)) == ("disposed", "", True)
    assert view.acts == []
    with office.store.reading() as tx:
        for table, column in (("document", "html"), ("document", "values"), ("submission", "data")):
            query = text(f'select distinct "{column}" as cell from {table} where case_no = :no')
            cells = [one.cell for one in tx.execute(query, {"no": walker.case_no})]
            opened = {office.store.keyring.open(bytes(one)).decode() for one in cells}
            assert opened <= {"", "{}"}, table
    with pytest.raises(NotFound, match="不在存储中"):
        documents.read_attachment(office, keeper, proof)
    assert all(one.holds for one in audit.verify(office, walker.case_no))
    with pytest.raises(Refused, match="已经销毁"):
        dossier_package.export(office, keeper, number)


@pytest.mark.req("JC-32")
def test_disposal_waits_for_three_full_years_and_for_a_second_person(office: Office) -> None:
    taken_over(office, as_csv([*household(1, dossier_no="旧档-1"), *household(2, dossier_no="旧档-2")]))
    keeper, head = person(office, KEEPER), person(office, HEAD)
    end(office, "旧档-1", date(2026, 9, 16))
    line = dossiers.show(office, keeper, "旧档-1").line
    assert (line.closed_on, line.keep_until) == (date(2026, 9, 16), date(2029, 9, 16))
    advance_clock(office, system_actor(), timedelta(days=(date(2029, 9, 15) - date(2026, 9, 16)).days))
    assert not dossiers.list_expired(office, keeper)
    with pytest.raises(Refused) as refused:
        dossier_disposal.ask(office, keeper, "旧档-1", "保存期满")
    assert refused.value.sentence == "2026-09-16注销，档案至少保存3年，2029-09-16起方可提请销毁。"
    advance_clock(office, system_actor(), timedelta(days=1))
    assert [one.dossier_no for one in dossiers.list_expired(office, keeper)] == ["旧档-1"]
    with pytest.raises(Invalid):
        dossier_disposal.ask(office, keeper, "旧档-1", "")
    with pytest.raises(Forbidden):
        dossier_disposal.ask(office, head, "旧档-1", "保存期满")
    dossier_disposal.ask(office, keeper, "旧档-1", "保存期满")
    both = type(keeper)(
        person_id=keeper.person_id, login=keeper.login, name=keeper.name, groups=(*keeper.groups, *head.groups)
    )
    with pytest.raises(Forbidden, match="另一个人"):
        dossier_disposal.confirm(office, both, "旧档-1")
    dossier_disposal.decline(office, head, "旧档-1", "再留一年")
    assert rows(office, Dossier, dossier_no="旧档-1")[0].state == "kept"
    with pytest.raises(Refused, match="没有提请"):
        dossier_disposal.confirm(office, head, "旧档-1")
    dossier_disposal.ask(office, keeper, "旧档-1", "保存期满")
    dossier_disposal.confirm(office, person(office, LEADER), "旧档-1")
    assert rows(office, Dossier, dossier_no="旧档-1")[0].state == "disposed"
    assert rows(office, Recipient, case_no="旧档-1")[0].name == "存量1", "the register outlives the dossier"
    with pytest.raises(Refused, match="仍在享受"):
        dossier_disposal.ask(office, keeper, "旧档-2", "保存期满")
    assert [one.dossier_no for one in dossiers.list_expired(office, keeper)] == []


@pytest.mark.parametrize(
    ("closed", "years", "first"),
    [
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2023, 5, 10), 3, date(2026, 5, 10)),
        (date(2023, 12, 31), 5, date(2028, 12, 31)),
    ],
)
def test_the_first_day_of_disposal(closed: date, years: int, first: date) -> None:
    assert earliest_disposal(closed, years) == first


def test_kin_of_a_household_that_was_taken_over_keep_out(office: Office) -> None:
    relatives = rows(office, StaffRelation, district="jincheng")
    kin = relatives[0]
    with office.store.reading() as tx:
        login = tx.execute(text("select login from person where id = :id"), {"id": kin.person}).scalar_one()
    taken_over(office, as_csv(household(1, dossier_no="旧档-1")))
    with office.store.transaction() as tx:
        tx.execute(
            text("update household_person set resident_ref = :ref where case_no = '旧档-1' and part = 'member'"),
            {"ref": kin.resident_ref},
        )
    with pytest.raises(Forbidden, match="近亲属关系") as refused:
        dossiers.show(office, person(office, login), "旧档-1")
    assert refused.value.rule == "R-05"


@pytest.mark.req("JC-32")
def test_the_same_end_on_postgresql(make_postgres_office: OfficeMaker) -> None:
    office = make_postgres_office()
    taken_over(office, as_csv([*household(1, dossier_no="旧档-1"), *household(2, dossier_no="旧档-2")]))
    keeper = person(office, KEEPER)
    end(office, "旧档-1", date(2026, 9, 10))
    advance_clock(office, system_actor(), timedelta(days=3 * 365 + 1))
    assert [one.dossier_no for one in dossiers.list_dossiers(office, keeper, "档-2")] == ["旧档-2"]
    assert [one.dossier_no for one in dossiers.list_expired(office, keeper)] == ["旧档-1"]
    assert packages.verify(dossier_package.export(office, keeper, "旧档-1")[1]).holds
    dossier_disposal.ask(office, keeper, "旧档-1", "保存期满")
    dossier_disposal.confirm(office, person(office, HEAD), "旧档-1")
    assert rows(office, Household, case_no="旧档-1")[0].record == {}
    assert rows(office, Household, case_no="旧档-2")[0].record != {}
