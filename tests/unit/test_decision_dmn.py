"""Decision tables: every hit policy, what is refused at reading, hostile XML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from jiuzhu.decision import DecisionsRefused, read_decisions
from jiuzhu.errors import DecisionError

DMN_1_3 = "https://www.omg.org/spec/DMN/20191111/MODEL/"
OTHERS = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)


def table(
    policy: str,
    rows: Sequence[tuple[str, ...]],
    *,
    outputs: Sequence[tuple[str, str]] = (("out", ""),),
    namespace: str = DMN_1_3,
    extra: str = "",
    attributes: str = "",
) -> bytes:
    """A table with the input ``x``; rows are (test, output, …); outputs are (name, allowed values)."""
    columns = "".join(
        f'<output id="o{i}" name="{name}">'
        + (f"<outputValues><text>{values}</text></outputValues>" if values else "")
        + "</output>"
        for i, (name, values) in enumerate(outputs)
    )
    rules = ""
    for number, (test, *results) in enumerate(rows, 1):
        test = test.replace("<", "&lt;")
        cells = "".join(f"<outputEntry><text>{result}</text></outputEntry>" for result in results)
        rules += f'<rule id="r{number}"><inputEntry><text>{test}</text></inputEntry>{cells}</rule>'
    return (
        f'<definitions xmlns="{namespace}" id="d" name="d" namespace="n">{extra}'
        f'<decision id="choice" name="选择"><decisionTable id="t" {policy} {attributes}>'
        f'<input id="i" label="数值"><inputExpression><text>x</text></inputExpression></input>{columns}{rules}'
        "</decisionTable></decision></definitions>"
    ).encode()


def answer(xml: bytes, x: Any) -> Any:
    return read_decisions(xml).evaluate("choice", {"x": x})


THREE = [("> 0", "1"), ("> 10", "3"), ("> 20", "2")]


@pytest.mark.parametrize(
    ("policy", "x", "wanted"),
    [
        ('hitPolicy="UNIQUE"', 5, {"out": 1}),
        ("", 5, {"out": 1}),
        ('hitPolicy="UNIQUE"', -1, None),
        ('hitPolicy="FIRST"', 25, {"out": 1}),
        ('hitPolicy="RULE ORDER"', 25, [{"out": 1}, {"out": 3}, {"out": 2}]),
        ('hitPolicy="COLLECT"', 25, [{"out": 1}, {"out": 3}, {"out": 2}]),
        ('hitPolicy="COLLECT"', -1, []),
        ('hitPolicy="COLLECT" aggregation="SUM"', 25, {"out": 6}),
        ('hitPolicy="COLLECT" aggregation="MIN"', 25, {"out": 1}),
        ('hitPolicy="COLLECT" aggregation="MAX"', 25, {"out": 3}),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 25, {"out": 3}),
        ('hitPolicy="COLLECT" aggregation="COUNT"', -1, {"out": 0}),
        ('hitPolicy="COLLECT" aggregation="SUM"', -1, None),
    ],
)
def test_hit_policy(policy: str, x: int, wanted: Any) -> None:
    assert answer(table(policy, THREE), x) == wanted


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [('hitPolicy="PRIORITY"', {"out": 3}), ('hitPolicy="OUTPUT ORDER"', [{"out": 3}, {"out": 1}, {"out": 2}])],
)
def test_hit_policy_by_output_values(policy: str, wanted: Any) -> None:
    assert answer(table(policy, THREE, outputs=[("out", "3, 1, 2")]), 25) == wanted


def test_priority_of_several_columns_goes_from_left_to_right() -> None:
    rows = [("-", '"low"', "1"), ("-", '"high"', "2"), ("-", '"high"', "1")]
    xml = table('hitPolicy="PRIORITY"', rows, outputs=[("risk", '"high", "low"'), ("rank", "1, 2")])
    assert answer(xml, 0) == {"risk": "high", "rank": 1}


def test_unique_with_two_hits_names_the_rules() -> None:
    with pytest.raises(DecisionError, match=r"第 1 条（r1）、第 2 条（r2）"):
        answer(table("", THREE), 15)


def test_any_agrees_or_fails() -> None:
    assert answer(table('hitPolicy="ANY"', [("> 0", "1"), ("> 1", "1")]), 5) == {"out": 1}
    with pytest.raises(DecisionError, match="结论不一致"):
        answer(table('hitPolicy="ANY"', THREE), 25)


def test_output_outside_the_priority_list_fails() -> None:
    with pytest.raises(DecisionError, match="不在输出值列表"):
        answer(table('hitPolicy="PRIORITY"', THREE, outputs=[("out", "1, 2")]), 25)


@pytest.mark.parametrize("namespace", OTHERS)
def test_every_version_from_1_1_to_1_5_is_read(namespace: str) -> None:
    assert answer(table("", THREE, namespace=namespace), 5) == {"out": 1}


DECLARED = f"""<definitions xmlns="{DMN_1_3}" id="d" name="d" namespace="n">
 <inputData id="i1" name="日"><variable name="day" typeRef="date"/></inputData>
 <inputData id="i2" name="额"><variable name="amount" typeRef="number"/></inputData>
 <decision id="late" name="迟"><variable name="late" typeRef="boolean"/>
  <informationRequirement><requiredInput href="#i1"/></informationRequirement>
  <literalExpression><text>day &gt; date("2021-09-26")</text></literalExpression></decision>
 <decision id="fee" name="费">
  <informationRequirement><requiredDecision href="#late"/></informationRequirement>
  <informationRequirement><requiredInput href="#i2"/></informationRequirement>
  <literalExpression><text>if late then amount * 2 else amount</text></literalExpression></decision>
