"""信息箱: each letter of a village's box becomes a petition or a discovery of its own (XX-45, XX-32)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, text

BOX_ITEMS = TopicContract(
    topic="box_items",
    label="逐件转入核实处理",
    kind="record",
    doc="信息箱里的每一件另立办件：诉求、投诉、举报转信访办理，反映困难的转主动发现；给出去向，供登记台账。",
    inputs=(names.TOWN, Name(name="village", type="string", label="村（居）")),
    outputs=(Name(name="outcome", type="string", label="去向（各件的编号）"), names.DUE_SIMPLE),
    sources=("XX-45", "XX-32"),
)
HARDSHIP = "hardship"
NAMELESS = "信息箱来信（未留姓名）"
MOST_OUTCOME = 180


def start_items(call: RecordCall) -> Values:
    """Start a matter for each letter; the reviewer who read them hands them in."""
    sorted_ = call.records.submissions("info_item")[-1]
    _keep_village_out(call)
    numbers = [_hand_in(call, row) for row in sorted_.data.get("box_items") or ()]
    call.records.audit("box_items", f"信息箱{len(numbers)}件转入办理", numbers=numbers)
    outcome = "、".join(numbers)
    return {"outcome": outcome if len(outcome) <= MOST_OUTCOME else f"{numbers[0]}等{len(numbers)}件"}


def _keep_village_out(call: RecordCall) -> None:
    """Whoever stands beside the box never reads what the letters say: a report may be about them (R-04)."""
    village = text(call, "village")
    for role in ("info_officer", "village_officer"):
        for one in call.records.people(f"{role}@{village}"):
            call.records.keep_out(one.id, "信息箱来信由乡镇拆阅处理，村（居）不经手（R-04）", call.now)


def _hand_in(call: RecordCall, row: Mapping[str, Any]) -> str:
    town, village = text(call, "town"), text(call, "village")
    if row["item_kind"] == HARDSHIP:
        return call.switchboard.hand_in(
            "shared_discovery",
            {
                "applicant_name": row.get("item_name") or NAMELESS,
                "village": village,
                "found_address": call.records.organisation_name(village),
                "found_phone": row.get("item_phone") or "",
                "household_marker": "none",
                "discovery_source": "info_box",
                "found_on": call.today.isoformat(),
                "found_situation": row["item_content"],
                "found_urgent": False,
                "found_photos": [],
            },
            town=town,
            village=village,
        )
    return call.switchboard.hand_in(
        "shared_petition",
        {
            "received_level": "town",
            "town": town,
            "petition_kind": row["item_kind"],
            "petition_channel": "info_box",
            "real_name": bool(row.get("item_name")),
            "petitioner": row.get("item_name") or "",
            "petitioner_phone": row.get("item_phone") or "",
            "petition_content": row["item_content"],
            "about_staff": row.get("item_about") or "",
            "about_case": "",
            "petition_files": [],
        },
        town=town,
        village="",
    )


TOPICS: tuple[Topic, ...] = (at_desk(BOX_ITEMS, start_items),)
