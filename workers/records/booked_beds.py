"""A bed is given: it must be free, and nobody may wait who goes first (XX-55)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.beds import ahead_of, free_beds
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import BedRequest, RegisterRow
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import Refused

REGISTER = "beds"


def book_allocation(call: RecordCall, submission: Submission) -> Values:
    """Give the bed, or note that it is no longer wanted.

    Raises Refused: no free bed there, or others go first and are not unable to take this place.
    """
    request = call.records.find(BedRequest, case_no=call.case_no)[-1]
    state = str(submission.data["bed_result"])
    place = str(submission.data.get("bed_place") or "")
    if state == "allocated":
        requests = call.records.find(BedRequest, district=call.district)
        free = free_beds(call.records.find(RegisterRow, register=REGISTER, district=call.district), requests)
        if place not in free:
            raise Refused(f"床位登记簿里没有“{place}”，请先登记这个机构的床位。")
        if free[place] < 1:
            raise Refused(f"{place}没有空床位，请继续轮候或者先更新床位登记。")
        first = ahead_of(request, requests)
        if first:
            raise Refused(
                f"还有{len(first)}人排在前面（{first[0].request_no}，第{first[0].priority}顺序），"
                "在满足特困人员集中供养需求的前提下按顺序安排。"
            )
    call.records.change(
        request,
        state=state,
        place=place,
        fee=str(submission.data.get("bed_fee") or ""),
        decided_at=submission.submitted_at,
        decided_by=submission.person,
    )
    call.records.audit("bed", f"床位：{place or '不再需要'}", state=state)
    return {}


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {"bed_allocation": book_allocation}
