"""Diagrams of the year spoilt on purpose and deployed in the real office: the walk that proves the procedure fails, or
what it did breaks an order that a clause fixes. One mutation a procedure here, all of them in ``make soak``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from jiuzhu.errors import JiuzhuError
from jiuzhu.service import deployment
from jiuzhu.service.office import Office, system_actor
from tests.orders import names, rules, too_early
from tests.process import (
    test_blacklist,
    test_changes,
    test_deaths,
    test_district_changes,
    test_petition,
    test_referral,
    test_reviews,
    test_spot_checks,
    test_supervision,
    test_two_systems,
)
from tests.process.diagram_files import load
from tests.process.mutations import Mutation

pytestmark = pytest.mark.spoilt
Walk = Callable[[Office], Any]
WALKS: dict[str, Walk] = {
    "jincheng_change": test_changes.test_more_income_is_looked_into_decided_told_and_only_then_in_force,
    "shared_change_check": test_changes.test_more_income_is_looked_into_decided_told_and_only_then_in_force,
    "shared_adjustment": test_changes.test_more_income_is_looked_into_decided_told_and_only_then_in_force,
    "ninghe_change": test_district_changes.test_ninghes_panel_decides_a_change_and_both_channels_are_filed,
    "qijiang_change": test_district_changes.test_where_qijiangs_letter_has_ended_the_district_decides,
    "xintai_change": test_district_changes.test_xintais_chief_representative_decides_and_seals,
    "xixiu_change": test_district_changes.test_xixius_district_decides_what_the_town_proposes,
    "shared_death": test_deaths.test_a_household_of_one_ends_and_what_was_drawn_after_the_death_is_recovered,
    "shared_recovery": test_deaths.test_a_household_of_one_ends_and_what_was_drawn_after_the_death_is_recovered,
    "shared_review_campaign": test_reviews.test_unchanged_households_of_two_villages_are_reviewed_by_few_items,
    "shared_review_village": test_reviews.test_unchanged_households_of_two_villages_are_reviewed_by_few_items,
    "shared_review_household": test_reviews.test_a_changed_amount_is_told_with_reasons_before_it_takes_effect,
    "shared_sample_draw": test_spot_checks.test_jincheng_draws_checks_the_files_and_writes_to_the_town,
    "shared_spot_check_case": test_spot_checks.test_jincheng_draws_checks_the_files_and_writes_to_the_town,
    "shared_rectification": test_spot_checks.test_jincheng_draws_checks_the_files_and_writes_to_the_town,
    "jincheng_spot_check": test_spot_checks.test_jincheng_draws_checks_the_files_and_writes_to_the_town,
    "qijiang_spot_check": test_spot_checks.test_qijiang_visits_what_was_approved_this_month,
    "xintai_double_random": test_spot_checks.test_xintai_draws_the_inspectors_too_and_publishes_the_results,
    "ninghe_spot_check": test_spot_checks.test_ninghe_visits_relatives_all_and_says_so_in_public_below_ninety,
    "shared_inspection": test_supervision.test_every_unit_with_a_problem_gets_its_order_and_a_lead_is_passed_on,
    "shared_violation": test_supervision.test_the_person_concerned_is_heard_before_the_leader_decides,
    "xixiu_two_systems": test_two_systems.test_an_uploaded_list_is_compared_and_each_difference_looked_into,
    "xixiu_blacklist": test_blacklist.test_whoever_does_not_answer_is_listed_for_a_time_and_told_where_to_turn,
    "shared_petition": test_petition.test_a_petition_is_transferred_looked_into_and_answered,
    "shared_referral": test_referral.test_a_matter_goes_to_the_department_and_comes_back_as_a_reply,
}
"""Procedure → the walk that goes through it."""
HERE = [
    Mutation(key="shared_adjustment", what="without", elements=("Call_Delivery",)),
    Mutation(key="jincheng_change", what="without", elements=("Call_Check",)),
    Mutation(key="ninghe_change", what="without", elements=("Call_Panel",)),
    Mutation(key="xintai_change", what="without", elements=("Service_CheckSeal",)),
    Mutation(key="shared_recovery", what="without", elements=("Task_HearParty",)),
    Mutation(key="shared_review_household", what="without", elements=("Service_Benefit",)),
    Mutation(key="shared_review_village", what="without", elements=("Task_VerifyList",)),
    Mutation(key="shared_sample_draw", what="swapped", elements=("Service_FreezePopulation", "Task_CommitSeed")),
    Mutation(key="shared_rectification", what="without", elements=("Task_Rectify",)),
    Mutation(key="qijiang_spot_check", what="without", elements=("Call_Checks",)),
    Mutation(key="shared_inspection", what="without", elements=("Task_Inspect",)),
    Mutation(key="shared_violation", what="without", elements=("Task_HearStaff",)),
    Mutation(key="xixiu_blacklist", what="without", elements=("Call_Notice",)),
    Mutation(key="shared_petition", what="without", elements=("Task_Reply",)),
    Mutation(key="shared_referral", what="without", elements=("Service_ReferralLetter",)),
]


def notices(office: Office, mutation: Mutation) -> bool:
    """Does the walk fail on the spoilt diagram, or was something done too early?"""
    return fails(office, mutation.key, mutation.apply(load()[mutation.key]))


def fails(office: Office, key: str, data: bytes) -> bool:
    path = load()[key].path  # what is called is the latest deployed: the spoilt diagram alone is enough
    try:
        deployment.deploy(office, system_actor(), "spoilt", {f"{path.parent.name}/{path.name}": data}, "spoilt")
        WALKS[key](office)
    except (AssertionError, JiuzhuError, LookupError, ValueError, pytest.fail.Exception):  # no such item, no such row
        return True
    return bool(too_early(office))


@pytest.mark.parametrize("mutation", HERE, ids=str)
def test_a_spoilt_diagram_fails_its_walk(mutation: Mutation, office: Office) -> None:
    assert notices(office, mutation)


@pytest.mark.parametrize("key", ["shared_petition", "qijiang_spot_check"])
def test_the_diagrams_themselves_pass(key: str, office: Office) -> None:
    """What fails above fails for the mutation, not for the deployment."""
    assert not fails(office, key, load()[key].path.read_bytes() + b"<!-- the same -->")


def everything() -> Iterator[Mutation]:
    """Yield every element of a rule taken out, and every exchange of two that follow each other in it."""
    for rule in rules():
        key, places = rule["process"], [sorted(names(place)) for place in rule["order"]]
        if key in WALKS:
            for first in (place[0] for place in places if len(place) == 1):
                yield Mutation(key=key, what="without", elements=(first,))
            for one, other in pairwise(places):
                yield Mutation(key=key, what="swapped", elements=(one[0], other[0]))


@pytest.mark.soak
@pytest.mark.parametrize("mutation", list(everything()), ids=str)
def test_every_spoilt_diagram_of_the_year_is_noticed(mutation: Mutation, office: Office) -> None:
    assert notices(office, mutation)
