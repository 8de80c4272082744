"""The ``Records`` port in memory, for tests of what a worker reads and writes; the store's own is tested elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.records import CaseHead, PersonHead, Span, Submission
from jiuzhu.domain.rows import Row
from jiuzhu.domain.topics import RecordCall
from jiuzhu.errors import Conflict, NotFound

R = TypeVar("R", bound=Row)

NOW = datetime(2026, 9, 16, 1, 30, tzinfo=UTC)
CASE = CaseHead(
    case_no="晋城城区-2026-低保-0001",
    record_no="晋城城区-2026-低保-0001",
    process_key="jincheng_application",
    district="jincheng",
    town="140502100",
    intake_town="140502100",
    village="140502100001",
    programme="dibao",
    status="accepted",
    applicant_name="周永安",
    opened_at=NOW,
)


@dataclass
class MemoryRecords:
    """Rows, submissions and people of one case."""

    head: CaseHead = CASE
    rows: list[Row] = field(default_factory=list)
    answers: list[Submission] = field(default_factory=list)
    staff: list[PersonHead] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    series: Counter[str] = field(default_factory=Counter)
    kept_out: dict[str, str] = field(default_factory=dict)

    def case(self, case_no: str | None = None) -> CaseHead:
        return self.head

    def heads(self, case_nos: Sequence[str]) -> Mapping[str, CaseHead]:
        return {one: self.head for one in case_nos if one == self.head.case_no}

    def set_case(self, **changes: str) -> None:
        self.head = replace(self.head, **changes)  # type: ignore[arg-type]

    def submissions(self, form: str | None = None, *, case_no: str | None = None) -> Sequence[Submission]:
        return [each for each in self.answers if form is None or each.form == form]

    def recused(self) -> frozenset[str]:
        return frozenset(self.kept_out)

    def keep_out(self, person: str, reason: str, now: datetime) -> None:
        self.kept_out.setdefault(person, reason)

    def find(self, kind: type[R], **equals: Any) -> Sequence[R]:
        return [
            row
            for row in self.rows
            if isinstance(row, kind) and all(_fits(getattr(row, name), value) for name, value in equals.items())
        ]

    def add(self, row: Row) -> None:
        key = [getattr(row, name) for name in row.key]
        if any(type(each) is type(row) and [getattr(each, name) for name in row.key] == key for each in self.rows):
            raise Conflict(f"{row.table}已有{key}。")
        self.rows.append(row)

    def change(self, row: R, **changes: Any) -> R:
        new = replace(row, **changes)
        self.rows[self.rows.index(row)] = new
        return new

    def number(self, series: str) -> int:
        self.series[series] += 1
        return self.series[series]

    def person(self, person_id: str) -> PersonHead:
        for person in self.staff:
            if person.id == person_id:
                return person
        raise NotFound("没有这个人员。")

    def people(self, group: str) -> Sequence[PersonHead]:
        return [person for person in self.staff if group in person.groups]

    def organisation_name(self, organisation: str) -> str:
        return organisation

    def towns(self, district: str) -> Sequence[str]:
        return [f"{district}-town-1", f"{district}-town-2"]

    def audit(self, act: str, sentence: str, **facts: Any) -> None:
        self.lines.append((act, sentence))


def _fits(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Span):
        return wanted.holds(value)
    return value in wanted if isinstance(wanted, tuple) else value == wanted


@dataclass(frozen=True)
class Parameters:
    """Policy values by key."""

    given: Mapping[str, Any]
    name: str = "示例区"
    short: str = "示例"
    bureau: str = "示例区民政局"
    hotline: str = "0000-0000000"

    def value(self, key: str, on: date) -> Any:
        return self.given[key]

    def values(self, prefix: str, on: date) -> dict[str, Any]:
        return {
            key.removeprefix(f"{prefix}."): each for key, each in self.given.items() if key.startswith(f"{prefix}.")
        }

    def rows(self, key: str, on: date) -> list[dict[str, Any]]:
        return list(self.given.get(key, ()))

    def source(self, key: str, on: date) -> str:
        return "assumption"


def record_call(
    records: MemoryRecords,
    topic: str,
    inputs: Mapping[str, Any],
    *,
    policy: Mapping[str, Any] | None = None,
    actor: str | None = None,
    now: datetime = NOW,
    task_id: str = "task-1",
) -> RecordCall:
    """Return a call as the service makes one; ports that the worker under test does not use are absent."""
    absent: Any = None
    return RecordCall(
        topic=topic,
        case_no=records.head.case_no,
        record_no=records.head.record_no,
        process_key=records.head.process_key,
        district=records.head.district,
        element_id="Service_Test",
        task_id=task_id,
        inputs=dict(inputs),
        properties={},
        defaults={},
        actor=actor,
        now=now,
        today=day_of(now),
        records=records,
        policy=Parameters(policy or {}),
        calendar=absent,
        decide=absent,
        switchboard=absent,
        documents=absent,
    )


def submission(form: str, data: Mapping[str, Any], *, number: int = 1, at: datetime = NOW) -> Submission:
    """Return a completed form of the case."""
    return Submission(
        id=f"{form}-{number}",
        form=form,
        element_id="Task_Test",
        process_key=CASE.process_key,
        case_no=CASE.case_no,
        record_no=CASE.record_no,
        person="p1",
        person_name="王晓梅",
        submitted_at=at,
        data=dict(data),
        sha256="0" * 64,
    )
