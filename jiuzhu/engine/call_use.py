"""How processes are called: what their callers pass in and take back, as it stands in the diagrams."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from jiuzhu.engine.catalogue import ProcessFile


@dataclass(kw_only=True)
class CallUse:
    """A called process over all its callers."""

    all_in: bool = False
    """True when some caller passes everything it has."""
    ins: dict[str, str] = field(default_factory=dict)
    """Its variable → the caller's variable; its own name where callers pass different ones or a value."""
    brought: set[str] = field(default_factory=set)
    """Names that it may find at its start, as far as its callers' mappings, outputs and initial values tell."""
    outs: dict[str, None] = field(default_factory=dict)
    """Results that some caller takes back, in the order they were met."""


def call_uses(processes: Mapping[str, ProcessFile]) -> Mapping[str, CallUse]:
    """Return process key → use, for every process that some diagram calls by a fixed key."""
    found: dict[str, CallUse] = {}
    for key in sorted(processes):
        for _, node in processes[key].diagram.level.walk():
            call = node.call
            if call is None or not call.called.is_literal:
                continue
            use = found.setdefault(call.called.text, CallUse())
            use.brought |= {line.target for line in call.ins}
            if call.all_in:
                use.all_in = True
                use.brought |= processes[key].outs | _initial(processes[key])
            for line in call.ins:
                source = line.source or line.target
                known = use.ins.setdefault(line.target, source)
                use.ins[line.target] = source if known == source else line.target
            use.outs.update({line.source: None for line in call.outs if line.source})
    return found


def _initial(file: ProcessFile) -> set[str]:
    try:
        values = json.loads(file.properties.get("defaults", "") or "{}")
    except ValueError:
        return set()
    return set(values) if isinstance(values, dict) else set()
