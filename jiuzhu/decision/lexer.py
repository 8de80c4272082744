"""Cuts FEEL text into tokens.

FEEL names may hold spaces (``Monthly Salary``, ``string length``), so a name is cut by the names that are known: the
built-in ones, those the caller gives, and those the text itself binds (keys of contexts, ``for``, ``some``, ``every``,
parameters).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lark import Token
from lark.lexer import Lexer

from jiuzhu.errors import DecisionError

MOST_TEXT = 10_000
MOST_DEPTH = 60

KEYWORDS = {
    word: word.upper()
    for word in (
        "and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between",
        "function", "external", "true", "false", "null",
    )
}  # fmt: skip

PROPERTIES = ("time offset", "start included", "end included")
TYPES = ("date and time", "days and time duration", "years and months duration", "day time duration",
         "year month duration")  # fmt: skip

NAME = re.compile(r"[^\W\d]\w*|\?|[_]\w*")
DIGITS = "[0-9]+"
EXPONENT = f"(?:[eE][+-]?{DIGITS})?"
NUMBER = re.compile(rf"{DIGITS}(?:\.{DIGITS})?{EXPONENT}|\.{DIGITS}{EXPONENT}")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
OPERATORS = (
    "..",
    "**",
    "<=",
    ">=",
    "!=",
    "+",
    "-",
    "*",
    "/",
    "=",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
)
BOUND = (
    re.compile(r"[{,]\s*([^\W\d][\w \t]*?)\s*:"),
    re.compile(r"\b(?:for|some|every)\s+([^\W\d][\w \t]*?)\s+in\b"),
    re.compile(r"\bfunction\s*\(([^()]*)\)"),
)
CLOSERS = re.compile(r"\s*(?:$|[)\],}]|(?:and|or|then|else|return|satisfies|in)\b|[=<>!])")
"""What may follow a ``[`` that ends an interval: nothing that could begin a filter."""

SYMBOLS = {
    "..": "DOTS", "**": "POWER", "<=": "COMPARE", ">=": "COMPARE", "!=": "COMPARE", "=": "COMPARE", "<": "LESS",
    ">": "GREATER", "+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "OVER", "(": "LPAR", ")": "RPAR", "[": "LSQB",
    "]": "RSQB", "{": "LBRACE", "}": "RBRACE", ",": "COMMA", ":": "COLON", ".": "DOT",
}  # fmt: skip

OPERAND_ENDS = {"NAME", "NUMBER", "STRING", "AT", "TRUE", "FALSE", "NULL", "RPAR", "RSQB", "RBRACE", "CLOSE_OPEN"}


class TokenList(Lexer):
    """lark's lexer slot: hands on the tokens that ``tokens`` cut."""

    def __init__(self, lexer_conf: object) -> None:
        del lexer_conf

    def lex(self, data: list[Token]) -> Iterator[Token]:  # type: ignore[override]
        return iter(data)


def bound_names(text: str) -> set[str]:
    """Return the names with spaces that the text itself binds."""
    found: set[str] = set()
    for pattern in BOUND:
        for match in pattern.finditer(text):
            for name in match[1].split(","):
                found.add(" ".join(name.partition(":")[0].split()))
    return {name for name in found if " " in name}


def tokens(text: str, names: Iterable[str]) -> list[Token]:
    """Cut ``text``; ``names`` are the known names that are more than one word.

    Raises DecisionError for a character that FEEL does not have, text that is too long or nested too deep.
    """
    if len(text) > MOST_TEXT:
        raise DecisionError(f"FEEL 表达式过长（{len(text)} 字，最多 {MOST_TEXT} 字）")
    long_names = sorted({*names, *bound_names(text), *PROPERTIES, *TYPES}, key=len, reverse=True)
    patterns = [(name, _spaced(name)) for name in long_names]
    found: list[Token] = []
    position, depth, dots = 0, 0, {0: False}
    while position < len(text):
        space = SPACE.match(text, position)
        if space:
            position = space.end()
            continue
        kind, value, end = _next(text, position, patterns, found)
        if kind == "LSQB" and dots.get(depth) and CLOSERS.match(text, end) and _operand_before(found):
            kind = "CLOSE_OPEN"
        elif kind == "RSQB" and not _operand_before(found) and not (found and found[-1].type == "LSQB"):
            kind = "OPEN_OPEN"
        if kind in ("LPAR", "LSQB", "LBRACE", "OPEN_OPEN"):
            depth += 1
            dots[depth] = False
            if depth > MOST_DEPTH:
                raise DecisionError(f"FEEL 表达式括号嵌套超过 {MOST_DEPTH} 层")
        elif kind in ("RPAR", "RSQB", "RBRACE", "CLOSE_OPEN"):
            depth = max(depth - 1, 0)
        elif kind == "DOTS":
            dots[depth] = True
        found.append(Token(kind, value, start_pos=position, line=1, column=position + 1, end_pos=end))
        position = end
    return found


def _spaced(name: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in name.split())
    return re.compile(words + r"(?!\w)")


def _operand_before(found: list[Token]) -> bool:
    return bool(found) and found[-1].type in OPERAND_ENDS


def _next(
    text: str, position: int, patterns: list[tuple[str, re.Pattern[str]]], found: list[Token]
) -> tuple[str, str, int]:
    character = text[position]
    if character == '"':
        match = STRING.match(text, position)
        if match is None:
            raise DecisionError(f"FEEL 表达式第 {position + 1} 字处的字符串没有结束引号")
        return "STRING", match[0], match.end()
    if character == "@":
        match = STRING.match(text, position + 1)
        if match is None:
            raise DecisionError(f"FEEL 表达式第 {position + 1} 字处的 @ 后缺少字符串")
        return "AT", match[0], match.end()
    number = NUMBER.match(text, position)
    if number and not (character == "." and text.startswith("..", position)):
        # "1..5" is an interval, not the number "1." followed by ".5"
        return "NUMBER", number[0], number.end()
    for name, pattern in patterns:
        match = pattern.match(text, position)
        if match:
            return "NAME", name, match.end()
    match = NAME.match(text, position)
    if match:
        word = match[0]
        if found and found[-1].type == "DOT":
            return "NAME", word, match.end()
        if word == "instance":
            of = re.compile(r"instance\s+of\b").match(text, position)
            if of:
                return "INSTANCE", of[0], of.end()
        return KEYWORDS.get(word, "NAME"), word, match.end()
    for operator in OPERATORS:
        if text.startswith(operator, position):
            return SYMBOLS[operator], operator, position + len(operator)
    raise DecisionError(f"FEEL 表达式第 {position + 1} 字处的 {character!r} 无法识别")
