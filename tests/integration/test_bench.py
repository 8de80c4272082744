"""``jiuzhu bench steps`` measures what it says: the same way in every variant, sizes and statements within the targets.

Times are printed by the command, not asserted here, but for the order: ours is never slower than the stock way.
"""

from __future__ import annotations

from sqlalchemy import text

from jiuzhu.bench import memory, steps
from jiuzhu.bench.places import temporary_office
from jiuzhu.bench.stock import STOCK, StockEngine
from jiuzhu.bench.walk import fill, load_walk, numbers
from jiuzhu.bench.walking import Walkers
from jiuzhu.engine import Engine
from jiuzhu.service.clock import office_now
from jiuzhu.service.office import Office


def passages(office: Office) -> list[tuple[str, str, str]]:
    asked = text("select what, process_key, element_id from passage order by id")
    with office.store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(asked)]


def walked(engine: Engine | None) -> tuple[list[tuple[str, str, str]], set[int]]:
    with temporary_office("") as office:
        Walkers(office, load_walk(), engine).run(range(1, 2))
        with office.store.engine.connect() as connection:
            codecs = set(connection.execute(text("select state_codec from case_instance")).scalars())
        return passages(office), codecs


def test_the_stock_serialiser_leads_the_same_way() -> None:
    ours, our_codecs = walked(None)
    stock, stock_codecs = walked(StockEngine())
    assert ours == stock
    assert STOCK not in our_codecs
    assert stock_codecs == {STOCK}


def test_a_replay_in_memory_takes_every_step() -> None:
    recorder = memory.Recorder()
    with temporary_office("") as office:
        notes = Walkers(office, load_walk(), recorder).run(range(1, 2))
    recorded = sum(len(track.steps) for track in recorder.tracks)
    assert recorded >= notes.steps, "an act may step several cases of the household"
    assert memory.replay(recorder.tracks, 2)[0] == 2 * recorded


def test_run_compares_all_variants_on_both_databases() -> None:
    lines: list[str] = []
    result = steps.run(cases=1, progress=lines.append)
    assert [(row["key"], row["database"]) for row in result["rows"]] == [
        ("a", ""),
        *((key, name) for name in ("sqlite", "postgresql") for key in "bcd"),
    ]
    for name in ("sqlite", "postgresql"):
        assert result["ratios"][name]["(c) : (b)"] > 1
    assert all(one["met"] for one in result["targets"] if "x (b)" not in one["what"]), result["targets"]
    shown = steps.table(result)
    assert "(c) ours | postgresql" in shown
    assert len(lines) >= 6


def test_households_differ_where_they_must() -> None:
    walk = load_walk()
    with temporary_office("") as office:
        now = office_now(office).astimezone(office.settings.zone)
    made = [
        fill(walk.application, numbers(household, now, "a"), prefix=walk.prefix, household=household)
        for household in (1, 2, 101, 201)
    ]
    ids = [member["id"] for one in made for member in one["members"]]
    assert len(set(ids)) == len(ids)
    assert len({one["bank_account"] for one in made}) == len(made)
