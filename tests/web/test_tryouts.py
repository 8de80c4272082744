"""试走: designers try a diagram that is not deployed; the run is beside the server, the report has a page."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest
from flask import Flask

from jiuzhu.domain.walk_files import parse
from jiuzhu.service import identity
from jiuzhu.service.office import Office
from jiuzhu.simulate.tryout import background
from tests.conftest import ROOT
from tests.walks import Walker, load_walks
from tests.web.conftest import Browser, text_of

DESIGNER = "jincheng-process_designer-1"
FILE = ROOT / "bpmn" / "shared" / "shared_adhoc_task.bpmn"
OPTIONS = {"district": "jincheng", "month": "2026-09", "cases": "0", "steps": "200", "seed": "3"}
BrowserMaker = Callable[..., Browser]


def upload(browser: Browser, data: bytes, name: str = "交办.bpmn", **changes: str) -> str:
    page = browser.get("/tryouts")
    fields = {**OPTIONS, **changes, "diagram": (io.BytesIO(data), name)}
    sent = browser.post("/tryouts", fields, page=page)
    assert sent.status_code == 303, text_of(sent)
    return sent.headers["Location"]


def finished(browser: Browser, path: str) -> str:
    for _ in range(240):
        text = text_of(browser.get(path))
        if "正在试走" not in text:
            return text
        time.sleep(0.5)
    pytest.fail("the trial did not end")


def test_a_trial_runs_beside_the_server_and_its_report_can_be_taken_along(app: Flask, office: Office) -> None:
    browser = Browser(app, DESIGNER)
    assert "试走" in text_of(browser.get("/processes/shared_adhoc_task"))
    path = upload(browser, FILE.read_bytes().replace(b"${adhoc_accepted == false}", b"${district == 'x'}"))
    second = browser.post("/tryouts", {**OPTIONS, "key": "shared_adhoc_task"}, page=browser.get("/tryouts"))
    assert second.status_code == 409
    assert "等它结束" in text_of(second)
    text = finished(browser, path)
    assert "10 条线走过 9 条" in text
    assert "没有走到" in text
    assert "district == 'x'" in text
    assert "Flow_AdhocAccepted_Do" in browser.get(f"{path}/report.csv").get_data(as_text=True)
    report = browser.get(f"{path}/report.json").get_json()
    assert (report["seed"], report["month"]) == (3, None)
    assert browser.get(f"{path}/file").data.startswith(b"<?xml")
    assert text_of(browser.get("/tryouts")).count("交办事项") == 1
    # Nothing of it is in the office, and the rest that was laid out for it is gone.
    for _ in range(40):
        if not list(office.settings.home.glob("tryouts/*/*/rest")):
            break
        time.sleep(0.1)
    assert list(office.settings.home.glob("tryouts/*/*/rest")) == []
    assert "第 2 版" not in text_of(browser.get("/processes/shared_adhoc_task"))
    # Another designer does not see it.
    Browser(app, "ninghe-process_designer-1").get(path, 404)


def test_what_cannot_run_is_refused_in_the_designers_words(app: Flask) -> None:
    browser = Browser(app, DESIGNER)
    path = upload(browser, FILE.read_bytes().replace(b'topic="case_open"', b'topic="case_opne"'))
    text = finished(browser, path)
    assert "还不能运行" in text
    assert "case_opne" in text
    for changes, said in (({"district": "nowhere"}, "没有这个区县"), ({"month": "9月"}, "月份没有写对")):
        page = browser.get("/tryouts")
        sent = browser.post("/tryouts", {**OPTIONS, **changes, "key": "shared_adhoc_task"}, page=page)
        assert sent.status_code == 422
        assert said in text_of(sent)
    empty = browser.post("/tryouts", OPTIONS, page=browser.get("/tryouts"))
    assert empty.status_code == 422
    assert "没有要试走的流程图" in text_of(empty)


def test_only_designers_try(app: Flask, office: Office) -> None:
    clerk = Browser(app, "jincheng-town_intake-1")
    clerk.get("/tryouts", 403)
    clerk.get("/tryouts/20260101000000-abcdef", 403)
    designer = identity.actor_of(office, DESIGNER)
    assert background.runs(office, designer) == []
    Browser(app, DESIGNER).get("/tryouts/20260101000000-abcdef", 404)


def test_a_designer_takes_a_case_along_as_a_test(app: Flask, office: Office) -> None:
    walker = Walker(office, load_walks()["N1"])
    walker.arrange()
    walker.start()
    designer = Browser(app, "ninghe-process_designer-1")
    assert "记录成测试" in text_of(designer.get(f"/cases/{walker.case_no}"))
    taken = designer.get(f"/walks/{walker.case_no}.toml?name=begun")
    assert taken.mimetype == "application/toml"
    assert "begun.walk.toml" in taken.headers["Content-Disposition"]
    assert parse(taken.get_data(as_text=True), "x").process == "ninghe_application"
    designer.get(f"/walks/{walker.case_no}.toml?name=a%20b", 422)
    clerk = Browser(app, "ninghe-town_intake-1")
    assert "记录成测试" not in text_of(clerk.get(f"/cases/{walker.case_no}"))
    clerk.get(f"/walks/{walker.case_no}.toml", 403)
