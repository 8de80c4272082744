"""The heat map of a process: how often each step was visited in a period, and how long it took.

Numbers only, of the cases within the reader's own reach; confidential records are not counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.heat import Heat, Visit, shades, sum_up
from jiuzhu.errors import Invalid
from jiuzhu.service import visibility
from jiuzhu.service.deployed import require_reader
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.store import definitions, heat

DAY = timedelta(days=1)
YEARS = range(2000, 2101)
STEPS = frozenset({
    "userTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "callActivity",
    "intermediateCatchEvent",
})  # fmt: skip
"""Where time passes: gateways and other events take none, and a sub-process is the sum of its steps."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One element of the diagram with its numbers."""

    element: str
    name: str
    kind: str
    heat: Heat
    shade: int
    """0 (none) to 4."""
    done: int
    """Forms completed that had a date."""
    late: int


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """The numbers of a process over a period; the slowest step first."""

    key: str
    since: date
    until: date
    steps: Sequence[Step]
    towns: Sequence[tuple[str, str]]
    town: str
    by: str


def show(
    office: Office,
    actor: Actor,
    key: str,
    *,
    since: date | None = None,
    until: date | None = None,
    town: str = "",
    by: str = "median",
) -> HeatMap:
    """Return the heat map of a process; without dates that of the last 90 days. Raises NotFound, Invalid."""
    require_reader(office, actor)
    with reading_desk(office, actor) as desk:
        last = until or desk.today
        first = since or last - timedelta(days=89)
        if last < first:
            raise Invalid("截止日期早于开始日期。")
        if first.year not in YEARS or last.year not in YEARS:
            raise Invalid(f"日期应在 {YEARS.start} 年到 {YEARS[-1]} 年之间。")
        zone = office.settings.zone
        reach = visibility.reach_of(desk, actor)
        wanted = heat.Wanted(
            process_key=key,
            scope=reach.scope,
            since=datetime.combine(first, time(0), zone),
            until=datetime.combine(last + DAY, time(0), zone),
            town=town,
        )
        hidden = _confidential(desk)
        spans = [one for one in heat.spans(desk.tx, wanted) if one.element_type in STEPS]
        spans = [one for one in spans if one.definition not in hidden]
        found = sum_up(
            Visit(element=one.element, days=None if one.left is None else (one.left - one.begun) / DAY) for one in spans
        )
        late = heat.late(desk.tx, wanted)
        towns = [
            (row.id, row.name)
            for row in desk.office.places.all(desk.tx)
            if row.kind == "town" and reach.covers(district=row.district, town=row.id, village="")
        ]
        return HeatMap(
            key=key,
            since=first,
            until=last,
            steps=_steps({one.element: (one.name, one.element_type) for one in spans}, found, late, by),
            towns=sorted(towns),
            town=town,
            by=by,
        )


def _confidential(desk: Desk) -> frozenset[str]:
    """Return the definitions whose records only those who handle them may open: not even their number is told."""
    rows = definitions.definitions(desk.tx, kind="process")
    return frozenset(row.id for row in rows if row.facts.get("properties", {}).get("confidential") == "true")


def _steps(
    named: Mapping[str, tuple[str, str]],
    found: Mapping[str, Heat],
    late: Mapping[str, tuple[int, int]],
    by: str,
) -> list[Step]:
    values = {element: float(one.running if by == "running" else one.median or 0.0) for element, one in found.items()}
    shade = shades(values)
    steps = [
        Step(
            element=element,
            name=named[element][0] or element,
            kind=named[element][1],
            heat=one,
            shade=shade.get(element, 0),
            done=late.get(element, (0, 0))[0],
            late=late.get(element, (0, 0))[1],
        )
        for element, one in found.items()
    ]
    return sorted(steps, key=lambda step: (-values[step.element], -step.heat.visits, step.element))
