"""The words in which a paper is described: blocks that become Word paragraphs and HTML elements alike.

Texts are Jinja texts over the values that ``workers.documents.present`` prints. ``when`` is a Jinja condition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """The issuing organ in red over a red line (公文 of an organ to a person)."""

    text: str = "{{ issuer }}"


@dataclass(frozen=True, kw_only=True)
class Title:
    """The name of the paper."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Number:
    """The line below the title: number or case."""

    text: str
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """To whom, without indent."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Para:
    """A paragraph, first line indented by two characters; ``strong`` for numbered headings (黑体)."""

    text: str
    when: str = ""
    strong: bool = False


@dataclass(frozen=True, kw_only=True)
class Each:
    """One paragraph for each row or line of a value; the row is called ``row``."""

    value: str
    text: str
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Band:
    """The heading of a part of a form."""

    text: str
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A label with its text in a grid; ``wide`` takes the whole line."""

    label: str
    text: str
    wide: bool = False
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Labels and texts in two pairs of columns."""

    cells: tuple[Cell, ...]
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a listing: heading, text, share of the width, figures to the right."""

    heading: str
    text: str
    share: int = 1
    figures: bool = False


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A table with one line for each row of a value (called ``row``)."""

    value: str
    columns: tuple[Column, ...]
    total: str = ""
    """Text of a last line over all columns."""
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """Who signs, and when, to the right."""

    lines: tuple[str, ...]
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Blanks:
    """Lines to be filled in by hand (签收), one text each."""

    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Foot:
    """Small print below a line."""

    text: str
    when: str = ""


Block: TypeAlias = (
    Letterhead | Title | Number | Addressee | Para | Each | Band | Grid | Listing | SignOff | Blanks | Foot
)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One template: its key and its blocks. ``form`` sets the smaller type of forms and lists."""

    key: str
    blocks: tuple[Block, ...]
    form: bool = False
    landscape: bool = False


def value(name: str) -> str:
    """Return the Jinja text of one value, a dash when it was not given."""
    return "{{ " + name + " or '—' }}"


def cell(label: str, name: str, *, wide: bool = False, when: str = "") -> Cell:
    """A cell that shows one value."""
    return Cell(label=label, text=value(name), wide=wide, when=when)


def listed(label: str, name: str, *, when: str = "") -> Cell:
    """A wide cell that shows a list of texts."""
    return Cell(label=label, text="{{ " + name + " | join('、') or '—' }}", wide=True, when=when)


def column(heading: str, name: str, share: int = 1, *, figures: bool = False) -> Column:
    """A column that shows one value of the row."""
    return Column(heading=heading, text=value("row." + name), share=share, figures=figures)
