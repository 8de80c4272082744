"""The pages and the command line of reports: own reach, periods, the spreadsheet, who is kept out."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.rows import RecipientChange
from jiuzhu.errors import Invalid, NotFound
from jiuzhu.service import reports
from jiuzhu.service.office import Office
from jiuzhu.service.spreadsheets import read_rows
from jiuzhu.service.workbooks import TYPE, write_workbook
from jiuzhu.store.shelf import shelf_of
from tests.conftest import ROOT
from tests.fakes.household import recipient
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]
People = Callable[[str], Actor]
TOWN, OTHER = "140502100", "140502001"


def receive(office: Office, number: str, town: str, *lines: tuple[str, str, str]) -> None:
    """Enter a recipient with a history: kind, month, amount."""
    with office.store.transaction() as tx:
        shelf = shelf_of(tx)
        shelf.add(recipient(recipient_no=number, case_no=f"旧案{number}", town=town, since="2026-01"))
        for line, (kind, month, amount) in enumerate(lines, start=1):
            shelf.add(
                RecipientChange(
                    recipient_no=number,
                    line=line,
                    case_no=f"旧案{number}",
                    district="jincheng",
                    kind=kind,
                    effective_month=month,
                    amount_monthly=Decimal(amount),
                    state="ended" if kind == "stop" else "active",
                    record_no="旧档",
                    changed_at=datetime(2026, 9, 1, tzinfo=SHANGHAI),
                )
            )


@pytest.fixture
def counted(office: Office) -> Office:
    receive(office, "1", TOWN, ("grant", "2026-09", "600.00"))
    receive(office, "2", TOWN, ("import", "2020-01", "900.00"), ("stop", "2026-09", "0.00"))
    receive(office, "3", OTHER, ("grant", "2026-09", "450.00"))
    return office


@pytest.mark.req("NH-10", "JC-10")
def test_a_town_reads_its_own_rows_and_the_district_all_with_the_sum(counted: Office, browser: Open) -> None:
    office = browser("jincheng-county_office-1")
    assert "新增、变更、注销统计" in text_of(office.get("/reports"))
    words = text_of(office.get("/reports/rollup_changes?period=2026-09"))
    assert "1050.00" in words
    assert "合计" in words
    town = browser("jincheng-town_head-1")
    own = town.get("/reports/rollup_changes?period=2026-09")
    assert "600.00" in text_of(own)
    assert "450.00" not in text_of(own)
    town.get(f"/reports/rollup_changes?town={OTHER}", 404)
    town.get("/reports/rollup_changes?period=lately", 422)


def test_who_reads_no_report_is_kept_out_and_the_two_are_not_told_apart(office: Office, actor_of: People) -> None:
    officer = actor_of("jincheng-village_officer-1")
    assert reports.list_reports(office, officer) == []
    with pytest.raises(NotFound) as kept_out:
        reports.show_report(office, officer, "rollup_changes")
    with pytest.raises(NotFound) as unknown:
        reports.show_report(office, officer, "nonsense")
    assert kept_out.value.sentence == unknown.value.sentence
    with pytest.raises(Invalid):
        reports.show_report(office, actor_of("jincheng-town_head-1"), "rollup_changes", period="2026Q1")
    auditor = [one.name for one in reports.list_reports(office, actor_of("jincheng-auditor-1"))]
    assert "rollup_changes" in auditor
    assert "take_up" not in auditor, "a report of another district"


def test_every_report_can_be_counted_on_an_office_with_people_and_no_cases(office: Office, actor_of: People) -> None:
    for district in ("jincheng", "ninghe", "qijiang", "xintai", "xixiu"):
        leader = actor_of(f"{district}-county_leader-1")
        for line in reports.list_reports(office, leader):
            page = reports.show_report(office, leader, line.name)
            assert all(len(row) == len(page.columns) for row in page.rows), line.name


def test_the_spreadsheet_holds_numbers_as_numbers_and_no_text_as_a_formula(counted: Office, browser: Open) -> None:
    saved = browser("jincheng-county_office-1").get("/reports/rollup_changes/xlsx?period=2026-09")
    assert saved.mimetype == TYPE
    rows = read_rows(saved.data)
    assert rows[0][:3] == ["镇（街道）", "救助类别", "新增（户）"]
    assert [row[2:7] for row in rows[1:]] == [["1", "0", "0", "1", "450.00"], ["1", "0", "1", "1", "600.00"]]
    data = write_workbook(
        "表[1]", ["甲", "乙"], ["text", "money"], [["=HYPERLINK(1)", Decimal("1.50")], ["<b>&", None], ["＋1", 2]]
    )
    assert [row[0] for row in read_rows(data)] == ["甲", "=HYPERLINK(1)", "<b>&", "＋1"]
    with zipfile.ZipFile(io.BytesIO(data)) as parcel:
        sheet = parcel.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert '<c r="A2" s="1" t="inlineStr">' in sheet
    assert '<c r="B2" s="3"><v>1.50</v>' in sheet


def test_the_command_line_counts_the_same(counted: Office, tmp_path: object) -> None:
    env = {
        "JIUZHU_ENV": "demo",
        "JIUZHU_HOME": str(counted.settings.home),
        "JIUZHU_NOW": "2026-09-16",
        "PATH": "/usr/bin:/bin",
    }
    told = ["report", "show", "rollup_changes", "--as", "jincheng-town_head-1", "--period", "2026-09", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", "from jiuzhu.cli import main; main()", *told],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)["rows"]
    assert (row["new"], row["cancelled"], row["in_force"], row["amount"]) == (1, 1, 1, "600.00")
    assert date.fromisoformat("2026-09-16") == counted.clock.now().astimezone(SHANGHAI).date()
