"""The difference of two diagrams, forms and tables, told on changed copies of the real ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from jiuzhu.engine.difference import Change, compare
from jiuzhu.engine.difference_files import compare_forms, compare_tables
from tests.conftest import ROOT

BPMN = ROOT / "bpmn"
JINCHENG = (BPMN / "jincheng" / "jincheng_application.bpmn").read_text(encoding="utf-8")
XINTAI = (BPMN / "xintai" / "xintai_application.bpmn").read_text(encoding="utf-8")
REVIEW = re.search(r'<bpmn:userTask id="Task_Review".*?</bpmn:userTask>', JINCHENG, re.DOTALL)


def told(change: Change) -> dict[str, tuple[str, str]]:
    """Label → before and after."""
    return {line.label: (line.old, line.new) for line in change.lines}


def swapped(old: str, new: str, *, text: str = JINCHENG) -> bytes:
    assert old in text, old
    return text.replace(old, new, 1).encode()


def only(change: bytes) -> Change:
    """The one thing that differs from the real diagram."""
    found = compare(JINCHENG.encode(), change)
    assert len(found.changes) == 1, found.changes
    return found.changes[0]


def test_the_same_diagram_and_a_moved_one_differ_in_nothing() -> None:
    assert compare(JINCHENG.encode(), JINCHENG.encode()).changes == ()
    moved = re.sub(r'(<dc:Bounds x=")(\d+)', lambda found: f"{found[1]}{int(found[2]) + 70}", JINCHENG)
    moved = re.sub(r'(<di:waypoint x=")(\d+)', lambda found: f"{found[1]}{int(found[2]) + 70}", moved)
    moved = moved.replace("<bpmn:exclusiveGateway", "\n\n  <bpmn:exclusiveGateway")
    moved = moved.replace('exporterVersion="', 'exporterVersion="9.')
    assert moved != JINCHENG
    assert compare(JINCHENG.encode(), moved.encode()).changes == ()


@pytest.mark.parametrize(
    ("old", "new", "kind", "label", "before", "after"),
    [
        ("${due_review}", "${due_confirm}", "用户任务", "到期日", "${due_review}", "${due_confirm}"),
        ('name="提出审核意见"', 'name="审核"', "用户任务", "名称", "提出审核意见", "审核"),
        ("town_reviewer@${town}", "chief_rep@${town}", "用户任务", "岗位", "town_reviewer@${town}",
         "chief_rep@${town}"),
        ('formRef="review_opinion"', 'formRef="chief_rep_review"', "用户任务", "表单", "review_opinion",
         "chief_rep_review"),
        ("城政办发〔2023〕29号", "城政办发〔2026〕1号", "流程", "说明", "", ""),
        ('topic="authority_check"', 'topic="seal_check"', "自动任务", "工作主题", "authority_check", "seal_check"),
        ('errorCode="NO_AUTHORITY"', 'errorCode="NO_POWER"', "边界事件", "错误", "NO_AUTHORITY", "NO_POWER"),
        ('calledElement="shared_payment_start"', 'calledElement="x"', "调用活动", "调用的流程",
         "shared_payment_start", "x"),
        ('candidateStarterGroups="town_intake,village_officer"', 'candidateStarterGroups="town_intake"', "流程",
         "启动岗位", "town_intake,village_officer", "town_intake"),
    ],
)  # fmt: skip
def test_one_change_is_told_as_one(old: str, new: str, kind: str, label: str, before: str, after: str) -> None:
    change = only(swapped(old, new))
    assert (change.sort, change.kind, list(told(change))) == ("changed", kind, [label])
    if before:
        assert told(change)[label] == (before, after)
    assert change.old_id == change.new_id


def test_a_condition_a_target_and_the_default_of_a_gateway() -> None:
    flow = re.search(
        r'<bpmn:sequenceFlow id="(Flow_ReviewResult_Recheck)"[^>]*>.*?</bpmn:sequenceFlow>', JINCHENG, re.DOTALL
    )
    assert flow
    condition = re.search(r"\$\{[^}]*\}", flow[0])
    assert condition
    change = only(JINCHENG.replace(flow[0], flow[0].replace(condition[0], "${decision == 'back'}"), 1).encode())
    assert (change.kind, told(change)) == ("连线", {"条件": (condition[0], "${decision == 'back'}")})
    target = re.search(r'targetRef="(\w+)"', flow[0])
    assert target
    change = only(JINCHENG.replace(flow[0], flow[0].replace(target[0], 'targetRef="Merge_Visit"'), 1).encode())
    assert list(told(change)) == ["到"]
    assert told(change)["到"][1] == "排他网关 Merge_Visit"
    gateway = re.search(r'<bpmn:exclusiveGateway id="Gateway_ReviewResult"[^>]*default="(\w+)"', JINCHENG)
    assert gateway
    change = only(JINCHENG.replace(gateway[0], gateway[0].replace(gateway[1], "Flow_ReviewResult_Recheck"), 1).encode())
    assert list(told(change)) == ["默认连线"]


def test_a_step_more_and_a_step_less() -> None:
    step = '<bpmn:userTask id="Task_New" name="科长复核" camunda:candidateGroups="county_office@${district}" />'
    longer = swapped('<bpmn:userTask id="Task_Review"', f'{step}<bpmn:userTask id="Task_Review"')
    found = compare(JINCHENG.encode(), longer)
    assert found.ids("added", old=False) == ("Task_New",)
    assert told(found.changes[0])["岗位"] == ("—", "county_office@${district}")
    back = compare(longer, JINCHENG.encode())
    assert (back.ids("removed", old=True), back.ids("removed", old=False)) == (("Task_New",), ())
    assert (back.changes[0].sort, back.changes[0].name) == ("removed", "科长复核")


def test_another_kind_of_task_is_a_change_and_quite_another_step_is_none() -> None:
    assert REVIEW
    service = re.sub(r"userTask", "serviceTask", REVIEW[0])
    change = only(JINCHENG.replace(REVIEW[0], service, 1).encode())
    assert told(change)["种类"] == ("用户任务", "自动任务")
    other = service.replace('name="提出审核意见"', 'name="打印存档"')
    found = compare(JINCHENG.encode(), JINCHENG.replace(REVIEW[0], other, 1).encode())
    assert {(one.sort, one.name) for one in found.changes if one.kind != "连线"} == {
        ("removed", "提出审核意见"),
        ("added", "打印存档"),
    }


def test_ids_that_were_all_renamed_are_found_by_name_kind_and_neighbours() -> None:
    """As a neighbour district would draw the same procedure: no id is the same, nothing else differs."""
    ids = set(
        re.findall(r'\bid="((?:Task|Service|Call|Gateway|Merge|Flow|Start|End|Boundary|Sub|Lane)_\w+)"', JINCHENG)
    )
    renamed = re.sub(r"\b(" + "|".join(sorted(ids, key=len, reverse=True)) + r")\b", r"Other_\1", JINCHENG)
    found = compare(JINCHENG.encode(), renamed.encode())
    odd = [
        one
        for one in found.changes
        if not (one.sort == "changed" and set(told(one)) <= {"属性 notBy", "输入 milestone"})
    ]
    assert not odd, odd[:5]
    assert found.pairs["Task_Review"] == "Other_Task_Review"
    assert found.pairs["Merge_Verify"] == "Other_Merge_Verify"


def test_two_districts() -> None:
    found = compare(JINCHENG.encode(), XINTAI.encode())
    assert found.pairs["jincheng_application"] == "xintai_application"
    changes = {one.name: one for one in found.changes}
    assert changes["首席代表审核审批"].sort == "added"
    assert changes["审核确认"].sort == "removed"
    assert told(changes["镇街发起核对"])["调用的流程"] == ("shared_verification_district", "xintai_verification")
    assert not any(
        one.name.startswith("是否需要入户") and one.old_id == "Gateway_AppraisalWanted" for one in found.changes
    )


def form(change: Callable[[dict[str, object]], object]) -> tuple[Change, ...]:
    old = (BPMN / "shared" / "materials_supply.form").read_bytes()
    new = json.loads(old)
    change(new)
    return compare_forms(old, json.dumps(new).encode())


def test_fields_of_a_form() -> None:
    def field(content: dict[str, object]) -> dict[str, object]:
        return content["components"][0]["components"][0]  # type: ignore[index, no-any-return]

    assert form(lambda one: None) == ()
    assert form(lambda one: field(one)["layout"].update(columns=8)) == ()  # type: ignore[attr-defined]
    (change,) = form(lambda one: field(one).update(dateLabel="收件日期"))
    assert (change.sort, change.new_id, told(change)) == ("changed", "supplied_on", {"名称": ("收到日期", "收件日期")})
    (change,) = form(lambda one: field(one)["validate"].update(required=False))  # type: ignore[attr-defined]
    assert told(change) == {"必填": ("是", "否")}
    (change,) = form(lambda one: field(one).update(key="received_on"))[:1]
    assert (change.sort, change.name) == ("added", "收到日期（received_on）")


def test_rules_of_a_table() -> None:
    old = (BPMN / "shared" / "authority.dmn").read_bytes()
    assert compare_tables(old, old) == ()
    rule = re.search(rb"<rule .*?</rule>", old, re.DOTALL)
    assert rule
    (change,) = compare_tables(old, old.replace(rule[0], b"", 1))
    assert [(line.label, line.new) for line in change.lines] == [("第 1 条规则", "—")]
    (change,) = compare_tables(
        old,
        old.replace(b"<decisionTable ", b'<decisionTable hitPolicy="RULE ORDER" ').replace(
            b'hitPolicy="RULE ORDER" id="Table_authority" hitPolicy="FIRST"',
            b'hitPolicy="RULE ORDER" id="Table_authority"',
        ),
    )
    assert change.lines[0].label == "命中规则"
