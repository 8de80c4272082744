"""Checks at the window: duplicates, relatives of staff, the materials that this application needs."""

from __future__ import annotations

from jiuzhu.domain.rows import (
    BlacklistEntry,
    HouseholdPerson,
    MaterialsChecklist,
    Recipient,
    RelativesEntry,
    StaffRelation,
)
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import ENDED_STATUSES
from workers.records import names
from workers.records.desk import at_desk, rows_of, text
from workers.records.kin import references
from workers.records.papers import household_of

DUPLICATE_CHECK = TopicContract(
    topic="duplicate_check",
    label="查重",
    kind="record",
    doc="查找申请家庭成员同一救助项目正在办理或正在享受的记录；只供审核人参考，不自动拒绝。",
    inputs=(names.PROGRAMME,),
    outputs=(Name(name="duplicate_case_no", type="string", label="重复申请的案号"), names.DUE_SIMPLE),
    sources=("XX-48",),
)

RELATIVES_CHECK = TopicContract(
    topic="relatives_check",
    label="比对经办人员近亲属",
    kind="record",
    doc="把申报的近亲属关系和经办人员近亲属登记比对，登记近亲属备案；同时查诚信黑名单。都只是提示，不自动拒绝。",
    outputs=(
        Name(name="relatives_case", type="boolean", label="是否近亲属申请"),
        Name(name="blacklist_hit", type="boolean", label="是否列入黑名单"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-13", "JC-45", "XX-25"),
)

MATERIALS_LIST = TopicContract(
    topic="materials_list",
    label="确定应交材料",
    kind="record",
    doc="逐项按决策表 materials_checklist 确定应交材料；能通过部门共享取得的不再要求提交。",
    inputs=(names.PROGRAMME,),
    outputs=(names.DUE_SIMPLE,),
    decisions=("materials_checklist",),
    sources=("XT-28", "XT-29", "XT-30"),
)


def check_duplicates(call: RecordCall) -> Values:
    """Return the number of another case or benefit of the same programme for anybody of the household, or ''.

    A hint for whoever checks the materials, never a refusal (R-19).
    """
    refs = references(call, parts=("applicant", "member"))
    programme = text(call, "programme", call.records.case().programme)
    for recipient in call.records.find(Recipient, resident_ref=refs):
        if recipient.case_no != call.case_no and recipient.programme == programme and recipient.state != "ended":
            return {"duplicate_case_no": recipient.case_no}
    for person in call.records.find(HouseholdPerson, resident_ref=refs):
        if person.case_no == call.case_no or person.part == "supporter" or person.programme != programme:
            continue
        if _is_helped(call, person.case_no):
            return {"duplicate_case_no": person.case_no}
    return {"duplicate_case_no": ""}


def _is_helped(call: RecordCall, case_no: str) -> bool:
    """True for a case that runs or ended in a benefit; of a household that was taken over, the recipient says it."""
    recipients = call.records.find(Recipient, case_no=case_no)
    if any(one.state != "ended" for one in recipients):
        return True
    return not recipients and call.records.case(case_no).status not in ENDED_STATUSES


def check_relatives(call: RecordCall) -> Values:
    """Register declared and known near relatives of staff; say whether somebody is on the blacklist (NH-13, XX-25)."""
    refs = references(call, parts=("applicant", "member", "supporter"))
    registered = rows_of(call, RelativesEntry)
    known = {(row.staff_name, row.relation) for row in registered}
    found = [
        (str(row.get("name", "")), str(row.get("post", "")), str(row.get("relation", "")), True)
        for row in household_of(call)["relatives"]
    ]
    found += [
        (row.staff_name, row.post, row.relation, False) for row in call.records.find(StaffRelation, resident_ref=refs)
    ]
    line = len(registered)
    for name, post, relation, declared in found:
        if name and (name, relation) not in known:
            known.add((name, relation))
            line += 1
            call.records.add(
                RelativesEntry(
                    case_no=call.case_no,
                    line=line,
                    staff_name=name,
                    post=post,
                    relation=relation,
                    declared=declared,
                    entered_at=call.now,
                )
            )
    listed = call.records.find(BlacklistEntry, resident_ref=refs)
    hit = any(row.valid_from <= call.today and (row.valid_to is None or call.today <= row.valid_to) for row in listed)
    return {"relatives_case": bool(known), "blacklist_hit": hit}


def list_materials(call: RecordCall) -> Values:
    """Write the checklist: each item of the district's list through table ``materials_checklist`` (XT-29)."""
    programme = text(call, "programme", call.records.case().programme)
    items = []
    for row in call.policy.rows("materials_checklist", call.today):
        inputs = {
            "programme": programme,
            "item": row["item"],
            "obtainable_by_sharing": row["obtainable_by_sharing"],
            "applicant_fills": row["applicant_fills"],
            "item_programme": row.get("programme"),
        }
        answer = call.decide("materials_checklist", inputs)
        answers = answer if isinstance(answer, list) else [answer] if answer else []
        if row.get("programme") not in (None, "", programme):
            continue
        items.append(
            {
                "item": row["item"],
                "label": row["label"],
                "required": any(each.get("required") is True for each in answers),
                "reason": next((str(each["reason"]) for each in answers if each.get("reason")), ""),
                "obtainable_by_sharing": row["obtainable_by_sharing"],
                "signed_by_applicant": row["applicant_fills"],
                "source": row["source"],
            }
        )
    rounds = len(rows_of(call, MaterialsChecklist))
    call.records.add(MaterialsChecklist(case_no=call.case_no, round=rounds + 1, items=items, made_at=call.now))
    return {}


TOPICS: tuple[Topic, ...] = (
    at_desk(DUPLICATE_CHECK, check_duplicates),
    at_desk(RELATIVES_CHECK, check_relatives),
    at_desk(MATERIALS_LIST, list_materials),
)
