"""``jiuzhu bench steps``: one real procedure from the application to the payment order, stored in different ways.

(a) in memory, nothing stored; (b) the same use cases with the library's ``serialize_json`` as state; (c) ours;
(d) the floor of the database. (b), (c) and (d) on SQLite (WAL, synchronous=FULL) and on PostgreSQL, one process.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeAlias

from jiuzhu.bench import memory
from jiuzhu.bench.floor import measure_commits
from jiuzhu.bench.places import fresh_database, private_postgres, temporary_office
from jiuzhu.bench.stock import StockEngine
from jiuzhu.bench.walk import load_walk
from jiuzhu.bench.walking import Notes, Walkers

Progress: TypeAlias = Callable[[str], None]
Result: TypeAlias = dict[str, Any]

ROUND, ROUNDS = 5, 8
"""Cases of one variant before the next has its turn, and the most turns: each moves the office's date on."""
FLOOR_STEPS = 100
"""Floor transactions a round."""
STATE_MEAN = 4096
STATEMENTS_MEAN, STATEMENTS_MOST = 8, 14
FASTER_THAN_STOCK = 2.0


def run(cases: int = 20, postgres_url: str = "", progress: Progress = lambda line: None) -> Result:
    """Measure everything once and return rows, ratios and targets as plain values.

    Args: ``cases`` per variant (one more warms each up); ``postgres_url`` is the address of a PostgreSQL server where
    databases may be made; without it a private one is started when its binaries are installed.
    Raises Failed when a case does not go the way of the walk, ConfigurationError for a faulty address.
    """
    progress("recording one household for (a) …")
    tracks = _record()
    memory.replay(tracks, 1)
    ceiling = _Tally()
    rows = _on_database("sqlite", lambda name: "", cases, tracks, ceiling, progress)
    with _server(postgres_url, progress) as server:
        if server:
            rows += _on_database(
                "postgresql", lambda name: fresh_database(server, name), cases, tracks, ceiling, progress
            )
    rows.insert(0, _row("a", "(a) in memory, nothing stored", "", ceiling.steps, ceiling.seconds))
    return {"machine": machine(), "cases": cases, "rows": rows, **_compare(rows)}


def machine() -> Result:
    """Return cores and memory, and nothing that tells one machine from another."""
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"cores": os.cpu_count() or 1, "memory_gb": round(memory_bytes / 1024**3)}


