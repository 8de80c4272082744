"""Reads ``config/reports/*.toml``: one file a report, its name is the report's.

Example::

    label = "新增、变更、注销统计"
    note = "按镇街和救助类别统计"
    requirements = ["NH-10", "NH-22"]
    districts = []                       # empty: all
    period = "month"                     # month, quarter, half_year or year
    query = "rollup_changes"             # function of jiuzhu/domain/report_queries that counts it
    read = ["town_head", "county_office"]

    [[columns]]
    key = "town"
    label = "镇（街道）"
    type = "text"                        # text, integer, number, percent, money, date, month
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jiuzhu.domain.by_name import ByName
from jiuzhu.domain.report_queries import QUERIES
from jiuzhu.domain.reports import TYPES, Report, ReportColumn
from jiuzhu.domain.schedules import EVERY
from jiuzhu.errors import ConfigurationError
from jiuzhu.service.roles import Roles

HEAD = {"label", "note", "requirements", "districts", "period", "query", "read", "columns"}
_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")


class Reports(ByName[Report]):
    """All reports by name."""


def load_reports(config: Path, roles: Roles) -> Reports:
    """Read all reports. Raises ConfigurationError that names file and key."""
    found = {}
    for path in sorted((config / "reports").glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"reports/{path.name}: {error}") from error
        found[path.stem] = _report(path.stem, content, roles)
    return Reports(found)


def _report(name: str, content: Mapping[str, Any], roles: Roles) -> Report:
    where = f"reports/{name}.toml"
    if set(content) != HEAD or _KEY.match(name) is None:
        raise ConfigurationError(f"{where}: needs exactly {', '.join(sorted(HEAD))}")
    unknown = set(content["read"]) - set(roles.by_id)
    if unknown:
        raise ConfigurationError(f"{where}: unknown role {', '.join(sorted(unknown))}")
    if content["query"] not in QUERIES:
        raise ConfigurationError(f"{where}: there is no query {content['query']!r}")
    if content["period"] not in EVERY:
        raise ConfigurationError(f"{where}: period must be one of {', '.join(EVERY)}")
    columns = tuple(_column(where, one) for one in content["columns"])
    if not columns or len({one.key for one in columns}) < len(columns):
        raise ConfigurationError(f"{where}: columns are missing or a key is there twice")
    return Report(
        name=name,
        label=str(content["label"]),
        note=str(content["note"]),
        requirements=tuple(str(one) for one in content["requirements"]),
        districts=frozenset(content["districts"]),
        period=str(content["period"]),
        query=str(content["query"]),
        read=frozenset(content["read"]),
        columns=columns,
    )


def _column(where: str, content: Mapping[str, Any]) -> ReportColumn:
    key, kind = str(content.get("key", "")), str(content.get("type", "text"))
    if set(content) - {"key", "label", "type"} or _KEY.match(key) is None or not content.get("label"):
        raise ConfigurationError(f"{where}: column {key!r} has unknown or missing entries")
    if kind not in TYPES:
        raise ConfigurationError(f"{where}: column {key} has an unknown type {kind!r}")
    return ReportColumn(key=key, label=str(content["label"]), type=kind)
