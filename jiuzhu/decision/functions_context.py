"""Context functions of FEEL."""

from __future__ import annotations

from jiuzhu.decision.functions import builtin
from jiuzhu.decision.values import Feel


@builtin("get value", "m: context, key: string")
def get_value(context: dict[str, Feel], key: str) -> Feel:
    return context.get(key)


@builtin("get entries", "m: context")
def get_entries(context: dict[str, Feel]) -> Feel:
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context put", "context: context, key: string, value: any")
def context_put(context: dict[str, Feel], key: str, value: Feel) -> Feel:
    return {**context, key: value}


@builtin("context merge", "contexts: list")
def context_merge(contexts: list[Feel]) -> Feel:
    merged: dict[str, Feel] = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        merged |= context
    return merged


@builtin("context", "entries: list")
def context_of(entries: list[Feel]) -> Feel:
    made: dict[str, Feel] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            return None
        if entry["key"] in made:
            return None
        made[entry["key"]] = entry["value"]
    return made
