"""FEEL and DMN decision tables, pure: no clock, no I/O."""

from jiuzhu.decision.expressions import Expression, UnaryTests, feel, unary_tests

__all__ = ["Expression", "UnaryTests", "feel", "unary_tests"]
