"""Regular expressions that a form's designer may use, and no others.

form-js runs ``validate.pattern`` in the browser; here it runs on the server, so a pattern must not be able to hang it.
Allowed are literals, classes, anchors, alternation, groups and quantifiers, but no quantifier and no alternation inside
a repeated group (``(a|aa)+`` takes as long as ``(a+)+``), no look-around, no back-reference, and at most three
open-ended quantifiers.
"""

from __future__ import annotations

import re

_MOST_CHARACTERS = 200
_MOST_OPEN = 3
_QUANTIFIER = re.compile(r"\*|\+|\?|\{(\d{1,3})(,(\d{0,3}))?\}")


def pattern_fault(pattern: str) -> str | None:
    """Say in Chinese why a pattern is refused, or return None when it is safe to run on the server."""
    if len(pattern) > _MOST_CHARACTERS:
        return f"正则表达式超过 {_MOST_CHARACTERS} 个字符，请写短一些"
    try:
        re.compile(pattern, re.ASCII)
    except re.error as exc:
        return f"正则表达式不能解析：{exc}"
    return _structure_fault(pattern)


def matches(pattern: str, text: str) -> bool:
    """Tell whether the text has a match, with JavaScript's meaning (unanchored, ``\\d`` and ``\\w`` are ASCII)."""
    return re.search(pattern, text, re.ASCII) is not None


def _structure_fault(pattern: str) -> str | None:
    position, open_ended = 0, 0
    groups: list[bool] = []
    """One entry per open group: does it hold a quantifier or an alternation?"""
    closed_with_quantifier = False
    after_group = False
    while position < len(pattern):
        character = pattern[position]
        quantifier = _QUANTIFIER.match(pattern, position)
        if quantifier and position:
            if after_group and closed_with_quantifier and quantifier.group() != "?":
                return "正则表达式里重复的括号内不能再有重复或“|”，容易使系统停住"
            if quantifier.group() in "*+" or (quantifier.group(2) and not quantifier.group(3)):
                open_ended += 1
            if groups:
                groups[-1] = True
            position = quantifier.end()
            after_group = False
            continue
        after_group = False
        if character == "\\":
            if pattern[position + 1 : position + 2].isdigit():
                return "正则表达式不能使用反向引用"
            position += 2
        elif character == "[":
            position = _class_end(pattern, position)
        elif character == "|":
            if groups:
                groups[-1] = True
            position += 1
        elif character == "(":
            if pattern.startswith("(?", position) and not pattern.startswith("(?:", position):
                return "正则表达式的括号只能是 ( 或 (?:"
            groups.append(False)
            position += 3 if pattern.startswith("(?:", position) else 1
        elif character == ")":
            closed_with_quantifier = groups.pop()
            if groups and closed_with_quantifier:
                groups[-1] = True
            after_group = True
            position += 1
        else:
            position += 1
    return None if open_ended <= _MOST_OPEN else f"正则表达式里 * 和 + 最多用 {_MOST_OPEN} 次"


def _class_end(pattern: str, start: int) -> int:
    position = start + 1
    if pattern.startswith("^", position):
        position += 1
    if pattern.startswith("]", position):
        position += 1
    while position < len(pattern) and pattern[position] != "]":
        position += 2 if pattern[position] == "\\" else 1
    return position + 1
