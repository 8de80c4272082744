"""Diagrams that others published, those of the BPMN MIWG first, on our engine and on the stock one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from jiuzhu.engine.findings import Finding
from jiuzhu.engine.reading import inspect_diagram
from jiuzhu.engine.xml import BPMN
from jiuzhu.errors import DeploymentRefused
from tools.conformance.stock import Hanging, StockCase, limited, parsed
from tools.conformance.taking_over import CALLED, Taken, called_process, take_over
from tools.conformance.walking import Act, Result, Walk, walk_process

DRAWINGS = Path(__file__).resolve().parents[2] / "tests" / "data" / "miwg"


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A file as it was drawn."""

    name: str
    pools: int
    """Processes with activities."""
    findings: tuple[Finding, ...]
    """Why we do not deploy it as it is; empty: we do."""
    stock_reads: int
    """Processes that the stock parser makes a specification of."""
    stock_says: str


@dataclass(frozen=True, kw_only=True)
class Pool:
    """One process, taken over."""

    drawing: str
    name: str
    filled: Counter[str]
    findings: tuple[Finding, ...]
    result: Result | None
    """Our walks; None when it is refused."""
    stock: str
    """refused | same | other | read (when we refuse it there is nothing to compare)."""
    stock_says: str


def drawings(paths: Iterable[Path] = ()) -> Iterator[tuple[Drawing, list[Pool]]]:
    """Yield every drawing with its processes, in the order of their names; those of the MIWG when none are given."""
    for path in paths or sorted(DRAWINGS.glob("*.bpmn")):
        data = path.read_bytes()
        name = path.name.rpartition(".bpmn")[0]
        pools = take_over(data)
        reads, says = _stock_as_drawn(data)
        drawing = Drawing(
            name=name, pools=len(pools), findings=findings_of(data, path.name), stock_reads=reads, stock_says=says
        )
        yield drawing, [_pool(name, taken, number) for number, taken in enumerate(pools, 1)]


def short(error: BaseException) -> str:
    """Return an error of the library in one short line; its addresses in memory differ from run to run."""
    text = " ".join(str(error).split()).split(" <Element")[0].split(" <_Element")[0]
    return f"{text[:80]}{'…' if len(text) > 80 else ''}" or type(error).__name__


def findings_of(data: bytes, name: str) -> tuple[Finding, ...]:
    """Return why a file is not deployed as it is; empty: it is."""
    try:
        _, found = inspect_diagram(data, name)
    except DeploymentRefused as refused:
        return tuple(one for one in refused.findings if isinstance(one, Finding))
    return tuple(one for one in found if one.severity == "error")


def _stock_as_drawn(data: bytes) -> tuple[int, str]:
    root = etree.fromstring(data)
    keys = [
        process.get("id", "")
        for process in root.findall(f"{{{BPMN}}}process")
        if process.find(f"{{{BPMN}}}startEvent") is not None
    ]
    read, says = 0, ""
    for key in keys:
        try:
            limited(lambda key=key: parsed(key, {"drawing": data}, camunda=False, plain=False))  # type: ignore[misc]
            read += 1
        except (Exception, Hanging) as error:
            says = says or short(error)
    return read, says


def _pool(drawing: str, taken: Taken, number: int) -> Pool:
    files = {taken.key: taken.data, CALLED: called_process()}
    findings = findings_of(taken.data, f"{taken.key}.bpmn")
    result = None if findings else walk_process(taken.key, files)
    stock, says = _stock(taken.key, files, result)
    return Pool(
        drawing=drawing, name=f"pool {number}", filled=taken.filled, findings=findings, result=result, stock=stock,
        stock_says=says,
    )  # fmt: skip


def _stock(key: str, files: Mapping[str, bytes], result: Result | None) -> tuple[str, str]:
    try:
        case = StockCase(key, files, result.walks[0].variables if result is not None else {})
    except (Exception, Hanging) as error:
        return "refused", short(error)
    differing: list[str] = []
    for walk in result.walks if result is not None else ():
        said = _replayed(key, files, walk, case.spec)
        differing += [said] if said else []
    if result is None:
        return "read", "not compared"
    count = len(result.walks)
    if not differing:
        return "same", f"{count} of {count}"
    return "other", f"{count - len(differing)} of {count}; {differing[0]}"


def _replayed(key: str, files: Mapping[str, bytes], walk: Walk, spec: object) -> str:
    """Do on the stock engine what was done on ours; return the first difference, '' when there is none."""
    try:
        case = StockCase(key, files, walk.variables, spec=spec)
        if case.open() != walk.seen[0]:
            return "differs at the start"
        for act, seen in zip(walk.acts, walk.seen[1:], strict=False):
            _act(case, act)
            if case.open() != seen:
                return f"differs after {act.kind} {_place(act)}"
    except StopIteration:
        return f"cannot {act.kind} {_place(act)}"
    except (Exception, Hanging) as error:
        return f"fails: {short(error)}"
    return "" if case.ended == walk.ended or walk.stopped else "says that it has not ended"


def _act(case: StockCase, act: Act) -> None:
    if act.kind in ("complete", "finish"):
        case.complete(act.element, dict(act.values))
    elif act.kind == "error":
        case.error(act.element, act.name)
    elif act.kind == "timer":
        case.wait(act.at)
    elif act.kind == "message":
        case.message(act.name, dict(act.values))
    else:
        case.signal(act.name)


def _place(act: Act) -> str:
    return f"`{act.element[:12]}`"
