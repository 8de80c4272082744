"""Grammar of the ``${...}`` language: a scanner and a precedence parser that build small evaluators.

There are no calls, no assignments, no power operator and no names beginning with an underscore: what is not in the
grammar cannot be written, so nothing has to be forbidden at run time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from jiuzhu.domain.topics import Value
from jiuzhu.engine.expression_values import before, compute, equals, is_empty, member, to_boolean, to_number
from jiuzhu.errors import ExpressionError

Scope: TypeAlias = Mapping[str, Value]
Evaluator: TypeAlias = Callable[[Scope], Value]

MAX_LENGTH = 1000
MAX_DEPTH = 40
MAX_DIGITS = 20

_SCANNER = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?)
    | (?P<name>[^\W\d_]\w*)
    | (?P<text>"(?:[^"\\]|\\["'\\])*"|'(?:[^'\\]|\\["'\\])*')
    | (?P<operator>&&|\|\||==|!=|<=|>=|[<>!+\-*/%()\[\].])
    )""",
    re.VERBOSE,
)
_WORDS = {
    "and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=",
    "div": "/", "mod": "%", "empty": "empty", "true": "true", "false": "false", "null": "null",
}  # fmt: skip
_RESERVED = frozenset({"instanceof"})
_BINARY = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def compile_expression(text: str) -> tuple[Evaluator, frozenset[str]]:
    """Compile the inside of ``${...}``; return its evaluator and the variables it reads.

    Raises ExpressionError (with a Chinese sentence) for everything outside the grammar.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"表达式超过 {MAX_LENGTH} 个字符。")
    parser = _Parser(_scan(text), text)
    evaluator = parser.expression(0, 0)
    parser.finish()
    return evaluator, frozenset(parser.names)


def _scan(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        found = _SCANNER.match(text, at)
        if found is None or found.lastgroup is None:
            raise ExpressionError(
                f"表达式“{text.strip()[:80]}”第 {at + 1} 个字符处不能识别：“{text[at : at + 10].strip()}”。"
            )
        kind, word = found.lastgroup, found.group(found.lastgroup)
        if kind == "name" and word in _WORDS:
            kind, word = "operator", _WORDS[word]
        elif kind == "name" and word in _RESERVED:
            raise ExpressionError(f"表达式不支持“{word}”。")
        tokens.append(_Token(kind, word, found.start(found.lastgroup)))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token], text: str) -> None:
        self.tokens = tokens
        self.text = text.strip()
        self.position = 0
        self.names: set[str] = set()

    def finish(self) -> None:
        if self.position < len(self.tokens):
            raise self._fault()

    def expression(self, binding: int, depth: int) -> Evaluator:
        if depth > MAX_DEPTH:
            raise ExpressionError("表达式嵌套过深。")
        left = self._unary(depth)
        while (token := self._peek()) is not None and token.kind == "operator" and _BINARY.get(token.text, 0) > binding:
            self.position += 1
            right = self.expression(_BINARY[token.text], depth + 1)
            left = _binary(token.text, left, right)
        return left

    def _unary(self, depth: int) -> Evaluator:
        if depth > MAX_DEPTH:
            raise ExpressionError("表达式嵌套过深。")
        token = self._peek()
        if token is not None and token.kind == "operator" and token.text in ("!", "-", "empty"):
            self.position += 1
            return _unary(token.text, self._unary(depth + 1))
        return self._postfix(depth)

    def _postfix(self, depth: int) -> Evaluator:
        value = self._primary(depth)
        while (token := self._peek()) is not None and token.kind == "operator" and token.text in (".", "[", "("):
            if token.text == "(":
                raise ExpressionError(
                    f"表达式“{self.text[:80]}”调用了函数或方法，不允许；请改用工作任务（topic）计算。"
                )
            self.position += 1
            if token.text == ".":
                value = _member(value, _constant(self._take("name").text))
            else:
                key = self.expression(0, depth + 1)
                self._take("operator", "]")
                value = _member(value, key)
        return value

    def _primary(self, depth: int) -> Evaluator:
        token = self._peek()
        if token is None:
            raise ExpressionError(f"表达式“{self.text[:80]}”不完整。")
        self.position += 1
        if token.kind == "number":
            if len(token.text) > MAX_DIGITS:
                raise ExpressionError("数字过长。")
            return _constant(Decimal(token.text) if "." in token.text else int(token.text))
        if token.kind == "text":
            return _constant(re.sub(r"\\(.)", r"\1", token.text[1:-1]))
        if token.kind == "name":
            self.names.add(token.text)
            return _variable(token.text)
        if token.text in _LITERALS:
            return _constant(_LITERALS[token.text])
        if token.text == "(":
            value = self.expression(0, depth + 1)
            self._take("operator", ")")
            return value
        self.position -= 1
        raise self._fault()

    def _peek(self) -> _Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def _take(self, kind: str, text: str | None = None) -> _Token:
        token = self._peek()
        if token is None or token.kind != kind or (text is not None and token.text != text):
            raise self._fault()
        self.position += 1
        return token

    def _fault(self) -> ExpressionError:
        token = self._peek()
        if token is None:
            return ExpressionError(f"表达式“{self.text[:80]}”不完整。")
        return ExpressionError(f"表达式“{self.text[:80]}”在“{token.text[:20]}”处有误。")


_LITERALS: dict[str, Value] = {"true": True, "false": False, "null": None}


def _constant(value: Value) -> Evaluator:
    return lambda scope: value


def _variable(name: str) -> Evaluator:
    def read(scope: Scope) -> Value:
        try:
            return scope[name]
        except KeyError:
            raise ExpressionError(f"变量“{name}”还没有值。", code="UNSET") from None

    return read


def _member(container: Evaluator, key: Evaluator) -> Evaluator:
    return lambda scope: member(container(scope), key(scope))


def _unary(operator: str, value: Evaluator) -> Evaluator:
    if operator == "!":
        return lambda scope: not to_boolean(value(scope))
    if operator == "-":
        return lambda scope: -to_number(value(scope))

    def empty(scope: Scope) -> Value:
        try:
            return is_empty(value(scope))
        except ExpressionError as fault:
            # ``empty x`` is the one way to ask whether x was ever set.
            if fault.code == "UNSET":
                return True
            raise

    return empty


def _binary(operator: str, left: Evaluator, right: Evaluator) -> Evaluator:
    match operator:
        case "&&":
            return lambda scope: to_boolean(left(scope)) and to_boolean(right(scope))
        case "||":
            return lambda scope: to_boolean(left(scope)) or to_boolean(right(scope))
        case "==":
            return lambda scope: equals(left(scope), right(scope))
        case "!=":
            return lambda scope: not equals(left(scope), right(scope))
        case "<":
            return lambda scope: before(left(scope), right(scope))
        case ">":
            return lambda scope: before(right(scope), left(scope))
        case "<=":
            return lambda scope: not before(right(scope), left(scope))
        case ">=":
            return lambda scope: not before(left(scope), right(scope))
        case _:
            return lambda scope: compute(operator, left(scope), right(scope))
