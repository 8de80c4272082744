"""Dates that must be kept, and the alert when one was not."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

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
)

DEADLINES = TopicContract(
    topic="deadlines",
    label="起算办理期限",
    kind="record",
    doc="放在里程碑之后：按规则版本、本区规定和工作日历算出从此时起算的期限（due_ 开头的变量），并登记到期提醒。mode=extend 时延长总期限。",
    inputs=(
        Name(name="milestone", type="string", label="里程碑", required=False, choices=MILESTONES),
        Name(name="mode", type="string", label="方式", required=False, choices=("", "extend")),
        names.RULE_PROFILE,
        names.PROGRAMME,
        names.AUTHORITY_LEVEL,
        names.ACCEPTED_AT,
        names.TOWN,
    ),
    outputs=(names.DUE_SIMPLE,),
    prefixes=("due_",),
    decisions=("deadlines",),
    sources=("QJ-25", "XT-18", "XT-35", "JC-25"),
)

ALERT = TopicContract(
    topic="alert",
    label="提醒逾期",
    kind="record",
    doc="向负责人提醒一项逾期，并把相应期限登记为已逾期。不影响办理。",
    inputs=(
        Name(name="alert_kind", type="string", label="逾期的期限（如 due_filing）"),
        Name(name="alert_group", type="string", label="提醒对象（角色@单位）", required=False),
        names.TOWN,
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-25", "JC-39", "XT-35"),
)

TOPICS: tuple[Topic, ...] = (
    Topic(contract=DEADLINES),
    Topic(contract=ALERT),
)
