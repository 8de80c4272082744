"""Walks recorded beside the diagrams: those that are shipped still go as they are written; a difference is named."""

from __future__ import annotations

import dataclasses
from datetime import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from jiuzhu.cli import cli
from jiuzhu.cli.walk_test import read_walks
from jiuzhu.domain.walk_files import Step, WalkFile, parse, write
from jiuzhu.errors import ConfigurationError, Forbidden, Invalid
from jiuzhu.service import identity, walk_record
from jiuzhu.service.office import Office
from jiuzhu.simulate.tryout.replay import replay
from tests.conftest import ROOT
from tests.walks import Walker, load_walks

DESIGNER = "ninghe-process_designer-1"
WALKS, BROKEN = read_walks(ROOT / "bpmn")
NAME = "jincheng_application.refused.walk.toml"


def changed(place: int, **changes: object) -> WalkFile:
    walk = WALKS[NAME]
    steps = list(walk.steps)
    steps[place] = dataclasses.replace(steps[place], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(walk, steps=steps)


def test_every_district_ships_a_walk_and_all_of_them_go_as_they_are_written(prepared_database: Path) -> None:
    assert BROKEN == {}
    districts = {path.stem for path in (ROOT / "config" / "districts").glob("*.toml")}
    assert {walk.district for walk in WALKS.values()} == districts
    outcomes = replay(WALKS, prepared_database, ROOT)
    assert {one.name: one.fault for one in outcomes} == dict.fromkeys(WALKS, "")


def test_what_differs_is_named_with_step_element_and_difference(prepared_database: Path) -> None:
    walk = WALKS[NAME]
    reviewed = next(place for place, one in enumerate(walk.steps) if one.what == "Task_CheckMaterials")
    wrong = {
        "a": changed(reviewed, expect=["Task_Nowhere"]),
        "b": changed(reviewed, by="xintai-town_intake-1"),
        "c": changed(reviewed, data={}),
        "d": dataclasses.replace(walk, steps=[walk.steps[0], *walk.steps[2:]]),
        "e": dataclasses.replace(walk, end="End_Granted"),
        "f": changed(reviewed, days=0, hour=time(0, 1)),
    }
    faults = {one.name: one.fault for one in replay(wrong, prepared_database, ROOT)}
    assert "应打开而没有：Task_Nowhere；多打开了：" in faults["a"]
    assert "“Task_CheckMaterials”办完以后" in faults["a"]
    assert faults["b"].startswith("第 2 步 Task_CheckMaterials（xintai-town_intake-1）：")
    assert "materials_state" in faults["c"]
    assert "没有打开这个环节" in faults["d"]
    assert "多打开" not in faults["d"]
    assert "应结束于 End_Granted，实际 End_NotGranted_Told" in faults["e"]
    assert "时间比上一步早" in faults["f"]


def test_a_file_can_be_read_again_and_says_what_is_wrong_with_it() -> None:
    for name, walk in WALKS.items():
        again = parse(write(walk), name)
        assert [(one.what, one.data, one.expect) for one in again.steps] == [
            (one.what, one.data, one.expect) for one in walk.steps
        ]
    odd = Step(
        kind="start", what="k", name="n", by="b", days=1, hour=time(9, 5, 7),
        data={"中文 key": '引号"\\\n', "rows": [{"a": None, "b": []}], "n": 3, "yes": True},
    )  # fmt: skip
    first = dataclasses.replace(WALKS[NAME], steps=[odd])
    (read,) = parse(write(first), "x").steps
    assert read.data == {"中文 key": '引号"\\\n', "rows": [{"b": []}], "n": 3, "yes": True}
    assert read.hour == time(9, 5, 7)
    for text, said in (
        ("x = [", "x.walk.toml"),
        ('process = "p"', "缺少 'step'"),
        (write(first).replace("+1 09", "1 09"), "第 1 步的 at"),
        (write(first).replace("start =", "begin ="), "第 1 步要有"),
        (write(first).replace("by =", "extra = 1\nby ="), "第 1 步不认识 extra"),
        (write(first).replace("start =", "item ="), "第 1 步应当是 start"),
    ):
        with pytest.raises(ConfigurationError, match=said):
            parse(text, "x.walk.toml")


def test_only_what_is_made_up_is_recorded(office: Office) -> None:
    walker = Walker(office, load_walks()["N1"])
    walker.arrange()
    walker.start()
    designer = identity.actor_of(office, DESIGNER)
    file, text = walk_record.record(office, designer, walker.case_no, "begun")
    assert file == "ninghe_application.begun.walk.toml"
    walk = parse(text, file)
    assert (walk.end, [one.kind for one in walk.steps]) == ("", ["start"])
    assert walker.case_no not in text
    with pytest.raises(Invalid):
        walk_record.record(office, designer, walker.case_no, "Über uns")
    with pytest.raises(Forbidden):
        walk_record.record(office, identity.actor_of(office, "ninghe-town_intake-1"), walker.case_no, "begun")
    real = dataclasses.replace(office, settings=dataclasses.replace(office.settings, env="production"))
    assert not walk_record.may_record(real, designer, is_trial=False)
    assert walk_record.may_record(real, designer, is_trial=True)
    with pytest.raises(Forbidden, match="真实案件"):
        walk_record.record(real, designer, walker.case_no, "begun")


@pytest.mark.parametrize("number", ["110101199003070038", "13912345678"])
def test_a_number_that_could_belong_to_somebody_is_not_written(number: str) -> None:
    with pytest.raises(Invalid, match="可能属于真人"):
        walk_record.require_made_up(f'reason = "电话{number}。"')
    walk_record.require_made_up(
        'applicant_id = "66050219630314001X"\nphone = "10066000001"\naccount = "9999660000006600014"'
    )


def test_the_command_names_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a.b.walk.toml").write_text("title = 1", encoding="utf-8")
    done = CliRunner().invoke(cli, ["test", str(tmp_path)])
    assert done.exit_code == 1
    assert "不能读  a.b.walk.toml" in done.output
    assert "1 份走法，1 份不通过" in done.output
    assert CliRunner().invoke(cli, ["test", str(tmp_path), "--district", "nowhere"]).exit_code != 0