</definitions>""".encode()


def test_required_decisions_and_declared_types() -> None:
    decisions = read_decisions(DECLARED)
    assert decisions.ids == ("late", "fee")
    assert set(decisions.inputs("fee")) == {"amount", "day"}
    assert decisions.outputs("fee") == ("费",)
    assert decisions.evaluate("fee", {"day": "2021-09-27", "amount": 5}) == {"费": 10}
    assert decisions.evaluate("fee", {"day": "2021-09-26", "amount": 5}) == {"费": 5}
    with pytest.raises(DecisionError, match="缺少输入“amount”"):
        decisions.evaluate("fee", {"day": "2021-09-27"})
    with pytest.raises(DecisionError, match="应为 number"):
        decisions.evaluate("fee", {"day": "2021-09-27", "amount": "5.00"})
    with pytest.raises(DecisionError, match="应为 date"):
        decisions.evaluate("late", {"day": "tomorrow"})


GROOVY = b'<inputExpression expressionLanguage="groovy">'


def needing(kind: str, target: str) -> bytes:
    line = f'<informationRequirement id="ir"><{kind} href="#{target}"/></informationRequirement>'
    return table("", THREE).replace(b'<decisionTable id="t"', f'{line}<decisionTable id="t"'.encode())


def refusal(xml: bytes) -> DecisionsRefused:
    with pytest.raises(DecisionsRefused) as caught:
        read_decisions(xml)
    return caught.value


@pytest.mark.parametrize(
    ("xml", "element", "words"),
    [
        (table("", [("> ", "1")]), "r1", "无法识别"),
        (table("", [("> 1", "__import__('os').system('id')")]), "r1", "无法识别"),
        (table("", [("-", "nothing(1)")]), "r1", "没有函数"),
        (table("", [("-",)]), "r1", "单元格数"),
        (table('hitPolicy="WISE"', THREE), "t", "命中策略"),
        (table('hitPolicy="FIRST" aggregation="SUM"', THREE), "t", "汇总方式"),
        (table('hitPolicy="PRIORITY"', THREE), "t", "输出值列表"),
        (table("", THREE, attributes='preferredOrientation="CrossTable"'), "t", "交叉表"),
        (table("", THREE).replace(b"<inputExpression>", GROOVY), "i", "groovy"),
        (table("", THREE, extra='<import namespace="x" locationURI="y" importType="z" id="imp"/>'), "imp", "import"),
        (table("", THREE, extra='<decisionService id="svc" name="s"/>'), "svc", "decisionService"),
        (needing('requiredInput', "nobody"), "d", "不存在"),
        (needing('requiredDecision', "choice"), "d", "依赖自身"),
    ],
)  # fmt: skip
def test_what_is_not_supported_is_refused_with_its_element(xml: bytes, element: str, words: str) -> None:
    findings = refusal(xml).findings
    assert any(finding.element_id == element and words in finding.message for finding in findings), findings
    assert all(finding.line > 0 and finding.remedy for finding in findings)


def boxed(box: str) -> bytes:
    """A decision over ``x`` with a boxed expression and a knowledge model ``add``."""
    function = "<encapsulatedLogic><formalParameter name='a'/><formalParameter name='b'/>" + text("a + b")
    knowledge = f"<businessKnowledgeModel id='k' name='add'>{function}</encapsulatedLogic></businessKnowledgeModel>"
    wanted = "<knowledgeRequirement><requiredKnowledge href='#k'/></knowledgeRequirement>"
    decision = f"<decision id='choice' name='c'><variable name='c'/>{wanted}{box}</decision>"
    return f'<definitions xmlns="{DMN_1_3}" id="d" name="d" namespace="n">{knowledge}{decision}</definitions>'.encode()


def text(expression: str) -> str:
    return f"<literalExpression><text>{expression}</text></literalExpression>"


def entry(name: str, inner: str) -> str:
    return "<contextEntry>" + (f"<variable name='{name}'/>" if name else "") + f"{inner}</contextEntry>"


ADDED = (
    "<invocation>{}<binding><parameter name='a'/>{}</binding><binding><parameter name='b'/>{}</binding></invocation>"
)


@pytest.mark.parametrize(
    ("box", "wanted"),
    [
        ("<context>" + entry("one", text("x")) + entry("two part", text("one + 1")) + "</context>",
         {"one": 3, "two part": 4}),
        ("<context>" + entry("one", text("x * 2")) + entry("", text("one + 1")) + "</context>", 7),
        (ADDED.format(text("add"), text("x"), ADDED.format(text("add"), text("1"), text("2"))), 6),
        (ADDED.format(text("nothing"), text("x"), text("1")), None),
        ("<invocation>" + text("add") + "<binding><parameter name='a'/>" + text("1") + "</binding></invocation>", None),
        ("<list>" + text("x") + text("x + 1") + "</list>", [3, 4]),
        ("<relation><column name='p'/><column name='q'/><row>" + text("x") + text('"y"') + "</row></relation>",
         [{"p": 3, "q": "y"}]),
        ("<context>" + entry("f", "<functionDefinition><formalParameter name='n'/>" + text("n * x")
         + "</functionDefinition>") + entry("", text("f(5)")) + "</context>", 15),
    ],
)  # fmt: skip
def test_boxes_in_one_another(box: str, wanted: Any) -> None:
    decisions = read_decisions(boxed(box))
    assert decisions.evaluate("choice", {"x": 3}) == (None if wanted is None else {"c": wanted})
    assert set(decisions.inputs("choice")) <= {"x", "nothing"}


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ("<context/>", "没有条目"),
        ("<context>" + entry("a", text("1")) + entry("a", text("2")) + "</context>", "重复"),
        ("<context>" + entry("", text("1")) + entry("a", text("2")) + "</context>", "结果之后"),
        ("<context>" + entry("a", "") + "</context>", "正好有一个"),
        ("<invocation/>", "没有写明函数"),
        ("<relation><column name='p'/><row/></relation>", "单元格数"),
        ("<functionDefinition kind='Java'>" + text("1") + "</functionDefinition>", "Java"),
        ("<conditional/>", "conditional"),
        ("<list>" * 22 + "</list>" * 22, "嵌套"),
    ],
)
def test_boxes_that_say_nothing_are_refused_by_name(box: str, words: str) -> None:
    findings = refusal(boxed(box)).findings
    assert any(words in finding.message for finding in findings), findings
    assert all(finding.line > 0 and finding.remedy for finding in findings)


def test_all_faults_are_reported_together() -> None:
    assert len(refusal(table("", [("> ", "1"), ("-", "1 +")])).findings) == 2


BOMB = b"""<?xml version="1.0"?><!DOCTYPE definitions [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE definitions [<!ENTITY x SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize(
    "xml",
    [
        BOMB + table("", [("-", "&d;")]),
        FILE + table("", [("-", '"&x;"')]),
        b"<!DOCTYPE x>" + table("", THREE),
        b"<definitions",
        b"",
        b"\x00\x01",
        b"<html/>",
        b"<definitions xmlns='urn:other'/>",
        b" " * 3_000_000,
        f'<definitions xmlns="{DMN_1_3}" id="d"/>'.encode(),
    ],
    ids=["bomb", "file", "doctype", "cut", "empty", "binary", "html", "other", "huge", "nothing"],
)
def test_hostile_or_foreign_files_are_refused(xml: bytes) -> None:
    assert refusal(xml).findings


def test_unknown_decision() -> None:
    with pytest.raises(DecisionError, match="没有决策"):
        read_decisions(table("", THREE)).evaluate("other", {"x": 1})
