"""Logs: one line of key=value a happening, to standard error; tracebacks without the values of local variables.

structlog's own default prints locals with every traceback: households' data would stand in the log.
"""

from __future__ import annotations

import sys

import structlog


def configure_logs() -> None:
    """Set up logging for this process; called by whoever starts it (command line, tests)."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
