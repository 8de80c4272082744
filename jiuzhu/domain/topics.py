"""What a worker topic promises: the contract that lint, element templates, service and runner share.

The table of all topics is ``workers.TOPICS``; this module only has the words it is written in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol, TypeAlias

from jiuzhu.domain.records import Records
from jiuzhu.domain.registers import Register
from jiuzhu.domain.reports import Report

Value: TypeAlias = Any
"""What a variable may hold: str, int, bool, None, or lists and dicts of these (mypy cannot follow the recursion).

Money is a decimal string, an instant an ISO 8601 string.
"""

Values: TypeAlias = Mapping[str, Value]

Kind: TypeAlias = Literal["record", "errand"]


@dataclass(frozen=True, kw_only=True)
class Name:
    """One input or output of a topic."""

    name: str
    type: Literal["string", "integer", "boolean", "money", "date", "json"]
    label: str
    """Chinese, shown in element templates and on the topic's page."""
    required: bool = True
    choices: tuple[str, ...] = ()
    drawn: bool = False
    """An input that the designer settles at the task (milestone, template); others are variables of the case."""


@dataclass(frozen=True, kw_only=True)
class TopicContract:
    """A topic as a designer sees it.

    A *record* task only reads and writes our own tables; it runs inside the transaction that advances the case.
    An *errand* leaves the house; it is parked as a job and gets its inputs as values.
    """

    topic: str
    label: str
    """Verb and object in Chinese, as the task would be named."""
    kind: Kind
    doc: str
    """One or two Chinese sentences for the designer."""
    inputs: tuple[Name, ...] = ()
    outputs: tuple[Name, ...] = ()
    errors: tuple[str, ...] = ()
    """BPMN error codes that the topic may raise."""
    decisions: tuple[str, ...] = ()
    """Decision tables that the handler evaluates itself; frozen into the case's bundle."""
    prefixes: tuple[str, ...] = ()
    """Outputs whose names are data, such as ``due_`` of topic deadlines."""
    sources: tuple[str, ...] = field(default=())
    """Requirement ids."""
    drawn: bool = True
    """False: the service runs it by itself and no diagram names it (topic ``form_book``)."""
    by_form: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Outputs that belong to one completed form: they are not keys of the form, they follow from it (``form_book``)."""


class Decide(Protocol):
    """Evaluate a decision of the case's bundle: a list of rows for COLLECT-like hit policies, else one row or None."""

    def __call__(self, decision: str, inputs: Values) -> dict[str, Value] | list[dict[str, Value]] | None: ...


class PolicyReader(Protocol):
    """Dated parameters of one district (see ``jiuzhu.policy``)."""

    @property
    def name(self) -> str: ...

    @property
    def short(self) -> str:
        """Short name for numbers of papers."""
        ...

    @property
    def bureau(self) -> str: ...

    @property
    def hotline(self) -> str: ...

    def value(self, key: str, on: date) -> Value:
        """Return the value in force on a day; raises ConfigurationError when the key has none."""
        ...

    def values(self, prefix: str, on: date) -> dict[str, Value]:
        """Return all values in force under ``prefix.`` by the rest of their key: the parameters of a decision table."""
        ...

    def rows(self, key: str, on: date) -> list[dict[str, Value]]:
        """Return the table rows in force on a day, each with its columns and from, until, source."""
        ...

    def source(self, key: str, on: date) -> str:
        """Return requirement id, rule or ``assumption`` of the value in force."""
        ...


class Calendar(Protocol):
    """Working days (see ``jiuzhu.domain.calendar``)."""

    def knows(self, year: int) -> bool:
        """Return whether the year's notice is published; dates that touch another year are provisional."""
        ...

    def add_working_days(self, start: date, count: int) -> tuple[date, bool]:
        """Return the date and whether it is provisional (a year without a published notice)."""
        ...

    def working_days_between(self, start: date, end: date) -> int: ...

    def is_working_day(self, day: date) -> bool: ...

    def next_working_day(self, day: date) -> date:
        """Return the first working day after the day."""
        ...


class Switchboard(Protocol):
    """What a record task may do to other cases, in the same transaction."""

    def start(self, process_key: str, variables: Values) -> str:
        """Start another process after this step and return its record number."""
        ...

    def hand_in(self, process_key: str, answers: Values, *, town: str, village: str) -> str:
        """Open a matter of its own after this step, with its start form filled in; return its record number.

        Raises Invalid when the answers do not fit the form.
        """
        ...

    def about_household(self, recipient_no: str, process_key: str, variables: Values) -> str:
        """Start a process about a recipient's household after this step; return its record number."""
        ...

    def is_running(self, record_no: str) -> bool:
        """True while a process instance has not ended."""
        ...

    def send(self, message: str, correlation: Values, payload: Values) -> bool:
        """Correlate a message after this step; False when nobody is waiting for it now."""
        ...


class DocumentMaker(Protocol):
    """Freezes a document's values and its HTML twin; the .docx is rendered when first asked for."""

    def twin(self, template: str, values: Values) -> str: ...

    def docx(self, template: str, values: Values) -> bytes: ...

    def title(self, template: str) -> str: ...


@dataclass(frozen=True, kw_only=True)
class RecordCall:
    """Everything a record handler may use. ``inputs`` holds exactly the contract's input names that have a value."""

    topic: str
    case_no: str
    """The household's case number (``''`` before case_open of an application is impossible: service allocates it)."""
    record_no: str
    """Number of this process instance; equals case_no in an application."""
    process_key: str
    district: str
    element_id: str
    task_id: str
    inputs: Values
    properties: Mapping[str, str]
    """camunda:property values of the task."""
    defaults: Values
    """Initial values of the process (property ``defaults``), for topic case_open."""
    actor: str | None
    """Person id of whoever's click this is; None for a timer or a message without a person."""
    now: datetime
    """Office time, aware UTC."""
    today: date
    """Office date in Asia/Shanghai."""
    records: Records
    policy: PolicyReader
    calendar: Calendar
    decide: Decide
    switchboard: Switchboard
    documents: DocumentMaker
    registers: Mapping[str, Register] = field(default_factory=dict)
    """Registers that are data, by name."""
    reports: Mapping[str, Report] = field(default_factory=dict)
    """Reports that are data, by name."""


@dataclass(frozen=True, kw_only=True)
class ErrandCall:
    """Everything an errand gets: plain values, frozen in the transaction that parked it."""

    topic: str
    case_no: str
    record_no: str
    process_key: str
    district: str
    element_id: str
    task_id: str
    """Idempotency key towards the outside party: new for each visit, the same over all retries."""
    inputs: Values
    attempt: int
    """1 at the first try."""
    now: datetime


RecordHandler: TypeAlias = Callable[[RecordCall], Values]
"""Return output variables; raise BpmnError (boundary event), Refused (rolls the click back with its sentence)."""

ErrandPrepare: TypeAlias = Callable[[RecordCall], Values]
"""Runs inside the parking transaction: adds bulky inputs read from our tables to the job (a frozen copy)."""

ErrandHandler: TypeAlias = Callable[[ErrandCall], Values]
"""Acts outside; return outputs, raise WorkerError or BpmnError."""

ErrandBook: TypeAlias = Callable[[RecordCall, Values], Values]
"""Runs inside the finishing transaction: writes what the errand brought back into our tables, returns the variables."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A contract with its hands: record topics have ``record``, errands ``errand`` and perhaps ``prepare``/``book``."""

    contract: TopicContract
    record: RecordHandler | None = None
    errand: ErrandHandler | None = None
    prepare: ErrandPrepare | None = None
    book: ErrandBook | None = None
