"""A village's part of a review: one list, visit rounds, one sheet of unchanged households (JC-08, JC-34, XT-32).

What people enter here stands in ``ReviewLine``; each household's own process reads it when it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jiuzhu.domain.instants import iso
from jiuzhu.domain.rows import Campaign, CampaignItem, ReviewLine, ReviewSheet
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.campaigns import CAMPAIGN_NO, DUE_CAMPAIGN
from workers.records.desk import at_desk, latest_of, text

MOST_VISITS = 3
"""Rounds after which a household that nobody met goes the single way, as with a first visit."""
SHEET_NO = Name(name="sheet_no", type="string", label="名单编号")
CONFIRM_GROUP = Name(name="confirm_group", type="string", label="复核结果确认岗位")

REVIEW_SHEET_LOAD = TopicContract(
    topic="review_sheet_load",
    label="载入本村名单",
    kind="record",
    doc="载入村（社区）的一份复核名单：户数、期限、确认岗位。",
    inputs=(SHEET_NO, names.TOWN),
    outputs=(
        CAMPAIGN_NO,
        Name(name="household_count", type="integer", label="名单户数"),
        CONFIRM_GROUP,
        DUE_CAMPAIGN,
        names.DUE_SIMPLE,
    ),
    sources=("JC-34",),
)
REVIEW_LIST = TopicContract(
    topic="review_list",
    label="记入摸排结果",
    kind="record",
    doc="把村（社区）逐户核对的变化情况记入名单；有一户没有核对的，退回补填。",
    inputs=(SHEET_NO,),
    outputs=(Name(name="changed_count", type="integer", label="有变化的户数"), names.DUE_SIMPLE),
    sources=("JC-08", "JC-34"),
)
REVIEW_ROUND = TopicContract(
    topic="review_round",
    label="记入入户结果",
    kind="record",
    doc="把本次入户的结果逐户记入名单，给出还没有入户的户数；连续三次没有见到的不再安排，转单独办理。",
    inputs=(SHEET_NO,),
    outputs=(Name(name="round_left", type="integer", label="还没有入户的户数"), names.DUE_SIMPLE),
    sources=("JC-34", "XT-32"),
)
REVIEW_SHEET = TopicContract(
    topic="review_sheet",
    label="汇总无变化家庭",
    kind="record",
    doc="汇总本名单中核对、入户和重新核定都没有变化的家庭，供一并确认；有变化的单独办理。",
    inputs=(SHEET_NO,),
    outputs=(Name(name="sheet_count", type="integer", label="无变化户数"), names.DUE_SIMPLE),
    sources=("JC-34",),
)
REVIEW_SHEET_BOOK = TopicContract(
    topic="review_sheet_book",
    label="记入确认结果",
    kind="record",
    doc="把确认表逐户的确认或退出记入名单，并送到各户的复核；退出的转单独办理。",
    inputs=(SHEET_NO,),
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-34",),
)


def load_sheet(call: RecordCall) -> Values:
    """Return what the sheet's process reads."""
    sheet = call.records.find(ReviewSheet, sheet_no=text(call, "sheet_no"))[0]
    campaign = call.records.find(Campaign, campaign_no=sheet.campaign_no)[0]
    return {
        "campaign_no": sheet.campaign_no,
        "household_count": sheet.households,
        "confirm_group": confirm_group(call, sheet.town),
        "due_campaign": iso(campaign.closes_at),
    }


def confirm_group(call: RecordCall, town: str) -> str:
    """Return who confirms results: the district's role, at the town or the district (decisions A9)."""
    role, _, level = str(call.policy.value("review.confirmer", call.today)).partition("@")
    return f"{role}@{call.district if level == 'district' else town}"


def note_list(call: RecordCall) -> Values:
    """Write what the village says of each household. Raises Refused while one has no answer."""
    answers = _answers(call, "review_village_list", "list_rows")
    lines = lines_of(call)
    gone = {one.item_no for one in items_of(call) if one.state == "cancelled"}
    open_lines = [one for one in lines if one.listed_at is None and one.item_no not in gone]
    missing = [one for one in open_lines if one.item_no not in answers]
    if missing:
        raise Refused(f"名单上还有{len(missing)}户没有核对，请逐户填写。")
    for one in open_lines:
        row = answers[one.item_no]
        call.records.change(
            one,
            listed_at=call.now,
            village_changed=_yes(row.get("line_changed")),
            village_note=str(row.get("line_note") or ""),
        )
    changed = sum(1 for one in open_lines if _yes(answers[one.item_no].get("line_changed")))
    call.records.audit("review_listed", f"摸排{len(open_lines)}户，{changed}户有变化", changed=changed)
    return {"changed_count": changed}


