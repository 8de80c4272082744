"""Answers of the forms up to the visit: application, materials, authorisation, verification, visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.forms_people import SIGNED, SOURCES, VILLAGE, Answers, Setting, bank_account

_SURNAMES = "周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施孔曹"


def _application(at: Setting) -> Answers:
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
            member(names[0], head, "self", health="chronic", employment="farming", monthly_income="620.00"),
            member(
                names[1],
                wife,
                "spouse",
                health="disabled",
                disability_type="physical",
                disability_grade="2",
                employment="unable",
                monthly_income="0.00",
            ),
            member(names[2], child, "child", health="healthy", employment="student", monthly_income="0.00"),
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


def member(name: str, number: str, relation: str, **more: str) -> Answers:
    marital = "unmarried" if relation == "child" else "married"
    return {"name": name, "id": number, "relation": relation, "marital": marital, "education": "primary", **more}


def _acceptance_check(at: Setting) -> Answers:
    return {
        "materials_state": "complete",
        "authorization_complete": True,
        "check_opinion": "材料齐全。",
        "first_officer": "窗口受理员",
        "sign": dict(SIGNED),
    }


def _verification_report(at: Setting) -> Answers:
    return {
        "verification_result": "clean",
        "report_opinion": "各来源均已反馈，未见异常。",
        "report_files": [],
        "sign": dict(SIGNED),
    }


def _visit_plan(at: Setting) -> Answers:
    return {
        "team": [at.login("town_investigator", 1), at.login("town_investigator", 2)],
        "leader": at.login("town_investigator", 1),
        "visit_planned_at": at.at_ten,
        "village_assistants": [at.login("village_officer", 1)],
        "plan_note": "",
    }


def _home_visit(at: Setting) -> Answers:
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


def _signature(at: Setting) -> Answers:
    return {"findings_own": "", "sign": dict(SIGNED)}


def _authorization(at: Setting) -> Answers:
    whole = _application(at)
    kept = ("authorizers", "authorization_scope", "authorization_from", "authorization_to", "authorization_scan")
    return {"authorization_refused": False, **{key: whole[key] for key in kept}}


def _materials_supply(at: Setting) -> Answers:
    return {"supplied_on": at.today, "supplied_files": at.files, "supply_note": "补交残疾证。", "authorizers": []}


def _verification_hearing(at: Setting) -> Answers:
    return {
        "heard_at": at.at_ten,
        "told_items": "银行存款一项余额超过申报。",
        "statement": "是代亲戚保管的钱，已提供凭证。",
        "hearing_files": [],
        "recheck_wanted": True,
        "sign": dict(SIGNED),
    }


def _confidentiality(at: Setting) -> Answers:
    return {
        "agreement_scope": "社会救助家庭经济状况核对信息的发起和查询",
        "signed_on": at.today,
        "valid_to": "",
        "agreement_read": True,
        "agreement_scan": [],
        "sign": dict(SIGNED),
    }


def _refusal_judgement(at: Setting) -> Answers:
    return {"refusal_confirmed": True, "judgement_opinion": "两次入户均当面拒绝，已告知后果。", "sign": dict(SIGNED)}


MAKERS: Mapping[str, Callable[[Setting], Answers]] = {
    "acceptance_check": _acceptance_check,
    "application": _application,
    "authorization": _authorization,
    "confidentiality": _confidentiality,
    "home_visit": _home_visit,
    "materials_supply": _materials_supply,
    "refusal_judgement": _refusal_judgement,
    "signature": _signature,
    "verification_hearing": _verification_hearing,
    "verification_report": _verification_report,
    "visit_plan": _visit_plan,
}
