"""Reforms that reach the towns in phases, and authority handed over: a phase opens, a town proves to be ready, its
authority is switched on.

A phase starts one activation for each of its towns and does not wait for them: a town that is not ready is put off to
a later phase and holds up nobody (QJ-27 … QJ-33, XT-11). Which towns a phase takes stands in the diagram: the pilot
towns of the plan, those that a form chose, or the rest (XX-57, XX-88).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from jiuzhu.domain.instants import NO_LIMIT, end_of, iso, midnight_after
from jiuzhu.domain.rows import AuthorityGrant, EntrustmentLetter, RolloutTown
from jiuzhu.domain.signing import signed_by
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.domain.words import PROGRAMMES
from jiuzhu.errors import BpmnError, Refused
from workers.records import names
from workers.records.desk import at_desk, rows_of, text
from workers.records.papers import law, make_document
from workers.records.readiness import lacking, latest_answer, signed_letter
from workers.records.seal_scope import catalogue, granted_programmes, require_whole
from workers.records.town_readiness import devolve

PHASE = Name(name="phase", type="integer", label="阶段", required=False)

ROLLOUT_PHASE_OPEN = TopicContract(
    topic="rollout_phase_open",
    label="进入本阶段",
    kind="record",
    doc=(
        "定下本阶段的镇街并为每个镇街启动一件，各自办理、互不等待；towns=pilot 是方案定的试点镇街，"
        "chosen 由选定表单定，rest 是其余全部镇街。准备期开始之前不得进入。没有的阶段不起算。"
    ),
    inputs=(
        Name(name="phase", type="integer", label="阶段", drawn=True),
        Name(name="towns", type="string", label="哪些镇街", drawn=True, choices=("pilot", "chosen", "rest")),
        Name(name="process_key", type="string", label="镇街的流程", drawn=True),
    ),
    outputs=(
        Name(name="town_count", type="integer", label="本阶段镇街数"),
        Name(name="pilot_end", type="date", label="试点期满"),
        Name(name="phase2_prepare", type="date", label="第二阶段准备期开始"),
        Name(name="phase2_end", type="date", label="第二阶段期满"),
        Name(name="phase3_prepare", type="date", label="第三阶段准备期开始"),
        names.DUE_SIMPLE,
    ),
    prefixes=("due_",),
    sources=("QJ-27", "QJ-28", "QJ-29", "QJ-30", "QJ-32", "QJ-33", "QJ-43", "XX-57", "XX-88"),
)

ENTRUSTMENT_REGISTER = TopicContract(
    topic="entrustment_register",
    label="登记委托书",
    kind="record",
    doc="镇街和委托机关都签署后，登记委托书或责任书（编号、事项、期限）并制作文书；template 写明是哪一种。",
    inputs=(
        Name(
            name="template",
            type="string",
            label="文书",
            drawn=True,
            required=False,
            choices=("entrustment_letter", "delegation_letter", "responsibility_letter"),
        ),
        names.TOWN,
    ),
    outputs=(Name(name="entrustment_no", type="string", label="委托书编号"), names.DUE_SIMPLE),
    sources=("QJ-01", "QJ-30", "QJ-41", "XT-03", "XT-11", "XT-18"),
)

ACTIVATION_CHECK = TopicContract(
    topic="activation_check",
    label="检查开通条件",
    kind="record",
    doc=(
        "needs 写明要具备的条件（逗号分隔）：letter 委托书、account 镇街管理员帐号、staff 经办人员、post 审批人员任职、"
        "responsibility 责任书、chief_rep 首席代表、agreements 保密协议、seal 印章、"
        "minimum_staff 工作人员人数、five_haves 五有）；"
        "缺一项就报 NOT_READY 并写明缺什么。"
    ),
    inputs=(Name(name="needs", type="string", label="开通条件", drawn=True, required=False), names.TOWN),
    outputs=(names.DUE_SIMPLE,),
    errors=("NOT_READY",),
    sources=("QJ-30", "QJ-31", "QJ-34", "XT-11", "XT-14", "XT-19"),
)

AUTHORITY_SWITCH = TopicContract(
    topic="authority_switch",
    label="开通或延后确认权限",
    kind="record",
    doc=(
        "mode=on：从委托书生效日和本阶段（分阶段下放的）起始日中较晚的一天起，本镇街对新受理的申请有确认权限；"
        "mode=defer：转入下一批；mode=devolve：不用委托书的，从方案规定的生效日或者具备条件的当天起。"
    ),
    inputs=(
        Name(name="mode", type="string", label="方式", drawn=True, choices=("on", "defer", "devolve")),
        names.TOWN,
        PHASE,
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("QJ-01", "QJ-28", "QJ-30", "QJ-33"),
)

AUTHORITY_CHANGE = TopicContract(
    topic="authority_change",
    label="中止、恢复或收回确认权限",
    kind="record",
    doc=(
        "suspend 中止、resume 恢复、revoke 收回一个镇街的委托书。中止或收回期间新受理的由区级审批；"
        "镇街已受理、尚未审批的，在审批时转由区级审批；已经审批的不受影响。"
    ),
    inputs=(
        Name(name="change_town", type="string", label="镇街"),
        Name(name="authority_change", type="string", label="变更", choices=("suspend", "resume", "revoke")),
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("QJ-01", "QJ-30", "QJ-37"),
)

LETTER_CHANGES = {"suspend": ("in_force", "suspended"), "resume": ("suspended", "in_force"), "revoke": ("", "revoked")}
"""Change → status that a letter must have ('' = any that is not revoked) and the status it gets."""
DAYS_OF_PHASE = {1: ("issued_on", "pilot_until"), 2: ("phase2_from", "phase2_until"), 3: ("phase3_from", "")}
"""Phase → policy keys of its first and last day; the last phase has no end."""
CARRIED_STATES = ("preparing", "active")
"""States of a town that needs no new activation."""


def open_phase(call: RecordCall) -> Values:
    """Start an activation for each town of the phase and say when the next phases are prepared (QJ-28, QJ-30, QJ-33).

    Raises Refused before the phase's preparation begins, or when the number of towns is not the plan's.
    """
    phase = int(call.inputs["phase"])
    first, last = _days(call, phase)
    lead = timedelta(days=int(_plan(call, "lead_days")))
    if call.today < first - lead:
        raise Refused(f"第{phase}阶段从{first.isoformat()}开始，准备期还没有到，不能进入。")
    towns = _towns_of(call, phase)
    due = iso(max(end_of(first - timedelta(days=1)), end_of(call.today + lead)))
    until = iso(midnight_after(last)) if last else NO_LIMIT
    for town in towns:
        record = call.switchboard.start(
            text(call, "process_key"),
            {
                "case_no": call.case_no,
                "district": call.district,
                "town": town,
                "phase": phase,
                "due_phase": due,
                "phase_until": until,
            },
        )
        _note(call, town, phase=phase, state="preparing", record_no=record, first_day=first, reason="")
    call.records.audit("rollout_phase", f"进入第{phase}阶段，{len(towns)}个镇街", phase=phase, towns=towns)
    second, third = _prepared(call, "phase2_from", lead), _prepared(call, "phase3_from", lead)
    end = _planned(call, "phase2_until")
    return {
        "town_count": len(towns),
        "due_phase": due,
        "pilot_end": second,
        "phase2_prepare": second,
        "phase2_end": iso(midnight_after(end)) if end else NO_LIMIT,
        "phase3_prepare": third,
    }


def _prepared(call: RecordCall, key: str, lead: timedelta) -> str:
    """Return when the preparation of a phase begins; never for a phase that the plan does not have."""
    first = _planned(call, key)
    return iso(midnight_after(first - lead - timedelta(days=1))) if first else NO_LIMIT


def _planned(call: RecordCall, key: str) -> date | None:
    value = call.policy.values("rollout", call.today).get(key)
    return date.fromisoformat(str(value)) if value else None


def _towns_of(call: RecordCall, phase: int) -> list[str]:
    """Return the phase's towns; raises Refused when they are not those the plan allows."""
    district_towns = list(call.records.towns(call.district))
    settled = {row.town for row in rows_of(call, RolloutTown) if row.state in CARRIED_STATES}
    way = text(call, "towns")
    if way == "pilot":
        towns = [str(town) for town in _plan(call, "pilot_towns")]
    elif way == "chosen":
        chosen = call.records.submissions("rollout_phase")
        towns = [str(town) for town in chosen[-1].data["rollout_towns"]] if chosen else []
        wanted = int(_plan(call, "phase2_count"))
        if len(set(towns)) != wanted:
            raise Refused(f"第{phase}阶段应选定{wanted}个镇街，现在是{len(set(towns))}个。")
    else:
        if len(district_towns) != int(_plan(call, "town_count")):
            raise Refused(f"方案涉及{_plan(call, 'town_count')}个镇街，机构名册里有{len(district_towns)}个，请先核对。")
        towns = [town for town in district_towns if town not in settled]
    strange = [town for town in towns if town not in district_towns or town in settled]
    if strange:
        raise Refused(f"{'、'.join(call.records.organisation_name(town) for town in strange)}不能列入本阶段。")
    return towns


