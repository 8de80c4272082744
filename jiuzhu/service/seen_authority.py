"""Why a decision that was signed did not take effect: whoever opens the form again reads it there (JC-01, XT-11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jiuzhu.service.desk import Desk
from jiuzhu.store import history, papers
from jiuzhu.store.cases import LiveCase

REFUSED = "no_authority"
"""Act of the chain that the check of authority leaves, with its reason."""


def _fault(desk: Desk, live: LiveCase, context: Mapping[str, Any]) -> str | None:
    """Return the reason while nothing was completed in the record since."""
    told = [row for row in history.chain(desk.tx, live.record_no) if row.act == REFUSED]
    done = [one for one in papers.submissions(desk.tx, live.case_no) if one.record_no == live.record_no]
    if not told or (done and done[-1].submitted_at > told[-1].at):
        return None
    return told[-1].sentence


AUTHORITY: Mapping[str, Callable[[Desk, LiveCase, Mapping[str, Any]], Any]] = {"authority_fault": _fault}
