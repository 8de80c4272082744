"""The decision tables of bpmn/shared over the shipped parameters of both districts."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.decision import Decisions, read_decisions
from jiuzhu.policy import DistrictPolicy, load_policies

ROOT = Path(__file__).parents[2]
TABLES = sorted((ROOT / "bpmn" / "shared").glob("*.dmn"))


@cache
def decisions(key: str) -> Decisions:
    return read_decisions((ROOT / "bpmn" / "shared" / f"{key}.dmn").read_bytes())


@cache
def policy(district: str) -> DistrictPolicy:
    return load_policies(ROOT / "config").of(district)


def decide(key: str, **inputs: Any) -> Any:
    return decisions(key).evaluate(key, inputs)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_one_decision_a_file_named_like_it(path: Path) -> None:
    found = decisions(path.stem)
    assert found.ids == (path.stem,)
    text = path.read_text("utf-8")
    assert 'modeler:executionPlatform="Camunda Platform" modeler:executionPlatformVersion="7.24.0"' in text
    assert 'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"' in text
    assert "<description>" in text
    assert "需求 " in text


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_no_number_of_a_rule_stands_in_a_table(path: Path) -> None:
    """Numbers come as parameters; the cells hold none (rule profiles and zero amounts are names, not limits)."""
    import re

    from lxml import etree

    root = etree.parse(path)
    for cell in root.iter("{*}inputEntry", "{*}outputEntry"):
        text = re.sub(r'"[^"]*"', "", "".join(cell.itertext()))
        assert not re.search(r"\d", text), f"{cell.get('id')}: {text}"


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_parameters_are_documented(path: Path) -> None:
    page = (ROOT / "docs" / "decisions-parameters.md").read_text("utf-8")
    [line] = [line for line in page.splitlines() if line.startswith(f"| {path.stem} |")]
    for name in (*decisions(path.stem).inputs(path.stem), *decisions(path.stem).outputs(path.stem)):
        assert name in line, f"{path.stem}: {name}"


@pytest.mark.parametrize(
    ("accepted_at", "wanted"),
    [
        ("2019-09-20T10:00:00+08:00", "N2012"),
        ("2021-06-30T23:59:59+08:00", "N2012"),
        ("2021-06-30T16:00:00Z", "N2021"),  # midnight of 1 July in Shanghai
        ("2021-07-01T00:00:00+08:00", "N2021"),
        ("2022-10-19T23:59:59+08:00", "N2021"),
        ("2022-10-20T00:00:00+08:00", "N2022"),
        ("2026-09-16T09:00:00+08:00", "N2022"),
    ],
)
@pytest.mark.req("QJ-25", "XT-18", "NH-52")
def test_the_rule_in_force_goes_by_acceptance(accepted_at: str, wanted: str) -> None:
    found = decide(
        "rule_profile", accepted_at=accepted_at, **policy("xintai").values("rule_profile", date(2026, 9, 16))
    )
    assert found == {"rule_profile": wanted}


def authority(**changes: Any) -> tuple[str, str]:
    given_: dict[str, Any] = {
        "accepted_at": "2023-08-16T00:00:00+08:00", "devolution_from": "2023-08-16", "legal_form": "devolution",
        "letter_in_force": None, "staff_ok": True, "without_letter": "county",
        "town": "140502100", "district": "jincheng",
    }  # fmt: skip
    found = decide("authority", **(given_ | changes))
    return found["authority_level"], found["decision_org"]


@pytest.mark.req("JC-02", "XT-11", "XT-37", "NH-01")
def test_authority() -> None:
    town, county, nobody = ("town", "140502100"), ("county", "jincheng"), ("none", "")
    assert authority() == town
    assert authority(accepted_at="2023-08-15T23:59:59+08:00") == county
    assert authority(devolution_from=None) == county
    assert authority(staff_ok=False) == county
    entrusted = ("town", "jincheng")  # decided by the town, in the name of whoever entrusted it (XT-10)
    assert authority(legal_form="entrustment", letter_in_force=True) == entrusted
    assert authority(legal_form="entrustment", letter_in_force=True, staff_ok=False) == county
    assert authority(legal_form="entrustment", letter_in_force=False) == county
    assert authority(legal_form="entrustment", letter_in_force=None, without_letter="none") == nobody


@given(
    st.sampled_from(["2023-08-15T23:59:59+08:00", "2023-08-16T00:00:00+08:00"]),
    st.sampled_from([None, "2023-08-16"]),
    st.sampled_from(["devolution", "entrustment"]),
    st.sampled_from([True, False, None]),
    st.sampled_from([True, False, None]),
    st.sampled_from(["county", "none"]),
)
def test_somebody_or_nobody_has_authority_never_two(
    accepted_at: str, start: str | None, form: str, letter: bool | None, staff: bool | None, without: str
) -> None:
    level, org = authority(
        accepted_at=accepted_at, devolution_from=start, legal_form=form if start else None,
        letter_in_force=letter, staff_ok=staff, without_letter=without,
    )  # fmt: skip
    assert (level, org) in {("town", "140502100"), ("town", "jincheng"), ("county", "jincheng"), ("none", "")}
    assert form == "entrustment" or (level, org) != ("town", "jincheng")


def visit(**changes: Any) -> bool:
    given_ = {
        "visit_always": False, "visit_first": False, "verification_result": "clean", "relatives_case": False,
        "person_hukou_separated": False, "first_application": True, "random_flag": False,
    }  # fmt: skip
    return bool(decide("visit_mode", **(given_ | changes))["visit_required"])


@pytest.mark.req("XT-21", "JC-21")
def test_visits() -> None:
    assert not visit()
    assert visit(visit_always=True)
    assert visit(verification_result="doubt")
    assert visit(relatives_case=True)
    assert visit(person_hukou_separated=True)
    assert visit(visit_first=True)
    assert not visit(visit_first=True, first_application=False)
    assert visit(random_flag=True)


@pytest.mark.parametrize(
    ("profile", "participants", "reps", "wanted"),
    [
        ("N2012", 9, 6, True),  # exactly two thirds
        ("N2012", 9, 5, False),
        ("N2012", 10, 6, False),
        ("N2012", 6, 6, False),
        ("N2022", 7, 1, True),
        ("N2022", 7, 0, False),
        ("N2022", 6, 6, False),
    ],
)
@pytest.mark.req("XX-62")
def test_appraisal_quorum(profile: str, participants: int, reps: int, wanted: bool) -> None:
    found = decide(
        "appraisal_quorum", rule_profile=profile, participants_count=participants, rep_count=reps,
        min_participants=7, rep_ratio="2/3", min_reps=1,
    )  # fmt: skip
    assert found == {"quorum_ok": wanted}


@pytest.mark.parametrize(("failed", "wanted"), [(0, "full"), (1, "partial"), (3, "partial"), (4, "none"), (6, "none")])
@pytest.mark.req("NH-16")
def test_self_care_level(failed: int, wanted: str) -> None:
    parameters = policy("jincheng").values("self_care_level", date(2026, 9, 16))
    assert decide("self_care_level", failed_count=failed, **parameters) == {"care_level": wanted}


@pytest.mark.parametrize(
    ("kind", "level", "wanted"),
    [("city", "town", "city"), ("county", "county", "county"), ("town", "town", "town"), ("town", "county", "county")],
)
@pytest.mark.req("XT-12")
def test_payer(kind: str, level: str, wanted: str) -> None:
    assert decide("payer", payer_kind=kind, programme="dibao", authority_level=level) == {"payer": wanted}


@pytest.mark.parametrize(
    ("programme", "kind", "months"),
    [
        ("tekun", None, 12),
        ("tekun", "C", 12),
        ("dibao", "A", 12),
        ("dibao", "B", 6),
        ("dibao", "C", 3),
        ("dibao", None, 9),
    ],
)
def test_review_period(programme: str, kind: str | None, months: int) -> None:
    parameters = {"months_tekun": 12, "months_a": 12, "months_b": 6, "months_c": 3, "months_default": 9}
    assert decide("review_period", programme=programme, household_class=kind, **parameters) == {"months": months}


@pytest.mark.parametrize(
    ("only_for", "shared", "fills", "required"),
    [
        (None, False, True, True),
        ("dibao", False, False, True),
        (None, True, False, False),
        ("tekun", False, True, False),
    ],
)
@pytest.mark.req("XT-29")
def test_what_can_be_shared_is_not_asked_for(only_for: str | None, shared: bool, fills: bool, required: bool) -> None:
    [row] = decide(
        "materials_checklist", programme="dibao", item="x", item_programme=only_for,
        obtainable_by_sharing=shared, applicant_fills=fills,
    )  # fmt: skip
    assert row["required"] is required


def income(**changes: Any) -> dict[str, Any]:
    given_: dict[str, Any] = {
        "item_type": "wage", "person_status": "other", "declared_amount": "1200.00", "treatment": None,
        "migrant_wage": "2000.00",
    }  # fmt: skip
    [row] = decide("income_items", **(given_ | changes))
    return dict(row)


@pytest.mark.req("XX-20", "XX-21", "QJ-05")
def test_income() -> None:
    assert income() == {"counted": True, "deduct": False, "standard": "1200.00"}
    assert income(treatment="excluded") == {"counted": False, "deduct": False, "standard": "0.00"}
    assert income(treatment="deducted") == {"counted": False, "deduct": True, "standard": "1200.00"}
    assert income(person_status="migrant")["standard"] == "2000.00"
    assert income(person_status="migrant", declared_amount="2500.00")["standard"] == "2500.00"
    assert income(person_status="migrant", migrant_wage="0.00")["standard"] == "1200.00"


@pytest.mark.parametrize(
    ("value", "exempt", "allowed", "limit", "ok"),
    [
        ("50000.00", False, True, "50000.00", True),
        ("50000.01", False, True, "50000.00", False),
        ("9.00", False, True, "10.00", True),  # as numbers, not as text
        ("1.00", False, False, None, False),
        ("1.00", True, False, None, True),
        ("999999.00", False, None, None, True),
    ],
)
@pytest.mark.req("XX-24")
def test_assets(value: str, exempt: bool, allowed: bool | None, limit: str | None, ok: bool) -> None:
    found = decide("asset_test", asset_kind="deposit", value=value, exempt=exempt, allowed=allowed, limit_amount=limit)
    assert found == {"asset_ok": ok}


def dues(district: str, milestone: str, on: date, **changes: Any) -> dict[str, tuple[int, str, str]]:
    given_: dict[str, Any] = {
        "milestone": milestone, "process_key": "", "rule_profile": "N2022", "programme": "dibao",
        "authority_level": "town", "has_visit": True, "limits": policy(district).values("deadlines", on),
    }  # fmt: skip
    rows = decide("deadlines", **(given_ | changes))
    found = {row["due"]: (row["amount"], row["unit"], row["start"]) for row in rows}
    assert len(found) == len(rows), "a date is given twice"
    return found


@pytest.mark.req("XT-18", "JC-25", "QJ-25")
def test_limits_that_the_texts_name() -> None:
    now = date(2026, 9, 16)
    assert dues("xintai", "accepted", date(2019, 9, 20), rule_profile="N2012")["due_total"] == (15, "wd", "accepted_at")
    assert dues("xintai", "accepted", now, has_visit=False)["due_total"][:2] == (15, "wd")
    assert dues("jincheng", "accepted", now)["due_total"][:2] == (20, "wd")
    assert dues("jincheng", "accepted", now, authority_level="county")["due_total"][:2] == (30, "wd")
    assert dues("jincheng", "confirmed", now) == {"due_filing": (7, "d", "milestone")}
    assert dues("jincheng", "decided", now)["due_deliver"][:2] == (3, "wd")
    assert dues("jincheng", "extended", now) == {"due_total": (45, "wd", "accepted_at")}
    assert dues("jincheng", "posted", now)["due_notice_remove"][2] == "notice_end"


def test_a_letter_does_not_start_the_notice_and_a_notice_not_the_letter() -> None:
    now = date(2026, 9, 16)
    assert set(dues("jincheng", "decided", now, process_key="shared_delivery")) == {"due_deliver"}
    assert set(dues("jincheng", "decided", now, process_key="shared_notice")) == {"due_notice_post"}


MILESTONES = {
    "opened": {"due_accept"},
    "accepted": {"due_total", "due_investigation_start", "due_home_visit", "due_review"},
    "requested": {"due_verification"},
    "visited": {"due_review", "due_appraisal"},
    "submitted": {"due_confirm"},
    "decided": {"due_notice_post", "due_deliver"},
    "posted": {"due_notice_remove"},
    "objected": {"due_objection", "due_appraisal"},
    "confirmed": {"due_filing"},
    "reported": {"due_self_care"},
    "extended": {"due_total"},
}


@given(
    st.sampled_from(sorted(MILESTONES)),
    st.sampled_from(["jincheng", "xintai"]),
    st.sampled_from([("N2012", date(2019, 9, 20)), ("N2021", date(2021, 9, 20)), ("N2022", date(2026, 9, 16))]),
    st.sampled_from(["dibao", "tekun"]),
    st.sampled_from(["town", "county", "none", ""]),
    st.booleans(),
)
def test_every_milestone_starts_its_dates_once(
    milestone: str, district: str, profile: tuple[str, date], programme: str, level: str, has_visit: bool
) -> None:
    found = dues(
        district, milestone, profile[1], rule_profile=profile[0], programme=programme, authority_level=level,
        has_visit=has_visit,
    )  # fmt: skip
    assert set(found) == MILESTONES[milestone]
    for amount, unit, start in found.values():
        assert unit in {"wd", "d", "h", "m", "none"}
        assert amount > 0 or unit == "none"
        assert start in {"milestone", "accepted_at", "notice_end"}


@pytest.mark.req("XX-03", "XX-30")
def test_each_of_eight_and_one_aids_has_a_way_at_the_window() -> None:
    window = read_decisions((ROOT / "bpmn" / "xixiu" / "window_item.dmn").read_bytes())
    needs = read_decisions((ROOT / "bpmn" / "xixiu" / "six_dim_need.dmn").read_bytes())
    catalogue = (
        "dibao",
        "tekun",
        "disaster",
        "medical",
        "education",
        "housing",
        "employment",
        "temporary",
        "social_force",
    )
    ways = {item: window.evaluate("window_item", {"window_item": item}) for item in catalogue}
    assert {item for item, way in ways.items() if "handle" in way.values()} == {"dibao", "tekun", "temporary"}
    referred = {item for item, way in ways.items() if "refer" in way.values()}
    dimensions = ("economy", "health", "education", "housing", "employment", "participation")
    found = {
        row["referral_item"]
        for dimension in dimensions
        for row in needs.evaluate("six_dim_need", {"dimension": dimension, "hard": True})
    }
    assert found - {""} <= referred, "what the six dimensions call for is in the catalogue"


def test_no_cell_negates_a_yes_or_no() -> None:
    """Camunda 7 takes ``not(true)`` for an expression that is false, not for a test of the column."""
    for path in sorted((ROOT / "bpmn").rglob("*.dmn")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"not\(\s*(true|false)\s*\)", text), path.name
