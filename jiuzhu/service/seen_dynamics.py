"""Facts for forms about a recipient: what he gets, what was reported, what is proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.domain import words
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Adjustment, Recipient, Recovery
from jiuzhu.service.desk import Desk
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

Lines = list[dict[str, str]]


def about_facts(desk: Desk, recipient: Recipient) -> dict[str, Any]:
    """Return the facts that a start form about a recipient reads."""
    return {"recipient_rows": _described(desk, recipient)}


def _described(desk: Desk, row: Recipient) -> Lines:
    programmes: Mapping[str, Any] = desk.office.settings.values["programmes"]
    return _lines(
        ("编号", row.recipient_no),
        ("姓名", row.name),
        ("救助类别", str(programmes.get(row.programme, row.programme))),
        ("状态", words.RECIPIENT_STATES.get(row.state, row.state)),
        ("保障人数", str(row.members)),
        ("月救助金额（元）", f"{row.amount_monthly:.2f}"),
        ("起发月份", row.since),
        ("下次复核", row.next_review.isoformat()),
    )


def _recipient(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    rows = shelf_of(desk.tx).find(Recipient, {"case_no": live.case_no})
    return _described(desk, rows[0]) if rows else None


def _report(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    forms = [one for one in desk.records(live).submissions("change_report") if one.record_no == live.record_no]
    kind = words.CHANGE_KINDS.get(str(context.get("change_kind")), "")
    if not forms:
        return _lines(
            ("变化类别", kind), ("变化情况", str(context.get("change_facts") or "")), ("来自", _source(context))
        )
    data = forms[-1].data
    refused = [f"{row.get('refused_on', '')} {row.get('job', '')}" for row in data.get("refusal_rows") or ()]
    return _lines(
        ("变化类别", kind),
        ("发生日期", str(data.get("change_on", ""))[:10]),
        ("变化情况", str(data.get("change_facts", ""))),
        ("涉及的成员", str(data.get("change_member") or "")),
        ("拒绝就业", "；".join(refused)),
        ("报告人", str(data.get("reporter", ""))),
    )


def _source(context: Mapping[str, Any]) -> str:
    return str(context.get("source_record_no") or "")


def _proposal(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    rows = shelf_of(desk.tx).find(Adjustment, {"case_no": live.case_no})
    own = [row for row in rows if row.record_no == live.record_no]
    if not own:
        return None
    row = own[-1]
    checks = [one for form in ("change_check", "termination_check") for one in _own_forms(desk, live, form)]
    ground = str(checks[-1].data.get("termination_ground") or "") if checks else ""
    return _lines(
        ("调整文号", row.decision_no),
        ("调整意见", words.CHANGE_RESULTS.get(row.result, row.result)),
        ("原月救助金额（元）", f"{row.amount_before:.2f}"),
        ("调整后（元）", f"{row.amount_after:.2f}"),
        ("终止的情形", words.TERMINATION_GROUNDS.get(ground, "")),
        ("理由", row.reason),
        ("核查情况", str(checks[-1].data.get("check_findings", "")) if checks else ""),
        ("提出人", checks[-1].person_name if checks else ""),
    )


def _death(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    forms = _own_forms(desk, live, "death_report")
    data: Mapping[str, Any] = forms[-1].data if forms else context
    return _lines(
        ("去世的成员", str(data.get("change_member") or "")),
        ("死亡日期", str(data.get("died_on") or "")[:10]),
        ("情况", str(data.get("change_facts") or "")),
        ("报告人", str(data.get("reporter") or "")),
        ("来自", _source(context)),
    )


def _recovery(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    cause = str(context.get("recovery_cause") or "")
    lines = _lines(
        ("追缴原因", words.RECOVERY_CAUSES.get(cause, "")),
        ("事实", str(context.get("change_facts") or "")),
        ("多发（违规领取）金额（元）", str(context.get("overpaid_amount") or "")),
    )
    rows = [
        row for row in shelf_of(desk.tx).find(Recovery, {"case_no": live.case_no}) if row.record_no == live.record_no
    ]
    for row in rows:
        lines += _lines(
            ("追缴编号", row.recovery_no),
            ("应退（元）", f"{row.amount:.2f}"),
            ("已退（元）", f"{row.recovered:.2f}"),
            ("分期", str(row.instalments)),
            ("本期期限", row.due_on.isoformat()),
            ("催缴", "已催缴" if row.reminded_at else ""),
        )
    return lines


def _hearing(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> Any:
    forms = _own_forms(desk, live, "recovery_hearing")
    if not forms:
        return None
    data = forms[-1].data
    return _lines(("陈述人", str(data.get("heard_person", ""))), ("陈述", str(data.get("hearing_statement", ""))))


def _own_forms(desk: Desk, live: LiveCase, form: str) -> list[Submission]:
    return [one for one in desk.records(live).submissions(form) if one.record_no == live.record_no]


def _lines(*pairs: tuple[str, str]) -> Lines:
    return [{"label": label, "value": value} for label, value in pairs if value]


DYNAMICS: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {
    "recipient_rows": _recipient,
    "change_rows_told": _report,
    "proposal_rows": _proposal,
    "death_rows": _death,
    "recovery_rows": _recovery,
    "hearing_rows": _hearing,
}
"""Name → how it is found."""
