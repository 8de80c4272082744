"""Recorded walks replayed in one throw-away office: who does what on which day, and what has to be open then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.walk_files import CASE_NO, Step, WalkFile
from jiuzhu.errors import ConfigurationError, Invalid, JiuzhuError, Refused
from jiuzhu.runner import Runner
from jiuzhu.service import cases, documents, due, identity, simulating, tryout_office, work
from jiuzhu.service.office import Office
from jiuzhu.service.tryout_office import Camera
from jiuzhu.service.written_answers import answers_of
from jiuzhu.simulate.tryout.place import bare_office

SHEET = ("config", "demo", "cases", "sheet.png")
ROUNDS = 30


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one walk."""

    name: str
    title: str
    steps: int
    fault: str = ""
    """'' when everything went as it is written; else step, element and difference in Chinese."""


def replay(
    walks: Mapping[str, WalkFile],
    rest: Mapping[str, bytes] | Path,
    root: Path,
    say: Callable[[Outcome], None] = lambda _: None,
) -> Sequence[Outcome]:
    """Replay walks, each from the same untouched office on its own first day; returns what became of each."""
    if not walks:
        return []
    found = []
    with bare_office(rest, root=root, day=min(walk.day for walk in walks.values())) as (office, machine):
        camera = Camera(office)
        clean = camera.take()
        for name, walk in sorted(walks.items()):
            camera.restore(clean)
            office.clock.forget()
            outcome = _Replay(office, machine.advance, name, walk).run()
            found.append(outcome)
            say(outcome)
    return found


class _Differs(Exception):
    """The walk does not go as it is written."""


class _Replay:
    def __init__(self, office: Office, advance: Callable[[timedelta], None], name: str, walk: WalkFile) -> None:
        self._office = office
        self._advance = advance
        self._name = name
        self._walk = walk
        self._runner = Runner(office)
        self._sheet = office.settings.root.joinpath(*SHEET).read_bytes()
        self._case_no = ""

    def run(self) -> Outcome:
        place = 0
        fault = ""
        try:
            for place, step in enumerate(self._walk.steps, start=1):
                self._turn_to(step)
                if place > 1:
                    self._compare(self._walk.steps[place - 2])
                self._do(step, first=place == 1)
                self._settle()
            self._compare(self._walk.steps[-1])
            self._compare_end()
        except (_Differs, JiuzhuError) as error:
            step = self._walk.steps[max(place - 1, 0)]
            fault = f"第 {place} 步 {step.what}（{step.by}）：{_sentence(error)}"
        return Outcome(name=self._name, title=self._walk.title, steps=len(self._walk.steps), fault=fault)

    def _turn_to(self, step: Step) -> None:
        zone = self._office.settings.zone
        wanted = datetime.combine(self._walk.day + timedelta(days=step.days), step.hour, zone)
        delta = wanted - self._office.clock.now()
        if delta < timedelta() and self._case_no:
            raise _Differs("时间比上一步早")
        self._advance(delta)
        if self._case_no:
            self._settle()

    def _do(self, step: Step, *, first: bool) -> None:
        actor = identity.actor_of(self._office, step.by)
        if step.kind == "start":
            about = None if first else self._case_no
            page = cases.start_form(self._office, actor, step.what, about)
            data = self._data(actor, step, page.sheet.form, page.sheet.context)
            started = cases.start_case(self._office, actor, step.what, data, about=about)
            if first:
                self._case_no = started.case_no
        elif step.kind == "message":
            record = f"{self._case_no}{step.record}"
            sheet = cases.message_form(self._office, actor, record, step.what).sheet
            data = self._data(actor, step, sheet.form, sheet.context)
            cases.send_message(self._office, actor, record, step.what, data)
        else:
            self._item(actor, step)

    def _item(self, actor: Actor, step: Step) -> None:
        record = f"{self._case_no}{step.record}"
        items = [one for one in self._items() if one.element_id == step.what and one.record_no == record]
        if not items:
            raise _Differs(f"没有打开这个环节；打开着的是：{self._shown(self._open())}")
        refused: Refused | None = None
        for item in items:
            try:
                page = work.open_item(self._office, actor, item.id)
                data = self._data(actor, step, page.form, page.context)
                work.complete(self._office, actor, item.id, data)
            except Refused as error:
                refused = refused or error
            else:
                return
        assert refused is not None
        raise refused

    def _data(self, actor: Actor, step: Step, form: Any, context: Mapping[str, Any]) -> dict[str, Any]:
        local = self._office.clock.now().astimezone(self._office.settings.zone)
        told = _with_number(step.data, self._case_no)

        def upload() -> str:
            return documents.store_attachment(self._office, actor, "示例材料.png", "image/png", self._sheet)

        return answers_of(told, form, context, local, upload)

    def _compare(self, step: Step) -> None:
        if step.expect is None:
            return
        wanted, found = Counter(step.expect), Counter(self._open())
        if wanted != found:
            missing, more = sorted((wanted - found).elements()), sorted((found - wanted).elements())
            said = [f"应打开而没有：{self._shown(missing)}"] if missing else []
            said += [f"多打开了：{self._shown(more)}"] if more else []
            raise _Differs(f"“{step.what}”办完以后，{'；'.join(said)}")

    def _compare_end(self) -> None:
        _, end = tryout_office.end_of(self._office, self._case_no)
        if end != self._walk.end:
            raise _Differs(f"应结束于 {self._walk.end or '（还在办）'}，实际 {end or '（还在办）'}")

    def _items(self) -> Sequence[simulating.Open]:
        return [
            one
            for one in simulating.open_items(self._office, self._walk.district)
            if one.record_no.startswith(self._case_no)
        ]

    def _open(self) -> list[str]:
        return sorted(one.element_id for one in self._items())

    def _shown(self, elements: Sequence[str]) -> str:
        names = {one.element_id: one.name for one in self._items()}
        said = [f"{names[one]}（{one}）" if one in names else one for one in elements]
        return "、".join(said) or "没有"

    def _settle(self) -> None:
        for _ in range(ROUNDS):
            if not self._runner.drain() + due.fire_due(self._office):
                return


def _with_number(value: Any, case_no: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_number(one, case_no) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_number(one, case_no) for one in value]
    return value.replace(CASE_NO, case_no) if isinstance(value, str) else value


def _sentence(error: Exception) -> str:
    if isinstance(error, Invalid):
        return error.with_faults
    return str(error) if not isinstance(error, ConfigurationError) else f"配置不对：{error}"
