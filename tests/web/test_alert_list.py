"""A department's list of families at risk by the page: CSV and XLSX, every fault by row and column, hostile files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from jiuzhu.errors import Invalid
from jiuzhu.service import risk_alerts, spreadsheets
from jiuzhu.service.office import Office
from tests.matters import Matter
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]
PAGE = "/alerts/list"
CLERK = "qijiang-county_office-1"
LABELS: tuple[str, ...] = ("姓名", "身份证号", "所在村（社区）", "家庭标识", "提供数据的部门")
LABELS += ("数据日期", "主要信号", "信号项数", "说明")
TYPES = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(rows: Sequence[Sequence[Any]], *, shared: bool = True, sheet: str = "", more: str = "") -> bytes:
    """Return an XLSX as a spreadsheet saves it: texts in the table of strings, numbers as numbers."""
    strings: list[str] = []

    def cell(place: str, value: Any) -> str:
        if isinstance(value, int | float):
            return f'<c r="{place}"><v>{value}</v></c>'
        if not shared:
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        strings.append(value)
        return f'<c r="{place}" t="s"><v>{len(strings) - 1}</v></c>'

    body = "".join(
        f'<row r="{number}">'
        + "".join(cell(f"{spreadsheets.letter_of(place)}{number}", one) for place, one in enumerate(row) if one != "")
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    sheet = sheet or f'<worksheet xmlns="{TYPES}"><sheetData>{body}</sheetData></worksheet>'
    words = "".join(f"<si><t>{escape(one)}</t></si>" for one in strings)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as parcel:
        parcel.writestr("xl/worksheets/sheet1.xml", more + sheet)
        parcel.writestr("xl/sharedStrings.xml", f'<sst xmlns="{TYPES}">{words}</sst>')
    return made.getvalue()


def good(office: Office) -> list[Any]:
    """Return a row as people write it: words for codes, a number of days for the date."""
    matter = Matter(office, "qijiang")
    answers = matter.walker.answers("risk_alert", matter.actor("county_office-1"))
    row = [answers[column] for column in risk_alerts.COLUMNS]
    row[3], row[6] = "无", "大病"
    return row


def send(browser: Browser, data: bytes, name: str = "名单.xlsx") -> TestResponse:
    page = browser.get("/alerts")
    return browser.post(PAGE, {"list": (io.BytesIO(data), name)}, page=page)


@pytest.mark.req("QJ-06", "XX-87")
def test_a_workbook_is_taken_in_and_each_fault_named_by_row_and_column(browser: Open, office: Office) -> None:
    clerk, row = browser(CLERK), good(office)
    assert LABELS[0] in text_of(clerk.get(PAGE)) or LABELS[0] in clerk.get(PAGE).text
    bad = [*row]
    bad[2], bad[5], bad[6], bad[7] = "没有这个村", 47000, "流言", 0
    number = [*row]
    number[1] = 5.0010219680512e17
    sent = send(clerk, workbook([LABELS, row, [], bad, number]))
    assert sent.status_code == 422
    said = text_of(sent)
    for place in ("第 4 行", "C列“所在村（社区）”", "F列“数据日期”", "G列“主要信号”", "H列“信号项数”"):
        assert place in said
    assert "B列“身份证号” 号码是按数字保存的" in said
    assert "导入 1 行，以前已导入 0 行，有错没有导入 2 行" in said
    again = send(clerk, workbook([LABELS, row], shared=False))
    assert again.status_code == 200
    assert "以前已经导入，没有重复登记" in text_of(again)
    with office.store.reading() as tx:
        assert tx.execute(text("select count(*) from case_instance")).scalar_one() == 1


def test_a_csv_of_a_chinese_spreadsheet_with_other_columns_between(browser: Open, office: Office) -> None:
    row = good(office)
    row[5] = str(row[5]).replace("-", "/")
    head = ["序号", *LABELS, "备注"]
    lines = [head, ["1", *map(str, row), "=HYPERLINK(0)"]]
    table = "\r\n".join(",".join(line) for line in lines)
    sent = send(browser(CLERK), table.encode("gb18030"), "名单.csv")
    assert sent.status_code == 200, text_of(sent)
    assert "导入 1 行" in text_of(sent)


def test_who_may_not_start_an_alert_is_offered_nothing_and_refused(browser: Open, office: Office) -> None:
    outsider = browser("qijiang-town_intake-1")
    assert "导入部门的" not in outsider.get("/alerts").text
    data = {"_csrf": outsider.token(), "list": (io.BytesIO(workbook([LABELS, good(office)])), "x.xlsx")}
    assert outsider.client.post(PAGE, data=data, content_type="multipart/form-data").status_code == 403
    outsider.get(PAGE, status=403)
    clerk = browser(CLERK)
    assert clerk.client.post(PAGE, data={"list": (io.BytesIO(b"x"), "x.csv")}).status_code == 403, "no token"


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as parcel:
        parcel.writestr("xl/worksheets/sheet1.xml", b"<a>" + b" " * (60 * 1024 * 1024) + b"</a>")
    return made.getvalue()


SHEET = f'<worksheet xmlns="{TYPES}"><sheetData>{{}}</sheetData></worksheet>'
ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 not a zip", "打不开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "另存为 XLSX"),
        (b"\xff\xfe\x00\x01\x02", "不是 CSV 或 XLSX"),
        (b"a\x00b,c", "不是 CSV 或 XLSX"),
        (bomb(), "太长"),
        (workbook([LABELS], more=ENTITY), "DOCTYPE"),
        (workbook([], sheet=SHEET.format('<row r="1"><c r="ZZZ1"/></row>')), "名单太大"),
        (workbook([], sheet=SHEET.format('<row r="9999999"/>')), "名单太大"),
        (workbook([LABELS[:-1]]), "缺少列：说明"),
        (workbook([[*LABELS, "姓名"]]), "出现了两次"),
        (workbook([LABELS]), "没有一行内容"),
        (workbook([LABELS, *([["甲"] * 9] * 301)]), "一次最多 300 行"),
        (workbook([LABELS, ["甲" * 2001] + [""] * 8]), "超过 2000 个字"),
        (("甲," * 61).encode(), "最多 5000 行、60 列"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_in_words(browser: Open, office: Office, data: bytes, said: str) -> None:
    sent = send(browser(CLERK), data)
    assert sent.status_code == 422
    assert said in text_of(sent)
    with office.store.reading() as tx:
        assert tx.execute(text("select count(*) from case_instance")).scalar_one() == 0


def test_markup_in_a_cell_stays_text(browser: Open, office: Office) -> None:
    row = good(office)
    row[2] = "<script>alert(1)</script>"
    row[8] = "<img src=x onerror=alert(1)>" * 20
    sent = send(browser(CLERK), workbook([LABELS, row]))
    assert "<script>alert(1)" not in sent.text
    assert "<img src=x" not in sent.text


@pytest.mark.parametrize(
    ("cell", "day"),
    [("46281", "2026-09-16"), ("46281.0", "2026-09-16"), ("2026/9/6", "2026-09-06"), ("2026年9月6日", "2026-09-06"),
     ("2026-09-16", "2026-09-16"), ("昨天", "昨天"), ("1", "1")],
)  # fmt: skip
def test_days_as_spreadsheets_write_them(cell: str, day: str) -> None:
    assert spreadsheets.day_text(cell) == day


def test_letters_of_columns() -> None:
    assert [spreadsheets.letter_of(place) for place in (0, 25, 26, 51, 701, 702)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]
    for data, said in ((b"   ", "空的"), (b"x" * (spreadsheets.MOST_BYTES + 1), "超过 2 MB")):
        with pytest.raises(Invalid) as refused:
            spreadsheets.read_rows(data)
        assert said in refused.value.faults["file"]
