"""What a completed form leaves in the record besides the submission itself."""

from __future__ import annotations

from collections.abc import Mapping

from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk
from workers.records.returned import VISIT_AGAIN

_AGAIN = tuple(name.name for name in VISIT_AGAIN)
_DECIDED = ("decision_no", "change_result", "new_amount", "change_reason", *_AGAIN)
BOOKED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("confirmation", "chief_rep_review", "objection_decision", "panel_minutes", "party_opinion", "redecision"),
        _DECIDED,
    ),
    **dict.fromkeys(("home_visit", "signature", "objection_plan", "review_opinion"), _AGAIN),
    "case_event_check": ("change_ref",),
    "change_check": ("new_amount",),
    "change_confirmation": ("change_result", "new_amount", "change_reason"),
    "petition": ("received_level", "reply_group"),
    "petition_finding": ("town",),
    "recovery_decision": ("due_recovery",),
    "recovery_payment": ("recovered_amount", "due_recovery"),
    "seal_use": ("seal_use_id", "decision_no"),
    "temp_confirm": (*_DECIDED, "seal_use_id"),
    "temp_decision": _DECIDED,
    "termination_check": ("new_amount",),
    "verification_request": ("query_user",),
}
"""Form → the variables that follow from it, besides the date for the next piece of work."""

FORM_BOOK = TopicContract(
    topic="form_book",
    label="登记表单内容",
    kind="record",
    doc=(
        "表单提交后在同一事务内由系统执行：并入家庭记录，登记异议、用印、保密协议、情况报告，"
        "并制作随表单产生的文书。流程图不引用。"
    ),
    inputs=(
        names.AUTHORITY_LEVEL,
        names.CARE_LEVEL,
        names.FILING_NO,
        Name(name="change_kind", type="string", label="变化类别", required=False),
        Name(name="change_member", type="string", label="涉及的成员", required=False),
        Name(name="overpaid_amount", type="money", label="多发金额", required=False),
        Name(name="recovery_cause", type="string", label="追缴原因", required=False),
    ),
    outputs=(
        Name(name="decision_no", type="string", label="决定文号", required=False),
        Name(name="seal_use_id", type="string", label="用印登记编号", required=False),
        Name(name="query_user", type="string", label="发起核对的人员", required=False),
        Name(name="change_result", type="string", label="调整决定", required=False),
        Name(name="new_amount", type="money", label="调整后的月救助金额", required=False),
        Name(name="change_reason", type="string", label="调整的理由", required=False),
        Name(name="recovered_amount", type="money", label="已追回金额", required=False),
        Name(name="due_recovery", type="date", label="退款期限", required=False),
        *VISIT_AGAIN,
        Name(name="town", type="string", label="接着办理的镇（街道）", required=False),
        Name(name="change_ref", type="string", label="变化登记编号", required=False),
        Name(name="received_level", type="string", label="受理层级", required=False),
        Name(name="reply_group", type="string", label="答复的岗位", required=False),
        names.DUE_SIMPLE,
    ),
    sources=("XT-04", "XT-13", "XT-19", "XT-25"),
    drawn=False,
    by_form=BOOKED,
)


def book_form(call: RecordCall) -> Values:
    """Nothing more than what every record task does first: the booking itself (``desk.at_desk``)."""
    return {}


TOPICS: tuple[Topic, ...] = (at_desk(FORM_BOOK, book_form),)
