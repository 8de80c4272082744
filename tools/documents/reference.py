"""The page ``docs/documents.md``: every document with its values, made from the table in ``workers.documents``."""

from __future__ import annotations

from collections.abc import Iterable

from workers.documents import TEMPLATES
from workers.documents.fields import Field, Template
from workers.documents.heads import CASE, HEAD

INTRODUCTION = """# Documents and their values

Made by `python -m tools.make_documents` from `workers/documents` (do not edit by hand).

A document is one set of values and two forms of it: the Word file for the office (`bpmn/documents/<key>.docx`) and its
HTML twin for the screen (`<key>.html`). Values are canonical; words, dates and amounts are printed in one place
(`workers/documents/present.py`), so the two forms cannot differ:

| type | value | printed |
|---|---|---|
| text | string, as typed | as it stands |
| date | `2026-09-16` or an instant | 2026年9月16日 (the day in Asia/Shanghai; 9999 is 无期限) |
| instant | `2026-09-16T01:30:00+00:00` | 2026年9月16日9时30分 |
| month | `2026-10` | 2026年10月 |
| money | `"1196.00"` | 1,196.00元 |
| integer | 3 | 3 |
| boolean | true | 是 |
| choice | a code of `workers/documents/words.py`, or a Chinese word as it stands | its word |
| list | list of strings | one line each |
| table | list of objects with the columns named | one row each |

A missing or empty required value is a `WorkerError` that names template and value. Unknown names are refused too: a
misspelt value would otherwise print an empty line. `None` and `""` count as not given.
"""


def _cell(field: Field) -> str:
    kind: str = field.type
    if field.words:
        kind += ": " + ", ".join(f"`{code}` {word}" for code, word in field.words.items())
    if field.columns:
        kind += ": " + "; ".join(
            f"`{each.name}`{'*' if each.required else ''} {each.label} ({each.type})" for each in field.columns
        )
    return kind


def _rows(fields: Iterable[Field]) -> list[str]:
    return [
        f"| `{field.name}` | {field.label} | {'yes' if field.required else ''} | {_cell(field)} |" for field in fields
    ]


def _section(template: Template) -> list[str]:
    has_case = all(field in template.fields for field in CASE)
    own = [field for field in template.fields if field not in HEAD and not (has_case and field in CASE)]
    return [
        "",
        f"## `{template.key}` {template.title}",
        "",
        f"Head{' and case' if has_case else ' only'}; {', '.join(template.sources)}.",
        "",
        "| value | meaning | required | type |",
        "|---|---|---|---|",
        *_rows(own),
    ]


def reference() -> str:
    """Return the page."""
    page = [INTRODUCTION]
    page += ["## Head (every document)", "", "| value | meaning | required | type |", "|---|---|---|---|", *_rows(HEAD)]
    page += ["", "## Case", "", "| value | meaning | required | type |", "|---|---|---|---|", *_rows(CASE)]
    for template in TEMPLATES.values():
        page += _section(template)
    return "\n".join(page) + "\n"
