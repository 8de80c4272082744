"""责任追究: who did what in the matter, who is heard, what follows (QJ-39, QJ-40, JC-38, JC-43)."""

from __future__ import annotations

from jiuzhu.domain.instants import SHANGHAI
from jiuzhu.domain.records import Submission
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import DISPOSITIONS, VIOLATION_KINDS
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, text
from workers.records.papers import make_document, organ_name
from workers.records.petition_bars import case_number, keep_named_out
from workers.records.units import head_group, own

HANDLED = "承办过线索所涉的事项，不得核查（R-04）"
CHECKING = frozenset({"spot_check", "rectify_order", "rectify_close", "violation_lead"})
"""Forms by which somebody checks: no part of the matter itself."""

RESPONSIBILITY_CHAIN = TopicContract(
    topic="responsibility_chain",
    label="调取办理责任链",
    kind="record",
    doc="从来源编号的办理记录取出每一环节的办理人、时间和逾期，制作责任倒查表；承办过的人不得核查。给出听取申辩的岗位。",
    inputs=(names.VIOLATION_UNIT, names.VIOLATION_FACTS, names.SOURCE_RECORD_NO),
    outputs=(
        Name(name="unit_head_group", type="string", label="听取申辩的负责人"),
        Name(name="violation_unit_name", type="string", label="责任单位"),
        names.DUE_SIMPLE,
    ),
    sources=("QJ-40", "JC-38", "JC-43"),
)

VIOLATION_DECIDE = TopicContract(
    topic="violation_decide",
    label="制作处理决定书",
    kind="record",
    doc="按处理意见制作责任追究处理决定书；当事人没有听取申辩的，不得决定。",
    inputs=(names.VIOLATION_KIND, names.VIOLATION_UNIT, names.VIOLATION_FACTS),
    outputs=(Name(name="disposition_words", type="string", label="处理"), names.DUE_SIMPLE),
    sources=("QJ-39", "QJ-40", "JC-43"),
)


def trace(call: RecordCall) -> Values:
    """Write who did what in the matter, and keep them from looking into it (R-04)."""
    unit, source = text(call, "violation_unit"), text(call, "source_record_no")
    number = handled_case(call, source)
    steps = list(call.records.submissions(case_no=number)) if number and number != call.case_no else []
    for one in steps:
        if one.form not in CHECKING:
            call.records.keep_out(one.person, HANDLED, call.now)
    name = call.records.organisation_name(unit) if unit else "（未写明）"
    make_document(
        call,
        "responsibility_chain",
        {
            "issuer": organ_name(call, call.district),
            "town_name": name,
            "source_no": source or "（没有来源编号）",
            "violation_facts": text(call, "violation_facts", "（见线索登记）"),
            "chain_steps": [chain_line(one) for one in steps],
        },
    )
    call.records.audit("chain", f"调取{source or '线索'}的办理责任链{len(steps)}步", steps=len(steps), source=source)
    return {"unit_head_group": head_group(call, unit), "violation_unit_name": name}


def handled_case(call: RecordCall, source: str) -> str:
    """Return the case whose handling the lead is about: of a petition the case that it is about, never its own steps
    (they name the petitioner). '' when there is none. Whom a petition names keeps out of the lead, too (R-04).
    """
    number = case_number(call, source) if source else ""
    made = list(call.records.submissions(case_no=number)) if number else []
    if all(one.form != "petition" for one in made):
        return number
    keep_named_out(call, [f"{role}@{call.district}" for role in ("county_supervisor", "county_leader")], number)
    said = [about for one in made if (about := str(one.data.get("about_case") or ""))]
    return case_number(call, said[-1]) if said else ""


def chain_line(one: Submission) -> dict[str, str]:
    """Return one step of the chain in words."""
    return {
        "at": f"{one.submitted_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "step": one.item_name or one.form,
        "person": one.person_name,
        "late": "逾期" if one.due is not None and one.submitted_at > one.due else "",
    }


def decide(call: RecordCall) -> Values:
    """Write the decision. Raises Refused when nobody was heard."""
    heard = own(call, "violation_statement")
    if not heard:
        raise Refused("还没有听取当事人申辩，不能作出处理。")
    form, checked = own(call, "violation_disposition")[-1], own(call, "violation_check")[-1]
    words = DISPOSITIONS[str(form.data["disposition"])]
    statement = heard[-1].data
    said = "已陈述" if statement.get("stated") == "yes" else "经告知，不陈述"
    unit = text(call, "violation_unit")
    make_document(
        call,
        "violation_decision",
        {
            "issuer": organ_name(call, call.district),
            "town_name": call.records.organisation_name(unit) if unit else "",
            "violation_no": call.record_no,
            "addressee": organ_name(call, unit),
            "violation_kind": VIOLATION_KINDS[text(call, "violation_kind")],
            "violation_facts": checked.data["check_findings"],
            "heard_statement": f"{statement['stated_by']}{said}：{statement['statement_text']}",
            "disposition": words,
            "disposition_reason": form.data["disposition_reason"],
            "decided_by": form.person_name,
        },
    )
    call.records.audit("disposed", f"责任追究处理：{words}", disposition=str(form.data["disposition"]))
    return {"disposition_words": f"{words}：{form.data['disposition_reason']}"[:200]}


TOPICS: tuple[Topic, ...] = (
    at_desk(RESPONSIBILITY_CHAIN, trace),
    at_desk(VIOLATION_DECIDE, decide),
)
