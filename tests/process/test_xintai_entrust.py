"""新泰: a town is entrusted item by item, its seal changes hands, and nobody else can use it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import text

from jiuzhu.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from jiuzhu.runner import Runner
from jiuzhu.service import cases, due, identity, work
from jiuzhu.service.office import Office
from tests.conftest import DAY
from tests.forms_entrusting import THREE_ITEMS
from tests.walks import Line, Walker, load_walks

pytestmark = pytest.mark.walks
WALKS = load_walks()
Offices = Callable[[str], Office]
TOWN = "370982002"
BARE = ("seal_use", "seal_custody", "seal", "confidentiality_agreement", "appointment", "entrustment_letter")


class Matter:
    """A matter of 新泰, worked by its people."""

    def __init__(self, office: Office, process: str, role: str, form: str, **more: Any) -> None:
        self.office = office
        self.walker = Walker(office, WALKS["X1"])
        self.process = process
        made = cases.start_case(office, self.actor(role), process, self.answers(form, role, **more))
        self.case_no = self.walker.case_no = made.case_no
        self.settle()

    def actor(self, role: str, number: int = 1) -> Any:
        return identity.actor_of(self.office, f"xintai-{role}-{number}")

    def answers(self, form: str, role: str, number: int = 1, **more: Any) -> dict[str, Any]:
        return self.walker.answers(form, self.actor(role, number), **more)

    def settle(self) -> None:
        Runner(self.office).drain()
        due.fire_due(self.office)
        Runner(self.office).drain()

    def open(self) -> list[str]:
        return sorted({row["element_id"] for row in self.walker.open_items()})

    def do(self, element: str, role: str, number: int = 1, **more: Any) -> None:
        item = next(row for row in self.walker.open_items() if row["element_id"] == element)
        data = self.answers(item["form"], role, number, **more)
        work.complete(self.office, self.actor(role, number), item["task_id"], data)
        self.settle()

    def ends(self) -> list[str]:
        rows = self.walker.rows(
            "select p.element_id from passage p join case_instance c on c.id = p.case_id "
            "where c.case_no = :case_no and p.element_type = 'endEvent' and p.what = 'completed'"
        )
        return [row["element_id"] for row in rows]

    def documents(self) -> list[str]:
        return [row["template"] for row in self.walker.rows("select template from document where case_no = :case_no")]


def bare(office: Office) -> None:
    """Make the towns as they were before anything was entrusted."""
    with office.store.engine.begin() as connection:
        for table in BARE:
            connection.execute(text(f"delete from {table}"))


def entrusted(office: Office, **items: Any) -> Matter:
    """Work an entrustment up to the seal in its keeper's hands."""
    matter = Matter(office, "xintai_entrustment", "county_leader", "entrustment_open")
    matter.do("Task_ChooseItems", "county_leader", **items)
    matter.do("Task_SignByTown", "town_head")
    matter.do("Task_SignByBureau", "county_leader")
    matter.do("Task_NameChiefRep", "town_head")
    matter.do("Task_HeadConfidentiality", "town_head")
    matter.do("Task_UserConfidentiality", "town_verifier")
    matter.do("Task_HandOverSeal", "county_leader")
    return matter


