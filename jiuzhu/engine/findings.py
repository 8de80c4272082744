"""What is wrong with a deployed file, in the designer's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fault or doubt: where it is, which rule, what it says and what to do (Chinese)."""

    severity: Literal["error", "warning"]
    resource: str
    process_key: str = ""
    element_id: str = ""
    element_name: str = ""
    line: int = 0
    column: int = 0
    rule: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.resource}:{self.line}" if self.line else self.resource
        element = f" {self.element_name}（{self.element_id}）" if self.element_name else f" {self.element_id}"
        return f"{place}{element.rstrip()} {self.message}{self.remedy}"
