"""The built-in functions by name, and how arguments find their parameters.

A signature is written as text: ``string: string, start position: number, length: number?``. A parameter ending in
``?`` may be left out, one beginning with ``*`` takes the rest. An argument of another kind makes the call null; a list
of one element stands for its element and a single value for a list of one, as the standard has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from jiuzhu.decision.values import Feel, Function, kind

Body: TypeAlias = Callable[..., Feel]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a signature."""

    name: str
    kinds: tuple[str, ...]
    optional: bool
    rest: bool


@dataclass(frozen=True)
class Signature:
    """One way to call a function."""

    parameters: tuple[Parameter, ...]
    body: Body


_SIGNATURES: dict[str, list[Signature]] = {}
FUNCTIONS: dict[str, Function] = {}
_MISFIT = object()


def builtin(name: str, signature: str = "") -> Callable[[Body], Body]:
    """Register a function under its FEEL name; several signatures are tried in their order."""

    def register(body: Body) -> Body:
        ways = _SIGNATURES.setdefault(name, [])
        ways.append(Signature(tuple(_parameter(text) for text in signature.split(",") if text.strip()), body))
        known = dict.fromkeys(parameter.name for way in ways for parameter in way.parameters)
        FUNCTIONS[name] = Function(name, _caller(ways), tuple(known))
        return body

    return register


def _parameter(text: str) -> Parameter:
    name, _, kinds = (part.strip() for part in text.partition(":"))
    return Parameter(
        name.lstrip("*"), tuple(kinds.rstrip("?").split("|")), optional=kinds.endswith("?"), rest=name.startswith("*")
    )


def _caller(ways: Sequence[Signature]) -> Callable[[Sequence[Feel], Mapping[str, Feel]], Feel]:
    def call(positional: Sequence[Feel], named: Mapping[str, Feel]) -> Feel:
        for strict in (True, False):
            for way in ways:
                arguments = _bind(way, positional, named, strict)
                if arguments is not None:
                    return way.body(*arguments)
        return None

    return call


def _bind(way: Signature, positional: Sequence[Feel], named: Mapping[str, Feel], strict: bool) -> list[Any] | None:
    parameters = way.parameters
    if named:
        if positional or not set(named) <= {parameter.name for parameter in parameters}:
            return None
        given = [named.get(parameter.name, _MISFIT) for parameter in parameters]
    elif parameters and parameters[-1].rest:
        if len(positional) < len(parameters):
            return None
        given = list(positional)
        parameters = (*parameters, *(parameters[-1] for _ in range(len(given) - len(parameters))))
    else:
        if len(positional) > len(parameters):
            return None
        given = [*positional, *(_MISFIT for _ in range(len(parameters) - len(positional)))]
    bound: list[Any] = []
    for parameter, value in zip(parameters, given, strict=True):
        fitted = _fit(parameter, value, strict)
        if fitted is _MISFIT:
            return None
        bound.append(fitted)
    return bound


def _fit(parameter: Parameter, value: Any, strict: bool) -> Any:
    if value is _MISFIT:
        return None if parameter.optional else _MISFIT
    if "any" in parameter.kinds:
        return value
    name = kind(value)
    if name in parameter.kinds or (value is None and parameter.optional):
        return value
    if strict:
        return _MISFIT
    if isinstance(value, list) and len(value) == 1 and "list" not in parameter.kinds:
        return _fit(parameter, value[0], strict=True)
    if parameter.kinds == ("list",) and value is not None:
        return [value]
    return _MISFIT


def load() -> None:
    """Import the modules that register functions."""
    from jiuzhu.decision import (  # noqa: F401
        functions_context,
        functions_convert,
        functions_list,
        functions_number,
        functions_text,
        functions_time,
    )


load()
