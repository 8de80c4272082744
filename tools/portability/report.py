"""The table of procedures and paths: what was run, what was the same, what was not run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.flows import drawn
from tests.walks import load_walks

HEAD = """# The diagrams on another engine

Written by `make portability`: every file of `bpmn/` is deployed unchanged on {engine_name}, `jiuzhu work --engine-rest`
serves our topics there (ADR 0129), and the walks of `tests/data/order*.toml` are gone with the same people and the same
forms there and in our own engine. *Same* means: in every process of every record of the household the same tasks, calls
and end events were entered, as often, and left the same way (completed or cancelled).

What no walk goes through is tried out (`jiuzhu simulate`) in our office, from `tools/portability/twins.toml`: as people
usually answer, then the ways that add most flows, nothing assumed. What was done is done again there, from the same
beginning, by the same people at the same instants with the same answers (ADR 0132).
"""


@dataclass(frozen=True, kw_only=True)
class Result:
    """One walk on both engines."""

    walk: str
    processes: list[str]
    elements: int
    differences: list[str]
    seconds: float

    @property
    def same(self) -> bool:
        """True when the path was the same to its end."""
        return not self.differences


@dataclass(frozen=True, kw_only=True)
class Twin:
    """One way of a procedure, tried out here and done again there."""

    procedure: str
    number: int
    title: str
    """What was done otherwise than usual."""
    district: str
    processes: list[str]
    elements: int
    differences: list[str]
    seconds: float
    excused: str = ""
    """The ADR that names what the other engine cannot do the same way."""

    @property
    def same(self) -> bool:
        """True when the path was the same to its end."""
        return not self.differences


@dataclass(kw_only=True)
class Known:
    """What the last runs found."""

    engine: str = ""
    deployed: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    twins: dict[str, list[Twin]] = field(default_factory=dict)


def load(folder: Path) -> Known:
    """Return what earlier runs found here."""
    path = folder / "results.json"
    if not path.exists():
        return Known()
    content = json.loads(path.read_text(encoding="utf-8"))
    results = {name: Result(**one) for name, one in content.pop("results").items()}
    twins = {key: [Twin(**one) for one in found] for key, found in content.pop("twins", {}).items()}
    return Known(**content, results=results, twins=twins)


def save(folder: Path, known: Known) -> None:
    """Keep what was found for the next run of some walks only."""
    text = json.dumps(asdict(known), ensure_ascii=False, indent=1)
    (folder / "results.json").write_text(text, encoding="utf-8")


def write(path: Path, known: Known) -> None:
    """Write the page."""
    walks = load_walks()
    run = {name: known.results[name] for name in walks if name in known.results}
    lines = [HEAD.format(engine_name=f"Operaton {known.engine}")]
    lines += ["## Deployment", ""]
    lines += [f"{known.deployed} files accepted, {len(known.refused)} refused.", ""]
    lines += [f"- `{name}`: {reason}" for name, reason in known.refused.items()]
    same = sum(one.same for one in run.values())
    lines += ["## Paths", "", f"{len(walks)} walks: {same} took the same path, {len(run) - same} did not, "]
    lines[-1] += f"{len(walks) - len(run)} were not run."
    lines += ["", "| Walk | What it is | Elements | Same path |", "|---|---|---|---|"]
    for name, walk in walks.items():
        result = run.get(name)
        said = "not run" if result is None else "yes" if result.same else "no"
        lines.append(f"| {name} | {walk['title']} | {result.elements if result else ''} | {said} |")
    others = [(name, line) for name, one in run.items() for line in one.differences]
    if others:
        lines += ["", "What was not the same:", ""]
        lines += [f"- {name}: {line}" for name, line in others]
    twins = _twins(known)
    lines += _tried(twins)
    lines += ["", "## Procedures", "", "| Process | Walks and tried ways that went through it |", "|---|---|"]
    through: dict[str, list[str]] = {key: [] for key in drawn()}
    for name, one in run.items():
        for process in one.processes if one.same else ():
            through.setdefault(process, []).append(name)
    for process in through:
        through[process] += [
            f"{one.procedure} {one.number}" for one in twins if process in one.processes and (one.same or one.excused)
        ]
    for process, names in sorted(through.items()):
        lines.append(f"| {process} | {_listed(names)} |")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _twins(known: Known) -> list[Twin]:
    return [one for _, found in sorted(known.twins.items()) for one in found]


def _tried(twins: list[Twin]) -> list[str]:
    """Return the table of the ways that the try-out found."""
    same = sum(one.same for one in twins)
    excused = sum(bool(one.excused) and not one.same for one in twins)
    lines = ["", "## Ways of procedures without a walk", ""]
    lines += [f"{len(twins)} ways: {same} took the same path, {len(twins) - same} did not"]
    lines[-1] += f" ({excused} of them because of what an ADR names)." if excused else "."
    lines += ["", "| Procedure | No. | District | What was done otherwise than usual | Elements | Same path |"]
    lines += ["|---|---|---|---|---|---|"]
    for one in twins:
        said = "yes" if one.same else f"no: {one.excused}" if one.excused else "no"
        lines.append(f"| {one.procedure} | {one.number} | {one.district} | {one.title} | {one.elements} | {said} |")
    others = [(f"{one.procedure} {one.number}", line) for one in twins for line in one.differences]
    if others:
        lines += ["", "What was not the same:", ""]
        lines += [f"- {name}: {line}" for name, line in others]
    return lines


def holds(found: list[Twin]) -> bool:
    """True when a procedure was walked, and every way was the same or is excused by an ADR."""
    return bool(found) and all(one.same or one.excused for one in found)


def _listed(names: list[str]) -> str:
    if not names:
        return "not run"
    shown = ", ".join(names[:6])
    return shown if len(names) <= 6 else f"{shown} and {len(names) - 6} more"
