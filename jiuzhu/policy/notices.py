"""Reads the imported holiday notices ``config/calendar/<year>.csv`` at start."""

from __future__ import annotations

from pathlib import Path

from jiuzhu.domain.calendar import WorkingCalendar, read_notice
from jiuzhu.errors import ConfigurationError


def load_calendar(config: Path) -> WorkingCalendar:
    """Return the working-day calendar with every notice of ``<config>/calendar``; the folder may be missing.

    Raises ConfigurationError naming file and line.
    """
    notices = []
    for path in sorted((config / "calendar").glob("*.csv")):
        if not path.stem.isascii() or not path.stem.isdecimal() or len(path.stem) != 4:
            raise ConfigurationError(f"{path}: the file must be named after its year, such as 2027.csv")
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{path}: cannot be read as UTF-8 text") from error
        notices.append(read_notice(int(path.stem), text, name=str(path)))
    return WorkingCalendar(notices)
