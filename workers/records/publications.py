"""救助对象公开: the masked list of those who receive, compared with what is public; put up, taken down, logged.

Whoever is stopped or ended leaves the list with the next turn; the public page leaves the line out at once (JC-35).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jiuzhu.domain.instants import day_of
from jiuzhu.domain.recipients import PAID_STATES
from jiuzhu.domain.rows import Publication, PublishedRecipient, Recipient
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, text
from workers.records.papers import masked_name

CHECK, AMOUNT = "publication.check", "publication.show_amount"
EACH = "each"

PUBLICATION_BUILD = TopicContract(
    topic="publication_build",
    label="生成脱敏名单",
    kind="record",
    doc="在册对象按本区规定脱敏，与正在公开的比较，得出新增、变动和撤下；参数 publication.check 定是否先由人核对。",
    inputs=(Name(name="period", type="string", label="公开期"),),
    outputs=(Name(name="check_needed", type="boolean", label="是否先核对"), names.DUE_SIMPLE),
    sources=("XT-31", "JC-35"),
)
PUBLICATION_PUBLISH = TopicContract(
    topic="publication_publish",
    label="更新公开页",
    kind="record",
    doc="把本次新增和变动的公布、停发注销的撤下，并登记公开记录。",
    outputs=(names.DUE_SIMPLE,),
    sources=("XT-31", "JC-35"),
)


def build_list(call: RecordCall) -> Values:
    """Note what has to change on the public list; a list that was sent back is made anew.

    While a list waits for its check, a turn that nobody looks at only takes down: what is new waits for the check, too.
    """
    check = "person" if _is_checked(call) else "none"
    held_up = check == "none" and any(row.published_at is None for row in _others(call))
    listed = {row.recipient_no: row for row in call.records.find(PublishedRecipient, district=call.district)}
    added = removed = total = 0
    seen = set()
    for recipient in call.records.find(Recipient, district=call.district):
        if recipient.state not in PAID_STATES:
            continue
        seen.add(recipient.recipient_no)
        total += 1
        if not held_up:
            added += _put_up(call, recipient, listed.get(recipient.recipient_no))
    for row in listed.values():
        if row.recipient_no not in seen and row.state != "down":
            call.records.change(row, coming={}, publication_no=call.case_no)
            removed += 1
    counted: dict[str, Any] = {"added": added, "removed": removed, "total": total, "check": check, "built_at": call.now}
    earlier = call.records.find(Publication, case_no=call.case_no)
    if earlier:
        call.records.change(earlier[0], **counted)
    else:
        turn = Publication(case_no=call.case_no, district=call.district, period=text(call, "period"), **counted)
        call.records.add(turn)
    call.records.audit("publication_list", f"公开名单：新增或变动{added}户，撤下{removed}户，共{total}户")
    return {"check_needed": check == "person"}


def publish(call: RecordCall) -> Values:
    """Put up and take down what this turn has noted."""
    for row in call.records.find(PublishedRecipient, publication_no=call.case_no):
        if row.coming:
            call.records.change(row, shown=row.coming, coming={}, state="public", published_on=call.today)
        elif row.state != "down":
            call.records.change(row, state="down", taken_down_on=call.today)
    for turn in call.records.find(Publication, case_no=call.case_no):
        call.records.change(turn, published_at=call.now)
        call.records.audit("published", f"公开页更新：新增或变动{turn.added}户，撤下{turn.removed}户", total=turn.total)
    return {}


def shown_of(recipient: Recipient, *, with_amount: bool) -> dict[str, Any]:
    """Return what the list says of a household: masked name, size, category, and the amount where it is shown.

    Nothing else of a person ever goes in (57 art 24): no number, no address, no account, no reason.
    """
    found = {
        "name": masked_name(recipient.name),
        "members": recipient.members,
        "programme": recipient.programme,
        "since": recipient.since,
    }
    return {**found, "amount": f"{recipient.amount_monthly:.2f}"} if with_amount else found


def _put_up(call: RecordCall, recipient: Recipient, row: PublishedRecipient | None) -> bool:
    """Note a household's line when it is new or says something else than before; True when it does."""
    wanted = shown_of(recipient, with_amount=call.policy.value(AMOUNT, call.today) is True)
    place: dict[str, Any] = {"town": recipient.town, "village": recipient.village, "programme": recipient.programme}
    if row is None:
        call.records.add(
            PublishedRecipient(
                recipient_no=recipient.recipient_no,
                district=call.district,
                **place,
                shown={},
                coming=wanted,
                state="waiting",
                publication_no=call.case_no,
            )
        )
        return True
    if row.state == "public" and row.shown == wanted and row.village == recipient.village:
        return False
    call.records.change(row, **place, coming=wanted, publication_no=call.case_no)
    return True


def _is_checked(call: RecordCall) -> bool:
    """True when somebody looks first: each time, or with the first turn of a week (publication.check).

    The day's turn is to be over by its evening: on a day on which nobody works it asks nobody.
    """
    if call.policy.value(CHECK, call.today) == EACH:
        return True
    if not call.calendar.is_working_day(call.today):
        return False
    monday = call.today - timedelta(days=call.today.weekday())
    return not any(day_of(row.built_at) >= monday and row.check == "person" for row in _others(call))


def _others(call: RecordCall) -> list[Publication]:
    """Return the district's other turns."""
    return [row for row in call.records.find(Publication, district=call.district) if row.case_no != call.case_no]


TOPICS: tuple[Topic, ...] = (at_desk(PUBLICATION_BUILD, build_list), at_desk(PUBLICATION_PUBLISH, publish))
