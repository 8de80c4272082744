"""What the office tells people: one text for staff and one for the household by template.

Texts name a person only to the person and to the staff who handle the case; no id number ever stands in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jiuzhu.errors import WorkerError


@dataclass(frozen=True, kw_only=True)
class Message:
    """Subject and texts. ``{names}`` are facts of the case (see ``workers.errands.notify.facts``)."""

    label: str
    staff: str
    household: str


MESSAGES: Mapping[str, Message] = MappingProxyType(
    {
        "visit_notice": Message(
            label="入户调查通知",
            staff="{applicant_name}户（{case_no}）的入户调查已安排{visit}，请协助。",
            household="{applicant_name}：您的救助申请（{case_no}）将由工作人员入户调查{visit}，请留人在家并准备有关证件。",
        ),
        "payment_notice": Message(
            label="救助金发放通知",
            staff="{applicant_name}户（{case_no}）已列入发放名册{payment}。",
            household="{applicant_name}：您的救助申请（{case_no}）已确认{payment}。家庭情况有变化的，请及时告知。",
        ),
        "correction_notice": Message(
            label="补正材料通知",
            staff="{applicant_name}户（{case_no}）的材料待补正。",
            household="{applicant_name}：您的救助申请（{case_no}）还缺材料，一次性补正告知书已出具，请到受理窗口领取或查看。",
        ),
        "decision_notice": Message(
            label="办理结果通知",
            staff="{applicant_name}户（{case_no}）已作出决定，文书待送达。",
            household="{applicant_name}：您的救助申请（{case_no}）已有结果，决定文书将送达给您。",
        ),
        "home_service": Message(
            label="上门服务提醒",
            staff="{applicant_name}（{case_no}）预约的上门服务{visit}，请按时前往。",
            household="{applicant_name}：您预约的上门服务（{case_no}）{visit}，请留人在家。",
        ),
        "campaign_reminder": Message(
            label="复核期限提醒",
            staff="{applicant_name}（{case_no}）临近截止，请检查各村（社区）进度，督促未完成的家庭。",
            household="{applicant_name}：您家的定期复核（{case_no}）临近截止，请配合工作人员入户核查。",
        ),
        "notice_posted": Message(
            label="公示通知",
            staff="{applicant_name}户（{case_no}）的公示单待张贴。",
            household="{applicant_name}：您的救助申请（{case_no}）正在公示。",
        ),
    }
)


def message(template: str) -> Message:
    """Return a message; raises WorkerError (permanent) naming a template that does not exist."""
    try:
        return MESSAGES[template]
    except KeyError:
        raise WorkerError(f"没有名为{template}的通知", permanent=True) from None
