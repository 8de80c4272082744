"""双清双入双退: the dibao register beside the poverty list, every difference is looked into (XX-52, XX-53)."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from jiuzhu.domain.household import resident_ref
from jiuzhu.domain.rows import HouseholdPerson, ListDifference, PovertyEntry, Recipient
from jiuzhu.domain.two_lists import compare
from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.service import documents, identity, poverty_lists
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.forms_people import Setting
from tests.matters import Matter
from tests.process.test_monthly_transfer import opened

DISTRICT, TOWN, VILLAGE = "xixiu", "520402109", "520402109001"
AT = Setting(DISTRICT, "2026-09-16", "", 1)
IDS = [AT.id(f"19{year}0512", 1) for year in range(50, 60)]
KEY = "xixiu_two_systems"
QUARTER = {"period": "2026Q3", "due_schedule": "2026-09-30T23:59:59+08:00"}


@pytest.mark.req("XX-52", "XX-53")
def test_three_lists_a_household_counts_as_listed_by_any_of_its_people() -> None:
    found = compare({"r1": {"a", "b"}, "r2": {"c"}}, ["b", "d", "e"])
    assert (found.only_dibao, found.only_poverty, found.both) == (("r2",), ("d", "e"), ("b",))
    assert compare({}, []).both == ()


@pytest.mark.walks
@pytest.mark.req("XX-52", "XX-53", "XX-87")
def test_an_uploaded_list_is_compared_and_each_difference_looked_into(office: Office) -> None:
    receiving(office)
    matter = opened(office, KEY, DISTRICT, **QUARTER)
    assert matter.open() == {"Task_ProvideList"}
    with pytest.raises(Refused, match="还没有上传2026Q3"):
        matter.do("Task_ProvideList", "county_office-1")
    clerk = identity.actor_of(office, "xixiu-county_office-1")
    with pytest.raises(Forbidden):
        poverty_lists.import_list(office, identity.actor_of(office, "xixiu-town_reviewer-1"), "2026Q3", sheet([]))
    with pytest.raises(Invalid, match="季度"):
        poverty_lists.import_list(office, clerk, "2026-09", sheet([]))
    with pytest.raises(Invalid, match="表头"):
        poverty_lists.import_list(office, clerk, "2026Q3", "甲,乙\n1,2\n".encode())
    rows = [
        ("甲成员", IDS[1], VILLAGE),
        ("丁扶贫", IDS[3], "旧州镇示例一村"),
        ("戊扶贫", IDS[4], VILLAGE),
        ("错号", "123", VILLAGE),
        ("错村", IDS[5], "没有的村"),
        ("丁扶贫", IDS[3], VILLAGE),
    ]
    taken = poverty_lists.import_list(office, clerk, "2026Q3", sheet(rows))
    assert (taken.added, taken.again, [fault.line for fault in taken.faults]) == (3, 1, [5, 6])
    assert poverty_lists.import_list(office, clerk, "2026Q3", sheet(rows)).added == 0
    assert [(one.period, one.people) for one in poverty_lists.stocks(office, clerk)] == [("2026Q3", 3)]
    matter.do("Task_ProvideList", "county_office-1")
    lines = differences(matter)
    assert [(row.side, row.name) for row in lines[:1]] == [("only_dibao", "乙低保")]
    assert {row.name for row in lines[1:]} == {"丁扶贫", "戊扶贫"}
    by_name = {row.name: row.line for row in lines}
    answer = {by_name["乙低保"]: "none", by_name["丁扶贫"]: "visit", by_name["戊扶贫"]: "data"}
    with pytest.raises((Refused, Invalid)):
        matter.do("Task_CheckDifferences", "county_office-1", difference_rows=rows_of({1: "none"}))
    wrong = rows_of(answer | {by_name["丁扶贫"]: "change"})
    with pytest.raises(Refused, match="不在低保名单"):
        matter.do("Task_CheckDifferences", "county_office-1", difference_rows=wrong)
    matter.do("Task_CheckDifferences", "county_office-1", difference_rows=rows_of(answer))
    assert matter.ends() == ["End_Compared"]
    after = {row.name: row for row in differences(matter)}
    assert after["丁扶贫"].started_no.startswith("西秀-2026-主动发现-")
    assert not after["戊扶贫"].started_no
    visit = Matter(office, DISTRICT)
    visit.walker.case_no = after["丁扶贫"].started_no
    assert visit.open() == {"Task_CheckDiscovery"}
    (paper,) = documents.list_documents(office, clerk, matter.number)
    assert paper.template == "two_systems_sheet"
    assert all(word in paper.html for word in ("乙低保", "走访核实", "名单差错", "2026Q3"))


@pytest.mark.walks
@pytest.mark.req("XX-52")
def test_the_list_comes_from_a_real_server_page_by_page(make_office: Callable[..., Office]) -> None:
    with register([[("丁扶贫", IDS[3])], [("甲成员", IDS[1]), ("丁扶贫", IDS[3])]]) as (url, asked):
        office = make_office(sync={"poverty_url": url})
        receiving(office)
        matter = opened(office, KEY, DISTRICT, **QUARTER)
    assert [(one["district"], one["period"], one["page"]) for one in asked] == [
        (DISTRICT, "2026Q3", 1),
        (DISTRICT, "2026Q3", 2),
    ]
    with office.store.reading() as tx:
        listed = shelf_of(tx).find(PovertyEntry, {"district": DISTRICT, "period": "2026Q3"})
    assert sorted((row.name, row.source) for row in listed) == [("丁扶贫", "exchange"), ("甲成员", "exchange")]
    assert matter.open() == {"Task_CheckDifferences"}
    assert {row.name for row in differences(matter)} == {"乙低保", "丁扶贫"}


@pytest.mark.walks
@pytest.mark.req("XX-53")
def test_hundreds_of_differences_are_looked_into_in_portions(office: Office) -> None:
    with open_desk(office, None) as desk:
        for number in range(41):
            entry = PovertyEntry(
                entry_no=f"e{number}", district=DISTRICT, period="2026Q3", person_ref=f"{number:064d}",
                name=f"扶贫{number}", village=VILLAGE, source="upload", listed_at=desk.now,
            )  # fmt: skip
            shelf_of(desk.tx).add(entry)
    matter = opened(office, KEY, DISTRICT, **QUARTER)
    everybody = dict.fromkeys(range(1, 42), "none")
    matter.do("Task_CheckDifferences", "county_office-1", difference_rows=rows_of(everybody, most=40))
    assert matter.open() == {"Task_CheckDifferences"}
    matter.do("Task_CheckDifferences", "county_office-1", difference_rows=rows_of({41: "none"}))
    assert matter.ends() == ["End_Compared"]
    again = opened(office, KEY, DISTRICT, **QUARTER)
    portion = rows_of(everybody, most=40)
    with pytest.raises(Invalid):
        again.do("Task_CheckDifferences", "county_office-1", difference_rows=portion, rest_conclusion="data")
    reason = {"rest_conclusion": "data", "rest_reason": "上传的是去年的名单。"}
    again.do("Task_CheckDifferences", "county_office-1", difference_rows=portion, **reason)
    assert again.ends() == ["End_Compared"]
    assert [row.conclusion for row in differences(again)] == ["none"] * 40 + ["data"]


def rows_of(answers: dict[int, str], *, most: int = 100) -> list[dict[str, Any]]:
    chosen = sorted(answers.items())[:most]
    return [{"line": str(line), "conclusion": conclusion, "difference_note": "已核实"} for line, conclusion in chosen]


def differences(matter: Matter) -> list[ListDifference]:
    with matter.office.store.reading() as tx:
        found = shelf_of(tx).find(ListDifference, {"compare_no": matter.number})
    return sorted(found, key=lambda row: row.line)


def sheet(rows: list[tuple[str, str, str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([("姓名", "身份证号", "村（社区）"), *rows])
    return text.getvalue().encode()


def receiving(office: Office) -> None:
    """甲's household is on both lists by a member, 乙's on one; 丙's aid has ended."""
    with open_desk(office, None) as desk:
        shelf = shelf_of(desk.tx)
        for number, (name, own, state) in enumerate(
            (("甲低保", 0, "active"), ("乙低保", 2, "active"), ("丙", 6, "ended"))
        ):
            shelf.add(
                Recipient(
                    recipient_no=f"R-{number}", case_no=f"C-{number}", district=DISTRICT, town=TOWN, village=VILLAGE,
                    programme="dibao", name=name, resident_id=IDS[own], resident_ref=resident_ref(IDS[own]), members=2,
                    amount_monthly=Decimal("500.00"), payer="county", decision_no="d", since="2026-01",
                    review_months=12, next_review=date(2027, 1, 1), state=state,
                )
            )  # fmt: skip
        shelf.add(
            HouseholdPerson(
                case_no="C-0", resident_ref=resident_ref(IDS[1]), part="member", programme="dibao", since=desk.today
            )
        )


