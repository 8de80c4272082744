"""Who may take an item: candidate group, recusal, and the separation of duties that the diagram asks for (R-01 … R-05).

Properties of a user task: ``notBy`` (whoever completed one of these elements in this case may not; ``notByRule`` is
the rule that this keeps, R-01 when it is not said), ``notTeam``,
``teamOnly``, ``teamLeaderOnly`` (of the latest visit plan), ``panelOnly`` (a member of the latest panel),
``windowPerson`` (who is named for the window of the town),
``notConfirmer`` (whoever decided a case on the list of this payment may not, R-11),
``notHandler`` (whoever completed a form of the case outside this record), ``inspectorOnly`` (who was drawn to check
this household),
``distinct`` (every instance by another person).
For a ``distinct`` task ``notBy`` looks at the latest completion only: it co-signs that visit, not an earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.panels import latest_panel
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Appointment, RelativesEntry, SampleItem
from jiuzhu.domain.signing import hands_of, signer_of
from jiuzhu.domain.visits import latest_team
from jiuzhu.errors import Forbidden
from jiuzhu.service.desk import Desk
from jiuzhu.service.staffing import window_persons
from jiuzhu.store import cases, papers
from jiuzhu.store import payments as payment_rows
from jiuzhu.store.cases import LiveCase
from jiuzhu.store.shelf import shelf_of

GRANTED = "granted"
CHECK_FORM = "spot_check"
"""Form in which a check of a decided case is concluded."""
RULES = frozenset(
    {
        "windowPerson",
        "notConfirmer",
        "notBy",
        "notTeam",
        "teamOnly",
        "teamLeaderOnly",
        "panelOnly",
        "distinct",
        "notHandler",
        "inspectorOnly",
    }
)


def require_candidate(actor: Actor, rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse whoever is in none of the item's groups and not named. Raises Forbidden."""
    first = rows[0]
    if first["assignee"] == actor.person_id:
        return
    if actor.login in first["users"] or actor.person_id in first["users"]:
        return
    if any(row["group_name"] and actor.holds(row["group_name"]) for row in rows):
        return
    raise Forbidden("这件工作不由您的岗位办理。", rule="R-25")


def require_separate(desk: Desk, live: LiveCase, rows: Sequence[Mapping[str, Any]], actor: Actor) -> None:
    """Refuse whom the diagram keeps away from this item, and whoever keeps out of the case. Raises Forbidden."""
    rule, sentence = _bar(desk, live, rows[0], actor)
    if sentence:
        raise Forbidden(sentence, rule=rule)


def objection(desk: Desk, live: LiveCase, item: Mapping[str, Any], actor: Actor) -> str:
    """Return why this person may not take this item, '' when nothing stands against it."""
    return _bar(desk, live, item, actor)[1]


def _bar(desk: Desk, live: LiveCase, item: Mapping[str, Any], actor: Actor) -> tuple[str, str]:
    """Return the rule that keeps this person from the item and its sentence; two empty texts when none does."""
    if live.is_trial:  # one person plays every post
        return "", ""
    reason = recusal_sentence(bool(item["keeps_out"]), bool(item["is_kin"]))
    if reason:
        return "R-05", reason
    properties: Mapping[str, str] = item["properties"]
    if not RULES & set(properties):
        return "", ""
    done = papers.submissions(desk.tx, live.case_no)
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        (properties.get("notByRule") or "R-01", lambda: _against_not_by(done, properties, actor)),
        ("R-04", lambda: _against_handler(done, live, properties, actor)),
        ("R-18", lambda: _against_inspectors(desk, live, properties, actor)),
        ("R-01", lambda: _against_team(done, properties, actor)),
        ("R-03", lambda: _against_panel(done, properties, actor)),
        ("R-02", lambda: _against_distinct(done, item, actor)),
        ("R-11", lambda: _against_confirmers(desk, live, properties, actor)),
        ("R-23", lambda: _against_window(desk, item, actor)),
        ("R-05", lambda: _against_declared(desk, live, actor)),
    )
    found = ((rule, check()) for rule, check in checks)
    return next(((rule, sentence) for rule, sentence in found if sentence), ("", ""))


def require_signer(desk: Desk, live: LiveCase, item: Mapping[str, Any], person: str, name: str) -> None:
    """Refuse a signature on paper of somebody who might not have signed here by login: whoever signs answers for the
    step, so the duties are separated by signatories as well (R-01 … R-05). Raises Forbidden.
    """
    kept_out = live.case_no in cases.recused_from(desk.tx, person)
    signer = Actor(person_id=person, login="", name=name, groups=())
    without = {key: value for key, value in item["properties"].items() if key != "windowPerson"}
    row = {**item, "properties": without, "keeps_out": kept_out, "is_kin": False}
    rule, sentence = _bar(desk, live, row, signer)
    if sentence:
        raise Forbidden(f"不能录入{name}的纸质签字：{sentence.replace('您', name)}", rule=rule)


