"""One trial from beginning to end: the throw-away office, the walks, the month; and what comes out, as plain values."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jiuzhu.errors import Invalid
from jiuzhu.service import tryout_drawing, tryout_office
from jiuzhu.service.tryout_deployment import is_of_flow
from jiuzhu.simulate.tryout.explore import Explorer
from jiuzhu.simulate.tryout.hands import Hands
from jiuzhu.simulate.tryout.month import Month, run_month
from jiuzhu.simulate.tryout.notes import Fault
from jiuzhu.simulate.tryout.place import Place, throw_away, with_stock
from jiuzhu.simulate.tryout.reasons import unwalked

MOST_WAYS = 80
ORDER = ("check", "stop", "dead-end", "deadlock", "loop", "stuck", "limit", "unreached")
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a trial is to do."""

    district: str
    day: date
    seed: int = 1
    steps: int = 600
    """Acts of the exploration."""
    cases: int = 8
    """Made-up cases of the month; 0: no month."""
    seconds: float | None = None
    """Most time that the exploration may take; None: only the acts are counted."""


def try_out(
    rest: Mapping[str, bytes] | Path,
    tried: Mapping[str, bytes],
    root: Path,
    wanted: Wanted,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Try files over the deployed rest (its files, or a database in which it is) and return the report.

    Raises DeploymentRefused when they cannot run at all, Invalid when nobody can begin what leads to them.
    """
    say("准备临时办公环境")
    with throw_away(rest, tried, root=root, district=wanted.district, day=wanted.day) as place:
        first = tryout_office.root_of(place.office, place.key, place.district)
        if first is None:
            sentence = f"“{place.key}”没有人能发起，也没有人能发起的流程调用它，无法单独试走。"
            raise Invalid(f"{sentence}由日程、名单启动的，请模拟一年：jiuzhu simulate year。")
        if first.about:
            with_stock(place)
        return _tried(place, first, wanted, say)


def _tried(place: Place, first: tryout_office.Root, wanted: Wanted, say: Say) -> dict[str, Any]:
    bundle = tryout_office.bundle_of(place.office, first.key, place.district)
    drawings = tryout_drawing.drawings_of(bundle)
    if place.key not in drawings:
        raise Invalid(f"“{place.key}”不在“{first.key}”的调用范围里，无法试走。")
    camera = tryout_office.Camera(place.office)
    hands = Hands(place, random.Random(f"{wanted.seed}/walks"))
    clean, moment = camera.take(), place.office.clock.now()
    explorer = Explorer(
        place,
        first,
        drawings,
        tryout_drawing.read_by_tables(bundle),
        hands,
        budget=wanted.steps,
        seconds=wanted.seconds,
        say=lambda steps, walked, flows: say(f"试走 {steps} 步，走过 {walked}/{flows} 条线"),
    )
    explorer.run()
    month = None
    if wanted.cases:
        say("模拟一个月")
        camera.restore(clean)
        place.office.clock.forget()
        place.machine.advance(moment - place.office.clock.now())
        month = run_month(place, first, wanted.cases, random.Random(f"{wanted.seed}/month"), say)
    return _report(place, first, explorer, month, wanted)


def _report(
    place: Place, first: tryout_office.Root, explorer: Explorer, month: Month | None, wanted: Wanted
) -> dict[str, Any]:
    drawing, notes = explorer.wishes.drawing, explorer.notes
    if not explorer.stopped:
        explorer.faults.circles(explorer.unfinished())
    missing = sorted(explorer.wishes.missing)
    walked = list(notes.faults.values())
    met = {one.element_id for one in walked}
    faults = [*(one for one in _of_checker(place) if one.element_id not in met), *walked]
    faults += unwalked(drawing, missing, notes, cut_off=bool(explorer.stopped))
    if month is not None:
        faults += month.faults()
    faults.sort(key=lambda one: (one.severity != "error", ORDER.index(one.kind)))
    ways = sorted(notes.ways.values(), key=lambda one: (len(one.trail), one.end_id))
    return {
        "key": place.key,
        "name": drawing.name,
        "district": place.district,
        "start": next((box.id for box in drawing.boxes.values() if box.type == "startEvent" and not box.level), ""),
        "root": {"key": first.key, "name": first.name},
        "seed": wanted.seed,
        "day": wanted.day.isoformat(),
        "steps": notes.steps,
        "stopped": explorer.stopped,
        "flows": [
            {
                "id": line.id,
                "name": line.name,
                "count": notes.flows[drawing.key, line.id],
                "assumed": (drawing.key, line.id) not in notes.natural,
            }
            for line in drawing.lines.values()
        ],
        "elements": {box.id: notes.elements[drawing.key, box.id] for box in drawing.boxes.values()},
        "faults": [asdict(one) for one in faults],
        "ends": dict(sorted(Counter(one.end_name or one.end_id or "没有结束事件" for one in ways).items())),
        "ways": [asdict(one) for one in ways[:MOST_WAYS]],
        "ways_count": len(ways),
        "month": month.told() if month is not None else None,
    }


def _of_checker(place: Place) -> list[Fault]:
    """Return what the checker says of the flow: the walks may have met it, or may not."""
    return [
        Fault(
            kind="check",
            severity=one.severity,
            process_key=one.process_key,
            element_id=one.element_id,
            element_name=one.element_name,
            message=one.message,
            remedy=one.remedy,
        )
        for one in place.findings
        if is_of_flow(one) or one.severity == "warning"
    ]
