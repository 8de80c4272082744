"""The demo's first cases: read from ``config/demo/cases``, started and worked by the demo's people, safe to repeat.

A file is one case: ``process``, ``by``, ``at``, ``[application]``, then one ``[[step]]`` after the other: an ``item``
to complete or a ``message`` to enter. ``application`` and ``answers`` stand over those of ``answers.toml`` (one table a
form, that with which the process starts among them). ``at`` is
``<days before the demo's date> <hour>:<minute>``. ``since`` and ``until`` are the first and last date of the demo at
which the case can be played (left out: any), because authority, posts and letters have dates. Within answers
``{day}``, ``{day+30}``, ``{moment}``, ``{file}`` and ``{amount}`` mean the step's day, a day near it, its instant, an
uploaded sheet and the reckoned amount.

Everything goes through the use cases that people's pages call, on a clock that stands at the step's hour.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from jiuzhu.clock import Clock
from jiuzhu.domain.actor import Actor
from jiuzhu.errors import ConfigurationError, Forbidden, Invalid, JiuzhuError
from jiuzhu.service import cases, documents, due, identity, inbox, jobs, work
from jiuzhu.service.office import Office

ANSWERS = "answers.toml"
SHEET = "sheet.png"
WORKER = "demo-cases"
FILE_KEYS = {"title", "process", "by", "at", "since", "until", "application", "step"}
STEP_KEYS = {"item", "message", "by", "at", "answers"}
_DAY = re.compile(r"\{day(?:\+(\d+))?\}")


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A case that stopped on its way: the diagrams that were deployed are not those it was written for."""

    title: str
    step: str
    sentence: str


class _StillClock:
    """Office time stands at a step's hour; machine time stays true."""

    def __init__(self, true: Clock) -> None:
        self._true = true
        self.moment = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def machine(self) -> datetime:
        return self._true.machine()

    def forget(self) -> None:
        self._true.forget()


def load_cases(office: Office) -> Sequence[Trouble]:
    """Start and work the cases of ``config/demo/cases`` that are not there yet; returns those that stopped early.

    Cases of another time than the demo's date (``since``, ``until``) are left out.
    Each step is a transaction of its own, as it is for people. Errands are worked in between, so the exchange must be
    up. Raises Forbidden outside the demo, ConfigurationError for a faulty file.
    """
    if not office.settings.is_demo:
        raise Forbidden("只有演示环境可以装入演示案件。")
    folder = office.settings.root / "config" / "demo" / "cases"
    if not (folder / ANSWERS).is_file():
        raise ConfigurationError(f"{folder / ANSWERS} not found")
    common = _read(folder / ANSWERS)
    files = [path for path in sorted(folder.glob("*.toml")) if path.name != ANSWERS]
    made = [_Play(office, path, common).run() for path in files]
    return [trouble for trouble in made if trouble is not None]