def note_round(call: RecordCall) -> Values:
    """Write what the round found; who was not met three times counts as visited in vain and goes the single way."""
    answers = _answers(call, "visit_round", "visit_rows")
    form = latest_of(call, ("visit_round",))
    lines = lines_of(call)
    for one in lines:
        row = answers.get(one.item_no)
        if row is None or one.visited_on is not None:
            continue
        outcome, rounds = str(row["line_outcome"]), one.visit_rounds + 1
        over = outcome != "absent" or rounds >= MOST_VISITS
        call.records.change(
            one,
            visit_rounds=rounds,
            visit_outcome=outcome,
            visit_changed=_yes(row.get("line_changed")),
            visit_note=str(row.get("line_note") or ""),
            visited_on=call.today if over else None,
            visited_by=form.person if form else "",
        )
    gone = {one.item_no for one in items_of(call) if one.state == "cancelled"}
    left = sum(1 for one in lines_of(call) if one.visited_on is None and one.item_no not in gone)
    call.records.audit("review_round", f"入户{len(answers)}户，还有{left}户没有入户", left=left)
    return {"round_left": left}


def count_sheet(call: RecordCall) -> Values:
    """Count the households that one sheet confirms."""
    return {"sheet_count": len(ready_for_sheet(items_of(call), lines_of(call)))}


def ready_for_sheet(items: Iterable[CampaignItem], lines: Iterable[ReviewLine]) -> Sequence[CampaignItem]:
    """Return the unchanged households that wait for a sheet and are on none."""
    decided = {one.item_no for one in lines if one.sheet_decision}
    return [one for one in items if one.way == "sheet" and one.state == "visited" and one.item_no not in decided]


def book_sheet(call: RecordCall) -> Values:
    """Write the decision of each line. Raises Refused while a line has none."""
    answers = _answers(call, "review_sheet", "sheet_rows")
    form = latest_of(call, ("review_sheet",))
    waiting = {one.item_no for one in ready_for_sheet(items_of(call), lines_of(call))}
    if form is None or waiting - set(answers):
        raise Refused(f"确认表上还有{len(waiting - set(answers))}户没有确认，请逐户填写。")
    refused = 0
    for one in lines_of(call):
        if one.item_no not in waiting:
            continue
        row = answers[one.item_no]
        refused += row["line_decision"] == "refused"
        call.records.change(
            one,
            sheet_decision=str(row["line_decision"]),
            sheet_reason=str(row.get("line_reason") or ""),
            decided_by=form.person,
            submission=form.id,
        )
    call.records.audit("review_sheet", f"确认表{len(waiting)}户，退出{refused}户", refused=refused)
    return {}


def lines_of(call: RecordCall) -> Sequence[ReviewLine]:
    """Return the sheet's lines."""
    return call.records.find(ReviewLine, sheet_no=text(call, "sheet_no"))


def items_of(call: RecordCall) -> Sequence[CampaignItem]:
    """Return the sheet's households."""
    return call.records.find(CampaignItem, sheet_no=text(call, "sheet_no"))


def _answers(call: RecordCall, form: str, rows: str) -> Mapping[str, Mapping[str, Any]]:
    found = latest_of(call, (form,))
    return {str(row["item_no"]): row for row in found.data.get(rows, ())} if found else {}


def _yes(value: Any) -> bool:
    return value is True or value == "true"


TOPICS: tuple[Topic, ...] = (
    at_desk(REVIEW_SHEET_LOAD, load_sheet),
    at_desk(REVIEW_LIST, note_list),
    at_desk(REVIEW_ROUND, note_round),
    at_desk(REVIEW_SHEET, count_sheet),
    at_desk(REVIEW_SHEET_BOOK, book_sheet),
)
