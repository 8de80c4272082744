"""Valid synthetic answers for every form: what walk tests, web tests and the demo type in.

All people are invented: resident ids have the unallocated province prefix 66, phones begin with 100, bank accounts with
999966. Attachments must exist where the answers are sent: pass the id of an uploaded file as ``attachment``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

Answers = dict[str, Any]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PREFIX = {"jincheng": "660502", "xintai": "660982"}
VILLAGE = {"jincheng": "140502100001", "xintai": "370982002001"}
SOURCES = (
    "household_register",
    "tax",
    "social_insurance",
    "real_estate",
    "market_entity",
    "housing_fund",
    "vehicle",
    "bank_deposit",
    "commercial_insurance",
    "securities",
    "internet_finance",
)


def resident_id(born: str = "19560312", sequence: int = 1, *, prefix: str = "660502") -> str:
    """Return a synthetic resident id with a right check digit; an odd sequence is a man, an even one a woman."""
    digits = f"{prefix}{born}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def bank_account(number: int = 1) -> str:
    """Return a synthetic 19-digit account with a right Luhn digit."""
    digits = f"999966{number:012d}"
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character) * (1 if position % 2 else 2)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def answers(
    form_id: str,
    *,
    district: str = "jincheng",
    today: str = "2026-09-16",
    attachment: str = "attachment-1",
    household: int = 1,
    **overrides: Any,
) -> Answers:
    """Return a complete valid answer of a form; ``overrides`` replace top-level keys.

    An override of None removes the key. ``household`` makes applications of different families (other ids, names and
    account); ``today`` is the office's day on which the form is filled in. Raises KeyError for an unknown form.
    """
    made = _MAKERS[form_id](_Setting(district, today, attachment, household))
    for key, value in overrides.items():
        if value is None:
            made.pop(key, None)
        else:
            made[key] = deepcopy(value)
    return made


def known_forms() -> tuple[str, ...]:
    """Return the ids of all forms that have answers."""
    return tuple(sorted(_MAKERS))


class _Setting:
    def __init__(self, district: str, today: str, attachment: str, household: int) -> None:
        self.district = district
        self.today = today
        self.at_ten = f"{today}T10:00:00+08:00"
        self.files = [attachment]
        self.household = household
        self.prefix = PREFIX[district]

    def id(self, born: str, offset: int) -> str:
        return resident_id(born, (self.household * 10 + offset) % 1000, prefix=self.prefix)

    def login(self, role: str, number: int = 1) -> str:
        return f"{self.district}-{role}-{number}"


SIGNED: Mapping[str, Any] = {"way": "login", "confirm": True}
_SURNAMES = "周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施孔曹"


def _application(at: _Setting) -> Answers:
    surname = _SURNAMES[at.household % len(_SURNAMES)]
    head, wife, child = at.id("19680512", 1), at.id("19700823", 2), at.id("20100306", 3)
    names = (f"{surname}永安", "田素兰", f"{surname}晓宇")
    return {
        "programme": "dibao",
        "channel": "window",
        "village": VILLAGE[at.district],
        "applicant_name": names[0],
        "applicant_id": head,
        "phone": f"100{at.household:08d}",
        "nation": "汉族",
        "hukou_type": "rural",
        "hukou_address": "示例一村12号",
        "living_address": "示例一村12号",
        "members": [
            _member(names[0], head, "self", health="chronic", employment="farming", monthly_income="620.00"),
            _member(
                names[1],
                wife,
                "spouse",
                health="disabled",
                disability_type="physical",
                disability_grade="2",
                employment="unable",
                monthly_income="0.00",
            ),
            _member(names[2], child, "child", health="healthy", employment="student", monthly_income="0.00"),
        ],
        "excluded_members": [],
        "income_items": [{"member": names[0], "type": "business", "amount": "620.00", "period": "month"}],
        "assets": [{"type": "deposit", "owner": names[0], "value": "3200.00", "detail": "活期存款"}],
        "rigid_expenses": [{"type": "medical", "amount": "150.00", "note": "慢性病用药"}],
        "reason": "本人患慢性病，妻子肢体残疾，孩子上学，收入不够日常开支。",
        "poverty_cause": ["disability", "illness"],
        "related_to_staff": False,
        "authorizers": [
            {"name": names[0], "id": head, "signed_on": at.today, "guardian": ""},
            {"name": names[1], "id": wife, "signed_on": at.today, "guardian": ""},
            {"name": names[2], "id": child, "signed_on": at.today, "guardian": names[0]},
        ],
        "authorization_scope": list(SOURCES),
        "authorization_from": at.today,
        "authorization_to": f"{int(at.today[:4]) + 3}{at.today[4:8]}01",
        "consequence_read": True,
        "authorization_scan": at.files,
        "bank_holder": names[0],
        "bank_name": "示例农村商业银行",
        "bank_account": bank_account(at.household),
        "materials": [],
        "apply_date": at.today,
    }


def tekun_application(*, household: int = 1, **options: Any) -> Answers:
    """Return the application of a single elder for 特困 (no able supporter); options as for ``answers``."""
    setting = {key: options.pop(key) for key in ("district", "today", "attachment") if key in options}
    whole = answers("application", household=household, **setting)
    head = resident_id("19480921", household % 1000, prefix=PREFIX[setting.get("district", "jincheng")])
    name = whole["applicant_name"]
    whole.update(
        programme="tekun",
        applicant_id=head,
        members=[_member(name, head, "self", health="chronic", employment="unable", monthly_income="0.00")],
        has_supporters=False,
        income_items=[],
        authorizers=[{"name": name, "id": head, "signed_on": whole["apply_date"], "guardian": ""}],
        poverty_cause=["lonely_elder"],
        reason="年老无子女，没有劳动能力和收入来源。",
    )
    whole.update(options)
    return whole


def _member(name: str, number: str, relation: str, **more: str) -> Answers:
    marital = "unmarried" if relation == "child" else "married"
    return {"name": name, "id": number, "relation": relation, "marital": marital, "education": "primary", **more}


def _acceptance_check(at: _Setting) -> Answers:
    return {
        "materials_state": "complete",
        "authorization_complete": True,
        "check_opinion": "材料齐全。",
        "first_officer": "窗口受理员",
    }


def _verification_report(at: _Setting) -> Answers:
    return {
        "verification_result": "clean",
        "report_opinion": "各来源均已反馈，未见异常。",
        "report_files": [],
        "sign": dict(SIGNED),
    }


def _visit_plan(at: _Setting) -> Answers:
    return {
        "team": [at.login("town_investigator", 1), at.login("town_investigator", 2)],
        "leader": at.login("town_investigator", 1),
        "visit_planned_at": at.at_ten,
        "village_assistants": [at.login("village_officer", 1)],
        "plan_note": "",
    }


def _home_visit(at: _Setting) -> Answers:
    return {
        "visit_outcome": "met",
        "visit_at": at.at_ten,
        "visit_way": "onsite",
        "present_member": "申请人夫妇",
        "house_type": "self_built",
        "area_m2": "68.0",
        "ownership": "自有",
        "decoration": "none",
        "utilities_month": "96.00",
        "possessions": "无",
        "living_conditions": "三间平房，家具简单，日常由配偶照料。",
        "income_found": [],
        "assets_found": [],
        "expenses_found": [{"type": "medical", "amount": "150.00"}],
        "care_needs": "",
        "neighbour_inquiry": [{"name": "邻居甲", "relation": "邻居", "opinion": "家里困难属实。"}],
        "photos": at.files,
        "visit_consistent": True,
        "visit_conclusion": "申报情况属实，人均月收入低于保障标准。",
        "member_sign_state": "signed",
        "member_signature": at.files,
        "sign": dict(SIGNED),
    }


def _signature(at: _Setting) -> Answers:
    return {"findings_own": "", "sign": dict(SIGNED)}


def _review_opinion(at: _Setting) -> Answers:
    return {
        "review_result": "agree",
        "review_opinion": "材料齐全，调查属实，符合条件，拟同意。",
        "sign": dict(SIGNED),
    }


def _confirmation(at: _Setting) -> Answers:
    return {
        "decision": "granted",
        "amount_monthly": "520.00",
        "amount_reason": "按核实后的收入补差。",
        "decision_opinion": "同意审核意见。",
        "sign": dict(SIGNED),
    }


def _seal_use(at: _Setting) -> Answers:
    return {"seal_copies": 2, "seal_note": "", "seal_checked": True, "sealed_scan": [], "sign": dict(SIGNED)}


def _verification_request(at: _Setting) -> Answers:
    return {"query_scope": list(SOURCES), "query_reason": "申请最低生活保障", "authorization_seen": True}


def _notice_post(at: _Setting) -> Answers:
    return {"posted_at": at.at_ten, "notice_places": ["village_board"], "posted_photo": at.files}


def _notice_remove(at: _Setting) -> Answers:
    return {"removed_at": at.at_ten, "removed_photo": at.files, "removal_note": ""}


def _filing(at: _Setting) -> Answers:
    return {"filing_ways": ["electronic", "paper"], "filing_sent_on": at.today, "filing_note": ""}


def _filing_receipt(at: _Setting) -> Answers:
    return {
        "filing_returned": False,
        "electronic_received": True,
        "paper_received": True,
        "filing_received_on": at.today,
    }


def _authorization(at: _Setting) -> Answers:
    whole = _application(at)
    kept = ("authorizers", "authorization_scope", "authorization_from", "authorization_to", "authorization_scan")
    return {"authorization_refused": False, **{key: whole[key] for key in kept}}


def _materials_supply(at: _Setting) -> Answers:
    return {"supplied_on": at.today, "supplied_files": at.files, "supply_note": "补交残疾证。", "authorizers": []}


def _verification_hearing(at: _Setting) -> Answers:
    return {
        "heard_at": at.at_ten,
        "told_items": "银行存款一项余额超过申报。",
        "statement": "是代亲戚保管的钱，已提供凭证。",
        "hearing_files": [],
        "recheck_wanted": True,
    }


def _confidentiality(at: _Setting) -> Answers:
    return {
        "agreement_scope": "社会救助家庭经济状况核对信息的发起和查询",
        "signed_on": at.today,
        "valid_to": "",
        "agreement_read": True,
        "agreement_scan": [],
        "sign": dict(SIGNED),
    }


def _refusal_judgement(at: _Setting) -> Answers:
    return {"refusal_confirmed": True, "judgement_opinion": "两次入户均当面拒绝，已告知后果。", "sign": dict(SIGNED)}


PARTICIPANTS = (
    ("评议员甲", "town_staff"),
    ("评议员乙", "village_committee"),
    ("评议员丙", "villager_representative"),
    ("评议员丁", "villager_representative"),
    ("评议员戊", "villager_representative"),
    ("评议员己", "villager_representative"),
    ("评议员庚", "villager_representative"),
    ("评议员辛", "villager_representative"),
    ("评议员壬", "villager_representative"),
)


def _participants() -> list[Answers]:
    return [{"name": name, "identity": identity} for name, identity in PARTICIPANTS]


def _appraisal_call(at: _Setting) -> Answers:
    return {
        "appraisal_planned_at": f"{at.today}T15:00:00+08:00",
        "appraisal_place": "示例一村党群服务中心",
        "participants": _participants(),
    }


def _appraisal(at: _Setting) -> Answers:
    return {
        "held_at": at.at_ten,
        "appraisal_place": "示例一村党群服务中心",
        "chair": "镇审核员",
        "appraisal_recorder": "评议员甲",
        "participants": _participants(),
        "policy_read": True,
        "case_intro": "介绍了家庭人口、收入和入户情况。",
        "statements": "多数代表认为情况属实。",
        "votes_true": 8,
        "votes_false": 1,
        "votes_abstain": 0,
        "appraisal_conclusion": "valid",
        "appraisal_photos": at.files,
        "appraisal_minutes": [],
        "sign": dict(SIGNED),
    }


REFUSAL: Mapping[str, Any] = {
    "reason_code": "income_over",
    "reason_text": "家庭月人均收入高于当期保障标准。",
    "decision_facts": "核对和入户查明家庭月人均收入超过标准。",
}
"""What a refusing or revoking decision needs besides its code."""


def _redecision(at: _Setting) -> Answers:
    return {
        "decision": "granted",
        "amount_monthly": "430.00",
        "amount_reason": "复查查明另有务工收入，相应核减。",
        "decision_opinion": "按复查结论变更金额。",
        "sign": dict(SIGNED),
    }


def _entrustment_resolve(at: _Setting) -> Answers:
    return {
        "resolved_parts": ["letter"],
        "letter_no": f"示例委托〔{at.today[:4]}〕{at.household}号",
        "letter_from": at.today,
        "letter_to": f"{int(at.today[:4]) + 1}{at.today[4:8]}01",
        "legal_basis": "",
        "resolve_note": "委托书到期，重新签订。",
        "resolve_files": at.files,
        "sign": dict(SIGNED),
    }


def _objection_entry(at: _Setting) -> Answers:
    return {
        "objection_channel": "window",
        "real_name": False,
        "objection_content": "反映他家有一辆货车没有申报。",
        "objection_files": [],
    }


def _objection_check(at: _Setting) -> Answers:
    return {"objections": [{"objection_no": "obj-1", "taken_up": True}], "sign": dict(SIGNED)}


def _objection_plan(at: _Setting) -> Answers:
    return {"visit_needed": False, "appraisal_needed": True, "plan_note": "查清货车归谁所有、有没有收入。"}


def _replies() -> list[Answers]:
    return [{"objection_no": "obj-1", "reply": "经复查，货车系亲戚寄放，不属于该家庭。"}]


def _objection_conclusion(at: _Setting) -> Answers:
    return {
        "objection_outcome": "upheld",
        "objection_facts": "货车登记在亲戚名下，仅寄放在院内。",
        "objections": _replies(),
        "sign": dict(SIGNED),
    }


def _delivery(at: _Setting) -> Answers:
    return {
        "delivered": True,
        "delivery_method": "in_person",
        "delivered_on": at.at_ten,
        "receiver": "申请人",
        "receiver_relation": "本人",
        "delivery_place": "申请人家中",
        "witness": "",
        "delivery_proof": at.files,
        "delivery_note": "",
    }


def _self_care(at: _Setting) -> Answers:
    return {
        "assessed_person": "申请人",
        "assessed_at": at.at_ten,
        "can_eat": True,
        "can_dress": True,
        "can_get_up": True,
        "can_toilet": False,
        "can_walk": True,
        "can_bathe": False,
        "village_assistant": at.login("village_officer"),
        "town_assessor": "镇审核员",
        "third_party": "",
        "care_photos": [],
        "sign": dict(SIGNED),
    }


def _tekun_support_plan(at: _Setting) -> Answers:
    return {
        "support_mode": "home",
        "carer": "照料人甲",
        "carer_phone": "10000000099",
        "service_items": ["daily_life", "visits"],
        "agreement_no": "",
        "support_agreement_scan": at.files,
        "sign": dict(SIGNED),
    }


def _case_event(at: _Setting) -> Answers:
    return {
        "event_kind": "withdrawal",
        "event_on": at.today,
        "event_facts": "申请人书面要求撤回申请。",
        "reporter": "申请人",
        "reporter_phone": "10000000001",
        "event_files": at.files,
    }


def _case_event_check(at: _Setting) -> Answers:
    return {
        "report_result": "stop",
        "stop_kind": "withdrawn",
        "stop_facts": "申请人书面撤回申请，已核对本人签名。",
        "stop_evidence": at.files,
        "check_opinion": "",
        "sign": dict(SIGNED),
    }


def _dynamic_todo(at: _Setting) -> Answers:
    return {"dynamic_result": "noted", "dynamic_note": "转动态管理办理。"}


def _extension(at: _Setting) -> Answers:
    return {
        "extension_reason": "difficult",
        "extension_facts": "申请人在外地务工，收入需要函调。",
        "extension_files": [],
    }


def _extension_decision(at: _Setting) -> Answers:
    return {"extension_granted": True, "extension_opinion": "同意。", "sign": dict(SIGNED)}


_MAKERS: Mapping[str, Callable[[_Setting], Answers]] = {
    "acceptance_check": _acceptance_check,
    "application": _application,
    "appraisal": _appraisal,
    "appraisal_call": _appraisal_call,
    "authorization": _authorization,
    "case_event": _case_event,
    "case_event_check": _case_event_check,
    "chief_rep_review": _confirmation,
    "confidentiality": _confidentiality,
    "confirmation": _confirmation,
    "delivery": _delivery,
    "dynamic_todo": _dynamic_todo,
    "entrustment_resolve": _entrustment_resolve,
    "extension": _extension,
    "extension_decision": _extension_decision,
    "filing": _filing,
    "filing_receipt": _filing_receipt,
    "home_visit": _home_visit,
    "materials_supply": _materials_supply,
    "notice_post": _notice_post,
    "notice_remove": _notice_remove,
    "objection_check": _objection_check,
    "objection_conclusion": _objection_conclusion,
    "objection_decision": _objection_conclusion,
    "objection_entry": _objection_entry,
    "objection_plan": _objection_plan,
    "redecision": _redecision,
    "refusal_judgement": _refusal_judgement,
    "review_opinion": _review_opinion,
    "seal_use": _seal_use,
    "self_care": _self_care,
    "signature": _signature,
    "tekun_support_plan": _tekun_support_plan,
    "verification_hearing": _verification_hearing,
    "verification_report": _verification_report,
    "verification_request": _verification_request,
    "visit_plan": _visit_plan,
}