def register_letter(call: RecordCall) -> Values:
    """Register the letter that town and entrusting organ have signed, and make its paper (QJ-01, QJ-30, XT-11)."""
    template = text(call, "template", "entrustment_letter")
    signed = latest_answer(call, "entrustment_letter") or latest_answer(call, "delegation_letter")
    if signed is None:
        raise Refused("委托机关还没有签署委托书。")
    town, data, is_duty = text(call, "town"), signed.data, template == "responsibility_letter"
    number = str(data["responsibility_no" if is_duty else "entrustment_no"])
    if call.records.find(EntrustmentLetter, letter_no=number):
        raise Refused(f"委托书编号{number}已经登记过，请换一个编号。")
    items, labels = _entrusted(call)
    basis = law(call)["legal_basis"]
    valid_from = date.fromisoformat(str(data["valid_from"]))
    valid_to = date.fromisoformat(str(data["valid_to"])) if data.get("valid_to") else None
    call.records.add(
        EntrustmentLetter(
            letter_no=number,
            district=call.district,
            town=town,
            kind="responsibility" if is_duty else "entrustment",
            entrusting_org=call.district,
            items=items,
            legal_basis=str(basis[-1 if is_duty else 0]) if basis else "",
            signed_on=call.today,
            valid_from=valid_from,
            valid_to=valid_to,
        )
    )
    by_town = latest_answer(call, "entrustment_accept") or latest_answer(call, "delegation_accept")
    organ = call.records.organisation_name(call.district)
    make_document(
        call,
        template,
        {
            "issuer": call.policy.bureau if template != "entrustment_letter" else organ,
            "town_name": call.records.organisation_name(town),
            "entrustment_no": str(data["entrustment_no"]),
            "responsibility_no": number,
            "entrusting_org": call.policy.bureau if template != "entrustment_letter" else organ,
            "entrusted_items": labels,
            "valid_from": valid_from.isoformat(),
            "valid_to": valid_to.isoformat() if valid_to else None,
            "liability": str(data["liability"]),
            "signed_by_district": signed_by(signed),
            "signed_by_town": signed_by(by_town),
            "legal_basis": basis,
        },
    )
    return {"entrustment_no": str(data["entrustment_no"])}


