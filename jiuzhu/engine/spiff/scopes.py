"""Variables live in scopes, as in Camunda 7; a task holds no data.

A reader looks in the nearest scope and upwards to the process or call scope, never through a call activity. A writer
uses the nearest scope that has the name, else the process or call scope.
"""

from __future__ import annotations

import copy
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from jiuzhu.domain.marks import like
from jiuzhu.domain.topics import Value
from jiuzhu.engine.expression_values import plain
from jiuzhu.errors import ProcessError

ScopeKind = Literal["process", "call", "subprocess", "item", "activity"]
CASE = ""
"""Id of the case's own scope."""

_WALLS = frozenset({"process", "call"})
_LONGEST_TEXT = 100_000


@dataclass
class Scope:
    """One dictionary of variables. ``parent`` is None for the case only."""

    id: str
    parent: str | None
    kind: ScopeKind
    variables: dict[str, Value] = field(default_factory=dict)


class Scopes:
    """All scopes of a case by id."""

    def __init__(self) -> None:
        self._scopes: dict[str, Scope] = {}

    def __contains__(self, scope_id: str) -> bool:
        return scope_id in self._scopes

    def __len__(self) -> int:
        return len(self._scopes)

    def open(self, scope_id: str, parent: str | None, kind: ScopeKind, variables: Mapping[str, Value]) -> None:
        """Create a scope with its own copies of the given values."""
        scope = Scope(scope_id, parent, kind)
        self._scopes[scope_id] = scope
        for name, value in variables.items():
            scope.variables[name] = storable(name, value)

    def close(self, scope_id: str) -> None:
        """Forget a scope; nothing happens when it does not exist."""
        self._scopes.pop(scope_id, None)

    def close_below(self, scope_id: str) -> None:
        """Forget a scope and every scope whose way up leads through it."""
        doomed = {scope_id}
        grew = True
        while grew:
            below = {scope.id for scope in self._scopes.values() if scope.parent in doomed}
            grew = not below <= doomed
            doomed |= below
        for each in doomed:
            self._scopes.pop(each, None)

    def view(self, scope_id: str) -> ChainMap[str, Value]:
        """Return what a reader in this scope sees; do not write to it."""
        return ChainMap(*(scope.variables for scope in self._upwards(scope_id)))

    def local(self, scope_id: str) -> dict[str, Value]:
        """Return a copy of a scope's own variables, empty when there is no such scope."""
        scope = self._scopes.get(scope_id)
        if scope is None:
            return {}
        return {
            name: copy.deepcopy(value) if isinstance(value, list | dict) else value
            for name, value in scope.variables.items()
        }

    def write(self, scope_id: str, values: Mapping[str, Value]) -> None:
        """Write values where their names live. Raises ProcessError for a value that cannot be stored."""
        chain = list(self._upwards(scope_id))
        for name, value in values.items():
            owner = next((scope for scope in chain if name in scope.variables), chain[-1])
            owner.variables[name] = storable(name, value)

    def write_local(self, scope_id: str, values: Mapping[str, Value]) -> None:
        """Write values into exactly this scope. Raises ProcessError for a value that cannot be stored."""
        for name, value in values.items():
            self._scopes[scope_id].variables[name] = storable(name, value)

    def dump(self) -> list[list[Any]]:
        """Return all scopes as plain lists, in order of creation."""
        return [[scope.id, scope.parent, scope.kind, scope.variables] for scope in self._scopes.values()]

    @classmethod
    def load(cls, rows: list[list[Any]]) -> Scopes:
        """Return scopes from ``dump``'s lists."""
        scopes = cls()
        for scope_id, parent, kind, variables in rows:
            scopes._scopes[scope_id] = Scope(scope_id, parent, kind, variables)
        return scopes

    def _upwards(self, scope_id: str) -> Iterator[Scope]:
        scope = self._scopes[scope_id]
        yield scope
        while scope.kind not in _WALLS and scope.parent is not None:
            scope = self._scopes[scope.parent]
            yield scope


def storable(name: str, value: Value) -> Value:
    """Return a deep copy fit for the state: text, whole number, yes/no, null, lists and objects of these.

    A Decimal becomes a whole number or decimal text; what a foreign worker brought keeps its mark. Raises ProcessError
    for anything else, for over-long text and for names beginning with ``$`` or called ``typename``.
    """
    _check_name(name)
    return _storable(name, value, 0)


def _storable(name: str, value: Value, depth: int) -> Value:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) >= 2**63:
            raise ProcessError(f"变量“{name}”的数字过大，不能保存。", code="VALUE")
        return like(value, int(value))
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            raise ProcessError(f"变量“{name}”的文字超过 {_LONGEST_TEXT} 个字符，不能保存。", code="VALUE")
        return like(value, str(value))
    if isinstance(value, Decimal) and value.is_finite():
        return plain(value)
    if depth < 10 and isinstance(value, list | tuple):
        return like(value, [_storable(name, item, depth + 1) for item in value])
    if depth < 10 and isinstance(value, Mapping):
        for key in value:
            _check_name(key)
        return like(value, {key: _storable(name, item, depth + 1) for key, item in value.items()})
    raise ProcessError(f"变量“{name}”的值（{type(value).__name__}）不能保存。", code="VALUE")


def _check_name(name: Any) -> None:
    if not isinstance(name, str) or name.startswith("$") or name == "typename" or not name or len(name) > 100:
        raise ProcessError(f"变量名“{str(name)[:40]}”不能使用。", code="VALUE")
