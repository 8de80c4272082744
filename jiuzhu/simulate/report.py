"""What a simulated year has left behind, read from the tables: ledger, ends, lateness, what never ran."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jiuzhu.service import schedule_view, simulating, ways
from jiuzhu.service.office import Office, system_actor
from jiuzhu.service.simulating_limits import Limits


@dataclass(kw_only=True)
class YearReport:
    """What a simulated year has left behind."""

    district: str
    year: int
    applications: int = 0
    taken_over: int = 0
    """Households that were helped already when the year began."""
    started: Counter[str] = field(default_factory=Counter)
    items: int = 0
    processes: Mapping[str, int] = field(default_factory=dict)
    ledger: Mapping[str, Counter[str]] = field(default_factory=dict)
    gaps: Sequence[str] = ()
    """Turns that are past their date, neither done nor marked late, nor explained."""
    troubles: Counter[str] = field(default_factory=Counter)
    open_items: Mapping[str, int] = field(default_factory=dict)
    """Form → items that nobody has completed yet."""
    ends: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    incidents: Sequence[str] = ()
    late: Mapping[str, int] = field(default_factory=dict)
    """Form → items that were completed after their date."""
    limits: Limits | None = None
    entries: Mapping[str, int] = field(default_factory=dict)
    """Register → rows that people entered."""
    messages: Mapping[str, int] = field(default_factory=dict)
    """Message → how often people brought it in."""
    dossiers: Mapping[str, int] = field(default_factory=dict)
    """What became of the dossiers of households that are no longer helped."""
    aside: Mapping[str, str] = field(default_factory=dict)
    """Procedure that no way of the district leads to → why."""
    undone: Sequence[str] = ()
    """What the plan wanted said or brought in, and nobody came to."""

    @property
    def never_ran(self) -> Sequence[str]:
        """Return the procedures of the district that did not run."""
        return [key for key, count in self.processes.items() if not count]


def finish(report: YearReport, office: Office) -> None:
    """Read what the year has left in the tables into its report."""
    turns = schedule_view.list_turns(office, system_actor(), district=report.district, limit=100_000)
    ledger: dict[str, Counter[str]] = {}
    for one in turns:
        ledger.setdefault(one.schedule, Counter())[one.words] += 1
    report.ledger = ledger
    now = office.clock.now()
    report.gaps = [
        f"{one.occurrence_no}：{one.fault or one.words}"
        for one in turns
        if one.due_at < now and one.state in {"due", "started"} and not one.late
    ]
    counts = simulating.process_counts(office, report.district)
    reached = ways.ways_of(office, report.district)
    report.processes = {
        key: counts.get(key, 0) for key in sorted(reached.keys | {one for one in counts if counts[one]})
    }
    report.aside = {key: why for key, why in reached.aside.items() if not counts.get(key)}
    left = simulating.left_behind(office, report.district)
    report.ends, report.incidents, report.late = left.ends, left.incidents, left.late
    report.open_items = Counter(one.form for one in simulating.open_items(office, report.district))
