"""What a process is started about: a case by its number, or a recipient by his number or that of his file.

An imported recipient has no application here: the number of his old file stands for the household.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Recipient
from jiuzhu.errors import Forbidden, Invalid, OutOfReach
from jiuzhu.service import visibility
from jiuzhu.service.desk import Desk
from jiuzhu.service.separation import recusal_sentence
from jiuzhu.store import cases
from jiuzhu.store.definitions import DefinitionRow
from jiuzhu.store.shelf import shelf_of

RECIPIENT = "recipient"
"""Property ``about`` of a process about somebody who receives aid now."""

FORMER = "former_recipient"
"""Property ``about`` of a process about somebody who receives or has received aid (money to be paid back)."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The household that a process is started about."""

    case_no: str
    district: str
    intake_town: str
    town: str
    village: str
    programme: str
    applicant_name: str
    has_case: bool
    """True when there is an application; a petition or another record of the district's own is none."""
    recipient: Recipient | None
    trial_of: str = ""
    """Deployer whose trial case it is, '' for a real household."""


def subject_of(desk: Desk, actor: Actor, number: str) -> Subject:
    """Return the household of a case number, a recipient's number or an imported file's number, within reach.

    Raises NotFound (also for what is out of reach), Forbidden for a recusal.
    """
    head = visibility.find_head(desk, number)
    if head is not None:
        visibility.require_visible(desk, actor, head)
        recipient = _by_case(desk, head.case_no)
        return Subject(
            case_no=head.case_no,
            district=head.district,
            intake_town=head.intake_town,
            town=head.town,
            village=head.village,
            programme=head.programme,
            applicant_name=head.applicant_name,
            has_case=bool(head.programme),
            recipient=recipient,
            trial_of=cases.trial_owner(head),
        )
    recipient = find_recipient(desk, number)
    if recipient is None:
        raise OutOfReach(visibility.GONE)
    require_reach(desk, actor, recipient)
    return Subject(
        case_no=recipient.case_no,
        district=recipient.district,
        intake_town=recipient.town,
        town=recipient.town,
        village=recipient.village,
        programme=recipient.programme,
        applicant_name=recipient.name,
        has_case=visibility.find_head(desk, recipient.case_no) is not None,
        recipient=recipient,
    )


def find_recipient(desk: Desk, number: str) -> Recipient | None:
    """Return a recipient by his own number, else by the number of his case or imported file."""
    found = shelf_of(desk.tx).find(Recipient, {"recipient_no": number})
    return found[0] if found else _by_case(desk, number)


def require_reach(desk: Desk, actor: Actor, recipient: Recipient) -> None:
    """Refuse whoever may not see a recipient: by his town and village, minus recusal. Raises NotFound, Forbidden."""
    sentence = recusal_sentence(*cases.recusal_of(desk.tx, recipient.case_no, actor.person_id))
    if sentence:
        raise Forbidden(sentence, rule="R-05")
    reach = visibility.reach_of(desk, actor)
    if not reach.covers(district=recipient.district, town=recipient.town, village=recipient.village):
        raise OutOfReach(visibility.GONE)


def require_fitting(definition: DefinitionRow, subject: Subject) -> None:
    """Refuse a process about recipients for a household that receives nothing, and the other way round.

    Raises Invalid.
    """
    wanted = kind_of(definition)
    recipient = subject.recipient
    if not fits(wanted, subject):
        if not wanted:
            if recipient is None:
                raise Invalid("这条记录不是救助申请，不能办理这件事。", {"about": "请核对编号。"})
            raise Invalid("这一户没有申请案件，请从救助对象台账办理变化、死亡等事项。", {"about": "请核对编号。"})
        words = "已经停发" if recipient is not None else "不在救助对象台账里"
        raise Invalid(f"这一户{words}，不能办理这件事。", {"about": "请核对编号。"})


def fits(wanted: str, subject: Subject) -> bool:
    """True when a process of this kind may be started about a household."""
    recipient = subject.recipient
    if wanted == RECIPIENT:
        return recipient is not None and recipient.state != "ended"
    if wanted == FORMER:
        return recipient is not None
    return subject.has_case


def kind_of(definition: DefinitionRow) -> str:
    """Return the property ``about`` of a process, '' for one about a case."""
    properties: Mapping[str, Any] = definition.facts.get("properties", {})
    return str(properties.get("about", ""))


def _by_case(desk: Desk, case_no: str) -> Recipient | None:
    found = shelf_of(desk.tx).find(Recipient, {"case_no": case_no})
    return found[0] if found else None
