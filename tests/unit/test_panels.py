"""议事协商: who may sit, what votes come to, and the limits of temporary assistance, at their boundaries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.decision import read_decisions
from jiuzhu.domain.panels import fault_of, latest_panel, tally
from jiuzhu.domain.records import Submission
from jiuzhu.policy import load_policies

ROOT = Path(__file__).parents[2]
NINGHE = load_policies(ROOT / "config").of("ninghe")
DAY = date(2021, 9, 1)


def decide(key: str, **inputs: Any) -> Any:
    return read_decisions((ROOT / "bpmn" / "shared" / f"{key}.dmn").read_bytes()).evaluate(key, inputs)


def composed(size: int, reason: str = "", **kinds: bool) -> dict[str, Any]:
    four = {"has_head": True, "has_deputy": True, "has_civil": True, "has_village": True, **kinds}
    found = decide(
        "panel_composition",
        panel_size=size,
        size_reason=reason,
        **four,
        **NINGHE.values("panel_composition", DAY),
    )
    assert isinstance(found, dict)
    return found


@pytest.mark.req("NH-20")
@pytest.mark.parametrize(("size", "fine"), [(4, False), (5, True), (6, True), (7, True), (8, False)])
def test_five_to_seven_or_a_reason(size: int, fine: bool) -> None:
    assert composed(size)["panel_ok"] is fine
    assert bool(composed(size)["panel_message"]) is not fine
    assert composed(size, "涉及两个村")["panel_ok"] is True


@pytest.mark.req("NH-20")
@pytest.mark.parametrize("kind", ["has_head", "has_deputy", "has_civil", "has_village"])
def test_no_reason_replaces_a_kind_of_member(kind: str) -> None:
    found = composed(6, "理由", **{kind: False})
    assert found["panel_ok"] is False
    assert "缺少" in found["panel_message"]


def form(form_id: str, person: str, element: str = "", **data: Any) -> Submission:
    return Submission(
        id=f"{form_id}-{person}",
        form=form_id,
        element_id=element,
        process_key="ninghe_panel",
        case_no="1",
        record_no="1",
        person=person,
        person_name=person,
        submitted_at=datetime(2026, 9, 16, tzinfo=UTC),
        data=data,
        sha256="",
    )


def sitting(*votes: str, investigator: str = "") -> Any:
    people = [f"p{place}" for place in range(len(votes))]
    rows = [{"person": person, "kind": "civil", "post": ""} for person in people]
    given = [form("home_visit", investigator, "Task_HomeVisit")] if investigator else []
    given.append(form("panel_convene", "head", panel_members=rows))
    given += [form("panel_opinion", person, panel_vote=vote) for person, vote in zip(people, votes, strict=True)]
    panel = latest_panel(given)
    assert panel is not None
    return panel


@pytest.mark.req("NH-21")
@pytest.mark.parametrize(
    ("votes", "result"),
    [
        (("agree",) * 5, "granted"),
        (("refuse",) * 5, "refused"),
        (("back",) * 5, "back"),
        (("agree",) * 4 + ("refuse",), "disputed"),
        (("agree",) * 4 + ("disputed",), "disputed"),
    ],
)
def test_the_panel_closes_a_case_only_when_it_is_of_one_mind(votes: tuple[str, ...], result: str) -> None:
    found = tally(sitting(*votes), objection_taken_up=False, unanimous=True)
    assert found.result == result
    assert found.disputed is (result == "disputed")


@pytest.mark.req("NH-21")
def test_a_valid_objection_is_a_dispute_and_a_majority_may_be_the_rule() -> None:
    assert tally(sitting(*["agree"] * 5), objection_taken_up=True, unanimous=True).disputed
    assert tally(sitting(*["agree"] * 4, "refuse"), objection_taken_up=False, unanimous=False).result == "granted"
    assert tally(sitting("agree", "refuse"), objection_taken_up=False, unanimous=False).disputed


@pytest.mark.req("NH-20")
def test_an_investigator_reports_and_has_no_vote() -> None:
    panel = sitting("agree", "agree", "report", investigator="p2")
    assert set(panel.votes) == {"p0", "p1"}
    assert tally(panel, objection_taken_up=False, unanimous=True).result == "granted"
    assert fault_of(panel, "p2", "agree", again=False)
    assert not fault_of(panel, "p2", "report", again=False)
    assert fault_of(panel, "p0", "report", again=False)
    assert fault_of(panel, "stranger", "agree", again=False)
    assert fault_of(panel, "p0", "agree", again=True)


@pytest.mark.req("NH-20")
def test_a_paper_opinion_counts_for_whoever_signed_it() -> None:
    convened = form("panel_convene", "head", panel_members=[{"person": "p0", "kind": "head", "post": ""}])
    paper = form("panel_opinion", "recorder", panel_vote="agree", sign={"way": "paper", "person": "p0"})
    panel = latest_panel([convened, paper])
    assert panel is not None
    assert set(panel.opinions) == {"p0"}


@pytest.mark.req("NH-03", "NH-15")
@pytest.mark.parametrize(
    ("over", "level"), [("-0.01", "town"), ("0.00", "town"), ("0.01", "county"), ("100000.00", "county")]
)
def test_twelve_months_of_the_standard_are_the_towns(over: str, level: str) -> None:
    values = NINGHE.values("temp_authority", DAY)
    standard = next(row["amount"] for row in NINGHE.rows("standards", DAY) if row["programme"] == "dibao")
    limit = Decimal(standard) * int(values["limit_months"])
    found = decide(
        "temp_authority",
        amount=str(limit + Decimal(over)),
        limit_amount=str(limit),
        cap_amount=None,
        limit_inclusive=values["limit_inclusive"],
    )
    assert found == {"authority_level": level, "payer": level}


@pytest.mark.req("NH-13", "NH-49")
@pytest.mark.parametrize(
    ("relatives", "visited", "required"), [(True, False, True), (True, True, False), (False, True, False)]
)
def test_relatives_of_staff_are_visited_by_the_county_once(relatives: bool, visited: bool, required: bool) -> None:
    found = decide("relatives_visit", visit_relatives=True, relatives_case=relatives, relatives_visited=visited)
    assert found == {"county_visit_required": required}
