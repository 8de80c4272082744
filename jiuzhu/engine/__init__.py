"""BPMN in, plain values out: the engine knows no database and no web.

``Engine`` advances cases, ``parse_resources`` reads what a deployment holds, ``jiuzhu.engine.lint`` checks it.
"""

from jiuzhu.engine import lint
from jiuzhu.engine.catalogue import parse_resources
from jiuzhu.engine.moves import Move, MoveOrder, Remark
from jiuzhu.engine.spiff.engine import Engine
from jiuzhu.engine.values import (
    ELSEWHERE,
    LOOP_LIMIT,
    MAX_LOOPS,
    Bundle,
    CompleteItem,
    DeliverMessage,
    DeliverSignal,
    Event,
    FinishJob,
    FireTimers,
    Host,
    Passage,
    RaiseError,
    Step,
    StoredState,
    TaskCall,
    Values,
    Waiting,
    WorkItem,
)

__all__ = [
    "ELSEWHERE",
    "LOOP_LIMIT",
    "MAX_LOOPS",
    "Bundle",
    "CompleteItem",
    "DeliverMessage",
    "DeliverSignal",
    "Engine",
    "Event",
    "FinishJob",
    "FireTimers",
    "Host",
    "Move",
    "MoveOrder",
    "Passage",
    "RaiseError",
    "Remark",
    "Step",
    "StoredState",
    "TaskCall",
    "Values",
    "Waiting",
    "WorkItem",
    "lint",
    "parse_resources",
]
