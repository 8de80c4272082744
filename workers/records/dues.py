"""Dates that must be kept, and the alert when one was not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from jiuzhu.domain.instants import NO_LIMIT, add_months, day_of, end_of, iso
from jiuzhu.domain.obligations import LABELS, ON_CALL, OWED, STANDBY
from jiuzhu.domain.rows import Alert, CaseDecision, Filing, Obligation
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, current_notice, instant_of, period_end, rows_of, rules_day, text
from workers.records.recipient_rows import decided_change

MILESTONES = (
    "opened",
    "requested",
    "accepted",
    "visited",
    "submitted",
    "decided",
    "posted",
    "objected",
    "confirmed",
    "reported",
    "relatives",
    "disputed",
    "urgent",
    "granted",
    "conference",
    "conference_urgent",
    "petitioned",
    "change",
    "change_visit",
    "death",
)

DEADLINES = TopicContract(
    topic="deadlines",
    label="起算办理期限",
    kind="record",
    doc=(
        "放在里程碑之后：按规则版本、本区规定和工作日历算出从此时起算的期限（due_ 开头的变量），"
        "并登记到期提醒。mode=extend 时延长总期限。"
    ),
    inputs=(
        Name(name="milestone", type="string", label="里程碑", drawn=True, required=False, choices=MILESTONES),
        Name(name="mode", type="string", label="方式", drawn=True, required=False, choices=("", "extend")),
        names.RULE_PROFILE,
        names.PROGRAMME,
        names.AUTHORITY_LEVEL,
        names.ACCEPTED_AT,
        Name(name="visit_required", type="boolean", label="是否入户", required=False),
        Name(name="visit_purpose", type="string", label="入户目的", required=False),
        names.NOTICE_NO,
        names.DECISION_NO,
        names.TOWN,
    ),
    outputs=(names.DUE_SIMPLE,),
    prefixes=("due_",),
    decisions=("deadlines", "rule_profile"),
    sources=("QJ-25", "XT-18", "XT-35", "JC-25"),
)

ALERT = TopicContract(
    topic="alert",
    label="提醒逾期",
    kind="record",
    doc="向负责人提醒一项逾期，并把相应期限登记为已逾期。不影响办理。",
    inputs=(
        Name(name="alert_kind", type="string", label="逾期的期限（如 due_filing）", drawn=True),
        Name(name="alert_group", type="string", label="提醒对象（角色@单位）", drawn=True, required=False),
        names.TOWN,
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-25", "JC-39", "XT-35"),
)


DISTRICT_DUES = frozenset({"due_self_care", "due_relatives_visit", "due_conference"})
"""Dates that the district keeps: its leader is told when one is late, else the head of the town."""

REVIEWED_DUES = frozenset({"due_review", "due_appraisal"})
NOT_REVIEWED = frozenset({"objection", "spot_check"})
"""Purposes of a visit after which nobody reviews or appraises: it answers an objection, or checks what is decided."""

SUPERVISED_DUES = frozenset({"due_paperwork"})
"""Dates whose passing goes on the list of the district's supervisor: money was paid before the papers (R-10)."""


def reckon_dues(call: RecordCall) -> Values:
    """Return the dates that start at this milestone and write an obligation row for each (decisions A4).

    1. Table ``deadlines`` says which dates start, how long they run and from which instant; 2. the working-day
    calendar gives the day (the day of the event is not counted); 3. a date that runs anew replaces the one still owed.
    """
    mode = text(call, "mode")
    milestone = "extended" if mode == "extend" else text(call, "milestone")
    day = rules_day(call)
    answer = call.decide(
        "deadlines",
        {
            "milestone": milestone,
            "process_key": call.process_key,
            "rule_profile": text(call, "rule_profile") or _profile_of_today(call),
            "programme": text(call, "programme"),
            "authority_level": text(call, "authority_level") or "town",
            "has_visit": call.inputs.get("visit_required") is True,
            "limits": call.policy.values("deadlines", day),
        },
    )
    rows = answer if isinstance(answer, list) else [answer] if answer else []
    outputs: dict[str, Any] = {}
    for row in rows:
        outputs[str(row["due"])] = _due(call, milestone, row)
    return outputs


