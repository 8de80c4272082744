"""How listings are printed: a table for people, JSON for programs."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from jiuzhu.bootstrap import build_office
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.service import deployment
from jiuzhu.service.office import Office
from jiuzhu.settings import Settings

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
as_option = click.option("--as", "login", required=True, metavar="LOGIN", help="Login of the person who acts.")


def open_office(*, migrated: bool = True) -> Office:
    """Build the office out of the environment's settings, on a database of this release unless told otherwise."""
    office = build_office(Settings.load())
    if migrated:
        deployment.require_migrated(office)
    return office


def plain(value: Any) -> Any:
    """Turn dataclasses, decimals and instants into what JSON can hold."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return value


def print_json(value: Any) -> None:
    """Print a value as indented JSON, Chinese as it is."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def _cell(value: Any) -> str:
    """Return the text of a cell: instants in the office's zone, to the minute."""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return "" if value is None else str(value)


UNBROKEN = {"id", "case_no", "record_no", "login"}
"""Columns that people copy from: never broken over two lines."""


def print_rows(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], *, empty: str) -> None:
    """Print rows as a table; ``columns`` maps key -> heading."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for key, heading in columns.items():
        table.add_column(heading, overflow="fold", no_wrap=key in UNBROKEN)
    count = 0
    for row in rows:
        count += 1
        table.add_row(*(_cell(row.get(key)) for key in columns))
    if count:
        Console(width=None if sys.stdout.isatty() else 200).print(table)
    else:
        click.echo(empty)


def read_json(path: str) -> dict[str, Any]:
    """Read a JSON object from a file, or from standard input for ``-``."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        data = json.loads(text)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{path} is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise click.UsageError(f"{path} must hold a JSON object")
    return data


def read_folder(folder: Path, suffixes: Sequence[str]) -> dict[str, bytes]:
    """Return relative path -> bytes of the files below a folder (or of one file), hidden folders left out.

    Raises UsageError when there is none of these kinds: a mistyped path must not look like a clean check.
    """
    found = _files_of(folder, suffixes)
    if not found:
        raise click.UsageError(f"{folder} holds no {', '.join(suffixes)} file")
    return found


def _files_of(folder: Path, suffixes: Sequence[str]) -> dict[str, bytes]:
    if not folder.is_dir():
        return {folder.name: folder.read_bytes()} if folder.suffix in suffixes else {}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in suffixes and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }
