"""``jiuzhu sitting``: the boundaries and the whole way of a sitting by command line, as the page has them (NH-20)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jiuzhu import cli
from jiuzhu.cli import show
from jiuzhu.service import documents, recusals, signatures
from jiuzhu.service.office import Office
from tests.sittings import KINDS, waiting_cases
from tests.walks import PNG, Walker

pytestmark = pytest.mark.walks

HEAD = "ninghe-town_head-1"


@dataclass
class Terminal:
    """``jiuzhu`` as the shell runs it: exit code, what it printed, what it complained of."""

    folder: Path
    run: Callable[..., tuple[int, str, str]]

    def sitting(self, command: str, *arguments: str, login: str = HEAD, data: Any = None) -> tuple[int, str, str]:
        given: list[str] = []
        if data is not None:
            path = self.folder / "data.json"
            path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
            given = ["--data", str(path)]
        return self.run("sitting", command, *arguments, "--as", login, *given)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    monkeypatch.setattr(cli, "configure_logs", lambda: None)

    def of(office: Office) -> Terminal:
        monkeypatch.setattr(show, "open_office", lambda **_: office)

        def run(*arguments: str) -> tuple[int, str, str]:
            capsys.readouterr()
            monkeypatch.setattr("sys.argv", ["jiuzhu", *arguments])
            status = 0
            try:
                cli.main()
            except SystemExit as stop:
                status = int(stop.code or 0)
            captured = capsys.readouterr()
            return status, captured.out, captured.err

        return Terminal(tmp_path, run)

    return of


def plan(walkers: Sequence[Walker], kinds: str, reason: str = "", **more: Any) -> dict[str, Any]:
    members = [
        {"person": f"ninghe-town_panel-{number}", "kind": KINDS[letter], "post": f"示例职务{number}"}
        for number, letter in enumerate(kinds, start=1)
    ]
    found = {
        "meeting_on": walkers[0].today,
        "meeting_place": "示例会议室",
        "members": members,
        "cases": [walker.case_no for walker in walkers],
        **more,
    }
    return {**found, "size_reason": reason} if reason else found


def vote(walkers: Sequence[Walker], value: str = "agree", **more: Any) -> dict[str, Any]:
    return {
        "votes": {walker.case_no: {"vote": value, "reason": "调查属实，符合条件。"} for walker in walkers},
        **more,
    }


def elements(walker: Walker) -> set[str]:
    return {row["element_id"] for row in walker.main_items()}


def kept(walker: Walker) -> dict[str, int]:
    """Count what a sitting leaves behind."""
    counts = {}
    for table in ("sitting", "sitting_case"):
        counts[table] = len(walker.rows(f"select sitting_no from {table}"))
    counts["submission"] = len(walker.rows("select id from submission"))
    counts["work_item"] = len(walker.rows("select task_id from work_item where case_no = :case_no"))
    return counts


@pytest.mark.req("NH-20", "NH-19")
@pytest.mark.parametrize(
    ("kinds", "reason", "said"),
    [
        ("hdcv", "", "人数不在一般范围内"),
        ("hdcv", "两名成员外出学习", None),
        ("hdcvc", "", None),
        ("hdcvcvc", "", None),
        ("hdcvcvcv", "", "人数不在一般范围内"),
        ("hdcvcvcv", "涉及两个村", None),
        ("hdcdcc", "理由充分", "缺少"),
    ],
)
def test_who_may_sit_by_command(
    office: Office, terminal: Callable[..., Terminal], kinds: str, reason: str, said: str | None
) -> None:
    (walker,) = waiting_cases(office, 1)
    before = kept(walker)
    status, out, complaint = terminal(office).sitting("open", data=plan([walker], kinds, reason))
    if said is None:
        assert (status, complaint) == (0, "")
        assert out.strip() == walker.rows("select sitting_no from sitting")[0]["sitting_no"]
        assert elements(walker) == {"Task_PanelOpinion"}
        return
    assert status == 1
    assert out == ""
    assert walker.case_no in complaint
    assert said in complaint
    assert elements(walker) == {"Task_ConvenePanel"}
    assert kept(walker) == before


@pytest.mark.req("NH-20", "NH-21", "JC-45")
def test_a_whole_sitting_by_command(office: Office, terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    walkers = waiting_cases(office, 3)
    shell = terminal(office)
    first, second, third = walkers
    recusals.recuse(office, first.actor("town_panel", 6), first.case_no, "是申请人的表亲")
    status, out, _ = shell.sitting("list")
    assert status == 0
    assert all(walker.case_no in out for walker in walkers)

    number = shell.sitting("open", data=plan([first, second], "hdcvcv"))[1].strip()
    assert shell.sitting("convene", number, data={"cases": [third.case_no]})[0] == 0
    for member in range(1, 6):
        login = f"ninghe-town_panel-{member}"
        votes = vote(walkers)
        if member == 5:
            votes["votes"][third.case_no]["vote"] = "disputed"
        status, out, complaint = shell.sitting("sign", number, login=login, data=votes)
        assert (status, out.strip(), complaint) == (0, "已签3件。", "")
        status, out, _ = shell.sitting("sign", number, login=login, data=votes)
        assert (status, "没有重复办理" in out) == (0, True)

    scan = tmp_path / "sheet.png"
    scan.write_bytes(PNG)
    paper = vote([second, third], signer="ninghe-town_panel-6")
    status, _, complaint = shell.sitting("sign", number, login="ninghe-town_panel-1", data=paper)
    assert (status, "扫描件" in complaint) == (1, True)
    status, _, complaint = shell.sitting(
        "close", number, data={"minutes_text": "逐件听取汇报。", "decision_opinion": "同意给予。"}
    )
    assert (status, second.case_no in complaint) == (1, True)
    status, out, _ = shell.sitting("sign", number, "--scan", str(scan), login="ninghe-town_panel-1", data=paper)
    assert (status, out.strip()) == (0, "已签2件。")
    mine = signatures.recorded_for(office, second.actor("town_panel", 6))
    assert {one.case_no for one in mine} == {second.case_no, third.case_no}
    assert all("纸质签字，由" in one.sentence and one.scan for one in mine)

    status, out, _ = shell.sitting("show", number)
    assert status == 0
    assert [walker.case_no in out for walker in walkers] == [True] * 3
    lines = {"minutes_text": "逐件听取汇报，逐件发表意见。", "decision_opinion": "同意给予救助。"}
    assert shell.sitting("close", number, data=lines)[:2] == (0, "会议纪要已签发。\n")
    status, out, _ = shell.sitting("minutes", number)
    assert status == 0
    assert all(walker.case_no in out for walker in walkers)
    assert "纸质签字，由" in out
    assert len(first.rows("select sitting_no from sitting")) == 1
    decisions = [len(one.rows("select decision_no from case_decision where case_no = :case_no")) for one in walkers]
    assert decisions == [1, 1, 0]
    for walker in walkers:
        papers = documents.list_documents(office, walker.actor("town_head"), walker.case_no)
        (extract,) = [one for one in papers if one.template == "panel_minutes"]
        assert number in extract.html
    status, _, complaint = shell.sitting("close", number, data=lines)
    assert (status, "已经签发" in complaint) == (1, True)


@pytest.mark.req("NH-20", "JC-45")
def test_keeping_out_and_leaving_a_sitting_by_command(office: Office, terminal: Callable[..., Terminal]) -> None:
    walkers = waiting_cases(office, 2)
    first, second = walkers
    shell = terminal(office)
    number = shell.sitting("open", data=plan(walkers, "hdcvcv"))[1].strip()
    recusals.recuse(office, first.actor("town_panel", 6), first.case_no, "是申请人的表亲")
    entered = ("recuse", number, first.case_no, "ninghe-town_panel-6", "--reason", "本人已声明回避")
    assert shell.sitting(*entered, login=HEAD)[0] == 1
    assert shell.sitting(*entered, login="ninghe-town_panel-1")[:2] == (0, "已登记回避。\n")
    status, _, complaint = shell.sitting("out", number, second.case_no, "--reason", " ")
    assert (status, "原因" in complaint) == (1, True)
    assert shell.sitting("out", number, second.case_no, "--reason", "材料要补充")[0] == 0
    for member in (1, 2, 3, 4, 5):
        status, out, _ = shell.sitting("sign", number, login=f"ninghe-town_panel-{member}", data=vote([first]))
        assert (status, out.strip()) == (0, "已签1件。")
    assert elements(first) == {"Task_Minutes"}
    assert elements(second) == {"Task_PanelOpinion"}


@pytest.mark.req("NH-20")
def test_data_that_makes_no_sense_is_refused_in_words(office: Office, terminal: Callable[..., Terminal]) -> None:
    (walker,) = waiting_cases(office, 1)
    shell = terminal(office)
    right = plan([walker], "hdcvc")
    before = kept(walker)
    for wrong, word in (
        ({"cases": "all"}, "cases"),
        ({"members": ["ninghe-town_panel-1"]}, "members"),
        ({"members": []}, "members"),
        ({"meeting_on": "tomorrow"}, "meeting_on"),
        ({"reasons": ["x"]}, "reasons"),
        ({"kept_out": {walker.case_no: "x"}}, "kept_out"),
        ({"chair": "x"}, "chair"),
        ({"cases": [f"x{n}" for n in range(500)]}, "50"),
    ):
        status, _, complaint = shell.sitting("open", data={**right, **wrong})
        assert (status, word in complaint) == (1, True), (wrong, complaint)
    assert kept(walker) == before
    number = shell.sitting("open", data=right)[1].strip()
    bads: tuple[dict[str, Any], ...] = (
        {"votes": []},
        {"votes": {walker.case_no: "agree"}},
        {},
        vote([walker], "perhaps"),
        vote([walker], scan=["x"]),
    )
    for bad in bads:
        status, _, complaint = shell.sitting("sign", number, login="ninghe-town_panel-1", data=bad)
        assert status == 1, (bad, complaint)
    assert shell.sitting("show", number, login="ninghe-town_head-2")[0] == 1
    assert walker.rows("select id from submission where form = 'panel_opinion'") == []
