"""Agents before an application: without a letter in force they may not even open its form (R-08, XT-23).

Whether the letter fits applicant and matter is asked in the record when the application is handed in.
"""

from __future__ import annotations

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import AgencyLetter
from jiuzhu.errors import Forbidden
from jiuzhu.service import opening
from jiuzhu.service.desk import Desk
from jiuzhu.store.definitions import DefinitionRow
from jiuzhu.store.shelf import shelf_of

AGENT = "agent"


def require_letter(desk: Desk, actor: Actor, district: str, row: DefinitionRow) -> None:
    """Refuse an agent who has no unused letter in force, where the district registers them. Raises Forbidden."""
    if not opening.is_application(row) or set(row.facts.get("starters", ())) & actor.roles != {AGENT}:
        return
    if not desk.office.policies.of(district).values("agency", desk.today).get("letter_registered"):
        return
    letters = shelf_of(desk.tx).find(AgencyLetter, {"agent": actor.person_id})
    usable = [
        one
        for one in letters
        if one.status == "in_force" and not one.used_for and one.signed_on <= desk.today <= one.valid_to
    ]
    if not usable:
        raise Forbidden("R-08 先签代办委托书再代办：您没有已签订、在有效期内的代办委托书，不能录入申请。", rule="R-08")
