"""Towns hand in: the report of a period is counted and frozen, and rolled up when the last town of it was taken in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from jiuzhu.domain.instants import day_of, read
from jiuzhu.domain.records import CaseHead
from jiuzhu.domain.report_queries import QUERIES
from jiuzhu.domain.report_source import R
from jiuzhu.domain.reports import Line, Report, asked_of, figures, total_of
from jiuzhu.domain.rows import Occurrence, TownReport
from jiuzhu.domain.schedules import spoken
from jiuzhu.domain.topics import Calendar, Name, PolicyReader, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, text
from workers.records.papers import make_document

KIND = Name(name="report_kind", type="string", label="报表（config/reports 的名称，只要文字的不填）", required=False)
LABEL = Name(name="report_label", type="string", label="报送事项")
PERIOD = Name(name="period", type="string", label="报送期")
SCHEDULE = Name(name="schedule", type="string", label="日程", required=False)
TEMPLATE = "town_report"

REPORT_BUILD = TopicContract(
    topic="report_build",
    label="生成报表",
    kind="record",
    doc="按报表定义计算本镇（街道）本期的数据，固定成文书；退回以后重新计算。没有报表的只报文字。",
    inputs=(KIND, LABEL, PERIOD, Name(name="due_schedule", type="date", label="报送期限"), names.TOWN),
    outputs=(names.DUE_SIMPLE,),
    sources=("NH-10", "NH-22", "JC-10", "JC-31", "XX-31", "XX-77", "XT-17"),
)
REPORT_ROLLUP = TopicContract(
    topic="report_rollup",
    label="汇总全区数据",
    kind="record",
    doc="本期应报的镇（街道）都已审收的，生成全区汇总表；还没有收齐的只登记。",
    inputs=(KIND, LABEL, PERIOD, SCHEDULE),
    outputs=(names.DUE_SIMPLE,),
    sources=("NH-10", "QJ-11"),
)


class CallSource:
    """Rows of a record task's call, as report queries ask for them."""

    def __init__(self, call: RecordCall) -> None:
        self._call = call

    @property
    def today(self) -> date:
        """The office's date."""
        return self._call.today

    @property
    def policy(self) -> PolicyReader:
        """The district's dated parameters."""
        return self._call.policy

    @property
    def calendar(self) -> Calendar:
        """Working days."""
        return self._call.calendar

    def find(self, kind: type[R], **equals: Any) -> Sequence[R]:
        """Return rows by insertion order."""
        return self._call.records.find(kind, **equals)

    def name(self, organisation: str) -> str:
        """Return an organisation's name."""
        return self._call.records.organisation_name(organisation)

    def heads(self, case_nos: Iterable[str]) -> Mapping[str, CaseHead]:
        """Return the heads of cases, by number."""
        return self._call.records.heads(tuple(case_nos))


def build_report(call: RecordCall) -> Values:
    """Count the town's rows of the period and freeze them in a paper; what was returned is counted anew."""
    town, period = text(call, "town"), text(call, "period")
    report = _report(call)
    lines: list[Line] = []
    if report is not None:
        lines = list(QUERIES[report.query](CallSource(call), asked_of(call.district, [town], period)))
    frozen = [_frozen(report, line) for line in lines] if report is not None else []
    earlier = own_report(call)
    paper = make_document(call, TEMPLATE, _paper(call, call.records.organisation_name(town), report, frozen))
    values: dict[str, Any] = {"lines": frozen, "document_no": paper.document_no, "built_at": call.now, "state": "built"}
    if earlier is not None:
        call.records.change(earlier, **values, built_times=earlier.built_times + 1)
        return {}
    call.records.add(
        TownReport(
            case_no=call.case_no,
            district=call.district,
            town=town,
            report_kind=text(call, "report_kind"),
            label=text(call, "report_label"),
            period=period,
            due_at=read(text(call, "due_schedule")),
            **values,
        )
    )
    return {}