def _due(call: RecordCall, milestone: str, row: Mapping[str, Any]) -> str:
    name, count, unit = str(row["due"]), int(row["amount"]), str(row["unit"])
    start = _start(call, name, milestone, str(row.get("start") or "milestone"))
    if unit == "none":
        return NO_LIMIT
    due_at, provisional = _end(call, start, count, unit)
    if not _is_owed(call, name):
        return iso(due_at)
    _owe(call, name, milestone, start, due_at, count=count, unit=unit, provisional=provisional)
    return iso(due_at)


def _start(call: RecordCall, name: str, milestone: str, start: str) -> datetime:
    """Return the instant from which a date runs, taken from the record."""
    if start == "accepted_at":
        return _complete_at(call, name) or instant_of(call, "accepted_at") or call.now
    if start == "notice_end":
        notice = current_notice(call)
        return notice.ends_at - timedelta(seconds=1) if notice and notice.ends_at else call.now
    if milestone == "accepted":
        return _complete_at(call, name) or instant_of(call, "accepted_at") or call.now
    if milestone == "confirmed":
        return _confirmed_at(call)
    return call.now


def _is_owed(call: RecordCall, name: str) -> bool:
    """False for a date nobody has to keep: one sheet is posted once, the visit after an objection is no review."""
    if name == "due_notice_post":
        return not _is_posted(call)
    return not (name in REVIEWED_DUES and text(call, "visit_purpose") in NOT_REVIEWED)


def _is_posted(call: RecordCall) -> bool:
    notice = current_notice(call)
    return notice is not None and notice.posted_on is not None and notice.state != "closed"


def _complete_at(call: RecordCall, name: str) -> datetime | None:
    """Return since when materials and authorisations are complete, where the total limit runs from then (A10)."""
    if name != "due_total" or call.policy.value("clock.start", rules_day(call)) != "complete":
        return None
    checks = [
        each.submitted_at
        for each in call.records.submissions("acceptance_check")
        if each.data.get("materials_state") == "complete" and each.data.get("authorization_complete") is True
    ]
    return checks[-1] if checks else None


def _confirmed_at(call: RecordCall) -> datetime:
    """Return when the decision was confirmed, or when its notice ended where filing counts from there (JC-25, A6)."""
    change = decided_change(call)
    if change is not None:
        return change.decided_at
    decided = max((row.decided_at for row in rows_of(call, CaseDecision)), default=call.now)
    filings = [row for row in rows_of(call, Filing) if row.state != "void"]
    taken_back = [row for row in filings if row.record_no == call.record_no and row.kind == "cancel"]
    if taken_back and all(row.built_at >= decided for row in filings):
        # Nobody decided anew: the case was stopped, and from then on its filing is to be taken back.
        return taken_back[-1].built_at
    if call.policy.value("filing.counted_from", rules_day(call)) == "notice_end":
        notice = current_notice(call)
        ended = notice.ends_at - timedelta(seconds=1) if notice and notice.ends_at else None
        return ended if ended and ended <= call.now and decided <= ended else decided
    return decided


def _end(call: RecordCall, start: datetime, count: int, unit: str) -> tuple[datetime, bool]:
    day = day_of(start)
    if unit == "wd":
        last, provisional = call.calendar.add_working_days(day, count)
        return end_of(last), provisional
    if unit == "h":
        return start + timedelta(hours=count), False
    if unit == "m":
        return end_of(period_end(call, add_months(day, count))), False
    return end_of(period_end(call, day + timedelta(days=count))), False


