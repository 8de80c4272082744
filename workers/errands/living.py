"""Errand ``deceased_check``: before money is paid the register of deaths is asked about everybody on the list (XX-49).

Who is dead, or did not pass the living check, is left out with the reason. A source that is silent holds the list up:
the errand is tried again, and nothing is paid on a guess. Nobody loses the aid by this: what the hit means is found out
by the process that it starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from jiuzhu.domain.payment_register import totals
from jiuzhu.domain.rows import Household, PaymentBatch, PaymentLine, Recipient
from jiuzhu.domain.topics import ErrandCall, ErrandHandler, Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import LIFE_SOURCES
from jiuzhu.errors import Invalid, WorkerError
from workers.errands.adapters.exchange import LIST_PEOPLE, Exchange, Person

PURPOSE = "社会救助资金发放前比对"
THREADS = 8
DEATH = "shared_death"
MOST_STARTED = 40

CONTRACT = TopicContract(
    topic="deceased_check",
    label="比对死亡及生存认证信息",
    kind="errand",
    doc=(
        "把本批人员逐一与死亡登记信息（本区有生存认证的，还有认证结果）比对；已死亡或认证未通过的，从本批剔除并写明原因。"
        "来源没有应答时不放行。"
    ),
    outputs=(Name(name="deceased_count", type="integer", label="剔除人数"),),
    sources=("XX-48", "XX-49", "NH-25"),
)


def prepare(call: RecordCall) -> Values:
    """Collect who is asked about: everybody with a line that is to be paid, and the members of the household."""
    lines = [row for row in call.records.find(PaymentLine, batch_no=call.case_no) if row.state == "planned"]
    numbers = tuple(sorted({row.recipient_no for row in lines}))
    recipients = call.records.find(Recipient, recipient_no=numbers) if numbers else ()
    families = {
        row.case_no: row.record
        for row in (
            call.records.find(Household, case_no=tuple(one.case_no for one in recipients)) if recipients else ()
        )
    }
    people = []
    for who in recipients:
        people.append({"recipient_no": who.recipient_no, "name": who.name, "id": who.resident_id, "payee": True})
        for member in families.get(who.case_no, {}).get("members", ()):
            number = str(member.get("id") or "")
            if number and number != who.resident_id:
                people.append(
                    {
                        "recipient_no": who.recipient_no,
                        "name": str(member.get("name", "")),
                        "id": number,
                        "payee": False,
                    }
                )
    sources = list(call.policy.value("payment_batch.life_sources", call.today))
    return {"people": people, "sources": sources, "requester": call.records.organisation_name(_payer(call))}


def errand(exchange: Exchange) -> ErrandHandler:
    """Return the errand that asks this exchange."""

    def ask(call: ErrandCall) -> Values:
        people: list[dict[str, Any]] = call.inputs["people"]
        parcels = [
            (source, start, people[start : start + LIST_PEOPLE])
            for source in call.inputs["sources"]
            for start in range(0, len(people), LIST_PEOPLE)
        ]

        def one(parcel: tuple[str, int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
            source, start, asked = parcel
            named = [Person(name=each["name"], resident_id=each["id"]) for each in asked]
            facts = exchange.ask_list(
                f"{call.task_id}/{source}/{start}", source, named, call.inputs["requester"], PURPOSE
            )
            return [
                {**each, "source": source, "detail": fact.detail, "flag": fact.flag, "found": fact.found}
                for each, fact in zip(asked, facts, strict=True)
                if _is_hit(source, fact.found, fact.flag)
            ]

        with ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="living") as pool:
            answered = list(pool.map(one, parcels))
        return {"asked": len(people), "hits": [hit for hits in answered for hit in hits]}

    return ask


def _is_hit(source: str, found: bool, flag: str) -> bool:
    """The register of deaths knows only the dead; a living check that failed says so with a flag."""
    return found if source == "death_register" else flag in ("doubt", "mismatch")


def book(call: RecordCall, result: Values) -> Values:
    """Leave out whose payee is dead or did not pass; note every hit.

    Raises:
        Invalid: the result is not one of this errand.
    """
    hits = result.get("hits")
    if not isinstance(hits, list):
        raise Invalid("比对没有带回结果。", {"hits": "应为若干行"})
    reasons: dict[str, str] = {}
    for hit in hits:
        source = str(hit.get("source"))
        if source not in LIFE_SOURCES:
            raise Invalid("比对结果不合约定。", {"hits": "没有这个来源"})
        sentence = f"{LIFE_SOURCES[source]}：{hit.get('detail') or '查有记录'}"
        if hit.get("payee"):
            reasons.setdefault(str(hit["recipient_no"]), sentence)
        call.records.audit("life_check", f"{hit['recipient_no']}{'' if hit.get('payee') else '的家庭成员'}，{sentence}")
    left_out = 0
    for line in call.records.find(PaymentLine, batch_no=call.case_no):
        if line.state == "planned" and line.recipient_no in reasons:
            call.records.change(line, state="excluded", reason=reasons[line.recipient_no])
            left_out += 1
    _count(call)
    _start_deaths(call, hits)
    call.records.audit(
        "life_checked", f"比对{int(result.get('asked') or 0)}人，剔除{len(reasons)}人（{left_out}笔）", hits=len(hits)
    )
    return {"deceased_count": len(reasons)}


def _start_deaths(call: RecordCall, hits: list[Any]) -> None:
    """Let the towns find out about every death that the register tells of, once while it is being found out.

    One click may start so many processes and no more: who is left over is left out of the list all the same, and comes
    with the next one.
    """
    dead = {str(hit["recipient_no"]): hit for hit in hits if str(hit.get("source")) == "death_register"}
    earlier: dict[str, list[PaymentLine]] = {}
    for line in call.records.find(PaymentLine, recipient_no=tuple(dead)) if dead else ():
        earlier.setdefault(line.recipient_no, []).append(line)
    started = 0
    for number, hit in dead.items():
        known = [line.death_record for line in earlier.get(number, ()) if line.death_record]
        if started == MOST_STARTED or any(call.switchboard.is_running(one) for one in known):
            continue
        record = call.switchboard.about_household(
            number,
            DEATH,
            {
                "change_member": str(hit.get("name") or ""),
                "change_facts": f"发放前比对死亡登记信息：{hit.get('detail') or '查有记录'}",
                "source_record_no": call.record_no,
            },
        )
        started += 1
        call.records.audit("started", f"启动{record}", process=DEATH, recipient=number)
        for line in earlier.get(number, ()):
            if line.batch_no == call.case_no:
                call.records.change(line, death_record=record)


def _count(call: RecordCall) -> None:
    """Bring the batch's control totals up to date."""
    for batch in call.records.find(PaymentBatch, batch_no=call.case_no):
        call.records.change(batch, **totals(call.records.find(PaymentLine, batch_no=call.case_no)))


def _payer(call: RecordCall) -> str:
    found: Mapping[str, Any] = {
        row.batch_no: row.payer_org for row in call.records.find(PaymentBatch, batch_no=call.case_no)
    }
    if call.case_no not in found:
        raise WorkerError("还没有编制发放清单", permanent=True)
    return str(found[call.case_no])


TOPIC = Topic(contract=CONTRACT, prepare=prepare, book=book)
"""Without an exchange; ``workers.errands.build_errands`` adds it."""
