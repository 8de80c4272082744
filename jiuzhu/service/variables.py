"""Which keys of a completed form become process variables (decisions C1): the names of ``config/variables.toml``.

Everything that was entered stands in the submission; variables hold what gateways, groups and due dates need.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jiuzhu.errors import ConfigurationError, Invalid

LONGEST = 200
TYPES = {"string": (str,), "boolean": (bool,), "integer": (int,), "money": (str,), "date": (str,)}


class CaseVariables:
    """The names of processes' variables with their types."""

    def __init__(self, types: Mapping[str, str]) -> None:
        self.types = dict(types)

    def of_form(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the part of a form's values that the process may see.

        Raises Invalid when a value does not fit its name's type or is too long for a variable.
        """
        chosen: dict[str, Any] = {}
        for name, value in values.items():
            expected = self.types.get(name)
            if expected is None or value is None:
                continue
            if expected == "json":
                continue
            fits = isinstance(value, TYPES[expected]) and not (expected == "integer" and isinstance(value, bool))
            if not fits:
                raise Invalid("填写的内容与流程变量不符。", {name: f"这一项应是{LABELS[expected]}。"})
            if isinstance(value, str) and len(value) > LONGEST:
                raise Invalid("填写的内容太长。", {name: f"这一项最多 {LONGEST} 个字。"})
            chosen[name] = value
        return chosen


LABELS = {"string": "文字", "boolean": "是或否", "integer": "整数", "money": "金额", "date": "日期"}


def load_variables(config: Path) -> CaseVariables:
    """Read ``variables.toml``: ``[variables]`` name = type. Raises ConfigurationError."""
    path = config / "variables.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path.name}: {error}") from error
    types = content.get("variables")
    if set(content) != {"variables"} or not isinstance(types, dict):
        raise ConfigurationError(f"{path.name}: one table [variables] is expected")
    for name, kind in types.items():
        if kind not in TYPES and kind != "json":
            raise ConfigurationError(f"{path.name}: {name} has unknown type {kind!r}")
    return CaseVariables(types)
