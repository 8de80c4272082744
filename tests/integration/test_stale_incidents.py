"""An incident of a job that its case no longer waits for is closed by itself: nobody is sent to retry the past."""

from __future__ import annotations

from jiuzhu.service import due, incidents
from jiuzhu.service.office import system_actor
from tests.conftest import OfficeMaker
from tests.walks import Line, Walker, load_walks


def test_a_withdrawn_case_leaves_no_incident(make_office: OfficeMaker) -> None:
    office = make_office(exchange={"url": "http://127.0.0.1:9"}, jobs={"retry": "R1/PT0S"})
    walker = Walker(office, load_walks()["J1"])
    walker.start()
    walker.complete(Line.parse("Task_CheckMaterials town_intake materials_state=complete authorization_complete=true"))
    (stuck,) = incidents.list_incidents(office, system_actor())
    assert stuck.case_no == walker.case_no
    walker.command("@report withdrawal town_intake")
    walker.complete(Line.parse("shared_case_report:Task_VerifyReport town_reviewer report_result=stop"))
    due.tidy(office)
    assert not incidents.list_incidents(office, system_actor())
