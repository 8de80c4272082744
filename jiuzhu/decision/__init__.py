"""FEEL and DMN decision tables, pure: no clock, no I/O."""

from jiuzhu.decision.decisions import Decisions, plain, read_decisions
from jiuzhu.decision.expressions import Expression, UnaryTests, feel, unary_tests
from jiuzhu.decision.model import DecisionFinding, DecisionsRefused

__all__ = [
    "DecisionFinding",
    "Decisions",
    "DecisionsRefused",
    "Expression",
    "UnaryTests",
    "feel",
    "plain",
    "read_decisions",
    "unary_tests",
]
