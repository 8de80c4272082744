"""Which department a matter goes to: the district's dated table, the town's own stations first (XX-09, XX-83)."""

from __future__ import annotations

from typing import Any

from jiuzhu.domain.topics import RecordCall

HANDLER = "dept_handler"
"""Role of whoever answers for a department."""


def route(call: RecordCall, item: str, town: str) -> dict[str, Any]:
    """Return the inputs of table ``referral_route`` for a matter, with the source they come from.

    A row of level town names a station of the town, of level district a department of the district. Only an office
    where somebody holds the post is offered: the others fall to the next row, at last to the civil affairs office.
    """
    rows = [row for row in call.policy.rows("referral_route", call.today) if row["item"] == item]
    for row in sorted(rows, key=lambda one: one["level"] != "town"):
        place = town if row["level"] == "town" else call.district
        department = f"{place}.dept.{row['department']}"
        if call.records.people(f"{HANDLER}@{department}"):
            return {
                "route_department": department,
                "referral_wd": int(row["wd"]) if row.get("wd") else _default(call),
                "source": str(row["source"]),
            }
    return {"route_department": None, "referral_wd": _default(call), "source": "assumption"}


def _default(call: RecordCall) -> int:
    return int(call.policy.value("tasks.wd", call.today))
