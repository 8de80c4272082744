"""Errand ``notify``: tell staff and households, by short message, by letter and on their lists (JC-06, JC-24).

``to`` is a comma list of ``applicant`` and groups (``village_officer@140502100001``). Staff always get a line on their
list (an ``Alert``) and a letter where a mail domain is configured; households a short message to the declared number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.instants import SHANGHAI, iso, read
from jiuzhu.domain.rows import Alert, Household, Notification
from jiuzhu.domain.topics import ErrandCall, ErrandHandler, Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.visits import latest_team
from jiuzhu.errors import Invalid
from workers.errands.adapters.mail import AddressRefused, Mail
from workers.errands.adapters.sms import Sms
from workers.errands.messages import MESSAGES, message

APPLICANT = "applicant"

CONTRACT = TopicContract(
    topic="notify",
    label="通知有关人员",
    kind="errand",
    doc="向申请人（短信）和工作人员（待办提示、邮件）发出通知。收件人填 applicant 或 岗位@机构，多个用逗号隔开。",
    inputs=(
        Name(name="template", type="string", label="通知内容", drawn=True, choices=tuple(MESSAGES)),
        Name(name="to", type="string", label="收件人", drawn=True),
        Name(name="due_home_visit", type="date", label="入户期限", required=False),
        Name(name="amount_monthly", type="money", label="月救助金额", required=False),
        Name(name="effective_month", type="string", label="起发月份", required=False),
    ),
    outputs=(Name(name="notified_at", type="date", label="通知时间"),),
    sources=("JC-06", "JC-24", "XT-35"),
)


def prepare(call: RecordCall) -> Values:
    """Collect recipients and texts.

    Raises:
        WorkerError: permanent; the template does not exist.
    """
    chosen = message(str(call.inputs["template"]))
    told = facts(call)
    recipients: list[dict[str, Any]] = []
    for target in dict.fromkeys(part.strip() for part in str(call.inputs["to"]).split(",") if part.strip()):
        if target == APPLICANT:
            phone = str(_record(call).get("applicant", {}).get("phone", ""))
            line = {"name": told["applicant_name"], "login": "", "phone": phone, "group": ""}
            recipients.append({**line, "text": chosen.household.format_map(told)})
        else:
            text = chosen.staff.format_map(told)
            people = call.records.people(target)
            recipients += [
                {"name": person.name, "login": person.login, "phone": "", "group": target, "text": text}
                for person in people
            ] or [{"name": target, "login": "", "phone": "", "group": target, "text": text}]
    return {"subject": chosen.label, "recipients": recipients}


def facts(call: RecordCall) -> dict[str, str]:
    """Return what texts may name: applicant, case number, the visit's time, what is paid from when."""
    head = call.records.case()
    visit = ""
    if latest_team(call.records.submissions()) is not None:
        plan = call.records.submissions("visit_plan")[-1].data
        when = str(plan.get("visit_planned_at") or call.inputs.get("due_home_visit") or "")
        visit = f"（{_when(when)}{'' if plan.get('visit_planned_at') else '前'}）" if when else ""
    amount, month = call.inputs.get("amount_monthly"), call.inputs.get("effective_month")
    payment = f"，自{month}起每月{amount}元" if amount and month else ""
    return {
        "applicant_name": head.applicant_name,
        "case_no": call.case_no,
        "visit": visit,
        "payment": payment,
    }


@dataclass(frozen=True, kw_only=True)
class Channels:
    """The ways out; ``staff_domain`` '' = staff get no letters."""

    mail: Mail
    sms: Sms
    staff_domain: str = ""


def errand(channels: Channels) -> ErrandHandler:
    """Return the errand that uses these channels."""

    def tell(call: ErrandCall) -> Values:
        lines = []
        for number, recipient in enumerate(call.inputs["recipients"], start=1):
            key = f"{call.task_id}/{number}"
            lines.append({**recipient, "message_no": key, **_send(channels, key, call.inputs["subject"], recipient)})
        return {"notified_at": iso(call.now), "messages": lines}

    return tell


def _send(channels: Channels, key: str, subject: str, recipient: Mapping[str, Any]) -> dict[str, Any]:
    """Send one message by the recipient's channel.

    A number or mailbox that is refused for good is noted, not retried: one wrong digit must not hold up a case.
    """
    try:
        if recipient["phone"]:
            channel, address = "sms", str(recipient["phone"])
            sent = channels.sms.send(key, address, str(recipient["text"]))
        elif recipient["login"] and channels.staff_domain:
            channel, address = "mail", f"{recipient['login']}@{channels.staff_domain}"
            sent = channels.mail.send(key, address, subject, str(recipient["text"]))
        else:
            return {"channel": "none", "address": "", "state": "unreachable", "receipt": ""}
    except AddressRefused as error:
        return {"channel": channel, "address": address, "state": "unreachable", "receipt": str(error)[:200]}
    state = "simulated" if sent.simulated else "sent"
    return {"channel": channel, "address": address, "state": state, "receipt": sent.receipt}


def book(call: RecordCall, result: Values) -> Values:
    """Keep every message, and put staff's on their lists.

    Raises:
        Invalid: the result is not one of this errand.
    """
    messages = result.get("messages")
    if not isinstance(messages, list):
        raise Invalid("通知没有带回结果。", {"messages": "应为若干行"})
    head = call.records.case()
    told: set[str] = set()
    for line in messages:
        call.records.add(
            Notification(
                message_no=str(line["message_no"]),
                case_no=call.case_no,
                record_no=call.record_no,
                template=str(call.inputs.get("template", "")),
                channel=str(line["channel"]),
                recipient=str(line["name"]),
                address=str(line["address"]),
                text=str(line["text"]),
                state=str(line["state"]),
                receipt=str(line["receipt"]),
                noted_at=call.now,
            )
        )
        group = str(line.get("group", ""))
        if group and group not in told:
            told.add(group)
            call.records.add(
                Alert(
                    alert_no=f"{call.task_id}/{group}",
                    case_no=call.case_no,
                    record_no=call.record_no,
                    district=call.district,
                    town=head.town,
                    kind=str(call.inputs.get("template", "notify")),
                    alert_group=group,
                    sentence=str(line["text"]),
                    raised_at=call.now,
                )
            )
    reached = sum(1 for line in messages if line["state"] != "unreachable" or line.get("group"))
    missed = len(messages) - reached
    call.records.audit("notified", f"已通知{reached}人{f'，{missed}人没有联系方式或无法送达' if missed else ''}。")
    return {"notified_at": str(result["notified_at"])}


def _record(call: RecordCall) -> Mapping[str, Any]:
    rows = call.records.find(Household, case_no=call.case_no)
    return rows[0].record if rows else {}


def _when(text: str) -> str:
    moment = read(text).astimezone(SHANGHAI)
    hour = f"{moment.hour}时{moment.minute:02d}分" if "T" in text and (moment.hour, moment.minute) != (23, 59) else ""
    return f"{moment.month}月{moment.day}日{hour}"


TOPIC = Topic(contract=CONTRACT, prepare=prepare, book=book)
"""Without channels; ``workers.errands.build_errands`` adds them."""
