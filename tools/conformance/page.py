"""Writes what was measured as one Markdown page. The same sources give the same page, byte for byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version

from tools.conformance import tck
from tools.conformance.camunda_scenes import CAMUNDA_SCENES
from tools.conformance.event_scenes import EVENT_SCENES
from tools.conformance.event_sub_scenes import EVENT_SUB_SCENES
from tools.conformance.examples import examples
from tools.conformance.flow_scenes import FLOW_SCENES
from tools.conformance.miwg import drawings
from tools.conformance.playing import PEOPLE, Played, people_of_ours, people_of_stock, play_ours, play_stock
from tools.conformance.pool_rows import as_drawn, table, taken
from tools.conformance.scenes import Scene
from tools.conformance.taking_over import RULES
from tools.conformance.walking import WALKS

HEAD = """# Conformance

Made by `python -m tools.conformance` from the public test suites in `tests/data/`; a test compares this page
with a new run. SpiffWorkflow {version} as it comes stands beside our engine in the same run: its own parsers,
specifications, events and DMN engine. Two helps are given to it: `${{…}}` is evaluated over its task data
(except where a row is about expressions), and automatic tasks wait until somebody completes them.

**right**: what BPMN 2.0, Camunda 7 or the kit says. **refused**: not executed, with element and reason; our
reason is the sentence that the designer reads. **wrong**: accepted, and something else happens. Nothing of ours
may be wrong.
"""

CONSTRUCTS = """## Constructs

Each row is a small diagram played act by act on both engines (`tools/conformance/*_scenes.py`); the test named
is the full one.
"""

MIWG_HEAD = """## Reference diagrams of the BPMN MIWG

`tests/data/miwg`, 21 drawings for interchange between tools. They are looked at in two ways.

**As drawn** none of them is meant to run here: several pools in one file, activities of no kind, timers and
conditions in words, no topics. The reader comes to the end of each and names what it finds; nothing of it is
deployed.
"""

MIWG_TAKEN = """**Taken over**, each pool is filled in as a designer would do it before deploying, by the rules
that follow and without redrawing anything (`tools/conformance/taking_over.py`). Our engine then
walks it with drawn answers (up to {walks} cases: items, errands, messages, signals, timers,
reported errors) until every node was visited, and the stock engine is asked to do the same acts
by the same clock: **same** means that the same things were open after each of them. A node that
stays unvisited needs what no walk brings about: an escalation that nobody throws, an error out
of a called process that is not in the file.
"""

TCK_HEAD = """## DMN Technology Compatibility Kit

