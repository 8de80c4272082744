"""Text functions of FEEL."""

from __future__ import annotations

import re
from decimal import Decimal

from jiuzhu.decision.functions import builtin
from jiuzhu.decision.values import Feel
from jiuzhu.errors import DecisionError

MOST_PATTERN = 1000
MOST_SLOW_TEXT = 16
"""Longest text that a pattern with repetitions inside repetitions is tried on: its time doubles with each letter."""
FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE}
KNOWN_ESCAPES = "nrtsSdDwW0123456789\\|.?*+(){}[]^$-"


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
    compiled = _pattern(pattern, flags, text)
    return None if compiled is None else compiled.search(text) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags: string?")
def replace(text: str, pattern: str, replacement: str, flags: str | None) -> Feel:
    compiled = _pattern(pattern, flags, text)
    if compiled is None or compiled.search(""):
        return None
    template = _template(replacement, compiled.groups)
    return None if template is None else compiled.sub(template, text)


@builtin("split", "string: string, delimiter: string")
def split(text: str, delimiter: str) -> Feel:
    compiled = _pattern(delimiter, None, text)
    return None if compiled is None else re.split(compiled, text)


@builtin("string join", "list: list, delimiter: string?")
def string_join(items: list[Feel], delimiter: str | None) -> Feel:
    if not all(item is None or isinstance(item, str) for item in items):
        return None
    return (delimiter or "").join(item for item in items if item is not None)


def _pattern(pattern: str, flags: str | None, text: str) -> re.Pattern[str] | None:
    """Return a compiled XPath pattern to be used on ``text``; None for one that is wrong.

    Raises DecisionError for what XPath has and Python's ``re`` has not (it would answer wrongly in silence), and for
    a pattern that could take for ever on a text of this length.
    """
    if len(pattern) > MOST_PATTERN:
        return None
    mode = 0
    for flag in flags or "":
        if flag not in "ismxq":
            return None
        mode |= FLAGS.get(flag, 0)
    if "q" in (flags or ""):
        return re.compile(re.escape(pattern), mode)
    translated = _translated(pattern, dot_all="s" in (flags or ""), loose="x" in (flags or ""))
    if translated is None or re.search(r"\(\?(?!:)", translated):
        return None
    if len(text) > MOST_SLOW_TEXT and _may_hang(translated):
        raise DecisionError(f"FEEL: 正则表达式在重复的括号内又有重复或“|”，对较长的文字可能算不完：{pattern!r}")
    try:
        return re.compile(translated, mode)
    except (re.error, OverflowError, RecursionError):
        return None


def _may_hang(pattern: str) -> bool:
    """Tell whether a repeated group holds a repetition or alternatives, such as ``(a+)+`` or ``(a|aa)*``."""
    plain = re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\.", "a", pattern)
    groups: list[bool] = []
    for place, character in enumerate(plain):
        if character == "(":
            groups.append(False)
        elif character == ")" and groups:
            loose = groups.pop()
            if loose and plain[place + 1 : place + 2] in {"*", "+", "{"}:
                return True
            if loose and groups:
                groups[-1] = True
        elif character in "*+{|" and groups:
            groups[-1] = True
    return False


def _translated(pattern: str, *, dot_all: bool, loose: bool) -> str | None:
    """Return the pattern in Python's words; None for an escape that XPath does not know."""
    made: list[str] = []
    inside, index = False, 0
    while index < len(pattern):
        character = pattern[index]
        index += 1
        if loose and character.isspace() and not inside:
            continue
        if character == "\\":
            while loose and index < len(pattern) and pattern[index].isspace():
                index += 1
            escaped = pattern[index : index + 1]
            index += 1
            if escaped and escaped in "pPiIcC":
                raise DecisionError(f"FEEL: 正则表达式中的 \\{escaped} 不受支持：{pattern!r}")
            if not escaped or escaped not in KNOWN_ESCAPES or (inside and escaped.isdigit()):
                return None
            made.append("\\" + escaped)
            continue
        if character == "[" and inside:
            raise DecisionError(f"FEEL: 正则表达式中的字符集相减不受支持：{pattern!r}")
        if character in "[]":
            inside = character == "["
        made.append("[^\\n\\r]" if character == "." and not inside and not dot_all else character)
    return "".join(made)


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
