"""Campaigns as schedulers move them: start by hand with a reason, throttle, pause, resume.

Who may act: role permission ``schedule``, at the own town or, from the district, everywhere in it.
"""

from __future__ import annotations

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.campaigns import rules_of
from jiuzhu.domain.rows import Campaign
from jiuzhu.errors import Forbidden, Invalid, NotFound, Refused
from jiuzhu.service import campaign_view, office_acts, opening
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.office import Office
from jiuzhu.service.refusals import logged
from jiuzhu.service.schedule_view import may_at
from jiuzhu.service.stated_reason import stated_reason
from jiuzhu.store import campaigns as rows

CAMPAIGN = "shared_review_campaign"
MOST = 200
"""Households that one look may start at most."""


@logged("schedule", "town")
def start(office: Office, actor: Actor, town: str, kind: str, reason: str) -> str:
    """Start a campaign at a town by hand; returns its number. The list is frozen, the head plans, then it runs.

    Raises Forbidden (not this person's, outside the window), Refused (nobody to review), Invalid, NotFound.
    """
    given = stated_reason(reason)
    with open_desk(office, actor) as desk:
        place = opening.place_of(desk, town)
        if place.town != town or not may_at(desk, actor, town):
            raise Forbidden("您的岗位不能启动这个镇（街道）的复核。", rule="R-25")
        rules = rules_of(office.policies.of(place.district).rows("reviews", desk.today))
        rule = next((one for one in rules if one.kind == kind or (not kind and len(rules) == 1)), None)
        if rule is None:
            raise NotFound(f"本区的复核类别有：{'、'.join(f'{one.kind}（{one.label}）' for one in rules)}。")
        plan = campaign_view.dry_run_on(desk, town, rule)
        if not plan.in_window:
            when = f"，下次{plan.next_opens:%Y-%m-%d}起" if plan.next_opens else ""
            raise Forbidden(f"{rule.label}现在不在办理时间内{when}。", rule="R-13")
        if not plan.households:
            raise Refused(f"{plan.town_name}本期没有{rule.label}的对象。")
        definition = office.bundles.latest(desk.tx, CAMPAIGN, place.district)
        variables = {"review_kind": rule.kind, "start_reason": given}
        live = opening.open_matter(desk, definition, place, variables, f"{actor.name}手动启动{rule.label}：{given}")
        office_acts.note(office, desk.tx, actor, "schedule", f"手动启动{plan.town_name}{rule.label}：{given}")
        return live.record_no


@logged("schedule", "campaign_no")
def pause(office: Office, actor: Actor, campaign_no: str, reason: str) -> None:
    """Stop a campaign from starting households; those at work go on. Raises Forbidden, Refused, Invalid."""
    given = stated_reason(reason)
    with open_desk(office, actor) as desk:
        found = _require(desk, actor, campaign_no)
        values = {"state": "paused", "paused_by": actor.person_id, "pause_reason": given}
        if not rows.set_state(desk.tx, campaign_no, "running", **values):
            raise Refused("只有进行中的复核可以暂停。")
        office_acts.note(office, desk.tx, actor, "schedule", f"暂停{found.label}{campaign_no}：{given}")


@logged("schedule", "campaign_no")
def resume(office: Office, actor: Actor, campaign_no: str) -> None:
    """Let a paused campaign go on where it stopped. Raises Forbidden, Refused."""
    with open_desk(office, actor) as desk:
        found = _require(desk, actor, campaign_no)
        if not rows.set_state(desk.tx, campaign_no, "paused", state="running", paused_by="", pause_reason=""):
            raise Refused("这次复核没有暂停。")
        office_acts.note(office, desk.tx, actor, "schedule", f"恢复{found.label}{campaign_no}")


@logged("schedule", "campaign_no")
def set_throttle(office: Office, actor: Actor, campaign_no: str, households: int) -> None:
    """Change how many households one look starts. Raises Forbidden, Refused, Invalid."""
    if not 1 <= households <= MOST:
        raise Invalid("请填写户数。", {"throttle": f"1到{MOST}户"})
    with open_desk(office, actor) as desk:
        found = _require(desk, actor, campaign_no)
        if not any(rows.set_state(desk.tx, campaign_no, state, throttle=households) for state in ("running", "paused")):
            raise Refused("只有进行中或已暂停的复核可以调整。")
        office_acts.note(office, desk.tx, actor, "schedule", f"{found.label}{campaign_no}每次启动{households}户")


def _require(desk: Desk, actor: Actor, campaign_no: str) -> Campaign:
    found = rows.one(desk.tx, campaign_no)
    if found is None:
        raise NotFound("没有这次复核。")
    if not may_at(desk, actor, found.town):
        raise Forbidden("您的岗位不能管理这次复核。", rule="R-25")
    return found
