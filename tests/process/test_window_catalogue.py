"""西秀's 8 + 1 matters at the single window: which there are, and who handles each (XX-81)."""

from __future__ import annotations

import json

import pytest

from jiuzhu.decision import read_decisions
from jiuzhu.service import cases, work
from jiuzhu.service.office import Office
from tests.conftest import DAY, ROOT
from tests.process.test_window import Offices, Visit

pytestmark = [pytest.mark.walks]

OWN_WINDOW, BUREAU = "town_intake@520402109", "county_office@xixiu"
STATION, DEPARTMENT = "dept_handler@520402109.dept.", "dept_handler@xixiu.dept."
CATALOGUE = {
    "dibao": ("最低生活保障", OWN_WINDOW, "xixiu_application"),
    "tekun": ("特困人员供养", OWN_WINDOW, "xixiu_application"),
    "disaster": ("受灾人员救助", BUREAU, ""),
    "medical": ("医疗救助", f"{DEPARTMENT}medical_insurance", ""),
    "education": ("教育救助", f"{STATION}education", ""),
    "housing": ("住房救助", f"{DEPARTMENT}housing", ""),
    "employment": ("就业救助", f"{STATION}human_resources", ""),
    "temporary": ("临时救助", OWN_WINDOW, "xixiu_temp"),
    "social_force": ("社会力量参与", BUREAU, ""),
}
"""Matter → its name in the clause, who handles it for 旧州镇, the procedure that its application opens."""
BESIDE = {"low_income": "低收入家庭认定", "other": "其他咨询"}
"""What the window takes beside the nine: neither is a kind of assistance of the clause."""


@pytest.mark.req("XX-81")
def test_the_catalogue_is_the_clauses_nine_in_its_order() -> None:
    """Table and arrival form name the nine as the clause does, one row each, and nothing else but the two beside."""
    arrival = json.loads((ROOT / "bpmn/xixiu/window_arrival.form").read_text("utf-8"))
    fields = [one for group in arrival["components"] for one in group.get("components", [])]
    [field] = [one for one in fields if one.get("key") == "window_item"]
    offered = {one["value"]: one["label"] for one in field["values"]}
    names = {key: name for key, (name, _, _) in CATALOGUE.items()}
    assert list(offered.items()) == list((names | BESIDE).items())

    decisions = read_decisions((ROOT / "bpmn/xixiu/window_item.dmn").read_bytes())
    table = decisions.table("window_item")
    assert table is not None
    assert len(table.rules) == len(offered)
    for key in offered:
        found = decisions.evaluate("window_item", {"window_item": key})
        _, handler, process = CATALOGUE.get(key, ("", "", ""))
        if handler == OWN_WINDOW:
            assert found == {"item_target": "handle", "target_process": process, "item_referral": ""}
        elif handler:
            assert found == {"item_target": "refer", "target_process": "", "item_referral": key}
    assert decisions.evaluate("window_item", {"window_item": "gold"}) is None
    told = {"item_target": "answer", "target_process": "", "item_referral": ""}
    assert decisions.evaluate("window_item", {"window_item": "other"}) == told


@pytest.mark.req("XX-81")
@pytest.mark.parametrize("item", CATALOGUE)
def test_each_of_the_nine_reaches_whoever_handles_it(office_on: Offices, item: str) -> None:
    """The clerk follows what the table fills in, and the matter lies where the catalogue says."""
    _, handler, process = CATALOGUE[item]
    visit = Visit(office_on(DAY), window_item=item)
    shown = work.open_item(visit.office, visit.actor("town_intake"), visit.item("Task_Answer")["task_id"]).context
    if process:
        assert (shown["item_target"], shown["target_process"]) == ("handle", process)
        visit.do("Task_Answer", window_result=shown["item_target"])
        assert visit.item("Task_StartCase")["group_name"] == handler
        assert process in startable(visit.office, visit)
        return
    assert shown["item_target"] == "refer"
    visit.do(
        "Task_Answer",
        window_result=shown["item_target"],
        referral_item=shown["item_referral"],
        referral_content="咨询并申请办理。",
        department=None,
    )
    assert visit.item("Task_HandleReferral")["group_name"] == handler


def startable(office: Office, visit: Visit) -> set[str]:
    """Return the procedures that the window's clerk may open."""
    return {one.key for one in cases.startable(office, visit.actor("town_intake"))}
