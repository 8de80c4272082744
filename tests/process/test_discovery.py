"""Proactive discovery: found, checked on the spot, helped to apply; the application names who found the family."""

from __future__ import annotations

from typing import Any

import pytest

from jiuzhu.domain.rows import Household
from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.service import cases, documents, risk_alerts
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests import forms_data
from tests.matters import Matter

pytestmark = pytest.mark.walks
ENTRUSTED: dict[str, Any] = {
    "entrusted": True,
    "entrust_reason": "卧床，不能出门",
    "entrustee_kind": "village_committee",
    "entrustee_name": "周晓梅",
    "entrustee_phone": "10000000002",
    "letter_signed_on": "2026-09-16",
}


def found(office: Office, login: str = "village_officer-1", district: str = "jincheng", **more: Any) -> Matter:
    matter = Matter(office, district)
    matter.start("shared_discovery", "discovery", login, **more)
    return matter


def apply(matter: Matter, login: str, process: str, form: str = "application", **more: Any) -> str:
    """Hand in an application as somebody and return its number; the walk's clerk fills it in."""
    actor = matter.actor(login)
    answers = matter.walker.answers(form, actor) | {"channel": "discovery"} | more
    made = cases.start_case(matter.office, actor, process, answers)
    matter.settle()
    return made.case_no


def scan(matter: Matter, login: str) -> list[str]:
    return list(matter.walker.answers("application", matter.actor(login))["authorization_scan"])


@pytest.mark.req("NH-33", "QJ-19", "JC-07", "JC-23", "XX-43")
@pytest.mark.parametrize("finder", ["village_officer-1", "grid_worker-1"])
def test_a_family_that_was_found_is_helped_to_apply(office: Office, finder: str) -> None:
    matter = found(office, finder)
    assert matter.number.startswith("晋城城区-2026-主动发现-")
    assert matter.open() == {"Task_CheckDiscovery"}
    with pytest.raises(Forbidden):
        matter.do("Task_CheckDiscovery", "village_officer-1")
    with pytest.raises(Invalid) as missing:
        matter.do("Task_CheckDiscovery", "town_investigator-1", check_photos=[])
    assert set(missing.value.faults) == {"check_photos"}
    matter.do("Task_CheckDiscovery", "town_investigator-1")
    assert matter.open() == {"Task_HelpApply"}
    case_no = apply(matter, "village_officer-1", "jincheng_application", discovery_no=matter.number)
    assert matter.ends() == ["End_Applied"]
    (row,) = matter.register("discovery")
    assert row.values["outcome"] == "applied"
    assert row.values["finder"] == matter.actor(finder).name
    assert row.values["marker"] == "monitored"
    assert row.sealed["person"] == "周永安"
    assert (row.case_no, row.organisation) == (matter.number, "140502100")
    matter.walker.case_no = case_no
    (said,) = matter.walker.rows("select sentence from audit where case_no = :case_no and act = 'discovery'")
    assert said["sentence"] == f"主动发现：{matter.actor(finder).name}发现，登记号{row.case_no}"
    with office.store.reading() as tx:
        (household,) = shelf_of(tx).find(Household, {"case_no": case_no})
    assert household.record["applicant"]["channel"] == "discovery"


@pytest.mark.req("NH-33", "JC-07")
@pytest.mark.parametrize("outcome", ["declined", "not_eligible"])
def test_what_does_not_lead_to_an_application_is_recorded(office: Office, outcome: str) -> None:
    matter = found(office)
    matter.do("Task_CheckDiscovery", "town_investigator-1", discovery_outcome=outcome)
    assert matter.ends() == ["End_NotNeeded"]
    assert [row.values["outcome"] for row in matter.register("discovery")] == [outcome]


@pytest.mark.req("NH-33")
def test_who_was_helped_and_declines_leaves_a_reason(office: Office) -> None:
    matter = found(office)
    matter.do("Task_CheckDiscovery", "town_investigator-1")
    matter.do("Task_HelpApply", "village_officer-1")
    (row,) = matter.register("discovery")
    assert (row.values["outcome"], row.values["follow_up"]) == ("declined", "儿子接去同住，本人不愿申请。")
    with pytest.raises(Refused, match=r"没有在等待申请|请"):
        apply(matter, "village_officer-1", "jincheng_application", discovery_no=matter.number)


