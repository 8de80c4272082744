"""A desk for record tasks: the district's own parameters, the shipped tables and papers, rows in memory.

Handlers are tested as they run: only the database and the other processes are replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu.decision import Decisions, read_decisions
from jiuzhu.domain.calendar import WorkingCalendar
from jiuzhu.domain.instants import day_of
from jiuzhu.domain.records import CaseHead, PersonHead, Submission
from jiuzhu.domain.rows import Appointment, Row
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.policy import Policies, load_policies
from tests.fakes.records import MemoryRecords
from workers import TOPICS
from workers.documents.maker import Documents

ROOT = Path(__file__).resolve().parents[2]
MORNING = datetime(2026, 9, 16, 1, 30, tzinfo=UTC)
"""Wednesday 2026-09-16, 9:30 in Asia/Shanghai."""


@cache
def policies() -> Policies:
    return load_policies(ROOT / "config")


@cache
def documents() -> Documents:
    return Documents(ROOT / "bpmn" / "documents")


@cache
def decisions(name: str) -> Decisions:
    return read_decisions((ROOT / "bpmn" / "shared" / f"{name}.dmn").read_bytes())


@dataclass
class OtherProcesses:
    """What record tasks asked of other cases; ``listening`` says whether anybody waits for a message."""

    started: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sent: list[tuple[str, dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    listening: bool = True

    def start(self, process_key: str, variables: Values) -> str:
        self.started.append((process_key, dict(variables)))
        return f"{variables['case_no']}/{len(self.started)}"

    def hand_in(self, process_key: str, answers: Values, *, town: str, village: str) -> str:
        self.started.append((process_key, dict(answers)))
        return f"{town}/{len(self.started)}"

    def about_household(self, recipient_no: str, process_key: str, variables: Values) -> str:
        self.started.append((process_key, dict(variables)))
        return f"{recipient_no}/{len(self.started)}"

    def is_running(self, record_no: str) -> bool:
        return False

    def send(self, message: str, correlation: Values, payload: Values) -> bool:
        self.sent.append((message, dict(correlation), dict(payload)))
        return self.listening


class HouseholdRecords(MemoryRecords):
    """Rows in memory that also know other cases."""

    def __init__(self, head: CaseHead, staff: list[PersonHead]) -> None:
        super().__init__(head=head, staff=staff)
        self.others: dict[str, CaseHead] = {}

    def case(self, case_no: str | None = None) -> CaseHead:
        return self.others.get(case_no or "", self.head)

    def organisation_name(self, organisation: str) -> str:
        return {"140502100": "北石店镇", "370982002": "新汶街道"}.get(organisation, organisation)


DISTRICTS = {
    "jincheng": ("140502100", "晋城城区-2026-低保-0001", "town_confirmer"),
    "xintai": ("370982002", "新泰-2026-低保-0001", "chief_rep"),
    "ninghe": ("120117102", "宁河-2026-低保-0001", "town_confirmer"),
    "qijiang": ("500110111", "綦江-2026-低保-0001", "town_confirmer"),
}


class Desk:
    """One household's case and whoever works on it."""

    def __init__(self, district: str = "jincheng", programme: str = "dibao") -> None:
        town, case_no, post = DISTRICTS[district]
        head = CaseHead(
            case_no=case_no,
            record_no=case_no,
            process_key=f"{district}_application",
            district=district,
            town=town,
            intake_town=town,
            village=f"{town}001",
            programme=programme,
            status="open",
            applicant_name="周永安",
            opened_at=MORNING,
        )
        names = {"p1": "王晓梅", "p2": "李建军", "p3": "赵志强", "p4": "钱海燕", "decider": "孙国平"}
        staff = [PersonHead(id=key, login=key, name=name, groups=()) for key, name in names.items()]
        self.records = HouseholdRecords(head, staff)
        self.district = district
        self.now = MORNING
        self.others = OtherProcesses()
        self.variables: dict[str, Any] = {
            "programme": programme,
            "town": town,
            "intake_town": town,
            "village": head.village,
            "authority_level": "town",
        }
        self.count = 0
        self.add(
            Appointment(
                appointment_no="任1",
                district=district,
                town=town,
                person="decider",
                post=post,
                document_no="示例1号",
                valid_from=day_of(MORNING) - timedelta(days=900),
            )
        )

    def add(self, *rows: Row) -> None:
        for row in rows:
            self.records.add(row)

    def rows(self, kind: type[Any]) -> list[Any]:
        return list(self.records.find(kind))

    def wait(self, **span: int) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def submit(self, form: str, data: Mapping[str, Any], *, person: str = "p1", record_no: str = "") -> Submission:
        """Complete a form; nothing is booked until a record task runs."""
        self.count += 1
        names = {each.id: each.name for each in self.records.staff}
        made = Submission(
            id=f"s{self.count}",
            form=form,
            element_id="Task_Test",
            process_key=self.records.head.process_key,
            case_no=self.records.head.case_no,
            record_no=record_no or self.records.head.record_no,
            person=person,
            person_name=names[person],
            submitted_at=self.now,
            data=dict(data),
            sha256="0" * 64,
        )
        self.records.answers.append(made)
        return made

    def run(
        self,
        topic: str,
        *,
        inside: str = "",
        record_no: str = "",
        defaults: Mapping[str, Any] | None = None,
        **inputs: Any,
    ) -> dict[str, Any]:
        """Run a record task as the service does (``inside`` a called process); its answer goes into the variables."""
        made = TOPICS[topic]
        seen = {**self.variables, **inputs}
        names = {name.name for name in made.contract.inputs}
        head = self.records.head
        call = RecordCall(
            topic=topic,
            case_no=head.case_no,
            record_no=record_no or head.record_no,
            process_key=inside or head.process_key,
            district=self.district,
            element_id="Service_Test",
            task_id=f"task-{self.now.isoformat()}",
            inputs={name: value for name, value in seen.items() if name in names and value is not None},
            properties={},
            defaults=dict(defaults or {}),
            actor="p1",
            now=self.now,
            today=day_of(self.now),
            records=self.records,
            policy=policies().of(self.district),
            calendar=WorkingCalendar(),
            decide=lambda decision, given: decisions(decision).evaluate(decision, given),
            switchboard=self.others,
            documents=documents(),
        )
        assert made.record is not None
        answer = dict(made.record(call))
        outputs = {name.name for name in made.contract.outputs}
        for name in set(answer) - outputs - set(call.defaults):
            assert name.startswith(made.contract.prefixes or ("\0",)), (
                f"{topic} answers {name}, which it does not promise"
            )
        self.variables |= answer
        return answer

    def move(self, **changes: str) -> None:
        """Change the case's head as the service would."""
        self.records.head = replace(self.records.head, **changes)  # type: ignore[arg-type]
