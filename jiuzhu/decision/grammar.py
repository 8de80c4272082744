"""The grammar of FEEL expressions and unary tests, and how a parse becomes nodes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lark import Lark, Token, Transformer, Tree, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from jiuzhu.decision import arithmetic, loops, matching
from jiuzhu.decision import nodes as n
from jiuzhu.decision.functions import FUNCTIONS
from jiuzhu.decision.lexer import TokenList, tokens
from jiuzhu.decision.names import unary_test
from jiuzhu.decision.temporal import parse_at
from jiuzhu.decision.values import ARITHMETIC, Feel, compare, equal
from jiuzhu.errors import DecisionError

GRAMMAR = r"""
%declare NAME NUMBER STRING AT TRUE FALSE NULL AND OR IF THEN ELSE FOR IN RETURN SOME EVERY SATISFIES BETWEEN
%declare FUNCTION EXTERNAL INSTANCE DOTS POWER COMPARE LESS GREATER PLUS MINUS TIMES OVER LPAR RPAR LSQB RSQB
%declare LBRACE RBRACE COMMA COLON DOT OPEN_OPEN CLOSE_OPEN

?expression: IF expression THEN expression ELSE expression          -> conditional
    | FOR loop (COMMA loop)* RETURN expression                      -> for_loop
    | SOME loop (COMMA loop)* SATISFIES expression                  -> some
    | EVERY loop (COMMA loop)* SATISFIES expression                 -> every
    | FUNCTION LPAR [parameter (COMMA parameter)*] RPAR expression  -> define
    | disjunction

loop: NAME IN disjunction [DOTS disjunction]
parameter: NAME [COLON type]

?disjunction: conjunction (OR conjunction)*
?conjunction: comparison (AND comparison)*

?comparison: addition
    | comparison operator addition                                  -> compare
    | comparison BETWEEN addition AND addition                      -> between
    | comparison IN in_test                                         -> test
    | comparison INSTANCE type                                      -> instance_of
!operator: COMPARE | LESS | GREATER
in_test: operator addition                                          -> bound
    | addition
    | LPAR in_first RPAR                                            -> many
    | LPAR in_head (COMMA in_item)+ RPAR                            -> many
?in_first: operator addition                                        -> bound
?in_head: operator addition                                         -> bound
    | expression
?in_item: operator addition                                         -> bound
    | expression

type: NAME [LESS type_argument (COMMA type_argument)* GREATER]
    | FUNCTION LESS [type (COMMA type)*] GREATER MINUS GREATER type
type_argument: [NAME COLON] type

?addition: multiplication
    | addition PLUS multiplication                                  -> add
    | addition MINUS multiplication                                 -> subtract
?multiplication: exponent
    | multiplication TIMES exponent                                 -> multiply
    | multiplication OVER exponent                                  -> divide
?exponent: negation
    | exponent POWER negation                                       -> power
?negation: postfix
    | MINUS negation                                                -> negate
?postfix: primary
    | postfix DOT NAME                                              -> path
    | postfix LSQB expression RSQB                                  -> filter
    | postfix LPAR [expression (COMMA expression)*] RPAR            -> call
    | postfix LPAR named (COMMA named)* RPAR                        -> call_named
named: NAME COLON expression

?primary: NUMBER                                                    -> number
    | STRING                                                        -> string
    | AT                                                            -> at
    | TRUE                                                          -> true
    | FALSE                                                         -> false
    | NULL                                                          -> null
    | NAME                                                          -> name
    | LPAR expression RPAR                                          -> group
    | LSQB [expression (COMMA expression)*] RSQB                    -> list_of
    | LBRACE [entry (COMMA entry)*] RBRACE                          -> context_of
    | (LSQB | LPAR | OPEN_OPEN) addition DOTS addition (RSQB | RPAR | CLOSE_OPEN)  -> range_of
entry: (NAME | STRING) COLON expression

tests: unary (COMMA unary)*
?unary: operator addition                                           -> bound
    | expression