@pytest.mark.req("NH-33", "XX-43")
def test_an_urgent_family_goes_to_temporary_assistance_where_there_is_one(office: Office) -> None:
    matter = found(office, district="ninghe")
    matter.do("Task_CheckDiscovery", "town_investigator-1", discovery_outcome="urgent")
    assert matter.open() == {"Task_HelpUrgent"}
    case_no = apply(
        matter,
        "town_intake-1",
        "ninghe_temp",
        "temp_application",
        discovery_no=matter.number,
        programme="temp_urgent",
    )
    assert case_no.startswith("宁河-2026-急难-")
    assert matter.ends() == ["End_UrgentStarted"]
    assert [row.values["outcome"] for row in matter.register("discovery")] == ["urgent"]


@pytest.mark.req("NH-33")
def test_an_urgent_family_that_does_not_apply_is_recorded(office: Office) -> None:
    matter = found(office, district="ninghe")
    matter.do("Task_CheckDiscovery", "town_investigator-1", discovery_outcome="urgent")
    matter.do("Task_HelpUrgent", "town_intake-1")
    (row,) = matter.register("discovery")
    assert row.values["outcome"] != "applied"
    assert row.case_no == matter.number
    assert matter.open() == set()


@pytest.mark.req("NH-33", "JC-07")
def test_where_there_is_no_temporary_assistance_an_urgent_family_is_handed_on(office: Office) -> None:
    matter = found(office)
    matter.do("Task_CheckDiscovery", "town_investigator-1", discovery_outcome="urgent")
    assert matter.open() == {"Task_HandleReferral"}
    matter.do("Task_HandleReferral", "county_office-1")
    matter.do("Task_ReplyCitizen", "town_intake-1")
    assert matter.ends() == ["End_Referred"]
    assert [row.values["outcome"] for row in matter.register("discovery")] == ["referred"]


@pytest.mark.req("JC-06", "NH-33")
def test_who_cannot_apply_entrusts_the_village_and_the_letter_comes_first(office: Office) -> None:
    matter = found(office)
    matter.do("Task_CheckDiscovery", "town_investigator-1")
    given = {**ENTRUSTED, "application_letter": scan(matter, "village_officer-1"), "discovery_no": matter.number}
    late = {**given, "letter_signed_on": "2026-09-17"}
    with pytest.raises(Invalid) as wrong:
        apply(matter, "village_officer-1", "jincheng_application", **late)
    assert "先签委托书" in wrong.value.faults["letter_signed_on"]
    with pytest.raises(Invalid) as unsigned:
        apply(matter, "village_officer-1", "jincheng_application", **{**given, "application_letter": []})
    assert set(unsigned.value.faults) == {"application_letter"}
    case_no = apply(matter, "village_officer-1", "jincheng_application", **given)
    papers = documents.list_documents(office, matter.actor("town_intake-1"), case_no)
    (letter,) = [paper for paper in papers if paper.template == "application_letter"]
    assert all(word in letter.html for word in ("周晓梅", "村（居）民委员会", "卧床，不能出门"))


@pytest.mark.req("NH-33")
def test_a_discovery_is_used_once_in_its_district_and_by_its_channel(office: Office) -> None:
    matter = found(office)
    matter.do("Task_CheckDiscovery", "town_investigator-1")
    with pytest.raises(Refused):
        apply(matter, "village_officer-1", "jincheng_application", discovery_no="晋城城区-2026-主动发现-0099")
    other = forms_data.answers("application", discovery_no=matter.number)
    actor = matter.actor("village_officer-1")
    with pytest.raises(Invalid):
        cases.start_case(office, actor, "jincheng_application", other | {"channel": "window"})
    stranger = Matter(office)
    page = cases.start_form(office, stranger.actor("village_officer-2"), "jincheng_application")
    assert page.sheet.context["discovery_choices"] == []
    mine = cases.start_form(office, stranger.actor("village_officer-1"), "jincheng_application")
    assert [one["value"] for one in mine.sheet.context["discovery_choices"]] == [matter.number]


