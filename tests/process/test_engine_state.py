"""The stored state: restored at every step it equals the living case; definitions are shared and never change."""

from __future__ import annotations

import random
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard

from jiuzhu.engine import Engine, StoredState
from jiuzhu.engine.catalogue import Resources, inspect_resources
from jiuzhu.engine.spiff.plan import Plan
from jiuzhu.errors import Failed
from tests.process.engine_kit import (
    Case,
    FakeHost,
    bundle,
    chain,
    diagram,
    end,
    flow,
    gateway,
    service,
    start,
    timer,
    user,
)
from tests.process.engine_walks import closure, walk

DIAGRAMS = Path(__file__).parents[2] / "bpmn"
RAW = {str(path.relative_to(DIAGRAMS)): path.read_bytes() for path in sorted(DIAGRAMS.rglob("*.bpmn"))}
RAW |= {str(path.relative_to(DIAGRAMS)): path.read_bytes() for path in sorted(DIAGRAMS.rglob("*.dmn"))}
READ: Resources = inspect_resources(RAW)[0]
KEYS = sorted(READ.processes)


def fingerprint(plan: Plan) -> str:
    """Return a hash over everything that a plan's specs hold."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(each) for key, each in sorted(value.items(), key=lambda pair: str(pair[0]))}
        if isinstance(value, list | tuple):
            return [plain(each) for each in value]
        if isinstance(value, set | frozenset):
            return sorted(map(str, value))
        return repr(value) if isinstance(value, str | int | float | bool | type(None)) else type(value).__name__

    specs = []
    for name, spec in sorted(plan.specs.items()):
        tasks = [[key, plain(vars(task))] for key, task in sorted(spec.task_specs.items())]
        own = {key: value for key, value in vars(spec).items() if key not in ("task_specs", "start", "end")}
        specs.append([name, plain(own), tasks])
    return sha256(orjson.dumps(specs)).hexdigest()


@pytest.mark.parametrize("key", KEYS)
def test_a_walk_restored_at_every_step_equals_the_living_case(key: str) -> None:
    what = closure(key, READ, RAW)
    for seed in range(6):
        stored, live = walk(what, seed)
        assert len(stored) == len(live)
        for one, other in zip(stored, live, strict=True):
            # Equal state bytes mean equal tokens, facts, scopes, variables and counters.
            assert one == other


@pytest.mark.parametrize("key", ["jincheng_application", "xintai_application"])
def test_definitions_are_unchanged_after_a_hundred_cases(key: str) -> None:
    what = closure(key, READ, RAW)
    plan = Plan(what)
    before = fingerprint(plan)
    assert before == fingerprint(Plan(what))
    engine = Engine()
    used = engine._codec(what).plan
    for seed in range(100):
        walk(what, seed, most=40, engine=engine)
    assert engine._codec(what).plan is used
    assert fingerprint(used) == before


def test_the_state_of_the_real_procedures_is_small() -> None:
    sizes = []
    for seed in range(40):
        stored, _ = walk(closure("jincheng_application", READ, RAW), seed)
        sizes += [len(step.state.blob) for step in stored if not step.ended]
    assert sum(sizes) / len(sizes) <= 4096


def test_definitions_stay_when_an_event_gateway_multi_instance_or_timer_runs() -> None:
    tag = "bpmn:multiInstanceLoopCharacteristics"
    loop = f"<{tag}><bpmn:loopCardinality>${{n}}</bpmn:loopCardinality></{tag}>"
    body = (
        start() + user("A", loop) + gateway("G", "eventBased")
        + f'<bpmn:intermediateCatchEvent id="T1">{timer("timeDuration", "P1D")}</bpmn:intermediateCatchEvent>'
        + f'<bpmn:intermediateCatchEvent id="T2">{timer("timeDuration", "P2D")}</bpmn:intermediateCatchEvent>'
        + end() + chain("S", "A", "G", "T1", "E") + chain("G", "T2", "E")
    )  # fmt: skip
    what = bundle(diagram(body))
    engine = Engine()
    before = ""
    for n in (1, 3, 2, 3):
        case = Case(what, {"n": n}, engine=engine)
        before = before or fingerprint(engine._codec(what).plan)
        for index in range(n):
            case.complete("A", index)
        assert case.waits() == ["T1", "T2"]
        assert case.later(days=1).ended
        assert fingerprint(engine._codec(what).plan) == before


def test_a_state_holds_living_tokens_only() -> None:
    body = start() + gateway("M") + user("A") + gateway("G", default="out") + end()
    body += chain("S", "M", "A", "G") + flow("G", "M", "${again}") + flow("G", "E", identity="out")
    case = Case(bundle(diagram(body)))
    sizes = []
    for _ in range(20):
        case.complete("A", again=True)
        sizes.append(len(case.step.state.blob))
    assert max(sizes) - min(sizes) < 20


def test_data_never_passes_through_the_library_registry() -> None:
    """A key ``typename`` in data makes a case of the stock serializer unloadable; ours refuses it when written."""
    case = Case(bundle(diagram(start() + user("A") + end() + chain("S", "A", "E"))), {"a": {"b": [1, {"c": None}]}})
    document = orjson.loads(zstandard.decompress(case.step.state.blob))
    assert document[2][0][3] == {"a": {"b": [1, {"c": None}]}}
    assert "data" not in document[1]["tokens"][0]


def test_another_codec_and_another_bundle_are_refused() -> None:
    body = start() + user("A") + end() + chain("S", "A", "E")
    case = Case(bundle(diagram(body)))
    other = bundle(diagram(body.replace("A", "B")))
    with pytest.raises(Failed):
        case.engine.read_variables(other, case.step.state)
    with pytest.raises(Failed):
        case.engine.read_variables(case.bundle, StoredState(codec=9, blob=case.step.state.blob))


def test_a_failing_record_task_leaves_the_stored_case_as_it_was() -> None:
    def fail(call: object) -> dict[str, int]:
        raise RuntimeError("no")

    body = start() + user("A") + service("R", "work") + end() + chain("S", "A", "R", "E")
    host = FakeHost({"work": fail})
    case = Case(bundle(diagram(body)), host=host)
    before = case.step.state
    with pytest.raises(RuntimeError):
        case.complete("A", x=1)
    assert case.step.state == before
    host.records["work"] = lambda call: {"y": 2}
    assert case.complete("A", x=1).ended


def test_one_engine_serves_many_threads() -> None:
    from concurrent.futures import ThreadPoolExecutor

    engine = Engine()
    what = closure("shared_home_visit", READ, RAW)

    def go(seed: int) -> list[int]:
        rng = random.Random(seed)
        case = Case(bundle(diagram(start() + user("A") + end() + chain("S", "A", "E"))), engine=engine)
        case.complete("A", n=rng.randint(0, 9))
        engine.prepare(what)
        return [len(case.steps)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(go, range(40))) == [[2]] * 40
