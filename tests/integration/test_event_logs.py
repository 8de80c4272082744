"""Event logs: every step of a case in order, without a name; readable XES and CSV; for who may read the district."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

import pytest
from lxml import etree

from jiuzhu.domain.event_log import COLUMNS, write_csv, write_xes
from jiuzhu.errors import Forbidden, Invalid
from jiuzhu.service import event_logs
from jiuzhu.service.office import Office
from tests.integration.people import WANG, person, walker_at
from tests.web.conftest import Browser
from webui import create_app

DESIGNER = "jincheng-process_designer-1"
XES = "{http://www.xes-standard.org/}"


def test_a_case_is_a_trace_of_its_steps(office: Office) -> None:
    walker = walker_at(office, "Task_CheckMaterials")
    reader = person(office, DESIGNER)
    found = list(event_logs.traces(office, reader, "jincheng", process_key="jincheng_application"))
    assert [one.number for one in found] == [walker.case_no]
    text = StringIO()
    assert write_xes(found, text, title="jincheng") == 1
    log = etree.fromstring(text.getvalue().encode())
    assert log.get("xes.version") == "1849-2016"
    events = log.findall(f"{XES}trace/{XES}event")
    told = [{child.get("key"): child.get("value") for child in event} for event in events]
    assert all(set(one) <= set(COLUMNS) for one in told)
    started = [one["element"] for one in told if one["lifecycle:transition"] == "start"]
    done = [one["element"] for one in told if one["lifecycle:transition"] == "complete"]
    assert "Task_CheckMaterials" in started
    assert "Task_CheckMaterials" not in done
    assert done[0] == "Start_Application" or done[0].startswith("Start_")
    stamps = [one["time:timestamp"] for one in told]
    assert stamps == sorted(stamps)
    assert all(stamp.endswith("+08:00") for stamp in stamps)
    # No household, no member of staff is named.
    head = walker.case_no
    names = {person(office, WANG).name}
    assert not any(name in text.getvalue() for name in names)
    lines = StringIO()
    write_csv(found, lines)
    rows = list(csv.DictReader(StringIO(lines.getvalue())))
    assert len(rows) == len(events)
    assert {row["case:concept:name"] for row in rows} == {head}


def test_spans_and_readers(office: Office) -> None:
    walker_at(office, "Task_CheckMaterials")
    reader = person(office, DESIGNER)
    today = office.clock.now().astimezone(office.settings.zone).date()

    def count(since: date | None, until: date | None) -> int:
        found = event_logs.traces(
            office, reader, "jincheng", process_key="jincheng_application", since=since, until=until
        )
        return len(list(found))

    assert (count(today, None), count(None, today), count(None, date(2020, 1, 1))) == (1, 1, 0)
    assert list(event_logs.traces(office, reader, "jincheng", finished_only=True)) == []
    with pytest.raises(Invalid):
        event_logs.traces(office, reader, "jincheng", since=today, until=date(2020, 1, 1))
    for login in ("ninghe-process_designer-1", WANG, "jincheng-external_worker-1"):
        with pytest.raises(Forbidden):
            event_logs.traces(office, person(office, login), "jincheng")


def test_the_page_of_a_process_hands_them_out(office: Office) -> None:
    walker = walker_at(office, "Task_CheckMaterials")
    browser = Browser(create_app(office), DESIGNER)
    assert "事件日志" in browser.get("/processes/jincheng_application").text
    for kind in ("xes", "csv"):
        sent = browser.get(f"/processes/jincheng_application/events.{kind}?district=jincheng")
        assert walker.case_no in sent.text
        assert f".{kind}" in sent.headers["Content-Disposition"]
    browser.get("/processes/jincheng_application/events.xes?district=ninghe", 403)
