"""The trace: ``config/requirements.csv`` against the files of the project, the tests' marks and the last test run.

Reads files only, no database. A home is ``path#fragment``; what the fragment means depends on the file: an element of a
diagram, a decision or column of a table, a field of a form, a key or table of a TOML file, a function or class of a
module, a row's first column of a list, a word of a document. ``rule R-nn`` is a row of ``config/rules.csv`` whose own
places are there.
"""

from __future__ import annotations

import ast
import csv
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jiuzhu.domain.requirements import PARTS, Requirement, Standing, TestRun, stand
from jiuzhu.errors import ConfigurationError, NotFound

COLUMNS = ("id", "district", "clause", "kind", "part", "homes")
RESULTS = ".trace"
"""Folder of the result files that test runs leave behind, one a group of tests."""


def load_requirements(config: Path) -> tuple[Requirement, ...]:
    """Read ``requirements.csv``. Raises ConfigurationError for a wrong column, part, or an id that is there twice."""
    path = config / "requirements.csv"
    found: dict[str, Requirement] = {}
    for row in _rows(path, COLUMNS):
        if row["part"] not in PARTS or row["id"] in found or not row["clause"]:
            raise ConfigurationError(f"{path}: {row['id']}: part {row['part']!r}, given twice, or without a clause")
        homes = tuple(home.strip() for home in row["homes"].split(";") if home.strip())
        found[row["id"]] = Requirement(
            id=row["id"],
            district=row["district"],
            clause=row["clause"],
            kind=row["kind"],
            part=row["part"],
            homes=homes,
        )
    return tuple(found.values())


def load_rules(config: Path) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Read ``rules.csv``: id -> the rule in words and the places that keep it."""
    rows = _rows(config / "rules.csv", ("id", "rule", "places"))
    return {row["id"]: (row["rule"], tuple(place.strip() for place in row["places"].split(";"))) for row in rows}


def load_run(folder: Path) -> TestRun:
    """Read the result files of the last run; none: nothing passed."""
    passed: dict[str, set[str]] = {}
    failed: dict[str, set[str]] = {}
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for into, key in ((passed, "passed"), (failed, "failed")):
            for identity, tests in content[key].items():
                into.setdefault(identity, set()).update(tests)
    return TestRun(
        passed={key: frozenset(tests) for key, tests in passed.items()},
        failed={key: frozenset(tests) for key, tests in failed.items()},
    )


def trace(root: Path, results: Path | None = None) -> list[Standing]:
    """Return how every requirement stands, in the order of the list."""
    homes = Homes(root)
    run = load_run(results or root / RESULTS)
    return [
        stand(requirement, [home for home in requirement.homes if not homes.exists(home)], run)
        for requirement in load_requirements(root / "config")
    ]


def trace_one(root: Path, identity: str, results: Path | None = None) -> Standing:
    """Return how one requirement stands. Raises NotFound for an unknown id."""
    for standing in trace(root, results):
        if standing.requirement.id == identity:
            return standing
    raise NotFound(f"config/requirements.csv 中没有 {identity}。")


def marks(root: Path) -> dict[str, list[str]]:
    """Return id -> names of the tests below ``tests`` that carry its mark, walks of ``order*.toml`` included."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / "tests").rglob("*.py")):
        for name, identity in _marks_of(path):
            found.setdefault(identity, []).append(f"{path.relative_to(root).as_posix()}::{name}")
    for path in sorted((root / "tests" / "data").glob("order*.toml")):
        for walk in tomllib.loads(path.read_text(encoding="utf-8")).get("walk", []):
            for identity in walk["req"]:
                found.setdefault(identity, []).append(f"{path.relative_to(root).as_posix()}::{walk['id']}")
    return found


class Homes:
    """Says whether a home is there; each file is read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._rules = load_rules(root / "config")
        self._fragments = cache(self._read)

    def exists(self, home: str) -> bool:
        """True when the place is there today."""
        if home.startswith("rule "):
            rule = self._rules.get(home.removeprefix("rule "))
            return rule is not None and all(self.exists(place) for place in rule[1])
        name, _, fragment = home.partition("#")
        path = self._root / name
        if not name or not path.is_file():
            return False
        return not fragment or fragment in self._fragments(path)

    def _read(self, path: Path) -> frozenset[str]:
        reader = _READERS.get(path.suffix, _words)
        return frozenset(reader(path.read_text(encoding="utf-8")))


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != columns:
            raise ConfigurationError(f"{path} must have the columns {', '.join(columns)}")
        return list(reader)


def _ids(text: str) -> Iterator[str]:
    return (element.get("id", "") for element in ElementTree.fromstring(text).iter())


def _form_keys(text: str) -> Iterator[str]:
    def below(components: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        for component in components:
            yield from (component[key] for key in ("key", "path", "id") if component.get(key))
            yield from below(component.get("components", ()))

    return below(json.loads(text)["components"])


def _toml_keys(text: str) -> Iterator[str]:
    """Yield top keys, keys of dated values and tables of dated rows (``[[value]] key=``, ``[[row]] table=``)."""
    content = tomllib.loads(text)
    for key, value in content.items():
        yield key
        if isinstance(value, dict):
            yield from (f"{key}.{inner}" for inner in value)
        elif isinstance(value, list):
            entries = (entry for entry in value if isinstance(entry, dict))
            yield from (str(entry[name]) for entry in entries for name in ("key", "table") if name in entry)


def _definitions(text: str) -> Iterator[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, kinds):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _first_column(text: str) -> Iterator[str]:
    return (row[0] for row in csv.reader(text.splitlines()) if row)


def _words(text: str) -> Iterator[str]:
    return iter(re.findall(r"[\w.-]+", text))


_READERS: Mapping[str, Callable[[str], Iterator[str]]] = {
    ".bpmn": _ids,
    ".dmn": _ids,
    ".form": _form_keys,
    ".toml": _toml_keys,
    ".py": _definitions,
    ".csv": _first_column,
}


def _marks_of(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (test, id) of the marks ``mark.req("…")`` on the functions of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef):
            continue
        for call in (inner for decorator in node.decorator_list for inner in ast.walk(decorator)):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "req":
                for argument in call.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield node.name, argument.value