@pytest.mark.req("XT-02", "XT-03", "XT-10", "XT-11", "XT-12", "XT-14", "XT-18", "XT-19", "XT-42")
def test_a_town_is_entrusted_and_then_decides(office_on: Offices) -> None:
    office = office_on(DAY)
    bare(office)
    matter = entrusted(office)
    assert matter.case_no.startswith("新泰-2026-放权委托-")
    assert matter.walker.rows("select grant_no from authority_grant where district = 'xintai'") == [], (
        "nothing is switched on before the seal"
    )
    with pytest.raises((Forbidden, Conflict, NotFound)):
        matter.do("Task_ReceiveSeal", "chief_rep", 3)
    matter.do("Task_ReceiveSeal", "chief_rep")
    assert matter.ends() == ["End_Entrusted"]
    assert sorted(matter.documents()) == [
        "confidentiality", "confidentiality", "delegation_letter", "responsibility_letter",
    ]  # fmt: skip
    letters = matter.walker.rows("select kind, items, town from entrustment_letter order by letter_no")
    assert {row["kind"] for row in letters} == {"entrustment", "responsibility"}
    assert all("DB-01" in row["items"] and row["town"] == TOWN for row in letters)
    grants = {
        row["programme"]
        for row in matter.walker.rows("select programme from authority_grant where district = 'xintai'")
    }
    assert grants == {"dibao", "tekun", "temp_urgent", "temp_expenditure"}
    seals = matter.walker.rows("select name, status from seal")
    assert seals == [{"name": "新泰市民政局委托事项专用章", "status": "in_use"}]
    keepers = matter.walker.rows("select holder from seal_custody")
    assert keepers == [{"holder": matter.actor("chief_rep").person_id}]
    outcome = Walker(office, WALKS["X1"]).run()
    assert "End_Granted" in outcome.end_events
    used = matter.walker.rows("select item_code, letter_no, person, case_no, used_at from seal_use")
    assert [row["item_code"] for row in used] == ["DB-01"]
    assert used[0]["person"] == matter.actor("chief_rep").person_id
    assert used[0]["letter_no"].startswith("新民委测")
    assert used[0]["case_no"]
    assert used[0]["used_at"]


@pytest.mark.req("XT-02", "XT-42")
def test_only_items_of_the_catalogue_are_entrusted_and_it_has_twelve_and_twenty(office_on: Offices) -> None:
    office = office_on(DAY)
    bare(office)
    matter = Matter(office, "xintai_entrustment", "county_leader", "entrustment_open")
    with pytest.raises(Invalid):
        matter.do("Task_ChooseItems", "county_leader", item_codes=["DB-01", "XX-99"])
    matter.do("Task_ChooseItems", "county_leader", item_codes=["DB-01"])
    matter.do("Task_SignByTown", "town_head", entrustment_accepted=False, accept_opinion="人员没有到位。")
    assert matter.ends() == ["End_NotEntrusted"]
    rows = office.policies.of("xintai").rows("delegated_items", office.clock.now().date())
    assert len({row["category"] for row in rows}) == 12
    assert len({row["item_code"] for row in rows}) == 20
    named = {row["item_code"] for row in rows if "示例" not in row["source"]}
    assert named == set(THREE_ITEMS)


@pytest.mark.req("XT-11", "XT-14", "XT-19")
def test_a_town_that_is_not_ready_is_not_switched_on(office_on: Offices) -> None:
    office = office_on(DAY)
    bare(office)
    matter = entrusted(office)
    with office.store.engine.begin() as connection:
        connection.execute(text("delete from confidentiality_agreement"))
    matter.do("Task_ReceiveSeal", "chief_rep")
    assert matter.open() == ["Task_Supplement"]
    assert matter.walker.rows("select grant_no from authority_grant where district = 'xintai'") == []
    lines = matter.walker.rows("select sentence from audit where act = 'not_ready'")
    assert "镇街负责人、核对人员没有签保密协议" in lines[0]["sentence"]
    matter.do("Task_Supplement", "county_leader", supplement_next="people")
    matter.do("Task_NameChiefRep", "town_head", chief_rep="xintai-chief_rep-3")
    posts = matter.walker.rows("select person from appointment where post = 'chief_rep' and valid_to is null")
    assert posts == [{"person": "xintai-chief_rep-3"}], "exactly one is in office (R-23)"
    matter.do("Task_HeadConfidentiality", "town_head")
    matter.do("Task_UserConfidentiality", "town_verifier")
    matter.do("Task_HandOverSeal", "county_leader")
    matter.do("Task_ReceiveSeal", "chief_rep", 3)
    assert matter.ends() == ["End_Entrusted"]


