"""BPMN in, plain values out: the engine knows no database and no web."""

from jiuzhu.engine.spiff.engine import Engine

__all__ = ["Engine"]