class _Play:
    """One case being worked along its file."""

    def __init__(self, office: Office, path: Path, common: Mapping[str, Any]) -> None:
        self._clock = _StillClock(office.clock)
        self._office = dataclasses.replace(office, clock=self._clock)
        self._today = office.clock.now().astimezone(office.settings.zone).date()
        self._latest = office.clock.now()
        self._path = path
        self._common = common
        self._script = _read(path)
        self._errands = [name for name, topic in office.topics.items() if topic.errand is not None]
        self._sheets: dict[str, str] = {}
        self._case_no = ""

    def run(self) -> Trouble | None:
        script = self._script
        self._know(script, FILE_KEYS, "file")
        at = "start"
        try:
            if not self._is_of_this_time():
                return None
            self._turn_to(script["at"])
            actor = identity.actor_of(self._office, script["by"])
            form = cases.start_form(self._office, actor, script["process"]).sheet.form.id
            answers = self._answers(actor, {**self._common.get(form, {}), **script["application"]}, {})
            once = f"demo-case:{self._path.stem}"
            started = cases.start_case(self._office, actor, script["process"], answers, once=once)
            if started.already_done:
                return None
            self._case_no = started.case_no
            self._settle()
            for step in script.get("step", ()):
                self._know(step, STEP_KEYS, "step")
                at = step.get("item") or step["message"]
                self._turn_to(step["at"])
                self._settle()
                self._act(identity.actor_of(self._office, step["by"]), step)
                self._settle()
        except KeyError as error:
            raise ConfigurationError(f"{self._path.name}: {at}: {error} is missing") from error
        except ConfigurationError:
            raise
        except JiuzhuError as error:
            return Trouble(title=script["title"], step=at, sentence=_sentence(error))
        return None

    def _is_of_this_time(self) -> bool:
        since, until = self._script.get("since", date.min), self._script.get("until", date.max)
        if not (isinstance(since, date) and isinstance(until, date)):
            raise ConfigurationError(f"{self._path.name}: since and until are dates like 2021-12-15")
        return since <= self._today <= until

    def _act(self, actor: Actor, step: Mapping[str, Any]) -> None:
        own = step.get("answers", {})
        if "message" in step:
            form = cases.message_form(self._office, actor, self._case_no, step["message"]).sheet.form.id
            data = self._answers(actor, {**self._common.get(form, {}), **own}, {})
            once = f"demo-case:{self._path.stem}:{step['message']}:{step['at']}"
            cases.send_message(self._office, actor, self._case_no, step["message"], data, once=once)
            return
        item = self._open_item(actor, step["item"])
        page = work.open_item(self._office, actor, item)
        data = self._answers(actor, {**self._common.get(page.form.id, {}), **own}, page.context)
        inbox.claim(self._office, actor, item)
        work.complete(self._office, actor, item, data)

    def _open_item(self, actor: Actor, element: str) -> str:
        page = inbox.list_items(self._office, actor, view="group", element=element, text=self._case_no)
        found = [item.id for item in page.items if item.case_no == self._case_no]
        if not found:
            raise Invalid(f"{actor.name}没有“{element}”可以办。")
        return found[0]

    def _settle(self) -> None:
        """Work the errands that wait and fire what is due at the step's hour."""
        while taken := jobs.take_jobs(self._office, WORKER, self._errands, 1):
            jobs.work_job(self._office, taken[0])
        if due.fire_due(self._office):
            self._settle()

    def _turn_to(self, at: str) -> None:
        days, _, hour = at.partition(" ")
        try:
            wanted = datetime.combine(
                self._today - timedelta(days=int(days)), time.fromisoformat(hour), self._office.settings.zone
            )
        except ValueError as error:
            raise ConfigurationError(f"{self._path.name}: {at!r} is not '<days before> <hour>:<minute>'") from error
        if not self._clock.moment <= wanted.astimezone(UTC) <= self._latest:
            raise ConfigurationError(f"{self._path.name}: {at!r} is not in order")
        self._clock.moment = wanted.astimezone(UTC)

    def _answers(self, actor: Actor, value: Any, context: Mapping[str, Any]) -> Any:
        if isinstance(value, Mapping):
            return {key: self._answers(actor, one, context) for key, one in value.items()}
        if isinstance(value, list):
            return [self._answers(actor, one, context) for one in value]
        if value == "{file}":
            return self._sheet(actor)
        if value == "{amount}":
            return context["amount_monthly"]
        if not isinstance(value, str):
            return value
        local = self._clock.moment.astimezone(self._office.settings.zone)
        text = value.replace("{moment}", local.isoformat(timespec="minutes"))
        return _DAY.sub(lambda found: _later(local.date(), found[1]), text)

    def _sheet(self, actor: Actor) -> str:
        if actor.login not in self._sheets:
            data = (self._path.parent / SHEET).read_bytes()
            self._sheets[actor.login] = documents.store_attachment(
                self._office, actor, "示例材料.png", "image/png", data
            )
        return self._sheets[actor.login]

    def _know(self, table: Mapping[str, Any], keys: set[str], where: str) -> None:
        unknown = sorted(set(table) - keys)
        if unknown:
            raise ConfigurationError(f"{self._path.name}: {where}: unknown key {unknown[0]}")


def _later(day: date, days: str | None) -> str:
    return (day + timedelta(days=int(days or 0))).isoformat()


def _sentence(error: JiuzhuError) -> str:
    faults = getattr(error, "faults", None) or {}
    return "；".join([str(error), *(f"{path} {fault}" for path, fault in faults.items())])


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path.name}: {error}") from error