@pytest.mark.req("XT-11")
def test_a_letter_is_signed_again_or_given_up(office_on: Offices) -> None:
    office = office_on(DAY)
    bare(office)
    matter = entrusted(office)
    with office.store.engine.begin() as connection:
        connection.execute(text("update entrustment_letter set status = 'revoked'"))
    matter.do("Task_ReceiveSeal", "chief_rep")
    matter.do("Task_Supplement", "county_leader", supplement_next="letter")
    matter.do("Task_ChooseItems", "county_leader", item_codes=["DB-01"])
    matter.do("Task_SignByTown", "town_head")
    with pytest.raises(Refused, match="已经登记过"):
        matter.do("Task_SignByBureau", "county_leader")
    numbers = {"entrustment_no": "新民委测再1号", "responsibility_no": "新民责测再1号"}
    matter.do("Task_SignByBureau", "county_leader", **numbers)
    assert matter.open() == ["Task_NameChiefRep"]
    matter.do("Task_NameChiefRep", "town_head")
    with office.store.engine.begin() as connection:
        connection.execute(text("delete from confidentiality_agreement"))
    matter.do("Task_HeadConfidentiality", "town_head")
    matter.do("Task_UserConfidentiality", "town_verifier")
    matter.do("Task_HandOverSeal", "county_leader")
    with office.store.engine.begin() as connection:
        connection.execute(text("update entrustment_letter set status = 'suspended'"))
    matter.do("Task_ReceiveSeal", "chief_rep")
    matter.do("Task_Supplement", "county_leader", supplement_next="stop")
    assert matter.ends() == ["End_Stopped"]


def custody(office: Office, role: str = "chief_rep") -> Matter:
    return Matter(office, "xintai_seal_custody", role, "seal_handover")


def at_the_seal(office: Office, household: int = 1) -> Walker:
    """Return a 低保 case whose next step is the seal."""
    walker = Walker(office, WALKS["X1"], household=household)
    walker.start()
    for line in walker.walk["order"]:
        if "Task_ApplySeal" in line:
            break
        walker.command(line) if line.startswith("@") else walker.complete(Line.parse(line))
    return walker


SEAL = Line.parse("Task_ApplySeal chief_rep")
BY_THE_NEXT = Line.parse("Task_ApplySeal chief_rep:3")


@pytest.mark.req("XT-04", "XT-14")
def test_the_seal_is_frozen_while_it_changes_hands(office_on: Offices) -> None:
    office = office_on(DAY)
    case = at_the_seal(office)
    with pytest.raises(Refused, match="保管人本人"):
        case.complete(BY_THE_NEXT)
    matter = custody(office)
    with pytest.raises(Refused, match="只能由保管人本人交出"):
        matter.do("Task_ReturnSeal", "chief_rep", 3)
    with pytest.raises(Invalid, match="1 处"):
        matter.do("Task_ReturnSeal", "chief_rep", seal_uses_counted=2)
    matter.do("Task_ReturnSeal", "chief_rep")
    assert matter.walker.rows("select status from seal where seal_no = '委章01'") == [{"status": "frozen"}]
    for line in (SEAL, BY_THE_NEXT):
        with pytest.raises(Refused, match="没有在用的"):
            case.complete(line)
    matter.do("Task_NameNext", "town_head")
    with pytest.raises((Forbidden, Conflict, NotFound)):
        matter.do("Task_TakeOver", "chief_rep")
    matter.do("Task_TakeOver", "chief_rep", 3)
    with pytest.raises(Refused, match="没有在用的"):
        case.complete(BY_THE_NEXT)
    with pytest.raises((Forbidden, NotFound)):
        matter.do("Task_ConfirmCustody", "county_leader")
    matter.do("Task_ConfirmCustody", "county_supervisor", custody_ok=False, custody_opinion="任命文件缺页。")
    assert matter.open() == ["Task_NameNext"]
    matter.do("Task_NameNext", "town_head")
    matter.do("Task_TakeOver", "chief_rep", 3)
    matter.do("Task_ConfirmCustody", "county_supervisor")
    assert matter.ends() == ["End_HandedOver"]
    posts = matter.walker.rows(
        "select person from appointment where town = :town and post = 'chief_rep' and valid_to is null", town=TOWN
    )
    assert posts == [{"person": "xintai-chief_rep-3"}]
    kept = matter.walker.rows(
        "select holder, valid_to from seal_custody where seal_no = '委章01' order by valid_from, seq"
    )
    assert [row["holder"] for row in kept] == ["xintai-chief_rep-1", "xintai-chief_rep-3"]
    assert kept[0]["valid_to"] is not None
    with pytest.raises(Refused, match="保管人本人"):
        case.complete(SEAL)
    case.complete(BY_THE_NEXT)
    uses = case.rows("select person, item_code from seal_use where case_no = :case_no")
    assert uses == [{"person": "xintai-chief_rep-3", "item_code": "DB-01"}]


