"""Errand ``means_verification``: ask every source about every person, and book the answers (57 art 17, QJ-09, JC-17).

A source that is silent does not hold up the others: its lines say ``timeout``, and the verifier sees them. Only when
no source answers at all the errand is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from jiuzhu.domain.household import missing_authorizations
from jiuzhu.domain.instants import iso, read
from jiuzhu.domain.reported import REPORT, as_reported
from jiuzhu.domain.rows import Household, MeansQuery, MeansResult
from jiuzhu.domain.topics import ErrandCall, ErrandHandler, Name, RecordCall, Topic, TopicContract, Value, Values
from jiuzhu.errors import Invalid, Refused, WorkerError
from workers.errands.adapters.exchange import Exchange, Question
from workers.errands.adapters.http import NoAnswer
from workers.errands.comparison import declared, judge

PURPOSE = "社会救助家庭经济状况核对"
RESULTS = frozenset({"clean", "doubt", "mismatch", "timeout"})

CONTRACT = TopicContract(
    topic="means_verification",
    label="比对部门数据",
    kind="errand",
    doc="向数据交换平台逐人逐项查询核对来源，记录每次查询。没有应答的来源记为超时，由核对人员查看；授权不全时拒绝发起。",
    inputs=(
        Name(name="programme", type="string", label="救助项目"),
        Name(name="query_user", type="string", label="发起核对的人员", required=False),
    ),
    outputs=(
        Name(name="verification_ref", type="string", label="核对编号"),
        Name(name="recheck_count", type="integer", label="复核次数"),
    ),
    sources=("QJ-09", "JC-17", "XT-19", "XT-20", "XT-21"),
)


def prepare(call: RecordCall) -> Values:
    """Collect who is asked about, at which sources, and with whose authorisation.

    Raises:
        Refused: an authorisation is missing or has run out (R-26); names the people.
        WorkerError: permanent; the district names no sources.
    """
    household = _household(call)
    programme = str(call.inputs.get("programme") or call.records.case().programme)
    sources = list(call.policy.value("verification.sources", call.today))
    if not sources:
        raise WorkerError("没有配置核对来源（verification.sources）", permanent=True)
    months = int(call.policy.value("authorization.months", call.today))
    # A person who joined is asked about before the change is decided, not after.
    record = as_reported(household.record, call.records.submissions(REPORT), call.record_no)
    missing = missing_authorizations(record, programme, sources, months, call.today)
    if missing:
        raise Refused(f"不能发起核对：{'、'.join(missing)}没有有效的核对授权。")
    earlier = call.records.find(MeansQuery, case_no=call.case_no)
    number = len(earlier) + 1
    requester = str(call.inputs.get("query_user") or call.actor or "")
    return {
        "verification_ref": f"{call.case_no}/核对{number}",
        "round": number,
        # The right to one recheck begins anew when the household has changed since the last query.
        "recheck_count": sum(1 for query in earlier if query.household_version == household.version),
        "household_version": household.version,
        "requester": requester,
        "requester_name": call.records.person(requester).name if requester else "系统",
        "executor": str(call.policy.value("verification.executor", call.today)),
        "requested_at": iso(call.now),
        "sources": sources,
        "people": declared(record, programme),
    }


def errand(exchange: Exchange) -> ErrandHandler:
    """Return the errand that asks this exchange."""

    def ask(call: ErrandCall) -> Values:
        sources: list[str] = call.inputs["sources"]
        # One thread a source: the slowest source, not their sum, decides how long a query takes.
        with ThreadPoolExecutor(max_workers=len(sources), thread_name_prefix="means") as pool:
            answers = list(pool.map(lambda source: _ask_source(exchange, call, source), sources))
        lines = [line for answered in answers for line in answered]
        if lines and all(line["result"] == "timeout" for line in lines):
            raise WorkerError("数据交换平台没有应答：所有来源都没有反馈")
        lines.sort(key=lambda line: (line["person"], sources.index(line["source"])))
        kept = ("verification_ref", "round", "recheck_count", "household_version", "requester", "executor",
                "requested_at", "sources")  # fmt: skip
        return {**{name: call.inputs[name] for name in kept}, "people": len(call.inputs["people"]), "results": lines}

    return ask


def _ask_source(exchange: Exchange, call: ErrandCall, source: str) -> list[dict[str, Any]]:
    """Ask one source about everybody; once it was silent it is not asked again in this query."""
    lines: list[dict[str, Any]] = []
    silent = ""
    for person in call.inputs["people"]:
        line = {"person": person["no"], "member": person["name"], "source": source, "amount": None}
        if not silent:
            question = Question(
                source=source,
                name=person["name"],
                resident_id=person["id"],
                case_no=call.case_no,
                requester=call.inputs["requester_name"],
                purpose=PURPOSE,
            )
            try:
                fact = exchange.ask(f"{call.task_id}/{person['no']}/{source}", question)
            except NoAnswer as error:
                silent = str(error)
            except WorkerError as error:
                if error.permanent:
                    raise
                silent = str(error)
            else:
                result, note = judge(source, fact, person["declared"].get(source))
                amount = None if fact.amount is None else f"{fact.amount:.2f}"
                lines.append({**line, "result": result, "amount": amount, "note": note})
                continue
        lines.append({**line, "result": "timeout", "note": silent})
    return lines


def book(call: RecordCall, result: Values) -> Values:
    """Write the query and its lines; answer their number.

    Raises:
        Invalid: the result is not one of this errand (a foreign worker's mistake).
    """
    lines = _checked(result.get("results"))
    number = str(result["verification_ref"])
    silent = sorted({line["source"] for line in lines if line["result"] == "timeout"})
    call.records.add(
        MeansQuery(
            query_no=number,
            case_no=call.case_no,
            round=int(result["round"]),
            requester=str(result["requester"]),
            executor=str(result["executor"]),
            requested_at=read(str(result["requested_at"])),
            returned_at=call.now,
            people=int(result["people"]),
            sources=list(result["sources"]),
            failed_sources=silent,
            household_version=int(result["household_version"]),
        )
    )
    for position, line in enumerate(lines, start=1):
        call.records.add(
            MeansResult(
                query_no=number,
                line=position,
                case_no=call.case_no,
                member=str(line["member"]),
                source=str(line["source"]),
                result=str(line["result"]),
                amount=None if line.get("amount") is None else Decimal(line["amount"]),
                note=str(line.get("note", "")),
            )
        )
    doubts = sum(1 for line in lines if line["result"] in ("doubt", "mismatch"))
    call.records.audit(
        "means_verified",
        f"核对{number}：{result['people']}人，{len(result['sources'])}个来源，{doubts}条疑点或不符，{len(silent)}个来源超时。",
        query_no=number,
        requester=str(result["requester"]),
    )
    return {"verification_ref": number, "recheck_count": int(result["recheck_count"])}


def _household(call: RecordCall) -> Household:
    rows = call.records.find(Household, case_no=call.case_no)
    if not rows:
        raise Refused("还没有登记家庭成员，不能发起核对。")
    return rows[0]


def _checked(lines: Value) -> list[Mapping[str, Any]]:
    if not isinstance(lines, list) or not lines:
        raise Invalid("核对没有带回结果。", {"results": "应为若干行"})
    for line in lines:
        if not isinstance(line, Mapping) or line.get("result") not in RESULTS or not line.get("source"):
            raise Invalid("核对结果不合约定。", {"results": "每行要有来源和结果"})
    return lines


TOPIC = Topic(contract=CONTRACT, prepare=prepare, book=book)
"""Without an exchange; ``workers.errands.build_errands`` adds it."""
