"""The handbook's pages: what a diagram asks of people stands on its page, pictures are known by what they show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import pictures
from tools.handbook import PAGES, stale
from tools.house_words import House
from tools.procedure_page import Page

ROOT = Path(__file__).resolve().parents[2]
PANEL = ROOT / "bpmn/ninghe/ninghe_panel.bpmn"


@pytest.fixture(scope="module")
def house() -> House:
    return House(ROOT)


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = PANEL.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / PANEL.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_picture_is_drawn_anew_when_something_visible_changes(tmp_path: Path) -> None:
    before = pictures.digest(PANEL)
    assert pictures.digest(changed(tmp_path, "四类人员都要有", "四类人员一类不少")) == before  # a note is not drawn
    assert pictures.digest(changed(tmp_path, "${due_confirm}", "${due_review}")) == before
    assert pictures.digest(changed(tmp_path, 'name="汇总意见"', 'name="汇总各人意见"')) != before
    assert pictures.digest(changed(tmp_path, '<dc:Bounds x="', '<dc:Bounds x="1')) != before


def test_every_step_of_people_stands_on_its_page_with_its_clauses(house: House) -> None:
    for key, process in house.processes.items():
        text = Page(house, key).text()
        for _, node in process.level.walk():
            if node.type != "userTask":
                continue
            (row,) = [line for line in text.splitlines() if f"**{' '.join(node.name.split())}**" in line][:1]
            said = next(line for line in node.documentation.splitlines() if line.startswith("需求："))
            for identity in re.findall(r"[A-Z]{2}-\d+", said):
                assert f"[{identity}](#{identity.lower()})" in row, (key, node.id)
                assert f"**{identity}**" in text


def test_the_clause_is_the_seeds_own_words(house: House) -> None:
    text = Page(house, "ninghe_panel").text()
    assert " ".join(house.requirements["NH-21"].clause.split()) in text


def test_who_does_it_by_when(house: House) -> None:
    text = Page(house, "jincheng_application").text()
    (row,) = [
        line for line in text.splitlines() if line.startswith("| **镇（街道）审核确认**") or "**审核确认**" in line
    ][:1]
    assert "镇（街道）审核确认人" in row
    assert re.search(r"\d+个工作日", row)


def test_a_reader_learns_who_how_long_and_what_then(house: House) -> None:
    rows = {line.split("|")[1]: line for line in Page(house, "shared_home_visit").text().splitlines() if "|" in line}
    (visit,) = [row for cell, row in rows.items() if cell.strip().startswith("**入户调查**")]
    assert "调查人员、区（市）" in visit.split("|")[2]
    assert "5个工作日（新泰市）" in visit
    assert "10个工作日（晋城市城区、天津市宁河区、重庆市綦江区、安顺市西秀区）" in visit
    (recused,) = [row for cell, row in rows.items() if "应当回避" in cell]
    assert "→ 组成调查组" in recused
    for key in house.processes:
        who = [line.split("|")[2] for line in Page(house, key).text().splitlines() if line.startswith("| ")]
        assert not [each for each in who if "$" in each or "`" in each], key


def test_the_pages_are_as_the_diagrams_are(house: House) -> None:
    assert stale(house) == [], "run python -m tools.handbook"
    assert max(path.stat().st_size for path in PAGES.glob("*.svg")) < 100_000
