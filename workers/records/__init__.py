"""Record tasks: they read and write only our own tables, inside the transaction that advances the case.

One module per subject; each has its contracts, its handlers and a tuple ``TOPICS``. Handlers are
``RecordCall -> Values``: they raise ``BpmnError`` for a boundary event of the diagram and ``Refused`` for the clerk;
they never commit and know no clock but the call's.
Begin with ``opening`` and ``dues``; ``names`` holds the variables that several topics share.
"""

from __future__ import annotations

from collections.abc import Mapping

from jiuzhu.domain.topics import Topic
from workers.records import (
    adjusting,
    agencies,
    assessments,
    awards,
    batch_payments,
    batches,
    benefits,
    blacklists,
    campaigns,
    changes,
    conferences,
    discoveries,
    dossier,
    dues,
    dynamics,
    filings,
    fund_plans,
    home_service,
    household_reviews,
    info_boxes,
    letters,
    materials,
    notices,
    objections,
    opening,
    panels,
    payments,
    permits,
    pilot,
    policies,
    rankings,
    referrals,
    registers,
    relatives,
    reserve,
    reserve_months,
    reviews,
    rollout,
    seals,
    signing_again,
    submissions,
    switchboard,
    temp_authority,
    town_readiness,
    transfers,
    two_systems,
    window,
)

TOPICS: Mapping[str, Topic] = {
    topic.contract.topic: topic
    for module in (
        adjusting,
        agencies,
        assessments,
        awards,
        batch_payments,
        batches,
        benefits,
        blacklists,
        campaigns,
        changes,
        discoveries,
        conferences,
        dossier,
        dues,
        dynamics,
        filings,
        fund_plans,
        home_service,
        household_reviews,
        info_boxes,
        letters,
        materials,
        notices,
        objections,
        opening,
        panels,
        payments,
        permits,
        pilot,
        policies,
        rankings,
        registers,
        referrals,
        relatives,
        reserve,
        reserve_months,
        reviews,
        rollout,
        seals,
        signing_again,
        submissions,
        switchboard,
        temp_authority,
        window,
        town_readiness,
        transfers,
        two_systems,
    )
    for topic in module.TOPICS
}
"""Record topics by name."""

__all__ = ["TOPICS"]
