"""The text twin of a diagram, on the real procedures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from webui.steps import activities, frames_of

XML = (ROOT / "bpmn" / "jincheng" / "jincheng_application.bpmn").read_text("utf-8")


def test_activities_are_read_from_left_to_right_with_their_names() -> None:
    found = activities(XML)
    names = [shape.name for shape in found if shape.by_people]
    assert (
        names.index("审查申请材料") < names.index("入户调查") < names.index("审核确认") < names.index("公示及异议处理")
    )
    assert found == tuple(sorted(found, key=lambda shape: shape.x))


def test_an_expanded_block_is_no_step_and_is_never_coloured() -> None:
    assert "Sub_Handling" in frames_of(XML)
    assert "Sub_Handling" not in {shape.id for shape in activities(XML)}


@pytest.mark.parametrize("drawing", sorted((ROOT / "bpmn").rglob("*.bpmn")), ids=lambda path: path.stem)
def test_every_drawing_can_be_told_in_words(drawing: Path) -> None:
    shapes = activities(drawing.read_text("utf-8"))
    assert shapes
    assert all(shape.name and not shape.name.startswith(("Task_", "Call_")) for shape in shapes)
