"""Other settings than the shipped ones: a district that answers an open question differently."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

from jiuzhu.policy import Policies
from jiuzhu.policy.district import DatedRow, DatedValue

LONG_AGO = date(2000, 1, 1)


def with_value(policies: Policies, district: str, key: str, value: Any) -> Policies:
    """Return the policies with one value for all days."""
    policy = policies.of(district)
    dated = {**policy.dated_values, key: [DatedValue(value=value, first=LONG_AGO, last=None, source="local decision")]}
    changed = dataclasses.replace(policy, dated_values=dated)
    return dataclasses.replace(policies, districts={**policies.districts, district: changed})


def with_rows(policies: Policies, district: str, table: str, **columns: Any) -> Policies:
    """Return the policies with these columns set in every row of a table."""
    policy = policies.of(district)
    rows: list[DatedRow] = [
        dataclasses.replace(row, columns={**row.columns, **columns}) for row in policy.dated_rows[table]
    ]
    changed = dataclasses.replace(policy, dated_rows={**policy.dated_rows, table: rows})
    return dataclasses.replace(policies, districts={**policies.districts, district: changed})
