"""A town gets ready for what the district hands down, the district accepts it, authority begins on the plan's day.

Which programmes from when on stands in the district's table ``authority``; a town that is not ready has none of it
until it is (``readiness.required``), and the district decides there (NH-01, NH-40, NH-44, NH-46). What a town must have
is asked by topic ``activation_check`` (``readiness``), authority is switched on by ``authority_switch``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from jiuzhu.domain.instants import end_of, iso, midnight_after
from jiuzhu.domain.rows import AuthorityGrant
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, due_simple, text

TOWN = Name(name="readiness_town", type="string", label="承接的镇街")

READINESS_PLAN = TopicContract(
    topic="readiness_plan",
    label="载入承接方案的日期",
    kind="record",
    doc="从参数取承接准备的期限和权限生效日；生效日以前权限不生效。",
    inputs=(TOWN,),
    outputs=(
        Name(name="due_readiness", type="date", label="承接准备期限"),
        Name(name="effective_at", type="date", label="权限生效时间"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-01", "NH-40"),
)


def plan_dates(call: RecordCall) -> Values:
    """Return until when a town prepares, and when its authority may begin."""
    town = text(call, "readiness_town")
    if town not in call.records.towns(call.district):
        raise Refused("没有这个镇街，请从名单里选。")
    if _grants(call, town):
        raise Refused(f"{call.records.organisation_name(town)}的审核确认权限已经生效，不用再办。")
    until = date.fromisoformat(str(call.policy.value("readiness.until", call.today)))
    due = iso(end_of(until)) if call.today <= until else due_simple(call)
    return {"due_readiness": due, "effective_at": iso(_midnight(_first_day(call)))}


def devolve(call: RecordCall) -> Values:
    """Write a grant for each programme of the district's table, from the plan's day or today, whichever is later."""
    town, first = text(call, "town"), _first_day(call)
    if call.today < first:
        raise Refused(f"审核确认权限从{first.isoformat()}起下放，今天还不能生效。")
    for row in call.policy.rows("authority", call.today):
        programme = str(row["programme"])
        if any(grant.programme == programme for grant in _grants(call, town)):
            continue
        call.records.add(
            AuthorityGrant(
                grant_no=f"{call.case_no}/{programme}",
                district=call.district,
                town=town,
                programme=programme,
                devolution_from=max(_day(row["devolution_from"]), call.today),
                legal_form=str(row["legal_form"]),
                legal_basis=str(row["legal_basis"]),
                letter_no="",
                phase=0,
                switched_at=call.now,
                record_no=call.record_no,
                source=str(row["source"]),
            )
        )
    name = call.records.organisation_name(town)
    call.records.audit("authority_on", f"{name}自{call.today.isoformat()}起受理的申请由本街镇审核确认", town=town)
    return {}


def _grants(call: RecordCall, town: str) -> list[AuthorityGrant]:
    found = call.records.find(AuthorityGrant, district=call.district, town=town)
    return [grant for grant in found if grant.devolution_until is None or call.today <= grant.devolution_until]


def _first_day(call: RecordCall) -> date:
    rows = call.policy.rows("authority", call.today)
    if not rows:
        raise Refused("本区没有要下放的审核确认权限。")
    return min(_day(row["devolution_from"]) for row in rows)


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _midnight(day: date) -> datetime:
    """Return the first moment of a day."""
    return midnight_after(day - timedelta(days=1))


TOPICS: tuple[Topic, ...] = (at_desk(READINESS_PLAN, plan_dates),)
