"""``jiuzhu bench steps``: one real procedure from the application to the payment order, stored in different ways.

(a) in memory, nothing stored; (b) the same use cases with the library's ``serialize_json`` as state; (c) ours;
(d) the floor of the database. (b), (c) and (d) on SQLite (WAL, synchronous=FULL) and on PostgreSQL, one process.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from jiuzhu.bench import memory
from jiuzhu.bench.floor import commits_per_second
from jiuzhu.bench.places import fresh_database, private_postgres, temporary_office
from jiuzhu.bench.stock import StockEngine
from jiuzhu.bench.walk import load_walk
from jiuzhu.bench.walking import Notes, Walkers

Progress: TypeAlias = Callable[[str], None]
Result: TypeAlias = dict[str, Any]

FLOOR_STEPS = 400
STATE_MEAN = 4096
STATEMENTS_MEAN, STATEMENTS_MOST = 8, 14
FASTER_THAN_STOCK = 2.0


def run(cases: int = 20, postgres_url: str = "", progress: Progress = lambda line: None) -> Result:
    """Measure everything once and return rows, ratios and targets as plain values.

    Args: ``cases`` per variant (one more warms each up); ``postgres_url`` is the address of a PostgreSQL server where
    databases may be made; without it a private one is started when its binaries are installed.
    Raises Failed when a case does not go the way of the walk, ConfigurationError for a faulty address.
    """
    rows: list[Result] = [_in_memory(cases, progress)]
    rows += _on_database("sqlite", lambda name: "", cases, progress)
    with _server(postgres_url, progress) as server:
        if server:
            rows += _on_database("postgresql", lambda name: fresh_database(server, name), cases, progress)
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
        "| variant | database | steps/s | ms/step | state bytes mean/max | statements mean/max |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for row in result["rows"]:
        lines.append(
            f"| {row['label']} | {row['database'] or '-'} | {row['steps_per_second']:,.0f} | {row['ms']:.2f} "
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


def _in_memory(cases: int, progress: Progress) -> Result:
    progress("(a) in memory: recording one household …")
    recorder = memory.Recorder()
    with temporary_office("") as office:
        Walkers(office, load_walk(), recorder).run(range(1, 2))
    progress(f"(a) in memory: {cases} cases …")
    memory.replay(recorder.tracks, 1)
    steps, seconds = memory.replay(recorder.tracks, cases)
    return _row("a", "(a) in memory, nothing stored", "", steps, seconds)


def _on_database(name: str, address: Callable[[str], str], cases: int, progress: Progress) -> list[Result]:
    stock = _walked("b", "(b) stock serialize_json", name, address("jiuzhu_bench_b"), cases, progress)
    ours = _walked("c", "(c) ours", name, address("jiuzhu_bench_c"), cases, progress)
    progress(f"(d) floor on {name} …")
    with temporary_office(address("jiuzhu_bench_d")) as office:
        rate = commits_per_second(office.store, round(ours["bytes_mean"]), FLOOR_STEPS)
    floor = _row("d", "(d) floor: UPDATE + INSERT + commit", name, FLOOR_STEPS, FLOOR_STEPS / rate)
    return [stock, ours, floor]


def _walked(key: str, label: str, name: str, url: str, cases: int, progress: Progress) -> Result:
    progress(f"{label} on {name}: {cases} cases …")
    with temporary_office(url) as office:
        walkers = Walkers(office, load_walk(), StockEngine() if key == "b" else None)
        walkers.run(range(1, 2))
        walkers.forget()
        notes = walkers.run(range(2, cases + 2))
    return _row(key, label, name, notes.steps, notes.seconds) | _sizes(notes)


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
        "bytes_mean": sum(notes.state_bytes) / len(notes.state_bytes),
        "bytes_max": max(notes.state_bytes),
        "statements_mean": sum(counts) / len(counts),
        "statements_max": max(counts),
    }


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