def _entrusted(call: RecordCall) -> tuple[list[str], list[str]]:
    """Return codes and labels of what is entrusted: items chosen from the catalogue, else the plan's programmes.

    Raises Refused for an item that the catalogue does not have, or a catalogue that is not whole (XT-02, XT-42).
    """
    chosen = latest_answer(call, "entrustment_items")
    if chosen is None:
        programmes = [str(each) for each in _plan(call, "programmes")]
        return programmes, [PROGRAMMES[each] for each in programmes]
    known = catalogue(call)
    require_whole(call)
    codes = [str(each) for each in chosen.data["item_codes"]]
    strange = [code for code in codes if code not in known]
    if strange:
        raise Refused(f"下放目录里没有事项{'、'.join(strange)}，不能委托。")
    return codes, [f"{code} {known[code]}" for code in codes]


def check_activation(call: RecordCall) -> Values:
    """Raise NOT_READY unless everything is there that the diagram asks for (QJ-30, QJ-31, XT-11)."""
    town = text(call, "town")
    lacks = lacking(call, text(call, "needs"), town)
    if lacks:
        sentence = f"{call.records.organisation_name(town)}还不能开通：{'；'.join(lacks)}"
        call.records.audit("not_ready", sentence, town=town)
        _change(call, town, reason="；".join(lacks))
        raise BpmnError("NOT_READY", sentence)
    return {}


