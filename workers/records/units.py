"""Which unit a check or a lead is about, and who answers for it."""

from __future__ import annotations

from collections.abc import Sequence

from jiuzhu.domain.records import Submission
from jiuzhu.domain.topics import RecordCall

TOWN_DIGITS = 9
"""A village's id is its town's id and three digits more (C2)."""


def town_of_unit(call: RecordCall, unit: str) -> str:
    """Return the town of a town or village of the district, '' for anything else."""
    town = unit[:TOWN_DIGITS]
    return town if town in call.records.towns(call.district) else ""


def head_group(call: RecordCall, unit: str) -> str:
    """Return who answers for a unit: the head of the town, else the district's office."""
    town = town_of_unit(call, unit)
    return f"town_head@{town}" if town else f"county_office@{call.district}"


def planned_units(call: RecordCall) -> Sequence[str]:
    """Return the units of the latest plan."""
    plans = own(call, "inspection_plan")
    return [str(one) for one in plans[-1].data.get("inspected_units") or ()] if plans else []


def problem_units(call: RecordCall) -> Sequence[str]:
    """Return the units of this inspection in which a problem was found."""
    found = [one for one in own(call, "inspection_finding") if one.data.get("finding_problem") is True]
    return [str(one.data["finding_unit"]) for one in found]


def own(call: RecordCall, form: str) -> list[Submission]:
    """Return what this process instance has of a form, oldest first."""
    return [one for one in call.records.submissions(form) if one.record_no == call.record_no]
