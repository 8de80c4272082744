"""What a town needs before its authority is switched on; a diagram names what it asks (QJ-30, QJ-31, XT-11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import ConfidentialityAgreement, EntrustmentLetter
from jiuzhu.domain.standing import in_force
from jiuzhu.domain.topics import RecordCall
from jiuzhu.domain.words import FIVE_HAVES
from workers.records.seal_scope import fitting_seal
from workers.records.standing import custodian_of, letter_of_town, staff_of_town


def latest_answer(call: RecordCall, form: str) -> Submission | None:
    """Return this activation's latest answer to a form; the other towns' answers stand in the same record."""
    found = [each for each in call.records.submissions(form) if each.record_no == call.record_no]
    return found[-1] if found else None


def signed_letter(call: RecordCall, town: str) -> EntrustmentLetter | None:
    """Return the letter that this activation registered, while it stands; else the town's letter in force today."""
    signed = latest_answer(call, "entrustment_letter") or latest_answer(call, "delegation_letter")
    number = str(signed.data["entrustment_no"]) if signed else ""
    found = call.records.find(EntrustmentLetter, district=call.district, town=town)
    own = [each for each in found if each.letter_no == number and each.status == "in_force"]
    standing = [each for each in own if each.valid_to is None or call.today <= each.valid_to]
    return standing[-1] if standing else letter_of_town(call)


def _letter(call: RecordCall, town: str) -> str:
    return "" if signed_letter(call, town) else "没有签署并登记的委托书"


def _account(call: RecordCall, town: str) -> str:
    account = latest_answer(call, "account_setup")
    admins = {person.id for person in call.records.people(f"town_admin@{town}")}
    found = account is not None and str(account.data.get("town_admin")) in admins
    return "" if found else "镇街管理员帐号没有设置"


def _staff(call: RecordCall, town: str) -> str:
    prepared = latest_answer(call, "activation_prepare")
    wanted = int(call.policy.value("rollout.min_staff", call.today))
    enough = prepared is not None and int(prepared.data.get("staff_count") or 0) >= wanted
    return "" if enough else f"经办人员不足{wanted}人"


def _post(call: RecordCall, town: str) -> str:
    return "" if staff_of_town(call) else "没有在任的审批人员"


def _responsibility(call: RecordCall, town: str) -> str:
    found = call.records.find(EntrustmentLetter, district=call.district, town=town)
    signed = [
        each
        for each in found
        if each.kind == "responsibility"
        and each.status == "in_force"
        and (each.valid_to is None or call.today <= each.valid_to)
    ]
    return "" if signed else "没有签订放权责任书"


def _chief_rep(call: RecordCall, town: str) -> str:
    count = sum(1 for post in staff_of_town(call) if post.post == "chief_rep")
    return "" if count == 1 else f"在任的首席代表应是1人，现在是{count}人"


def _agreements(call: RecordCall, town: str) -> str:
    found = call.records.find(ConfidentialityAgreement, town=town)
    signed = {row.person for row in found if in_force(row.signed_on, row.valid_to, call.today)}
    lacking = [
        label
        for role, label in (("town_head", "镇街负责人"), ("town_verifier", "核对人员"))
        if all(person.id not in signed for person in call.records.people(f"{role}@{town}"))
    ]
    return f"{'、'.join(lacking)}没有签保密协议" if lacking else ""


def _seal(call: RecordCall, town: str) -> str:
    letter = signed_letter(call, town)
    seal = fitting_seal(call, str(letter.items[0])) if letter and letter.items else None
    if seal is None:
        return "没有在用的委托事项专用章"
    keeper = custodian_of(call, seal)
    kept = any(post.post == "chief_rep" and post.person == keeper for post in staff_of_town(call))
    return "" if kept else "委托事项专用章没有由首席代表保管"


def _minimum_staff(call: RecordCall, town: str) -> str:
    """At least so many full- or part-time staff, each named once (NH-44)."""
    form = latest_answer(call, CHECKLIST)
    rows = form.data.get("readiness_staff") or () if form else ()
    count = len({str(row["name"]) for row in rows if row.get("name")})
    wanted = int(call.policy.value("staff.minimum", call.today))
    return "" if count >= wanted else f"专（兼）职工作人员{count}人，不少于{wanted}人"


def _five_haves(call: RecordCall, town: str) -> str:
    """Each of 五有 with evidence (NH-46)."""
    form = latest_answer(call, CHECKLIST)
    data = form.data if form else {}
    missing = [f"没有{label}" for key, label in FIVE_HAVES.items() if data.get(key) is not True]
    bare = [
        f"{label}没有证据"
        for key, label in FIVE_HAVES.items()
        if data.get(key) is True and not data.get(f"{key}_evidence")
    ]
    return "、".join([*missing, *bare])


CHECKLIST = "readiness_checklist"
NEEDS: Mapping[str, Callable[[RecordCall, str], str]] = {
    "letter": _letter,
    "account": _account,
    "staff": _staff,
    "post": _post,
    "responsibility": _responsibility,
    "chief_rep": _chief_rep,
    "agreements": _agreements,
    "seal": _seal,
    "minimum_staff": _minimum_staff,
    "five_haves": _five_haves,
}
"""Name → what is lacking, '' when it is there."""
DEFAULT = "letter,account,staff,post"


def lacking(call: RecordCall, needs: str, town: str) -> list[str]:
    """Return what a town lacks of the needs that a diagram names by comma."""
    wanted = [name.strip() for name in (needs or DEFAULT).split(",")]
    return [sentence for name in wanted if (sentence := NEEDS[name](call, town))]
