"""Forms of an office's month and year: what they must keep to, and what they change (XX-39, XX-45, XX-59, XX-60)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from jiuzhu.domain.rankings import out_of_order, ranked, weighed
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import AwardLine, KpiScore, MonthlyTransfer
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.domain.transfers import TransferDays, days_of
from jiuzhu.errors import Forbidden, Refused

HALF = Decimal("0.5")
ZERO = Decimal("0.00")


def days_for(call: RecordCall, period: str) -> TransferDays:
    """Return the days of a period as the district has them."""
    first, last, paper = (
        int(call.policy.value(f"transfer.{name}", call.today)) for name in ("from_day", "until_day", "paper_day")
    )
    return days_of(period, first, last, paper)


def current(call: RecordCall) -> MonthlyTransfer:
    """Return the month that this matter is about."""
    return call.records.find(MonthlyTransfer, case_no=call.case_no)[-1]


def book_check(call: RecordCall, submission: Submission) -> Values:
    """Refuse data on a day outside their window. Raises Forbidden (R-13)."""
    days = days_for(call, current(call).period)
    if not days.is_open(call.today):
        raise Forbidden(days.sentence(call.today), rule="R-13")
    return {}


def book_paper(call: RecordCall, submission: Submission) -> Values:
    """Note when the papers went up; the first time counts, whatever came back afterwards."""
    transfer = current(call)
    late = transfer.paper_late if transfer.paper_rounds else call.today > transfer.paper_until
    call.records.change(
        transfer,
        paper_sent_on=call.today,
        paper_late=late,
        paper_reason=str(submission.data.get("paper_late_reason") or ""),
        paper_rounds=transfer.paper_rounds + 1,
    )
    return {}


def book_items(call: RecordCall, submission: Submission) -> Values:
    """Every letter of the box is registered, none more and none less. Raises Refused."""
    opened = call.records.submissions("info_box")[-1]
    counted, written = int(opened.data["item_count"]), len(submission.data.get("box_items") or ())
    if counted != written:
        raise Refused(f"开箱登记{counted}件，这里登记了{written}件，件数应当一致。")
    return {}


def label_of(call: RecordCall, indicator: str) -> str:
    """Return an indicator's name in the district's table."""
    rows = call.policy.rows("kpi", call.today)
    return next((str(row["label"]) for row in rows if row["indicator"] == indicator), indicator)


def book_ranking(call: RecordCall, submission: Submission) -> Values:
    """Enter the corrections; a correction names a unit's indicator once, and its reason stays. Raises Refused."""
    known = {(row.unit, row.indicator): row for row in call.records.find(KpiScore, ranking_no=call.record_no)}
    seen: set[tuple[str, str]] = set()
    for row in submission.data.get("ranking_corrections") or ():
        key = (str(row["correct_unit"]), str(row["correct_indicator"]))
        name = call.records.organisation_name(key[0])
        if key not in known:
            raise Refused(f"{name}没有这项指标，不能更正。")
        if key in seen:
            raise Refused(f"{name}的同一项指标写了两次更正。")
        seen.add(key)
        call.records.change(
            known[key],
            corrected=int(row["correct_points"]),
            reason=str(row["correct_reason"]),
            corrected_by=submission.person,
        )
        call.records.audit(
            "score_corrected",
            f"{name}“{label_of(call, key[1])}”扣分由{known[key].points_off}分更正为{row['correct_points']}分："
            f"{row['correct_reason']}",
            unit=key[0],
            indicator=key[1],
        )
    return {}


def weight_of(call: RecordCall) -> Decimal:
    """Return how much the ordinary results weigh. Raises Refused when it is not the greater part (XX-60)."""
    weight = Decimal(str(call.policy.value("award.ordinary_weight", call.today)))
    if not HALF < weight <= 1:
        raise Refused("参数“平时考评权重”应大于0.5、不超过1：以平时考评结果为主要依据。")
    return weight


def book_award(call: RecordCall, submission: Submission) -> Values:
    """Weigh the year and check the amounts: a lower total never gets more than a higher one. Raises Refused."""
    weight = weight_of(call)
    lines = {row.unit: row for row in call.records.find(AwardLine, award_no=call.record_no)}
    given = {str(row["unit"]): row for row in submission.data.get("award_lines") or ()}
    missing = sorted(set(lines) - set(given))
    if missing:
        raise Refused(f"还没有填写{call.records.organisation_name(missing[0])}的工作情况得分和金额。")
    totals = {unit: weighed(line.mean, int(given[unit]["work_score"]), weight) for unit, line in lines.items()}
    amounts = {unit: Decimal(str(given[unit]["award_amount"])).quantize(Decimal("0.01")) for unit in lines}
    wrong = out_of_order(totals, amounts)
    if wrong:
        lower, higher = (call.records.organisation_name(unit) for unit in wrong)
        raise Refused(f"{lower}的综合得分低于{higher}，奖补金额不得多于它。")
    places = {place.unit: place.rank for place in ranked(totals)}
    for unit, line in lines.items():
        call.records.change(
            line,
            work_score=int(given[unit]["work_score"]),
            total=totals[unit],
            rank=places[unit],
            amount=amounts[unit],
        )
    return {}


def book_funds(call: RecordCall, submission: Submission) -> Values:
    """The sources cover the award. Raises Refused (XX-64)."""
    needed = sum((row.amount or ZERO for row in call.records.find(AwardLine, award_no=call.record_no)), ZERO)
    found = sum((Decimal(str(row["fund_amount"])) for row in submission.data.get("fund_rows") or ()), ZERO)
    if found < needed:
        raise Refused(f"资金来源合计{found:.2f}元，少于奖补总额{needed:.2f}元。")
    return {}


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {
    "award": book_award,
    "award_funds": book_funds,
    "info_item": book_items,
    "ranking_check": book_ranking,
    "transfer_check": book_check,
    "transfer_paper": book_paper,
}