def roll_up(call: RecordCall) -> Values:
    """Make the district's sheet when every town of the period was taken in; else say how many are missing."""
    period, label = text(call, "period"), text(call, "report_label")
    found = call.records.find(TownReport, district=call.district, report_kind=text(call, "report_kind"), period=period)
    reports = sorted((row for row in found if row.label == label), key=lambda row: row.town)
    missing = _expected(call, period) - {row.town for row in reports if row.state == "received"}
    if missing:
        call.records.audit("report_received", f"{label}已审收，还差{len(missing)}个镇（街道）", missing=len(missing))
        return {}
    report = _report(call)
    lines = [line for row in reports for line in row.lines]
    if report is None:
        lines = [_words_only(call, row) for row in reports]
    paper = make_document(call, TEMPLATE, _paper(call, call.policy.name, report, lines, rolled_up=True))
    call.records.audit(
        "report_rollup", f"本期{len(reports)}个镇（街道）收齐，生成《{paper.title}》", towns=len(reports)
    )
    return {}


def own_report(call: RecordCall) -> TownReport | None:
    """Return the report of this matter; None before it was counted."""
    found = call.records.find(TownReport, case_no=call.case_no)
    return found[0] if found else None


def _report(call: RecordCall) -> Report | None:
    """Return the report's definition. Raises LookupError for a name that is none, ValueError for another district's."""
    kind = text(call, "report_kind")
    if not kind:
        return None
    report = call.reports[kind]
    if not report.applies(call.district):
        raise ValueError(f"report {kind} is not kept in {call.district}")
    return report


def _frozen(report: Report, line: Line) -> dict[str, str]:
    """Return a row as it is shown; numbers stay readable when the sum of the district is made."""
    return {one.key: one.shown(line.get(one.key)) for one in report.columns}


def _paper(
    call: RecordCall, unit: str, report: Report | None, lines: Sequence[Mapping[str, Any]], *, rolled_up: bool = False
) -> dict[str, Any]:
    title = f"{spoken(text(call, 'period'))}{text(call, 'report_label')}"
    values: dict[str, Any] = {
        "paper_title": f"{title}（全区汇总表）" if rolled_up else title,
        "report_title": title,
        "unit": unit,
        "town_name": unit,
        "report_rows": [figures(report, line) for line in lines],
    }
    total = total_of(report, [_numbers(report, line) for line in lines]) if report is not None else {}
    if rolled_up:
        values["issuer"] = call.policy.bureau
    if rolled_up and report is not None and total:
        shown = {one.key: one.shown(total[one.key]) for one in report.columns if one.key in total}
        values["total"] = figures(report, shown)["figures"]
    return values


def _numbers(report: Report, line: Mapping[str, Any]) -> dict[str, Any]:
    """Return a frozen row with its counts and amounts as numbers again."""
    found: dict[str, Any] = {}
    for one in report.columns:
        value = str(line.get(one.key) or "")
        if value and one.type == "integer":
            found[one.key] = int(value)
        elif value and one.type == "money":
            found[one.key] = Decimal(value)
    return found


def _words_only(call: RecordCall, row: TownReport) -> dict[str, str]:
    day = day_of(row.submitted_at).isoformat() if row.submitted_at else ""
    return {
        "what": call.records.organisation_name(row.town),
        "figures": f"{day}报送{'（逾期）' if row.is_late else ''}",
    }


def _expected(call: RecordCall, period: str) -> set[str]:
    """Return the towns that owe a report of the period: those of the calendar, or this one alone."""
    schedule = text(call, "schedule")
    if not schedule:
        return {call.records.case().town}
    turns = call.records.find(Occurrence, schedule=schedule, district=call.district)
    return {row.scope.partition("/")[0] for row in turns if row.period == period and row.state != "void"}


TOPICS: tuple[Topic, ...] = (at_desk(REPORT_BUILD, build_report), at_desk(REPORT_ROLLUP, roll_up))
