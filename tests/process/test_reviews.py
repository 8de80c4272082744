"""The review of recipients: frozen list, village by village, unchanged households on one sheet, the others singly."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from jiuzhu.domain.rows import Household, Recipient, RelativesEntry
from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.service import campaign_view, campaigns, cases, opening
from jiuzhu.service.desk import open_desk
from jiuzhu.service.office import Office
from jiuzhu.store import campaigns as rows
from jiuzhu.store import year_limits
from jiuzhu.store.shelf import shelf_of
from tests.reviews import Review

pytestmark = pytest.mark.walks
MOST_ITEMS = 4


def launched(office: Office, count: int, district: str = "jincheng", *, villages: int = 1, **more: object) -> Review:
    """Return a campaign whose list is frozen and whose households are started."""
    review = Review(office, district)
    review.households(count, villages=villages)
    review.start(**more)
    review.plan(throttle=50)
    return review


@pytest.mark.req("JC-08", "JC-30", "JC-33", "JC-34", "JC-45")
def test_unchanged_households_of_two_villages_are_reviewed_by_few_items(office: Office) -> None:
    review = Review(office)
    listed = review.households(7, villages=2)
    review.households(1, first=8, since="2026-10")  # begins after the cut-off day
    review.households(1, first=9, programme="tekun")
    review.write("update recipient set programme = 'low_income' where recipient_no = :one", one=listed[6])
    number = review.start()
    assert number.startswith("晋城城区-2026-复核-")
    assert review.open() == ["Task_PlanCampaign"]
    review.plan(throttle=3)
    frozen = {row["recipient_no"] for row in review.rows("select recipient_no from campaign_item")}
    assert frozen == {*listed[:6], "城区000009"}, "all active dibao and tekun of the day, nobody else"
    assert review.open() == ["Task_VerifyList", "Task_VerifyList"]
    with pytest.raises(Refused, match="还有"):
        review.do("Task_VerifyList", "village_officer-1", list_rows=[])
    for village in (1, 2):
        review.list_village(village)
        review.visit(village)
        with pytest.raises(Forbidden):
            review.do("Task_ConfirmSheet", "town_investigator-1")
        review.confirm()
    assert review.state() == ["done"] * 7
    assert review.state("result") == ["keep"] * 7
    assert review.open() == ["Task_CloseCampaign"]
    review.close()
    assert review.ends("shared_review_campaign") == ["End_Reviewed"]
    assert review.ends("shared_review_village") == ["End_VillageReviewed"] * 2
    assert review.ends("shared_review_household") == ["End_CaseReviewed"] * 7
    papers = Counter(row["template"] for row in review.rows("select template from document"))
    assert papers == {"review_form": 7, "campaign_report": 1, "change_record": 7}
    kept = review.rows(
        "select ref from dossier_item d join document p on p.document_no = d.ref where p.template <> 'change_record'"
    )
    assert len(kept) == 8, "JC-30: the year's review is in every household's dossier"
    (line,) = campaign_view.list_campaigns(office, review.actor("county_office-1"))
    assert (line.whole.households, line.whole.finished, line.covered, line.words) == (7, 7, True, "已完成")
    own, whole = len({one for one in review.human if one[0] in SHEETS}), len(review.human)
    assert own == whole - 2
    of_one = sum(1 for element, record in review.human if record == review.human[1][1] and element in SHEETS)
    print(f"human items per unchanged household: {of_one} (at most {MOST_ITEMS}); {whole} items for 7 households")
    assert of_one <= MOST_ITEMS
    with office.store.reading() as tx:
        kept = year_limits.items_of_kept_households(tx, "jincheng")
    assert [way for way, _ in kept] == ["sheet"] * 7
    shares = [many for _, many in kept]
    bundled = sum(1 for element, _ in review.human if element in SHEETS)
    assert sum(shares) == pytest.approx(bundled), (
        "what was done for a village at once is shared out, and nothing is lost"
    )
    assert 0 < max(shares) <= MOST_ITEMS


SHEETS = frozenset({"Task_VerifyList", "Task_PlanRound", "Task_VisitRound", "Task_ConfirmSheet"})


@pytest.mark.req("JC-34", "JC-45", "XT-32")
def test_whoever_has_changed_goes_singly_and_a_refused_line_too(office: Office) -> None:
    review = launched(office, 4)
    first, second, third, fourth = review.lines()
    review.list_village(changed={first: "儿子外出务工"})
    review.visit(found={second: {"line_changed": True, "line_note": "新建两间房"}})
    assert review.open() == ["Task_ConfirmSheet", "Task_ReviewHousehold", "Task_ReviewHousehold"]
    review.confirm(refused={third: "邻居反映长期不在本地"})
    assert review.state("way") == ["single", "single", "sheet", "sheet"]
    assert [row["state"] for row in review.rows("select state from campaign_item where item_no = :i", i=fourth)] == [
        "done"
    ]
    assert review.open() == ["Task_ReviewHousehold"] * 3
    review.do(
        "Task_ReviewHousehold", "town_reviewer-1", change_result="reinvestigate", change_reason="收入要补充调查。"
    )
    assert "Task_PlanVisit" in review.open()
    review.do("Task_PlanVisit", "town_investigator-1")
    review.do("Task_HomeVisit", "town_investigator-1")
    review.do("Task_CoSign", "town_investigator-2")
    review.do("Task_ReviewHousehold", "town_reviewer-1")
    with pytest.raises(Forbidden):
        review.do("Task_ConfirmReview", "town_reviewer-1")
    review.do("Task_ConfirmReview", "town_confirmer-1", review_decision="back", confirm_opinion="理由不充分，请补充。")
    for _ in range(3):
        review.do("Task_ReviewHousehold", "town_reviewer-1")
        review.do("Task_ConfirmReview", "town_confirmer-1")
    assert review.state() == ["done"] * 4
    assert review.open() == ["Task_CloseCampaign"]


@pytest.mark.req("JC-08", "JC-34", "QJ-16")
def test_a_changed_amount_is_told_with_reasons_before_it_takes_effect(office: Office) -> None:
    review = launched(office, 3)
    less, more, none = review.lines()
    review.list_village(changed={less: "儿子务工", more: "患大病", none: "已迁出"})
    review.visit()
    for result, amount in (("decrease", "100.00"), ("increase", "900.00"), ("stop", "")):
        with pytest.raises((Invalid, Refused)):
            review.do("Task_ReviewHousehold", "town_reviewer-1", change_result="decrease", new_amount="0.00")
        given = {"change_result": result, "new_amount": amount, "change_reason": "家庭情况变化，按规定调整。"}
        review.do("Task_ReviewHousehold", "town_reviewer-1", **given)
        review.do("Task_ConfirmReview", "town_confirmer-1")
    assert review.open() == ["Task_DeliverLetter"] * 3
    said = {row["recipient_no"]: row for row in review.rows("select * from recipient")}
    assert {row["state"] for row in said.values()} == {"active"}, "nothing is in force before the letter"
    assert len(review.rows("select 1 from document where template = 'adjustment_notice'")) == 3
    for _ in range(3):
        review.do("Task_DeliverLetter", "town_intake-1")
    now = [
        review.rows("select * from recipient where recipient_no = :n", n=one.split("/")[-1])[0]
        for one in review.lines()
    ]
    assert [row["state"] for row in now] == ["active", "active", "ended"]
    assert [int(row["amount_monthly"]) for row in now] == [10000, 90000, 0], "fen"
    months = review.rows("select kind, effective_month from recipient_change where line > 1 order by recipient_no")
    assert [(row["kind"], row["effective_month"]) for row in months] == [
        ("decrease", "2026-10"),
        ("increase", "2026-10"),
        ("stop", "2026-10"),
    ]
    assert review.state() == ["done"] * 3
    assert review.state("result") == ["decrease", "increase", "stop"]
    review.close()
    (paper,) = review.rows("select document_no from document where template = 'campaign_report'")
    assert paper["document_no"].startswith(review.walker.case_no)


@pytest.mark.req("JC-34")
def test_a_gradual_exit_is_told_and_begins(office: Office) -> None:
    given = {"change_result": "gradual_exit", "change_reason": "收入超过标准，给予渐退期。"}
    for district, more in (("jincheng", {}), ("xixiu", {"review_kind": "rural_dynamic"})):
        review = launched(office, 1, district, **more)
        lines = [
            row for row in review.rows("select item_no, district from campaign_item") if row["district"] == district
        ]
        review.list_village(changed={lines[0]["item_no"]: "已稳定就业"})
        review.visit()
        if district == "jincheng":
            with pytest.raises(Refused, match="没有渐退机制"):
                review.do("Task_ReviewHousehold", "town_reviewer-1", **given)
            review.do("Task_ReviewHousehold", "town_reviewer-1", change_result="stop", change_reason="收入超过标准。")
            review.do("Task_ConfirmReview", review.confirmer)
            review.do("Task_DeliverLetter", "town_intake-1")
            review.close()
    review.do("Task_ReviewHousehold", "town_reviewer-1", **given)
    review.do("Task_ConfirmReview", review.confirmer)
    review.do("Task_DeliverLetter", "town_intake-1")
    found = review.rows("select result, state, district from campaign_item where district = 'xixiu'")
    assert [(row["result"], row["state"]) for row in found] == [("gradual_exit", "done")]
    (row,) = review.rows("select state, amount_monthly from recipient where district = 'xixiu'")
    assert row["state"] == "gradual_exit"
    assert int(row["amount_monthly"]) > 0


@pytest.mark.req("JC-34", "JC-24")
def test_a_second_person_who_is_found_in_a_household_of_one_counts(office: Office) -> None:
    review = launched(office, 1)
    (item,) = review.lines()
    review.list_village(changed={item: "儿子回家同住"})
    review.visit()
    review.do("Task_ReviewHousehold", "town_reviewer-1", change_result="reinvestigate", change_reason="儿子的收入。")
    review.do("Task_PlanVisit", "town_investigator-1")
    son = {"member": "同住的儿子", "type": "wage", "amount": "400.00", "note": "建筑工地务工"}
    review.do("Task_HomeVisit", "town_investigator-1", income_found=[son])
    review.do("Task_CoSign", "town_investigator-2")
    made = review.rows("select per_capita_income from benefit_calculation order by round")
    before, after = (int(row["per_capita_income"]) for row in made)
    assert (before, after > before) == (0, True), "what he earns is not left out because one is paid"


@pytest.mark.req("JC-34", "JC-45")
def test_whom_nobody_meets_and_who_refuses(office: Office) -> None:
    review = launched(office, 3)
    first, second, _ = review.lines()
    review.list_village()
    away = {"line_outcome": "absent", "line_note": "锁门，邻居说外出。"}
    no = {"line_outcome": "refused", "line_note": "当面拒绝。"}
    review.visit(found={first: away, second: no})
    assert review.open().count("Task_PlanRound") == 1, "whoever was not met is visited again"
    review.visit(found={first: away})
    review.visit(found={first: away})
    assert "Task_PlanRound" not in review.open()
    said = {row["item_no"]: row for row in review.rows("select * from campaign_item")}
    assert [said[one]["way"] for one in (first, second)] == ["single", "single"]
    review.do("Task_ReviewHousehold", "town_reviewer-1", change_result="reinvestigate", change_reason="再去一次调查。")
    review.do("Task_PlanVisit", "town_investigator-1")
    refusal = {
        "visit_outcome": "refused",
        "refusal_facts": "当面拒绝调查组进入。",
        "refusal_place": "家门口",
        "witnesses": [{"name": "邻居甲", "identity": "邻居"}],
        "notice_given": True,
    }
    review.do("Task_HomeVisit", "town_investigator-1", **refusal)
    review.do("Task_JudgeRefusal", "town_reviewer-1", refusal_confirmed=True)
    assert review.open().count("Task_ReviewHousehold") == 2, (
        "a refusal comes back to the opinion, it ends nothing by itself"
    )


@pytest.mark.req("JC-34", "QJ-05")
def test_a_query_needs_an_authorisation_in_force(office: Office) -> None:
    review = Review(office)
    review.households(2)
    review.write("update household set record = record")
    _authorise(review, "2020-01-01")
    review.start()
    review.plan()
    assert review.open() == ["Task_ObtainAuthorization"] * 2 + ["Task_VerifyList"]
    refused = {"authorization_refused": True, "authorization_refusal_facts": "当面表示不同意核对，已告知后果。"}
    review.do("Task_ObtainAuthorization", "town_intake-1", **refused)
    person = review.rows("select case_no from work_item where element_id = 'Task_ObtainAuthorization'")[0]["case_no"]
    name, number = _applicant(review, person)
    signed = [{"name": name, "id": number, "signed_on": review.walker.today, "guardian": ""}]
    review.do("Task_ObtainAuthorization", "town_intake-1", authorizers=signed)
    review.list_village()
    review.visit()
    assert review.open() == ["Task_ConfirmSheet", "Task_ReviewHousehold"]


def _authorise(review: Review, signed_on: str) -> None:
    with open_desk(review.office, None) as desk:
        shelf = shelf_of(desk.tx)
        for household in shelf.find(Household, {}):
            record = {**household.record}
            record["authorizations"] = [{**one, "signed_on": signed_on} for one in record["authorizations"]]
            shelf.change(household, {"record": record})


def _applicant(review: Review, case_no: str) -> tuple[str, str]:
    with review.office.store.reading() as tx:
        (found,) = shelf_of(tx).find(Recipient, {"case_no": case_no})
    return found.name, found.resident_id


END = "update recipient set state = 'ended', ended_on = '2026-09-16' where recipient_no = :one"


@pytest.mark.req("JC-34")
def test_a_cancelled_household_is_not_reviewed(office: Office) -> None:
    review = Review(office)
    one, two, three, _ = review.households(4)
    review.start()
    review.write(END, one=one)
    review.plan(throttle=1)
    assert len(review.rows("select 1 from case_instance where process_key = 'shared_review_household'")) == 3
    review.write(END, one=two)
    review.settle()
    assert review.ends("shared_review_household") == ["End_Cancelled"]
    review.list_village()
    review.visit()
    review.write(END, one=three)
    review.settle()
    assert review.state() == ["cancelled", "cancelled", "cancelled", "visited"]
    assert all("已终止救助" in reason for reason in _reasons(review)[:3])
    review.confirm()
    review.close()
    report = review.rows("select * from campaign")[0]
    assert (report["frozen"], report["reviewed"], report["cancelled"]) == (4, 1, 3)


def _reasons(review: Review) -> list[str]:
    with review.office.store.reading() as tx:
        return [one.reason for one in rows.items(tx, review.walker.case_no)]


@pytest.mark.req("JC-34")
def test_an_end_in_the_moment_of_starting_is_seen_by_the_process(office: Office) -> None:
    review = Review(office)
    (one,) = review.households(1)
    review.start()
    review.do("Task_PlanCampaign", "town_head-1", settle=False)
    review.write(END, one=one)
    (item,) = review.lines()
    assert campaigns._start_item(office, item)
    assert not campaigns._start_item(office, item), "taken once"
    review.settle()
    assert review.ends("shared_review_household") == ["End_Cancelled"]
    review.do("Task_VerifyList", "village_officer-1", list_rows=[])
    review.visit()
    assert review.ends("shared_review_village") == ["End_VillageReviewed"]
    assert review.open() == ["Task_CloseCampaign"]


@pytest.mark.req("JC-45", "JC-34")
def test_nobody_is_left_out(office: Office) -> None:
    review = launched(office, 1)
    late = review.households(1, first=2)  # entered afterwards, a recipient since last year
    review.list_village()
    review.visit()
    review.confirm()
    assert review.open() == ["Task_ClearMissing"]
    review.do("Task_ClearMissing", "town_reviewer-1")
    assert review.open() == ["Task_VerifyList"]
    review.do(
        "Task_VerifyList",
        "village_officer-1",
        list_rows=[
            {"item_no": one, "line_changed": False, "line_note": ""} for one in review.lines() if late[0] in one
        ],
    )
    review.visit()
    review.confirm()
    review.close()
    assert review.state() == ["done", "done"]
    (found,) = review.rows("select frozen, reviewed, cancelled, state from campaign")
    assert (found["frozen"], found["reviewed"], found["cancelled"], found["state"]) == (2, 2, 0, "closed")


@pytest.mark.req("JC-33")
def test_reminded_before_the_date_and_late_after_it(office: Office) -> None:
    review = launched(office, 1)
    assert [row["template"] for row in review.rows("select template from notification")] == ["campaign_reminder"]
    review.advance(14)
    assert review.rows("select kind from alert where kind = 'due_campaign'") == []
    review.advance(2)
    assert len(review.rows("select kind from alert where kind = 'due_campaign'")) == 1


@pytest.mark.req("JC-33")
def test_outside_its_window_and_a_second_time_without_a_reason_it_does_not_start(office: Office) -> None:
    review = launched(office, 1)
    head = review.actor("town_head-1")
    with pytest.raises(Invalid) as faults:
        cases.start_case(office, head, "shared_review_campaign", {"review_kind": "annual", "start_reason": ""})
    assert set(faults.value.faults) == {"start_reason"}
    by_calendar(review)
    assert review.ends("shared_review_campaign") == ["End_NotStarted"], "the period has had its review, and no reason"
    review.start(start_reason="上级要求再核一次。")
    assert [row["round"] for row in review.rows("select round from campaign order by round")] == [0, 1]


@pytest.mark.req("JC-33")
def test_it_starts_from_the_first_to_the_last_day_of_its_window(office: Office) -> None:
    review = Review(office)
    review.households(1)
    ends: dict[str, list[str]] = {}
    for days in (14, 1, 272, 1):  # from 2026-09-16
        review.advance(days)
        before = len(review.ends("shared_review_campaign"))
        by_calendar(review)
        ends[review.walker.today] = review.ends("shared_review_campaign")[before:]
    assert ends == {
        "2026-09-30": [],
        "2026-10-01": ["End_NotStarted"],
        "2027-06-30": ["End_NotStarted"],
        "2027-07-01": [],
    }
    assert [row["period"] for row in review.rows("select period from campaign order by period")] == ["2026", "2027"]


def by_calendar(review: Review) -> None:
    """Start a campaign as the calendar does: without a person, without a reason."""
    with open_desk(review.office, None) as desk:
        definition = desk.office.bundles.latest(desk.tx, "shared_review_campaign", review.district)
        opening.open_matter(
            desk, definition, opening.place_of(desk, review.town), {"review_kind": "annual"}, "到期启动"
        )
    review.settle()


@pytest.mark.req("JC-33")
def test_a_town_without_recipients_has_nothing_to_review(office: Office) -> None:
    review = Review(office)
    review.start()
    assert review.ends("shared_review_campaign") == ["End_NothingToReview"]


@pytest.mark.req("JC-45")
def test_a_relative_is_not_of_the_round(office: Office) -> None:
    review = launched(office, 1)
    review.list_village()
    (item,) = review.rows("select household_no from campaign_item")
    name = review.actor("town_investigator-1").name
    _declare(review, RelativesEntry, item["household_no"], name)
    with pytest.raises(Refused, match="近亲属关系，应当回避"):
        review.visit()
    assert review.open() == ["Task_PlanRound"]


def _declare(review: Review, kind: type, case_no: str, name: str) -> None:
    with open_desk(review.office, None) as desk:
        entry = kind(
            case_no=case_no,
            line=1,
            staff_name=name,
            post="town_handler",
            relation="sibling",
            declared=True,
            entered_at=desk.now,
        )
        shelf_of(desk.tx).add(entry)


@pytest.mark.req("QJ-05", "QJ-16", "NH-22", "XT-32", "XX-37", "XX-38")
@pytest.mark.parametrize(
    ("district", "kind"),
    [
        ("qijiang", "periodic"),
        ("ninghe", "periodic"),
        ("xintai", "periodic"),
        ("xixiu", "rural_dynamic"),
        ("xixiu", "regular"),
    ],
)
def test_the_other_districts_review_by_their_own_rules(office: Office, district: str, kind: str) -> None:
    review = Review(office, district)
    due, later, other = review.households(3, programme="tekun" if kind == "regular" else "dibao")
    review.write("update recipient set next_review = '2027-03-01' where recipient_no = :one", one=later)
    if district == "xixiu":
        with office.store.transaction() as tx:
            (recipient,) = shelf_of(tx).find(Recipient, {"recipient_no": other})
            shelf_of(tx).change(recipient, {"area": "urban", "amount_monthly": Decimal("898.00")})
    review.start(review_kind=kind)
    review.plan()
    frozen = {row["recipient_no"] for row in review.rows("select recipient_no from campaign_item")}
    expected = {"rural_dynamic": {due, later}}.get(kind, {due, other})
    assert frozen == expected
    review.list_village()
    review.visit()
    review.confirm()
    review.close()
    assert set(review.state("result")) == {"keep"}
    (row,) = review.rows("select next_review from recipient where recipient_no = :one", one=due)
    assert str(row["next_review"]) > "2026-09-30", "the next review is set anew"
