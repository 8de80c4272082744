"""Text functions of FEEL."""

from __future__ import annotations

import re
from decimal import Decimal

from jiuzhu.decision.functions import builtin
from jiuzhu.decision.values import Feel

MOST_PATTERN = 1000
FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}


@builtin("substring", "string: string, start position: number, length: number?")
def substring(text: str, start: Decimal, length: Decimal | None) -> Feel:
    begin = int(start)
    if begin == 0 or abs(begin) > len(text) or (length is not None and length < 1):
        return None
    index = begin - 1 if begin > 0 else len(text) + begin
    return text[index:] if length is None else text[index : index + int(length)]


@builtin("string length", "string: string")
def string_length(text: str) -> Feel:
    return Decimal(len(text))


@builtin("upper case", "string: string")
def upper_case(text: str) -> Feel:
    return text.upper()


@builtin("lower case", "string: string")
def lower_case(text: str) -> Feel:
    return text.lower()


@builtin("trim", "string: string")
def trim(text: str) -> Feel:
    return text.strip()


@builtin("substring before", "string: string, match: string")
def substring_before(text: str, match: str) -> Feel:
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after", "string: string, match: string")
def substring_after(text: str, match: str) -> Feel:
    return text.partition(match)[2] if match else text


@builtin("contains", "string: string, match: string")
def contains(text: str, match: str) -> Feel:
    return match in text


@builtin("starts with", "string: string, match: string")
def starts_with(text: str, match: str) -> Feel:
    return text.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(text: str, match: str) -> Feel:
    return text.endswith(match)


@builtin("matches", "input: string, pattern: string, flags: string?")
def matches(text: str, pattern: str, flags: str | None) -> Feel:
    compiled = _pattern(pattern, flags)
    return None if compiled is None else compiled.search(text) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags: string?")
def replace(text: str, pattern: str, replacement: str, flags: str | None) -> Feel:
    compiled = _pattern(pattern, flags)
    if compiled is None or compiled.search(""):
        return None
    template = _template(replacement, compiled.groups)
    return None if template is None else compiled.sub(template, text)


@builtin("split", "string: string, delimiter: string")
def split(text: str, delimiter: str) -> Feel:
    compiled = _pattern(delimiter, None)
    return None if compiled is None else re.split(compiled, text)


@builtin("string join", "list: list, delimiter: string?, prefix: string?, suffix: string?")
def string_join(items: list[Feel], delimiter: str | None, prefix: str | None, suffix: str | None) -> Feel:
    if not all(item is None or isinstance(item, str) for item in items):
        return None
    return (prefix or "") + (delimiter or "").join(item for item in items if item is not None) + (suffix or "")


def _pattern(pattern: str, flags: str | None) -> re.Pattern[str] | None:
    """Return a compiled XPath pattern as far as Python has it; None for one that is wrong."""
    if len(pattern) > MOST_PATTERN:
        return None
    mode = 0
    for flag in flags or "":
        if flag == "q":
            pattern = re.escape(pattern)
        elif flag in FLAGS:
            mode |= FLAGS[flag]
        else:
            return None
    if flags and "x" in flags:
        pattern = re.sub(r"(?<!\\)\s+", "", pattern)
        mode &= ~re.VERBOSE
    if re.search(r"\\[^nrtsSdDwWbBiIcCpP0-9\\|.?*+(){}\[\]^$-]", pattern) or _wrong_group(pattern):
        return None
    try:
        return re.compile(pattern.replace(r"\Z", "$"), mode)
    except (re.error, OverflowError, RecursionError):
        return None


def _wrong_group(pattern: str) -> bool:
    """Back references inside character classes and Python's own ``(?…)`` groups do not exist in XPath."""
    return bool(re.search(r"\(\?(?!:)", pattern) or re.search(r"\[[^\]]*\\\d[^\]]*\]", pattern))


def _template(replacement: str, groups: int) -> str | None:
    """Turn ``$1`` into Python's ``\\g<1>``; None for a lone ``$`` or backslash."""
    made, index = [], 0
    while index < len(replacement):
        character = replacement[index]
        following = replacement[index + 1 : index + 2]
        if character == "\\":
            if following not in ("\\", "$"):
                return None
            made.append("\\\\" if following == "\\" else "$")
            index += 2
        elif character == "$":
            if not following.isdigit():
                return None
            made.append(f"\\g<{following}>" if int(following) <= groups else "")
            index += 2
        else:
            made.append(character)
            index += 1
    return "".join(made)