`tests/data/dmn-tck`: 670 decisions (level 2 whole, part of level 3), 569 single expressions, 109 unary tests.
Counted by area: informative cases, and apart from them those whose answer is null, since a null is also what
somebody answers who understood nothing. The stock engine gets each decision in a file of its own with the ids
that it asks for; it reads decision tables only, whose cells are Python.
"""

TCK_FOOT = """All of level 2 and every informative case of hit policies, logic, comparisons and
`if`/`in`/`between` is right (`tests/unit/test_decision_tck.py`); of the rest no answer is
wrong. Refused: years beyond 1 to 9999, more than six digits of a second, regular expressions
outside the common part, range literals such as `[1..10[` as a value, a model whose decisions
share one id. Two expressions can only be judged with the type that their decision declares
(`0021-singleton-list`); in their decisions they are right.
"""


def page() -> str:
    """Measure everything and return the page."""
    parts = [
        HEAD.format(version=version("SpiffWorkflow")),
        CONSTRUCTS,
        *_constructs(),
        MIWG_HEAD,
        *_miwg(),
        *examples(),
        *_kit(),
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


# constructs


def _constructs() -> Iterator[str]:
    groups = (
        ("Flows, gateways, loops, data", FLOW_SCENES),
        ("Events", EVENT_SCENES),
        ("Event sub-processes", EVENT_SUB_SCENES),
        ("What Camunda 7 adds", CAMUNDA_SCENES),
    )
    ours: Counter[str] = Counter()
    stock: Counter[str] = Counter()
    tables = []
    for title, scenes in groups:
        rows = []
        for scene in scenes:
            mine, other = play_ours(scene), play_stock(scene)
            ours[mine.verdict] += 1
            stock[other.verdict] += 1
            rows.append(_construct(scene, mine, other))
        if scenes is CAMUNDA_SCENES:
            mine, other = people_of_ours(), people_of_stock()
            ours[mine.verdict] += 1
            stock[other.verdict] += 1
            rows.append(_construct(PEOPLE, mine, other))
        tables.append(f"### {title}\n\n" + table(("construct", f"SpiffWorkflow {_minor()}", "ours", "test"), rows))
    yield table(
        ("", "right", "refused", "wrong", "fails at run time", "hangs"),
        [_counts("ours", ours), _counts(f"SpiffWorkflow {_minor()}", stock)],
    )
    yield from tables


def _construct(scene: Scene, mine: Played, other: Played) -> tuple[str, ...]:
    file, _, name = scene.test.partition("#")
    link = f"[`{name}`](../{file})"
    return scene.construct, _said(other), _said(mine), link


def _said(played: Played) -> str:
    return f"**{played.verdict}**" + (f": {played.words}" if played.words else "")


def _counts(name: str, counter: Counter[str]) -> tuple[str, ...]:
    return (name, *(str(counter[verdict]) for verdict in ("right", "refused", "wrong", "fails", "hangs")))


# MIWG


def _miwg() -> Iterator[str]:
    found = list(drawings())
    pools = [pool for _, each in found for pool in each]
    yield table(
        ("drawing", "pools", "ours", "SpiffWorkflow: pools read"),
        [as_drawn(drawing) for drawing, _ in found],
    )
    yield MIWG_TAKEN.format(walks=WALKS)
    yield "\n".join(f"- *{name}*: {words}" for name, words in RULES.items())
    walked = [pool for pool in pools if pool.result is not None]
    whole = [p for p in walked if p.result is not None and p.result.nodes <= p.result.visited]
    stock = Counter(pool.stock for pool in pools)
    alike = sum(pool.stock == "same" and pool.result is not None for pool in pools)
    yield table(
        ("", "pools", "executed", "refused", "other"),
        [
            ("ours", str(len(pools)), f"{len(walked)}, {len(whole)} of them whole", str(len(pools) - len(walked)), "–"),
            (
                f"SpiffWorkflow {_minor()}", str(len(pools)), f"{alike} as ours", str(stock["refused"]),
                f"{stock['other']} differ, {stock['read']} read and not compared",
            ),
        ],
    )  # fmt: skip
    yield table(
        ("pool", "filled in", "ours", f"SpiffWorkflow {_minor()}"),
        [taken(drawing, pool) for drawing, each in found for pool in each],
    )


# DMN


def _kit() -> Iterator[str]:
    yield TCK_HEAD
    mine, other = tck.count("cases.json", tck.decide), tck.count("cases.json", tck.stock_decide)
    yield "### Decisions\n\n" + table(
        ("area", "ours: right", "refused", "wrong", f"SpiffWorkflow {_minor()}: right", "refused", "wrong"),
        [(area, *_split(mine[area]), *_split(other[area])) for area in tck.AREAS]
        + [("**all**", *_split(sum(mine.values(), Counter())), *_split(sum(other.values(), Counter())))],
    )
    expressions, tests = tck.count("feel.json", tck.express), tck.count("unary.json", tck.examine)
    yield "### Expressions and unary tests\n\n" + table(
        ("area", "ours: right", "refused", "wrong"),
        [(area, *_split(expressions[area])) for area in tck.AREAS]
        + [(area, *_split(counter)) for area, counter in tests.items()]
        + [("**all**", *_split(sum((*expressions.values(), *tests.values()), Counter())))],
    )
    yield TCK_FOOT


def _split(counter: Counter[str]) -> tuple[str, ...]:
    found = []
    for verdict in ("right", "refused", "wrong"):
        null = counter[f"{verdict}, null"]
        found.append(f"{counter[verdict]} + {null} null" if null else str(counter[verdict]))
    return tuple(found)


def _minor() -> str:
    return version("SpiffWorkflow")