@pytest.mark.walks
@pytest.mark.req("XX-53", "XX-87")
def test_a_household_that_may_no_longer_be_eligible_goes_to_dynamic_management(office: Office) -> None:
    receiving(office)
    clerk = identity.actor_of(office, "xixiu-county_office-1")
    poverty_lists.import_list(office, clerk, "2026Q3", sheet([("甲成员", IDS[1], VILLAGE)]))
    matter = opened(office, KEY, DISTRICT, **QUARTER)
    matter.do("Task_CheckDifferences", "county_office-1", difference_rows=rows_of({1: "change"}))
    (row,) = differences(matter)
    assert (row.name, row.conclusion) == ("乙低保", "change")
    begun = [
        one
        for one in matter.walker.rows("select record_no, process_key, case_no, town from case_instance")
        if one["record_no"] == row.started_no
    ]
    assert [(one["process_key"], one["case_no"], one["town"]) for one in begun] == [("xixiu_change", "C-1", TOWN)]
    assert matter.ends() == ["End_Compared"]


@contextmanager
def register(pages: list[list[tuple[str, str]]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A register of poverty alleviation that answers page by page."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(question)
            page = question["page"]
            entries = [{"name": name, "resident_id": number, "village": VILLAGE} for name, number in pages[page - 1]]
            data = json.dumps({"entries": entries, "more": page < len(pages)}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
