"""Households of a list in their first review: released by a second person, reviewed with the others, few items."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiuzhu.domain.rows import Recipient
from jiuzhu.errors import Forbidden
from jiuzhu.service import takeover, takeover_release
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.reviews import Review
from tests.takeover_lists import as_csv, household

pytestmark = pytest.mark.walks
SHEETS = ("Task_VerifyList", "Task_PlanRound", "Task_VisitRound", "Task_ConfirmSheet")


def full_amount(office: Office) -> str:
    """Return what one person without income in the country gets."""
    policy = office.policies.of("jincheng")
    rows = policy.rows("standards", office.clock.now().date())
    found = [Decimal(str(row["amount"])) for row in rows if (row["programme"], row.get("area")) == ("dibao", "rural")]
    return f"{found[0]:.2f}"


@pytest.mark.req("JC-13", "JC-34")
def test_a_valid_authorisation_on_file_makes_none_necessary(office: Office) -> None:
    review, amount = Review(office), full_amount(office)
    listed = [
        *household(1, 1, amount_monthly=amount, authorized_on="2025-11-20"),
        *household(2, 1, amount_monthly=amount, authorized_on="2024-09-15"),  # more than 24 months ago
        *household(3, 1, amount_monthly=amount),
    ]
    maker, leader = review.actor("county_office-1"), review.actor("county_leader-1")
    view = takeover.check(office, maker, as_csv(listed), "存量.csv")
    assert view.state == "checked", view.faults
    takeover.submit(office, maker, view.import_no)
    with pytest.raises(Forbidden):
        takeover.release(office, maker, view.import_no)
    takeover.release(office, leader, view.import_no)
    assert takeover_release.carry_on(office, view.import_no) == "released"

    review.start()
    review.plan()
    wanted = {row["case_no"] for row in review.items("Task_ObtainAuthorization")}
    with office.store.reading() as tx:
        known = {one.name: one for one in shelf_of(tx).find(Recipient, {"district": "jincheng"})}
    assert wanted == {known["存量2"].case_no, known["存量3"].case_no}, "run out, or none on file"
    for name in ("存量2", "存量3"):
        item = [row["case_no"] for row in review.items("Task_ObtainAuthorization")].index(known[name].case_no)
        signed = [{"name": name, "id": known[name].resident_id, "signed_on": "2026-09-16", "guardian": ""}]
        review.do("Task_ObtainAuthorization", "town_intake-1", at=item, authorizers=signed)
    review.list_village()
    review.visit()
    review.confirm()
    assert review.state() == ["done"] * 3
    assert review.state("result") == ["keep"] * 3
    assert [element for element, _ in review.human if element in SHEETS] == list(SHEETS)
    single = review.rows(
        "select s.element_id from submission s where s.case_no = :one and s.element_id is not null",
        one=known["存量1"].case_no,
    )
    assert single == [], "who had signed in time has no item of the household's own"
    review.close()
    assert review.ends("shared_review_campaign") == ["End_Reviewed"]
