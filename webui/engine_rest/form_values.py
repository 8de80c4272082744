"""What stands in a form before anybody fills it in, as typed values."""

from __future__ import annotations

from typing import Any

from jiuzhu.domain import typed
from jiuzhu.service.forms import FormSheet


def form_dtos(sheet: FormSheet) -> dict[str, dict[str, Any]]:
    """Return name → VariableValueDto of what stands in a form before anybody fills it in: draft, and known values."""
    seen = {**sheet.context, **sheet.values}
    return typed.dtos({one.key: seen[one.key] for one in sheet.form.top() if one.key and one.key in seen})
