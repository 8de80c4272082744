"""The side panels that a work page and a case page share: facts, dates, papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiuzhu.service.case_page import Duty
from jiuzhu.service.cases import CaseView
from webui import dates
from webui.clocks import Clock
from webui.office import clock_of, today

OWED = frozenset({"open", "late"})


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A line of facts."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A duty in the words that a clock reads."""

    due: datetime | None
    days_left: int | None
    late: bool
    provisional: bool


def panels_of(case: CaseView) -> dict[str, Any]:
    """Return what the panel templates show of a case."""
    return {
        "case_no": case.head.case_no,
        "facts": facts_of(case),
        "clocks": owed_clocks(case.obligations),
        "kept_clocks": [(duty.label, _kept(duty)) for duty in case.obligations if duty.state not in OWED],
        "payments": case.payments,
        "documents": case.documents,
        "attachments": case.attachments,
    }


def facts_of(case: CaseView) -> Sequence[Fact]:
    """Return the head of a case as facts."""
    head = case.head
    found = [
        Fact(label="案号", value=head.case_no),
        Fact(label="申请人", value=head.applicant_name or "（未登记姓名）"),
        Fact(label="业务", value=head.programme_label),
        Fact(label="街镇", value=head.town_name),
        Fact(label="村（社区）", value=head.village_name),
        Fact(label="登记", value=dates.day(head.opened_at, today()), note=head.opened_by_name),
        Fact(label="状态", value=head.state),
    ]
    if head.ended_at is not None:
        found.append(Fact(label="办结", value=dates.day(head.ended_at, today())))
    return [fact for fact in found if fact.value]


def owed_clocks(duties: Sequence[Duty]) -> Sequence[tuple[str, Clock]]:
    """Return label and clock of every date that is still owed."""
    return [(_label(duty), clock_of(_dated(duty))) for duty in duties if duty.state in OWED]


def _label(duty: Duty) -> str:
    return f"{duty.label}（期满日为休息日，不顺延）" if duty.off_day else duty.label


def _dated(duty: Duty) -> Dated:
    return Dated(due=duty.due_at, days_left=duty.days_left, late=duty.late, provisional=duty.provisional)


def _kept(duty: Duty) -> Clock:
    limit = dates.day(duty.due_at, today())
    done = dates.day(duty.met_at, today())
    return Clock(
        state="late" if duty.late else "done",
        text=f"{done}完成" + ("，超过期限" if duty.late else ""),
        sub="" if limit == "无期限" else f"期限 {limit}",
    )
