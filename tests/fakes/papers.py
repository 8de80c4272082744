"""Values for documents in tests: made from the table of fields, so that a new field is tested without being named."""

from __future__ import annotations

from typing import Any

from workers.documents.fields import Field, Template


def sample(template: Template, *, everything: bool = True) -> dict[str, Any]:
    """Return values for a document: all of them, or only the required ones."""
    return {
        field.name: _value(field, field.name, everything=everything)
        for field in template.fields
        if everything or field.required
    }


def _value(field: Field, mark: str, *, everything: bool) -> Any:
    match field.type:
        case "text":
            return f"{field.label}甲{mark}"
        case "date":
            return "2026-09-16"
        case "instant":
            return "2026-09-16T01:05:00+00:00"
        case "month":
            return "2026-10"
        case "money":
            return f"{1000 + len(mark)}.{len(mark):02d}"
        case "integer":
            return 20 + len(mark)
        case "boolean":
            return True
        case "choice":
            return next(iter(field.words))
        case "list":
            return [f"{field.label}一{mark}", f"{field.label}二{mark}"]
        case "table":
            return [
                {
                    column.name: _value(column, f"{mark}{row}{column.name}", everything=everything)
                    for column in field.columns
                    if everything or column.required
                }
                for row in (1, 2)
            ]
