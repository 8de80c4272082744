"""步步留痕: the page of a case's steps with who, when, legal basis and requirement; the basis is that of the bundle."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jiuzhu.errors import NotFound
from jiuzhu.service import case_trace, identity
from jiuzhu.service.office import Office
from tests.matters import Matter
from tests.web.conftest import Browser, text_of

Open = Callable[..., Browser]


@pytest.mark.req("XX-06", "XX-18", "QJ-03")
@pytest.mark.parametrize("district", ["jincheng", "xixiu", "qijiang"])
def test_every_step_names_person_time_basis_and_requirement(office: Office, browser: Open, district: str) -> None:
    matter = Matter(office, district)
    matter.start("shared_discovery", "discovery", "village_officer-1")
    matter.do("Task_CheckDiscovery", "town_investigator-1")
    steps = case_trace.trace_case(office, matter.actor("town_reviewer-1"), matter.number)
    assert [one.element_id for one in steps][:3] == ["Start_Discovery", "Service_Open", "Task_CheckDiscovery"]
    assert all(one.basis and one.requirements and one.at for one in steps)
    checked = next(one for one in steps if one.element_id == "Task_CheckDiscovery")
    assert checked.person == matter.actor("town_investigator-1").name
    assert "XX-43" in checked.requirements
    assert "第五十二条" in checked.basis
    assert len(checked.sha256) == 64
    assert {one.person for one in steps if one.element_id.startswith("Service_")} == {"系统"}
    page = text_of(browser(f"{district}-town_reviewer-1").get(f"/cases/{matter.number}/trace"))
    assert checked.person in page
    assert "社会救助暂行办法" in page
    with pytest.raises(NotFound):
        case_trace.trace_case(office, identity.actor_of(office, "ninghe-town_reviewer-1"), matter.number)
