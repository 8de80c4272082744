"""A notice of correction asks for nothing beside the district's list, and never for what data sharing fetches."""

from __future__ import annotations

import pytest

from jiuzhu.errors import Invalid
from jiuzhu.service import work
from jiuzhu.service.office import Office
from tests.matters import Matter

pytestmark = pytest.mark.walks
CLAUSE = "能通过部门间信息共享获取的证明材料、相关信息，不再要求申请人提交"


def at_the_window(office: Office, district: str) -> Matter:
    matter = Matter(office, district)
    matter.start(f"{district}_application", "application", "town_intake-1")
    return matter


def choices(matter: Matter) -> dict[str, str]:
    """Return value → label of what the form offers."""
    (row,) = matter.walker.rows(
        "select task_id from work_item where case_no = :case_no and element_id = 'Task_CheckMaterials'"
    )
    context = work.open_item(matter.office, matter.actor("town_intake-1"), row["task_id"]).sheet.context
    return {one["value"]: one["label"] for one in context["missing_choices"]}


def ask_for(matter: Matter, *items: str) -> None:
    matter.do(
        "Task_CheckMaterials",
        "town_intake-1",
        materials_state="missing",
        missing_items=[{"item": item, "reason": "没有交"} for item in items],
        resubmit_by="2026-09-30",
    )


@pytest.mark.req("XT-28", "XT-29", "XT-30")
def test_xintai_asks_the_applicant_for_three_papers_and_no_fourth(office: Office) -> None:
    matter = at_the_window(office, "xintai")
    offered = choices(matter)
    assert [value for value, label in offered.items() if value == label] == ["申请表", "诚信声明", "委托授权书"]
    shared = [value for value, label in offered.items() if value != label]
    assert {"身份证", "户口簿", "婚姻登记证明", "残疾人证", "收入证明", "不动产登记信息"} <= set(shared)
    for item in shared:
        with pytest.raises(Invalid) as refused:
            ask_for(matter, "诚信声明", item)
        assert refused.value.faults == {"missing_items[1].item": CLAUSE}
    for item in ("无犯罪记录证明", "户口簿 ", "户口簿原件", "<b>申请表</b>"):
        with pytest.raises(Invalid) as refused:
            ask_for(matter, item)
        assert set(refused.value.faults) == {"missing_items[0].item"}
    assert matter.documents().count("correction_notice") == 0
    ask_for(matter, "申请表", "诚信声明", "委托授权书")
    assert matter.documents().count("correction_notice") == 1


@pytest.mark.req("XT-29")
def test_another_district_asks_for_what_its_list_says(office: Office) -> None:
    matter = at_the_window(office, "jincheng")
    with pytest.raises(Invalid):
        ask_for(matter, "残疾人证")
    with pytest.raises(Invalid):
        ask_for(matter, "赡养抚养扶养义务人情况申报")
    ask_for(matter, "本人银行账户")
    assert matter.documents().count("correction_notice") == 1
