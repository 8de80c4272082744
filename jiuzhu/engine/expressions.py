"""Texts of diagrams with ``${...}`` in them: conditions, groups, due dates, mappings.

``${a == 1}`` alone gives the value, ``town_review@${town}`` gives text, a text without ``${`` is itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jiuzhu.domain.topics import Value
from jiuzhu.engine.expression_syntax import MAX_LENGTH, Evaluator, compile_expression
from jiuzhu.engine.expression_values import plain
from jiuzhu.errors import ExpressionError


@dataclass(frozen=True)
class Template:
    """A parsed text: literal pieces and expressions in turn."""

    text: str
    pieces: tuple[str | Evaluator, ...]
    names: frozenset[str]
    """Variables that the text reads."""

    @property
    def is_literal(self) -> bool:
        """True when there is no expression in the text."""
        return all(isinstance(piece, str) for piece in self.pieces)

    def evaluate(self, scope: Mapping[str, Value]) -> Value:
        """Return the value in a scope.

        Raises ExpressionError when a variable is not set, a value does not fit, or an empty value would be printed
        into a composite text.
        """
        if len(self.pieces) == 1 and not isinstance(self.pieces[0], str):
            value = self.pieces[0](scope)
            return plain(value) if isinstance(value, Decimal) else value
        return "".join(piece if isinstance(piece, str) else self._printed(piece(scope)) for piece in self.pieces)

    def evaluate_text(self, scope: Mapping[str, Value]) -> str | None:
        """Return the value as text, or None for null and ''. Raises ExpressionError as ``evaluate``."""
        value = self.evaluate(scope)
        if value is None or value == "":
            return None
        return value if isinstance(value, str) else self._printed(value)

    def holds(self, scope: Mapping[str, Value]) -> bool:
        """Return the truth of a condition; raises ExpressionError when its value is not yes or no."""
        value = self.evaluate(scope)
        if not isinstance(value, bool):
            raise ExpressionError(f"条件“{self.text}”的结果不是是否值。")
        return value

    def _printed(self, value: Value) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, Decimal):
            return str(plain(value))
        if isinstance(value, str) and value:
            return value
        raise ExpressionError(f"“{self.text}”中的值为空，或不是文字和数字。")


@lru_cache(maxsize=8192)
def parse(text: str) -> Template:
    """Parse a text; results are cached.

    Raises ExpressionError for ``#{``, an unclosed ``${`` and everything outside the grammar.
    """
    if "${" not in text and "#{" not in text:
        return Template(text, (text,), frozenset())
    if len(text) > 2 * MAX_LENGTH:
        raise ExpressionError(f"文字超过 {2 * MAX_LENGTH} 个字符。")
    text = text.strip()
    pieces: list[str | Evaluator] = []
    names: set[str] = set()
    at = 0
    while (start := text.find("${", at)) >= 0:
        _literal(text[at:start], pieces)
        end = _closing(text, start + 2)
        evaluator, read = compile_expression(text[start + 2 : end])
        pieces.append(evaluator)
        names |= read
        at = end + 1
    _literal(text[at:], pieces)
    return Template(text, tuple(pieces), frozenset(names))


def _literal(text: str, pieces: list[str | Evaluator]) -> None:
    if "#{" in text:
        raise ExpressionError("请用 ${…}，不要用 #{…}。")
    if text:
        pieces.append(text)


def _closing(text: str, at: int) -> int:
    quote = ""
    while at < len(text):
        letter = text[at]
        if quote:
            if letter == "\\":
                at += 1
            elif letter == quote:
                quote = ""
        elif letter in "'\"":
            quote = letter
        elif letter == "}":
            return at
        at += 1
    raise ExpressionError(f"“{text[:80]}”中的 ${{ 没有结束。")
