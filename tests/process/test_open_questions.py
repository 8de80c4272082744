"""An open question that only a whole procedure answers: which towns go in the second phase (A6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jiuzhu.errors import Invalid
from jiuzhu.service.office import Office
from tests.forms_rollout import PHASE_TWO
from tests.process.test_qijiang import Rollout, to_expansion
from tests.settings import with_value


def test_how_many_towns_the_second_phase_has_is_a_setting(office_on: Callable[[str], Office]) -> None:
    office = office_on("2021-03-25")
    office.policies = with_value(office.policies, "qijiang", "rollout.phase2_count", 9)
    rollout = Rollout(office)
    to_expansion(rollout)
    rollout.do("Task_DecideExpansion", "county_leader", "rollout_decision", expansion="go")
    with pytest.raises(Invalid):
        rollout.do("Task_ChoosePhase2", "county_leader", "rollout_phase", rollout_towns=list(PHASE_TWO))
    rollout.do("Task_ChoosePhase2", "county_leader", "rollout_phase", rollout_towns=list(PHASE_TWO[:9]))
    assert {town for town, state in rollout.states().items() if state == "preparing"} == set(PHASE_TWO[:9])
