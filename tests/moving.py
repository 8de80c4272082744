"""Two versions of a petition, and cases of the first one that stand at each of its steps."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import text

from jiuzhu.domain.topics import Name, Topic, TopicContract
from jiuzhu.service import case_move_work, case_moves, cases, deployment, identity, inbox, jobs, work
from jiuzhu.service.inbox import InboxItem
from jiuzhu.service.office import Office
from jiuzhu.store import cases as stored
from tests.foreign import CLERK, FILES, TOPIC
from tests.foreign import diagram as with_errand

KEY = "jincheng_petition"
DESIGNER, LEADER = "jincheng-process_designer-1", "jincheng-county_leader-1"
ENTRY = {"programme": "dibao", "applicant_name": "来访人甲", "petition_text": "询问办理进度。"}
REPLY = {"reply_text": "已当面答复。"}
_TIMER = """<bpmn:boundaryEvent id="Event_Remind" name="答复提醒" cancelActivity="false" attachedToRef="Task_Reply">
      <bpmn:outgoing>Flow_Remind</bpmn:outgoing>
      <bpmn:timerEventDefinition id="Event_Remind_def">
        <bpmn:timeDuration xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
          xsi:type="bpmn:tFormalExpression">P5D</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="Flow_Remind" sourceRef="Event_Remind" targetRef="End_Reminded" />
    <bpmn:endEvent id="End_Reminded" name="已提醒"><bpmn:incoming>Flow_Remind</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="Flow_Reply_End" """
_TASK = """<bpmn:userTask id="{id}" name="{name}" camunda:formRef="petition_reply"
      camunda:formRefBinding="deployment" camunda:candidateGroups="town_intake@${{intake_town}}"
      camunda:dueDate="${{due_simple}}">
      <bpmn:incoming>{before}</bpmn:incoming>
      <bpmn:outgoing>{after}</bpmn:outgoing>
    </bpmn:userTask>
    """


def first() -> bytes:
    """Return the petition with an errand, a reminder and a way out of the errand."""
    return with_errand().decode().replace('<bpmn:sequenceFlow id="Flow_Reply_End" ', _TIMER).encode()


def second() -> bytes:
    """Return the petition with a step more behind the reply, one more before it, and the way out under another id."""
    found = first().decode().replace("Task_Missing", "Task_Find").replace('name="答复来访"', 'name="书面答复来访"')
    check = _TASK.format(id="Task_Check", name="核对答复", before="Flow_Reply_Check", after="Flow_Reply_End")
    check += '<bpmn:sequenceFlow id="Flow_Reply_Check" sourceRef="Task_Reply" targetRef="Task_Check" />\n    '
    found = found.replace("<bpmn:outgoing>Flow_Reply_End<", "<bpmn:outgoing>Flow_Reply_Check<")
    ends = '<bpmn:sequenceFlow id="Flow_Reply_End" sourceRef="Task_Reply"'
    found = found.replace(ends, check + ends.replace("Task_Reply", "Task_Check"))
    enter = _TASK.format(id="Task_Enter", name="登记来访", before="Flow_Open_Enter", after="Flow_Open_Try")
    enter += '<bpmn:sequenceFlow id="Flow_Open_Enter" sourceRef="Service_Open" targetRef="Task_Enter" />\n    '
    found = found.replace("<bpmn:outgoing>Flow_Open_Try<", "<bpmn:outgoing>Flow_Open_Enter<", 1)
    opens = '<bpmn:sequenceFlow id="Flow_Open_Try" sourceRef="Service_Open"'
    return found.replace(opens, enter + opens.replace("Service_Open", "Task_Enter")).encode()


def guarded(diagram: bytes, guard: str, by: str) -> bytes:
    """Return a version in which whoever did one step may not do another."""
    properties = (
        "<bpmn:extensionElements><camunda:properties>"
        f'<camunda:property name="notBy" value="{by}" /></camunda:properties></bpmn:extensionElements>'
    )
    head, tail = diagram.decode().split(f'<bpmn:userTask id="{guard}"')
    start, rest = tail.split(">", 1)
    return f'{head}<bpmn:userTask id="{guard}"{start}>{properties}{rest}'.encode()


def with_second_look(application: bytes) -> bytes:
    """Return 晋城's application with one step more behind the review: somebody looks at it again."""
    found = application.decode()
    (step,) = re.findall(r'<bpmn:userTask id="Task_Review".*?</bpmn:userTask>', found, re.DOTALL)
    again = step.replace("Task_Review", "Task_SecondLook").replace("提出审核意见", "复看审核意见")
    again = again.replace("Flow_Benefit_Review", "Flow_Review_SecondLook")
    again = again.replace("Flow_Review_ReviewResult", "Flow_SecondLook_ReviewResult")
    found = found.replace(step, step.replace("Flow_Review_ReviewResult", "Flow_Review_SecondLook") + again)
    found = found.replace("<bpmn:incoming>Flow_Review_ReviewResult<", "<bpmn:incoming>Flow_SecondLook_ReviewResult<")
    (flow,) = re.findall(r'<bpmn:sequenceFlow id="Flow_Review_ReviewResult"[^>]*/>', found)
    flows = (
        '<bpmn:sequenceFlow id="Flow_Review_SecondLook" sourceRef="Task_Review" targetRef="Task_SecondLook" />'
        '<bpmn:sequenceFlow id="Flow_SecondLook_ReviewResult" sourceRef="Task_SecondLook" '
        'targetRef="Gateway_ReviewResult" />'
    )
    found = found.replace(flow, flows)
    return re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", found, flags=re.DOTALL).encode()


