"""``jiuzhu policy``: the numbers of a day with their sources, without any database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from jiuzhu.cli import cli
from jiuzhu.errors import Refused


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, list(arguments), catch_exceptions=False, standalone_mode=False)
    return result.output


def lines(district: str, day: str, prefix: str = "") -> dict[str, dict[str, Any]]:
    found = json.loads(run("policy", "show", district, "--on", day, "--key", prefix, "--json"))
    return {line["key"]: line for line in found["lines"]}


def test_the_number_of_the_day_with_its_clause() -> None:
    before, after = (lines("ninghe", day, "verification.executor") for day in ("2021-08-31", "2021-09-01"))
    assert before["verification.executor"]["value"] == "county"
    assert before["verification.executor"]["last"] == "2021-08-31"
    assert before["verification.executor"]["assumed"] is True
    after_line = after["verification.executor"]
    assert (after_line["value"], after_line["first"], after_line["last"]) == ("town", "2021-09-01", None)
    assert after_line["assumed"] is False
    assert [clause["id"] for clause in after_line["clauses"]] == ["NH-22"]
    assert after_line["clauses"][0]["text"]


def test_people_read_words_and_see_what_is_assumed() -> None:
    text = run("policy", "show", "xintai", "--on", "2021-10-11", "--key", "temp_authority")
    assert "临时救助最高限额（没有的不限）：8000.00" in text
    assert "XT-06 " in text
    shown = run("policy", "show", "jincheng", "--on", "2024-01-02", "--key", "deadlines.filing")
    assert "7天（日历日）" in shown
    assert "设定（待本地核定）〔A13〕" in shown


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere", "--on", "2021-10-11"), "没有区（市）“nowhere”的参数"),
        (("ninghe", "--on", "1999-12-31"), "最早的自2000-01-01起"),
        (("ninghe", "--on", "11.10.2021"), "不是日期"),
        (("ninghe", "--on", "2021-10-11", "--key", "nothing"), "没有以“nothing”开头的参数"),
    ],
)
def test_what_cannot_be_shown_is_said(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        run("policy", "show", *arguments)


def test_open_questions_are_listed_with_what_answers_them() -> None:
    text = run("policy", "ambiguities")
    assert all(f"A{number}  " in text for number in range(1, 19))
    assert "决定之后（待建）" in text
    assert [one["id"] for one in json.loads(run("policy", "ambiguities", "--json"))][:2] == ["A1", "A2"]
