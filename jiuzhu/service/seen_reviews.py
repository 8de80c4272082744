"""Facts of a review: the village's list, the households of a round, of a sheet, what is known of one household."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from jiuzhu.domain import words
from jiuzhu.domain.campaigns import RESULTS, rules_of
from jiuzhu.domain.rows import (
    BenefitCalculation,
    Campaign,
    CampaignItem,
    MeansQuery,
    MeansResult,
    Recipient,
    ReviewLine,
)
from jiuzhu.service.desk import Desk
from jiuzhu.service.review_lists import missing_of
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

OUTCOMES = {"met": "见到", "absent": "没有见到", "refused": "拒绝核查"}


def review_kinds(desk: Desk, district: str) -> list[dict[str, str]]:
    """Return the kinds of review that a district has (start form)."""
    rows = desk.office.policies.of(district).rows("reviews", desk.today)
    return [{"value": one.kind, "label": one.label} for one in rules_of(rows)]


def _kinds(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    return review_kinds(desk, live.district)


def _sheet(desk: Desk, context: Mapping[str, Any]) -> Sequence[tuple[CampaignItem, ReviewLine, Recipient]]:
    """Return the households of the sheet that the process works on, in the list's order."""
    shelf, number = shelf_of(desk.tx), str(context.get("sheet_no") or "")
    items = [one for one in shelf.find(CampaignItem, {"sheet_no": number}) if one.state != "cancelled"]
    lines = {one.item_no: one for one in shelf.find(ReviewLine, {"sheet_no": number})}
    numbers = tuple(one.recipient_no for one in items)
    known = {one.recipient_no: one for one in shelf.find(Recipient, {"recipient_no": numbers})} if numbers else {}
    return [(one, lines[one.item_no], known[one.recipient_no]) for one in items]


def _list_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    return [
        {**_head(item, recipient), "members": str(recipient.members)}
        for item, line, recipient in _sheet(desk, context)
        if line.listed_at is None
    ]


def _round_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    return [
        {**_head(item, recipient), "village_said": _said(line), "visit_rounds": str(line.visit_rounds)}
        for item, line, recipient in _sheet(desk, context)
        if line.visited_on is None
    ]


def _visit_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    plans = desk.records(live).submissions("round_plan")
    rows = plans[-1].data.get("round_rows", ()) if plans else ()
    going = {str(row["item_no"]) for row in rows if row.get("line_go") is True}
    return [
        {**_head(item, recipient), "village_said": _said(line)}
        for item, line, recipient in _sheet(desk, context)
        if line.visited_on is None and item.item_no in going
    ]


def _sheet_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    return [
        {
            **_head(item, recipient),
            "household_no": item.household_no,
            "visited": f"{line.visited_on:%Y-%m-%d}" if line.visited_on else "",
            "visit_said": line.visit_note or "没有变化",
        }
        for item, line, recipient in _sheet(desk, context)
        if item.way == "sheet" and item.state == "visited" and not line.sheet_decision
    ]


def _head(item: CampaignItem, recipient: Recipient) -> dict[str, str]:
    return {
        "item_no": item.item_no,
        "applicant_name": recipient.name,
        "programme_name": words.PROGRAMMES.get(item.programme, item.programme),
        "amount_before": f"{item.amount_before:.2f}",
    }


def _said(line: ReviewLine) -> str:
    if line.listed_at is None:
        return ""
    return f"有变化：{line.village_note}" if line.village_changed else "没有变化"