def _owe(
    call: RecordCall,
    name: str,
    milestone: str,
    start: datetime,
    due_at: datetime,
    *,
    count: int,
    unit: str,
    provisional: bool,
) -> None:
    rows = [row for row in rows_of(call, Obligation) if row.due_name == name]
    for row in rows:
        if row.state in (*OWED, STANDBY) and (row.record_no == call.record_no or milestone == "extended"):
            call.records.change(row, state="void")
    case = call.records.case()
    town = text(call, "town") or case.town or case.intake_town
    county = name in DISTRICT_DUES or (
        name == "due_verification" and call.policy.value("verification.executor", call.today) == "county"
    )
    group = f"county_leader@{call.district}" if county else f"town_head@{town}"
    if name in SUPERVISED_DUES:
        group = f"county_supervisor@{call.district}"
    record_no = call.case_no if milestone == "extended" else call.record_no
    call.records.add(
        Obligation(
            obligation_no=f"{record_no}/{name}/{len(rows) + 1}",
            case_no=call.case_no,
            record_no=record_no,
            district=call.district,
            town=town,
            due_name=name,
            label=LABELS.get(name, name),
            milestone=milestone,
            started_at=start,
            due_at=due_at,
            count=count,
            unit=unit,
            provisional=provisional,
            source=_source(call, name, count, unit),
            alert_group=group,
            state=STANDBY if _stands_by(call, name) else "open",
        )
    )


def _stands_by(call: RecordCall, name: str) -> bool:
    """True for work that may never be called for: any appraisal, and a visit where the rules ask for none (XT-21)."""
    visit_owed = call.inputs.get("visit_required") is not False
    return name in ON_CALL and not (visit_owed and ON_CALL[name] == "visit_plan")


def _source(call: RecordCall, name: str, count: int, unit: str) -> str:
    """Return the source of the parameter that gave the limit: of total, total_town … the one with this length."""
    stem = name.removeprefix("due_")
    limits = call.policy.values("deadlines", rules_day(call))
    keys = [key for key in limits if key == stem or key.startswith(f"{stem}_")]
    fitting = [key for key in keys if limits[key] == {"amount": count, "unit": unit}]
    chosen = next(iter(fitting or keys), "")
    return call.policy.source(f"deadlines.{chosen}", rules_day(call)) if chosen else ""


def _profile_of_today(call: RecordCall) -> str:
    """Return the rule profile before acceptance: that of today (57, 2.1)."""
    parameters = call.policy.values("rule_profile", call.today)
    row = call.decide("rule_profile", {"accepted_at": iso(call.now), **parameters})
    return str(row.get("rule_profile", "")) if isinstance(row, dict) else ""


def raise_alert(call: RecordCall) -> Values:
    """Tell whoever is responsible that a date has passed, once for each date, and mark the date late."""
    kind = text(call, "alert_kind")
    owed = [row for row in rows_of(call, Obligation) if row.due_name == kind and row.record_no == call.record_no]
    obligation = owed[-1] if owed else None
    if obligation and obligation.state == "open":
        obligation = call.records.change(obligation, state="late", late_at=call.now)
    label = obligation.label if obligation else LABELS.get(kind, kind)
    number = f"{obligation.obligation_no}/逾期" if obligation else f"{call.record_no}/{kind}/{call.task_id}"
    if any(alert.alert_no == number for alert in rows_of(call, Alert)):
        return {}
    case = call.records.case()
    town = text(call, "town") or case.town
    due = f"（{day_of(obligation.due_at):%m月%d日}）" if obligation else ""
    call.records.add(
        Alert(
            alert_no=number,
            case_no=call.case_no,
            record_no=call.record_no,
            district=call.district,
            town=town,
            kind=kind,
            alert_group=text(call, "alert_group") or f"town_head@{town}",
            sentence=f"{call.record_no}的{label}{due}已过，尚未完成。",
            raised_at=call.now,
        )
    )
    call.records.audit("late", f"{label}已过", due=kind)
    return {}


TOPICS: tuple[Topic, ...] = (
    at_desk(DEADLINES, reckon_dues),
    at_desk(ALERT, raise_alert),
)
