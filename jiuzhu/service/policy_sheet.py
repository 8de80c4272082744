"""Which parameters of a district are in force on a day, and why: value, since when, source with its clause.

Reads configuration only, no database: the command line shows it before anything is migrated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from jiuzhu.domain.requirements import ID, Requirement
from jiuzhu.domain.topics import Value
from jiuzhu.domain.words import LIFE_SOURCES, REFERRAL_ITEMS, VIOLATION_KINDS
from jiuzhu.errors import Invalid, NotFound
from jiuzhu.policy import DistrictPolicy, Policies
from jiuzhu.policy.ambiguities import of_key
from jiuzhu.policy.district import DatedRow, DatedValue
from jiuzhu.policy.spoken import is_assumed, spoken, spoken_source
from jiuzhu.service.trace import load_requirements

CODE = re.compile("[a-z_]+")
SHARED_WORDS: Mapping[str, Mapping[str, str]] = {
    "violation.kinds": VIOLATION_KINDS,
    "payment_batch.life_sources": LIFE_SOURCES,
    "referral_route": REFERRAL_ITEMS,
}
"""Key or table → words that other screens show for the same codes."""


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A requirement that a source names."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class PolicyLine:
    """One value, or one row of a table, in force on the day."""

    key: str
    label: str
    value: Value
    words: str
    """The value in Chinese; for a row its columns."""
    first: date
    last: date | None
    """Last day in force; None: until it is replaced."""
    source: str
    """As the file has it."""
    basis: str
    """The source in words; what is assumed says so."""
    assumed: bool
    ambiguities: tuple[str, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, kw_only=True)
class PolicySheet:
    """A district's parameters on a day."""

    district: str
    name: str
    on: date
    lines: tuple[PolicyLine, ...]


def policy_sheet(policies: Policies, config: Path, district: str, on: date, prefix: str = "") -> PolicySheet:
    """Return every value and table row in force on a day, by key; ``prefix`` narrows to keys that begin so, and to
    names that hold it.

    Raises NotFound for a district without a file or a prefix that fits no key, Invalid for a day before all values.
    """
    policy = policies.districts.get(district)
    if policy is None:
        known = "、".join(f"{key}（{one.name}）" for key, one in policies.districts.items())
        raise NotFound(f"没有区（市）“{district}”的参数。现有：{known}。")
    keys = [key for key in (*sorted(policy.dated_values), *sorted(policy.dated_rows)) if key.startswith(prefix)]
    if prefix and not keys:
        keys = [
            key for key in (*sorted(policy.dated_values), *sorted(policy.dated_rows)) if prefix in policy.labels[key]
        ]
    begins = [one.first for key in keys for one in policy.dated_values.get(key, ())]
    begins += [one.first for key in keys for one in policy.dated_rows.get(key, ())]
    if not begins:
        raise NotFound(f"{policy.name}没有以“{prefix}”开头的参数。")
    first = min(begins)
    if on < first:
        raise Invalid(
            f"{on.isoformat()}{policy.name}还没有参数：最早的自{first.isoformat()}起。", {"on": "请选之后的日期。"}
        )
    clauses = {one.id: one.clause for one in load(config)}
    found: list[tuple[str, DatedValue | DatedRow, date | None]] = []
    for key in keys:
        found += [(key, one, until) for one, until in _in_force(policy.dated_values.get(key, ()), on)]
        found += [(key, row, row.last) for row in policy.dated_rows.get(key, ()) if row.covers(on)]
    lines = [_line(policies, policy, clauses, key, one, until) for key, one, until in found]
    return PolicySheet(district=district, name=policy.name, on=on, lines=tuple(lines))


def _in_force(dated: Sequence[DatedValue], on: date) -> list[tuple[DatedValue, date | None]]:
    """Return the value in force with its last day: the day before the next one begins, or its own."""
    place = next((n for n in range(len(dated) - 1, -1, -1) if dated[n].covers(on)), None)
    if place is None:
        return []
    after = dated[place + 1].first - timedelta(days=1) if place + 1 < len(dated) else None
    own = dated[place].last
    return [(dated[place], min(day for day in (after, own) if day) if after or own else None)]


def _line(
    policies: Policies,
    policy: DistrictPolicy,
    clauses: dict[str, str],
    key: str,
    one: DatedValue | DatedRow,
    until: date | None,
) -> PolicyLine:
    value: Value = one.value if isinstance(one, DatedValue) else dict(one.columns)
    if isinstance(one, DatedRow):
        words = _row_words(one.columns, _words_of(policies, key))
    else:
        words = spoken(value, _words_of(policies, key))
    open_questions = of_key(policies.ambiguities, policy.district, key)
    return PolicyLine(
        key=key,
        label=policy.labels[key],
        value=value,
        words=words,
        first=one.first,
        last=until,
        source=one.source,
        basis=spoken_source(one.source, open_questions),
        assumed=is_assumed(one.source) or bool(open_questions),
        ambiguities=open_questions,
        clauses=tuple(Clause(id=each, text=clauses[each]) for each in ID.findall(one.source) if each in clauses),
    )


def _words_of(policies: Policies, key: str) -> Mapping[str, str]:
    catalogue = policies.catalogue
    entry = catalogue.keys.get(key) or catalogue.tables.get(key)
    return {**SHARED_WORDS.get(key, {}), **(entry.words if entry else {})}


def _row_words(columns: Mapping[str, Value], words: Mapping[str, str]) -> str:
    """Return the columns in words; a row that has a label of its own needs no code beside it."""
    named, said = bool(columns.get("label")), []
    for column, each in columns.items():
        own = words.get(f"{column}.{each}")
        word = own or spoken(each, words)
        if each in (None, "", []) or (named and word == each and CODE.fullmatch(word)):
            continue
        said.append(word)
    return " · ".join(said)


@lru_cache(maxsize=4)
def load(config: Path) -> tuple[Requirement, ...]:
    """Return the requirements, read once a process."""
    return load_requirements(config)
