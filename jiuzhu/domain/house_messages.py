"""Messages that the office sends by itself to a waiting case; every other one comes from people, by its entry form."""

from __future__ import annotations

from collections.abc import Mapping

HOUSE_MESSAGES: Mapping[str, str] = {
    "agency.applied": "代办的家庭递交申请",
    "bank.result": "银行发放结果收到",
    "campaign.done": "本轮复核的每一户都办结",
    "case.changed": "办理中家庭情况变动",
    "case.stop": "撤回、死亡或者不配合，停止办理",
    "discovery.applied": "主动发现的家庭提出申请",
    "filing.void": "决定撤销或者办理终止，还没有报送的备案作废",
    "panel.recount": "评审组成员否认签字，重新计票",
    "pilot.accepted": "试点验收的结论作出",
    "review.cancelled": "复核撤销或者家庭已退出",
    "review.confirmed": "复核清单确认",
    "review.ready": "全村复核材料收齐",
    "review.visited": "复核入户走访签字",
    "sample.checked": "样本全部检查完",
    "temp.batch_decided": "当月临时救助批次作出决定",
}
"""Message name → the occurrence that sends it."""
