"""The household as it is folded from forms, and who has authorised what (C1, XT-20)."""

from __future__ import annotations

from datetime import date

import pytest

from jiuzhu.domain.household import (
    age_on,
    apply_changes,
    fold,
    is_separated,
    members_of,
    missing_authorizations,
    people_to_verify,
    resident_ref,
)
from jiuzhu.domain.records import Submission
from tests.fakes.desk import MORNING, Desk
from tests.fakes.household import CHILD, FATHER, MOTHER, SOURCES, application, home_visit

ON = date(2026, 9, 16)


def folded(**changes: object) -> dict[str, object]:
    return fold([Desk().submit("application", application(**changes))])


def test_applicant_is_a_member_even_when_left_out() -> None:
    record = folded(members=[{"name": "吴秀兰", "id": MOTHER, "relation": "spouse"}])
    assert [member["id"] for member in members_of(record)] == [FATHER, MOTHER]


def test_a_later_application_replaces_the_tables() -> None:
    desk = Desk()
    forms = [
        desk.submit("application", application()),
        desk.submit("application", application(assets=[], rigid_expenses=[])),
    ]
    assert fold(forms)["assets"] == []


def test_folding_leaves_what_it_was_given() -> None:
    first = Desk().submit("application", application())
    before = repr(first.data)
    record = fold([first])
    record["members"][0]["name"] = "别人"
    assert repr(first.data) == before


def test_only_a_visit_that_met_somebody_counts() -> None:
    desk = Desk()
    forms: list[Submission] = [desk.submit("application", application())]
    forms.append(desk.submit("home_visit", home_visit(visit_outcome="absent", income_found=[{"amount": "9.00"}])))
    assert fold(forms)["visit"] == {}
    forms.append(desk.submit("home_visit", home_visit(income_found=[{"member": "周永安", "amount": "9.00"}])))
    assert fold(forms)["visit"]["income_found"] == [{"member": "周永安", "amount": "9.00"}]


@pytest.mark.req("XT-20")
def test_everybody_of_age_authorises_and_a_guardian_signs_for_a_child() -> None:
    assert missing_authorizations(folded(), "dibao", SOURCES, 24, ON) == []
    alone = folded(authorizers=[{"name": "周永安", "id": FATHER, "signed_on": "2026-09-16"}])
    assert missing_authorizations(alone, "dibao", SOURCES, 24, ON) == ["吴秀兰"]
    nobody = folded(authorizers=[])
    assert missing_authorizations(nobody, "dibao", SOURCES, 24, ON) == ["周永安", "吴秀兰", "周小雨"]


@pytest.mark.req("XT-20")
@pytest.mark.parametrize(
    "changes",
    [
        {"authorization_scope": SOURCES[:-1]},
        {"authorization_to": "2026-09-15", "authorization_from": "2026-01-01"},
    ],
    ids=["a source is missing", "ended yesterday"],
)
def test_an_authorisation_must_cover_all_sources_and_today(changes: dict[str, object]) -> None:
    assert missing_authorizations(folded(**changes), "dibao", SOURCES, 24, ON)


def test_an_authorisation_signed_tomorrow_is_none_today() -> None:
    late = folded(authorizers=[{"name": "周永安", "id": FATHER, "signed_on": "2026-09-17"}])
    assert "周永安" in missing_authorizations(late, "dibao", SOURCES, 24, ON)


def test_supporters_of_tekun_are_verified_too() -> None:
    record = folded(supporters=[{"name": "周建国", "id": "660502195001010018"}])
    assert [person["part"] for person in people_to_verify(record, "tekun")] == ["member"] * 3 + ["supporter"]
    assert len(people_to_verify(record, "dibao")) == 3
    assert missing_authorizations(record, "tekun", SOURCES, 24, ON) == ["周建国"]


def test_changes_are_applied_once_and_ask_for_a_recheck() -> None:
    rows = [
        {"change_kind": "member_added", "name": "周大海", "id": "660502195001010018", "relation": "parent"},
        {"change_kind": "income", "name": "周永安", "type": "wage", "amount": "300.00"},
    ]
    record, recheck = apply_changes(folded(), rows, "报告1")
    assert recheck
    assert [member["name"] for member in record["members"]][-1] == "周大海"
    assert record["income_items"][-1] == {"member": "周永安", "type": "wage", "amount": "300.00"}
    again, recheck = apply_changes(record, rows, "报告1")
    assert (again, recheck) == (record, False)


def test_a_member_who_left_takes_his_authorisation_along() -> None:
    record, recheck = apply_changes(folded(), [{"change_kind": "member_left", "name": "吴秀兰"}], "报告2")
    assert not recheck
    assert [member["name"] for member in record["members"]] == ["周永安", "周小雨"]
    assert [each["member"] for each in record["authorizations"]] == ["周永安"]


def test_an_asset_and_an_address() -> None:
    rows = [
        {"change_kind": "assets", "name": "周永安", "asset_type": "vehicle", "value": "52000.00"},
        {"change_kind": "address", "address": "示例二村3号"},
    ]
    record, recheck = apply_changes(folded(), rows, "报告3")
    assert recheck
    assert record["assets"][-1] == {"type": "vehicle", "value": "52000.00", "owner": "周永安"}
    assert is_separated(record)


def test_age_counts_full_years() -> None:
    assert age_on(CHILD, date(2026, 3, 14)) == 10
    assert age_on(CHILD, date(2026, 3, 15)) == 11
    assert age_on("没有日期", ON) is None


def test_a_reference_hides_the_number_and_forgives_writing() -> None:
    assert resident_ref(" 66098219740215903x") == resident_ref("66098219740215903X")
    assert FATHER not in resident_ref(FATHER)
    assert MORNING.tzinfo is not None