def require_authority(desk: Desk, rows: Sequence[Mapping[str, Any]], decision: object, deciders: Sequence[str]) -> None:
    """Let only somebody in office grant (property ``authority``): an appointment to that post of that town or district
    (R-09). ``deciders``: who signs, on paper too; a recorder of their sheet decides nothing.

    Raises Forbidden. The town's letter and the authority rows are checked by the diagram (``authority_check``).
    """
    if rows[0]["properties"].get("authority") != "true" or decision != GRANTED:
        return
    posts = {tuple(str(row["group_name"]).split("@", 1)) for row in rows}
    in_office = set()
    for place in sorted({place for _, place in posts}):
        for appointment in shelf_of(desk.tx).find(Appointment, {"town": place}):
            in_force = appointment.valid_from <= desk.today and (
                appointment.valid_to is None or desk.today <= appointment.valid_to
            )
            if in_force and (appointment.post, place) in posts:
                in_office.add(appointment.person)
    if set(deciders) <= in_office:
        return
    who = "您" if desk.person_id in deciders else "在纸上签字的人"
    raise Forbidden(f"{who}今天没有在任的任职文件，不能作出同意的决定。请先办理任职登记。", rule="R-09")


def _against_declared(desk: Desk, live: LiveCase, actor: Actor) -> str:
    """Keep out whom the household itself named as a near relative, before any register knows of it (JC-45)."""
    entries = shelf_of(desk.tx).find(RelativesEntry, {"case_no": live.case_no})
    return recusal_sentence(False, any(entry.staff_name == actor.name for entry in entries))


def _against_confirmers(desk: Desk, live: LiveCase, properties: Mapping[str, str], actor: Actor) -> str:
    """Keep whoever decided about a household on a payment's list from making or checking it (R-11)."""
    if properties.get("notConfirmer") != "true":
        return ""
    if payment_rows.decided_of_batch(desk.tx, live.case_no, actor.person_id):
        return "清单里有您审核确认的家庭，决定、制单、复核须是三个人，这一步要由别人办理。"
    return ""


def _against_window(desk: Desk, item: Mapping[str, Any], actor: Actor) -> str:
    """Let only the window's named person answer, where the register of staff names one (XX-29, XX-69, R-23)."""
    if item["properties"].get("windowPerson") != "true":
        return ""
    named = window_persons(desk, str(item["town"]))
    if not named or actor.login in {one.login for one in named}:
        return ""
    names = "、".join(one.name for one in named)
    return f"本窗口明确由{names}接待答复；人员有变动的，请先更新工作人员登记。"


def recusal_sentence(keeps_out: bool, is_kin: bool) -> str:
    """Say why a person keeps out of a case, '' when nothing is known (R-05, JC-45)."""
    if keeps_out:
        return "您已在本案回避，不能查看和办理。"
    if is_kin:
        return "您与本案家庭有近亲属关系，应当回避，不能查看和办理。"
    return ""


def _against_not_by(done: Sequence[Submission], properties: Mapping[str, str], actor: Actor) -> str:
    elements = {name.strip() for name in properties.get("notBy", "").split(",") if name.strip()}
    latest_only = properties.get("distinct") == "true"
    for element in sorted(elements):
        made = [one for one in done if one.element_id == element]
        if any(actor.person_id in hands_of(one) for one in (made[-1:] if latest_only else made)):
            return "您在本案办理过前面的环节（调查或审核），按职责分离的规定，这一步要由别人办理。"
    return ""


def _against_team(done: Sequence[Submission], properties: Mapping[str, str], actor: Actor) -> str:
    team = latest_team(list(done))
    people_of_team = team.people if team else ()
    if properties.get("notTeam") == "true" and actor.person_id in people_of_team:
        return "您是本案入户调查组的成员，按职责分离的规定，这一步要由别人办理。"
    if properties.get("teamOnly") == "true" and actor.person_id not in people_of_team:
        return "只有本次入户调查组的成员可以办理这一步。"
    if properties.get("teamLeaderOnly") == "true" and (team is None or actor.person_id != team.leader):
        return "只有本次入户调查组的组长可以办理这一步。"
    return ""


def _against_handler(done: Sequence[Submission], live: LiveCase, properties: Mapping[str, str], actor: Actor) -> str:
    """Keep out whoever handled the household's case: nobody checks the own work (R-04). Checks are no handling."""
    if properties.get("notHandler") != "true":
        return ""
    checks = {live.record_no, *(one.record_no for one in done if one.form == CHECK_FORM)}
    handled = any(one.person == actor.person_id and one.record_no not in checks for one in done)
    return "您承办过此案的环节，不能检查它（R-04）。" if handled else ""


def _against_inspectors(desk: Desk, live: LiveCase, properties: Mapping[str, str], actor: Actor) -> str:
    """Let only those check a household who were drawn for it, where people are drawn, too (XT-36)."""
    if properties.get("inspectorOnly") != "true":
        return ""
    drawn = [
        one for item in shelf_of(desk.tx).find(SampleItem, {"record_no": live.record_no}) for one in item.inspectors
    ]
    if not drawn or actor.person_id in drawn:
        return ""
    return "这一户由随机抽取的检查人员检查，您没有被抽中。"


def _against_panel(done: Sequence[Submission], properties: Mapping[str, str], actor: Actor) -> str:
    panel = latest_panel(list(done)) if properties.get("panelOnly") == "true" else None
    if panel is not None and panel.member(actor.person_id) is None:
        return "只有本次确定的议事协商成员可以办理这一步。"
    return ""


def _against_distinct(done: Sequence[Submission], item: Mapping[str, Any], actor: Actor) -> str:
    if item["properties"].get("distinct") != "true":
        return ""
    opened: datetime = item["opened_at"]
    for one in done:
        same_round = one.element_id == item["element_id"] and one.submitted_at >= opened
        if same_round and one.record_no == item["record_no"] and signer_of(one) == actor.person_id:
            return "您已经办过这一步了，其余的要由别人办理。"
    return ""
