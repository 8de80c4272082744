"""Damaged diagrams: whatever is cut out, doubled or misspelt, the answer is a finding or a walk, never a crash."""

from __future__ import annotations

import contextlib
import copy
import random
from pathlib import Path

import pytest
from lxml import etree

from jiuzhu.engine import Engine
from jiuzhu.engine.catalogue import inspect_resources
from jiuzhu.engine.lint import Surroundings, lint
from jiuzhu.errors import JiuzhuError
from tests.process.engine_walks import closure, walk

DIAGRAMS = Path(__file__).parents[2] / "bpmn"
RAW = {str(p.relative_to(DIAGRAMS)): p.read_bytes() for p in sorted(DIAGRAMS.rglob("*.bpmn"))}
TABLES = {str(p.relative_to(DIAGRAMS)): p.read_bytes() for p in sorted(DIAGRAMS.rglob("*.dmn"))}
READ = inspect_resources(RAW | TABLES)[0]


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Return a diagram with a few random faults in its process part."""
    root = etree.fromstring(data, etree.XMLParser(remove_blank_text=False))
    process = next(child for child in root if etree.QName(child).localname == "process")
    for _ in range(rng.randint(1, 3)):
        elements = [e for e in process.iter() if isinstance(e.tag, str) and e is not process]
        victim = rng.choice(elements)
        parent = victim.getparent()
        match rng.randint(0, 5):
            case 0 if parent is not None:
                parent.remove(victim)
            case 1 if victim.attrib:
                del victim.attrib[rng.choice(list(victim.attrib))]
            case 2 if victim.attrib:
                victim.set(
                    rng.choice(list(victim.attrib)), rng.choice(["", "x", "${x", "${a()}", "Task_Review", "false"])
                )
            case 3 if parent is not None:
                parent.append(copy.deepcopy(victim))
            case 4:
                victim.tag = rng.choice(elements).tag
            case _:
                victim.text = rng.choice(["", "${", "${1/0}", "x", "P1D", "?"])
    return etree.tostring(root)


@pytest.mark.parametrize("part", range(8))
def test_a_damaged_diagram_is_refused_or_runs(part: int) -> None:
    engine = Engine()
    names = sorted(RAW)
    for seed in range(part * 40, part * 40 + 40):
        rng = random.Random(seed)
        name = rng.choice(names)
        files = dict(RAW) | {name: damaged(RAW[name], rng)}
        findings = lint({name: files[name]}, Surroundings(processes=READ.processes, decisions=READ.decisions))
        refused = [f for f in findings if f.severity == "error" and not f.rule.startswith(("form.", "group."))]
        assert all(f.message and f.resource == name for f in findings)
        key = next(key for key, file in READ.processes.items() if file.resource == name)
        what = closure(key, READ, files | TABLES)
        if refused:
            with contextlib.suppress(JiuzhuError):
                engine.prepare(what)
            continue
        # What lint lets pass can be prepared.
        engine.prepare(what)
        try:
            walk(what, seed, most=25)
        except JiuzhuError:
            # Guessed values or a missing part stop the walk with a named fault.
            continue
