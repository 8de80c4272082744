"""Valid synthetic answers for every form: what walk tests, web tests and the demo type in.

All people are invented: resident ids have the unallocated province prefix 66, phones begin with 100, bank accounts with
999966. Attachments must exist where the answers are sent: pass the id of an uploaded file as ``attachment``.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests import (
    forms_deciding,
    forms_dynamics,
    forms_entrusting,
    forms_intake,
    forms_ninghe,
    forms_office_year,
    forms_payments,
    forms_pilot,
    forms_registers,
    forms_reports,
    forms_reviews,
    forms_rollout,
    forms_supervision,
    forms_temp,
    forms_window,
    forms_xixiu,
)
from tests.forms_deciding import PARTICIPANTS, REFUSAL
from tests.forms_people import PREFIX, SIGNED, SOURCES, VILLAGE, Answers, Setting, bank_account, resident_id

_MAKERS = {
    **forms_intake.MAKERS,
    **forms_deciding.MAKERS,
    **forms_dynamics.MAKERS,
    **forms_entrusting.MAKERS,
    **forms_ninghe.MAKERS,
    **forms_office_year.MAKERS,
    **forms_payments.MAKERS,
    **forms_pilot.MAKERS,
    **forms_registers.MAKERS,
    **forms_reports.MAKERS,
    **forms_reviews.MAKERS,
    **forms_rollout.MAKERS,
    **forms_supervision.MAKERS,
    **forms_temp.MAKERS,
    **forms_window.MAKERS,
    **forms_xixiu.MAKERS,
}


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
    made = _MAKERS[form_id](Setting(district, today, attachment, household))
    for key, value in overrides.items():
        if value is None:
            made.pop(key, None)
        else:
            made[key] = deepcopy(value)
    return made


def known_forms() -> tuple[str, ...]:
    """Return the ids of all forms that have answers."""
    return tuple(sorted(_MAKERS))


def tekun_application(*, household: int = 1, **options: Any) -> Answers:
    """Return the application of a single elder for 特困 (no able supporter); options as for ``answers``."""
    setting = {key: options.pop(key) for key in ("district", "today", "attachment") if key in options}
    whole = answers("application", household=household, **setting)
    head = resident_id("19480921", household % 1000, prefix=PREFIX[setting.get("district", "jincheng")])
    name = whole["applicant_name"]
    whole.update(
        programme="tekun",
        applicant_id=head,
        members=[forms_intake.member(name, head, "self", health="chronic", employment="unable", monthly_income="0.00")],
        has_supporters=False,
        income_items=[],
        authorizers=[{"name": name, "id": head, "signed_on": whole["apply_date"], "guardian": ""}],
        poverty_cause=["lonely_elder"],
        reason="年老无子女，没有劳动能力和收入来源。",
    )
    whole.update(options)
    return whole


__all__ = [
    "PARTICIPANTS",
    "PREFIX",
    "REFUSAL",
    "SIGNED",
    "SOURCES",
    "VILLAGE",
    "Answers",
    "answers",
    "bank_account",
    "known_forms",
    "resident_id",
    "tekun_application",
]
