"""The seal of delegated matters: whether it may be used, and that it was used."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

SEAL_CHECK = TopicContract(
    topic="seal_check",
    label="检查委托事项与用印权限",
    kind="record",
    doc="事项在委托目录内、委托书有效、印章在用并覆盖该事项、首席代表在任并保管印章；否则报 SEAL_NOT_ALLOWED。",
    inputs=(Name(name="item_code", type="string", label="委托事项", required=False), names.PROGRAMME, names.TOWN),
    outputs=(Name(name="item_code", type="string", label="委托事项"), names.DUE_SIMPLE),
    errors=("SEAL_NOT_ALLOWED",),
    sources=("XT-04", "XT-14", "XT-38"),
)

TOPICS: tuple[Topic, ...] = (Topic(contract=SEAL_CHECK),)