def table(result: Result) -> str:
    """Return rows, ratios and targets as text for people."""
    lines = [
        f"{result['machine']['cores']} cores, {result['machine']['memory_gb']} GB; {result['cases']} cases per variant",
        "",
        "| variant | database | steps/s | ms/step mean/median | state bytes mean/max | statements mean/max |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for row in result["rows"]:
        lines.append(
            f"| {row['label']} | {row['database'] or '-'} | {row['steps_per_second']:,.0f} | {_times(row)} "
            f"| {_pair(row, 'bytes')} | {_pair(row, 'statements')} |"
        )
    lines += ["", "| ratio of steps/s | " + " | ".join(result["ratios"]) + " |"]
    names = list(next(iter(result["ratios"].values())))
    lines.append("|---|" + "--:|" * len(result["ratios"]))
    for name in names:
        lines.append(f"| {name} | " + " | ".join(f"{found[name]:.2f}" for found in result["ratios"].values()) + " |")
    lines.append("")
    lines += [f"{'ok  ' if one['met'] else 'MISS'} {one['what']}: {one['found']}" for one in result["targets"]]
    return "\n".join(lines)


def _times(row: Result) -> str:
    middle = row.get("ms_median")
    return f"{row['ms']:.2f} / {'-' if middle is None else f'{middle:.2f}'}"


def _pair(row: Result, name: str) -> str:
    mean, most = row.get(f"{name}_mean"), row.get(f"{name}_max")
    return "-" if mean is None else f"{mean:,.1f} / {most:,}" if name == "statements" else f"{mean:,.0f} / {most:,}"


@contextmanager
def _server(url: str, progress: Progress) -> Iterator[str]:
    if url:
        yield url
        return
    progress("starting a private PostgreSQL …")
    with private_postgres() as found:
        if not found:
            progress("no PostgreSQL found: measured on SQLite only")
        yield found


@dataclass
class _Tally:
    """Steps and their time, gathered over the rounds."""

    steps: int = 0
    seconds: float = 0.0

    def add(self, steps: int, seconds: float) -> None:
        """Add a round."""
        self.steps += steps
        self.seconds += seconds


def _record() -> list[memory.Track]:
    recorder = memory.Recorder()
    with temporary_office("") as office:
        Walkers(office, load_walk(), recorder).run(range(1, 2))
    return recorder.tracks


def _on_database(
    name: str,
    address: Callable[[str], str],
    cases: int,
    tracks: list[memory.Track],
    ceiling: _Tally,
    progress: Progress,
) -> list[Result]:
    """Measure the variants in turns, a few cases each, so that whatever else the machine does meets all of them."""
    floor = _Tally()
    with ExitStack() as stack:
        offices = {key: stack.enter_context(temporary_office(address(f"jiuzhu_bench_{key}"))) for key in "bc"}
        engines = {"b": StockEngine(), "c": None}
        walkers = {key: Walkers(office, load_walk(), engines[key]) for key, office in offices.items()}
        for one in walkers.values():
            one.run(range(1, 2))
            one.forget()
        many = max(ROUND, -(-cases // ROUNDS))
        for first in range(0, cases, many):
            households = range(first + 2, min(first + many, cases) + 2)
            for key in "bc":
                progress(f"({key}) on {name}: cases {first + 1} to {first + len(households)} of {cases} …")
                walkers[key].run(households)
            size = round(_mean(walkers["c"].notes.state_bytes))
            floor.add(*measure_commits(offices["c"].store, size, FLOOR_STEPS))
            ceiling.add(*memory.replay(tracks, len(households)))
    stock, ours = walkers["b"].notes, walkers["c"].notes
    return [
        _row("b", "(b) stock serialize_json", name, stock.steps, stock.seconds) | _sizes(stock),
        _row("c", "(c) ours", name, ours.steps, ours.seconds) | _sizes(ours),
        _row("d", "(d) floor: UPDATE + INSERT + commit", name, floor.steps, floor.seconds),
    ]


def _row(key: str, label: str, name: str, steps: int, seconds: float) -> Result:
    return {
        "key": key,
        "label": label,
        "database": name,
        "steps": steps,
        "seconds": seconds,
        "steps_per_second": steps / seconds,
        "ms": seconds / steps * 1000,
    }


def _sizes(notes: Notes) -> Result:
    counts = [len(act.statements) for act in notes.of("complete")]
    return {
        "ms_median": median(act.seconds / act.steps * 1000 for act in notes.acts),
        "bytes_mean": _mean(notes.state_bytes),
        "bytes_max": max(notes.state_bytes),
        "statements_mean": _mean(counts),
        "statements_max": max(counts),
    }


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)


def _compare(rows: list[Result]) -> Result:
    memory_rate = rows[0]["steps_per_second"]
    ratios: dict[str, dict[str, float]] = {}
    targets: list[Result] = []
    for name in dict.fromkeys(row["database"] for row in rows if row["database"]):
        found = {row["key"]: row for row in rows if row["database"] == name}
        ours = found["c"]
        rates = {key: row["steps_per_second"] for key, row in found.items()}
        ratios[name] = {
            "(c) : (b)": rates["c"] / rates["b"],
            "(c) : (d)": rates["c"] / rates["d"],
            "(a) : (c)": memory_rate / rates["c"],
        }
        targets += [
            _target(f"{name}: (c) >= {FASTER_THAN_STOCK:g} x (b)", ratios[name]["(c) : (b)"], FASTER_THAN_STOCK, 1),
            _target(f"{name}: state mean <= {STATE_MEAN} bytes", ours["bytes_mean"], STATE_MEAN, -1),
            _target(f"{name}: statements mean <= {STATEMENTS_MEAN}", ours["statements_mean"], STATEMENTS_MEAN, -1),
            _target(f"{name}: statements at most {STATEMENTS_MOST}", ours["statements_max"], STATEMENTS_MOST, -1),
        ]
    return {"ratios": ratios, "targets": targets}


def _target(what: str, found: float, wanted: float, sign: int) -> Result:
    return {"what": what, "found": round(found, 2), "met": (found - wanted) * sign >= 0}
