"""The functions that count reports, by the name that ``config/reports/<name>.toml`` gives as ``query``.

Each takes a source of rows and what is asked, and returns one mapping a row, by column key. They hold no state, know
no district and no clock of their own. A new one is a function in one of these modules and a line in ``QUERIES``.
"""

from __future__ import annotations

from collections.abc import Mapping

from jiuzhu.domain.report_queries import checks, handing_in, handling, money, office_year, offices, recipients, windows
from jiuzhu.domain.report_source import Query

QUERIES: Mapping[str, Query] = {
    "rollup_changes": recipients.rollup_changes,
    "urban_statistics": recipients.urban_statistics,
    "poor_marker_crosstab": recipients.poor_marker_crosstab,
    "timeliness": handling.timeliness,
    "take_up": handling.take_up,
    "trips": handling.trips,
    "window_month": windows.window_month,
    "window_15min": windows.answered_in_time,
    "satisfaction": windows.satisfaction,
    "staffing": offices.staffing,
    "unit_performance": offices.unit_performance,
    "transfer_log": office_year.transfer_log,
    "ranking_month": office_year.ranking_month,
    "kpi_departments": office_year.kpi_departments,
    "award_year": office_year.award_year,
    "two_systems_diff": office_year.two_systems_diff,
    "archive_handin": handing_in.archive_handin,
    "town_reports": handing_in.town_reports,
    "progress_reports": handing_in.progress_reports,
    "publication_log": handing_in.publication_log,
    "campaign_coverage": checks.campaign_coverage,
    "recheck_rate": checks.recheck_rate,
    "inspection_results": checks.inspection_results,
    "on_time_payment": money.on_time_payment,
    "data_consistency": money.data_consistency,
    "fund_estimate": money.fund_estimate,
}
"""Name → function."""
