"""Who belongs on the list of a review: what would be frozen, and who is missing from what was frozen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jiuzhu.domain.campaigns import ReviewRule, rules_of
from jiuzhu.domain.recipients import PAID_STATES
from jiuzhu.domain.rows import Campaign, Recipient
from jiuzhu.domain.schedules import Period
from jiuzhu.service.desk import Desk
from jiuzhu.store import campaigns as rows


def chosen(desk: Desk, rule: ReviewRule, town: str, cut_off: date, period: Period) -> Sequence[Recipient]:
    """Return a town's recipients whom a rule takes on a cut-off day (as topic ``campaign_freeze`` does)."""
    found = rows.recipients_of(desk.tx, town, sorted(PAID_STATES))
    return [one for one in found if rule.takes(one, cut_off, period)]


def missing_of(desk: Desk, campaign: Campaign) -> Sequence[Recipient]:
    """Return the recipients of the cut-off day who are not on a campaign's list (as topic ``campaign_check`` does)."""
    rules = rules_of(desk.office.policies.of(campaign.district).rows("reviews", desk.today))
    rule = next(one for one in rules if one.kind == campaign.kind)
    period = Period(name=campaign.period, opens_at=campaign.opens_at, due_at=campaign.closes_at)
    listed = rows.listed(desk.tx, campaign.campaign_no)
    return [
        one for one in chosen(desk, rule, campaign.town, campaign.cut_off, period) if one.recipient_no not in listed
    ]