def _review_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    shelf = shelf_of(desk.tx)
    found = shelf.find(CampaignItem, {"item_no": str(context.get("review_item") or "")})
    if not found:
        return None
    item = found[0]
    (line,) = shelf.find(ReviewLine, {"item_no": item.item_no})
    (recipient,) = shelf.find(Recipient, {"recipient_no": item.recipient_no})
    visited = f"{line.visited_on:%Y-%m-%d} {OUTCOMES.get(line.visit_outcome, '')}" if line.visited_on else "未入户"
    rows = [
        ("户主", recipient.name),
        ("救助类别", words.PROGRAMMES.get(item.programme, item.programme)),
        ("保障人数", str(recipient.members)),
        ("现在每月", f"{item.amount_before:.2f}元"),
        ("需要单独办理的原因", item.changes or line.sheet_reason),
        ("村（社区）摸排", _said(line)),
        ("入户", f"{visited} {line.visit_note}".strip()),
        *_means(desk, live),
        *_reckoned(desk, live),
        *_proposed(desk, live),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _means(desk: Desk, live: LiveCase) -> Iterable[tuple[str, str]]:
    shelf = shelf_of(desk.tx)
    queries = shelf.find(MeansQuery, {"case_no": live.case_no})
    results = shelf.find(MeansResult, {"case_no": live.case_no})
    for row in results:
        if row.query_no == queries[-1].query_no and row.result in {"doubt", "mismatch", "timeout"}:
            source, result = words.MEANS_SOURCES.get(row.source, row.source), words.MEANS_RESULTS.get(row.result, "")
            yield "核对", f"{row.member} {source}：{result} {row.note}"


def _reckoned(desk: Desk, live: LiveCase) -> Iterable[tuple[str, str]]:
    made = shelf_of(desk.tx).find(BenefitCalculation, {"case_no": live.case_no})
    if made:
        latest = max(made, key=lambda one: one.round)
        yield "重新核定", f"人均月收入{latest.per_capita_income:.2f}元，每月{latest.amount_monthly:.2f}元"


def _proposed(desk: Desk, live: LiveCase) -> Iterable[tuple[str, str]]:
    own = [one for one in desk.records(live).submissions("review_household") if one.record_no == live.record_no]
    if own:
        data = own[-1].data
        amount = f"，每月{data['new_amount']}元" if data.get("new_amount") else ""
        word = RESULTS.get(str(data.get("change_result")), "补充调查")
        yield "复核意见", f"{word}{amount}：{data.get('change_reason', '')}（{own[-1].person_name}）"


def _campaign(desk: Desk, context: Mapping[str, Any]) -> Sequence[CampaignItem]:
    return shelf_of(desk.tx).find(CampaignItem, {"campaign_no": str(context.get("campaign_no") or "")})


def _campaign_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    items = _campaign(desk, context)
    rows = []
    for village in sorted({one.village for one in items}):
        own = [one.programme for one in items if one.village == village]
        counted = {"dibao": own.count("dibao"), "tekun": own.count("tekun")}
        rows.append(
            {
                "village": desk.office.places.name(desk.tx, village),
                "households": len(own),
                **counted,
                "other": len(own) - sum(counted.values()),
            }
        )
    return rows or None


def _result_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    items = _campaign(desk, context)
    return [
        {
            "village": desk.office.places.name(desk.tx, village),
            "households": len(own),
            "keep": sum(1 for one in own if one.result == "keep"),
            "changed": sum(1 for one in own if one.result not in ("", "keep")),
            "cancelled": sum(1 for one in own if one.state == "cancelled"),
        }
        for village in sorted({one.village for one in items})
        for own in [[one for one in items if one.village == village]]
    ] or None


def _missing_rows(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    shelf = shelf_of(desk.tx)
    found = shelf.find(Campaign, {"campaign_no": str(context.get("campaign_no") or "")})
    return [
        {
            "household_no": one.case_no,
            "applicant_name": one.name,
            "village": desk.office.places.name(desk.tx, one.village),
        }
        for campaign in found
        for one in missing_of(desk, campaign)
    ] or None


REVIEWS: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {
    "review_kind_choices": _kinds,
    "review_list_rows": _list_rows,
    "review_round_rows": _round_rows,
    "review_visit_rows": _visit_rows,
    "review_sheet_rows": _sheet_rows,
    "review_rows": _review_rows,
    "campaign_rows": _campaign_rows,
    "campaign_result_rows": _result_rows,
    "campaign_missing_rows": _missing_rows,
}
"""Name → how it is found (``jiuzhu.domain.facts``)."""