def switch_authority(call: RecordCall) -> Values:
    """Switch the town's authority on from the later of letter and phase, or put the town off (QJ-28, A17)."""
    town, phase = text(call, "town"), int(call.inputs.get("phase") or 0)
    if text(call, "mode") == "defer":
        put_off = latest_answer(call, "activation_defer")
        _change(call, town, state="deferred", reason=str(put_off.data.get("defer_reason") or "") if put_off else "")
        call.records.audit("authority_deferred", f"{call.records.organisation_name(town)}转入下一批", town=town)
        return {}
    if text(call, "mode") == "devolve":
        devolve(call)
        return {}
    letter = signed_letter(call, town)
    if letter is None:
        raise Refused("没有签署并登记的委托书，不能开通确认权限。")
    begins = max(letter.valid_from, _days(call, phase)[0]) if phase else letter.valid_from
    for programme in granted_programmes(call, letter):
        number = f"{letter.letter_no}/{programme}"
        if call.records.find(AuthorityGrant, grant_no=number):
            continue
        call.records.add(
            AuthorityGrant(
                grant_no=number,
                district=call.district,
                town=town,
                programme=programme,
                devolution_from=begins,
                devolution_until=letter.valid_to,
                legal_form=str(_plan(call, "legal_form")) if phase else "entrustment",
                legal_basis=letter.legal_basis,
                letter_no=letter.letter_no,
                phase=phase,
                switched_at=call.now,
                record_no=call.record_no,
                source=(
                    call.policy.source(f"rollout.{DAYS_OF_PHASE[phase][0]}", call.today) if phase else "放权委托书"
                ),
            )
        )
    _change(call, town, state="active", letter_no=letter.letter_no, reason="")
    call.records.audit(
        "authority_on",
        f"{call.records.organisation_name(town)}自{begins.isoformat()}起受理的申请由本镇街确认",
        town=town,
        letter=letter.letter_no,
    )
    return {}


def change_authority(call: RecordCall) -> Values:
    """Suspend, resume or take back a town's letter; what was decided before stands (QJ-01, A8).

    Raises Refused when no letter of the town is in the state that the change begins from.
    """
    town, kind = text(call, "change_town"), text(call, "authority_change")
    before, after = LETTER_CHANGES[kind]
    found = call.records.find(EntrustmentLetter, district=call.district, town=town)
    fitting = [
        each
        for each in found
        if each.kind == "entrustment" and (each.status == before if before else each.status != "revoked")
    ]
    name = call.records.organisation_name(town)
    if not fitting:
        raise Refused(f"{name}没有可以这样变更的委托书。")
    for letter in fitting:
        call.records.change(letter, status=after)
        if after == "revoked":
            _end_grants(call, letter.letter_no)
    call.records.audit("authority_change", f"{name}的委托书：{CHANGE_WORDS[kind]}", town=town, change=kind)
    return {}


CHANGE_WORDS = {"suspend": "中止", "resume": "恢复", "revoke": "收回"}


def _end_grants(call: RecordCall, letter_no: str) -> None:
    """Let the letter's grants end yesterday: what is accepted from today on is the district's."""
    for grant in call.records.find(AuthorityGrant, letter_no=letter_no):
        call.records.change(grant, devolution_until=call.today - timedelta(days=1))


def _note(call: RecordCall, town: str, *, phase: int, first_day: date, **values: Any) -> None:
    rows = [row for row in rows_of(call, RolloutTown) if row.town == town]
    changed = {"phase": phase, "first_day": first_day, **values, "changed_at": call.now}
    if rows:
        call.records.change(rows[0], **changed)
    else:
        call.records.add(RolloutTown(case_no=call.case_no, district=call.district, town=town, **changed))


def _change(call: RecordCall, town: str, **values: Any) -> None:
    for row in rows_of(call, RolloutTown):
        if row.town == town:
            call.records.change(row, **values, changed_at=call.now)


def _plan(call: RecordCall, key: str) -> Any:
    return call.policy.value(f"rollout.{key}", call.today)


def _day(call: RecordCall, key: str) -> date:
    return date.fromisoformat(str(_plan(call, key)))


def _days(call: RecordCall, phase: int) -> tuple[date, date | None]:
    first, last = DAYS_OF_PHASE[phase]
    return _day(call, first), _day(call, last) if last else None


TOPICS: tuple[Topic, ...] = (
    at_desk(ROLLOUT_PHASE_OPEN, open_phase),
    at_desk(ENTRUSTMENT_REGISTER, register_letter),
    at_desk(ACTIVATION_CHECK, check_activation),
    at_desk(AUTHORITY_SWITCH, switch_authority),
    at_desk(AUTHORITY_CHANGE, change_authority),
)