@pytest.mark.req("XT-04", "XT-14")
def test_a_keeper_who_cannot_act_is_stood_in_for_before_two_witnesses(office_on: Offices) -> None:
    office = office_on(DAY)
    case = at_the_seal(office)
    matter = custody(office, "town_head")

    def deputy(role: str = "town_head", number: int = 1, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {
            "return_by": "deputy",
            "deputy_reason": "illness",
            "deputy_facts": "保管人住院，在其办公室保险柜内找到印章。",
            "return_witnesses": ["xintai-town_reviewer-1", "xintai-town_intake-1"],
            "witness_record": matter.answers("seal_return", role, number)["seal_list"],
        } | dict(more or {})

    with pytest.raises(Refused, match="只能由保管人本人交出"):
        matter.do("Task_ReturnSeal", "town_head")
    with pytest.raises(Refused, match="只有镇（街道）主要负责人"):
        matter.do("Task_ReturnSeal", "chief_rep", 3, **deputy("chief_rep", 3))
    with pytest.raises(Refused, match="您就是保管人"):
        matter.do("Task_ReturnSeal", "chief_rep", **deputy("chief_rep"))
    for gap in ("deputy_reason", "deputy_facts", "return_witnesses", "witness_record"):
        with pytest.raises(Invalid):
            matter.do("Task_ReturnSeal", "town_head", **deputy(more={gap: []}))
    one = deputy()["return_witnesses"][:1]
    for witnesses in (one, [*one, *one], [*one, "xintai-chief_rep-1"], [*one, "xintai-town_head-1"], ["nobody", *one]):
        with pytest.raises((Invalid, Refused)):
            matter.do("Task_ReturnSeal", "town_head", **deputy(more={"return_witnesses": witnesses}))
    assert matter.walker.rows("select status from seal where seal_no = '委章01'") == [{"status": "in_use"}]
    matter.do("Task_ReturnSeal", "town_head", **deputy())
    assert matter.walker.rows("select status from seal where seal_no = '委章01'") == [{"status": "frozen"}]
    with pytest.raises(Refused, match="没有在用的"):
        case.complete(SEAL)
    acts = matter.walker.rows("select sentence from audit where act = 'seal_returned_by_deputy'")
    assert len(acts) == 1
    assert "见证人" in acts[0]["sentence"]
    matter.do("Task_NameNext", "town_head")
    matter.do("Task_TakeOver", "chief_rep", 3)
    matter.do("Task_ConfirmCustody", "county_supervisor")
    case.complete(BY_THE_NEXT)


@pytest.mark.req("XT-14")
def test_a_seal_of_another_town_is_not_handed_over_here(office_on: Offices) -> None:
    office = office_on(DAY)
    walker = Walker(office, WALKS["X1"])
    head = walker.actor("town_head", 2)
    with pytest.raises(Invalid):
        cases.start_case(office, head, "xintai_seal_custody", walker.answers("seal_handover", head))
    matter = custody(office, "town_head")
    assert matter.open() == ["Task_ReturnSeal"]


@pytest.mark.req("XT-02", "XT-04", "XT-38")
def test_the_seal_is_refused_for_what_the_letter_does_not_name(office_on: Offices) -> None:
    office = office_on(DAY)
    case = at_the_seal(office)
    with office.store.engine.begin() as connection:
        connection.execute(text("update entrustment_letter set items = '[\"TK-01\"]'"))
    with pytest.raises(Refused, match="没有委托“DB-01 最低生活保障审批”"):
        case.complete(SEAL)
    assert case.rows("select seal_use_id from seal_use") == []