class Moving:
    """An office with cases of the first version."""

    def __init__(self, office: Office) -> None:
        self.office = office
        contract = TopicContract(
            topic=TOPIC, label="请外部程序办理", kind="errand", doc="试验用。",
            inputs=(Name(name="programme", type="string", label="救助类别", required=False),), errors=("NOT_FOUND",),
        )  # fmt: skip
        office.topics = {**office.topics, TOPIC: Topic(contract=contract)}
        self.designer, self.leader = (identity.actor_of(office, login) for login in (DESIGNER, LEADER))
        self.clerk = identity.actor_of(office, CLERK)

    def deploy(self, diagram: bytes, **forms: bytes) -> None:
        """Deploy a version with its forms."""
        files = {"jincheng_petition.bpmn": diagram}
        files |= {name: (FILES / name).read_bytes() for name in ("petition_entry.form", "petition_reply.form")}
        files |= {f"{name}.form": data for name, data in forms.items()}
        deployment.deploy(self.office, self.designer, name="来访", resources=files, source="tests")

    def start(self, count: int, at: str = "Service_Try") -> list[str]:
        """Start cases and bring them to a step: Service_Try, Task_Reply or Task_Missing."""
        found = [cases.start_case(self.office, self.clerk, KEY, ENTRY).case_no for _ in range(count)]
        if at == "Service_Try":
            return found
        for number in found:
            job = self.wait(number, "Service_Try")
            self.sql("update waiting set owner = 'w' where task_id = :t", t=job["task_id"])
            if at == "Task_Reply":
                jobs.finish_job(self.office, "w", job["task_id"], {})
            else:
                jobs.raise_error(self.office, "w", job["task_id"], "NOT_FOUND")
        return found

    def tried(self, target: int = 2, **renames: str) -> str:
        """Make a dry run from the first version to another, the second."""
        move_no = case_moves.order(self.office, self.designer, KEY, 1, target, renames)
        case_move_work.carry_on(self.office, move_no)
        return move_no

    def released(self, **renames: str) -> str:
        """Make a dry run, hand it over and release it; nothing is moved yet."""
        move_no = self.tried(**renames)
        case_moves.submit(self.office, self.designer, move_no)
        case_moves.release(self.office, self.leader, move_no)
        return move_no

    def moved(self, **renames: str) -> str:
        """Move everything that can go."""
        move_no = self.released(**renames)
        case_move_work.carry_on(self.office, move_no)
        return move_no

    def undone(self, move_no: str) -> None:
        """Put back everything that can."""
        case_moves.undo(self.office, self.leader, move_no, "新版有误")
        case_move_work.carry_on(self.office, move_no)

    def states(self, move_no: str) -> dict[str, str]:
        """Return case → state of its line."""
        return {one.record_no: one.state for one in case_moves.lines(self.office, self.designer, move_no)}

    def sentences(self, move_no: str, what: str = "reasons") -> dict[str, list[str]]:
        """Return case → why not, or notes."""
        found = case_moves.lines(self.office, self.designer, move_no)
        return {one.record_no: [each["sentence"] for each in getattr(one, what)] for one in found}

    def item(self, number: str) -> InboxItem:
        """Return a case's open item."""
        views: tuple[inbox.View, ...] = ("mine", "group")
        (found,) = [
            one for view in views for one in inbox.list_items(self.office, self.clerk, view=view, text=number).items
        ]
        return found

    def complete(self, number: str) -> None:
        """Complete a case's open item."""
        work.complete(self.office, self.clerk, self.item(number).id, REPLY)

    def wait(self, number: str, element: str) -> dict[str, Any]:
        """Return a waiting row."""
        rows = self.rows("select * from waiting where case_no = :n and element_id = :e", n=number, e=element)
        assert rows, f"{number} does not wait at {element}"
        return rows[0]

    def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """Ask the database."""
        with self.office.store.engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(text(statement), values)]

    def sql(self, statement: str, **values: Any) -> None:
        """Change the database."""
        with self.office.store.engine.begin() as connection:
            connection.execute(text(statement), values)

    def everything(self, number: str) -> list[list[dict[str, Any]]]:
        """Return a case's state, items and waits as they lie in the database, without what every write changes."""
        row = "select definition, bundle, process_name, state_codec, open_tasks, status, ended_at from case_instance"
        tables = [f"{row} where case_no = :n"]
        tables += [f"select * from {name} where case_no = :n order by task_id" for name in ("work_item", "waiting")]
        return [self.rows(one, n=number) for one in tables]

    def state(self, number: str) -> bytes:
        """Return a case's engine state."""
        with self.office.store.reading() as tx:
            (row,) = self.rows("select id from case_instance where case_no = :n", n=number)
            return stored.read(tx, row["id"]).state
