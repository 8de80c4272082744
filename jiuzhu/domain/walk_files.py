"""A recorded walk as a file beside its diagram: ``<key>.<name>.walk.toml``, which a designer can read and edit.

Days are counted from the first one, hours are the office's: ``at = "+3 10:20"``. ``{file}`` stands for an uploaded
sheet, ``{case_no}`` for the number of the case. ``expect`` names what is open before the next step.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from jiuzhu.errors import ConfigurationError

ENDING = ".walk.toml"
KINDS = ("start", "item", "message")
CASE_NO, FILE = "{case_no}", "{file}"
_AT = re.compile(r"\+(\d{1,4}) (\d{2}):(\d{2})(?::(\d{2}))?")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One act of somebody."""

    kind: str
    """start (a process about the case), item, message."""
    what: str
    """Key of the process, id of the element, name of the message."""
    name: str
    by: str
    days: int
    hour: time
    record: str = ""
    """Which record of the household: '' is the case itself, else what stands behind its number."""
    data: Mapping[str, Any] = field(default_factory=dict)
    expect: Sequence[str] | None = None
    """What is open before the next step; None: not looked at."""


@dataclass(frozen=True, kw_only=True)
class WalkFile:
    """A walk."""

    title: str
    process: str
    district: str
    day: date
    steps: Sequence[Step]
    """The first one starts the process itself."""
    end: str
    """End event of the case; '' when it still runs at the end."""


def parse(text: str, name: str) -> WalkFile:
    """Read a file. Raises ConfigurationError that says what is wrong in which step."""
    try:
        content = tomllib.loads(text)
        steps = [_step(row, place) for place, row in enumerate(content["step"], start=1)]
        if not steps or steps[0].kind != "start":
            raise ConfigurationError("第 1 步应当是 start")
        return WalkFile(
            title=str(content.get("title", "")),
            process=str(content["process"]),
            district=str(content["district"]),
            day=_day(content["day"]),
            steps=steps,
            end=str(content.get("end", "")),
        )
    except ConfigurationError as error:
        raise ConfigurationError(f"{name}：{error}") from None
    except KeyError as error:
        raise ConfigurationError(f"{name}：缺少 {error}") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{name}：{error}") from None


def write(walk: WalkFile) -> str:
    """Return the text of a walk."""
    lines = [
        "# 记录的走法。在流程文件旁边放好，用 jiuzhu test 重放；可以改内容；不想核对的步骤，删去它的 expect 一行。",
        f"title = {_value(walk.title)}",
        f"process = {_value(walk.process)}",
        f"district = {_value(walk.district)}",
        f"day = {walk.day.isoformat()}",
        f"end = {_value(walk.end)}",
    ]
    for step in walk.steps:
        lines += ["", "[[step]]", f"{step.kind} = {_value(step.what)}  # {' '.join(step.name.split())}"]
        seconds = f":{step.hour:%S}" if step.hour.second else ""
        lines += [f"by = {_value(step.by)}", f'at = "+{step.days} {step.hour:%H:%M}{seconds}"']
        if step.record:
            lines.append(f"record = {_value(step.record)}")
        if step.expect is not None:
            lines.append(f"expect = {_value(list(step.expect))}")
        if step.data:
            lines.append("[step.data]")
            lines += [f"{_key(key)} = {_value(value)}" for key, value in step.data.items() if value is not None]
    return "\n".join(lines) + "\n"


def _step(row: Mapping[str, Any], place: int) -> Step:
    kinds = [kind for kind in KINDS if kind in row]
    if len(kinds) != 1:
        raise ConfigurationError(f"第 {place} 步要有 start、item、message 中的一个")
    unknown = sorted(set(row) - {kinds[0], "by", "at", "record", "expect", "data"})
    if unknown:
        raise ConfigurationError(f"第 {place} 步不认识 {unknown[0]}")
    found = _AT.fullmatch(str(row.get("at", "")))
    if found is None:
        raise ConfigurationError(f'第 {place} 步的 at 应写成 "+天数 时:分"')
    return Step(
        kind=kinds[0],
        what=str(row[kinds[0]]),
        name=str(row[kinds[0]]),
        by=str(row["by"]),
        days=int(found[1]),
        hour=time(int(found[2]), int(found[3]), int(found[4] or 0)),
        record=str(row.get("record", "")),
        data=dict(row.get("data", {})),
        expect=[str(one) for one in row["expect"]] if "expect" in row else None,
    )


def _day(value: Any) -> date:
    if not isinstance(value, date):
        raise ConfigurationError("day 应是日期，如 2026-09-16")
    return value


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(str(key))} = {_value(one)}" for key, one in value.items() if one is not None)
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        if any(isinstance(one, Mapping) for one in value):
            return "[\n" + "".join(f"  {_value(one)},\n" for one in value) + "]"
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)
