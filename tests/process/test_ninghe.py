"""宁河: what the panel, the party committee and the pay desk may not do, tried through the service."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from jiuzhu.errors import Forbidden, JiuzhuError, Refused
from jiuzhu.service import work
from jiuzhu.service.office import Office
from tests.walks import Line, Walker, load_walks

WALKS = load_walks()


def at(office: Office, walk: str, element: str, *, last: bool = False) -> Walker:
    """Walk a case until an element is the next line of its order (the last such line)."""
    order = WALKS[walk]["order"]
    places = [place for place, line in enumerate(order) if line.split()[0] == element]
    walker = Walker(office, {**WALKS[walk], "order": order[: places[-1 if last else 0]]})
    walker.arrange()
    walker.start()
    for line in walker.walk["order"]:
        walker.command(line) if line.startswith("@") else walker.complete(Line.parse(line))
    return walker


def attempt(walker: Walker, role: str, number: int, **more: Any) -> None:
    item = walker.main_items()[0]
    actor = walker.actor(role, number)
    work.complete(walker.office, actor, item["task_id"], walker.answers(item["form"], actor) | more)


@pytest.mark.req("NH-20")
def test_only_convened_members_vote_and_each_once(office: Office) -> None:
    walker = at(office, "N1", "Task_PanelOpinion")
    with pytest.raises(Forbidden, match="议事协商成员"):
        attempt(walker, "town_panel", 8)
    with pytest.raises(Forbidden):
        attempt(walker, "town_reviewer", 1)
    attempt(walker, "town_panel", 1)
    with pytest.raises(Refused, match="每人一次"):
        attempt(walker, "town_panel", 1)
    with pytest.raises(Refused, match="应当表决"):
        attempt(walker, "town_panel", 2, panel_vote="report")
    assert len(walker.rows("select id from submission where case_no = :case_no and form = 'panel_opinion'")) == 1


@pytest.mark.req("NH-20")
def test_an_investigator_on_the_panel_cannot_vote(office: Office) -> None:
    walker = at(office, "N11", "Task_PanelOpinion", last=True)
    with pytest.raises(Refused, match="不表决"):
        attempt(walker, "town_investigator", 1)


@pytest.mark.req("NH-21")
def test_nothing_but_the_party_committee_closes_a_disputed_case(office: Office) -> None:
    walker = at(office, "N4", "Task_Reexamine")
    assert {row["element_id"] for row in walker.main_items()} == {"Task_Reexamine"}
    with pytest.raises(Forbidden, match="职责分离"):
        attempt(walker, "town_reviewer", 1)  # the reviewer of before
    attempt(walker, "town_reviewer", 3)
    for role in ("town_head", "town_panel", "town_confirmer", "county_approver"):
        with pytest.raises(JiuzhuError):
            attempt(walker, role, 1)
    assert walker.rows("select decision_no from case_decision where case_no = :case_no") == []


@pytest.mark.req("NH-13", "NH-49")
def test_the_panel_opens_only_after_the_countys_visit(office: Office) -> None:
    walker = at(office, "N8", "Task_PlanVisit", last=True)
    assert {row["element_id"] for row in walker.main_items()} == {"Task_PlanVisit"}
    entries = walker.rows("select status from relatives_entry where case_no = :case_no")
    assert [row["status"] for row in entries] == ["awaiting_visit"]
    with pytest.raises(Forbidden):
        attempt(walker, "town_head", 1)


@pytest.mark.req("NH-16")
def test_the_assessment_bears_both_signatures(office: Office) -> None:
    walker = Walker(office, WALKS["N2"])
    walker.run()
    papers = walker.rows(
        "select state from document where case_no = :case_no and template = 'self_care' order by made_at, document_no"
    )
    assert [row["state"] for row in papers] == ["replaced", "valid"]


@pytest.mark.req("NH-03", "NH-14", "NH-15")
@pytest.mark.parametrize(
    ("walk", "payer", "amount", "reserve"),
    [("NT1", "town", "12120.00", False), ("NT2", "county", "12120.01", False), ("NT4", "town", "2000.00", True)],
)
def test_who_pays_what_from_which_fund(office: Office, walk: str, payer: str, amount: str, reserve: bool) -> None:
    walker = Walker(office, WALKS[walk])
    walker.run()
    (paid,) = walker.rows("select * from single_payment where case_no = :case_no")
    assert paid["payer"] == payer
    assert Decimal(paid["amount"]) / (100 if isinstance(paid["amount"], int) else 1) == Decimal(amount)
    assert paid["made_by"] != paid["checked_by"]
    spent = walker.rows("select kind from reserve_entry where case_no = :case_no")
    assert [row["kind"] for row in spent] == (["out"] if reserve else [])


@pytest.mark.req("NH-20")
def test_a_head_who_keeps_out_at_the_table_does_not_have_to_convene_the_next_panel(office: Office) -> None:
    walker = at(office, "N1", "Task_ConvenePanel")
    walker.complete(Line.parse("Task_ConvenePanel town_head panel=head,1,2,3,4"))
    for number in range(1, 5):
        attempt(walker, "town_panel", number)
    attempt(walker, "town_head", 1, panel_vote="recused", panel_reason="与申请人是近亲属。")
    items = walker.rows("select w.element_id, w.group_name from work_item w where w.case_no = :case_no")
    assert ("Task_ConvenePanel", "county_leader@ninghe") in {(row["element_id"], row["group_name"]) for row in items}