@pytest.mark.req("JC-23")
def test_a_grid_worker_reports_and_does_nothing_else(office: Office) -> None:
    matter = found(office, "grid_worker-1")
    matter.do("Task_CheckDiscovery", "town_investigator-1")
    with pytest.raises(Forbidden):
        matter.do("Task_HelpApply", "grid_worker-1")
    with pytest.raises(Forbidden):
        apply(matter, "grid_worker-1", "jincheng_application", discovery_no=matter.number)
    with pytest.raises(Invalid):
        found(office, "grid_worker-1", village="140502001001")


@pytest.mark.req("QJ-06", "XX-87")
@pytest.mark.parametrize(
    ("given", "level"),
    [
        ({"risk_signal": "income", "risk_signal_count": 2}, "high"),
        ({"risk_signal": "disaster"}, "high"),
        ({"risk_signal": "income"}, "medium"),
        ({"risk_signal": "unemployment"}, "low"),
        ({"risk_signal": "unemployment", "household_marker": "formerly_registered_poor"}, "medium"),
        ({"risk_signal": "income", "household_marker": "monitored"}, "high"),
    ],
)
def test_an_alert_is_ranked_and_markers_raise_it(office: Office, given: dict[str, Any], level: str) -> None:
    alert = Matter(office, "qijiang")
    alert.start("shared_risk_alert", "risk_alert", "county_office-1", **given)
    assert alert.open() == (set() if level == "low" else {"Task_CheckRisk"})
    if level == "low":
        assert alert.ends() == ["End_NoRisk"]
    else:
        alert.do("Task_CheckRisk", "town_investigator-1", discovery_outcome="not_eligible")
    (row,) = alert.register("risk_alerts")
    assert row.values["level"] == level
    assert row.values["marker"] == given.get("household_marker", "none")


@pytest.mark.req("XX-87", "XX-43", "QJ-06")
def test_an_alert_that_needs_aid_becomes_a_discovery_without_a_second_visit(office: Office) -> None:
    alert = Matter(office, "qijiang")
    number = alert.start("shared_risk_alert", "risk_alert", "county_office-1")
    alert.do("Task_CheckRisk", "town_investigator-1")
    assert alert.open() == {"Task_HelpApply"}
    apply(alert, "town_intake-1", "qijiang_application", discovery_no=number)
    assert set(alert.ends()) == {"End_AidStarted", "End_Applied"}
    (row,) = alert.register("discovery")
    assert (row.values["finder"], row.sealed["person"]) == ("医疗保障局", "周永安")
    assert row.values["source"] == "risk_alert", "a column that must be filled in"
    assert [one.values["outcome"] for one in alert.register("risk_alerts")] == ["aid"]


@pytest.mark.req("QJ-06", "XX-87")
def test_a_departments_list_is_taken_in_row_by_row(office: Office) -> None:
    matter = Matter(office, "qijiang")
    county = matter.actor("county_office-1")
    good = matter.walker.answers("risk_alert", county)
    rows = [
        good,
        {**good, "risk_signal": "gossip"},
        {**good, "village": "520402109001"},
        {**good, "risk_signal_count": 0},
    ]
    text = ",".join(risk_alerts.COLUMNS) + "\n"
    text += "".join(",".join(str(row[key]) for key in risk_alerts.COLUMNS) + "\n" for row in rows)
    taken = risk_alerts.import_alerts(office, county, text)
    assert [bool(one.number) for one in taken] == [True, False, False, False]
    for place, one in zip(("G列“主要信号”", "C列“所在村（社区）”", "H列“信号项数”"), taken[1:], strict=True):
        assert [where for where, _ in one.faults] == [place]
        assert one.fault.startswith(place)
    assert taken[0].number.startswith("綦江-2026-风险预警-")
    again = risk_alerts.import_alerts(office, county, text)[0]
    assert (again.number, again.again) == (taken[0].number, True)
    with pytest.raises(Invalid, match="表头"):
        risk_alerts.import_alerts(office, county, "姓名,村\n甲,乙\n")
    with pytest.raises(Forbidden):
        risk_alerts.import_alerts(office, matter.actor("town_intake-1"), text)
