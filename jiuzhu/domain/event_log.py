"""Event logs of process instances as XES (IEEE 1849-2016) and CSV, for process-mining tools.

No name of a household or of staff is in them: a trace is known by its record number, whoever acted by an id.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO
from xml.sax.saxutils import quoteattr

LIFECYCLE = {"entered": "start", "completed": "complete", "cancelled": "ate_abort"}
"""What happened to an element → transition of the standard life-cycle extension."""
EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
)
COLUMNS = (
    "case:concept:name", "concept:name", "lifecycle:transition", "time:timestamp", "concept:instance", "org:resource",
    "element", "element_type", "process", "flow", "level",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Event:
    """One element entered, completed or cancelled."""

    name: str
    what: str
    at: datetime
    """Office time, aware."""
    instance: str
    """Id of this visit of the element: start and end of one visit share it."""
    person: str
    element: str
    element_type: str
    process: str
    flow: str
    level: str
    """Visit of the call activity that this belongs to, '' at the top."""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One process instance."""

    number: str
    attributes: Mapping[str, str]
    events: tuple[Event, ...] = field(default=())


def write_xes(traces: Iterable[Trace], out: TextIO, *, title: str) -> int:
    """Write a log, trace by trace; returns how many. ``out`` is text in UTF-8."""
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write('<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">\n')
    for name, prefix, uri in EXTENSIONS:
        out.write(f'  <extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n')
    out.write('  <classifier name="element" keys="element"/>\n')
    out.write('  <classifier name="activity" keys="concept:name lifecycle:transition"/>\n')
    out.write(_string("concept:name", title, 1))
    count = 0
    for trace in traces:
        count += 1
        out.write("  <trace>\n")
        out.write(_string("concept:name", trace.number, 2))
        for key, value in trace.attributes.items():
            out.write(_string(key, value, 2))
        for event in trace.events:
            out.write("    <event>\n")
            for key, value in _cells(trace, event).items():
                if key == "time:timestamp":
                    out.write(f"      <date key={quoteattr(key)} value={quoteattr(value)}/>\n")
                elif value and key != "case:concept:name":
                    out.write(_string(key, value, 3))
            out.write("    </event>\n")
        out.write("  </trace>\n")
    out.write("</log>\n")
    return count


def write_csv(traces: Iterable[Trace], out: TextIO) -> int:
    """Write a log as one line an event; returns how many traces. Columns are XES keys, as tools expect them."""
    lines = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    lines.writeheader()
    count = 0
    for trace in traces:
        count += 1
        lines.writerows(_cells(trace, event) for event in trace.events)
    return count


def _cells(trace: Trace, event: Event) -> dict[str, str]:
    return {
        "case:concept:name": trace.number,
        "concept:name": event.name or event.element,
        "lifecycle:transition": LIFECYCLE[event.what],
        "time:timestamp": event.at.isoformat(timespec="milliseconds"),
        "concept:instance": event.instance,
        "org:resource": event.person,
        "element": event.element,
        "element_type": event.element_type,
        "process": event.process,
        "flow": event.flow,
        "level": event.level,
    }


def _string(key: str, value: str, depth: int) -> str:
    return f"{'  ' * depth}<string key={quoteattr(key)} value={quoteattr(value)}/>\n"