"""

ESCAPES = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
TYPE_NAMES = {
    "number": "number", "string": "string", "boolean": "boolean", "date": "date", "time": "time",
    "date and time": "date and time", "dateTime": "date and time", "days and time duration": "days and time duration",
    "day time duration": "days and time duration", "dayTimeDuration": "days and time duration",
    "years and months duration": "years and months duration", "year month duration": "years and months duration",
    "yearMonthDuration": "years and months duration", "list": "list", "context": "context", "range": "range",
    "function": "function", "Any": "Any",
}  # fmt: skip
MOST_NESTING = 150


def text_of(quoted: str) -> str:
    """Return the text of a string literal, escapes resolved."""

    def resolve(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "uU" and len(code) > 1:
            return chr(int(code[1:], 16))
        return {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}.get(code, "\\" + code)

    text = ESCAPES.sub(resolve, quoted[1:-1])
    if any("\ud800" <= character <= "\udfff" for character in text):
        # "\uD83D\uDE00": two halves of one character
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _ordered(test: Callable[[int], bool]) -> Callable[[Feel, Feel], Feel]:
    def apply(left: Feel, right: Feel) -> Feel:
        order = compare(left, right)
        return None if order is None else test(order)

    return apply


def _different(left: Feel, right: Feel) -> Feel:
    answer = equal(left, right)
    return None if answer is None else not answer


COMPARISONS: dict[str, Callable[[Feel, Feel], Feel]] = {
    "=": equal,
    "!=": _different,
    "<": _ordered(lambda order: order < 0),
    "<=": _ordered(lambda order: order <= 0),
    ">": _ordered(lambda order: order > 0),
    ">=": _ordered(lambda order: order >= 0),
}


class ToNodes(Transformer[Token, Any]):
    """Builds nodes bottom-up."""

    def conditional(self, parts: list[Any]) -> n.Node:
        return n.If(parts[1], parts[3], parts[5])

    def for_loop(self, parts: list[Any]) -> n.Node:
        return loops.For(tuple(part for part in parts if isinstance(part, loops.Loop)), parts[-1])

    def some(self, parts: list[Any]) -> n.Node:
        return loops.Quantified(True, tuple(part for part in parts if isinstance(part, loops.Loop)), parts[-1])

    def every(self, parts: list[Any]) -> n.Node:
        return loops.Quantified(False, tuple(part for part in parts if isinstance(part, loops.Loop)), parts[-1])

    def define(self, parts: list[Any]) -> n.Node:
        names = tuple(part[0] for part in parts if isinstance(part, tuple))
        return n.Define(names, parts[-1])

    def loop(self, parts: list[Any]) -> loops.Loop:
        return loops.Loop(str(parts[0]), parts[2], parts[4] if len(parts) > 4 else None)

    def parameter(self, parts: list[Any]) -> tuple[str]:
        return (str(parts[0]),)

    def disjunction(self, parts: list[Any]) -> n.Node:
        return n.Logic(True, tuple(parts[::2]))

    def conjunction(self, parts: list[Any]) -> n.Node:
        return n.Logic(False, tuple(parts[::2]))

    def operator(self, parts: list[Any]) -> str:
        return str(parts[0])

    def compare(self, parts: list[Any]) -> n.Node:
        return n.Operation(parts[1], COMPARISONS[parts[1]], (parts[0], parts[2]))

    def between(self, parts: list[Any]) -> n.Node:
        return n.Between(parts[0], parts[2], parts[4])

    def bound(self, parts: list[Any]) -> n.Node:
        return n.Operation(parts[0], COMPARISONS[parts[0]], (n.Name(matching.INPUT), parts[1]))

    def in_test(self, parts: list[Any]) -> list[n.Node]:
        return [parts[0]]

    def many(self, parts: list[Any]) -> list[n.Node]:
        return [part for part in parts if not isinstance(part, Token)]

    def test(self, parts: list[Any]) -> n.Node:
        tests = parts[2] if isinstance(parts[2], list) else [parts[2]]
        return matching.Test(parts[0], tuple(unary_test(test) for test in tests))

    def instance_of(self, parts: list[Any]) -> n.Node:
        return n.InstanceOf(parts[0], parts[2])

    def type(self, parts: list[Any]) -> str:
        name = str(parts[0])
        if name not in TYPE_NAMES:
            raise DecisionError(f"FEEL 类型 {name!r} 不受支持")
        if any(part is not None for part in parts[1:]):
            raise DecisionError(f"FEEL 类型 {name}<…> 不受支持")
        return TYPE_NAMES[name]

    def add(self, parts: list[Any]) -> n.Node:
        return n.Operation("+", arithmetic.add, (parts[0], parts[2]))

    def subtract(self, parts: list[Any]) -> n.Node:
        return n.Operation("-", arithmetic.subtract, (parts[0], parts[2]))

    def multiply(self, parts: list[Any]) -> n.Node:
        return n.Operation("*", arithmetic.multiply, (parts[0], parts[2]))

    def divide(self, parts: list[Any]) -> n.Node:
        return n.Operation("/", arithmetic.divide, (parts[0], parts[2]))

    def power(self, parts: list[Any]) -> n.Node:
        return n.Operation("**", arithmetic.power, (parts[0], parts[2]))

    def negate(self, parts: list[Any]) -> n.Node:
        return n.Operation("-", arithmetic.negate, (parts[1],))

    def path(self, parts: list[Any]) -> n.Node:
        return n.Path(parts[0], str(parts[2]))

    def filter(self, parts: list[Any]) -> n.Node:
        return matching.Filter(parts[0], parts[2])

    def call(self, parts: list[Any]) -> n.Node:
        arguments = tuple(part for part in parts[1:] if part is not None and not isinstance(part, Token))
        if isinstance(parts[0], n.Name) and parts[0].name in ("today", "now") and not arguments:
            return n.Clock(parts[0].name == "today")
        return n.Call(_callee(parts[0]), arguments, ())

    def call_named(self, parts: list[Any]) -> n.Node:
        return n.Call(_callee(parts[0]), (), tuple(part for part in parts[1:] if isinstance(part, tuple)))

    def named(self, parts: list[Any]) -> tuple[str, n.Node]:
        return str(parts[0]), parts[2]

    def number(self, parts: list[Any]) -> n.Node:
        return n.Literal(ARITHMETIC.plus(Decimal(str(parts[0]))))

    def string(self, parts: list[Any]) -> n.Node:
        return n.Literal(text_of(str(parts[0])))

    def at(self, parts: list[Any]) -> n.Node:
        return n.Literal(parse_at(text_of(str(parts[0]))))

    def true(self, parts: list[Any]) -> n.Node:
        return n.Literal(True)

    def false(self, parts: list[Any]) -> n.Node:
        return n.Literal(False)

    def null(self, parts: list[Any]) -> n.Node:
        return n.Literal(None)

    def name(self, parts: list[Any]) -> n.Node:
        return n.Name(str(parts[0]))

    def group(self, parts: list[Any]) -> n.Node:
        node: n.Node = parts[1]
        return node

    def list_of(self, parts: list[Any]) -> n.Node:
        return n.ListOf(tuple(part for part in parts if part is not None and not isinstance(part, Token)))

    def context_of(self, parts: list[Any]) -> n.Node:
        return n.ContextOf(tuple(part for part in parts if isinstance(part, tuple)))

    def entry(self, parts: list[Any]) -> tuple[str, n.Node]:
        key: Token = parts[0]
        return (text_of(key) if key.type == "STRING" else str(key)), parts[2]

    def range_of(self, parts: list[Any]) -> n.Node:
        return n.RangeOf(parts[1], parts[3], parts[0].type == "LSQB", parts[4].type == "RSQB")

    def tests(self, parts: list[Any]) -> list[n.Node]:
        return parts[::2]


def _callee(node: n.Node) -> n.Node:
    if isinstance(node, n.Name) and node.name in FUNCTIONS:
        return n.Literal(FUNCTIONS[node.name])
    return node


PARSER = Lark(GRAMMAR, parser="lalr", lexer=TokenList, start=["expression", "tests"], maybe_placeholders=False)
TO_NODES = ToNodes(visit_tokens=False)


def parse_expression(text: str, names: frozenset[str]) -> n.Node:
    """Parse a FEEL expression to nodes. Raises DecisionError naming what is not understood and where."""
    found: n.Node = _parse(text, _cut(text, names), "expression")
    _check_nesting(text, found)
    return found


def parse_tests(text: str, names: frozenset[str]) -> tuple[bool, list[n.Node]]:
    """Parse unary tests: whether they stand inside ``not(…)``, and each test. Raises DecisionError as above."""
    cut = _cut(text, names)
    negated = _is_negation(cut)
    found: list[n.Node] = _parse(text, cut[2:-1] if negated else cut, "tests")
    for node in found:
        _check_nesting(text, node)
    return negated, found


def _cut(text: str, names: frozenset[str]) -> list[Token]:
    long_names = {name for name in (*names, *FUNCTIONS) if not re.fullmatch(r"\w+", name)}
    parameters = {name for function in FUNCTIONS.values() for name in function.parameters if " " in name}
    return tokens(text, long_names | parameters)


def _is_negation(cut: list[Token]) -> bool:
    """Return whether the whole text is ``not( … )``."""
    if len(cut) < 3 or cut[0] != "not" or cut[1].type != "LPAR":
        return False
    depth = 0
    for index, token in enumerate(cut):
        depth += (token.type == "LPAR") - (token.type == "RPAR")
        if token.type == "RPAR" and depth == 0:
            return index == len(cut) - 1
    return False


def _parse(text: str, cut: list[Token], start: str) -> Any:
    try:
        tree: Any = PARSER.parse(cut, start=start)
        return TO_NODES.transform(tree) if isinstance(tree, Tree) else tree
    except UnexpectedToken as error:
        where = "结尾" if error.token.type == "$END" else f"第 {error.column} 字 {str(error.token)!r} 处"
        raise DecisionError(f"FEEL 表达式 {_short(text)} 在{where}无法识别") from None
    except UnexpectedInput as error:
        raise DecisionError(f"FEEL 表达式 {_short(text)} 无法识别：{error}") from None
    except VisitError as error:
        if isinstance(error.orig_exc, DecisionError):
            raise DecisionError(f"{error.orig_exc}（{_short(text)}）") from None
        raise


def _check_nesting(text: str, node: n.Node) -> None:
    """Refuse what would not evaluate within Python's stack, without recursion."""
    level: list[n.Node] = [node]
    for _ in range(MOST_NESTING):
        level = [child for parent in level for child in parent.children()]
        if not level:
            return
    raise DecisionError(f"FEEL 表达式 {_short(text)} 嵌套超过 {MOST_NESTING} 层")


def _short(text: str) -> str:
    return json.dumps(text if len(text) < 80 else text[:77] + "…", ensure_ascii=False)
