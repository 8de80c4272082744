"""Documents are made from the record, and letters are delivered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from jiuzhu.domain.instants import NO_LIMIT, add_months, day_of, end_of, iso, read
from jiuzhu.domain.obligations import keep, release
from jiuzhu.domain.rows import CaseDecision, Delivery, Document, Notice, Obligation
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import (
    assessment_papers,
    blacklist_papers,
    change_papers,
    names,
    panel_papers,
    recoveries,
    referrals,
    temp_papers,
)
from workers.records.booked_decisions import approval_values
from workers.records.desk import at_desk, current_decision, latest_of, rows_of, text
from workers.records.papers import household_of, law, make_document, moment, organ_name

DOCUMENT = TopicContract(
    topic="document",
    label="制作文书",
    kind="record",
    doc="按模板和办件记录制作一份文书：编号、固定内容、校验值和预览一次完成；Word 文件在首次打开时由固定内容生成。",
    inputs=(
        Name(name="template", type="string", label="文书模板", drawn=True),
        names.ACCEPTED_AT,
        Name(name="appraisal_reason", type="string", label="评议原因", required=False),
        names.STOP_KIND,
        names.STOP_FACTS,
        referrals.NUMBER,
        names.DECISION_NO,
    ),
    outputs=(
        Name(name="doc_ref", type="string", label="文书编号"),
        Name(name="decision_no", type="string", label="决定文号（审批表）", required=False),
        Name(name="resubmit_by", type="date", label="补正期限（一次性补正告知书）", required=False),
        names.DUE_SIMPLE,
    ),
    sources=("NH-56", "XT-28", "XT-30", "JC-24", "JC-50"),
)

DELIVERY_RECORD = TopicContract(
    topic="delivery_record",
    label="登记送达",
    kind="record",
    doc="按送达表单登记送达时间、方式和回证，算出复议和诉讼的最后日期。",
    inputs=(
        names.LETTER_KIND,
        Name(name="delivery_method", type="string", label="送达方式", required=False),
    ),
    outputs=(Name(name="delivered_at", type="date", label="送达时间"), names.DUE_SIMPLE),
    sources=("JC-24", "JC-50"),
)


def make_paper(call: RecordCall) -> Values:
    """Make a document from the record; raises WorkerError when the record lacks a value that the paper needs.

    A correction notice stops the clock: the case waits for the applicant, and its answer is the last instant of the day
    by which he must supply what is missing (one-time notice, XT-30).
    """
    template = text(call, "template")
    builder = BUILDERS.get(template)
    document = make_document(call, template, builder(call) if builder else {})
    outputs: dict[str, Any] = {"doc_ref": document.document_no}
    decision = current_decision(call)
    if template == "approval_form" and decision is not None:
        outputs["decision_no"] = decision.decision_no
    if template == "correction_notice":
        call.records.set_case(status="awaiting_materials")
        outputs["resubmit_by"] = iso(end_of(day_of(read(str(document.values["resubmit_by"])))))
    return outputs


def acceptance_values(call: RecordCall) -> dict[str, Any]:
    """受理通知书: who is responsible and until when (NH-56, XT-35)."""
    owed = [row for row in rows_of(call, Obligation) if row.due_name == "due_total" and row.state != "void"]
    total = owed[-1] if owed else None
    started = day_of(total.started_at) if total else None
    return {
        "accepted_at": text(call, "accepted_at") or iso(call.now),
        "officer": _officer(call),
        "limit_days": total.count if total else 0,
        "due_on": iso(total.due_at) if total else NO_LIMIT,
        "provisional": total.provisional if total else False,
        "clock_from": started.isoformat() if started else None,
    }


def correction_values(call: RecordCall) -> dict[str, Any]:
    """一次性补正告知书: everything that is missing, at once."""
    check = latest_of(call, ("acceptance_check",))
    limit = call.policy.value("materials.resubmit", call.today)
    named = check.data.get("resubmit_by") if check else None
    day, _ = call.calendar.add_working_days(call.today, int(limit["amount"]))
    return {
        "received_at": _received(call),
        "missing_items": _missing(call),
        "resubmit_by": str(named)[:10] if named else day.isoformat(),
        "officer": _officer(call),
    }


def not_accepted_values(call: RecordCall) -> dict[str, Any]:
    """不予受理告知书: why, on what facts and law, and where to turn."""
    check = latest_of(call, ("acceptance_check",))
    reason = str(check.data.get("reason_text") or "") if check else ""
    facts = str(check.data.get("decision_facts") or "") if check else ""
    if not reason:
        reason, facts = _verified(call)
    return {"received_at": _received(call), "reason_text": reason, "facts": facts, **law(call)}


def _verified(call: RecordCall) -> tuple[str, str]:
    """Return reason and facts of a case that its means verification ended (XT-20)."""
    report = latest_of(call, ("verification_report",))
    if report is None:
        return "申请人或者共同生活的家庭成员没有全部授权核对家庭经济状况。", ""
    doubts = [f"{row.get('member', '')}：{row.get('fact', '')}" for row in report.data.get("doubt_items") or ()]
    hearing = latest_of(call, ("verification_hearing",))
    statement = f"申请人说明：{hearing.data.get('statement')}" if hearing and hearing.data.get("statement") else ""
    parts = [each.rstrip("。；") for each in (*doubts, str(report.data.get("report_opinion") or ""), statement) if each]
    return "家庭经济状况信息核对有疑点，不能进入办理程序。", f"{'；'.join(parts)}。" if parts else ""


def lapsed_values(call: RecordCall) -> dict[str, Any]:
    """逾期未补正告知书."""
    sent = [row for row in rows_of(call, Document) if row.template == "correction_notice"]
    notice = sent[-1] if sent else None
    return {
        "correction_no": notice.document_no if notice else "",
        "correction_issued_on": day_of(notice.made_at).isoformat() if notice else None,
        "resubmit_by": str(notice.values["resubmit_by"]) if notice else call.today.isoformat(),
        "missing_items": _missing(call),
        **law(call),
    }


def refusal_values(call: RecordCall) -> dict[str, Any]:
    """不予确认／不予批准／撤销告知书: reasons, facts, law and remedy (JC-24, JC-50, XT-16)."""
    decisions = rows_of(call, CaseDecision)
    decision = current_decision(call)
    form = next((each for each in call.records.submissions() if decision and each.id == decision.submission), None)
    data: Mapping[str, Any] = form.data if form else {}
    owed = [row for row in rows_of(call, Obligation) if row.due_name == "due_deliver" and row.state == "open"]
    granted = [row for row in decisions if row.decision == "granted"]
    revoked = decision is not None and decision.decision == "revoked"
    outcome = latest_of(call, ("objection_conclusion", "objection_decision"))
    facts = data.get("decision_facts") or (outcome.data.get("objection_facts") if outcome else "")
    word = call.policy.value("approval.refusal_word", call.today)
    return {
        "paper_title": "撤销决定告知书" if revoked else f"{word}告知书",
        "decision": decision.decision if decision else "refused",
        "refusal_word": word,
        "decision_no": decision.decision_no if decision else "",
        "decided_on": iso(decision.decided_at if decision else call.now),
        "decision_org": organ_name(call, decision.org) if decision else "",
        "original_decision_no": granted[-1].decision_no if revoked and granted else "",
        "reason_text": data.get("reason_text") or REASONS.get(str(data.get("reason_code")), "不符合救助条件"),
        "reasons": [REASONS[str(data["reason_code"])]] if data.get("reason_code") in REASONS else [],
        "facts": facts or "见审核确认表",
        "deliver_by": iso(owed[-1].due_at) if owed else None,
        **law(call),
    }


REASONS = {
    "income_over": "家庭人均收入超过救助标准",
    "assets_over": "家庭财产超过规定",
    "members_wrong": "共同生活家庭成员认定不符",
    "not_cooperating": "拒不配合调查",
    "concealment": "隐瞒、虚报家庭情况",
    "death": "申请人死亡",
    "withdrawn": "申请人自愿退出",
}


def termination_values(call: RecordCall) -> dict[str, Any]:
    """终止办理告知书: to the applicant, after a death to the family."""
    kind = text(call, "stop_kind") or "non_cooperation"
    name = call.records.case().applicant_name
    judged = latest_of(call, ("refusal_judgement", "authorization"))
    said = judged.data.get("judgement_opinion") or judged.data.get("authorization_refusal_facts") if judged else ""
    return {
        "recipient_name": f"{name}的家属" if kind == "died" else name,
        "stop_kind": kind,
        "stop_facts": text(call, "stop_facts") or str(said or "") or "申请人拒不配合家庭经济状况调查",
        "decided_on": call.today.isoformat(),
        "notice_taken_down": any(row.result == "stopped" for row in rows_of(call, Notice)),
        **law(call),
    }


def extension_values(call: RecordCall) -> dict[str, Any]:
    """延长办理期限告知书: from when to when, and why (NH-52)."""
    form = latest_of(call, ("extension",))
    moved = [row for row in rows_of(call, Obligation) if row.due_name == "due_total"]
    before = moved[-2] if len(moved) > 1 else moved[-1] if moved else None
    return {
        "accepted_at": text(call, "accepted_at") or (iso(before.started_at) if before else iso(call.now)),
        "extension_reason": form.data.get("extension_reason") if form else "difficult",
        "extension_facts": form.data.get("extension_facts") if form else "",
        "old_due": iso(before.due_at) if before else NO_LIMIT,
        "new_due": iso(moved[-1].due_at) if moved else NO_LIMIT,
        "officer": signed_by(form),
        **law(call),
    }


def appraisal_values(call: RecordCall) -> dict[str, Any]:
    """民主评议记录 from the form of the meeting (5.6)."""
    form = latest_of(call, ("appraisal",))
    data: Mapping[str, Any] = form.data if form else {}
    participants = [dict(row) for row in data.get("participants") or ()]
    objected = any(each.form == "objection_check" for each in call.records.submissions())
    return {
        "held_at": moment(data.get("held_at")),
        "place": data.get("appraisal_place"),
        "chair": data.get("chair"),
        "recorder": data.get("appraisal_recorder"),
        "appraisal_reason": text(call, "appraisal_reason") or ("objection" if objected else "dispute"),
        "participants_count": len(participants),
        "rep_count": sum(1 for row in participants if row.get("identity") == "villager_representative"),
        "participants": [{"name": row.get("name"), "identity": row.get("identity")} for row in participants],
        "policy_read": bool(data.get("policy_read")),
        "case_intro": data.get("case_intro"),
        "statements": data.get("statements"),
        "votes_true": data.get("votes_true"),
        "votes_false": data.get("votes_false"),
        "votes_abstain": data.get("votes_abstain"),
        "appraisal_conclusion": data.get("appraisal_conclusion"),
        "photo_count": len(data.get("appraisal_photos") or ()),
    }


BUILDERS: Mapping[str, Callable[[RecordCall], dict[str, Any]]] = {
    "acceptance_notice": acceptance_values,
    "correction_notice": correction_values,
    "not_accepted_notice": not_accepted_values,
    "lapsed_notice": lapsed_values,
    "refusal": refusal_values,
    "termination_of_procedure": termination_values,
    "extension_notice": extension_values,
    "appraisal_record": appraisal_values,
    "approval_form": approval_values,
    **assessment_papers.BUILDERS,
    **blacklist_papers.BUILDERS,
    **panel_papers.BUILDERS,
    **temp_papers.BUILDERS,
    **referrals.BUILDERS,
    **change_papers.BUILDERS,
    **recoveries.BUILDERS,
}
"""Template → what it says of this case besides head and household."""

CLOSING = frozenset({"refusal", "not_accepted_notice", "lapsed_notice"})
"""Letters with whose delivery the handling ends."""


def record_delivery(call: RecordCall) -> Values:
    """Write when and how the letter reached its reader, and until when he may seek a remedy (JC-24)."""
    form = latest_of(call, ("delivery",))
    data: Mapping[str, Any] = form.data if form else {}
    kind = text(call, "letter_kind")
    letters = [row for row in rows_of(call, Document) if row.template == kind]
    delivered_at = read(str(data["delivered_on"])) if data.get("delivered_on") else call.now
    day = day_of(delivered_at)
    review = int(call.policy.value("remedy.review", call.today)["amount"])
    suit = int(call.policy.value("remedy.suit", call.today)["amount"])
    call.records.add(
        Delivery(
            delivery_no=f"{call.case_no}-送达{len(rows_of(call, Delivery)) + 1}",
            case_no=call.case_no,
            document_no=letters[-1].document_no if letters else "",
            letter_kind=kind,
            method=str(data.get("delivery_method") or text(call, "delivery_method")),
            receiver=str(data.get("receiver") or ""),
            delivered_at=delivered_at,
            officer=form.person if form else call.actor or "",
            receipt=list(data.get("delivery_proof") or ()),
            review_until=day + timedelta(days=review),
            suit_until=add_months(day, suit),
        )
    )
    call.records.audit("delivered", "文书已送达", letter=kind)
    if kind in CLOSING:
        keep(call.records, call.case_no, "due_total", call.now)
        release(call.records, call.case_no, record_no=call.record_no)
    return {"delivered_at": iso(delivered_at)}


def _officer(call: RecordCall) -> str:
    check = latest_of(call, ("acceptance_check",))
    if check is None:
        return "受理窗口"
    return str(check.data.get("first_officer") or check.person_name)


def _received(call: RecordCall) -> str:
    form = latest_of(call, ("application", "temp_application"))
    return iso(form.submitted_at) if form else iso(call.now)


def _missing(call: RecordCall) -> list[dict[str, str]]:
    rows = household_of(call)["materials"].get("missing") or []
    items = [
        {"item": str(row.get("item", "")), "reason": str(row.get("reason", ""))} for row in rows if row.get("item")
    ]
    return items or [{"item": "家庭经济状况核对授权书", "reason": "全部成年家庭成员须签字授权"}]


TOPICS: tuple[Topic, ...] = (
    at_desk(DOCUMENT, make_paper),
    at_desk(DELIVERY_RECORD, record_delivery),
)
