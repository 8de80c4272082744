"""Spoilt diagrams deployed in the real office: a walk on each of them fails where a person would see it.

``test_orders`` tries every mutation of the first procedures on the bare engine. Those of the later procedures go
through all layers: a handful that would injure somebody here, every other one in ``make soak``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from jiuzhu.bootstrap import build_office
from jiuzhu.errors import JiuzhuError
from jiuzhu.service import deployment
from jiuzhu.service.office import Office, system_actor
from tests.conftest import DAY, settings_for, with_values
from tests.process.diagram_files import load
from tests.process.mutations import Mutation, mutations
from tests.process.test_walks import check
from tests.walks import Walker, load_walks
from workers.exchange.server import ExchangeServer

Factory = pytest.TempPathFactory
pytestmark = pytest.mark.spoilt
Offices = Callable[[str], Office]
WALKS = load_walks()
MOST = 3
"""Walks that may try to notice one mutation."""


def _without(key: str, element: str) -> Mutation:
    return Mutation(key=key, what="without", elements=(element,))


def _swapped(key: str, first: str, second: str) -> Mutation:
    return Mutation(key=key, what="swapped", elements=(first, second))


SPOILT = [
    ("J1", _without("jincheng_application", "Call_Verification")),
    ("J1", _without("jincheng_application", "Service_StartFiling")),
    ("J1", _swapped("jincheng_application", "Task_Review", "Task_Confirm")),
    ("J1", _swapped("jincheng_application", "Task_Confirm", "Call_ResultNotice")),
    ("J1", _swapped("shared_notice", "Task_PostNotice", "Service_StartNotice")),
    ("X1", _without("xintai_application", "Call_Filing")),
    ("X1", _without("xintai_application", "Task_ApplySeal")),
    ("X1", _swapped("xintai_application", "Call_Notice", "Call_Filing")),
    ("N1", _without("ninghe_application", "Call_Notice")),
    ("N1", _without("ninghe_application", "Service_StartFiling")),
    ("N8", _without("ninghe_application", "Call_RelativesVisit")),
    ("N1", _without("ninghe_panel", "Task_PanelOpinion")),
    ("N4", _without("ninghe_panel", "Task_PartyCommittee")),
    ("Q1", _without("qijiang_application", "Call_Appraisal")),
    ("Q1", _without("qijiang_application", "Call_Verification")),
    ("Q1", _swapped("qijiang_application", "Call_Filing", "Call_ResultNotice")),
    ("XL1", _without("xintai_temp", "Call_Verification")),
    ("XL1", _without("xintai_temp", "Task_ChiefRepTemp")),
    ("S1", _without("xixiu_application", "Call_Appraisal")),
    ("S1", _without("xixiu_application", "Task_SixDim")),
    ("S1", _without("xixiu_application", "Call_Notice")),
    ("S2", _without("xixiu_application", "Call_CountyNotice")),
    ("S8", _without("xixiu_application", "Call_Conference")),
    ("S10", _without("xixiu_application", "Call_RelativesVisit")),
]


@pytest.mark.parametrize(("number", "mutation"), SPOILT, ids=[f"{walk} {mutation}" for walk, mutation in SPOILT])
def test_a_spoilt_diagram_fails_its_walk(number: str, mutation: Mutation, office_on: Offices) -> None:
    assert notices(office_on, number, mutation)


def notices(office_on: Offices, number: str, mutation: Mutation) -> bool:
    """Does a walk fail on the spoilt diagram (or is the diagram not even deployed)?"""
    office = office_on(WALKS[number].get("now", DAY))
    try:
        _walk_on(office, number, mutation.key, mutation.apply(load()[mutation.key]))
    except (AssertionError, JiuzhuError):
        return True
    return False


def _walk_on(office: Office, number: str, key: str, data: bytes) -> None:
    path = load()[key].path  # what is called is the latest deployed: the spoilt diagram alone is enough
    deployment.deploy(office, system_actor(), "spoilt", {f"{path.parent.name}/{path.name}": data}, "spoilt")
    walker = Walker(office, WALKS[number])
    walker.arrange()
    check(walker, walker.run())


def test_the_diagrams_themselves_pass(office: Office) -> None:
    """What fails above fails for the mutation, not for the deployment."""
    key = "jincheng_application"
    _walk_on(office, "J1", key, load()[key].path.read_bytes() + b"<!-- the same -->")


# --- every mutation of the later procedures ---

TRIED_ON_THE_ENGINE = ("jincheng", "xintai_application", "xintai_verification")
LATER = {number: walk for number, walk in WALKS.items() if not number.startswith(("J", "X")) or "process" in walk}
KEYS = [key for key in load() if not key.startswith(TRIED_ON_THE_ENGINE)]
Passed = Mapping[str, frozenset[tuple[str, str]]]


@pytest.fixture(scope="module")
def passed(prepare_database: Callable[[str], Path], exchange: ExchangeServer, tmp_path_factory: Factory) -> Passed:
    """The elements that every walk of the later procedures completes: process and element."""
    found = {}
    for number, walk in LATER.items():
        day = walk.get("now", DAY)
        home = tmp_path_factory.mktemp("passed")
        shutil.copy(prepare_database(day), home / "jiuzhu.db")
        settings = with_values(settings_for(home, JIUZHU_NOW=day), exchange={"url": exchange.url})
        with closing(build_office(settings)) as office:
            walker = Walker(office, walk)
            walker.arrange()
            walker.run()
            rows = walker.rows("select distinct process_key, element_id from passage where what = 'completed'")
            found[number] = frozenset((row["process_key"], row["element_id"]) for row in rows)
    return found


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("key", KEYS)
def test_every_spoilt_diagram_of_the_later_procedures_is_noticed(key: str, passed: Passed, office_on: Offices) -> None:
    seen = frozenset(element for been in passed.values() for process, element in been if process == key)
    unnoticed: list[str] = []
    for mutation in mutations(load()[key], seen):
        elements = {(key, each) for each in mutation.elements}
        touched = [number for number, been in passed.items() if elements & been]
        touched.sort(key=lambda number: len(LATER[number]["order"]))
        if not any(notices(office_on, number, mutation) for number in touched[:MOST]):
            unnoticed.append(str(mutation))
    assert unnoticed == []
