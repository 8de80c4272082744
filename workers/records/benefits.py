"""The amount: standard less income, times members; care allowance of 特困."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jiuzhu.domain.benefit import ZERO, Entitlement, IncomeLine, by_difference, full_standard, monthly, round_fen
from jiuzhu.domain.household import members_of
from jiuzhu.domain.rows import BenefitCalculation, MeansQuery, MeansResult
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.booked_papers import care_allowance
from workers.records.counted import FULL_SUPPORT, amount_of, counted_household, stands_alone, support_fees
from workers.records.desk import at_desk, current_decision, rows_of, rules_day, text
from workers.records.papers import household_of
from workers.records.recipient_rows import find_recipient

BENEFIT = TopicContract(
    topic="benefit",
    label="测算救助金",
    kind="record",
    doc=(
        "按申报、入户和核对结果逐项计算人均收入和财产，按当期标准补差算出月救助金；"
        "mode=final 时低保保持决定金额，特困加照料护理补贴。"
    ),
    inputs=(
        Name(name="mode", type="string", label="方式", drawn=True, required=False, choices=("", "final")),
        names.PROGRAMME,
        names.VILLAGE,
        names.CARE_LEVEL,
        names.DECISION,
        names.AMOUNT_MONTHLY,
        Name(name="standard_kind", type="string", label="适用的城乡标准（空为按户籍性质）", required=False),
        Name(name="single_person", type="boolean", label="是否单人户", required=False),
    ),
    outputs=(
        Name(name="per_capita_income", type="money", label="家庭月人均收入"),
        Name(name="asset_ok", type="boolean", label="财产是否符合规定"),
        Name(name="amount_monthly", type="money", label="月救助金额"),
        names.DUE_SIMPLE,
    ),
    decisions=("income_items", "asset_test"),
    sources=("JC-09", "XT-15", "QJ-05"),
)


ASSET_SOURCES = {
    "bank_deposit": "deposit",
    "securities": "securities",
    "commercial_insurance": "insurance",
    "internet_finance": "internet_finance",
    "vehicle": "vehicle",
    "real_estate": "house",
}
"""Source of the means query → kind of asset that its amount is about."""


def reckon_benefit(call: RecordCall) -> Values:
    """Return income per head, asset test and monthly amount, and keep the calculation for the file.

    1. Each income and expense through table ``income_items``; what the visit found supersedes what was declared of the
    same member and kind; 2. by difference against the standard of the day and area; 3. each kind of asset through
    ``asset_test``, with the larger of declared and found; 4. ``mode=final``: a decided amount stays, 特困 adds the
    allowance of the care level.
    """
    recipient = find_recipient(call)
    alone = call.inputs.get("single_person") is True or (
        recipient is not None and stands_alone(recipient, household_of(call))
    )
    row = reckon(call, household_of(call), mode="final" if text(call, "mode") == "final" else "proposal", alone=alone)
    return {
        "per_capita_income": str(row.per_capita_income),
        "asset_ok": row.asset_ok,
        "amount_monthly": str(row.amount_monthly),
    }


def reckon(
    call: RecordCall, household: dict[str, Any], *, mode: str, alone: bool, care_level: str = ""
) -> BenefitCalculation:
    """Reckon a household's aid on the rules of the case's day and keep the calculation.

    Mode ``final`` keeps a decided amount; ``change`` reckons a recipient's household anew, with the allowance of his
    care level.
    """
    programme = text(call, "programme", call.records.case().programme)
    day = rules_day(call)
    counted = counted_household(household, alone=alone)
    members = max(len(members_of(counted)), 1)
    area = _area(call, household)
    lines = [*_incomes(call, counted), *_expenses(call, counted), *_support_fees(call, counted, programme, area)]
    standard, source = _standard(call, programme, area)
    reckoned = full_standard if programme in FULL_SUPPORT else by_difference
    entitled: Entitlement = reckoned(standard, members, lines)
    assets, asset_ok = _assets(call, counted)
    amount, allowance = entitled.amount, ZERO
    fixed = _household_aid(call, programme)
    if fixed is not None:
        amount = fixed if entitled.per_capita <= standard else ZERO
    if mode == "final":
        decided = current_decision(call)
        if decided is not None and decided.decision == "granted":
            amount = decided.amount_monthly
    if mode != "proposal":
        allowance = care_allowance(call, care_level or text(call, "care_level"))
        amount = round_fen(amount + allowance)
    row = BenefitCalculation(
        case_no=call.case_no,
        round=len(rows_of(call, BenefitCalculation)) + 1,
        mode=mode,
        standard=standard,
        members=members,
        counted_income=entitled.counted,
        deductions=entitled.deducted,
        per_capita_income=entitled.per_capita,
        asset_ok=asset_ok,
        care_allowance=allowance,
        amount_monthly=amount,
        lines=[{"label": each.label, "amount": str(each.amount), "effect": each.effect} for each in lines] + assets,
        sources={"standard": source, "income_items": call.policy.source("income_items", day)},
        made_at=call.now,
    )
    call.records.add(row)
    return row


def _area(call: RecordCall, household: dict[str, Any]) -> str:
    """Return urban or rural: as this case has classed it, else as the recipient was taken in, else by registration.

    A later change or review classes nobody anew, so whoever was taken in by the urban standard keeps it (ADR 62).
    """
    recipient = find_recipient(call)
    kept = recipient.area if recipient is not None else ""
    return text(call, "standard_kind") or kept or str(household["applicant"].get("hukou_type", ""))


def _support_fees(call: RecordCall, household: dict[str, Any], programme: str, area: str) -> list[IncomeLine]:
    """Return the reckoned support where the district reckons it; never for 特困, whom nobody can support (43 art 8)."""
    ratio = call.policy.values("support_fee", rules_day(call)).get("ratio")
    if ratio is None or programme in FULL_SUPPORT:
        return []
    return support_fees(household, _standard(call, "dibao", area)[0], Decimal(str(ratio)))


def _incomes(call: RecordCall, household: dict[str, Any]) -> list[IncomeLine]:
    found: dict[tuple[str, str], Decimal] = {}
    for row in household["visit"].get("income_found", ()):
        key = (str(row.get("member", "")), str(row.get("type", "other")))
        found[key] = found.get(key, ZERO) + amount_of(row.get("amount"))
    incomes: list[tuple[str, str, Decimal]] = []
    listed: set[str] = set()
    for row in household["income_items"]:
        member, kind = str(row.get("member", "")), str(row.get("type", "other"))
        listed.add(member)
        if (member, kind) not in found:
            incomes.append((member, kind, monthly(amount_of(row.get("amount")), str(row.get("period", "month")))))
    members = members_of(household)
    for each in members:
        name, income = str(each.get("name", "")), amount_of(each.get("monthly_income"))
        # A member without any item has declared his income as one sum.
        if income > ZERO and name not in listed and (name, "wage") not in found:
            incomes.append((name, "wage", income))
    incomes += [(member, kind, amount) for (member, kind), amount in found.items()]
    status = {str(each.get("name", "")): str(each.get("employment", "")) for each in members}
    return [
        _line(call, kind, f"{member}：{label(call, kind)}", amount, status.get(member, ""))
        for member, kind, amount in incomes
    ]


def _expenses(call: RecordCall, household: dict[str, Any]) -> list[IncomeLine]:
    rows = household["visit"].get("expenses_found") or household["rigid_expenses"]
    kinds = [(_expense_kind(str(row.get("type", "other"))), amount_of(row.get("amount"))) for row in rows]
    return [_line(call, kind, label(call, kind), amount, "") for kind, amount in kinds]


def _expense_kind(kind: str) -> str:
    return "other_expense" if kind == "other" else kind


def _line(call: RecordCall, kind: str, words: str, amount: Decimal, status: str) -> IncomeLine:
    row = next((each for each in call.policy.rows("income_items", rules_day(call)) if each["item_type"] == kind), None)
    answer = call.decide(
        "income_items",
        {
            "item_type": kind,
            "person_status": "migrant" if status == "migrant" else "other",
            "declared_amount": str(amount),
            "treatment": row["treatment"] if row else None,
            **call.policy.values("income_items", rules_day(call)),
        },
    )
    answers = answer if isinstance(answer, list) else [answer] if answer else []
    if any(each.get("deduct") is True for each in answers):
        return IncomeLine(label=words, amount=amount, effect="deducted")
    counted = next((each for each in answers if each.get("counted") is True), None)
    if counted is None:
        return IncomeLine(label=words, amount=amount, effect="ignored")
    taken = counted.get("standard")
    return IncomeLine(label=words, amount=amount_of(taken) if taken is not None else amount, effect="counted")


def label(call: RecordCall, kind: str) -> str:
    """Return the Chinese name of an income or expense item."""
    rows = call.policy.rows("income_items", rules_day(call))
    return next((str(row["label"]) for row in rows if row["item_type"] == kind), kind)


def _assets(call: RecordCall, household: dict[str, Any]) -> tuple[list[dict[str, str]], bool]:
    declared = _sums(household["assets"])
    found = _sums(household["visit"].get("assets_found", ()))
    queries = rows_of(call, MeansQuery)
    alone = household.get("alone")
    answers = [
        row
        for row in rows_of(call, MeansResult)
        if queries and row.query_no == queries[-1].query_no and alone in (None, row.member)
    ]
    reported = _sums(
        {"type": ASSET_SOURCES[row.source], "value": row.amount}
        for row in answers
        if row.source in ASSET_SOURCES and row.amount is not None
    )
    rows = {row["asset_kind"]: row for row in call.policy.rows("asset_test", rules_day(call))}
    lines, passed = [], True
    for kind in sorted({*declared, *found, *reported}):
        value = max(declared.get(kind, ZERO), found.get(kind, ZERO), reported.get(kind, ZERO))
        if value == ZERO:
            continue
        row = rows.get(kind)
        answer = call.decide(
            "asset_test",
            {
                "asset_kind": kind,
                "value": str(value),
                "exempt": False,
                "allowed": row["allowed"] if row else True,
                "limit_amount": row["limit_amount"] if row else None,
            },
        )
        ok = not isinstance(answer, dict) or answer.get("asset_ok") is not False
        passed = passed and ok
        lines.append(
            {"label": str(row["label"]) if row else kind, "amount": str(value), "effect": "ok" if ok else "over"}
        )
    return lines, passed


def _sums(rows: Any) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for row in rows:
        kind = str(row.get("type", "other"))
        sums[kind] = sums.get(kind, ZERO) + amount_of(row.get("value"))
    return sums


def _standard(call: RecordCall, programme: str, area: str) -> tuple[Decimal, str]:
    """Return the standard per head of the acceptance date and area with its source; raises Refused without one."""
    for row in call.policy.rows("standards", rules_day(call)):
        if row["programme"] == programme and row.get("area") in (None, "", area):
            return Decimal(row["amount"]), str(row["source"])
    raise Refused("本区没有这类救助的标准，请先在参数中登记。")


def _household_aid(call: RecordCall, programme: str) -> Decimal | None:
    """Return the fixed monthly aid of a household where a programme pays one instead of the difference; else None."""
    for row in call.policy.rows("household_aid", rules_day(call)):
        if row["programme"] == programme:
            return Decimal(row["amount"])
    return None


TOPICS: tuple[Topic, ...] = (at_desk(BENEFIT, reckon_benefit),)
