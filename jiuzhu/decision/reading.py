"""Reads DMN files (1.1 to 1.5): hardened XML to the model, everything unsupported refused by name.

Supported: input data, decisions and knowledge models with a decision table (all hit policies), a literal expression or
boxes of them (contexts, invocations, lists, relations, functions), required decisions. Refused: boxed conditionals,
loops and filters, imports, decision services, languages other than FEEL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from jiuzhu.decision.boxed_reading import BoxedReader
from jiuzhu.decision.expressions import Expression, UnaryTests, feel, unary_tests
from jiuzhu.decision.markup import NAMESPACES, parse_xml, refused
from jiuzhu.decision.model import (
    Decision,
    DecisionFinding,
    DecisionsRefused,
    Definitions,
    HitPolicy,
    InputData,
    Knowledge,
    Logic,
    Rule,
    Table,
    TableInput,
    TableOutput,
)
from jiuzhu.decision.requirements import unmet_requirements
from jiuzhu.errors import DecisionError

IGNORED = {"description", "extensionElements", "itemDefinition", "elementCollection", "textAnnotation", "association",
           "group", "knowledgeSource", "performanceIndicator", "organizationUnit"}  # fmt: skip
TYPES = {"string", "number", "boolean", "date", "time", "dateTime", "date and time", "dayTimeDuration",
         "days and time duration", "yearMonthDuration", "years and months duration"}  # fmt: skip
NUMERIC = {"integer", "long", "double", "int", "decimal"}
AGGREGATIONS = {"", "SUM", "MIN", "MAX", "COUNT"}


@dataclass
class ItemType:
    """An item definition, as far as inputs need it."""

    type: str
    collection: bool
    components: dict[str, str]
    allowed: str


def read_definitions(xml: bytes) -> Definitions:
    """Read a DMN file; raises DecisionsRefused with every fault found (element id, line, message in Chinese)."""
    root = parse_xml(xml)
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise refused("不是 DMN 1.1 至 1.5 的决策文件", "请用 Camunda Modeler 保存为 DMN 1.3。")
    return _Reader(root, name.namespace).read()


class _Reader(BoxedReader):
    """Walks one file and collects findings."""

    def __init__(self, root: etree._Element, namespace: str) -> None:
        self.root = root
        self.namespace = namespace
        self.findings: list[DecisionFinding] = []
        self.types: dict[str, ItemType] = {}
        self.names: frozenset[str] = frozenset()

    def read(self) -> Definitions:
        made = Definitions()
        language = self.root.get("expressionLanguage", "")
        if not _is_feel(language):
            self.fault(self.root, f"表达式语言 {language!r} 不受支持", "请使用 FEEL。")
        for item in self.children(self.root, "itemDefinition"):
            self.types[item.get("name", "")] = self.item_type(item)
        self.names = frozenset(self.known_names())
        for element in self.children(self.root):
            tag = etree.QName(element).localname
            if tag == "decision":
                decision = self.decision(element)
                if decision.id in made.decisions:
                    self.fault(element, "决策 id 重复", "请给每个决策不同的 id。")
                made.decisions[decision.id] = decision
            elif tag == "inputData":
                data = self.input_data(element)
                made.inputs[data.id] = data
            elif tag == "businessKnowledgeModel":
                knowledge = self.knowledge(element)
                made.knowledge[knowledge.id] = knowledge
            elif tag not in IGNORED:
                self.fault(element, f"元素 {tag} 不受支持", "请改用决策表或文字表达式。")
        for message in unmet_requirements(made) if not self.findings else ():
            self.fault(self.root, message, "请检查连线。")
        if not made.decisions and not self.findings:
            self.fault(self.root, "文件中没有决策", "请添加决策表。")
        if self.findings:
            raise DecisionsRefused(self.findings)
        return made

    # --- helpers of the walk --------------------------------------------------------------------------------

    def fault(self, element: etree._Element, message: str, remedy: str) -> None:
        owner: etree._Element | None = element
        while owner is not None and not owner.get("id"):
            owner = owner.getparent()
        self.findings.append(
            DecisionFinding(
                element_id="" if owner is None else owner.get("id", ""),
                element_name=element.get("name") or element.get("label") or "",
                line=int(element.sourceline or 0),
                message=message,
                remedy=remedy,
            )
        )

    def children(self, element: etree._Element, tag: str = "*") -> Iterator[etree._Element]:
        """Yield child elements of the DMN namespace (extensions, diagrams and comments are passed over)."""
        return element.iterchildren(f"{{{self.namespace}}}{tag}")

    def child(self, element: etree._Element, tag: str) -> etree._Element | None:
        return next(self.children(element, tag), None)

    def variable(self, element: etree._Element) -> str:
        """Return the variable's name, else the element's name or id."""
        variable = self.child(element, "variable")
        own = variable.get("name") if variable is not None else None
        return own or element.get("name") or element.get("id") or ""

    def is_scalar(self, element: etree._Element) -> bool:
        """Return whether the decision's variable is declared as a single value."""
        variable = self.child(element, "variable")
        item = self.resolve(self.type_ref(variable)) if variable is not None else None
        return item is not None and bool(item.type) and not item.collection

    def text(self, element: etree._Element | None) -> str:
        if element is None:
            return ""
        text = self.child(element, "text")
        return (text.text or "").strip() if text is not None else ""

    def known_names(self) -> Iterator[str]:
        """Yield every name that may hold spaces: variables, item components, columns, parameters."""
        tags = (
            "variable",
            "itemComponent",
            "output",
            "formalParameter",
            "inputData",
            "decision",
            "businessKnowledgeModel",
        )
        for tag in tags:
            for element in self.root.iter(f"{{{self.namespace}}}{tag}"):
                name = element.get("name")
                if name:
                    yield name

    # --- expressions ----------------------------------------------------------------------------------------

    def expression(self, element: etree._Element, text: str) -> Expression:
        self.language(element)
        try:
            return feel(text or "null", self.names)
        except DecisionError as error:
            self.fault(element, str(error), "请检查表达式。")
            return feel("null")

    def tests(self, element: etree._Element, text: str) -> UnaryTests:
        self.language(element)
        try:
            return unary_tests(text, self.names)
        except DecisionError as error:
            self.fault(element, str(error), "请检查单元格。")
            return unary_tests("-")

    def language(self, element: etree._Element) -> None:
        language = element.get("expressionLanguage", "")
        if not _is_feel(language):
            self.fault(element, f"表达式语言 {language!r} 不受支持", "请使用 FEEL。")

    # --- elements -------------------------------------------------------------------------------------------

    def decision(self, element: etree._Element) -> Decision:
        return Decision(
            id=element.get("id", ""),
            name=element.get("name", ""),
            variable=self.variable(element),
            scalar=self.is_scalar(element),
            logic=self.logic(element, element),
            inputs=self.required(element, "informationRequirement", "requiredInput"),
            decisions=self.required(element, "informationRequirement", "requiredDecision"),
            knowledge=self.required(element, "knowledgeRequirement", "requiredKnowledge"),
        )

    def knowledge(self, element: etree._Element) -> Knowledge:
        function = self.child(element, "encapsulatedLogic")
        parameters: tuple[str, ...] = ()
        logic: Logic = feel("null")
        if function is None:
            self.fault(element, "知识模型没有内容", "请填写函数。")
        else:
            parameters = self.parameters(function)
            logic = self.logic(element, function)
        return Knowledge(
            id=element.get("id", ""),
            name=element.get("name", ""),
            parameters=parameters,
            logic=logic,
            knowledge=self.required(element, "knowledgeRequirement", "requiredKnowledge"),
        )

    def required(self, element: etree._Element, requirement: str, kind: str) -> tuple[str, ...]:
        found: list[str] = []
        for item in self.children(element, requirement):
            for reference in self.children(item, kind):
                href = reference.get("href", "")
                if not href.startswith("#"):
                    self.fault(item, f"引用 {href!r} 指向文件之外", "请把所需内容放在同一文件。")
                found.append(href.removeprefix("#"))
        return tuple(found)

    def logic(self, owner: etree._Element, parent: etree._Element) -> Logic:
        passed = {"variable", "description", "question", "allowedAnswers", "extensionElements", "formalParameter",
                  "informationRequirement", "knowledgeRequirement", "authorityRequirement", "usingProcess", "usingTask",
                  "supportedObjective", "impactedPerformanceIndicator", "decisionMaker", "decisionOwner"}  # fmt: skip
        logic: Logic | None = None
        for element in self.children(parent):
            if etree.QName(element).localname not in passed:
                logic = self.box(owner, element)
        if logic is None:
            self.fault(owner, "决策没有内容", "请添加决策表。")
            return feel("null")
        return logic

    def plain_logic(self, owner: etree._Element, element: etree._Element) -> Logic | None:
        """Return a table or literal expression, None for anything else."""
        tag = etree.QName(element).localname
        if tag == "decisionTable":
            return self.table(owner, element)
        if tag == "literalExpression":
            if not self.text(element):
                self.fault(element, "文字表达式没有内容", "请填写 FEEL 表达式。")
            return self.expression(element, self.text(element))
        return None

    def input_data(self, element: etree._Element) -> InputData:
        variable = self.child(element, "variable")
        item = self.resolve(self.type_ref(variable)) if variable is not None else ItemType("", False, {}, "")
        return InputData(
            id=element.get("id", ""),
            name=self.variable(element),
            type=item.type,
            collection=item.collection,
            components=item.components,
            allowed=self.tests(element, item.allowed) if item.allowed else None,
        )

    def type_ref(self, element: etree._Element) -> str:
        own = element.get("typeRef")
        child = self.child(element, "typeRef")
        return (own or (child.text if child is not None else "") or "").strip().rpartition(":")[2]

    def item_type(self, element: etree._Element) -> ItemType:
        components: dict[str, str] = {}
        for component in self.children(element, "itemComponent"):
            components[component.get("name", "")] = self.type_ref(component)
        allowed = self.text(self.child(element, "allowedValues"))
        return ItemType(self.type_ref(element), element.get("isCollection") == "true", components, allowed)

    def resolve(self, name: str, depth: int = 0) -> ItemType:
        """Follow item definitions to a FEEL type (``''`` when it is a context or unknown)."""
        if name in TYPES:
            return ItemType(name, False, {}, "")
        if name in NUMERIC:
            return ItemType("number", False, {}, "")
        item = self.types.get(name)
        if item is None or depth > 10:
            return ItemType("", False, {}, "")
        inner = self.resolve(item.type, depth + 1) if item.type else ItemType("", False, {}, "")
        if item.collection and inner.collection:
            return ItemType("", False, {}, "")  # a list of lists is taken as it comes
        parts = {key: self.resolve(value, depth + 1).type for key, value in item.components.items()}
        return ItemType(
            inner.type, item.collection or inner.collection, parts or inner.components, item.allowed or inner.allowed
        )

    def table(self, owner: etree._Element, element: etree._Element) -> Table:
        label = element.get("hitPolicy", "UNIQUE")
        policy = next((policy for policy in HitPolicy if policy.value == label), None)
        if policy is None:
            self.fault(element, f"命中策略 {label!r} 不存在", "请选择命中策略。")
            policy = HitPolicy.UNIQUE
        aggregation = element.get("aggregation", "")
        if aggregation not in AGGREGATIONS or (aggregation and policy is not HitPolicy.COLLECT):
            self.fault(
                element, f"汇总方式 {aggregation!r} 不能与 {label} 一起使用", "请改用 COLLECT 的 SUM、MIN、MAX、COUNT。"
            )
        for name in element.attrib:
            if etree.QName(name).localname == "preferredOrientation" and element.get(name) == "CrossTable":
                self.fault(element, "交叉表不受支持", "请改为按行的决策表。")
        inputs = tuple(self.table_input(item) for item in self.children(element, "input"))
        outputs = self.outputs(owner, element, policy)
        if not outputs:
            self.fault(element, "决策表没有输出列", "请添加输出列。")
        if aggregation and len(outputs) > 1:
            self.fault(element, f"{aggregation} 只能汇总一个输出列", "请只保留一个输出列。")
        if policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) and not any(output.order for output in outputs):
            self.fault(element, f"{label} 需要输出值列表", "请在输出列填写允许值（由高到低）。")
        rules = tuple(
            self.rule(item, number, len(inputs), len(outputs))
            for number, item in enumerate(self.children(element, "rule"), 1)
        )
        return Table(
            id=element.get("id") or owner.get("id") or "", hit_policy=policy, aggregation=aggregation,
            inputs=inputs, outputs=outputs, rules=rules,
        )  # fmt: skip

    def table_input(self, element: etree._Element) -> TableInput:
        for name in element.attrib:
            if etree.QName(name).namespace and etree.QName(name).localname == "inputVariable":
                self.fault(element, "输入变量名（inputVariable）不受支持", "单元格中请用 ? 表示输入值。")
        expression = self.child(element, "inputExpression")
        text = self.text(expression)
        if not text:
            self.fault(element, "输入列没有表达式", "请填写输入表达式。")
        values = self.text(self.child(element, "inputValues"))
        return TableInput(
            id=element.get("id", ""),
            label=element.get("label") or text,
            expression=self.expression(element if expression is None else expression, text),
            allowed=self.tests(element, values) if values else None,
        )

    def outputs(self, owner: etree._Element, table: etree._Element, policy: HitPolicy) -> tuple[TableOutput, ...]:
        elements = list(self.children(table, "output"))
        variable = self.child(owner, "variable")
        fallback = self.variable(owner)
        components = self.types.get(self.type_ref(variable)) if variable is not None else None
        made: list[TableOutput] = []
        for element in elements:
            name = element.get("name") or (fallback if len(elements) == 1 else "") or ""
            if not name or name in (output.name for output in made):
                self.fault(element, "输出列没有名称或名称重复", "请给每个输出列不同的名称。")
            values = self.text(self.child(element, "outputValues"))
            if not values and len(elements) == 1:
                values = components.allowed if components else self.resolve(self.type_ref(element)).allowed
            ordered = policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)
            default = self.child(element, "defaultOutputEntry")
            made.append(
                TableOutput(
                    id=element.get("id", ""),
                    name=name,
                    order=self.order(element, values) if values and ordered else (),
                    default=self.expression(default, self.text(default)) if default is not None else None,
                )
            )
        return tuple(made)

    def order(self, element: etree._Element, values: str) -> tuple[Expression, ...]:
        """Return the output values, most important first: the list is written as unary tests, each a plain value."""
        tests = self.tests(element, values)
        return tuple(Expression(values, test.node, frozenset(), frozenset()) for test in tests.tests)

    def rule(self, element: etree._Element, number: int, inputs: int, outputs: int) -> Rule:
        tests = tuple(self.tests(item, self.text(item)) for item in self.children(element, "inputEntry"))
        results = tuple(self.expression(item, self.text(item)) for item in self.children(element, "outputEntry"))
        if len(tests) != inputs or len(results) != outputs:
            self.fault(element, f"第 {number} 条规则的单元格数与列数不符", "请在 Camunda Modeler 中补齐该行。")
            tests, results = (unary_tests("-"),) * inputs, (feel("null"),) * outputs
        return Rule(id=element.get("id", ""), number=number, tests=tests, results=results)


def _is_feel(language: str) -> bool:
    return (
        language == ""
        or language.lower() == "feel"
        or language.rstrip("/").upper().endswith("/FEEL")
        or "feel" in language.lower()
    )
