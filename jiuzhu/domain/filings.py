"""How a town's filings of a day are bundled (JC-25 汇总)."""

from __future__ import annotations

from datetime import date


def filing_sheet_no(town: str, day: date) -> str:
    """Return the number of the roll-up with which a town sends its filings of a day."""
    return f"{town}-备案汇总-{day:%Y%m%d}"
