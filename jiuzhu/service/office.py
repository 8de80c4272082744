"""The office: everything that the use cases work with, wired once in ``jiuzhu.bootstrap``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jiuzhu.clock import Clock
from jiuzhu.domain.actor import Actor
from jiuzhu.domain.calendar import WorkingCalendar
from jiuzhu.domain.topics import DocumentMaker, Topic
from jiuzhu.engine import Engine
from jiuzhu.policy import Policies
from jiuzhu.service.bundles import BundleShelf
from jiuzhu.service.doorbell import Doorbell
from jiuzhu.service.files import FileShelf
from jiuzhu.service.places import Places
from jiuzhu.service.register_files import Registers
from jiuzhu.service.report_files import Reports
from jiuzhu.service.roles import Roles
from jiuzhu.service.schedule_files import Schedules
from jiuzhu.service.variables import CaseVariables
from jiuzhu.settings import Settings
from jiuzhu.store import Store
from jiuzhu.store.records import Names

SYSTEM = "system"


@dataclass(kw_only=True)
class Office:
    """One installation in one process. Safe to share between threads; holds no state of any case."""

    settings: Settings
    store: Store
    clock: Clock
    engine: Engine
    topics: Mapping[str, Topic]
    policies: Policies
    calendar: WorkingCalendar
    documents: DocumentMaker
    roles: Roles
    variables: CaseVariables
    registers: Registers
    schedules: Schedules
    reports: Reports
    files: FileShelf
    bundles: BundleShelf
    trial_topics: Mapping[str, Topic] = field(default_factory=dict)
    """Errands of trial runs: simulated, whatever addresses there are."""
    names: Names = field(default_factory=Names)
    places: Places = field(default_factory=Places)
    doorbell: Doorbell = field(default_factory=Doorbell)

    def close(self) -> None:
        """Give the database connections back."""
        self.store.close()


def system_actor() -> Actor:
    """Return who acts when the installation itself does: deployments from the command line, seed data."""
    return Actor(person_id=SYSTEM, login=SYSTEM, name="系统", groups=())


def is_system(actor: Actor | None) -> bool:
    """True for the installation itself."""
    return actor is None or actor.person_id == SYSTEM
