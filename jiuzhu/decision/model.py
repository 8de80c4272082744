"""What a DMN file holds once it was read: decisions, their logic, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from jiuzhu.decision.expressions import Expression, UnaryTests
from jiuzhu.errors import DecisionError


class HitPolicy(Enum):
    """How the rules that match become one answer."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    OUTPUT_ORDER = "OUTPUT ORDER"
    RULE_ORDER = "RULE ORDER"
    COLLECT = "COLLECT"

    @property
    def many(self) -> bool:
        """Return whether the answer is a list (unless COLLECT aggregates)."""
        return self in (HitPolicy.OUTPUT_ORDER, HitPolicy.RULE_ORDER, HitPolicy.COLLECT)


@dataclass(frozen=True, kw_only=True)
class DecisionFinding:
    """One fault of a DMN file, in the designer's language."""

    element_id: str
    element_name: str
    line: int
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        name = f"“{self.element_name}”" if self.element_name else ""
        return f"第 {self.line} 行 {self.element_id}{name}：{self.message}"


class DecisionsRefused(DecisionError):
    """A DMN file has faults; nothing of it is used."""

    def __init__(self, findings: Sequence[DecisionFinding]) -> None:
        super().__init__("；".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True, kw_only=True)
class InputData:
    """A declared input: its variable's name and type."""

    id: str
    name: str
    type: str
    """FEEL type of the variable, ``''`` for any; a list when ``collection``."""
    collection: bool
    components: Mapping[str, str]
    """Types of the entries of a context."""
    allowed: UnaryTests | None


@dataclass(frozen=True, kw_only=True)
class TableInput:
    """A condition column."""

    id: str
    label: str
    expression: Expression
    allowed: UnaryTests | None


@dataclass(frozen=True, kw_only=True)
class TableOutput:
    """A conclusion column."""

    id: str
    name: str
    order: tuple[Expression, ...]
    """Allowed values, most important first (PRIORITY, OUTPUT ORDER)."""
    default: Expression | None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row."""

    id: str
    number: int
    """From 1 on, as the modeler shows it."""
    tests: tuple[UnaryTests, ...]
    results: tuple[Expression, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A decision table."""

    id: str
    hit_policy: HitPolicy
    aggregation: str
    """'' or SUM, MIN, MAX, COUNT."""
    inputs: tuple[TableInput, ...]
    outputs: tuple[TableOutput, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class Context:
    """A box of named entries, each of which reads the ones above it."""

    entries: tuple[tuple[str, Logic], ...]
    result: Logic | None
    """The last box without a name; None: the answer is the context itself."""


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """A box that calls a function by name."""

    function: Expression
    bindings: tuple[tuple[str, Logic], ...]


@dataclass(frozen=True, kw_only=True)
class Items:
    """A box that is a list."""

    items: tuple[Logic, ...]


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A box of rows with the same columns: a list of contexts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Logic, ...], ...]


@dataclass(frozen=True, kw_only=True)
class FunctionBox:
    """A box that is a function."""

    parameters: tuple[str, ...]
    body: Logic


Logic: TypeAlias = Expression | Table | Context | Invocation | Items | Relation | FunctionBox
"""What a decision or knowledge model holds."""


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """A business knowledge model: a function with a name."""

    id: str
    name: str
    parameters: tuple[str, ...]
    logic: Logic
    knowledge: tuple[str, ...]
    """Ids of the knowledge models it uses."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision."""

    id: str
    name: str
    """Label on the screen."""
    variable: str
    """Name under which other decisions read it."""
    scalar: bool
    """Declared as a single value: a list of one stands for its element."""
    logic: Logic
    inputs: tuple[str, ...]
    """Ids of the input data it requires."""
    decisions: tuple[str, ...]
    knowledge: tuple[str, ...]


@dataclass(kw_only=True)
class Definitions:
    """The content of one file."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    inputs: dict[str, InputData] = field(default_factory=dict)
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
