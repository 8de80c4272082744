"""Facts for the forms of supervision: what was drawn, checked, found, ordered and said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jiuzhu.domain import words
from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Draw, SampleItem
from jiuzhu.errors import NotFound
from jiuzhu.service.desk import Desk
from jiuzhu.store import cases, papers
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

Rows = list[dict[str, str]]
LENIENT = ("mitigated", "exempted")


def unit_choices(desk: Desk, district: str) -> Rows:
    """Return the district's bureau and its towns."""
    places = sorted(desk.office.places.all(desk.tx), key=lambda one: one.id)
    towns = [{"value": row.id, "label": row.name} for row in places if row.kind == "town" and row.district == district]
    return [{"value": district, "label": desk.office.policies.of(district).bureau}, *towns]


def violation_kinds(desk: Desk, district: str) -> Rows:
    """Return the kinds of misconduct that the district's plan names."""
    policy = desk.office.policies.of(district)
    kinds = policy.values("violation", desk.today).get("kinds") or ()
    return [{"value": kind, "label": words.VIOLATION_KINDS[kind]} for kind in kinds]


def _kinds(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    return violation_kinds(desk, live.district)


def _dispositions(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    policy = desk.office.policies.of(live.district)
    lenient = policy.values("violation", desk.today).get("mitigation") is True
    return [
        {"value": key, "label": label} for key, label in words.DISPOSITIONS.items() if lenient or key not in LENIENT
    ]


def _units(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    return unit_choices(desk, live.district)


def _own(desk: Desk, live: LiveCase, form: str) -> list[Submission]:
    found = papers.submissions(desk.tx, live.case_no)
    return [one for one in found if one.form == form and one.record_no == live.record_no]


def _inspected(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what may be inspected: the towns, or the villages and the offices of the town that inspects itself."""
    if context.get("inspection_kind") != "self" or not live.town:
        return unit_choices(desk, live.district)[1:]
    places = sorted(desk.office.places.all(desk.tx), key=lambda one: one.id)
    return [{"value": row.id, "label": row.name} for row in places if live.town in (row.id, row.parent)]


def _to_find(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    plans = _own(desk, live, "inspection_plan")
    done = {one.data.get("finding_unit") for one in _own(desk, live, "inspection_finding")}
    units = plans[-1].data.get("inspected_units") or () if plans else ()
    return _named(desk, [str(one) for one in units if one not in done])


def _named(desk: Desk, units: Sequence[str]) -> Rows:
    return [{"value": one, "label": desk.office.places.name(desk.tx, one)} for one in units]


def _rectifying(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return who may be told to rectify: the units with a problem and no order yet, else the household's town."""
    ordered = {one.data.get("rectify_unit") for one in _own(desk, live, "rectify_order")}
    found = _own(desk, live, "inspection_finding")
    problems = [str(one.data["finding_unit"]) for one in found if one.data.get("finding_problem") is True]
    return _named(desk, [one for one in problems or [live.town] if one and one not in ordered])


def _rectifying_first(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    rows = _rectifying(desk, live, context)
    return rows[0]["value"] if rows else None


def _rows(*pairs: tuple[str, Any]) -> Rows:
    return [{"label": label, "value": str(value)} for label, value in pairs if value not in (None, "", [])]


def _draw(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    found = shelf_of(desk.tx).find(Draw, {"draw_no": live.record_no})
    if not found:
        return None
    row = found[0]
    rates = [f"{float(one):.2%}" if one else "" for one in (row.pass_rate, row.coverage)]
    return _rows(
        ("抽样编号", row.draw_no),
        ("期间", row.period),
        ("总体", f"{row.pool_count}户，另全部检查{row.all_count}户"),
        ("比例", f"{float(row.ratio):.0%}"),
        ("总体摘要（SHA-256）", row.population_hash),
        ("冻结时间", f"{row.frozen_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"),
        ("抽查户数", row.sample_count if row.state != "frozen" else ""),
        ("已查户数", context.get("checked_count")),
        ("有问题户数", context.get("problem_count")),
        ("合格率", rates[0]),
        ("覆盖率", rates[1]),
    )


def _sample(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    found = shelf_of(desk.tx).find(SampleItem, {"record_no": live.record_no})
    if not found:
        return None
    reasons = {"drawn": "按种子抽中", "relatives": "近亲属户，全部检查", "replacement": "替换"}
    return _rows(
        ("抽样编号", found[0].draw_no),
        ("抽中方式", reasons[found[0].reason]),
        ("户主", live.applicant_name),
        ("镇（街道）", desk.office.places.name(desk.tx, found[0].town)),
        ("入户结果", words.VISIT_OUTCOMES.get(str(context.get("visit_outcome") or ""), "")),
    )


def _supervision(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    """Return what a unit is told: the conclusion of the check, the problems, the order, its reply."""
    unit = str(context.get("violation_unit") or "")
    lines: Rows = []
    for one in _own(desk, live, "spot_check")[-1:]:
        lines += _rows(
            ("抽查结论", words.CHECK_CONCLUSIONS.get(str(one.data["check_conclusion"]), "")),
            ("发现的问题", "、".join(words.PROBLEM_KINDS[kind] for kind in one.data.get("problem_kinds") or ())),
            ("抽查意见", one.data["check_opinion"]),
            ("抽查人", one.person_name),
        )
    for one in _own(desk, live, "inspection_finding"):
        place = str(one.data["finding_unit"])
        if one.data.get("finding_problem") is True and unit in ("", place):
            lines += _rows((desk.office.places.name(desk.tx, place), one.data.get("finding_problems")))
    for one in _own(desk, live, "rectify_order"):
        if unit == one.data.get("rectify_unit"):
            items = "；".join(str(each["item"]) for each in one.data["rectify_items"])
            lines += _rows(("整改事项", items), ("依据", one.data["rectify_basis"]))
    due = str(context.get("due_rectify") or "")[:10] if unit else ""
    lines += _rows(("整改期限", due), ("第几次", context.get("rectify_round") if unit else ""))
    replies = list(_own(desk, live, "rectify_reply")) if unit else []
    lines += _rows(*(("整改报告", f"{one.data['rectify_measures']}（{one.person_name}）") for one in replies))
    for one in _own(desk, live, "circular")[-1:]:
        lines += _rows(("通报内容", one.data["circular_text"]), ("签发人", one.person_name))
    return lines or None


def _inspection(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    starts, plans = _own(desk, live, "inspection_start"), _own(desk, live, "inspection_plan")
    return (
        _rows(
            ("检查类别", words.INSPECTION_KINDS.get(str(context.get("inspection_kind") or ""), "")),
            ("期间", context.get("period")),
            ("检查事由", starts[-1].data.get("inspection_reason") if starts else context.get("start_reason")),
            ("检查内容", plans[-1].data.get("inspection_scope") if plans else ""),
            ("检查方式", plans[-1].data.get("inspection_method") if plans else ""),
        )
        or None
    )


def _findings(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    return [
        {
            "unit": desk.office.places.name(desk.tx, str(one.data["finding_unit"])),
            "found": str(one.data["finding_text"]),
            "problems": str(one.data.get("finding_problems") or "没有发现问题"),
        }
        for one in _own(desk, live, "inspection_finding")
    ] or None


def _violation(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    unit = str(context.get("violation_unit") or "")
    checks, statements = _own(desk, live, "violation_check"), _own(desk, live, "violation_statement")
    said = statements[-1].data if statements else {}
    return (
        _rows(
            ("责任单位", desk.office.places.name(desk.tx, unit) if unit else ""),
            ("情形", words.VIOLATION_KINDS.get(str(context.get("violation_kind") or ""), "")),
            ("线索事实", context.get("violation_facts")),
            ("来源编号", context.get("source_record_no")),
            ("责任人", checks[-1].data.get("violation_person") if checks else ""),
            ("核查情况", checks[-1].data.get("check_findings") if checks else ""),
            ("申辩", f"{said.get('stated_by')}：{said.get('statement_text')}" if said else ""),
        )
        or None
    )


def _chain(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    made = _submissions_of(desk, str(context.get("source_record_no") or ""))
    if any(one.form == "petition" for one in made):  # its own steps name the petitioner: the case that it is about
        said = [about for one in made if (about := str(one.data.get("about_case") or ""))]
        made = _submissions_of(desk, said[-1]) if said else []
    return [
        {
            "at": f"{one.submitted_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            "step": one.item_name or one.form,
            "person": one.person_name,
            "late": "逾期" if one.due is not None and one.submitted_at > one.due else "",
        }
        for one in made
    ] or None


def _submissions_of(desk: Desk, number: str) -> Sequence[Submission]:
    """Return what was completed in a case; a number that does not exist says nothing."""
    try:
        return papers.submissions(desk.tx, cases.lock_record(desk.tx, number).case_no) if number else []
    except NotFound:
        return []


def _adhoc(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    tasks, results = _own(desk, live, "adhoc_task"), _own(desk, live, "adhoc_result")
    backs = [one for one in _own(desk, live, "adhoc_accept") if one.data.get("adhoc_accepted") is False]
    data = tasks[-1].data if tasks else {}
    return (
        _rows(
            ("事项", data.get("adhoc_title")),
            ("交办单位", data.get("adhoc_source")),
            ("内容和要求", data.get("adhoc_content")),
            ("办结期限", data.get("adhoc_by")),
            ("办理结果", results[-1].data.get("adhoc_result_text") if results else ""),
            ("退回意见", backs[-1].data.get("adhoc_opinion") if backs else ""),
        )
        or None
    )


SUPERVISION: Mapping[str, Any] = {
    "draw_rows": _draw,
    "sample_rows": _sample,
    "supervision_rows": _supervision,
    "rectify_unit_choices": _rectifying,
    "rectify_unit_default": _rectifying_first,
    "inspection_rows": _inspection,
    "inspection_unit_choices": _inspected,
    "finding_unit_choices": _to_find,
    "finding_rows": _findings,
    "violation_rows": _violation,
    "chain_rows": _chain,
    "violation_kind_choices": _kinds,
    "disposition_choices": _dispositions,
    "unit_choices": _units,
    "adhoc_rows": _adhoc,
}
"""Name → how it is found."""
