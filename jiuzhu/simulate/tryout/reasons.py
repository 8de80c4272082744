"""Why a flow was not walked, in the designer's words: said where a chain of unwalked flows begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jiuzhu.service.tryout_drawing import Box, Drawing, Line
from jiuzhu.simulate.tryout.notes import Fault, Notes

DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})
EVENTS: Mapping[str, str] = {
    "timer": "试走中没有等到它到期",
    "message": "试走中没有收到它",
    "error": "试走中没有任务报出这个错误",
    "escalation": "试走中没有人上报",
}


def unwalked(drawing: Drawing, missing: Sequence[str], notes: Notes, *, cut_off: bool = False) -> list[Fault]:
    """Return one fault for each place where the walks should have gone on and did not.

    ``cut_off``: the walks ended before everything was tried.
    """
    gone = set(missing)
    found = []
    for one in sorted(gone, key=list(drawing.lines).index):
        line = drawing.lines[one]
        source = drawing.boxes[line.source]
        if not notes.elements[drawing.key, source.id]:
            if not _begins(drawing, source, gone, notes):
                continue
            found.append(_fault(drawing, source, line, _event_reason(source, notes)))
            continue
        found.append(_fault(drawing, source, line, _reason(drawing, source, line, notes)))
    if cut_off:
        return [replace(one, message=f"没有试完，还没有走到这里：{one.message}", remedy="") for one in found]
    return found


def _begins(drawing: Drawing, source: Box, gone: set[str], notes: Notes) -> bool:
    """True when nothing before a node explains that it was not reached."""
    if source.attached_to:
        return bool(notes.elements[drawing.key, source.attached_to])
    if source.type == "startEvent":
        return not source.level or bool(source.event) or bool(notes.elements[drawing.key, source.level])
    return not source.incoming


def _reason(drawing: Drawing, source: Box, line: Line, notes: Notes) -> str:
    if source.type in DECIDING and line.condition:
        return f"条件 {line.condition} 在生成的各种内容下都不成立。{_values(line, notes)}"
    if source.type in DECIDING and line.is_default:
        return "其他条件总有一个成立，默认的线走不到。"
    if source.type == "eventBasedGateway":
        return "试走中没有先等到它。"
    return f"{source.shown}办过，但没有从这里出去：后面没有办完，或者总是从边界事件离开。"


def _event_reason(source: Box, notes: Notes) -> str:
    if source.type == "boundaryEvent" or (source.level and source.event):
        return f"{EVENTS.get(source.event, '没有发生')}{f'（{source.code}）' if source.code else ''}。"
    if source.type != "startEvent":
        return "没有线连到这里。"
    if notes.elements:
        return "试走没有走到这个流程：没有一种走法启动或调用它。"
    said = next((why for move, why in notes.refused.items() if move[0] == "begin"), "")
    return f"试走没有开始：{said.rstrip('。') or '没有人能发起'}。"


def _values(line: Line, notes: Notes) -> str:
    said = []
    for name in sorted(line.names):
        values = sorted(notes.answers.get(name, ()))
        said.append(f"{name} 出现过 {'、'.join(values[:8])}" if values else f"{name} 没有值")
    return "；".join(said) + "。" if said else ""


def _fault(drawing: Drawing, source: Box, line: Line, message: str) -> Fault:
    target = drawing.boxes[line.target]
    name = f"{source.name or source.id} → {line.name or target.name or target.id}"
    return Fault(
        kind="unreached",
        severity="warning",
        process_key=drawing.key,
        element_id=line.id,
        element_name=name,
        message=message,
        remedy="请核对条件和前面给出的值；确实走不到的线请删除。",
    )
