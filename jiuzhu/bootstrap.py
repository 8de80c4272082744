"""The composition root: builds an office out of settings; everything outside is an argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jiuzhu.clock import OfficeClock
from jiuzhu.domain.calendar import WorkingCalendar
from jiuzhu.domain.topics import DocumentMaker, Topic
from jiuzhu.engine import Engine
from jiuzhu.errors import ConfigurationError
from jiuzhu.policy import Policies, load_calendar, load_policies
from jiuzhu.service.bundles import BundleShelf
from jiuzhu.service.clock import set_demo_clock
from jiuzhu.service.files import FileShelf
from jiuzhu.service.office import Office
from jiuzhu.service.register_files import Registers, load_registers
from jiuzhu.service.report_files import Reports, load_reports
from jiuzhu.service.roles import Roles, load_roles
from jiuzhu.service.schedule_files import Schedules, load_schedules
from jiuzhu.service.variables import CaseVariables, load_variables
from jiuzhu.settings import Settings
from jiuzhu.store import Keyring, Store, schema
from jiuzhu.store.office import read_offset
from workers import TOPICS
from workers.documents.maker import Documents
from workers.errands import build_errands
from workers.errands.rehearsal import rehearsed

__all__ = ["Office", "build_office"]


def build_office(
    settings: Settings,
    *,
    clock: Callable[[], datetime] | None = None,
    topics: Mapping[str, Topic] | None = None,
    adapters: Mapping[str, Any] | None = None,
    documents: DocumentMaker | None = None,
    store: Store | None = None,
) -> Office:
    """Wire one office.

    Args: ``clock`` tells machine time (default: the machine's); ``topics`` replaces the table of workers;
    ``adapters`` are ways out that replace the configured ones (``exchange``, ``mail``, ``sms``, ``systems``);
    ``documents`` makes papers. Raises ConfigurationError for anything that is missing or wrong.
    """
    if settings.broker_url:
        raise ConfigurationError("JIUZHU_BROKER_URL: this release works errands in its own processes; leave it empty")
    keyring = Keyring(settings.secret)
    store = store or Store(
        settings.database_url,
        keyring,
        pool_size=int(settings.get("database", "pool_size")),
        busy_seconds=int(settings.get("database", "busy_seconds")),
    )
    if topics is None:
        ways = build_errands(
            settings.values,
            outbox=settings.home / "outbox",
            mail_password=settings.mail_password,
            **(adapters or {}),
        )
        topics = {**TOPICS, **ways}
    engine = Engine()
    opened = store
    rules = read_rules(settings.root / "config")
    office = Office(
        settings=settings,
        store=store,
        clock=OfficeClock(clock, (lambda: read_offset(opened)) if settings.is_demo else None),
        engine=engine,
        topics=topics,
        trial_topics=rehearsed(settings.values, outbox=settings.home / "outbox-trial"),
        policies=rules.policies,
        calendar=rules.calendar,
        documents=documents or Documents(settings.root / "bpmn" / "documents"),
        roles=rules.roles,
        variables=rules.variables,
        registers=rules.registers,
        schedules=rules.schedules,
        reports=rules.reports,
        files=FileShelf(settings.files_url, keyring),
        bundles=BundleShelf(engine, topics),
    )
    if settings.demo_now is not None and schema.is_current(store):
        set_demo_clock(office)
    return office


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an installation's files say: nothing in it changes, so all offices of a process may share it."""

    policies: Policies
    calendar: WorkingCalendar
    roles: Roles
    variables: CaseVariables
    registers: Registers
    schedules: Schedules
    reports: Reports


def read_rules(config: Path) -> Rules:
    """Read the installation's files; those that are as they were last time are not read anew.

    Raises ConfigurationError.
    """
    seen = sha256()
    for path in sorted(path for path in config.rglob("*") if path.suffix in (".toml", ".csv")):
        try:
            data = path.read_bytes()
        except OSError:  # whoever reads it below says which file it is
            data = b""
        seen.update(f"{path} {len(data)}\n".encode() + data)
    return _read_rules(config, seen.hexdigest())


@lru_cache(maxsize=4)
def _read_rules(config: Path, content: str) -> Rules:
    roles = load_roles(config)
    registers = load_registers(config, roles)
    return Rules(
        policies=load_policies(config),
        calendar=load_calendar(config),
        roles=roles,
        variables=load_variables(config),
        registers=registers,
        schedules=load_schedules(config, roles, registers),
        reports=load_reports(config, roles),
    )
