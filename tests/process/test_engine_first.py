"""The shortest cases: they show that start, complete and end work at all."""

from __future__ import annotations

from tests.process.engine_kit import (
    Case,
    FakeHost,
    bundle,
    chain,
    diagram,
    end,
    flow,
    gateway,
    io,
    service,
    start,
    user,
)


def test_a_case_runs_from_item_to_item_to_its_end() -> None:
    case = Case(
        bundle(diagram(start() + user("A") + user("B") + end() + chain("S", "A", "B", "E"))), {"town": "140502100"}
    )
    assert case.open() == ["A"]
    assert case.item("A").groups == ("clerk",)
    case.complete("A", answer=1)
    assert case.open() == ["B"]
    assert case.variables == {"town": "140502100", "answer": 1}
    last = case.complete("B")
    assert last.ended
    assert last.end_events == ("E",)
    assert case.path() == ["S", "A", "B", "E"]
    assert not last.items
    assert not last.waiting


def test_a_record_task_runs_inside_and_an_errand_is_parked() -> None:
    body = (
        start()
        + service("R", "tally", io({"limit": "${amount + 1}"}, {"double": "${total * 2}"}))
        + service("J", "mail")
    )
    host = FakeHost({"tally": lambda call: {"total": call.inputs["limit"] + 1}})
    case = Case(bundle(diagram(body + end() + chain("S", "R", "J", "E"))), {"amount": 5}, host)
    assert case.variables == {"amount": 5, "total": 7, "double": 14}
    assert case.waits("job") == ["J"]
    assert case.waiting("J").topic == "mail"
    assert case.waiting("J").inputs == {"amount": 5, "total": 7, "double": 14}
    assert case.finish("J", receipt="x").ended
    assert case.variables["receipt"] == "x"


def test_an_exclusive_gateway_takes_the_first_true_flow_or_the_default() -> None:
    body = (
        start() + gateway("G", default="Flow_G_C") + user("A") + user("B") + user("C") + end()
        + flow("S", "G") + flow("G", "A", "${x == 'a'}") + flow("G", "B", "${x == 'b' and ok}") + flow("G", "C")
        + flow("A", "E") + flow("B", "E") + flow("C", "E")
    )  # fmt: skip
    what = bundle(diagram(body))
    assert Case(what, {"x": "a", "ok": False}).open() == ["A"]
    assert Case(what, {"x": "b", "ok": True}).open() == ["B"]
    assert Case(what, {"x": "b", "ok": False}).open() == ["C"]
