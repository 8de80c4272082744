"""Dates that must be kept: which form keeps which, when one is late, what is said then (QJ-23, XT-35, JC-39)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.records import Records, Submission
from jiuzhu.domain.rows import Alert, Obligation

LABELS: Mapping[str, str] = {
    "due_accept": "受理期限",
    "due_total": "办结期限",
    "due_investigation_start": "启动调查期限",
    "due_home_visit": "入户调查期限",
    "due_verification": "信息核对期限",
    "due_review": "审核意见期限",
    "due_appraisal": "民主评议期限",
    "due_confirm": "审核确认期限",
    "due_notice_post": "张贴公示期限",
    "due_notice_remove": "撤除公示期限",
    "due_objection": "异议处理期限",
    "due_deliver": "送达期限",
    "due_campaign": "复核期限",
    "due_adhoc": "交办事项",
    "due_filing": "备案期限",
    "due_self_care": "自理能力评估期限",
    "due_relatives_visit": "近亲属区级核查期限",
    "due_reexamine": "重新审查期限",
    "due_first_aid": "先行救助期限",
    "due_paperwork": "补齐手续期限",
    "due_pay": "发放期限",
    "due_batch": "按月发放期限",
    "due_petition": "信访件办理期限",
    "due_referral": "转办办理期限",
    "due_milestone": "阶段任务期限",
    "due_conference": "个案会商期限",
    "due_transfer": "动态电子信息传送期限",
    "due_paper": "纸质资料报送期限",
    "due_schedule": "本期事项",
    "due_change": "变化核查期限",
    "due_death": "死亡核实期限",
}

KEPT_BY: Mapping[str, tuple[str, ...]] = {
    "due_paper": ("transfer_paper",),
    "due_accept": ("acceptance_check",),
    "due_investigation_start": ("visit_plan",),
    "due_home_visit": ("home_visit",),
    "due_verification": ("verification_report",),
    "due_review": ("review_opinion", "temp_town_review", "temp_review"),
    "due_appraisal": ("appraisal",),
    "due_confirm": (
        "confirmation",
        "change_confirmation",
        "chief_rep_review",
        "panel_minutes",
        "party_opinion",
        "temp_decision",
        "temp_confirm",
    ),
    "due_notice_post": ("notice_post",),
    "due_notice_remove": ("notice_remove",),
    "due_objection": ("objection_conclusion", "objection_decision"),
    "due_deliver": ("delivery",),
    "due_filing": ("filing", "filing_paper"),
    "due_self_care": ("self_care",),
    "due_relatives_visit": ("relatives_entry",),
    "due_reexamine": ("party_opinion",),
    "due_first_aid": ("payment_check",),
    "due_paperwork": ("urgent_makeup",),
    "due_petition": ("petition_finding",),
    "due_pay": ("payment_check",),
    "due_conference": ("conference_minutes",),
    "due_change": ("change_check",),
    "due_death": ("death_check",),
}
"""Due date → forms whose submission keeps it. ``due_total`` is kept by the end of the handling (``keep``)."""

OWED = ("open", "late")
STANDBY = "standby"
ON_CALL: Mapping[str, str] = {
    "due_appraisal": "appraisal_call",
    "due_investigation_start": "visit_plan",
    "due_home_visit": "visit_plan",
}
"""Dates that may stand by until a form has called for the work: an appraisal, a visit that the rules do not ask for."""


def kept_at(obligation: Obligation, submissions: Iterable[Submission]) -> datetime | None:
    """Return when a submission kept the date: the first fitting form of the same process instance since it began to
    run.
    """
    forms = KEPT_BY.get(obligation.due_name, ())
    for submission in submissions:
        if (
            submission.form in forms
            and submission.record_no == obligation.record_no
            and submission.submitted_at >= obligation.started_at
            and submission.data.get("visit_outcome") != "absent"
        ):
            return submission.submitted_at
    return None


def settle(records: Records, case_no: str) -> int:
    """Mark every owed date of a case that its submissions have kept; returns how many. Runs in the caller's
    transaction.
    """
    submissions: Sequence[Submission] = records.submissions(case_no=case_no)
    _call_up(records, case_no, submissions)
    owed = _owed(records, case_no)
    settled = 0
    for obligation in owed:
        at = kept_at(obligation, submissions)
        if at is not None:
            _keep(records, obligation, at)
            settled += 1
    return settled


def keep(records: Records, case_no: str, due_name: str, at: datetime) -> None:
    """Mark an owed date as kept by something that is no form, such as the end of the handling."""
    for obligation in _owed(records, case_no):
        if obligation.due_name == due_name:
            _keep(records, obligation, at)


def release(
    records: Records, case_no: str, *, record_no: str, but: Sequence[str] = (), only: Sequence[str] = ()
) -> None:
    """Make the owed dates of one process instance void: it took another way and nobody owes them any more.

    ``but`` names dates that are owed all the same: papers are made up after the money was paid. ``only`` names the
    dates that are released, where others of the instance go on.
    """
    for obligation in records.find(Obligation, case_no=case_no):
        if obligation.record_no != record_no or (only and obligation.due_name not in only):
            continue
        if obligation.state == STANDBY or (obligation.state in OWED and obligation.due_name not in but):
            records.change(obligation, state="void")


def late_alert(obligation: Obligation, now: datetime) -> Alert:
    """Return the alert row for a date that passed; its number is the obligation's, so that there is one only."""
    due = day_of(obligation.due_at)
    return Alert(
        alert_no=f"{obligation.obligation_no}/逾期",
        case_no=obligation.case_no,
        record_no=obligation.record_no,
        district=obligation.district,
        town=obligation.town,
        kind=obligation.due_name,
        alert_group=obligation.alert_group,
        sentence=f"{obligation.record_no}的{obligation.label}（{due.month}月{due.day}日）已过，尚未完成。",
        raised_at=now,
    )


def _call_up(records: Records, case_no: str, submissions: Sequence[Submission]) -> None:
    for obligation in records.find(Obligation, case_no=case_no):
        if obligation.state == STANDBY and any(
            each.form == ON_CALL[obligation.due_name]
            and each.record_no == obligation.record_no
            and each.submitted_at >= obligation.started_at
            for each in submissions
        ):
            records.change(obligation, state="open")


def _owed(records: Records, case_no: str) -> list[Obligation]:
    # Always the same question, so that a store may answer it once a transaction.
    return [each for each in records.find(Obligation, case_no=case_no) if each.state in OWED]


def _keep(records: Records, obligation: Obligation, at: datetime) -> None:
    late = obligation.state == "late" or at > obligation.due_at
    records.change(obligation, state="met_late" if late else "met", met_at=at)
