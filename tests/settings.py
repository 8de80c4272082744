"""Other settings than the shipped ones: a district that answers an open question differently."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
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


def with_change(policies: Policies, district: str, key: str, first: date, value: Any) -> Policies:
    """Return the policies with another value from a day on; before it the shipped ones."""
    policy = policies.of(district)
    before = [
        dataclasses.replace(one, last=min(one.last or first, first - timedelta(days=1)))
        for one in policy.dated_values.get(key, ())
        if one.first < first
    ]
    after = DatedValue(value=value, first=first, last=None, source="local decision")
    changed = dataclasses.replace(policy, dated_values={**policy.dated_values, key: [*before, after]})
    return dataclasses.replace(policies, districts={**policies.districts, district: changed})
