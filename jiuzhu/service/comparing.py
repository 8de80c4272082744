"""Two versions compared, of one process or of two districts' procedures: the diagram, and the forms and tables that it
names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jiuzhu.domain.actor import Actor
from jiuzhu.engine.difference import Change, Difference, Line, compare
from jiuzhu.engine.difference_files import compare_forms, compare_tables
from jiuzhu.errors import NotFound
from jiuzhu.service.bundles import references
from jiuzhu.service.deployed import Definition, definition_of, require_reader
from jiuzhu.service.office import Office
from jiuzhu.store import Transaction, definitions
from jiuzhu.store.definitions import DefinitionRow

__all__ = ["Change", "Comparison", "FileChange", "Line", "comparable", "compare_versions", "compare_with_running"]

FILES: Mapping[str, Callable[[bytes, bytes], tuple[Change, ...]]] = {"form": compare_forms, "decision": compare_tables}
LABELS: Mapping[str, str] = {"form": "表单", "decision": "决策表", "process": "流程"}


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """A form or table that came, went or changed."""

    kind: str
    """表单 or 决策表."""
    key: str
    sort: Literal["added", "removed", "changed"]
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Everything that differs between two versions."""

    old: Definition
    new: Definition
    difference: Difference
    files: tuple[FileChange, ...]

    @property
    def is_same(self) -> bool:
        """True when nothing differs but, at most, the places of shapes and fields."""
        return not self.difference.changes and not self.files


def compare_versions(office: Office, actor: Actor, old: str, new: str) -> Comparison:
    """Compare two versions of processes by their definitions' ids. Raises NotFound."""
    require_reader(office, actor)
    with office.store.reading() as tx:
        rows = [definitions.one_definition(tx, one) for one in (old, new)]
        if any(row.kind != "process" for row in rows):
            raise NotFound("没有这个流程版本。")
        return _compare(office, tx, *rows)


def compare_with_running(
    office: Office, actor: Actor, deployment: str
) -> tuple[Sequence[Comparison], Sequence[FileChange]]:
    """Compare what a deployment holds with what is in use: its processes, and its other forms and tables.

    What is new stands in neither; what is the same is left out. Raises NotFound for no reader.
    """
    require_reader(office, actor)
    with office.store.reading() as tx:
        own = definitions.definitions(tx, of_deployment=deployment)
        compared, told = [], set()
        for row in own:
            earlier = _in_use(tx, row)
            if row.kind == "process" and earlier is not None:
                found = _compare(office, tx, earlier, row)
                told |= {(one.kind, one.key) for one in found.files}
                if not found.is_same:
                    compared.append(found)
        files = []
        for row in own:
            earlier = _in_use(tx, row) if row.kind != "process" else None
            if earlier is not None and (LABELS[row.kind], row.key) not in told:
                change = _file(tx, row.kind, row.key, earlier.sha256, row.sha256)
                files += [change] if change is not None else []
        return compared, files


def comparable(office: Office, actor: Actor, key: str) -> Sequence[tuple[str, Sequence[Definition]]]:
    """Return what a process is compared with, in groups: its own versions, and other districts' of the same kind."""
    require_reader(office, actor)
    districts = office.policies.districts
    own_district, _, rest = key.partition("_")
    with office.store.reading() as tx:
        rows = sorted(definitions.definitions(tx, kind="process"), key=lambda one: (one.key, -one.version))
    own = [definition_of(row) for row in rows if row.key == key]
    others: dict[str, Definition] = {}
    for row in rows:
        district, _, name = row.key.partition("_")
        alike = name == rest and district in districts and own_district in districts
        if row.key != key and row.released and alike:
            others.setdefault(row.key, definition_of(row))
    return [("本流程的版本", own), ("其他区的同类流程", list(others.values()))]


def _compare(office: Office, tx: Transaction, old: DefinitionRow, new: DefinitionRow) -> Comparison:
    contents = definitions.read_resources(tx, [old.sha256, new.sha256])
    sides = [_named(office, tx, one) for one in (old, new)]
    files = []
    for kind, key in sorted({*sides[0], *sides[1]}):
        change = _file(tx, kind, key, sides[0].get((kind, key), ""), sides[1].get((kind, key), ""))
        files += [change] if change is not None else []
    return Comparison(
        old=definition_of(old),
        new=definition_of(new),
        difference=compare(contents[old.sha256], contents[new.sha256]),
        files=tuple(files),
    )


def _file(tx: Transaction, kind: str, key: str, old: str, new: str) -> FileChange | None:
    """Compare one form or table by its hashes ('' where there is none)."""
    if old == new:
        return None
    if not old or not new:
        return FileChange(kind=LABELS[kind], key=key, sort="removed" if old else "added", changes=())
    contents = definitions.read_resources(tx, [old, new])
    changes = FILES[kind](contents[old], contents[new])
    if kind == "decision":
        changes = tuple(one for one in changes if key in {one.old_id, one.new_id})
    return FileChange(kind=LABELS[kind], key=key, sort="changed", changes=changes) if changes else None


def _named(office: Office, tx: Transaction, row: DefinitionRow) -> dict[tuple[str, str], str]:
    """Return the forms and tables that a version names → hash: its deployment's own, else those of its time."""
    own = {(one.kind, one.key): one.sha256 for one in definitions.of_deployment(tx, row.deployment)}
    found = {}
    for kind, key in references(row, office.topics):
        if kind == "process":
            continue
        there = own.get((kind, key)) or _of_its_time(tx, row, kind, key)
        if there:
            found[kind, key] = there
    return found


def _of_its_time(tx: Transaction, row: DefinitionRow, kind: str, key: str) -> str:
    rows = [one for one in definitions.definitions(tx, kind=kind, key=key) if one.released]
    earlier = [one for one in rows if one.sequence <= row.sequence and one.tenant in {row.tenant, None}]
    return (earlier or rows)[0].sha256 if rows else ""


def _in_use(tx: Transaction, row: DefinitionRow) -> DefinitionRow | None:
    rows = definitions.definitions(tx, kind=row.kind, key=row.key)
    found = [one for one in rows if one.released and one.tenant in {row.tenant, None} and one.id != row.id]
    earlier = [one for one in found if one.sequence < row.sequence]
    earlier.sort(key=lambda one: (one.tenant == row.tenant, one.sequence), reverse=True)
    return earlier[0] if earlier else None
