"""Reads boxed expressions: contexts, invocations, lists, relations and functions, one in another."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from jiuzhu.decision.expressions import Expression, feel
from jiuzhu.decision.model import Context, FunctionBox, Invocation, Items, Logic, Relation

MOST_DEEP = 20
DESCRIBING = frozenset({"variable", "description", "extensionElements", "formalParameter", "typeRef"})


class BoxedReader:
    """The part of the reader that knows boxes; tables and expressions are read by the rest."""

    def fault(self, element: etree._Element, message: str, remedy: str) -> None:
        """Note a finding (see the reader)."""
        raise NotImplementedError

    def children(self, element: etree._Element, tag: str = "*") -> Iterator[etree._Element]:
        """Yield child elements (see the reader)."""
        raise NotImplementedError

    def child(self, element: etree._Element, tag: str) -> etree._Element | None:
        """Return a child element (see the reader)."""
        raise NotImplementedError

    def plain_logic(self, owner: etree._Element, element: etree._Element) -> Logic | None:
        """Return a table or expression, None for anything else (see the reader)."""
        raise NotImplementedError

    def box(self, owner: etree._Element, element: etree._Element, depth: int = 0) -> Logic:
        """Return the logic of one element."""
        tag = etree.QName(element).localname
        plain = self.plain_logic(owner, element)
        if plain is not None:
            return plain
        if depth > MOST_DEEP:
            self.fault(element, f"框式表达式嵌套超过 {MOST_DEEP} 层", "请拆分成几个决策。")
        elif tag == "context":
            return self._context(owner, element, depth)
        elif tag == "invocation":
            return self._invocation(owner, element, depth)
        elif tag == "list":
            return Items(items=tuple(self.box(owner, item, depth + 1) for item in self._boxes(element)))
        elif tag == "relation":
            return self._relation(owner, element, depth)
        elif tag == "functionDefinition":
            return self._function(owner, element, depth)
        else:
            self.fault(element, f"{tag} 不受支持", "请改用决策表或文字表达式。")
        return feel("null")

    def parameters(self, function: etree._Element) -> tuple[str, ...]:
        """Return the names of a function's parameters; refuses what is not FEEL."""
        if function.get("kind", "FEEL") != "FEEL":
            self.fault(function, f"函数种类 {function.get('kind')} 不受支持", "请使用 FEEL。")
        return tuple(item.get("name", "") for item in self.children(function, "formalParameter"))

    def _boxes(self, element: etree._Element) -> list[etree._Element]:
        return [item for item in self.children(element) if etree.QName(item).localname not in DESCRIBING]

    def _one(self, owner: etree._Element, element: etree._Element, depth: int) -> Logic:
        boxes = self._boxes(element)
        if len(boxes) != 1:
            self.fault(element, "这里应当正好有一个表达式", "请填写表达式。")
            return feel("null")
        return self.box(owner, boxes[0], depth + 1)

    def _context(self, owner: etree._Element, element: etree._Element, depth: int) -> Logic:
        entries: list[tuple[str, Logic]] = []
        result: Logic | None = None
        for entry in self.children(element, "contextEntry"):
            variable = self.child(entry, "variable")
            name = "" if variable is None else variable.get("name", "")
            if result is not None or (name and name in dict(entries)):
                self.fault(entry, "上下文的结果之后不能再有条目，条目名称不能重复", "请把结果放在最后，名称各不相同。")
            value = self._one(owner, entry, depth)
            if name:
                entries.append((name, value))
            else:
                result = value
        if not entries and result is None:
            self.fault(element, "上下文没有条目", "请填写条目。")
        return Context(entries=tuple(entries), result=result)

    def _invocation(self, owner: etree._Element, element: etree._Element, depth: int) -> Logic:
        called: Logic | None = None
        bindings: list[tuple[str, Logic]] = []
        for part in self._boxes(element):
            if etree.QName(part).localname != "binding":
                called = self.box(owner, part, depth + 1)
                continue
            parameter = self.child(part, "parameter")
            inner = [item for item in self._boxes(part) if etree.QName(item).localname != "parameter"]
            value = self.box(owner, inner[0], depth + 1) if len(inner) == 1 else feel("null")
            bindings.append(("" if parameter is None else parameter.get("name", ""), value))
        if not isinstance(called, Expression):
            self.fault(element, "调用没有写明函数", "请填写知识模型的名称。")
            called = feel("null")
        return Invocation(function=called, bindings=tuple(bindings))

    def _relation(self, owner: etree._Element, element: etree._Element, depth: int) -> Logic:
        columns = tuple(item.get("name", "") for item in self.children(element, "column"))
        rows = tuple(
            tuple(self.box(owner, cell, depth + 1) for cell in self._boxes(row))
            for row in self.children(element, "row")
        )
        if any(len(row) != len(columns) for row in rows):
            self.fault(element, "关系表的单元格数与列数不符", "请补齐各行。")
            rows = ()
        return Relation(columns=columns, rows=rows)

    def _function(self, owner: etree._Element, element: etree._Element, depth: int) -> Logic:
        return FunctionBox(parameters=self.parameters(element), body=self._one(owner, element, depth))
